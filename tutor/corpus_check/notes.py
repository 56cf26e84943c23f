"""Notes as the checks see them: read and outlined as ingest does it, with the lines of the file kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from tutor.corpus_check.records import Check, Finding
from tutor.documents.asked import SUFFIX, AskedLine, read_asked
from tutor.documents.files import FoundFile, beside, find_files, load
from tutor.documents.headings import normal
from tutor.documents.outline import outline
from tutor.documents.passages import cut
from tutor.documents.reader import read
from tutor.documents.text import decode
from tutor.domain import BlockRole, SectionKind, SourceText
from tutor.errors import CorpusError, UnreadableDocument

SPECIFICATION = "specification"
"""The stem of the file that says what a unit asks for."""
_MARKDOWN = frozenset({".md", ".markdown"})
_LISTED = frozenset({BlockRole.ITEM, BlockRole.NUMBERED})
_WORD = re.compile(r"\w+")
_CLOSING = frozenset({"---", "..."})
_OUTCOME = re.compile(r"outcome (\d{1,2})(?:: *(?P<name>.+))?", re.IGNORECASE)
_MESSAGE = re.compile(r"(?:.*?: )?expected (?P<expected>.+?), (?:found|got):? (?P<found>.+); (?P<do>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of a note, with where it stands."""

    role: BlockRole
    text: str
    level: int
    under: tuple[str, ...]
    """The headings above it in lower case, outermost first, without the title."""
    kind: SectionKind
    """What the outline reader takes its section for; ``TEXT`` for a heading."""
    line: int | None
    """The line of the file, from 1, where it could be told."""

    @property
    def is_listed(self) -> bool:
        return self.role in _LISTED


@dataclass(frozen=True, slots=True)
class Note:
    """One Markdown file of the folder."""

    file: str
    matter: dict[str, Any]
    """The front matter."""
    lines: tuple[str, ...]
    """All lines of the file."""
    body: int
    """The index in ``lines`` of the first line behind the front matter."""
    pieces: tuple[Piece, ...]
    passages: tuple[tuple[SectionKind, str], ...]
    """What the library would hold of it."""
    asked_file: str = ""
    asked: tuple[AskedLine, ...] = ()
    """The questions in the file beside it; see ``tutor.documents.asked``."""

    @property
    def slug(self) -> str:
        return PurePosixPath(self.file).stem

    @property
    def folder(self) -> str:
        return PurePosixPath(self.file).parent.as_posix()

    @property
    def is_specification(self) -> bool:
        return self.slug == SPECIFICATION

    @property
    def title(self) -> str:
        return text_of(self.matter.get("title")) or self.slug

    @property
    def unit(self) -> str:
        return text_of(self.matter.get("unit"))

    def line_of(self, name: str) -> int | None:
        """The line of the front matter that begins with a name."""
        lines = self.lines[: self.body]
        return next((n for n, line in enumerate(lines, 1) if line.startswith(f"{name}:")), None)

    @property
    def outcomes(self) -> tuple[str, ...]:
        return texts_of(self.matter.get("outcomes"))


@dataclass(frozen=True, slots=True)
class Specification:
    """What a unit's specification file lists."""

    file: str
    unit: str
    outcomes: dict[str, str]
    """Short names by code (``LO1``), from the headings of the criteria; empty where there is no such heading."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of notes that has been read, and a finding for each file that could not be."""

    path: Path
    notes: tuple[Note, ...]
    refused: tuple[Finding, ...]

    @property
    def specifications(self) -> tuple[Specification, ...]:
        return tuple(_specification(note) for note in self.notes if note.is_specification)


def read_folder(path: Path) -> Folder:
    """Read all Markdown files below ``path``; raises ``CorpusError`` where there are none."""
    if not path.is_dir():
        raise CorpusError(f"{path}: expected a folder of notes, found none; give the path of one")
    found = find_files([path])
    refused = [_refused(error, str(error).partition(":")[0]) for error in found.refused]
    notes = []
    for file in found.files:
        if file.path.suffix.lower() not in _MARKDOWN:
            continue
        try:
            note = _note(file)
        except UnreadableDocument as error:
            refused.append(_refused(error, file.shown))
            continue
        asked = beside(file, SUFFIX)
        if asked is not None:
            try:
                note = replace(note, asked_file=asked.shown, asked=read_asked(load(asked), asked.shown))
            except UnreadableDocument as error:
                refused.append(_refused(error, asked.shown))
        notes.append(note)
    if not notes and not refused:
        raise CorpusError(f"{path}: expected notes in Markdown (.md) there, found none; add some, or give another path")
    return Folder(path, tuple(notes), tuple(refused))


def words_in(text: str) -> int:
    """How many words a text has; a hyphenated word is one."""
    return sum(_WORD.search(word) is not None for word in text.split())


def text_of(value: Any) -> str:
    """A value of the front matter as one line of text, empty where it is none."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def texts_of(value: Any) -> tuple[str, ...]:
    """The texts of a list in the front matter."""
    return tuple(text for text in map(text_of, value) if text) if isinstance(value, list) else ()


def _note(file: FoundFile) -> Note:
    data = load(file)
    source = read(data, file.path.name)
    lines = tuple(decode(data, file.shown).split("\n"))
    body = _body(lines)
    title = text_of(source.front_matter.get("title")) or file.path.stem
    drafts = cut(outline(source, title), source.text)
    return Note(
        file=file.shown,
        matter=source.front_matter,
        lines=lines,
        body=body,
        pieces=tuple(_pieces(source, title, lines, body)),
        passages=tuple((draft.kind, source.text[draft.start : draft.end]) for draft in drafts),
    )


def _body(lines: Sequence[str]) -> int:
    if lines[0].rstrip() != "---":
        return 0
    return next((n for n, line in enumerate(lines[1:], 2) if line.rstrip() in _CLOSING), 0)


def _pieces(source: SourceText, title: str, lines: Sequence[str], body: int) -> Iterator[Piece]:
    places = {
        block: (tuple(normal(words) for words in section.trail[1:]), section.kind)
        for section in outline(source, title)
        for block in section.blocks
    }
    at = body
    for block in source.blocks:
        text = source.text[block.start : block.end]
        under, kind = places.get(block, ((), SectionKind.TEXT))
        line = _line(text, lines, at)
        at = at if line is None else line
        yield Piece(block.role, text, block.level, under, kind, line)


def _line(text: str, lines: Sequence[str], at: int) -> int | None:
    """The first line from index ``at`` on whose words, but for a marker, are those that the text begins with."""
    words = _WORD.findall(text)
    for number, line in enumerate(lines[at:], at + 1):
        there = _WORD.findall(line)
        for skipped in (0, 1):  # the number of an item
            rest = there[skipped:]
            if rest and rest == words[: len(rest)]:
                return number
    return None


def _specification(note: Note) -> Specification:
    names: dict[int, str] = {}
    for piece in note.pieces:
        if piece.role is BlockRole.HEADING and (heading := _OUTCOME.fullmatch(piece.text.strip())):
            names[int(heading[1])] = heading["name"] or ""
    count = sum(p.is_listed and p.kind is SectionKind.LEARNING_OUTCOME and p.level == 0 for p in note.pieces)
    return Specification(note.file, note.unit, {f"LO{n}": names.get(n, "") for n in range(1, count + 1)})


def _refused(error: UnreadableDocument, file: str) -> Finding:
    """The finding that an error's message amounts to: such messages say what was expected, found and to be done."""
    told = _MESSAGE.fullmatch(str(error))
    if told is None:
        return Finding(Check.FILE, file, None, "a file that can be read", f"{error}", "mend it")
    return Finding(Check.FILE, file, None, told["expected"], told["found"], told["do"])
