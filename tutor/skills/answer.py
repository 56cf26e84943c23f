"""Answering one message by quotation, or saying that the library does not hold it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tutor.domain import Evidence, Intent, Reply, SectionKind
from tutor.library.library import Library, Snapshot
from tutor.retrieval.answerable import Verdict, judge
from tutor.retrieval.knowledge import Knowledge
from tutor.retrieval.question import Question
from tutor.retrieval.retriever import Retriever, as_citation
from tutor.retrieval.small_talk import SmallTalk, small_talk
from tutor.skills.arrange import arrange, lay_table
from tutor.skills.compose import compose
from tutor.skills.focus import Focus, defining_first, focus_on, is_note, telling_of
from tutor.skills.suggest import subjects, suggestions_after, suggestions_near
from tutor.wording import wording

_DEPTH, _FOR_A_SIDE = 40, 8
_READ_FOR_A_SIDE = 4
"""A comparison asks of three things at once: of each side's passages fewer are read."""
_NEAREST = 3
_WRONG = frozenset({SectionKind.MISTAKE, SectionKind.MISCONCEPTION})
_SECTIONS: Mapping[Intent, frozenset[SectionKind]] = {
    Intent.MISTAKES: _WRONG,
    Intent.EVALUATE: frozenset({SectionKind.EVALUATION}),
    Intent.EXAMPLE: frozenset({SectionKind.EXAMPLE}),
}
QUOTED = "quoted"


def answer(message: str, *, library: Library, retriever: Retriever, previous_topic: str = "") -> Reply:
    """Answer by verbatim quotes arranged for what is asked; no language model takes part."""
    snapshot = library.snapshot()
    knowledge = retriever.knowledge(snapshot)
    question = retriever.understand(message, previous_topic)
    if question.intent is Intent.GREETING:
        return _greeting(question, snapshot, knowledge)
    if not snapshot.passages:
        return _refusal(question, "empty", (), snapshot, knowledge)
    if not question.terms:
        return _refusal(question, "unclear", (), snapshot, knowledge)
    evidence = retriever.retrieve(question, _DEPTH)
    verdict = judge(question, evidence, knowledge, retriever.calibration)
    sides = [_Side.of(side, question, retriever, snapshot) for side in question.sides]
    # Where each side has a note of its own, no one passage need tell of both.
    held = bool(sides) and all(side.has_note for side in sides)
    if verdict is not Verdict.ANSWERABLE and not held and not _has_the_section(question, evidence, snapshot):
        return _refusal(question, verdict.value, evidence[:_NEAREST], snapshot, knowledge)
    plan = arrange(lay_table(question, evidence, snapshot, [(s.name, s.evidence(retriever)) for s in sides]))
    written = compose(plan)
    text = written.text
    if question.repairs:
        read = ", ".join(f"“{repair.read}”" for repair in question.repairs)
        text = f"{wording('answer').say('repaired', repairs=read)}\n\n{text}"
    return Reply(
        question=question.asked,
        intent=question.intent,
        answered=True,
        mode=QUOTED,
        text=text,
        sentences=written.sentences,
        citations=written.citations,
        suggestions=suggestions_after(plan, question, snapshot, knowledge),
        topic=plan.topic,
    )


def _has_the_section(question: Question, evidence: Sequence[Evidence], snapshot: Snapshot) -> bool:
    """Whether a topic is named and nothing else, and its note has a section of just the kind that is asked for."""
    kinds = _SECTIONS.get(question.intent)
    if not kinds or not evidence:
        return False
    focus = focus_on(question, evidence, snapshot)
    return focus.whole and is_note(focus) and any(p.kind in kinds for p in focus.passages)


@dataclass(frozen=True)
class _Side:
    """One side of a comparison, asked about alone."""

    name: str
    alone: Question
    found: Sequence[Evidence]
    focus: Focus

    @classmethod
    def of(cls, name: str, question: Question, retriever: Retriever, snapshot: Snapshot) -> _Side:
        alone = retriever.side(question, name)
        found = retriever.retrieve(alone, _FOR_A_SIDE, read=_READ_FOR_A_SIDE)
        return cls(name, alone, found, focus_on(alone, found, snapshot))

    @property
    def has_note(self) -> bool:
        return self.focus.whole and is_note(self.focus)

    def evidence(self, retriever: Retriever) -> list[Evidence]:
        """What the side is: its definition first."""
        bearing = [e for e in self.found if set(self.alone.core) & retriever.words_of(e.passage)]
        bearing = sorted(defining_first(bearing, self.alone), key=lambda e: e.passage.kind in _WRONG)
        if bearing and self.has_note:
            telling = telling_of(self.focus, self.alone)
            known = {e.passage.id: e for e in self.found}
            bearing = [known.get(p.id, Evidence(p, self.found[-1].score)) for p in telling[:1]] + bearing
        return list({e.passage.id: e for e in bearing}.values())[:2]


def _refusal(
    question: Question, key: str, nearest: Sequence[Evidence], snapshot: Snapshot, knowledge: Knowledge
) -> Reply:
    words = wording("refuse")
    topics = ", ".join(subjects(snapshot))
    lines = [words.say(key, topic=question.topic, subjects=topics)]
    citations = () if key == Verdict.OFF_TOPIC.value else tuple(as_citation(e, n) for n, e in enumerate(nearest, 1))
    if citations:
        lines.append(words.say("nearest"))
    return Reply(
        question=question.asked,
        intent=question.intent,
        answered=False,
        mode=QUOTED,
        text="\n\n".join(lines),
        citations=citations,
        suggestions=suggestions_near(nearest, snapshot, knowledge),
    )


def _greeting(question: Question, snapshot: Snapshot, knowledge: Knowledge) -> Reply:
    meant = small_talk(question.asked) or small_talk(question.read) or SmallTalk.HELLO
    return Reply(
        question=question.asked,
        intent=Intent.GREETING,
        answered=True,
        mode=QUOTED,
        text=wording("greet").say(meant.value, subjects=", ".join(subjects(snapshot))),
        suggestions=suggestions_near((), snapshot, knowledge),
    )
