"""Passages below their headings: how they are written into one Chroma record, and what vector they get."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tutor.models.embedder import Embedder

_MARK = "\u2028"


def joined(headings: str, text: str) -> str:
    """Headings and passage as one record; only the first mark counts, so the passage may hold any character."""
    return headings.replace(_MARK, " ") + _MARK + text


def passage_of(record: str) -> str:
    """The passage of a record, character for character."""
    return record.partition(_MARK)[2]


class HeadedEmbeddings:
    """LangChain's embedding interface over texts of the form that ``joined`` gives.

    A bullet says little without its headings, so the vector is of both: headings, a line break, the passage.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def vectors(self, records: list[str]) -> NDArray[np.float32]:
        """Unit vectors, one row a record."""
        return self._embedder.embed_passages([record.replace(_MARK, "\n", 1) for record in records])

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(x) for x in row] for row in self.vectors(texts)]

    def embed_query(self, text: str) -> list[float]:
        return [float(x) for x in self._embedder.embed_questions([text])[0]]


def as_langchain(embeddings: HeadedEmbeddings) -> Any:
    """The same object under LangChain's abstract class, which is imported only now."""
    from langchain_core.embeddings import Embeddings

    class Headed(HeadedEmbeddings, Embeddings):
        pass

    headed = Headed.__new__(Headed)
    headed.__dict__.update(embeddings.__dict__)
    return headed
