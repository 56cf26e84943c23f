"""The plain pipeline that the tutor is measured against: recursive splitter, one embedding a chunk, dense top k."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.spans import Piece, Span
from tutor.models.embedder import Embedder
from tutor.settings import quiet_libraries

_BATCH = 256


@dataclass(frozen=True, slots=True)
class Cut:
    """How long a chunk is and how much of it repeats the one before, in characters."""

    size: int
    overlap: int

    @property
    def name(self) -> str:
        return f"plain {self.size}/{self.overlap}"


CUTS = (Cut(600, 0), Cut(600, 120), Cut(1000, 0), Cut(1000, 200))
"""The two sizes that tutorials use, each without overlap and with a fifth."""


class OneVector:
    """LangChain's embedding interface over the tutor's own embedding model: one vector a text."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(x) for x in row] for row in self._embedder.embed(texts)]

    def embed_query(self, text: str) -> list[float]:
        return [float(x) for x in self._embedder.embed([text])[0]]


class PlainPipeline:
    """Chunks of some documents in a Chroma collection, found by cosine similarity of one vector each."""

    def __init__(self, texts: Mapping[str, str], embedder: Embedder, cut: Cut, folder: Path) -> None:
        """Build the collection in ``folder``, or take up the one that lies there for the very same texts."""
        quiet_libraries()
        from langchain_chroma import Chroma

        self.cut = cut
        self._store: Any = Chroma(
            collection_name=f"plain-{_fingerprint(texts, embedder, cut)}",
            embedding_function=OneVector(embedder),  # type: ignore[arg-type, unused-ignore]
            persist_directory=str(folder),
            collection_configuration={"hnsw": {"space": "cosine"}},
        )
        chunks = chunked(texts, cut)
        if len(self) != len(chunks):
            for i in range(0, len(chunks), _BATCH):
                batch = chunks[i : i + _BATCH]
                self._store.add_texts(
                    [piece.text for piece in batch],
                    metadatas=[_metadata(piece) for piece in batch],
                    ids=[str(i + n) for n in range(len(batch))],
                )

    @property
    def name(self) -> str:
        return self.cut.name

    def __len__(self) -> int:
        return int(self._store._collection.count())

    def find(self, question: str, k: int) -> list[Piece]:
        """The ``k`` nearest chunks, nearest first."""
        return [_piece(found.page_content, found.metadata) for found in self._store.similarity_search(question, k=k)]

    def close(self) -> None:
        self._store._client.close()


def chunked(texts: Mapping[str, str], cut: Cut) -> list[Piece]:
    """Every document's chunks, with the places that the splitter reports (none where it lost them)."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=cut.size, chunk_overlap=cut.overlap, add_start_index=True)
    pieces = []
    for document, text in sorted(texts.items()):
        for chunk in splitter.create_documents([text]):
            start = int(chunk.metadata["start_index"])
            words = str(chunk.page_content)
            pieces.append(Piece(words, (Span(document, start, start + len(words)),) if start >= 0 else ()))
    return pieces


def _metadata(piece: Piece) -> dict[str, str | int]:
    if not piece.spans:
        return {"document": "", "start": -1}
    return {"document": piece.spans[0].document, "start": piece.spans[0].start}


def _piece(text: str, metadata: Mapping[str, Any]) -> Piece:
    start = int(metadata["start"])
    return Piece(text, (Span(str(metadata["document"]), start, start + len(text)),) if start >= 0 else ())


def _fingerprint(texts: Mapping[str, str], embedder: Embedder, cut: Cut) -> str:
    digest = hashlib.sha256(f"{embedder.name} {cut.size} {cut.overlap}".encode())
    for document, text in sorted(texts.items()):
        digest.update(f"\0{document}\0{text}".encode())
    return digest.hexdigest()[:24]
