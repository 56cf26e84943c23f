"""Has a note the headings of the house, in their order, a fitting length, and bullets that can be quoted alone?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tutor.corpus_check.notes import Note, Piece, text_of, words_in
from tutor.corpus_check.records import Check, Finding
from tutor.documents.headings import heading_kind, normal
from tutor.documents.passages import claim_and_correction
from tutor.domain import BlockRole, SectionKind

FEWEST_WORDS, MOST_WORDS = 350, 900
LONGEST_BULLET = 60
FIRST_YEAR = 1800
_YEAR = re.compile(r"(?<!\d)(?<!\d[.,])\d{4}(?!\d|[.,]\d)")
_LEANS = re.compile(r"(?:It|This|They|These|Those|Such|Here|However)\b")
_OUTCOME = re.compile(r"outcome (\d{1,2})\b")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that a file should have, and what must stand below it."""

    words: str
    level: int = 2
    optional: bool = False
    bullets: int = 0
    """The fewest bullets or numbered items below it."""


NOTE_HEADINGS = (
    Heading("In one sentence"),
    Heading("Key points", bullets=1),
    Heading("How it works", optional=True, bullets=1),
    Heading("Example", bullets=1),
    Heading("Evaluate"),
    Heading("Strengths", level=3, bullets=1),
    Heading("Limits", level=3, bullets=1),
    Heading("Common mistakes", bullets=1),
    Heading("Misconceptions", bullets=1),
    Heading("Using it in an assignment", bullets=1),
    Heading("Check yourself", bullets=1),
)
SPECIFICATION_HEADINGS = (
    Heading("Synopsis"),
    Heading("Learning outcomes", bullets=1),
    Heading("Assessment criteria"),
    Heading("Guidance", bullets=1),
    Heading("Common mistakes", bullets=10),
    Heading("Misconceptions", bullets=8),
    Heading("Question types", bullets=1),
    Heading("Revision plan", bullets=1),
    Heading("Prior knowledge", bullets=1),
)


def check_structure(note: Note, today: date) -> Iterator[Finding]:
    """A finding for each heading, length or bullet that is not as it should be."""
    yield from _title(note)
    yield from _headings(note, SPECIFICATION_HEADINGS if note.is_specification else NOTE_HEADINGS)
    yield from _unknown_headings(note)
    if note.is_specification:
        yield from _criteria(note)
    else:
        yield from _length(note)
    for piece in note.pieces:
        if piece.is_listed:
            yield from _bullet(note, piece)
    if not note.is_specification:
        yield from _examples(note, today)


def words_of(note: Note) -> int:
    """How many words stand in the body of a note."""
    return sum(words_in(piece.text) for piece in note.pieces)


def _title(note: Note) -> Iterator[Finding]:
    """A note without a title in its front matter is told of that there."""
    if not text_of(note.matter.get("title")):
        return
    tops = [piece for piece in note.pieces if piece.role is BlockRole.HEADING and piece.level == 1]
    if [normal(piece.text) for piece in tops] != [normal(note.title)]:
        yield Finding(
            Check.HEADINGS,
            note.file,
            tops[0].line if tops else note.body + 1,
            f"one heading of the first level, the title: # {note.title}",
            ", ".join(f"# {piece.text}" for piece in tops) or "none",
            "write the title there as in the front matter",
        )


def _headings(note: Note, wanted: Sequence[Heading]) -> Iterator[Finding]:
    first: dict[str, Piece] = {}
    for piece in note.pieces:
        if piece.role is BlockRole.HEADING:
            first.setdefault(normal(piece.text), piece)
    there: list[tuple[Heading, Piece]] = []
    for heading in wanted:
        found = first.get(normal(heading.words))
        if found is not None:
            there.append((heading, found))
            yield from _level_and_content(note, found, heading)
        elif not heading.optional:
            where = f" after {_marked(there[-1][0])}" if there else ""
            yield _heading(note, None, f"the heading {_marked(heading)}{where}", "none", "add it, with its text below")
    yield from _order(note, there)


def _order(note: Note, wanted: Sequence[tuple[Heading, Piece]]) -> Iterator[Finding]:
    """The first heading that is not where the house order has it."""
    places = {id(piece): place for place, piece in enumerate(note.pieces)}
    actual = sorted(wanted, key=lambda pair: places[id(pair[1])])
    for (expected, _), (found, piece) in zip(wanted, actual, strict=True):
        if expected is not found:
            yield _heading(
                note, piece, f"{_marked(expected)} here", _marked(found), "put the headings in the house order"
            )
            return


def _level_and_content(note: Note, piece: Piece, heading: Heading) -> Iterator[Finding]:
    if piece.level != heading.level:
        found = f"{'#' * piece.level} {piece.text}"
        yield _heading(note, piece, _marked(heading), found, f"write it with {heading.level} # signs")
    below = [p for p in note.pieces if normal(heading.words) in p.under]
    bullets = sum(p.is_listed and p.level == 0 for p in below)
    if not below or bullets < heading.bullets:
        least = (
            f"at least {heading.bullets} bullets" if heading.bullets > 1 else "bullets" if heading.bullets else "text"
        )
        found = f"{bullets} bullets" if below else "nothing"
        yield _heading(note, piece, f"{least} below {_marked(heading)}", found, "add what is missing")


def _marked(heading: Heading) -> str:
    return f"{'#' * heading.level} {heading.words}"


def _unknown_headings(note: Note) -> Iterator[Finding]:
    """Smaller headings may say what they like: they take the kind of the one above."""
    for piece in note.pieces:
        if piece.role is BlockRole.HEADING and piece.level == 2 and heading_kind(piece.text) is None:
            yield _heading(
                note,
                piece,
                "a heading whose purpose the tutor knows",
                f"## {piece.text}",
                "use one of the house, or make it ###",
            )


def _criteria(note: Note) -> Iterator[Finding]:
    """Each learning outcome has criteria of its own, below a heading ``### Outcome 1: ...``."""
    outcomes = sum(p.is_listed and p.level == 0 and p.under[-1:] == ("learning outcomes",) for p in note.pieces)
    served = {
        int(number[1])
        for piece in note.pieces
        if piece.is_listed and piece.under[:1] == ("assessment criteria",)
        for heading in piece.under[1:]
        if (number := _OUTCOME.match(heading))
    }
    for outcome in range(1, outcomes + 1):
        if outcome not in served:
            expected = f"criteria as bullets below ### Outcome {outcome}: ... in Assessment criteria"
            yield _heading(note, None, expected, "none", "add them")


def _length(note: Note) -> Iterator[Finding]:
    words = words_of(note)
    if not FEWEST_WORDS <= words <= MOST_WORDS:
        do = "say more, or join it to another note" if words < FEWEST_WORDS else "cut it, or make it two notes"
        yield Finding(Check.LENGTH, note.file, None, f"{FEWEST_WORDS} to {MOST_WORDS} words", f"{words}", do)


def _bullet(note: Note, piece: Piece) -> Iterator[Finding]:
    leaning = _LEANS.match(piece.text)
    if leaning is not None:
        yield _quoted(
            note, piece, f"a bullet that stands alone, not one that begins with {leaning[0]}", "name the subject"
        )
    words = words_in(piece.text)
    if words > LONGEST_BULLET:
        yield _quoted(note, piece, f"a bullet of at most {LONGEST_BULLET} words, not {words}", "cut it, or make it two")
    if "misconceptions" in piece.under and (
        not piece.text.startswith("Misconception:")
        or "Correction:" not in piece.text
        or claim_and_correction(piece.text) is None
    ):
        yield _quoted(note, piece, "Misconception: a claim. Correction: what is true.", "write both")


def _examples(note: Note, today: date) -> Iterator[Finding]:
    """One real case with its year; an illustration beside it needs none."""
    examples = [piece for piece in note.pieces if piece.kind is SectionKind.EXAMPLE and piece.is_listed]
    years = [int(year) for piece in examples for year in _YEAR.findall(piece.text)]
    if examples and not any(FIRST_YEAR <= year <= today.year for year in years):
        expected = f"an example with its year, from {FIRST_YEAR} to {today.year}"
        yield _quoted(note, examples[0], expected, "say when it was")


def _quoted(note: Note, piece: Piece, expected: str, do: str) -> Finding:
    shown = piece.text if len(piece.text) <= 60 else piece.text[:57].rstrip() + "..."
    return Finding(Check.BULLETS, note.file, piece.line, expected, repr(shown), do)


def _heading(note: Note, piece: Piece | None, expected: str, found: str, do: str) -> Finding:
    return Finding(Check.HEADINGS, note.file, piece.line if piece else None, expected, found, do)
