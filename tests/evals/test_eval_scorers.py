"""The other scorers, each on replies that it must pass and on replies that it must fail."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from eval_replies import TEXT, citation, lookup, question, refused, reply

from evals.slices import BOTH
from evals.suites.citations import Check, fixed_words, judgements
from evals.suites.intent import intent_scored
from evals.suites.refusal import ACCURACY, F1, F1_ANSWERING, PRECISION, RECALL, f1, refusal_scored
from evals.suites.suggestions import suggestions
from evals.worlds import World
from tutor.domain import Intent, Reply, Sentence
from tutor.facade import Tutor

FIXED = frozenset(["what", "it", "is", "i", "can", "t", "find", "that"])
RUNGS = "The ladder has eight rungs."
LOWEST = "Manipulation is the lowest rung."


def failing(said: Reply) -> set[Check]:
    return {judgement.check for judgement in judgements(said, lookup, FIXED) if not judgement.holds}


def test_a_good_answer_passes_every_check() -> None:
    found = list(judgements(reply(), lookup, FIXED))
    assert all(judgement.holds for judgement in found)
    assert {judgement.check for judgement in found} == set(Check) - {Check.SILENT}


def test_a_good_refusal_passes_every_check() -> None:
    found = list(judgements(refused(citations=(citation(1, LOWEST),)), lookup, FIXED))
    assert all(judgement.holds for judgement in found)
    assert {judgement.check for judgement in found} == {Check.QUOTED, Check.QUOTE, Check.SILENT, Check.FIXED}


@pytest.mark.parametrize(
    ("said", "checks"),
    [
        pytest.param(reply(mode="written"), {Check.QUOTED}, id="written by a model"),
        pytest.param(
            reply(citations=(citation(1, RUNGS, shift=1),)), {Check.QUOTE}, id="quote one character beside its place"
        ),
        pytest.param(reply(citations=(citation(1, RUNGS, document="gone"),)), {Check.QUOTE}, id="unknown document"),
        pytest.param(
            reply(citations=(citation(1, RUNGS), citation(2, LOWEST))), {Check.USED}, id="a citation that nothing uses"
        ),
        pytest.param(
            reply(sentences=(Sentence(RUNGS, (), 1.0),)),
            {Check.CITED, Check.VERBATIM, Check.USED},
            id="a sentence without a citation",
        ),
        pytest.param(
            reply(sentences=(Sentence(RUNGS, (1, 7), 1.0),)),
            {Check.CITED},
            id="a sentence that cites what is not there",
        ),
        pytest.param(
            reply(
                text="The ladder has nine rungs. [1]", sentences=(Sentence("The ladder has nine rungs.", (1,), 1.0),)
            ),
            {Check.VERBATIM},
            id="a sentence that its quote does not hold",
        ),
        pytest.param(reply(text="[1] is it"), {Check.SHOWN}, id="a sentence that is not in the text"),
        pytest.param(reply(text=f"{RUNGS} [1] [4]"), {Check.MARKED}, id="a marker without a citation"),
        pytest.param(reply(text=RUNGS), {Check.USED}, id="a citation without a marker"),
        pytest.param(
            reply(text=f"{RUNGS} [1]\n\nArnstein was wrong."), {Check.FIXED}, id="a claim beside the sentences"
        ),
        pytest.param(
            reply(text="What it is", sentences=(), citations=()), {Check.SPOKEN}, id="an answer that says nothing"
        ),
        pytest.param(refused(text="Nobody knows."), {Check.FIXED}, id="a refusal with words of its own"),
        pytest.param(
            refused(sentences=(Sentence(RUNGS, (1,), 1.0),), citations=(citation(1, RUNGS),)),
            {Check.SILENT},
            id="a refusal that asserts",
        ),
    ],
)
def test_each_fault_is_found_and_no_other(said: Reply, checks: set[Check]) -> None:
    assert failing(said) == checks


def test_escaped_markup_is_read_as_it_is_shown() -> None:
    stored = "Rungs [3] are *not* steps."
    cited = citation(1, RUNGS)
    said = reply(
        text="Rungs \\[3\\] are \\*not\\* steps. [1]", sentences=(Sentence(stored, (1,), 1.0),), citations=(cited,)
    )
    assert Check.SHOWN not in failing(said)
    assert Check.MARKED not in failing(said)


def test_a_repaired_word_is_no_claim() -> None:
    said = reply(text=f"ladder [1] {RUNGS}", asked="what is the laddre?")
    assert failing(said) == set()
    assert Check.FIXED in failing(reply(text=f"Bridges. {RUNGS} [1]", asked="what is the laddre?"))


def test_the_shipped_wording_gives_the_fixed_words() -> None:
    assert {"sources", "your"} <= fixed_words()
    assert "arnstein" not in fixed_words()
    assert RUNGS in TEXT


def test_refusal_counts() -> None:
    asked = [
        question("right answer"),
        question("wrong refusal"),
        question("wrong answer", answerable=False, near=True),
        question("near", answerable=False, near=True),
        question("off", answerable=False, near=False),
    ]
    replies = {q.id: reply() for q in asked} | {id_: refused() for id_ in ("wrong refusal", "near", "off")}
    scored = refusal_scored(asked, replies)
    values = {row.labels["slice"]: row.values for row in scored.rows if row.labels["set"] == BOTH}
    assert values["all"] == pytest.approx(
        {PRECISION: 2 / 3, RECALL: 2 / 3, F1: 2 / 3, F1_ANSWERING: 1 / 2, ACCURACY: 3 / 5}
    )
    assert (values["near the topic"][RECALL], values["off the topic"][RECALL]) == (0.5, 1.0)
    assert values["paraphrase: no"][RECALL] is None
    assert [(f["id"], f["expected"], f["got"]) for f in scored.failures] == [
        ("wrong refusal", "answered", "refused"),
        ("wrong answer", "refused", "answered"),
    ]


def test_f1_of_nothing_is_not_zero() -> None:
    assert f1(set(), set()) is None
    assert f1({"a"}, set()) == 0
    assert f1({"a"}, {"a"}) == 1


def test_intents_are_counted_meant_then_read() -> None:
    asked = [question("a"), question("b"), question("c")]
    scored = intent_scored(asked, {"a": Intent.DEFINE, "b": Intent.LIST, "c": Intent.LIST})
    everything = next(row for row in scored.rows if row.labels == {"set": BOTH, "slice": "all"})
    assert everything.values["accuracy"] == pytest.approx(1 / 3)
    assert scored.detail["confusion"] == {"define": {"define": 1, "list": 2}}
    assert [failure["id"] for failure in scored.failures] == ["b", "c"]


def test_suggestions_are_asked_once_each_and_the_unanswered_are_named() -> None:
    asked = [question("a"), question("b", answerable=False)]
    replies = {
        asked[0].text: reply(suggestions=("Explain rungs", "Explain tokens")),
        asked[1].text: refused(suggestions=("Explain rungs", "Explain gaps")),
        "Explain rungs": reply(),
        "Explain tokens": reply(),
        "Explain gaps": refused(),
    }
    world = World("made", cast("Tutor", None), tuple(asked), Path("nowhere"), replies)
    result = suggestions([world], {"made": asked})
    (row,) = result.rows
    assert row.values["answered"] == pytest.approx(2 / 3)
    assert (row.judged, row.total) == (3, 3)
    assert [(f["question"], f["suggested by"]) for f in result.failures] == [("Explain gaps", "b")]
    (capped,) = suggestions([world], {"made": asked}, cap=2).rows
    assert (capped.judged, capped.total) == (2, 3)
    (silent,) = suggestions([world], {"made": []}).rows
    assert silent.values["answered"] is None
