"""The bench's report as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

AIM_MS = 300.0
AIM_MIB = 1536.0


def show(console: Console, report: Mapping[str, Any]) -> None:
    """Print everything, and how it stands to the aims on two cores."""
    both = ("tutor", "plain")
    first, pages = report["first"], report["served"]
    _table(
        console,
        "start",
        ["", "tutor", "plain"],
        [
            ["first answer, nothing built (s)", *(first[s]["empty"]["seconds"] for s in both)],
            ["first answer, built (s)", *(first[s]["built"]["seconds"] for s in both)],
            ["first page, nothing built (s)", pages["empty"]["first_page_seconds"], "no page"],
            ["first page, built (s)", pages["built"]["first_page_seconds"], "no page"],
            ["first answer on the page, nothing built (s)", pages["empty"]["first_answer_seconds"], "no page"],
            ["first answer on the page, built (s)", pages["built"]["first_answer_seconds"], "no page"],
        ],
    )
    keys = ["pieces", "seconds", "pieces_per_second", "characters_per_second", "peak_mib"]
    _table(console, "ingest", ["", *keys], [[s, *(report["ingest"][s][key] for key in keys)] for s in both])
    keys = ["count", "median_ms", "p95_ms", "per_second"]
    loads = [
        *([f"{s}, in process", *(report["answers"][s][k] for k in [*keys, "peak_mib"])] for s in both),
        *(
            [f"tutor, page, {count} client{'s' if count != '1' else ''}", *(load[k] for k in keys), ""]
            for count, load in pages["built"]["clients"].items()
        ),
        ["tutor, page, server", "", "", "", "", pages["built"]["peak_mib"]],
    ]
    _table(console, "answers (plain: four chunks)", ["", *keys, "peak_mib"], loads)
    keys = ["median_ms", "p95_ms", "embed_ms", "first_ms", "peak_mib", "build_seconds"]
    rows = [
        [row["passages"], s, row[s]["held"], *(row[s][key] for key in keys)] for row in report["scale"] for s in both
    ]
    _table(console, "retrieval by size of the library", ["passages", "", "held", *keys], rows)
    machine = ", ".join(f"{name} {value}" for name, value in report["machine"].items())
    for line in [f"machine: {machine}; other work on it makes every time longer", *report["notes"], *aims(report)]:
        console.print(line, markup=False)


def aims(report: Mapping[str, Any]) -> list[str]:
    """One line for each aim: what was aimed at, what came."""
    lines = []
    single = report["served"]["built"]["clients"].get("1")
    if single is not None:
        lines.append(
            _aim(f"95th percentile for one client {single['p95_ms']} ms", single["p95_ms"] < AIM_MS, f"{AIM_MS:.0f} ms")
        )
    peaks = [report["served"]["built"]["peak_mib"], *(row["tutor"]["peak_mib"] for row in report["scale"])]
    lines.append(_aim(f"most memory {max(peaks)} MiB", max(peaks) < AIM_MIB, f"{AIM_MIB:.0f} MiB"))
    rows = report["scale"]
    if len(rows) > 1:
        low, high = rows[0], rows[-1]
        size = high["passages"] / low["passages"]
        time = high["tutor"]["median_ms"] / low["tutor"]["median_ms"]
        lines.append(
            _aim(f"{size:.0f} times the passages take {time:.1f} times as long", time < size, f"{size:.0f} times")
        )
    return lines


def _aim(what: str, met: bool, bound: str) -> str:
    return f"{'met' if met else 'MISSED'}: {what}, aim under {bound}"


def _table(console: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column.replace("_", " "), justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*(str(value) for value in row))
    console.print(table)
    console.print()
