"""The only reader of the environment."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tutor.errors import BadSetting

_M_ARENA_MAX = -8
"""The parameter of glibc's ``mallopt`` that limits the number of heaps (malloc.h)."""
AUTO_EMBEDDING = "auto"
"""The best packaged embedding model that is installed; a library keeps the one that it was built with."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``TUTOR_*`` variables say, with defaults; read when called, never at import."""

    home: Path
    corpus: Path
    host: str = "127.0.0.1"
    port: int = 7860
    chroma_url: str | None = None
    embedding: str = AUTO_EMBEDDING
    eval_data: Path | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings; raises ``BadSetting`` for a value that cannot be used."""
        env = os.environ if environment is None else environment
        eval_data = env.get("TUTOR_EVAL_DATA")
        return cls(
            home=Path(env["TUTOR_HOME"]).expanduser() if env.get("TUTOR_HOME") else _default_home(),
            corpus=Path(env["TUTOR_CORPUS"]).expanduser() if env.get("TUTOR_CORPUS") else shipped("corpus"),
            host=env.get("TUTOR_HOST") or "127.0.0.1",
            port=_port(env.get("TUTOR_PORT") or "7860"),
            chroma_url=_url(env.get("TUTOR_CHROMA_URL") or None),
            embedding=env.get("TUTOR_EMBEDDING") or AUTO_EMBEDDING,
            eval_data=Path(eval_data).expanduser() if eval_data else None,
        )


def quiet_libraries() -> None:
    """Turn off telemetry and hub access of the libraries below, unless the user decided otherwise.

    Threads that wait shall sleep: where two programs share the processor, threads that spin instead slow a question
    down tenfold. numpy's products here are too small to share among threads. torch keeps fewer plans, one for each
    length of text, which else grow by hundreds of megabytes and make nothing quicker. Must run before chromadb,
    gradio, numpy, torch or transformers is first imported.
    """
    for name, value in {
        "ANONYMIZED_TELEMETRY": "False",
        "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "OMP_WAIT_POLICY": "PASSIVE",
        "OPENBLAS_NUM_THREADS": "1",
        "ONEDNN_PRIMITIVE_CACHE_CAPACITY": "64",
        "LRU_CACHE_CAPACITY": "64",
    }.items():
        os.environ.setdefault(name, value)


def share_heaps() -> None:
    """Have threads share two heaps, where glibc would give every thread one of its own that no other thread can use.

    Must run before threads begin; does nothing where the C library is another.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def give_back_memory() -> None:
    """Have the C library hand the memory that was freed back to the system; does nothing where it is another."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def shipped(folder: str) -> Path:
    """Where a folder that ships with the product lies: beside the package in a clone, inside it in a wheel."""
    package = Path(__file__).resolve().parent
    inside = package / "shipped" / folder
    return inside if inside.is_dir() else package.parent / folder


def _default_home() -> Path:
    from platformdirs import user_data_path

    return user_data_path("revision-tutor", appauthor=False)


def _port(value: str) -> int:
    if not value.isdecimal() or len(value) > 5 or int(value) > 65535:
        raise BadSetting(f"TUTOR_PORT: expected a whole number from 0 to 65535, got {value[:80]!r}; unset it for 7860")
    return int(value)


def _url(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # of a bracket that is not closed, or a port that is no number or too high
        usable = False
    if not usable:
        raise BadSetting(
            f"TUTOR_CHROMA_URL: expected http://HOST:PORT, got {value[:80]!r}; unset it for a local folder"
        )
    return value
