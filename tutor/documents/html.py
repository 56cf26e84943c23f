"""Reading web pages: what a visitor would read of the page's own words, block by block."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.dammit import EncodingDetector
from bs4.element import NavigableString, PageElement, PreformattedString

from tutor.documents.compose import Part, compose
from tutor.documents.text import clean, one_line
from tutor.domain import BlockRole, SourceText
from tutor.errors import UnreadableDocument

LONGEST_CELL = 500
"""A table without headers that has a cell of more characters is taken for a frame around text."""
_DROPPED = frozenset(
    {"head", "script", "style", "noscript", "template", "nav", "header", "footer", "aside", "form", "dialog"}
    | {"iframe", "object", "embed", "svg", "canvas", "math", "audio", "video"}
    | {"button", "select", "option", "datalist", "textarea", "input"}
)
_DROPPED_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "menu"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset({"ol", "ul", "menu", "dir", "dl"})
_BLOCKS = frozenset(
    _HEADINGS.keys()
    | _LISTS
    | {"html", "body", "main", "article", "section", "hgroup", "div", "center", "address", "p", "pre", "hr"}
    | {"li", "dt", "dd", "blockquote", "figure", "figcaption", "details", "summary", "fieldset", "legend"}
    | {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
)
_PAGE_PARTS = ["main", "article", "h1"]
_INVISIBLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_WINDOWS_LATIN = frozenset({"iso-8859-1", "latin-1", "latin1", "ascii", "us-ascii", "windows-1252", "cp1252"})
_CHARSETS = re.compile(
    r"utf-8(-sig)?|cp\d+|iso8859-\d+|koi8-[ru]|gbk|gb2312|gb18030|big5(hkscs)?|euc_(jp|kr)|shift_jis|mac-roman"
)
"""Those of Python's codecs that web pages use."""
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*>")
_NUMBER = re.compile(r"[+-]?\d{1,6}")


@dataclass(slots=True)
class _Item:
    """An open ``li`` or ``dd``; its first words take the role, what follows is running text."""

    number: int | None = None
    term: str = ""
    fresh: bool = True


@dataclass(slots=True)
class _List:
    """An open list; ``number`` is the next one to print, None where it has bullets."""

    number: int | None = None
    step: int = 1


@dataclass(slots=True)
class _State:
    tables: frozenset[int]
    """Identities of the tables that are read row by row."""
    words: list[str] = field(default_factory=list)
    lists: list[_List] = field(default_factory=list)
    items: list[_Item] = field(default_factory=list)
    quotations: int = 0
    heading: int | None = None
    term: str = ""
    """What the last ``dt`` names; several in a row share their definitions."""
    term_defined: bool = False
    in_term: bool = False
    breaks: int = 0
    parts: list[Part] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Closed:
    """Marks the end of an element in the walk."""

    tag: Tag


def read_html(data: bytes) -> SourceText:
    """The visible blocks of a page, without its navigation and forms; the page's title is ``front_matter["title"]``.

    Raises ``UnreadableDocument`` where the bytes do not fit the character set that the page declares.
    """
    # An XML declaration, or the lack of any tag, makes the parser warn that this may be no page.
    text = "<!DOCTYPE html>" + _XML_DECLARATION.sub("", _decode(data))
    page = BeautifulSoup(text.encode(), "lxml", from_encoding="utf-8")
    state = _State(_data_tables(page))
    for step in _steps(page, state.tables):
        match step:
            case str():
                _add(step, state)
            case Tag():
                _open(step, state)
            case _Closed(tag):
                _close(tag, state)
    _flush(state)
    return compose(state.parts, _front_matter(page))


def _decode(data: bytes) -> str:
    """By byte order mark, else as the page declares, else UTF-8, else Windows-1252, as browsers do."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding, "its byte order mark says")
    declared = (EncodingDetector.find_declared_encoding(data, is_html=True) or "").lower()
    if declared in _WINDOWS_LATIN:
        return data.decode("cp1252", errors="ignore")
    if declared.startswith("utf-16"):  # a page whose declaration can be read byte by byte is not in UTF-16
        declared = "utf-8"
    try:
        known = codecs.lookup(declared).name if declared else ""
    except LookupError:
        known = ""
    if _CHARSETS.fullmatch(known):
        return _strictly(data, known, "the page declares")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="ignore")


def _strictly(data: bytes, encoding: str, source: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeError as error:
        at = f" at byte {error.start}" if isinstance(error, UnicodeDecodeError) else ""
        raise UnreadableDocument(
            f"expected text in {encoding.upper()}, as {source}, found bytes that are not{at}; "
            "open the page in a browser and save it again as UTF-8"
        ) from error


def _steps(root: Tag, tables: frozenset[int] = frozenset()) -> Iterator[str | Tag | _Closed]:
    """The page's elements and words in order, dropped elements left out; each of ``tables`` comes as one step.

    Keeps a stack of its own, so that no depth of nesting is too much.
    """
    waiting: list[PageElement | _Closed] = [root]
    while waiting:
        step = waiting.pop()
        if isinstance(step, _Closed):
            yield step
        elif isinstance(step, Tag):
            if _is_dropped(step):
                waiting += _headings_of_article(step)
                continue
            yield step
            waiting.append(_Closed(step))
            if id(step) not in tables:
                waiting += reversed(step.contents)
        elif isinstance(step, NavigableString) and not isinstance(step, PreformattedString):
            yield str(step)


def _is_dropped(tag: Tag) -> bool:
    if tag.name == "form":  # some sites wrap the whole page in one
        return tag.find(_PAGE_PARTS) is None
    if tag.name in _DROPPED or tag.has_attr("hidden"):
        return True
    if _attribute(tag, "aria-hidden").lower() == "true" or _attribute(tag, "role").lower() in _DROPPED_ROLES:
        return True
    return _INVISIBLE.search(_attribute(tag, "style")) is not None


def _headings_of_article(tag: Tag) -> list[PageElement | _Closed]:
    """The headings in an article's own header, last first: the header goes, its headings are part of the text."""
    if tag.name != "header" or tag.has_attr("hidden") or tag.find_parent(["article", "main"]) is None:
        return []
    names = list(_HEADINGS)
    return [heading for heading in reversed(tag.find_all(names)) if heading.find_parent(names) is None]


def _data_tables(page: Tag) -> frozenset[int]:
    """Identities of the tables that hold rows of facts; one that arranges the page is walked as if not there."""
    tables = page.find_all("table")
    frames = {id(table.find_parent("table")) for table in tables}
    return frozenset(id(table) for table in tables if id(table) not in frames and _holds_facts(table))


def _holds_facts(table: Tag) -> bool:
    if _attribute(table, "role").lower() in {"presentation", "none"} or table.find("tr") is None:
        return False
    if table.find("th") is not None:
        return True
    cells = table.find_all("td")
    return table.find(list(_HEADINGS)) is None and all(len(cell.get_text()) <= LONGEST_CELL for cell in cells)


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return value if isinstance(value, str) else ""


def _add(words: str, state: _State) -> None:
    if words.strip():
        state.breaks = 0
    state.words.append(words)


def _open(tag: Tag, state: _State) -> None:
    name = tag.name
    if name == "br":
        state.breaks += 1
        state.words.append(" ")
        if state.breaks > 1:
            _flush(state)
        return
    if name not in _BLOCKS:
        return
    _flush(state)
    if name in _HEADINGS:
        state.heading = _HEADINGS[name]
    elif name in _LISTS:
        state.lists.append(_new_list(tag))
    elif name in {"li", "dt", "dd"}:
        _open_item(tag, state)
    elif name == "blockquote":
        state.quotations += 1
    elif id(tag) in state.tables:
        _put_table(tag, state)


def _open_item(tag: Tag, state: _State) -> None:
    match tag.name:
        case "li":
            state.items.append(_Item(_next_number(tag, state)))
        case "dd":
            state.items.append(_Item(term=state.term))
        case "dt":
            if state.term_defined:
                state.term, state.term_defined = "", False
            state.in_term = True


def _close(tag: Tag, state: _State) -> None:
    name = tag.name
    if name not in _BLOCKS:
        return
    _flush(state)
    if name in _HEADINGS:
        state.heading = None
    elif name in _LISTS:
        if name == "dl":
            _end_terms(state)
        state.lists.pop()
    elif name in {"li", "dd"}:
        state.items.pop()
    elif name == "dt":
        state.in_term = False
    elif name == "blockquote":
        state.quotations -= 1


def _new_list(tag: Tag) -> _List:
    if tag.name != "ol":
        return _List()
    step = -1 if tag.has_attr("reversed") else 1
    first = len(tag.find_all("li", recursive=False)) if step < 0 else 1
    start = _number(tag, "start")
    return _List(first if start is None else start, step)


def _next_number(tag: Tag, state: _State) -> int | None:
    if not state.lists or state.lists[-1].number is None:
        return None
    current = state.lists[-1]
    value = _number(tag, "value")
    number = value if value is not None else current.number
    current.number = (number or 0) + current.step
    return number


def _number(tag: Tag, name: str) -> int | None:
    text = _attribute(tag, name).strip()
    return int(text) if _NUMBER.fullmatch(text) else None


def _flush(state: _State) -> None:
    """End the block that is open, in the role that the place where it stands gives it."""
    text = " ".join(clean("".join(state.words)).split())
    state.words.clear()
    state.breaks = 0
    if text:
        _put(text, state)


def _put(text: str, state: _State) -> None:
    level = max(len(state.lists) - 1, 0)
    item = state.items[-1] if state.items else None
    if state.heading is not None:
        state.parts.append(Part(BlockRole.HEADING, text, state.heading))
    elif state.in_term:
        state.term = f"{state.term}, {text}" if state.term else text
    elif item is not None and item.fresh:
        item.fresh = False
        state.term_defined = state.term_defined or bool(item.term)
        role = BlockRole.ITEM if item.number is None else BlockRole.NUMBERED
        state.parts.append(Part(role, _with_term(item.term, text), level, item.number))
    else:
        state.parts.append(Part(BlockRole.QUOTATION if state.quotations else BlockRole.PARAGRAPH, text))


def _with_term(term: str, definition: str) -> str:
    return f"{term.removesuffix(':')}: {definition}" if term else definition


def _end_terms(state: _State) -> None:
    """A term that no ``dd`` followed stands alone."""
    if state.term and not state.term_defined:
        state.parts.append(Part(BlockRole.ITEM, state.term, max(len(state.lists) - 1, 0)))
    state.term, state.term_defined = "", False


def _put_table(table: Tag, state: _State) -> None:
    caption = table.find("caption")
    if caption is not None:
        text = _inline(caption)
        if text:
            _put(text, state)
    for row in table.find_all("tr"):
        if not _is_dropped(row):
            cells = [_inline(cell) for cell in row.find_all(["td", "th"]) if not _is_dropped(cell)]
            if any(cells):
                level = max(len(state.lists) - 1, 0)
                state.parts.append(Part(BlockRole.ITEM, " | ".join(cells), level))


def _inline(tag: Tag) -> str:
    words: list[str] = []
    for step in _steps(tag):
        if isinstance(step, str):
            words.append(step)
        elif (step.tag if isinstance(step, _Closed) else step).name in _BLOCKS | {"br"}:
            words.append(" ")
    return " ".join(clean("".join(words)).split())


def _front_matter(page: BeautifulSoup) -> dict[str, Any]:
    for selector in ("head > title", "h1"):
        tag = page.select_one(selector)
        title = " ".join(clean(tag.get_text()).split()) if tag is not None else ""
        if title:
            return {"title": one_line(title)}
    return {}
