"""A program of its own that ingests a folder, for tests that kill it or run two.

Arguments: home, folder, the length of log from which the passages are written anew, and optionally ``METHOD NUMBER``:
end at once, with no clean-up, after that method of the store has been called so many times.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "library")]

from made_library import library_at  # noqa: E402

from tutor.ingest import ingest  # noqa: E402
from tutor.library import store as store_module  # noqa: E402
from tutor.library.document_records import DocumentRecords  # noqa: E402
from tutor.library.store import ChromaStore  # noqa: E402

KILLED = 9


def _ending(method: Callable[..., Any], calls: int) -> Callable[..., Any]:
    left = calls

    def ended(*args: Any, **options: Any) -> Any:
        nonlocal left
        result = method(*args, **options)
        left -= 1
        if left == 0:
            os._exit(KILLED)
        return result

    return ended


def main(home: str, folder: str, tail: str, method: str = "", calls: str = "1") -> None:
    store_module._TAIL = int(tail)
    if method:
        owner = DocumentRecords if hasattr(DocumentRecords, method) else ChromaStore
        setattr(owner, method, _ending(getattr(owner, method), int(calls)))
    library = library_at(Path(home))
    report = ingest([Path(folder)], library)
    library.close()
    sys.stdout.write(f"{len(report.added)} {len(report.updated)} {len(report.unchanged)} {len(report.failed)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
