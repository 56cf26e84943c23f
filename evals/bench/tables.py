"""The bench's report as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

AIM_MS = 300.0
AIM_MIB = 1536.0
_BOTH = ("tutor", "plain")


def markdown(report: Mapping[str, Any]) -> str:
    """Two tables, what they were measured on, and how they stand to the aims."""
    model, machine = report["model"], report["machine"]
    few = report["plan"]["notes"]
    lines = [
        f"{machine['cores']} cores, load {machine['load_before']} before and {machine['load_after']} after; "
        f"{model['name']}, {model['dimension']} dimensions; {'all' if few is None else few} shipped notes; "
        f"{report['seconds']:.0f} seconds in all.",
        "",
        *_table(["", "tutor", "plain"], _speed(report)),
        "",
        *_table(
            ["passages", "", "retrieval ms, p95", "without embedding ms, p95", "opened s", "MiB, peak"], _scale(report)
        ),
        "",
        *(f"- {line}" for line in [*_growth(report), *aims(report), *report["notes"]]),
    ]
    return "\n".join(lines) + "\n"


def _speed(report: Mapping[str, Any]) -> list[list[str]]:
    pages, answers, ingest = report["served"], report["answers"], report["ingest"]
    rows = [
        [
            f"first {what}, library {'not built yet' if state == 'empty' else 'built'} (s)",
            *(f"{pages[system][state][f'first_{what}_seconds']:.1f}" for system in _BOTH),
        ]
        for state in ("empty", "built")
        for what in ("page", "answer")
    ]
    loads = [("in process", {system: answers[system] for system in _BOTH})]
    for count in pages["tutor"]["empty"]["clients"]:
        named = f"over HTTP, {count} client{'' if count == '1' else 's'}"
        loads.append((named, {system: pages[system]["empty"]["clients"][count] for system in _BOTH}))
    for named, load in loads:
        rows.append([f"answers a second, {named}", *(f"{load[system]['per_second']:.1f}" for system in _BOTH)])
        rows.append([f"median, 95th percentile, {named} (ms)", *(_ms(load[system]) for system in _BOTH)])
    rows.append(
        [
            "questions in process, refused",
            *(f"{answers[s]['count']}, {answers[s]['count'] - answers[s]['answered']}" for s in _BOTH),
        ]
    )
    rows.append(["pieces ingested a second", *(f"{ingest[system]['pieces_per_second']:.1f}" for system in _BOTH)])
    rows.append(["characters ingested a second", *(f"{ingest[s]['characters_per_second']:,}" for s in _BOTH)])
    for named, held in (
        ("ingesting", ingest),
        ("answering in process", answers),
        ("page, built and asked", {system: pages[system]["empty"] for system in _BOTH}),
        ("page, started again", {system: pages[system]["built"] for system in _BOTH}),
    ):
        rows.append([f"memory at the end, peak, {named} (MiB)", *(_mib(held[system]) for system in _BOTH)])
    return rows


def _scale(report: Mapping[str, Any]) -> list[list[str]]:
    return [
        [
            f"{row['passages']:,}",
            system,
            _ms(row[system]["whole"]),
            _ms(row[system]["without_embedding"]),
            f"{row[system]['first_seconds']:.1f}",
            _mib(row[system]),
        ]
        for row in report["scale"]
        for system in _BOTH
    ]


def _ms(load: Mapping[str, Any]) -> str:
    return f"{load['median_ms']:,.1f}, {load['p95_ms']:,.1f}"


def _mib(held: Mapping[str, Any]) -> str:
    return f"{held['held_mib']:,.0f}, {held['peak_mib']:,.0f}"


def _growth(report: Mapping[str, Any]) -> list[str]:
    return [
        f"From {step['from']:,} to {step['to']:,} passages the median grows by "
        + " and ".join(f"{step[s]['whole']} ({s}; without embedding {step[s]['without_embedding']})" for s in _BOTH)
        + "."
        for step in report["growth"]
    ]


def aims(report: Mapping[str, Any]) -> list[str]:
    """One line for each aim: what was aimed at, what came."""
    lines = []
    page = report["served"]["tutor"]["empty"]
    single = page["clients"].get("1")
    if single is not None:
        lines.append(
            _aim(f"95th percentile for one client {single['p95_ms']} ms", single["p95_ms"] < AIM_MS, f"{AIM_MS:.0f} ms")
        )
    peaks = [page["peak_mib"], *(row["tutor"]["peak_mib"] for row in report["scale"])]
    lines.append(_aim(f"most memory {max(peaks)} MiB", max(peaks) < AIM_MIB, f"{AIM_MIB:.0f} MiB"))
    rows = report["scale"]
    if len(rows) > 1:
        low, high = rows[0], rows[-1]
        size = high["passages"] / low["passages"]
        before, after = (row["tutor"]["without_embedding"]["median_ms"] for row in (low, high))
        lines.append(
            _aim(
                f"{size:.0f} times the passages take {after / before:.1f} times as long, embedding not counted",
                after < size * before,
                f"{size:.0f} times",
            )
        )
    return lines


def _aim(what: str, met: bool, bound: str) -> str:
    return f"{'met' if met else 'MISSED'}: {what}, aim under {bound}"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    rule = ["---" if number == 0 else "---:" for number in range(len(columns))]
    return ["| " + " | ".join(cells) + " |" for cells in [columns, rule, *rows]]
