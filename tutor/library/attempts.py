"""Asking Chroma again where that helps, and saying in one line what to do where it does not."""

from __future__ import annotations

from collections.abc import Callable
from time import sleep
from typing import TypeVar

from tutor.errors import LibraryError

_ATTEMPTS = 4

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


def unreachable(url: str | None, error: Exception) -> LibraryError:
    """The error for a server that does not answer as it should."""
    said = _one_line(error) or type(error).__name__
    return LibraryError(
        f"TUTOR_CHROMA_URL: expected a Chroma server at {url}, got no answer ({said}); start it with: chroma run, "
        "or unset TUTOR_CHROMA_URL for a local folder"
    )


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
