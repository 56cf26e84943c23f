"""The groups of questions that a suite reports by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evals.data import Question, Split

BOTH = "corpus+layout"
"""The two sets that ship, taken together; what the gate looks at, whatever else is present."""
ALL = "all"
_SHIPPED = frozenset(BOTH.split("+"))


def groups(questions: Sequence[Question]) -> Iterator[tuple[str, str, list[Question]]]:
    """Name of the set, name of the slice, and its questions; no empty group."""
    for set_, members in by_set(questions):
        for slice_, cases in slices(members):
            if cases:
                yield set_, slice_, cases


def by_set(questions: Sequence[Question]) -> list[tuple[str, list[Question]]]:
    """The questions of each set, and of the shipped ones together."""
    names = dict.fromkeys(q.set for q in questions)
    return [
        *((name, [q for q in questions if q.set == name]) for name in names),
        (BOTH, [q for q in questions if q.set in _SHIPPED]),
    ]


def slices(questions: Sequence[Question]) -> list[tuple[str, list[Question]]]:
    """All of them, then by split, by wording, by how far a question without an answer lies, and by intent."""
    answerable = [q for q in questions if q.answerable]
    silent = [q for q in questions if not q.answerable]
    return [
        (ALL, list(questions)),
        *((f"split: {split}", [q for q in questions if q.split is split]) for split in Split),
        ("paraphrase: yes", [q for q in answerable if q.paraphrase]),
        ("paraphrase: no", [q for q in answerable if not q.paraphrase]),
        ("near the topic", [q for q in silent if q.near is True]),
        ("off the topic", [q for q in silent if q.near is False]),
        *((f"intent: {i}", [q for q in questions if q.intent is i]) for i in sorted({q.intent for q in questions})),
    ]
