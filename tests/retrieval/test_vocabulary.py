"""Misspellings read against the library's own words, and the abbreviations that documents introduce."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_notes import passages

from tutor.facade import Tutor
from tutor.library.words import surface_words
from tutor.retrieval.question import ASKING_WORDS
from tutor.retrieval.vocabulary import Repair, Vocabulary, find_abbreviations

NOTE = (
    "Arnstein's ladder of participation has eight rungs: manipulation, therapy, informing, consultation, placation.",
    "The government may receive views from residents through consultation, and tokenism is a risk.",
    "Stakeholder mapping places people by power and interest in an equality objective.",
    "Co-production shares decisions; networking and partnership differ, and delegated power goes further.",
    "A perceptive officer in Haringey wrote about body-worn video, and Rousseau is quoted once.",
)
WORDS = sorted({word for text in NOTE for word in surface_words(text)})


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(passages(*NOTE), ASKING_WORDS)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("explain arnstines lader of particpation", "explain arnsteins ladder of participation"),
        ("what does the goverment do", "what does the government do"),
        ("who should recieve it", "who should receive it"),
        ("what is placasion", "what is placation"),
        ("stakholder maping", "stakeholder mapping"),
        ("what is toknism", "what is tokenism"),
        ("delagated power", "delegated power"),
        ("therpy", "therapy"),
        ("manipulaton", "manipulation"),
        ("arnstien", "arnstein"),
        ("the haringay study", "the haringey study"),
        ("an equallity objetive", "an equality objective"),
        ("comapre partnership and netwroking", "compare partnership and networking"),
        ("definiton of consultation", "definition of consultation"),
        ("evalute it", "evaluate it"),
        ("Whats a STAKHOLDER?", "Whats a stakeholder?"),
    ],
)
def test_a_misspelt_word_is_read_as_the_library_or_the_question_writes_it(
    vocabulary: Vocabulary, written: str, read: str
) -> None:
    found, repairs = vocabulary.repair(written)
    assert found == read
    changed = [Repair(a, b) for a, b in zip(written.split(), read.split(), strict=True) if a != b]
    assert [(r.written, r.read) for r in repairs] == [(r.written.strip("?"), r.read.strip("?")) for r in changed]


@pytest.mark.parametrize(
    "text",
    [
        "is it a perk",
        "what did maslow say",
        "Foucault and Bourdieu",
        "herzberg kotter mintzberg",
        "brexit and blockchain",
        "participatory budgeting",
        "Rousseau's general will",
        "arnstein's ladders",
        "co-production, co production and coproduction",
        "a therapist, a counsellor and a mapper",
        "the governor consults",
        "psed ndm bwv peel",
        "wat is it",
        "zzz qqq xyzzy plugh",
        "2nd covid19 wave in 2020",
        "the and of",
        "",
        "   \n\t ",
    ],
)
def test_names_english_words_and_what_is_near_nothing_stay(vocabulary: Vocabulary, text: str) -> None:
    assert vocabulary.repair(text) == (text, ())


def test_a_few_capitals_are_an_abbreviation_and_no_slip() -> None:
    vocabulary = Vocabulary(passages("People stay where they are until the all clear."), ASKING_WORDS)
    assert vocabulary.repair("what is the STAZ") == ("what is the STAZ", ())
    assert vocabulary.repair("do i staz inside")[0] == "do i stay inside"
    assert vocabulary.repair("DO I STAZ INSIDE")[0] == "DO I stay INSIDE"


def test_a_word_is_not_turned_into_another_that_merely_looks_like_it() -> None:
    vocabulary = Vocabulary(passages("Expertise matters to every officer, and the vendor is paid."), ASKING_WORDS)
    for word in ("exercise", "offices", "venue", "matter", "experience"):
        assert vocabulary.repair(word) == (word, ())


def test_what_counts_as_a_misspelling_depends_on_the_library() -> None:
    """Only a word of the library can be meant, and a word that the library holds is right however rare it is."""
    without = Vocabulary(passages("A short note about parks."))
    assert without.repair("placasion") == ("placasion", ())
    within = Vocabulary(passages("Placation is a rung.", "Placasion is what Otto Placasion was called."))
    assert within.repair("placasion") == ("placasion", ())


@given(st.lists(st.sampled_from(WORDS), max_size=12), st.sampled_from([str.lower, str.upper, str.capitalize]))
def test_a_text_of_the_librarys_own_words_is_never_changed(words: list[str], case: object) -> None:
    text = " ".join(case(word) for word in words)  # type: ignore[operator]
    assert Vocabulary(passages(*NOTE), ASKING_WORDS).repair(text) == (text, ())


LETTERS = "abcdefghijklmnopqrstuvwxyzABCDE'’- "  # noqa: RUF001


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(LETTERS, min_size=1, max_size=60), min_size=1, max_size=5))
def test_no_library_mends_its_own_sentences(texts: list[str]) -> None:
    vocabulary = Vocabulary(passages(*texts), ASKING_WORDS)
    for text in texts:
        assert vocabulary.repair(text) == (text, ())


@pytest.mark.parametrize("word", ["Ysgôlfan", "Pârcwen"])
def test_an_accent_is_no_misspelling_of_the_librarys_own_word(word: str) -> None:
    assert Vocabulary(passages(f"The {word} project began in May.")).repair(word) == (word, ())


def test_the_shipped_notes_are_read_as_they_are_written(corpus_tutor: Tutor) -> None:
    snapshot = corpus_tutor.library.snapshot()
    learnt = corpus_tutor.retriever.vocabulary(snapshot)
    changed = [repair for p in snapshot.passages for repair in learnt.repair(p.text)[1]]
    assert changed == []
    assert all(learnt.repair(head.title) == (head.title, ()) for head in snapshot.documents.values())


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    vocabulary = Vocabulary(passages(*NOTE, text), ASKING_WORDS, [text])
    read, repairs = vocabulary.repair(text)
    assert (read == text) == (repairs == ())
    words = surface_words(text)
    assert all(isinstance(found, str) for found in chain(vocabulary.expand(words), vocabulary.joined(words)))
    assert all(short and long for short, long in find_abbreviations(text))


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("The Public Sector Equality Duty (PSED) is a legal duty.", ("PSED", "public sector equality duty")),
        ("Officers use the National Decision Model (NDM) daily.", ("NDM", "national decision model")),
        ("Body-worn video (BWV) records sound.", ("BWV", "body worn video")),
        ("Trials of Body-Worn Video (BWV) began.", ("BWV", "body worn video")),
        ("The Office for National Statistics (ONS) counts.", ("ONS", "office for national statistics")),
        ("Primary Care Trusts (PCTs) planned services.", ("PCT", "primary care trusts")),
        ("BWV (Body Worn Video) records sound.", ("BWV", "body worn video")),
        ("NDM (National Decision Model) is a framework.", ("NDM", "national decision model")),
        ("PSED stands for Public Sector Equality Duty.", ("PSED", "public sector equality duty")),
        ("NDM is short for the National Decision Model", ("NDM", "national decision model")),
        ("JDM means Joint Decision Model.", ("JDM", "joint decision model")),
        ("PEEL (Point Evidence Explanation Link) is a structure.", ("PEEL", "point evidence explanation link")),
    ],
)
def test_abbreviations_are_learnt_where_a_text_introduces_them(text: str, pair: tuple[str, str]) -> None:
    assert [(short, long.replace("-", " ")) for short, long in find_abbreviations(text)] == [pair]


@pytest.mark.xfail(strict=True, reason="a long form with commas is not seen")
@pytest.mark.parametrize(
    "text",
    [
        "PEEL stands for Point, Evidence, Explanation, Link.",
        "PEEL (point, evidence, explanation, link) is a paragraph structure.",
    ],
)
def test_an_abbreviation_may_be_spelt_out_as_a_list(text: str) -> None:
    [(short, long)] = find_abbreviations(text)
    assert short == "PEEL"
    assert long.replace(",", "").split() == ["point", "evidence", "explanation", "link"]


@pytest.mark.parametrize(
    "text",
    [
        "Consultation (see Unit 4) invites views.",
        "The ruling (UK) was appealed.",
        "Arnstein (1969) wrote it.",
        "A Local Authority (NHS) paid.",
        "Distinction (D) is the top band.",
        "()",
        "(ABC)",
    ],
)
def test_a_bracket_that_spells_nothing_is_no_abbreviation(text: str) -> None:
    assert find_abbreviations(text) == []


def test_a_question_is_widened_by_both_forms() -> None:
    vocabulary = Vocabulary(passages("The Public Sector Equality Duty (PSED) is a duty."))
    assert vocabulary.abbreviations == {"PSED": "public sector equality duty"}
    assert vocabulary.expand(["what", "is", "psed"]) == ["public sector equality duty"]
    assert vocabulary.expand("the public sector equality duty".split()) == ["psed"]
    assert vocabulary.expand(["equality"]) == []


def test_a_hyphenated_long_form_is_widened_too() -> None:
    vocabulary = Vocabulary(passages("Body-worn video (BWV) records sound."))
    assert vocabulary.expand(surface_words("what is body-worn video?")) == ["bwv"]


def test_the_long_form_that_most_passages_give_wins() -> None:
    texts = ["Police Community Trust (PCT)", "Primary Care Trust (PCT) one", "Primary Care Trust (PCT) two"]
    assert Vocabulary(passages(*texts)).abbreviations == {"PCT": "primary care trust"}


@pytest.mark.parametrize(
    ("asked", "joined"),
    [
        ("co production", ["coproduction"]),
        ("net working", ["networking"]),
        ("stake holder maps", ["stakeholder"]),
        ("body worn video", ["bodyworn"]),
        ("power and interest", []),
        ("production co", []),
        ("", []),
    ],
)
def test_words_that_the_library_joins_are_joined(vocabulary: Vocabulary, asked: str, joined: list[str]) -> None:
    assert vocabulary.joined(asked.split()) == joined


def test_the_shipped_notes_introduce_their_abbreviations(corpus_tutor: Tutor) -> None:
    learnt = corpus_tutor.retriever.vocabulary(corpus_tutor.library.snapshot()).abbreviations
    assert learnt["PSED"] == "public sector equality duty"
    assert learnt["NDM"] == "national decision model"
    assert learnt["JDM"] == "joint decision model"
