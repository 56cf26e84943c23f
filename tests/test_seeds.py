"""The documents that the project started from name much that they do not explain; the shipped notes explain it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tutor.facade import Tutor
from tutor.settings import Settings, shipped

SEEDS = shipped("corpus").parent.parent / "shared" / "seeds"
RUNGS = "what are the eight rungs of Arnstein's ladder?"
NAMED_ALONE = (
    RUNGS,
    "explain Arnstein's ladder",
    "what are the five letters of SMART?",
    "who was Sherry Arnstein?",
    "what is tokenism?",
)
HELD = (
    "what is empowerment?",
    "what mistakes do students make when they write about technology in public services?",
    "what did the study of public officials find about time?",
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SEEDS.is_dir(), reason="no ../shared/seeds here"),
]


@pytest.fixture(scope="module")
def seeds_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tutor]:
    settings = Settings(home=tmp_path_factory.mktemp("seeds") / "home", corpus=shipped("corpus"))
    with closing(Tutor.open(settings, build=False)) as tutor:
        assert tutor.ingest([SEEDS]).failed == ()
        yield tutor


@pytest.mark.parametrize("asked", NAMED_ALONE)
def test_the_seeds_alone_do_not_explain_what_they_name(seeds_alone: Tutor, asked: str) -> None:
    reply = seeds_alone.ask(asked)
    assert not reply.answered
    assert reply.sentences == ()
    assert reply.suggestions
    assert all(seeds_alone.ask(suggestion).answered for suggestion in reply.suggestions)


@pytest.mark.parametrize("asked", HELD)
def test_the_seeds_alone_answer_what_they_hold(seeds_alone: Tutor, asked: str) -> None:
    reply = seeds_alone.ask(asked)
    assert reply.answered
    for citation in reply.citations:
        stored = seeds_alone.library.document(citation.document).text
        assert stored[citation.start : citation.end] == citation.quote


def test_with_the_shipped_notes_the_rungs_are_told(tmp_path: Path) -> None:
    """The one on the ladder is enough."""
    settings = Settings(home=tmp_path / "home", corpus=shipped("corpus"))
    with closing(Tutor.open(settings, build=False)) as tutor:
        tutor.ingest([SEEDS])
        assert not tutor.ask(RUNGS).answered
        tutor.ingest([shipped("corpus") / "community-engagement" / "arnsteins-ladder.md"])
        reply = tutor.ask(RUNGS)
        assert reply.answered
        told = " ".join(citation.quote.lower() for citation in reply.citations)
        rungs = "manipulation therapy informing consultation placation partnership delegated citizen".split()
        assert [rung for rung in rungs if rung not in told] == []
        assert {citation.document for citation in reply.citations} == {"arnsteins-ladder"}
