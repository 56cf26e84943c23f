"""Does the evidence answer the question, or does it only stand near?"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from tutor.domain import Evidence, Intent
from tutor.retrieval.calibration import Calibration, DoubtWeights
from tutor.retrieval.knowledge import Knowledge
from tutor.retrieval.question import Question
from tutor.retrieval.subjects import TELLING, subject_stems

_LOOK, _FEW, _BEST = 10, 5, 3
_FACTS = (
    (
        re.compile(r"^\W*how many\b", re.IGNORECASE),
        re.compile(r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten)\b"),
    ),
    (re.compile(r"^\W*(when (was|were|did)|(what|which) year)\b", re.IGNORECASE), re.compile(r"\b(?:1[5-9]|20)\d\d\b")),
    (
        re.compile(r"^\W*who (first )?(invented|came up with)\b", re.IGNORECASE),
        re.compile(r"\b[Bb]y [A-Z]\w+ [A-Z]|\b[A-Z]\w+ \([12]\d{3}\)"),
    ),
    (re.compile(r"^\W*who\b(?! (are|is) (you|i)\b)", re.IGNORECASE), re.compile(r"\w")),
)
"""How a message asks for a single fact, and what one looks like (people have all sorts of names, but whoever came
up with a thing stands beside "by", or before a year in brackets)."""
_WHO = re.compile(r"^\W*who\b(?! are\b)", re.IGNORECASE)
_PLACE = re.compile(r"\b(unit|question|slide|page|chapter|lesson|lecture|task|module) ?(\d+)\b", re.IGNORECASE)
"""A place in papers that the student has, and the library may not have."""
_WIDE = frozenset({Intent.DEFINE, Intent.EXPLAIN, Intent.LIST, Intent.SUMMARISE, Intent.COMPARE})


class Verdict(Enum):
    """Whether to answer, and if not, what to say; values name texts in ``prompts/refuse.yaml``."""

    ANSWERABLE = "answerable"
    NOT_HELD = "not_held"
    ONLY_NAMED = "only_named"
    OFF_TOPIC = "off_topic"


@dataclass(frozen=True, slots=True)
class Doubts:
    """What speaks for and against the evidence as an answer."""

    best: float
    """Best cosine similarity of a passage with the question."""
    near: float
    """The same, with what a passage gains by the questions that are known for it."""
    neighbours: float
    """Mean similarity of the best document's best passages."""
    title: float
    """Best share of a title's words that the question has, 0 to 1."""
    unexplained: int
    """Names in the question that no passage is about."""
    held: float
    """Share of those words, by rarity, that stand in the best few passages, 0 to 1."""
    strangest: float
    """Rarity of the rarest of those words that none of the best few passages has, as a share of that of a word which
    the library does not know, 0 to 1."""
    silence: float
    """By how much the nearest question known to have no answer is nearer than all known to have one."""
    reader: float
    """Logarithm of the summed odds that the reader gives the passages: above 0, they rather answer than not."""

    def odds(self, weights: DoubtWeights) -> float:
        """Logarithm of the odds that the question is not answered; > 0 means refuse."""
        return (
            weights.intercept
            + weights.near * self.near
            + weights.neighbours * self.neighbours
            + weights.unexplained * min(self.unexplained, 2)
            # A question in other words than the library's shares none with it, a question about what the library
            # holds shares all; what shares some and lacks a telling one asks for something else nearby.
            + weights.held * self.held
            + weights.mixed * self.held * self.strangest
            + weights.silence * self.silence
            + weights.reader * self.reader
        )


_UNREAD = -8.0
"""What stands for the reader's odds where it read nothing."""
_SENTENCE, _WRITTEN = frozenset(".,;:?!'\"()-\u2019\u2018\u201c\u201d"), 0.6
"""Marks of a sentence; and the share of letters and digits among all others below which a message is code."""
_SHORT, _WHOLE = 2, 3
"""So many words, and no more, are the name of a topic; and a question about the whole of it."""
_FAMILIAR, _KNOWN = 0.4, 0.6
"""From here on a question is near enough to a known one to be on the topic, whatever its words; and to be it."""
_HELD = 0.5
"""Share of the question's words from which the library is no stranger to what is asked about."""
_TITLED = 0.8
"""Share of a title's words from which the question names the title."""


def doubts(question: Question, evidence: Sequence[Evidence], knowledge: Knowledge) -> Doubts:
    """Look at the best evidence, which must not be empty."""
    best = evidence[:_LOOK]
    core = set(question.core)
    rarity = {stem: knowledge.rarity(stem) for stem in core}
    held = frozenset[str]().union(*(knowledge.words_of(e.passage) for e in evidence[:_FEW]))
    return Doubts(
        best=max(e.signals["dense"] for e in best),
        near=max(e.signals["dense"] + e.signals["asked"] for e in best),
        neighbours=best[0].signals["neighbours"],
        title=max(e.signals["title"] for e in best),
        unexplained=len(knowledge.unexplained(question.read, question.core)),
        held=sum(rarity[stem] for stem in core & held) / (sum(rarity.values()) or 1.0),
        strangest=max((rarity[stem] for stem in core - held), default=0.0) / knowledge.rarity(""),
        silence=best[0].signals["silence"],
        reader=_summed([e.signals["reader"] for e in evidence if "reader" in e.signals]),
    )


def _summed(logits: Sequence[float]) -> float:
    """ln(e^a + e^b + ...), without overflow."""
    top = max(logits, default=_UNREAD)
    return top + math.log(sum(math.exp(logit - top) for logit in logits)) if logits else top


def judge(question: Question, evidence: Sequence[Evidence], knowledge: Knowledge, calibration: Calibration) -> Verdict:
    """Decide by the best evidence whether to answer, and if not, why not."""
    if not evidence or _is_code(question.read):
        return Verdict.OFF_TOPIC
    if _is_elsewhere(question, evidence):
        return Verdict.NOT_HELD
    seen = doubts(question, evidence, knowledge)
    if _is_subject(question, evidence) or _is_stated(question, evidence, knowledge):
        return Verdict.ANSWERABLE
    if (
        seen.unexplained
        and (seen.odds(calibration.doubts) > 0 or _is_whole_topic(question, seen))
        and _is_named(question, evidence, knowledge)
    ):
        return Verdict.ONLY_NAMED
    if seen.best < calibration.outside and seen.near < _FAMILIAR and seen.title < _TITLED and seen.held < _HELD:
        return Verdict.OFF_TOPIC
    if seen.odds(calibration.doubts) <= 0 and not _is_of_another_name(question, seen):
        return Verdict.ANSWERABLE
    if seen.best < calibration.far and seen.title < 0.5 and seen.held < _HELD and not seen.unexplained:
        return Verdict.OFF_TOPIC
    return Verdict.NOT_HELD


def _is_code(text: str) -> bool:
    """Whether much of a message is neither letters nor digits nor the marks of a sentence."""
    marks = [char for char in text if not char.isspace() and char not in _SENTENCE]
    return sum(char.isalnum() for char in marks) < _WRITTEN * len(marks)


def _is_elsewhere(question: Question, evidence: Sequence[Evidence]) -> bool:
    """Whether a place by its number is asked for ("unit 2", "question 3") that no passage or heading names."""
    for place, number in _PLACE.findall(question.read):
        named = re.compile(rf"\b{place}s? ?{number}\b", re.IGNORECASE)
        if not any(
            named.search(text) for e in evidence for text in (e.passage.text, e.passage.title, *e.passage.trail)
        ):
            return True
    return False


def _is_subject(question: Question, evidence: Sequence[Evidence]) -> bool:
    """Whether a whole topic is asked for, and a passage that tells about things has just that as its subject."""
    core = set(question.core)
    return (
        question.intent in _WIDE
        and not _WHO.search(question.read)
        and bool(core)
        and any(e.passage.kind in TELLING and core <= subject_stems(e.passage.text) for e in evidence[:_LOOK])
    )


def _is_whole_topic(question: Question, seen: Doubts) -> bool:
    """Whether little but the name of a topic is asked for, it is no document's title, and no known question is near."""
    return question.intent in _WIDE and len(question.core) <= _WHOLE and seen.title < _TITLED and seen.near < _KNOWN


def _is_of_another_name(question: Question, seen: Doubts) -> bool:
    """Whether a whole topic is asked for by a name that the library has not, however much stands near it: the *Krebs*
    cycle is not explained by the learning cycle."""
    return (
        question.intent in _WIDE and 0 < len(question.core) <= _SHORT and seen.strangest >= 1.0 and seen.near < _KNOWN
    )


def _is_stated(question: Question, evidence: Sequence[Evidence], knowledge: Knowledge) -> bool:
    """Whether a number, a year or a person is asked for, and a passage with all the question's words has one."""
    wanted = next((value for asked, value in _FACTS if asked.search(question.read)), None)
    core = set(question.core)
    return (
        wanted is not None
        and bool(core)
        and any(
            core <= knowledge.words_of(e.passage) and wanted.search(e.passage.text) is not None
            for e in evidence[:_BEST]
        )
    )


def _is_named(question: Question, evidence: Sequence[Evidence], knowledge: Knowledge) -> bool:
    """Whether a name that no passage is about stands in the evidence all the same."""
    missing = set(knowledge.unexplained(question.read, question.core))
    text = " ".join(e.passage.text.lower() for e in evidence[:_LOOK])
    return any(term in text for term in missing)
