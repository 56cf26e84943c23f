"""Sections to passages: one idea each, with its heading trail and its exact span in the stored text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tutor.documents.misconceptions import begins_claim, begins_correction, claim_and_correction, names_behaviour
from tutor.documents.pieces import Span, outcomes, pieces, trimmed, weight
from tutor.documents.sentences import sentences
from tutor.domain import Block, BlockRole, Section, SectionKind

__all__ = ["PassageDraft", "claim_and_correction", "cut"]

_WORDS = re.compile(r"\w+")
_SPACES = re.compile(r"\s+")
_LISTED = (BlockRole.ITEM, BlockRole.NUMBERED)
_LEANS = re.compile(
    r"(?:It|They)\b|(?:This|These|Those)[ ](?:is|are|was|were|has|have|had|can|could|may|might|will|would|should|must"
    r"|means?|meant"
    r"|includes?|included|involves?|involved|makes?|made|gives?|gave|helps?|helped|shows?|showed|leads?|led|allows?"
    r"|allowed|also)\b"
)
_HANGING = re.compile(
    r"\b(?:is|are|was|were|be|of|for|to|by|in|on|with|that|as|such as|and|or|if|include[sd]?|including|examine[sd]?"
    r"|consider(?:s|ed)?"
    r"|cover(?:s|ed)?|need(?:s|ed)?|mean[s]?|involve[sd]?|require[sd]?|contain(?:s|ed)?|provide[sd]?|identif(?:y|ies"
    r"|ied)"
    r"|explore[sd]?|ask(?:s|ed)?|follow(?:s|ing)?|below|them|these|should|must|can|could|will|may)\W*$",
    re.IGNORECASE,
)
_PARAGRAPH_LIMIT = 90
_ITEM_LIMIT = 120
_FRAGMENT_WORDS = 8
_TRAIL_WORDS = 30
_CRUMB_WORDS, _CRUMBS_LIMIT = 6, 60
_CHILD_WORDS = 15
_GLUED_KINDS = (SectionKind.MISTAKE, SectionKind.MISCONCEPTION)


@dataclass(frozen=True, slots=True)
class PassageDraft:
    """A passage before it belongs to a document: its text is the stored text from ``start`` to ``end``."""

    start: int
    end: int
    trail: tuple[str, ...]
    kind: SectionKind
    number: int | None
    ordinal: int
    repeats: tuple[Span, ...] = ()
    """Other spans of the document where the same words stand."""


def cut(sections: Sequence[Section], text: str) -> list[PassageDraft]:
    """Cut the sections of one document into passages, in reading order, numbered from 0."""
    drafts = [draft for section in sections for draft in _section(section, text)]
    return _without_repeats(drafts, text)


def _section(section: Section, text: str) -> Iterator[PassageDraft]:
    units = _joined(section, text)
    leads: list[tuple[int, str]] = []
    for i, unit in enumerate(units):
        following = units[i + 1] if i + 1 < len(units) else None
        if unit.role is BlockRole.PARAGRAPH:
            leads = []
        elif unit.role in _LISTED:
            leads = [lead for lead in leads if lead[0] < unit.level]
        trail = section.trail + tuple(words for _, words in leads)
        end = unit.end
        if following is not None and _introduces(unit, following, text) and _says_something(following, text):
            words, end = _lead_in(unit, text)
            if words:
                leads.append((unit.level if unit.role in _LISTED else -1, words))
        yield from _drafts(replace(unit, end=end), following, trail, section.kind, text)


def _drafts(
    unit: Block, following: Block | None, trail: tuple[str, ...], kind: SectionKind, text: str
) -> Iterator[PassageDraft]:
    if not _WORDS.search(text, unit.start, unit.end):
        return
    goes_on = following is not None and unit.number is not None and following.number == unit.number + 1
    run = None if goes_on or unit.role is BlockRole.QUOTATION else outcomes(text, unit, kind)
    if run is not None:
        run_kind = SectionKind.LEARNING_OUTCOME if kind in {SectionKind.TERM, SectionKind.TEXT} else kind
        for start, end, number in run:
            yield PassageDraft(start, end, trail, run_kind, number, 0)
        return
    own = _own_kind(kind, text[unit.start : unit.end])
    limit = _PARAGRAPH_LIMIT if unit.role is BlockRole.PARAGRAPH else _ITEM_LIMIT
    for start, end in pieces(text, (unit.start, unit.end), limit):
        start, end = trimmed(text, start, end, is_item=unit.role in _LISTED)
        if start < end:
            yield PassageDraft(start, end, trail, own, unit.number, 0)


def _says_something(item: Block, text: str) -> bool:
    """Whether anything is left of an item that could carry the words that lead in to it."""
    start, end = trimmed(text, item.start, item.end, is_item=item.role in _LISTED)
    return start < end and _WORDS.search(text, start, end) is not None


def _own_kind(kind: SectionKind, words: str) -> SectionKind:
    """Mistakes and misconceptions are often listed together; each passage says which it is."""
    if kind not in _GLUED_KINDS:
        return kind
    if claim_and_correction(words) is not None:
        return SectionKind.MISCONCEPTION
    return SectionKind.MISTAKE if names_behaviour(words) else kind


def _joined(section: Section, text: str) -> list[Block]:
    """Blocks that make one idea only together, joined where nothing but white space or a bullet parts them."""
    units: list[Block] = []
    blocks = section.blocks
    i = 0
    while i < len(blocks):
        block = blocks[i]
        family = _family(blocks, i, text)
        if family > 1:
            units.append(replace(block, end=blocks[i + family - 1].end))
        elif units and _belongs(units[-1], block, section.kind, text):
            units[-1] = replace(units[-1], end=block.end)
        else:
            units.append(block)
        i += family
    return units


def _family(blocks: Sequence[Block], i: int, text: str) -> int:
    """How many blocks the item ``i`` makes one passage with: its own sub-items, where they only finish its sentence."""
    parent = blocks[i]
    if parent.role not in _LISTED or parent.end - parent.start > 400:
        return 1
    j = i + 1
    while j < len(blocks) and blocks[j].role in _LISTED and blocks[j].level > parent.level:
        j += 1
        if j - i > 20 or blocks[j - 1].end - parent.start > 2000:
            return 1
    if j == i + 1:
        return 1
    children = [text[block.start : block.end] for block in blocks[i + 1 : j]]
    fragments = sum(child[0].islower() or weight(child) < _CRUMB_WORDS for child in children)
    whole = weight(text[parent.start : blocks[j - 1].end])
    unfinished = text[parent.end - 1] == ":" or weight(text[parent.start : parent.end]) < _FRAGMENT_WORDS
    return j - i if unfinished and whole <= _ITEM_LIMIT and 2 * fragments > len(children) else 1


def _belongs(before: Block, block: Block, kind: SectionKind, text: str) -> bool:
    """Whether the block must be read with the one before it."""
    gap = text[before.end : block.start]
    if len(gap) > 40 or block.end - before.start > 4000 or any(sign.isalnum() for sign in gap):
        return False
    words, said = text[block.start : block.end], text[before.start : before.end]
    if kind in _GLUED_KINDS and begins_correction(words) and begins_claim(said):
        return True
    if before.role is not BlockRole.PARAGRAPH or block.role is not BlockRole.PARAGRAPH or gap.strip():
        return False
    together = weight(said) + weight(words)
    if _LEANS.match(words) and said[-1:] in ".!?":
        return together <= _PARAGRAPH_LIMIT
    crumbs = all(_is_crumb(line) for line in (said.rsplit("\n", 1)[-1].strip(), words))
    return crumbs and together <= _CRUMBS_LIMIT


def _is_crumb(words: str) -> bool:
    return len(words.split()) <= _CRUMB_WORDS and words[-1:] not in {".", "!", "?", ":"}


def _introduces(unit: Block, following: Block, text: str) -> bool:
    """Whether ``unit`` ends with the words that introduce the list or quotation below it."""
    if text[unit.end - 1] != ":":
        return False
    if unit.role is BlockRole.PARAGRAPH:
        return following.role in _LISTED or following.role is BlockRole.QUOTATION
    return unit.role in _LISTED and following.role in _LISTED and following.level > unit.level


def _lead_in(unit: Block, text: str) -> tuple[str, int]:
    """The introducing words for the trail, and where the rest of the block, which is a passage of its own, ends."""
    spans = [(unit.start + start, unit.start + end) for start, end in sentences(text[unit.start : unit.end])]
    start, end = spans[-1]
    lead = text[start:end]
    shown = start
    if re.match(r"(?:These|This|They|Those|It)\b", lead) and len(spans) > 1:
        shown = spans[-2][0]
    words = _SPACES.sub(" ", text[shown:end]).strip(" :")
    if len(words.split()) > _TRAIL_WORDS:
        words = _SPACES.sub(" ", lead).strip(" :")
    if len(words.split()) > _TRAIL_WORDS:
        return "", unit.end
    is_fragment = len(lead.split()) <= _FRAGMENT_WORDS or _HANGING.search(lead.rstrip(" :")[-40:]) is not None
    return words, start if is_fragment else unit.end


def _without_repeats(drafts: Sequence[PassageDraft], text: str) -> list[PassageDraft]:
    """Keep each passage once, where its kind says most, and note where else its words stand."""
    groups: dict[str, list[PassageDraft]] = {}
    for draft in drafts:
        key = " ".join(_WORDS.findall(text[draft.start : draft.end].casefold()))
        groups.setdefault(key, []).append(draft)
    kept: list[PassageDraft] = []
    for group in groups.values():
        best = min(group, key=_rank)
        repeats = tuple((draft.start, draft.end) for draft in group if draft is not best)
        kept.append(replace(best, repeats=repeats))
    kept.sort(key=lambda draft: draft.start)
    return [replace(draft, ordinal=ordinal) for ordinal, draft in enumerate(kept)]


def _rank(draft: PassageDraft) -> int:
    return {SectionKind.TEXT: 2, SectionKind.TERM: 1}.get(draft.kind, 0)
