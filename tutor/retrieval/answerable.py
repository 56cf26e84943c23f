"""Does the evidence answer the question, or does it only stand near?"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from tutor.domain import Evidence
from tutor.library.library import Snapshot
from tutor.retrieval.question import Question


class Verdict(Enum):
    """Whether to answer, and if not, what to say; values name texts in ``prompts/refuse.yaml``."""

    ANSWERABLE = "answerable"
    NOT_HELD = "not_held"
    ONLY_NAMED = "only_named"
    OFF_TOPIC = "off_topic"


def judge(question: Question, evidence: Sequence[Evidence], snapshot: Snapshot) -> Verdict:
    """Decide by the best evidence."""
    return Verdict.ANSWERABLE if evidence else Verdict.NOT_HELD
