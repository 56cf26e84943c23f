"""The YAML files that may lie beside the notes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tutor.documents.text import decode
from tutor.errors import CorpusError, UnreadableDocument


def read_yaml(file: Path) -> Any:
    """What a file holds, or ``None`` where it is not there; raises ``CorpusError`` for one that cannot be read."""
    try:
        return yaml.safe_load(decode(file.read_bytes(), file.name))
    except FileNotFoundError:
        return None
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise CorpusError(f"{file.name}: expected YAML, found a mistake{line} ({error.problem}); mend it") from error
    except (OSError, yaml.YAMLError, ValueError, UnreadableDocument) as error:
        raise CorpusError(f"{file.name}: expected a file in YAML that can be read, got: {error}; mend it") from error
