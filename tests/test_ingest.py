"""From files to the library: incremental, one line for each file that cannot be read, and in step with the corpus."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent / "library"))
from made_library import HashingEmbedder, check, library_at

from tutor.domain import Tier
from tutor.ingest import Overrides, ingest, is_current, slug
from tutor.library.library import Library

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder()


@pytest.fixture
def library(tmp_path: Path, embedder: HashingEmbedder) -> Iterator[Library]:
    library = library_at(tmp_path / "home", embedder)
    yield library
    library.close()


def note(folder: Path, name: str, *points: str, front: str = "") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    points = points or (f"Everything that {name} says about the council stands in this one sentence.",)
    matter = f"---\n{front}\n---\n" if front else ""
    file.write_text(f"{matter}# About {file.stem}\n\n## Key points\n\n" + "".join(f"- {p}\n" for p in points))
    return file


def test_second_run_embeds_nothing(tmp_path: Path, library: Library, embedder: HashingEmbedder) -> None:
    for n in range(3):
        note(tmp_path / "in", f"note-{n}.md")
    first = ingest([tmp_path / "in"], library, now=NOW)
    assert (first.added, first.new_passages) == (("note-0", "note-1", "note-2"), 3)
    assert library.head("note-0").added == "2026-01-02T03:04:05+00:00"
    embedded, before = embedder.texts, library.snapshot()
    second = ingest([tmp_path / "in"], library)
    assert (second.unchanged, second.added, second.updated, second.new_passages) == (first.added, (), (), 0)
    assert embedder.texts == embedded
    assert library.snapshot() is before


def test_changed_file_is_replaced(tmp_path: Path, library: Library) -> None:
    file = note(tmp_path / "in", "a.md", "The council met on the bridge in May.")
    ingest([file], library)
    note(tmp_path / "in", "a.md", "The council met beneath the old oak in June.")
    assert ingest([file], library).updated == ("a",)
    check(library)
    assert [p.text for p in library.snapshot().passages] == ["The council met beneath the old oak in June."]


def test_overrides_win_and_a_change_of_them_counts(tmp_path: Path, library: Library) -> None:
    file = note(tmp_path / "in", "a.md", front="tier: research\nunit: Unit 1\ntitle: Given\nterms: [one, two]")
    ingest([file], library)
    head = library.head("a")
    assert (head.tier, head.unit, head.title, head.terms) == (Tier.RESEARCH, "Unit 1", "Given", ("one", "two"))
    overrides = Overrides(tier=Tier.AWARDING_BODY, unit="Unit 9", qualification="T Level")
    assert ingest([file], library, overrides=overrides).updated == ("a",)
    head = library.head("a")
    assert (head.tier, head.unit, head.qualification) == (Tier.AWARDING_BODY, "Unit 9", "T Level")
    assert ingest([file], library, overrides=overrides).unchanged == ("a",)


def test_each_unreadable_file_is_one_line_and_the_others_go_in(tmp_path: Path, library: Library) -> None:
    folder = tmp_path / "in"
    note(folder, "good.md")
    (folder / "empty.md").write_bytes(b"")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing more")
    (folder / "latin.txt").write_bytes(b"caf\xe9 society")
    note(folder, "tier.md", front="tier: gospel")
    (folder / "bare.md").write_text("# Only\n\n## Headings\n")
    report = ingest([folder, tmp_path / "nowhere"], library)
    assert report.added == ("good",)
    assert len(report.failed) == 6
    for name in ("empty.md", "broken.pdf", "latin.txt", "tier.md", "bare.md", "nowhere"):
        (line,) = (line for line in report.failed if name in line)
        assert "\n" not in line
        assert "expected" in line
    check(library)


def test_a_file_that_can_no_longer_be_read_keeps_its_last_version(tmp_path: Path, library: Library) -> None:
    file = note(tmp_path / "in", "a.md")
    ingest([file], library)
    text = library.document("a").text
    file.write_bytes(b"")
    assert len(ingest([file], library).failed) == 1
    assert library.document("a").text == text


def test_nothing_readable(tmp_path: Path, library: Library) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "picture.png").write_bytes(b"x")
    report = ingest([tmp_path / "in"], library)
    assert (report.added, report.updated, report.unchanged, report.failed) == ((), (), (), ())
    assert library.snapshot().passages == ()


def test_ids_are_unique_and_stay(tmp_path: Path, library: Library) -> None:
    folder = tmp_path / "in"
    for name in ("one/specification.md", "two/specification.md", "one/note.md", "two/note.md", "x/two/note.md"):
        note(folder, name)
    note(folder, "Ünïcode & Co.md")
    note(folder / "文", "書.md")
    first = ingest([folder], library)
    assert set(first.added) == {
        "one-specification", "two-specification", "note", "two-note", "note-2", "unicode-co", "document"
    }  # fmt: skip
    origins = {head.id: head.origin for head in library.records()}
    note(folder, "one/note.md", "Something quite different about the bridge.")
    assert ingest([folder], library).updated == ("note",)
    assert {head.id: head.origin for head in library.records()} == origins


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Arnstein's Ladder", "arnsteins-ladder"),
        (" a__b ", "a-b"),
        ("書", ""),
        ("éé", "ee"),
        ("a" * 79 + " b", "a" * 79),
    ],
)
def test_slug(name: str, expected: str) -> None:
    assert slug(name) == expected


class TestShipped:
    """The corpus that the library is first built from."""

    @pytest.fixture
    def corpus(self, tmp_path: Path) -> Path:
        for name in ("unit/a.md", "unit/b.md", "c.md"):
            note(tmp_path / "corpus", name)
        return tmp_path / "corpus"

    def test_current_once_built(self, corpus: Path, library: Library) -> None:
        assert not is_current(corpus, library)
        ingest([corpus], library, shipped=True)
        assert is_current(corpus, library)
        note(corpus, "c.md", "Other words about another council.")
        assert not is_current(corpus, library)

    def test_removed_stays_out(self, corpus: Path, library: Library) -> None:
        ingest([corpus], library, shipped=True)
        library.remove("a", remember=True)
        assert is_current(corpus, library)
        ingest([corpus], library, shipped=True)
        assert set(library.snapshot().documents) == {"b", "c"}
        assert ingest([corpus / "unit" / "a.md"], library).added == ("unit-a",)  # by its own path it may come back

    def test_gone_from_the_corpus_is_taken_out(self, corpus: Path, library: Library, tmp_path: Path) -> None:
        own = note(tmp_path / "own", "mine.md")
        ingest([own], library)
        ingest([corpus], library, shipped=True)
        (corpus / "c.md").unlink()
        assert not is_current(corpus, library)
        ingest([corpus], library, shipped=True)
        assert set(library.snapshot().documents) == {"a", "b", "mine"}
        check(library)

    def test_an_unreadable_file_takes_nothing_out(self, corpus: Path, library: Library) -> None:
        ingest([corpus], library, shipped=True)
        (corpus / "c.md").write_bytes(b"")
        (corpus / "unit" / "b.md").unlink()
        assert len(ingest([corpus], library, shipped=True).failed) == 1
        assert not is_current(corpus, library)  # b.md is to go once c.md can be read
        note(corpus, "unit/b.md")
        assert is_current(corpus, library)
        assert set(library.snapshot().documents) == {"a", "b", "c"}

    def test_moved_elsewhere_embeds_nothing(
        self, corpus: Path, library: Library, embedder: HashingEmbedder, tmp_path: Path
    ) -> None:
        ingest([corpus], library, shipped=True)
        embedded = embedder.texts
        moved = tmp_path / "elsewhere" / "notes"
        shutil.move(corpus, moved)
        assert is_current(moved, library)
        assert len(ingest([moved], library, shipped=True).unchanged) == 3
        assert embedder.texts == embedded

    def test_shipped_corpus_goes_in(self, library: Library) -> None:
        from tutor.settings import shipped

        report = ingest([shipped("corpus")], library, shipped=True)
        assert report.failed == ()
        assert report.added
        check(library)
        assert is_current(shipped("corpus"), library)


def asked_beside(file: Path, text: str) -> None:
    file.with_suffix(".asked").write_text(text)


def test_questions_beside_a_document_come_in_and_count_as_its_content(tmp_path: Path, library: Library) -> None:
    file = note(tmp_path / "in", "a.md", "The council met on the bridge.", "The mayor spoke for an hour.")
    ingest([tmp_path / "in"], library)
    assert len(library.snapshot().asked) == 0
    asked_beside(file, "> The mayor spoke\nhow long did the boss go on for\n")
    assert ingest([tmp_path / "in"], library).updated == ("a",)
    snapshot = library.snapshot()
    (row,) = snapshot.asked.nearest(library.embed_questions(["how long did the boss go on for"])[0]).answered
    assert snapshot.passages[row].text == "The mayor spoke for an hour."
    assert ingest([tmp_path / "in"], library).unchanged == ("a",)
    file.with_suffix(".asked").unlink()
    assert ingest([tmp_path / "in"], library).updated == ("a",)
    assert len(library.snapshot().asked) == 0


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "> The major spoke\nhow long\n> The mayor\nhow long\n",
            "expected first words of passages of a.md, found 'The major",
        ),
        ("how long\n", "expected a line that begins with >"),
        ("", "found an empty file"),
    ],
)
def test_a_bad_file_of_questions_is_one_line_and_its_document_goes_in(
    tmp_path: Path, library: Library, text: str, line: str
) -> None:
    file = note(tmp_path / "in", "a.md", "The mayor spoke for an hour.")
    asked_beside(file, text)
    report = ingest([tmp_path / "in"], library)
    assert report.added == ("a",)
    (failed,) = report.failed
    assert failed.startswith("a.asked: ")
    assert line in failed


def test_a_link_to_questions_outside_the_folder_is_not_followed(tmp_path: Path, library: Library) -> None:
    file = note(tmp_path / "in", "a.md", "The mayor spoke for an hour.")
    (tmp_path / "secret.txt").write_text("> The mayor\nwhat is the secret\n")
    file.with_suffix(".asked").symlink_to(tmp_path / "secret.txt")
    assert ingest([tmp_path / "in"], library).added == ("a",)
    assert len(library.snapshot().asked) == 0


def test_a_corpus_is_not_current_once_its_questions_change(tmp_path: Path, library: Library) -> None:
    file = note(tmp_path / "in", "a.md", "The mayor spoke for an hour.")
    ingest([tmp_path / "in"], library, shipped=True)
    assert is_current(tmp_path / "in", library)
    asked_beside(file, "> The mayor\nhow long\n")
    assert not is_current(tmp_path / "in", library)
