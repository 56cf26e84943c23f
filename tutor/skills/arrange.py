"""Arranging evidence as a tutor would, by what the student asked for. Chooses and orders; writes nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tutor.domain import Evidence, Intent, Passage, SectionKind
from tutor.library.library import Snapshot
from tutor.library.words import stems
from tutor.retrieval.question import Question, side_asked
from tutor.retrieval.subjects import TELLING
from tutor.skills.focus import Focus, defining_first, focus_on, is_note, telling_of
from tutor.skills.parts import Part, Plan, Quote, Style
from tutor.skills.passages import claim_quotes, excerpt, list_around, section_of, what_is_right
from tutor.wording import wording

_K = SectionKind
_CLOSE = 0.1
"""How far below the best score a passage may lie and still answer the question too."""
_MOST_ITEMS = 0.6
_SEEN = 4
"""Among how many pieces of evidence one of a certain form is looked for."""
_NO = re.compile(r"\b(no|not|never|none|nobody|nothing|cannot|without)\b|n['’]?t\b", re.IGNORECASE)  # noqa: RUF001
_ONLY_ASKING = re.compile(
    r"^\W*(so |but |wait )*\w+n['’]?t\b|\b\w+n['’]?t (it|they|that|this|he|she|we|you|i)\W*$",  # noqa: RUF001
    re.IGNORECASE,
)
"""A negation at either end that denies nothing: "isn't X just Y?", "X is Y, isn't it?"."""
_NUMBER = re.compile(r"\d+|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b")
_DIGITS = {
    word: str(number)
    for number, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), start=2)
}
_WHO = re.compile(r"^\W*(so |and |but )?who\b(?! are\b)", re.IGNORECASE)
_NEXT_TO = re.compile(
    r"\b(what|which)('?s| is| are)?( the)?( next)?( \w+)? ?(comes?|goes|happens?|is|are|follows?|stands?) ?"
    r"(right |just |straight |directly )?(after|before|above|below|next|follows?\b)",
    re.IGNORECASE,
)
"""An item of a list is asked for by its neighbour."""
_COUNTED = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)((?: [\w-]+){1,4})", re.IGNORECASE
)
"""What a number in words counts: the words behind it."""
_COUNTING = frozenset(stems("two three four five six seven eight nine ten eleven twelve stages steps parts order"))


@dataclass(frozen=True, slots=True)
class Table:
    """What an arrangement works from. ``evidence`` is ranked and not empty; ``sides`` holds that of a comparison."""

    question: Question
    evidence: tuple[Evidence, ...]
    focus: Focus
    sides: tuple[tuple[str, tuple[Evidence, ...]], ...] = ()

    def ranked(self, passages: Iterable[Passage]) -> list[Evidence]:
        """The passages as evidence, ranked ones first in their order, the rest in the document's."""
        place = {e.passage.id: n for n, e in enumerate(self.evidence)}
        held = list(passages)
        order = sorted(range(len(held)), key=lambda i: (place.get(held[i].id, len(place)), i))
        by_id = {e.passage.id: e for e in self.evidence}
        return [by_id.get(held[i].id, Evidence(held[i], 0.0)) for i in order]

    def of_kind(self, *kinds: SectionKind) -> list[Evidence]:
        """Passages of those kinds that bear on the question, best first.

        They are of the document in focus, if the question is about all of it; else they must be near the top or
        have every word of the topic.
        """
        if self.focus.whole:
            return self.ranked(p for p in self.focus.passages if p.kind in kinds)
        particular = self.particular()
        best = self.evidence[0].score
        return [
            e
            for e in self.evidence
            if e.passage.kind in kinds
            and e.passage.place.document == self.focus.document
            and (e.score >= best - _CLOSE / 2 or (particular and particular <= set(stems(e.passage.text))))
        ]

    def particular(self) -> set[str]:
        """What the question asks beyond the name of the document."""
        return set(self.question.core) - set(stems(self.focus.title))

    def as_evidence(self, passages: Iterable[Passage]) -> list[Evidence]:
        """The passages in their own order, with their scores where they were ranked."""
        by_id = {e.passage.id: e for e in self.evidence}
        return [by_id.get(p.id, Evidence(p, 0.0)) for p in passages]

    def close(self, most: int) -> list[Evidence]:
        """The best evidence and what scores nearly as well."""
        best = self.evidence[0].score
        return [e for e in self.evidence[:most] if e.score >= best - _CLOSE]


def lay_table(
    question: Question,
    evidence: Sequence[Evidence],
    snapshot: Snapshot,
    sides: Sequence[tuple[str, Sequence[Evidence]]] = (),
) -> Table:
    return Table(
        question,
        tuple(evidence),
        focus_on(question, evidence, snapshot),
        tuple((name, tuple(found)) for name, found in sides),
    )


def arrange(table: Table) -> Plan:
    """The plan of the answer; never empty while there is evidence."""
    asked = table.question
    chosen = _ARRANGEMENTS.get(asked.intent, _explain)
    if _WHO.search(asked.read) and asked.intent in {Intent.DEFINE, Intent.EXPLAIN}:
        chosen = _who
    elif _NEXT_TO.search(asked.read) and any(_is_named_item(e, asked) for e in table.evidence[:_SEEN]):
        chosen = _next_to
    plan = chosen(table)
    return _best_first(table) if plan.is_empty else plan


def _say(key: str, **values: str) -> str:
    return wording("answer").say(key, **values)


def _topic(table: Table) -> str:
    if table.focus.whole:
        return table.focus.title
    topic = table.question.topic
    return topic if 0 < len(topic.split()) <= 6 else table.focus.title


def _part(key: str, evidence: Iterable[Evidence], style: Style = Style.BULLETS) -> Part:
    return Part(_say(f"heading_{key}") if key else "", style, tuple(Quote.whole(e) for e in evidence))


def _plan(opening: str, parts: Iterable[Part], table: Table) -> Plan:
    """Drop parts without quotes, and quotes that stand in an earlier part."""
    seen: set[str] = set()
    kept: list[Part] = []
    for part in parts:
        quotes = tuple(q for q in part.quotes if part.style is Style.CLAIMS or q.evidence.passage.id not in seen)
        seen |= {q.evidence.passage.id for q in quotes}
        if quotes or part.columns:
            kept.append(Part(part.heading, part.style, quotes, part.columns))
    return Plan(opening, tuple(kept), _topic(table), table.focus.document)


def _best_first(table: Table) -> Plan:
    first, *rest = table.close(4)
    parts = [Part("", Style.PARAGRAPH, (excerpt(first, table.question),)), _part("more", rest)]
    return _plan(_say("points"), parts, table)


# -- one arrangement for each intent


def _explain(table: Table) -> Plan:
    if table.focus.whole and is_note(table.focus):
        return _explain_topic(table)
    telling = [e for e in table.close(6) if e.passage.kind in TELLING]
    first, *rest = defining_first(telling, table.question) or list(table.evidence[:1])
    parts = [
        Part("", Style.PARAGRAPH, (excerpt(first, table.question),)),
        _part("more", [e for e in rest if e.passage.place.document == first.passage.place.document][:2] or rest[:1]),
        _part("beside", _beside(first, table) if _is_named_item(first, table.question) else []),
        _part("example", table.of_kind(_K.EXAMPLE)[:1]),
        _part("evaluation", table.of_kind(_K.EVALUATION)[:2]),
        _part("guidance", table.of_kind(_K.GUIDANCE, _K.CRITERION)[:1]),
        _mistake(table.of_kind(_K.MISTAKE, _K.MISCONCEPTION)[:1]),
    ]
    return _plan(_say("define"), parts, table)


def _beside(item: Evidence, table: Table) -> list[Evidence]:
    """What stands before and after an item of a list: what it is most easily taken for."""
    siblings = list_around(item, table.focus.passages)
    place = next((n for n, p in enumerate(siblings) if p.id == item.passage.id), None)
    return (
        [] if place is None else table.as_evidence([*siblings[max(place - 1, 0) : place], *siblings[place + 1 :][:1]])
    )


def _is_named_item(evidence: Evidence, question: Question) -> bool:
    """Whether the evidence is an item of a list that the question calls by its name ("Placation: ...")."""
    name, colon, _ = evidence.passage.text.partition(":")
    named = set(stems(name))
    return evidence.passage.place.number is not None and bool(colon and named) and named <= set(question.core)


def _explain_topic(table: Table) -> Plan:
    steps = [p for p in table.focus.passages if p.kind in {_K.CONCEPT, _K.TERM} and p.place.number is not None]
    telling = telling_of(table.focus, table.question)
    strengths, limits = (_sided(table, name) for name in ("strength", "limit"))
    sides = [*strengths[:1], *limits[:1]] or table.of_kind(_K.EVALUATION)[:2]
    key = table.ranked(telling[1:])[: 2 if steps else 4]
    parts = [
        _part("definition", table.ranked(telling[:1]), Style.PARAGRAPH),
        _part("key", sorted(key, key=lambda e: e.passage.place.ordinal)),
        _part("how", table.as_evidence(steps), Style.NUMBERED),
        _part("example", table.of_kind(_K.EXAMPLE)[:1]),
        _part("evaluation", sides),
        _part("findings", table.of_kind(_K.FINDING)[:3]),
        _part("guidance", _for_grades(table)),
        _mistake(table.of_kind(_K.MISTAKE)[:1] or table.of_kind(_K.MISCONCEPTION)[:1]),
    ]
    return _plan(_say("explain", topic=table.focus.spoken), parts, table)


def _who(table: Table) -> Plan:
    """A person is no document's topic: what says most of them comes first."""
    first, *rest = table.close(4)
    telling = [e for e in rest if e.passage.kind in TELLING]
    return _plan(_say("define"), [_part("", [first], Style.PARAGRAPH), _part("more", telling)], table)


def _next_to(table: Table) -> Plan:
    """What comes before and after an item of a list."""
    item = next(e for e in table.evidence[:_SEEN] if _is_named_item(e, table.question))
    return _plan(_say("points"), [_part("", [item], Style.PARAGRAPH), _part("beside", _beside(item, table))], table)


def _define(table: Table) -> Plan:
    if table.focus.whole and is_note(table.focus):
        telling = telling_of(table.focus, table.question)
        first, key = table.ranked(telling[:1]), table.ranked(telling[1:])[:2]
    else:
        close = defining_first(table.close(6), table.question)[:3]
        first, key = close[:1], close[1:]
    parts = [
        _part("", first, Style.PARAGRAPH),
        _part("more", key),
        _part("example", table.of_kind(_K.EXAMPLE)[:1]),
        _mistake(table.of_kind(_K.MISCONCEPTION, _K.MISTAKE)[:1]),
    ]
    return _plan(_say("define"), parts, table)


def _list(table: Table) -> Plan:
    items = _best_list(table)
    if items and (counted := _counted(table, items)):
        rest = [e for e in table.close(4) if e.passage.kind in TELLING]
        return _plan(_say("points"), [_part("", counted, Style.PARAGRAPH), _part("more", rest)], table)
    if items:
        part = Part("", Style.NUMBERED, tuple(Quote.whole(e) for e in table.as_evidence(items)))
        return _plan(_say("list"), [part], table)
    first = table.evidence[0]
    section = section_of(first, table.focus.passages)
    if len(section) >= 2 and set(table.question.core) & set(stems(" ".join(first.passage.trail[-1:]))):
        return _plan(_say("list"), [_part("", table.as_evidence(section))], table)
    close = table.close(6)
    telling = [e for e in close if e.passage.kind in TELLING] if first.passage.kind in TELLING else close
    home = telling[0].passage.place.document
    beside = [e for e in telling[1:] if e.passage.place.document == home]
    others = [e for e in telling[1:] if e.passage.place.document != home]
    beside.sort(key=lambda e: e.passage.place.ordinal)  # what a document lists, it lists in order
    return _plan(_say("points"), [_part("", [telling[0], *beside, *others])], table)


def _best_list(table: Table) -> list[Passage]:
    """The numbered list of the document in focus that the question asks for, or nothing.

    It is asked for when the question gives its length, when its items or their heading have the words that the
    question has beyond the document's name, or when nothing is named but the document's topic, or its steps.
    """
    lists: dict[tuple[str, ...], list[Passage]] = {}
    for passage in table.focus.passages:
        if passage.place.number is not None and passage.kind in TELLING:
            lists.setdefault(passage.trail, []).append(passage)
    counts = _numbers_in(table.question.read)
    core = set(table.question.core)
    particular = core - _COUNTING - table.focus.names - _everywhere(table.focus.passages)
    all_of_it = table.focus.whole or bool(core & _COUNTING and core & table.focus.names)
    best: tuple[float, list[Passage]] = (0.0, [])
    for trail, items in lists.items():
        words = [set(stems(p.text)) | set(stems(trail[-1])) for p in items]
        share = sum(bool(particular & w) for w in words) / len(words) if particular else float(all_of_it)
        score = share + (1.0 if len(items) in counts else 0.0)
        if len(items) >= 2 and score > best[0] and (share >= _MOST_ITEMS or len(items) in counts):
            best = (score, items)
    return best[1]


def _counted(table: Table, items: Sequence[Passage]) -> list[Evidence]:
    """The passage that counts what is asked for in one sentence ("six values are ..."), where the list is of other
    things: none of it has the word that is counted."""
    core = set(table.question.core) - _COUNTING
    lacking = core - {stem for p in items for stem in stems(f"{p.trail[-1] if p.trail else ''} {p.text}")}
    return [
        e
        for e in table.evidence[:_SEEN]
        if core <= set(stems(e.passage.text))
        and e.passage.text.count(",") >= 2
        and any(lacking & set(stems(words)) for words in _COUNTED.findall(e.passage.text))
    ][:1]


def _everywhere(passages: Sequence[Passage]) -> set[str]:
    """Stems that most passages of a document have: its own subject, which tells none of its lists apart."""
    counts = Counter(stem for p in passages for stem in set(stems(p.text)))
    return {stem for stem, count in counts.items() if count > _MOST_ITEMS * len(passages)}


def _compare(table: Table) -> Plan:
    sides = [(name, found) for name, found in table.sides if found]
    if len(sides) < 2:
        return _plan(_say("points"), [_part("", table.close(5))], table)
    beside = [[e.passage.id for e in found[:2]] for _, found in sides]
    shared = {id_ for id_ in beside[0] if all(id_ in ids for ids in beside)}
    once = [e for e in sides[0][1][:2] if e.passage.id in shared]
    columns = tuple(
        (_capital(name), tuple(what_is_right(e) for e in found[:2] if e.passage.id not in shared))
        for name, found in sides
    )
    shown = {id_ for ids in beside for id_ in ids}
    words = [set(stems(name)) for name, _ in sides]
    both = [
        e for e in table.evidence if e.passage.id not in shown and all(w & set(stems(e.passage.text)) for w in words)
    ]
    parts = [
        _part("", once),
        *([Part("", Style.COLUMNS, columns=columns)] if all(quotes for _, quotes in columns) else []),
        _part("both", [e for e in both if e.passage.kind in TELLING][:2]),
        _mistake([e for e in both if e.passage.kind in {_K.MISTAKE, _K.MISCONCEPTION}][:1]),
    ]
    return _plan(_say("compare", left=sides[0][0], right=sides[1][0]), parts, table)


def _example(table: Table) -> Plan:
    found = (
        table.of_kind(_K.EXAMPLE)[:2]
        or [e for e in table.close(4) if "example" in e.passage.text.lower() or "such as" in e.passage.text][:2]
    )
    if not found:
        return _plan(_say("points"), [_part("", table.close(2))], table)
    parts = [_part("", found, Style.PARAGRAPH), _part("guidance", table.of_kind(_K.GUIDANCE)[:1])]
    return _plan(_say("example" if len(found) == 1 else "examples"), parts, table)


def _check(table: Table) -> Plan:
    first = table.evidence[0]
    rest = [e for e in table.close(4)[1:] if e.passage.kind in TELLING]
    if first.passage.kind is _K.MISCONCEPTION:
        parts = [Part("", Style.CLAIMS, claim_quotes(first)), _part("more", rest[:2])]
        return _plan(_say("check_misconception" if _claims_it(first, table) else "check_near"), parts, table)
    warned = [e for e in table.close(4) if e.passage.kind is _K.MISCONCEPTION][:1]
    parts = [
        _part("", [first], Style.PARAGRAPH),
        _part("more", rest[:2]),
        Part(_say("heading_misconceptions"), Style.CLAIMS, tuple(q for e in warned for q in claim_quotes(e))),
    ]
    return _plan(_say("check_open"), parts, table)


def _claims_it(misconception: Evidence, table: Table) -> bool:
    """Whether the claim has all that the question says, beyond the topic's name, and denies nothing that it affirms."""
    claim, *_ = claim_quotes(misconception)
    said, asked = claim.text, _ONLY_ASKING.sub(" ", table.question.read)
    words = set(table.question.core)
    beyond = words - set(stems(table.focus.title))
    return bool(beyond) and words <= set(stems(said)) and bool(_NO.search(said)) == bool(_NO.search(asked))


def _evaluate(table: Table) -> Plan:
    strengths, limits, debate = (_sided(table, name) for name in ("strength", "limit", "debate"))
    if not (table.focus.whole and (strengths or limits)):
        close = table.close(5)
        return _plan(_say("points"), [_part("", close), _part("evaluation", table.of_kind(_K.EVALUATION)[:3])], table)
    asked = side_asked(table.question.read)
    if asked and (wanted := {"strength": strengths, "limit": limits}[asked]):
        parts = [_part("", wanted[:6]), _part("debate", debate[:1] if asked == "limit" else [])]
        return _plan(_say(f"{asked}s", topic=table.focus.spoken), parts, table)
    parts = [
        _part("strengths", strengths[:4]),
        _part("limits", limits[:4]),
        _part("debate", debate[:2]),
        _part("guidance", _for_grades(table)),
    ]
    return _plan(_say("evaluate", topic=table.focus.spoken), parts, table)


def _summarise(table: Table) -> Plan:
    if not table.focus.whole:
        return _best_first(table)
    synopsis = [p for p in table.focus.passages if p.kind is _K.SYNOPSIS]
    points = [p for p in table.focus.passages if p.kind in {_K.CONCEPT, _K.TERM, _K.FINDING}]
    plain = [p for p in points if p.place.number is None]
    parts = [
        _part("", table.ranked(synopsis[:2] or plain[:1]), Style.PARAGRAPH),
        _part("key", table.as_evidence((plain if synopsis else plain[1:])[:6])),
        _part(
            "how",
            table.as_evidence(p for p in points if p.place.number is not None and len(points) <= 16),
            Style.NUMBERED,
        ),
    ]
    return _plan(_say("summarise", topic=table.focus.spoken), parts, table)


def _locate(table: Table) -> Plan:
    parts = []
    for e in table.close(3):
        section = e.passage.trail[-1] if e.passage.trail else e.passage.title
        heading = _say("heading_place", title=e.passage.title, section=section)
        parts.append(Part(heading, Style.PARAGRAPH, (Quote.whole(e),)))
    return _plan(_say("locate"), parts, table)


def _mistakes(table: Table) -> Plan:
    mistakes = table.of_kind(_K.MISTAKE)
    misconceptions = table.of_kind(_K.MISCONCEPTION)
    if not table.focus.whole:
        close = {e.passage.id for e in table.close(6)}
        mistakes = [e for e in mistakes if e.passage.id in close] or mistakes[:2]
        misconceptions = [e for e in misconceptions if e.passage.id in close] or misconceptions[:1]
    parts = [
        _part("mistakes", mistakes[:4]),
        Part(
            _say("heading_misconceptions"),
            Style.CLAIMS,
            tuple(q for e in misconceptions[:3] for q in claim_quotes(e)),
        ),
    ]
    topic = table.focus.spoken if table.focus.whole else _topic(table)
    return _plan(_say("mistakes", topic=topic), parts, table)


def _practise(table: Table) -> Plan:
    questions = [e for e in table.of_kind(_K.QUESTION_TYPE) if e.passage.text.rstrip().endswith("?")][:3]
    if not questions:
        return _plan(_say("practise_none"), [_part("", table.close(3))], table)
    return _plan(_say("practise"), [_part("", questions)], table)


def _mistake(found: Sequence[Evidence]) -> Part:
    heading = _say("heading_mistake")
    if found and found[0].passage.kind is _K.MISCONCEPTION:
        return Part(heading, Style.CLAIMS, tuple(q for e in found for q in claim_quotes(e)))
    return _part("mistake", found)


def _sided(table: Table, name: str) -> list[Evidence]:
    """Evaluation passages below a heading that names that side."""
    return [e for e in table.of_kind(_K.EVALUATION) if e.passage.trail and name in e.passage.trail[-1].lower()]


def _for_grades(table: Table) -> list[Evidence]:
    found = table.of_kind(_K.GUIDANCE, _K.CRITERION)
    distinction = [e for e in found if "distinction" in e.passage.text.lower()]
    return (distinction or found)[:1]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_ARRANGEMENTS: Mapping[Intent, Callable[[Table], Plan]] = {
    Intent.EXPLAIN: _explain,
    Intent.DEFINE: _define,
    Intent.LIST: _list,
    Intent.COMPARE: _compare,
    Intent.EXAMPLE: _example,
    Intent.CHECK: _check,
    Intent.EVALUATE: _evaluate,
    Intent.SUMMARISE: _summarise,
    Intent.LOCATE: _locate,
    Intent.MISTAKES: _mistakes,
    Intent.PRACTISE: _practise,
}


def _numbers_in(text: str) -> set[int]:
    """Numbers in a text, written in digits or, from two to twelve, in words."""
    return {int(_DIGITS.get(n, n)) for n in _NUMBER.findall(text.lower())}
