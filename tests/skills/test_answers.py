"""Answers from the shipped notes: the parts that a student expects, in order, and sound in every word."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from sound_replies import assert_sound, kinds, sections

from tutor.domain import Intent, Reply
from tutor.facade import Tutor

RUNGS = (
    "Manipulation",
    "Therapy",
    "Informing",
    "Consultation",
    "Placation",
    "Partnership",
    "Delegated power",
    "Citizen control",
)
CHARACTERISTICS = (
    "Age",
    "Disability",
    "Gender reassignment",
    "Marriage and civil partnership",
    "Pregnancy and maternity",
    "Race",
    "Religion or belief",
    "Sex",
    "Sexual orientation",
)
ASKED = (
    ("explain Arnstein's ladder", Intent.EXPLAIN),
    ("why can a SMART target lead to gaming?", Intent.EXPLAIN),
    ("what is body-worn video?", Intent.DEFINE),
    ("what does NDM stand for?", Intent.DEFINE),
    ("list the nine protected characteristics", Intent.LIST),
    ("what are the six features of co-production?", Intent.LIST),
    ("compare partnership working and networking", Intent.COMPARE),
    ("what is the difference between an aim and a SMART objective?", Intent.COMPARE),
    ("give me an example of co-production", Intent.EXAMPLE),
    ("is it true that meeting a SMART objective proves success?", Intent.CHECK),
    ("does filming with body-worn video need consent?", Intent.CHECK),
    ("evaluate body-worn video", Intent.EVALUATE),
    ("what are the limits of co-production?", Intent.EVALUATE),
    ("summarise the Haringey study", Intent.SUMMARISE),
    ("where does it say that quantity is easier to measure than quality?", Intent.LOCATE),
    ("what mistakes do students make with stakeholder mapping?", Intent.MISTAKES),
    ("give me a practice question on the policy cycle", Intent.PRACTISE),
)
REFUSED = (
    "how do I bake sourdough bread?",
    "explain Maslow's hierarchy of needs",
    "what is the capital of Mongolia?",
    "who won the world cup in 1966?",
)


def items(body: str) -> list[tuple[int, str]]:
    """The numbered lines of a part: number, and the words before the colon."""
    return [(int(n), name) for n, name in re.findall(r"^(\d+)\. ([^:]+):", body, flags=re.MULTILINE)]


@pytest.fixture(scope="module")
def replies(corpus_tutor: Tutor) -> dict[str, Reply]:
    """The replies to all of these messages."""
    return {message: corpus_tutor.ask(message) for message in ("hello", *REFUSED, *(asked for asked, _ in ASKED))}


@pytest.mark.parametrize(("asked", "intent"), ASKED)
def test_every_answer_is_sound(corpus_tutor: Tutor, replies: dict[str, Reply], asked: str, intent: Intent) -> None:
    reply = replies[asked]
    assert reply.answered
    assert reply.intent is intent
    assert reply.sentences
    assert_sound(reply, corpus_tutor)
    assert reply.question == asked
    assert asked not in reply.suggestions
    assert len(set(reply.suggestions)) == len(reply.suggestions) <= 3
    assert json.loads(json.dumps(reply.to_dict()))["citations"][0]["quote"] == reply.citations[0].quote


@pytest.mark.parametrize("asked", REFUSED)
def test_every_refusal_is_sound(corpus_tutor: Tutor, replies: dict[str, Reply], asked: str) -> None:
    reply = replies[asked]
    assert not reply.answered
    assert len(reply.citations) <= 3
    assert reply.suggestions
    assert_sound(reply, corpus_tutor)


@pytest.mark.parametrize("thing", ["the Krebs cycle", "the water cycle", "the ladder of inference"])
def test_another_thing_of_like_name_is_not_answered(corpus_tutor: Tutor, thing: str) -> None:
    assert not corpus_tutor.ask(f"explain {thing}").answered


@pytest.mark.slow
def test_every_suggestion_is_itself_answered(corpus_tutor: Tutor, replies: dict[str, Reply]) -> None:
    offered = list(dict.fromkeys(suggestion for reply in replies.values() for suggestion in reply.suggestions))
    assert len(offered) >= 10
    assert [suggestion for suggestion in offered if not corpus_tutor.ask(suggestion).answered] == []


def test_an_explanation_opens_with_a_definition_and_goes_through_the_steps(corpus_tutor: Tutor) -> None:
    reply = corpus_tutor.ask("explain Arnstein's ladder")
    parts = sections(reply)
    assert list(parts) == [
        "",
        "What it is",
        "Key points",
        "How it works, in order",
        "An example",
        "Strengths and limits",
        "What examiners want",
        "A common mistake",
    ]
    assert reply.citations[0].quote.startswith("Arnstein's ladder of participation is a model")
    assert items(parts["How it works, in order"]) == list(enumerate(RUNGS, 1))
    assert kinds(reply, parts["An example"]) == ["example"]
    assert set(kinds(reply, parts["Strengths and limits"])) == {"evaluation"}
    assert set(kinds(reply, parts["A common mistake"])) <= {"mistake", "misconception"}
    assert {citation.document for citation in reply.citations} == {"arnsteins-ladder"}
    assert reply.topic == "Arnstein's ladder of participation"


def test_a_misspelt_question_gets_the_same_answer_and_says_how_it_was_read(corpus_tutor: Tutor) -> None:
    right = corpus_tutor.ask("explain arnsteins ladder of participation")
    misspelt = corpus_tutor.ask("explain arnstines lader of particpation")
    assert misspelt.citations == right.citations
    first, _, rest = misspelt.text.partition("\n\n")
    assert rest == right.text
    assert "“ladder”" in first
    assert "lader" not in first


def test_a_list_is_whole_and_in_order(corpus_tutor: Tutor) -> None:
    reply = corpus_tutor.ask("list the nine protected characteristics")
    assert items(reply.text) == list(enumerate(CHARACTERISTICS, 1))
    assert len(reply.citations) == 9


@pytest.mark.parametrize("asked", ["NDM steps", "steps of the NDM"])
def test_steps_of_a_topic_are_its_list_in_order_by_whatever_name_it_goes(corpus_tutor: Tutor, asked: str) -> None:
    order = [number for number, _ in items(corpus_tutor.ask(asked).text)]
    assert len(order) >= 5
    assert order == sorted(order)


@pytest.mark.parametrize("one", ["consultation", "networking"])
def test_one_of_several_things_in_a_title_is_what_is_defined(corpus_tutor: Tutor, one: str) -> None:
    assert corpus_tutor.ask(f"what is {one}").citations[0].quote.lower().startswith(one)


def test_a_side_of_a_comparison_opens_with_what_it_is(corpus_tutor: Tutor) -> None:
    assert corpus_tutor.ask("compare consultation and co-production").citations[0].quote.startswith("Consultation")


@pytest.mark.parametrize("asked", ["what did the Haringey study find", "findings of the Haringey study"])
def test_what_a_study_found_is_told_in_full(corpus_tutor: Tutor, asked: str) -> None:
    reply = corpus_tutor.ask(asked)
    assert reply.text.startswith("Here is **the Haringey study")
    assert len(reply.citations) >= 8


@pytest.mark.parametrize(
    "asked", ["i dont get placation", "what comes after placation?", "which rung comes before placation"]
)
def test_an_item_of_a_list_is_set_beside_its_neighbours(corpus_tutor: Tutor, asked: str) -> None:
    reply = corpus_tutor.ask(asked)
    assert [c.quote.partition(":")[0] for c in reply.citations][:1] == ["Placation"]
    beside = sections(reply)["Just before and after it"]
    assert re.findall(r"^- (\w+):", beside, re.MULTILINE) == ["Consultation", "Partnership"]


def test_a_list_of_other_things_is_not_given_for_what_a_sentence_counts(corpus_tutor: Tutor) -> None:
    reply = corpus_tutor.ask("what values does community development have")
    assert "Six community development values" in reply.citations[0].quote
    assert "the first stage of the community development cycle" not in reply.text


def test_points_of_one_document_come_in_its_order(corpus_tutor: Tutor) -> None:
    text = corpus_tutor.ask("name the three aims of the psed").text
    assert text.index("The first aim") < text.index("The second aim") < text.index("The third aim")


@pytest.mark.parametrize("asked", ["who was Sherry Arnstein?", "who came up with Arnstein's ladder?"])
def test_who_is_answered_with_the_person_first(corpus_tutor: Tutor, asked: str) -> None:
    reply = corpus_tutor.ask(asked)
    assert "by Sherry Arnstein, an American policy adviser" in reply.citations[0].quote


@pytest.mark.parametrize("asked", ["explain community engagement", "summarise community engagement"])
def test_a_unit_asked_for_by_its_name_is_the_unit(corpus_tutor: Tutor, asked: str) -> None:
    reply = corpus_tutor.ask(asked)
    assert reply.citations[0].document == "community-engagement-specification"
    assert reply.citations[0].kind.value == "synopsis"
    assert "unit specification" not in reply.text


def test_the_wish_for_simple_words_changes_no_answer(corpus_tutor: Tutor) -> None:
    plain = corpus_tutor.ask("explain co-production")
    for manner in ("to a 10 year old", "like i'm five", "in plain English", "for beginners"):
        reply = corpus_tutor.ask(f"explain co-production {manner}")
        assert reply.text == plain.text, manner
        assert reply.question.endswith(manner)


def test_a_correction_stands_alone_in_a_column(corpus_tutor: Tutor) -> None:
    reply = corpus_tutor.ask("coproduction vs codesign")
    assert reply.intent is Intent.COMPARE
    assert "Co-design is one part of co-production" in reply.text
    assert "Misconception:" not in reply.text


def test_a_comparison_is_two_columns(corpus_tutor: Tutor) -> None:
    reply = corpus_tutor.ask("compare partnership working and networking")
    rows = [line for line in reply.text.splitlines() if line.startswith("|")]
    assert rows[0] == "| Partnership working | Networking |"
    assert all(len(re.split(r"(?<!\\)\|", row)) == 4 for row in rows)
    quotes = {citation.number: citation.quote.lower() for citation in reply.citations}
    for row in rows[2:]:
        left, right = re.split(r"(?<!\\)\|", row)[1:3]
        assert all("partnership" in quotes[int(n)] for n in re.findall(r"\[(\d+)\]", left))
        assert all("network" in quotes[int(n)] for n in re.findall(r"\[(\d+)\]", right))
    assert len(rows) >= 3


def test_two_topics_that_no_note_sets_side_by_side_are_compared_by_their_own_notes(corpus_tutor: Tutor) -> None:
    reply = corpus_tutor.ask("compare NDM and the policy cycle")
    assert reply.answered
    assert {"national-decision-model", "policy-cycle"} <= {citation.document for citation in reply.citations}
    assert not corpus_tutor.ask("what's the difference between a bus and a tram").answered


def test_a_wrong_claim_is_shown_with_its_correction(corpus_tutor: Tutor) -> None:
    reply = corpus_tutor.ask("is it true that meeting a SMART objective proves success?")
    assert reply.citations[0].kind.value == "misconception"
    claim, correction = reply.text.index("- The claim: Meeting"), reply.text.index("- The correction: Meeting")
    assert claim < correction
    assert reply.text.startswith("Careful: your sources list")


@pytest.mark.parametrize(
    ("said", "opening"),
    [
        ("is it true that arnstein's ladder is a legal standard?", "Careful: your sources list"),
        ("arnstein's ladder is a legal standard, isn't it?", "Careful: your sources list"),
        ("is it true that arnstein's ladder is not a legal standard?", "Your sources correct"),
        ("so arnstein says consultation is good right?", "Your sources correct"),
        ("can police turn body cams off whenever they like", "Your sources correct"),
    ],
)
def test_only_a_claim_that_says_the_same_is_called_a_misconception(
    corpus_tutor: Tutor, said: str, opening: str
) -> None:
    reply = corpus_tutor.ask(said)
    assert reply.citations[0].kind.value == "misconception"
    assert reply.text.startswith(opening)


@pytest.mark.parametrize(
    ("asked", "kind", "none_of"),
    [
        ("list 3 weaknesses of the policy cycle", "Limits", "Strengths"),
        ("give me two advantages of drones", "Strengths", "Limits"),
        ("whats a strength of kolbs cycle", "Strengths", "Limits"),
    ],
)
def test_one_side_of_an_evaluation_is_given_alone(corpus_tutor: Tutor, asked: str, kind: str, none_of: str) -> None:
    sections = [citation.section for citation in corpus_tutor.ask(asked).citations]
    assert sections.count(kind) >= 2
    assert none_of not in sections


@pytest.mark.parametrize("asked", ["give me 2 examples of co-production", "a couple of real examples of co-production"])
def test_examples_asked_for_by_number_are_examples(corpus_tutor: Tutor, asked: str) -> None:
    reply = corpus_tutor.ask(asked)
    assert [citation.kind.value for citation in reply.citations][:2] == ["example", "example"]


def test_a_section_that_a_note_has_is_given_when_it_is_all_that_is_asked_for(corpus_tutor: Tutor) -> None:
    reply = corpus_tutor.ask("name three mistakes students make with the NDM")
    assert reply.answered
    assert {citation.document for citation in reply.citations} == {"national-decision-model"}
    assert {citation.kind.value for citation in reply.citations} <= {"mistake", "misconception"}


@pytest.mark.parametrize(
    ("asked", "topic"),
    [
        ("explain PSED", "the Public Sector Equality Duty"),
        ("evaluate the policy cycle", "the policy cycle"),
        ("evaluate co-production", "co-production"),
        ("evaluate Arnstein's ladder", "Arnstein's ladder of participation"),
    ],
)
def test_a_topic_is_named_in_a_suggestion_as_it_is_written_in_a_sentence(
    corpus_tutor: Tutor, asked: str, topic: str
) -> None:
    assert f"What do people get wrong about {topic}?" in corpus_tutor.ask(asked).suggestions


def test_after_an_answer_about_a_unit_topics_of_that_unit_are_suggested(corpus_tutor: Tutor) -> None:
    reply = corpus_tutor.ask("quick rundown of the revision plan for technology in public services")
    titles = {head.title.lower() for head in corpus_tutor.library.records() if head.unit.startswith("Technology")}
    assert reply.citations[0].document == "technology-specification"
    for suggestion in reply.suggestions:
        assert any(suggestion.lower().removeprefix("explain ") in title for title in titles), suggestion


@pytest.mark.parametrize("short", ["PSED", "NDM", "AI"])
def test_a_topic_asked_for_by_its_initials_is_explained_as_a_whole(corpus_tutor: Tutor, short: str) -> None:
    assert corpus_tutor.ask(f"explain {short}").text.startswith("Here is **")


def test_a_claim_that_no_source_warns_of_is_not_called_a_misconception(corpus_tutor: Tutor) -> None:
    reply = corpus_tutor.ask("is it true that body-worn video is normally overt?")
    assert reply.answered
    assert not reply.text.startswith("Careful")


def test_an_example_is_an_example(corpus_tutor: Tutor) -> None:
    for topic in ("co-production", "Arnstein's ladder", "the National Decision Model"):
        reply = corpus_tutor.ask(f"give me an example of {topic}")
        assert reply.citations[0].kind.value == "example"


def test_an_evaluation_weighs_both_sides(corpus_tutor: Tutor) -> None:
    reply = corpus_tutor.ask("evaluate body-worn video")
    parts = sections(reply)
    assert list(parts)[1:4] == ["Strengths", "Limits", "The debate"]
    for heading in ("Strengths", "Limits", "The debate"):
        assert set(kinds(reply, parts[heading])) == {"evaluation"}
    assert "complaints" in parts["Strengths"]
    assert "consent" not in parts["Limits"]


def test_mistakes_come_before_misconceptions(corpus_tutor: Tutor) -> None:
    reply = corpus_tutor.ask("what mistakes do students make with SMART objectives?")
    parts = sections(reply)
    assert list(parts)[1:] == ["Common mistakes", "Misconceptions"]
    assert set(kinds(reply, parts["Common mistakes"])) == {"mistake"}
    assert set(kinds(reply, parts["Misconceptions"])) == {"misconception"}
    assert parts["Misconceptions"].count("The claim:") == parts["Misconceptions"].count("The correction:") >= 1


def test_a_summary_opens_with_one_sentence(corpus_tutor: Tutor) -> None:
    reply = corpus_tutor.ask("summarise the Haringey study")
    parts = sections(reply)
    assert "2008 research report" in parts[""]
    assert list(parts)[1] == "Key points"
    assert {citation.document for citation in reply.citations} == {"haringey-study"}


def test_a_definition_says_what_it_is_first(corpus_tutor: Tutor) -> None:
    reply = corpus_tutor.ask("what is the Public Sector Equality Duty?")
    assert reply.citations[0].quote.startswith("The Public Sector Equality Duty (PSED) is a legal duty")
    assert corpus_tutor.ask("what is the psed?").citations[0].quote == reply.citations[0].quote


def test_a_place_is_named_by_document_and_section(corpus_tutor: Tutor) -> None:
    reply = corpus_tutor.ask("where does it say that quantity is easier to measure than quality?")
    headings = list(sections(reply))[1:]
    assert headings[0] == f"{reply.citations[0].title}, under “{reply.citations[0].section}”"
    assert reply.citations[0].document == "smart-objectives"
    assert len(headings) <= 3


def test_practice_gives_questions_alone(corpus_tutor: Tutor) -> None:
    reply = corpus_tutor.ask("give me a practice question on Arnstein's ladder")
    assert {citation.kind.value for citation in reply.citations} == {"question_type"}
    assert all(citation.quote.endswith("?") for citation in reply.citations)
    assert {citation.document for citation in reply.citations} == {"arnsteins-ladder"}


def test_printed_questions_answer_no_question(replies: dict[str, Reply]) -> None:
    for asked, intent in ASKED:
        if intent is not Intent.PRACTISE:
            quoted = {c.kind.value for c in replies[asked].citations if c.quote.endswith("?")}
            assert "question_type" not in quoted, asked


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("hello", "Hello!"),
        ("thanks that helped", "You're welcome"),
        ("ok i get it now", "Ask me whatever"),
        ("bye", "Goodbye"),
        ("what can you do?", "I can help with"),
        ("i'm stressed about my exam", "talk to your tutor"),
    ],
)
def test_small_talk_says_nothing_about_the_subject(corpus_tutor: Tutor, message: str, words: str) -> None:
    reply = corpus_tutor.ask(message)
    assert reply.intent is Intent.GREETING
    assert words in reply.text
    assert reply.answered
    assert (reply.sentences, reply.citations) == ((), ())


@pytest.mark.parametrize("asked", [asked for asked, _ in ASKED[:4]])
def test_an_answer_is_the_same_every_time(corpus_tutor: Tutor, replies: dict[str, Reply], asked: str) -> None:
    assert replace(corpus_tutor.ask(asked), seconds=0) == replace(replies[asked], seconds=0)
