"""The tutor's own words, kept in ``prompts/``: one YAML file each, with ``version``, ``variables`` and ``text``.

``text`` maps names to Jinja templates. A value that is missing or unknown is an error, so that no half sentence
ever reaches a student.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, StrictUndefined, TemplateError

from tutor.errors import PromptError
from tutor.settings import shipped

_environment = Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False)


class Wording:
    """One prompt file."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (OSError, yaml.YAMLError) as error:
            raise PromptError(
                f"prompts/{path.name}: expected a YAML file, could not read it; reinstall tutor"
            ) from error
        if not isinstance(content, dict) or not isinstance(content.get("text"), dict):
            raise PromptError(f"prompts/{path.name}: expected version, variables and text; restore the file")
        self.version = int(content.get("version", 0))
        self.variables = frozenset(content.get("variables", ()))
        self._templates = {key: _environment.from_string(str(value)) for key, value in content["text"].items()}

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._templates)

    def __contains__(self, key: str) -> bool:
        return key in self._templates

    def say(self, key: str, **values: Any) -> str:
        """Fill in one text; raises ``PromptError`` for an unknown text, or a value that is unknown or missing."""
        unknown = set(values) - self.variables
        if key not in self._templates or unknown:
            what = f"no text {key!r}" if key not in self._templates else f"no variable {', '.join(sorted(unknown))}"
            raise PromptError(f"prompts/{self.name}.yaml has {what}; add it there, or mend the call")
        try:
            return self._templates[key].render(**values).strip()
        except TemplateError as error:
            raise PromptError(f"prompts/{self.name}.yaml, {key}: {error}; give every variable that it names") from error


@lru_cache(maxsize=64)
def wording(name: str) -> Wording:
    """The prompt file of that name."""
    return Wording(shipped("prompts") / f"{name}.yaml")
