"""The records: frozen, plain, and the JSON that a reply promises."""

from __future__ import annotations

import dataclasses
import json

import pytest

from tutor import domain
from tutor.domain import (
    BlockRole,
    Citation,
    Document,
    Evidence,
    Intent,
    Passage,
    Place,
    Reply,
    SectionKind,
    Sentence,
    Tier,
)

PLACE = Place("ladder", ("Arnstein's ladder", "Key points"), SectionKind.CONCEPT, 3, 11, 0)
PASSAGE = Passage("a1", "a ladder", PLACE, "Arnstein's ladder", Tier.NOTES)
CITATION = Citation(
    1, "ladder", "Arnstein's ladder", "Key points", SectionKind.CONCEPT, Tier.NOTES, "l.md", "a ladder", 3, 11, 0.5
)
REPLY = Reply(
    question="what is it?",
    intent=Intent.DEFINE,
    answered=True,
    mode="quoted",
    text="a ladder [1]",
    sentences=(Sentence("a ladder", (1,), 0.98765),),
    citations=(CITATION,),
    suggestions=("Explain it",),
    seconds=0.123456,
    topic="ladders",
)


def test_a_reply_as_json_has_exactly_the_promised_form() -> None:
    assert json.loads(json.dumps(REPLY.to_dict())) == {
        "question": "what is it?",
        "intent": "define",
        "answered": True,
        "mode": "quoted",
        "text": "a ladder [1]",
        "sentences": [{"text": "a ladder", "citations": [1], "support": 0.988}],
        "citations": [
            {
                "number": 1,
                "document": "ladder",
                "title": "Arnstein's ladder",
                "section": "Key points",
                "kind": "concept",
                "tier": "notes",
                "path": "l.md",
                "quote": "a ladder",
                "start": 3,
                "end": 11,
                "score": 0.5,
            }
        ],
        "suggestions": ["Explain it"],
        "seconds": 0.123,
    }


RECORDS = sorted(
    (thing for thing in vars(domain).values() if isinstance(thing, type) and dataclasses.is_dataclass(thing)),
    key=lambda record: record.__name__,
)


def test_there_are_records() -> None:
    assert {Document, Passage, Evidence, Citation, Reply} <= set(RECORDS)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_record_is_frozen_and_takes_no_other_field(record: type) -> None:
    assert record.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert not hasattr(object.__new__(record), "__dict__")


def test_a_changed_record_is_another() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        REPLY.answered = False  # type: ignore[misc]
    assert dataclasses.replace(REPLY, answered=False) != REPLY
    assert REPLY.answered
    assert hash(PASSAGE) == hash(dataclasses.replace(PASSAGE))


def test_a_passage_knows_what_its_place_says() -> None:
    assert PASSAGE.kind is SectionKind.CONCEPT
    assert PASSAGE.trail == ("Arnstein's ladder", "Key points")


@pytest.mark.parametrize("vocabulary", [Tier, SectionKind, Intent, BlockRole])
def test_a_closed_vocabulary_is_written_in_lower_case(vocabulary: type[Tier]) -> None:
    assert [str(member) for member in vocabulary] == [member.name.lower() for member in vocabulary]
    with pytest.raises(ValueError, match="is not a valid"):
        vocabulary("nonsense")


def test_tiers_run_from_the_heaviest() -> None:
    assert list(Tier) == [Tier.RESEARCH, Tier.AWARDING_BODY, Tier.NOTES, Tier.UPLOAD]
