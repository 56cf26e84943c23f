"""Asking Chroma again where that helps, and saying in one line what to do where it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from time import sleep
from typing import TYPE_CHECKING, Any, TypeVar

from tutor.errors import LibraryError

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

_ATTEMPTS = 4
_PAGE = 5_000

T = TypeVar("T")


def retrying(action: Callable[[], T], url: str | None = None, *, attempts: int = _ATTEMPTS) -> T:
    """Run a store action; a folder that another process is writing to is tried again for about a second.

    Raises ``LibraryError``, and no error of a library below; ``url`` is the server's, where there is one.
    """
    import httpx
    from chromadb.errors import ChromaError

    for attempt in range(attempts):
        try:
            return action()
        except LibraryError:
            raise
        except httpx.HTTPError as error:
            if attempt == attempts - 1:
                raise unreachable(url, error) from error
        except (ChromaError, OSError, RuntimeError, ValueError, AttributeError) as error:
            # AttributeError: the client was closed by a refresh in another thread; the next attempt has the new one.
            if attempt == attempts - 1:
                if url is not None:
                    raise unreachable(url, error) from error
                raise LibraryError(
                    f"the library could not be read or written ({type(error).__name__}: {_one_line(error)}); "
                    "if this stays, close other programs that use it and run tutor ingest again"
                ) from error
        sleep(0.1 * 2**attempt)
    raise AssertionError("unreachable")


def pages(
    collection: Callable[[], Collection],
    url: str | None,
    *,
    include: list[Any],
    where: dict[str, Any] | None = None,
) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """Id, metadata and text of all records, read some thousands at a time."""
    offset = 0
    while True:
        got = retrying(partial(_page, collection, where=where, include=include, limit=_PAGE, offset=offset), url)
        ids = got["ids"]
        rows = got["metadatas"] or [{}] * len(ids)
        texts = got["documents"] or [""] * len(ids)
        yield from zip(ids, rows, texts, strict=True)
        if len(ids) < _PAGE:
            return
        offset += _PAGE


def _page(collection: Callable[[], Collection], **options: Any) -> Any:
    return collection().get(**options)  # asked for at each attempt: a refresh may have replaced it


def unreachable(url: str | None, error: Exception) -> LibraryError:
    """The error for a server that does not answer as it should."""
    said = _one_line(error) or type(error).__name__
    return LibraryError(
        f"TUTOR_CHROMA_URL: expected a Chroma server at {url}, got no answer ({said}); start it with: chroma run, "
        "or unset TUTOR_CHROMA_URL for a local folder"
    )


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
