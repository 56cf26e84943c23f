"""Every text in ``prompts/``, and what a wrong call or a wrong file says."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from jinja2 import Environment, meta

from tutor.errors import PromptError
from tutor.settings import shipped
from tutor.wording import Wording, wording

FILES = sorted(shipped("prompts").glob("*.yaml"))
TEXTS = [(path.stem, key) for path in FILES for key in sorted(Wording(path).keys)]


def named_in(path: Path, key: str) -> set[str]:
    """The variables that one text needs."""
    template = str(yaml.safe_load(path.read_text(encoding="utf-8"))["text"][key])
    return meta.find_undeclared_variables(Environment(autoescape=True).parse(template))


def written(folder: Path, text: str) -> Path:
    path = folder / "example.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_there_are_prompts() -> None:
    assert {path.stem for path in FILES} >= {"answer", "greet", "refuse", "suggest"}
    assert [path.name for path in shipped("prompts").iterdir() if path not in FILES] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_has_its_three_parts(path: Path) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert list(content) == ["version", "variables", "text"]
    assert type(content["version"]) is int
    assert content["version"] >= 1
    assert all(isinstance(text, str) and text.strip() for text in content["text"].values())
    used = set().union(*(named_in(path, key) for key in content["text"]))
    assert used <= set(content["variables"]), "a text uses a variable that the file does not declare"


@pytest.mark.parametrize(("name", "key"), TEXTS)
def test_every_text_renders(name: str, key: str) -> None:
    prompt = wording(name)
    needed = named_in(shipped("prompts") / f"{name}.yaml", key)
    said = prompt.say(key, **{variable: f"<{variable} & co>" for variable in prompt.variables})
    assert all(f"<{variable} & co>" in said for variable in needed)
    assert said == said.strip() != ""
    assert "{" not in said
    for missing in needed:
        with pytest.raises(PromptError, match=missing):
            prompt.say(key, **{variable: "x" for variable in needed - {missing}})


def test_unknown_texts_and_variables_are_refused() -> None:
    prompt = wording("suggest")
    assert "explain" in prompt
    assert "sing" not in prompt
    with pytest.raises(PromptError, match=r"prompts/suggest\.yaml has no text 'sing'"):
        prompt.say("sing", topic="x")
    with pytest.raises(PromptError, match=r"prompts/suggest\.yaml has no variable colour"):
        prompt.say("explain", topic="x", colour="red")


def test_a_missing_file_is_refused() -> None:
    with pytest.raises(PromptError, match=r"prompts/nowhere\.yaml: expected a YAML file"):
        wording("nowhere")


@pytest.mark.parametrize("text", ["", "just words", "version: 1\nvariables: []", "text: [a, b]"])
def test_a_file_without_texts_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(PromptError, match=r"prompts/example\.yaml: expected version, variables and text"):
        Wording(written(tmp_path, text))


def test_broken_yaml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=r"prompts/example\.yaml: expected a YAML file"):
        Wording(written(tmp_path, "text: {a: ["))
