"""The packaged reader on real weights."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.models.reader import Reader, packaged_reader

PAPER = "Recycling\nPaper is recycled by pulping it in water, which sets the fibres free."
GLASS = "Recycling\nGlass is sorted by colour before it is melted down."
FINES = "Parking\nA parking fine must be paid within 28 days, or it doubles."


@pytest.fixture(scope="module")
def reader() -> Reader:
    return packaged_reader()


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("how do they turn old newspapers into new stuff", PAPER, GLASS),
        ("what happens to bottles first", GLASS, PAPER),
        ("how long have i got to pay my ticket", FINES, GLASS),
    ],
)
def test_the_passage_that_answers_scores_higher(reader: Reader, question: str, right: str, wrong: str) -> None:
    better, worse = reader.scores(question, [right, wrong])
    assert better > worse


def test_a_score_does_not_depend_on_the_company(reader: Reader) -> None:
    alone = reader.scores("how is paper recycled", [PAPER])
    among = reader.scores("how is paper recycled", [GLASS, PAPER, FINES * 20])
    assert np.allclose(alone[0], among[1], atol=0.15)  # half precision


def test_no_passage_has_no_score_and_a_long_one_is_cut(reader: Reader) -> None:
    assert reader.scores("anything", []).shape == (0,)
    assert np.isfinite(reader.scores("why " * 60, [PAPER * 200, ""])).all()
