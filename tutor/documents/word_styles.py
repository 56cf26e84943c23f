"""What a Word paragraph's style and numbering make of it: heading, bullet, number, quotation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from docx.oxml.ns import qn
from lxml.etree import _Element as Element

from tutor.domain import BlockRole

_HEADING = re.compile(r"heading (\d)")
_LIST = re.compile(r"list (bullet|number)(?: (\d))?")
_QUOTATIONS = frozenset({"quote", "intense quote", "block text", "quotation", "quotations", "block quotation"})
_CONTENTS = ("toc ", "table of figures", "table of authorities")
_NO_LIST = "0"
_BODY_TEXT = 9
_DEEPEST_HEADING = 6


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph shows: its role, depth and printed number."""

    role: BlockRole
    level: int = 0
    number: int | None = None


@dataclass(frozen=True, slots=True)
class _Style:
    id: str
    name: str
    based_on: str
    properties: Element | None


@dataclass(frozen=True, slots=True)
class _ListLevel:
    format: str = "decimal"
    start: int = 1


@dataclass(slots=True)
class WordStyles:
    """The styles and lists of one document; numbers are counted as the paragraphs are asked for, in order."""

    styles: dict[str, _Style]
    default: str
    lists: dict[str, Element]
    """Each list by its ``numId``."""
    abstract_lists: dict[str, Element]
    """Each list's definition by its ``abstractNumId``."""
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _restarted: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, styles: Element, numbering: Element | None) -> WordStyles:
        """From the roots of ``styles.xml`` and ``numbering.xml``."""
        known: dict[str, _Style] = {}
        default = ""
        for style in styles.iterfind(qn("w:style")):
            if style.get(qn("w:type")) != "paragraph":
                continue
            id_ = style.get(qn("w:styleId"), "")
            known[id_] = _Style(
                id_, _child(style, "w:name").lower(), _child(style, "w:basedOn"), style.find(qn("w:pPr"))
            )
            if style.get(qn("w:default")) in {"1", "true", "on"}:
                default = id_
        root = () if numbering is None else numbering
        return cls(
            known,
            default,
            {each.get(qn("w:numId"), ""): each for each in root if each.tag == qn("w:num")},
            {each.get(qn("w:abstractNumId"), ""): each for each in root if each.tag == qn("w:abstractNum")},
        )

    def look(self, paragraph: Element) -> Look | None:
        """The look of the next paragraph; None for a line of a table of contents."""
        properties = paragraph.find(qn("w:pPr"))
        chain = self._chain(_child(properties, "w:pStyle") or self.default)
        if any(style.name.startswith(_CONTENTS) for style in chain):
            return None
        level = _heading_level(properties, chain)
        if level is not None:
            self._list_look(properties, chain)  # a numbered heading takes its number, so that the next one counts on
            return Look(BlockRole.HEADING, min(level, _DEEPEST_HEADING))
        if any(style.name in _QUOTATIONS for style in chain):
            return Look(BlockRole.QUOTATION)
        return self._list_look(properties, chain) or Look(BlockRole.PARAGRAPH)

    def _chain(self, id_: str) -> list[_Style]:
        """A style, the style that it is based on, and so on."""
        chain: list[_Style] = []
        while (style := self.styles.get(id_)) is not None and style not in chain:
            chain.append(style)
            id_ = style.based_on
        return chain

    def _list_look(self, properties: Element | None, chain: list[_Style]) -> Look | None:
        named = next((match for style in chain if (match := _LIST.fullmatch(style.name))), None)
        depth = int(named[2]) - 1 if named and named[2] else 0
        list_id, level = self._list_of(properties, chain)
        if list_id == _NO_LIST:
            return None
        rule = self._rule(list_id, level) if list_id else None
        if rule is None:
            if named is None:
                return None
            if named[1] == "bullet":
                return Look(BlockRole.ITEM, depth)
            return Look(BlockRole.NUMBERED, depth, self._count(named[0], 0, 1))
        if rule.format == "none":
            return None
        depth = max(depth, level)
        if rule.format == "bullet":
            return Look(BlockRole.ITEM, depth)
        return Look(BlockRole.NUMBERED, depth, self._count(self._abstract_id(list_id), level, rule.start, list_id))

    def _list_of(self, properties: Element | None, chain: list[_Style]) -> tuple[str, int]:
        """The list's id, empty for none, and the level in it; the paragraph's own setting goes before its style's."""
        for owner, style in ((properties, None), *((style.properties, style) for style in chain)):
            setting = owner.find(qn("w:numPr")) if owner is not None else None
            if setting is None or not (list_id := _child(setting, "w:numId")):
                continue
            level = _child(setting, "w:ilvl")
            if level.isdecimal():
                return list_id, int(level)
            return list_id, self._level_of_style(list_id, style.id) if style is not None else 0
        return "", 0

    def _level_of_style(self, list_id: str, style_id: str) -> int:
        abstract = self._abstract(list_id)
        for level in abstract.iterfind(qn("w:lvl")) if abstract is not None else ():
            if _child(level, "w:pStyle") == style_id:
                return _integer(level.get(qn("w:ilvl")), 0)
        return 0

    def _rule(self, list_id: str, level: int) -> _ListLevel | None:
        abstract = self._abstract(list_id)
        if abstract is None:
            return None
        override = self._override(list_id, level)
        own = override.find(qn("w:lvl")) if override is not None else None
        for candidate in (own, *abstract.iterfind(qn("w:lvl"))):
            if candidate is not None and _integer(candidate.get(qn("w:ilvl")), 0) == level:
                return _ListLevel(_child(candidate, "w:numFmt") or "decimal", _integer(_child(candidate, "w:start"), 1))
        return _ListLevel()

    def _count(self, key: str, level: int, start: int, list_id: str = "") -> int:
        counts = self._counts.setdefault(key, {})
        for deeper in [depth for depth in counts if depth > level]:
            del counts[deeper]
        override = self._override(list_id, level) if list_id else None
        restart = _child(override, "w:startOverride")
        if restart and (list_id, level) not in self._restarted:
            self._restarted.add((list_id, level))
            counts[level] = _integer(restart, 1)
        else:
            counts[level] = counts[level] + 1 if level in counts else start
        return counts[level]

    def _override(self, list_id: str, level: int) -> Element | None:
        concrete = self.lists.get(list_id)
        overrides = concrete.iterfind(qn("w:lvlOverride")) if concrete is not None else ()
        return next((each for each in overrides if each.get(qn("w:ilvl")) == str(level)), None)

    def _abstract_id(self, list_id: str) -> str:
        return _child(self.lists.get(list_id), "w:abstractNumId")

    def _abstract(self, list_id: str, follow: bool = True) -> Element | None:
        abstract = self.abstract_lists.get(self._abstract_id(list_id))
        link = _child(abstract, "w:numStyleLink")
        if link and follow and link in self.styles:
            linked, _ = self._list_of(self.styles[link].properties, [])
            return self._abstract(linked, follow=False) if linked else abstract
        return abstract


def _heading_level(properties: Element | None, chain: list[_Style]) -> int | None:
    own = _integer(_child(properties, "w:outlineLvl"), -1)
    if own >= 0:
        return own + 1 if own < _BODY_TEXT else None
    for style in chain:
        if match := _HEADING.fullmatch(style.name):
            return int(match[1]) or 1
        if style.name == "title":
            return 1
        outline = _integer(_child(style.properties, "w:outlineLvl"), -1)
        if outline >= 0:
            return outline + 1 if outline < _BODY_TEXT else None
    return None


def _child(element: Element | None, name: str) -> str:
    """The ``w:val`` of a child element, or an empty string."""
    child = element.find(qn(name)) if element is not None else None
    return (child.get(qn("w:val")) or "") if child is not None else ""


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else default
