"""The retriever as LangChain programs see it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from small_notes import NOTES, tutor_over

from tutor.domain import SectionKind, Tier
from tutor.facade import Tutor

langchain = pytest.importorskip("tutor.retrieval.langchain")


@pytest.fixture(scope="module")
def tutor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tutor]:
    with closing(tutor_over(tmp_path_factory.mktemp("langchain"), NOTES)) as made:
        yield made


def test_it_is_a_retriever(tutor: Tutor) -> None:
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.runnables import RunnableLambda

    retriever = langchain.TutorRetriever(retriever=tutor.retriever, k=2)
    assert isinstance(retriever, BaseRetriever)
    chain = retriever | RunnableLambda(lambda documents: [d.metadata["document"] for d in documents])
    assert chain.invoke("what is a rain garden?") == ["rain-gardens", "rain-gardens"]


def test_documents_are_passages_in_the_order_of_the_search(tutor: Tutor) -> None:
    asked = "what mistakes do people make with night shelters?"
    documents = langchain.TutorRetriever(retriever=tutor.retriever, k=3).invoke(asked)
    assert len(documents) == 3
    for document, citation in zip(documents, tutor.search(asked, 3), strict=True):
        stored = tutor.library.document(document.metadata["document"]).text
        start, end = document.metadata["start"], document.metadata["end"]
        assert document.page_content == citation.quote == stored[start:end]
        assert document.metadata["title"] == citation.title
        assert document.metadata["section"] == citation.section
        assert document.metadata["tier"] == citation.tier == Tier.UPLOAD
        assert document.metadata["score"] == citation.score
    assert documents[0].metadata["kind"] == SectionKind.MISTAKE
    assert documents[0].metadata["title"] == "Night shelters"
    assert documents[0].metadata["section"] == "Common mistakes"


def test_k_decides_how_many(tutor: Tutor) -> None:
    for k in (1, 5):
        assert len(langchain.TutorRetriever(retriever=tutor.retriever, k=k).invoke("time banks")) == k


@pytest.mark.parametrize("asked", ["", "?", "\x00", "xyzzy"])
def test_any_question_gives_documents(tutor: Tutor, asked: str) -> None:
    for document in langchain.TutorRetriever(retriever=tutor.retriever, k=2).invoke(asked):
        assert document.page_content
