"""Settings: every variable, its default, and what is said of a value that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.errors import BadSetting
from tutor.settings import AUTO_EMBEDDING, Settings, quiet_libraries, shipped


def test_defaults() -> None:
    settings = Settings.from_environment({})
    assert (settings.host, settings.port, settings.chroma_url) == ("127.0.0.1", 7860, None)
    assert (settings.embedding, settings.eval_data) == (AUTO_EMBEDDING, None)
    assert settings.home.is_absolute()
    assert settings.home.name == "revision-tutor"
    assert settings.corpus == shipped("corpus")
    assert (settings.corpus / "LICENSE").is_file()


@pytest.mark.parametrize(
    ("variable", "value", "field", "expected"),
    [
        ("TUTOR_HOME", "/srv/tutor", "home", Path("/srv/tutor")),
        ("TUTOR_HOME", "~/tutor", "home", Path.home() / "tutor"),
        ("TUTOR_CORPUS", "~/notes", "corpus", Path.home() / "notes"),
        ("TUTOR_HOST", "0.0.0.0", "host", "0.0.0.0"),
        ("TUTOR_PORT", "0", "port", 0),
        ("TUTOR_PORT", "65535", "port", 65535),
        ("TUTOR_CHROMA_URL", "http://localhost:8000", "chroma_url", "http://localhost:8000"),
        ("TUTOR_CHROMA_URL", "https://chroma.example", "chroma_url", "https://chroma.example"),
        ("TUTOR_EMBEDDING", "some/model", "embedding", "some/model"),
        ("TUTOR_EVAL_DATA", "~/data", "eval_data", Path.home() / "data"),
    ],
)
def test_each_variable(variable: str, value: str, field: str, expected: object) -> None:
    settings = Settings.from_environment({variable: value})
    assert getattr(settings, field) == expected
    default = Settings.from_environment({})
    others = {"home", "corpus", "host", "port", "chroma_url", "embedding", "eval_data"} - {field}
    assert all(getattr(settings, name) == getattr(default, name) for name in others)


@pytest.mark.parametrize("variable", ["HOME", "CORPUS", "HOST", "PORT", "CHROMA_URL", "EMBEDDING", "EVAL_DATA"])
def test_an_empty_value_is_no_value(variable: str) -> None:
    assert Settings.from_environment({"TUTOR_" + variable: ""}) == Settings.from_environment({})


@pytest.mark.parametrize("value", ["65536", "-1", "http", "80.5", "²", " 80", "9" * 5000])
def test_bad_ports(value: str) -> None:
    with pytest.raises(BadSetting, match=r"^TUTOR_PORT: expected a whole number from 0 to 65535, got .*; unset it"):
        Settings.from_environment({"TUTOR_PORT": value})


@pytest.mark.parametrize(
    "value", ["localhost:8000", "ftp://host", "http://", "8000", "http://[::1", "http://host:99999", "http://host:x"]
)
def test_bad_urls(value: str) -> None:
    with pytest.raises(BadSetting, match=r"^TUTOR_CHROMA_URL: expected http://HOST:PORT, got .*; unset it"):
        Settings.from_environment({"TUTOR_CHROMA_URL": value})


def test_the_environment_is_read_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_PORT", "1234")
    assert Settings.from_environment().port == 1234
    monkeypatch.setenv("TUTOR_PORT", "4321")
    assert Settings.from_environment().port == 4321


def test_quieting_leaves_the_users_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.delenv("ANONYMIZED_TELEMETRY", raising=False)
    quiet_libraries()
    assert (os.environ["HF_HUB_OFFLINE"], os.environ["ANONYMIZED_TELEMETRY"]) == ("0", "False")
