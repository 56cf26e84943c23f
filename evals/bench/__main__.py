"""``python -m evals.bench``."""

from __future__ import annotations

import argparse
import sys

from evals.bench import QUICK_SIZES, SIZES, main
from tutor.errors import TutorError

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description="Measure speed and memory.")
    parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object on standard output")
    parser.add_argument("--quick", action="store_true", help=f"fewer repeats, and sizes {QUICK_SIZES}")
    parser.add_argument("--sizes", type=int, nargs="+", help=f"passages in the library (default {SIZES})")
    arguments = parser.parse_args()
    try:
        sys.exit(main(arguments.as_json, arguments.sizes, arguments.quick))
    except TutorError as error:
        sys.stderr.write(f"bench: {error}\n")
        sys.exit(1)
