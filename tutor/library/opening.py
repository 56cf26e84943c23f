"""Opening a library from settings."""

from __future__ import annotations

from tutor.library.library import Library
from tutor.library.store import ChromaStore
from tutor.models.embedder import Embedder, open_embedder
from tutor.settings import Settings


def open_library(settings: Settings, embedder: Embedder | None = None) -> Library:
    """The library in ``settings.home``, or on the Chroma server that the settings name; made if there is none.

    Raises ``WrongEmbedding`` when it was built with another model, ``LibraryError`` when it cannot be reached.
    """
    store = ChromaStore(settings.home / "chroma", settings.chroma_url, embedder or open_embedder(settings.embedding))
    return Library(store, settings.home / "library.lock")
