"""What an answer is to be about: a whole document's topic, or one point within."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.domain import Evidence, Passage, SectionKind
from tutor.library.library import Snapshot
from tutor.library.words import STOP_WORDS, stems
from tutor.retrieval.question import Question
from tutor.retrieval.subjects import subject_stems

_TITLE = 0.6
_NEAR = 20
"""Among how many pieces of evidence a document of exactly the asked name is looked for."""
_FOUND = frozenset(stems("find found findings"))
"""What a study is asked for is all that its note says."""
_GENERIC = _FOUND | frozenset(
    stems("model theory idea concept approach framework topic unit public services service community uk")
)


@dataclass(frozen=True, slots=True)
class Focus:
    """``document`` is the one that answers; ``whole`` says that the question is about all of it."""

    document: str
    title: str
    whole: bool
    passages: tuple[Passage, ...]
    """All passages of that document, in its order."""
    names: frozenset[str]
    """Stems of the document's title and of other names of it."""

    @property
    def spoken(self) -> str:
        """The title as it is said within a sentence, without what a colon adds to it."""
        return within_a_sentence(self.title.partition(":")[0], self.passages)


def focus_on(question: Question, evidence: Sequence[Evidence], snapshot: Snapshot) -> Focus:
    """Find what the question is about; ``evidence`` must not be empty."""
    best = evidence[0]
    titled = [e for e in evidence[:6] if e.signals.get("title", 0.0) >= _TITLE]
    core = set(question.core)
    exact = [e for e in evidence[:_NEAR] if _is_called(e.passage, core - _FOUND or core, snapshot)]
    chosen = (exact or titled or [best])[0]
    titled = exact or titled
    document = chosen.passage.place.document
    passages = snapshot.passages_of(document)
    title = chosen.passage.title
    names = names_of(title, snapshot.documents[document].terms, passages)
    known = frozenset(stem for name in names for stem in stems(name))
    whole = bool(titled) and core <= known | _GENERIC
    return Focus(document, title, whole, passages, known)


def defining_first(evidence: Sequence[Evidence], question: Question) -> list[Evidence]:
    """The same evidence, what has just the question's words as its subject before the rest."""
    core = frozenset(question.core)
    return sorted(evidence, key=lambda e: not core or subject_stems(e.passage.text) != core)


def telling_of(focus: Focus, question: Question) -> list[Passage]:
    """The passages that say what the document's topic is, in their order, numbered items left out.

    Where the title names several things ("Partnership, networking and consultation") and one of them is asked about,
    what has just that as its subject comes first.
    """
    telling = [
        p for p in focus.passages if p.kind in {SectionKind.CONCEPT, SectionKind.TERM} and p.place.number is None
    ]
    core = frozenset(question.core)
    if telling and core and core < set(stems(focus.title)) and not core <= subject_stems(telling[0].text):
        telling.sort(key=lambda p: subject_stems(p.text) != core)
    return telling


def _is_called(passage: Passage, words: set[str], snapshot: Snapshot) -> bool:
    """Whether the passage's document has just these words as a name; what stands before a title's colon is one."""
    head = snapshot.documents[passage.place.document]
    return any(set(stems(name)) == words for name in (head.title, head.title.partition(":")[0], *head.terms))


def names_of(title: str, terms: Sequence[str], passages: Sequence[Passage]) -> list[str]:
    """The title and the terms that are other names of it; a term that passages of their own treat is a part of it.

    The title's initials are a name of it whatever passages say of them.
    """
    short = _initials(title)
    of_title = set(stems(title)) | {stem for term in terms if term.lower() in short for stem in stems(term)}
    parts = [subject_stems(p.text) for p in passages if not subject_stems(p.text) & of_title]
    return [title, *(term for term in terms if not any(set(stems(term)) <= part for part in parts))]


def _initials(title: str) -> set[str]:
    """The first letters of a title's words in lower case: of all but small words, and of those that tell it apart."""
    words = re.findall(r"[^\W\d_]+", re.sub(r"\(.*?\)", " ", title.lower()))
    some = [word for word in words if word not in STOP_WORDS]
    return {"".join(w[0] for w in some), "".join(w[0] for w in some if not _GENERIC.issuperset(stems(w)))}


def within_a_sentence(title: str, passages: Sequence[Passage]) -> str:
    """A title with "the" before it where its own document mostly writes it so: "the Public Sector Equality Duty"."""
    if title.startswith("The "):
        return "the " + title.removeprefix("The ")
    uses = re.findall(rf"\b(the )?{re.escape(title)}\b", "\n".join(p.text for p in passages), re.IGNORECASE)
    return f"the {title}" if 2 * sum(map(bool, uses)) > len(uses) else title


def is_note(focus: Focus) -> bool:
    """Whether the document treats one topic throughout: it opens with what the topic is."""
    kinds = {p.kind for p in focus.passages}
    return SectionKind.CONCEPT in kinds and not kinds & {SectionKind.CRITERION, SectionKind.LEARNING_OUTCOME}
