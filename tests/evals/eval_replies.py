"""Hand-made questions and replies for the scorers."""

from __future__ import annotations

from evals.data import Gold, Question, Split
from tutor.domain import Citation, Intent, Reply, SectionKind, Sentence, Tier
from tutor.errors import EvalError

TEXT = "The ladder has eight rungs. Manipulation is the lowest rung.\nPartnership is the sixth rung."


def lookup(document: str) -> str:
    if document != "ladder":
        raise EvalError(f"no {document}")
    return TEXT


def question(id_: str, *, answerable: bool = True, set_: str = "corpus", near: bool | None = None) -> Question:
    gold = (Gold("ladder", "eight rungs"),) if answerable else ()
    return Question(id_, set_, f"what about {id_}?", Intent.DEFINE, answerable, gold, False, Split.DEV, near)


def citation(number: int, quote: str, *, document: str = "ladder", shift: int = 0) -> Citation:
    start = TEXT.find(quote) + shift
    return Citation(
        number=number,
        document=document,
        title="The ladder",
        section="Key points",
        kind=SectionKind.CONCEPT,
        tier=Tier.NOTES,
        path="ladder.md",
        quote=quote,
        start=start,
        end=start + len(quote),
        score=0.9,
    )


def reply(
    *,
    text: str = "**What it is**\n\nThe ladder has eight rungs. [1]",
    sentences: tuple[Sentence, ...] = (Sentence("The ladder has eight rungs.", (1,), 1.0),),
    citations: tuple[Citation, ...] = (citation(1, "The ladder has eight rungs."),),
    answered: bool = True,
    mode: str = "quoted",
    asked: str = "what is the ladder?",
    suggestions: tuple[str, ...] = (),
) -> Reply:
    return Reply(asked, Intent.DEFINE, answered, mode, text, sentences, citations, suggestions)


def refused(**changes: object) -> Reply:
    values: dict[str, object] = {"text": "I can't find that.", "sentences": (), "citations": (), "answered": False}
    return reply(**{**values, **changes})  # type: ignore[arg-type]
