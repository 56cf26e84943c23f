"""Opening a library from settings."""

from __future__ import annotations

from tutor.errors import WrongEmbedding
from tutor.library.library import Library
from tutor.library.store import ChromaStore
from tutor.models.embedder import Embedder, open_embedder
from tutor.models.packaged import PREFIX
from tutor.settings import AUTO_EMBEDDING, Settings


def open_library(settings: Settings, embedder: Embedder | None = None) -> Library:
    """The library in ``settings.home``, or on the Chroma server that the settings name; made if there is none.

    Raises ``WrongEmbedding`` when it was built with another model, ``LibraryError`` when it cannot be reached.
    """
    try:
        return _open(settings, embedder or open_embedder(settings.embedding))
    except WrongEmbedding as error:
        # Where the user chose no model, the library's own is the right one.
        if embedder is not None or settings.embedding != AUTO_EMBEDDING or not error.built_with.startswith(PREFIX):
            raise
        return _open(settings, open_embedder(error.built_with))


def _open(settings: Settings, embedder: Embedder) -> Library:
    store = ChromaStore(settings.home / "chroma", settings.chroma_url, embedder)
    return Library(store, settings.home / "library.lock")
