"""``python -m evals.bench``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from evals.bench import FULL, QUICK, main
from tutor.errors import TutorError

if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m evals.bench", description="Measure speed and memory, beside the plain pipeline."
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything that was measured to this file")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables there, not to standard output")
    parser.add_argument("--quick", action="store_true", help=f"few notes, few repeats, and sizes {QUICK.sizes}")
    parser.add_argument("--sizes", type=int, nargs="+", help=f"passages in the library (default {FULL.sizes})")
    arguments = parser.parse_args()
    for file in (arguments.json, arguments.markdown):
        if file is not None and not file.parent.is_dir():
            parser.error(f"{file}: expected a file in a folder that is there; make {file.parent} first")
    if min(arguments.sizes or [1]) < 1:
        parser.error(f"--sizes: expected numbers from 1, got {min(arguments.sizes)}")
    try:
        sys.exit(
            main(
                quick=arguments.quick,
                sizes=arguments.sizes,
                json_file=arguments.json,
                markdown_file=arguments.markdown,
            )
        )
    except TutorError as error:
        sys.stderr.write(f"bench: {error}\n")
        sys.exit(1)
