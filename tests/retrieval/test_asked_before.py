"""What questions kept beside a document do for a student who asks something like them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from small_notes import NOTES, tutor_over, write_notes

from tutor.facade import Tutor

BESIDE = """> Parish polls do not bind
can the big bosses just bin what came out when we all put our hands up
>
what did the last show of hands in our village cost
"""
ASKED = "are bosses allowed to bin it when everyone put their hands up"
HEARD = "Parish polls do not bind the council, which may do as it likes with the result."


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tutor]:
    with closing(tutor_over(tmp_path_factory.mktemp("plain"), NOTES)) as made:
        yield made


@pytest.fixture(scope="module")
def helped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tutor]:
    folder = tmp_path_factory.mktemp("helped")
    with closing(tutor_over(folder, {})) as made:
        notes = write_notes(folder / "notes", NOTES)
        (notes / "parish-polls.asked").write_text(BESIDE, encoding="utf-8")
        assert not made.ingest([notes]).failed
        yield made


def heard(tutor: Tutor, question: str) -> tuple[int, dict[str, float]]:
    """The rank and the signals of the passage that answers."""
    found = tutor.retriever.search(question, 60)
    texts = [evidence.passage.text for evidence in found]
    rank = texts.index(HEARD) if HEARD in texts else 60
    return rank, found[rank].signals if rank < 60 else {}


def test_a_question_like_a_known_one_finds_its_passage(plain: Tutor, helped: Tutor) -> None:
    rank, signals = heard(helped, ASKED)
    assert rank == 0
    assert signals["asked"] > 0.1
    assert heard(plain, ASKED)[0] > 0


def test_a_known_question_is_neither_shown_nor_quoted(helped: Tutor) -> None:
    reply = helped.ask("can the big bosses just bin what came out when we all put our hands up?")
    assert reply.answered
    assert "hands up" not in reply.text
    assert HEARD in {citation.quote for citation in reply.citations}
    assert all("hands up" not in passage.text for passage in helped.library.snapshot().passages)


def test_a_question_like_one_without_an_answer_is_doubted_more(helped: Tutor) -> None:
    silent = helped.retriever.search("how much did the show of hands in our village cost", 5)
    answered = helped.retriever.search(ASKED, 5)
    of_polls = [e.signals["silence"] for e in silent if e.passage.place.document == "parish-polls"]
    assert min(of_polls) > 0 > answered[0].signals["silence"]
    assert all(e.signals["silence"] == 0 for e in silent if e.passage.place.document != "parish-polls")
