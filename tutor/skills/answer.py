"""Answering one message by quotation, or saying that the library does not hold it."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.domain import Evidence, Intent, Reply, SectionKind
from tutor.library.library import Library, Snapshot
from tutor.library.words import fold
from tutor.retrieval.answerable import Verdict, judge
from tutor.retrieval.knowledge import Knowledge
from tutor.retrieval.question import Question
from tutor.retrieval.retriever import Retriever, as_citation
from tutor.skills.arrange import arrange, lay_table
from tutor.skills.compose import compose
from tutor.skills.focus import Focus, focus_on, is_note
from tutor.skills.suggest import subjects, suggestions_after, suggestions_near
from tutor.wording import wording

_DEPTH, _FOR_A_SIDE = 40, 8
_NEAREST = 3
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
    if verdict is not Verdict.ANSWERABLE and not _holds_both_sides(question, retriever, snapshot):
        return _refusal(question, verdict.value, evidence[:_NEAREST], snapshot, knowledge)
    sides = [(side, _side_evidence(side, question, retriever, snapshot)) for side in question.sides]
    plan = arrange(lay_table(question, evidence, snapshot, sides))
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


def _holds_both_sides(question: Question, retriever: Retriever, snapshot: Snapshot) -> bool:
    """Whether each side of a comparison has a note of its own: no one passage need tell of both."""
    return bool(question.sides) and all(
        _has_note(focus_on(alone, retriever.retrieve(alone, _FOR_A_SIDE), snapshot))
        for alone in (retriever.side(question, side) for side in question.sides)
    )


def _has_note(focus: Focus) -> bool:
    return focus.whole and is_note(focus)


def _side_evidence(side: str, question: Question, retriever: Retriever, snapshot: Snapshot) -> list[Evidence]:
    """What one side of a comparison is: its definition first, where a note is about it."""
    alone = retriever.side(question, side)
    found = retriever.retrieve(alone, _FOR_A_SIDE)
    bearing = [e for e in found if set(alone.core) & retriever.words_of(e.passage)]
    if not bearing:
        return []
    focus = focus_on(alone, found, snapshot)
    if _has_note(focus):
        telling = [p for p in focus.passages if p.kind in {SectionKind.CONCEPT, SectionKind.TERM}]
        known = {e.passage.id: e for e in found}
        bearing = [known.get(p.id, Evidence(p, found[-1].score)) for p in telling[:1]] + bearing
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
    words = wording("greet")
    plain = fold(question.asked)
    key = "hello"
    for name, signs in (
        ("thanks", ("thank", "cheers", "ta", "great", "nice", "cool", "ok")),
        ("bye", ("bye", "see you")),
        ("who", ("who are", "what are", "what can", "what do", "help", "how do you work", "how does this")),
    ):
        if plain.strip(" !.?").startswith(signs) or (name != "thanks" and any(sign in plain for sign in signs)):
            key = name
            break
    return Reply(
        question=question.asked,
        intent=Intent.GREETING,
        answered=True,
        mode=QUOTED,
        text=words.say(key, subjects=", ".join(subjects(snapshot))),
        suggestions=suggestions_near((), snapshot, knowledge),
    )
