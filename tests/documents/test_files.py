from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from pathlib import Path

import docx
import pytest

from tutor.documents.files import (
    MAX_BYTES,
    MAX_INFLATED,
    MAX_XML,
    SUFFIXES,
    FoundFile,
    check_archive,
    find_files,
    load,
)
from tutor.documents.signature import MAX_ENTRIES
from tutor.errors import UnreadableDocument

links = pytest.mark.skipif(os.name != "posix", reason="needs links and pipes of POSIX")


def write(path: Path, data: bytes = b"words") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def found(path: Path) -> FoundFile:
    return FoundFile(path, path.parent, path.name)


def refusals(*paths: Path) -> list[str]:
    return [str(error) for error in find_files(paths).refused]


def test_a_folder_is_searched_sorted_and_other_files_passed_over(tmp_path: Path) -> None:
    for name in [
        "b/two.PDF",
        "b/one.md",
        "a.txt",
        "c.htm",
        "picture.png",
        "no-suffix",
        ".hidden.md",
        ".git/readme.md",
        "~$open.docx",
    ]:
        write(tmp_path / name)
    result = find_files([tmp_path])
    assert [file.shown for file in result.files] == ["a.txt", "b/one.md", "b/two.PDF", "c.htm"]
    assert all(file.path == tmp_path / file.shown and file.root == tmp_path for file in result.files)
    assert result.refused == ()


def test_every_suffix_is_found_and_the_same_file_once(tmp_path: Path) -> None:
    names = [f"note{suffix}" for suffix in SUFFIXES]
    for name in names:
        write(tmp_path / name)
    result = find_files([tmp_path / "note.md", tmp_path, tmp_path / "note.pdf"])
    assert [file.shown for file in result.files] == ["note.md", *(name for name in sorted(names) if name != "note.md")]


def test_a_file_given_by_name_must_be_of_a_readable_kind(tmp_path: Path) -> None:
    paths = [write(tmp_path / "a.xyz"), write(tmp_path / "bare"), tmp_path / "missing.md"]
    first, second, third = refusals(*paths)
    assert first == f"a.xyz: expected one of {', '.join(SUFFIXES)}, found a .xyz file; save it as one of those"
    assert "found a file without a suffix" in second
    assert third == f"missing.md: expected a file or folder, found nothing at {tmp_path / 'missing.md'}; check it"


def test_one_bad_path_does_not_hide_the_others(tmp_path: Path) -> None:
    result = find_files([tmp_path / "missing.md", write(tmp_path / "a.md")])
    assert [file.shown for file in result.files] == ["a.md"]
    assert len(result.refused) == 1


@links
def test_links_inside_the_folder_are_followed_and_those_that_lead_outside_refused(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside" / "secret.md")
    folder = tmp_path / "folder"
    real = write(folder / "real.md")
    (folder / "alias.md").symlink_to(real)
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "sub").mkdir()
    (folder / "sub" / "back").symlink_to("..", target_is_directory=True)
    (folder / "self.md").symlink_to("self.md")
    (folder / "dangling.md").symlink_to("nowhere.md")
    (folder / "leak.md").symlink_to(outside)
    (folder / "leaks").symlink_to(outside.parent, target_is_directory=True)
    (folder / "tool").symlink_to("/bin/sh")
    result = find_files([folder])
    assert [file.shown for file in result.files] == ["alias.md"]
    assert sorted(str(error).split(":")[0] for error in result.refused) == [
        "dangling.md",
        "leak.md",
        "leaks",
        "self.md",
    ]
    leak = next(str(error) for error in result.refused if str(error).startswith("leak.md"))
    assert "leads outside" in leak
    assert "\n" not in leak


@links
def test_a_link_given_by_name_is_what_it_points_to(tmp_path: Path) -> None:
    write(tmp_path / "real" / "a.md")
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    assert [file.shown for file in find_files([tmp_path / "link"]).files] == ["a.md"]


def test_folders_nested_hundreds_deep_are_searched(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(600):
        folder = folder / "d"
    write(folder / "deep.md")
    assert [file.path.name for file in find_files([tmp_path]).files] == ["deep.md"]


@links
def test_a_name_that_is_not_text_is_refused(tmp_path: Path) -> None:
    bad = os.fsencode(tmp_path) + b"/caf\xe9.md"
    Path(os.fsdecode(bad)).write_bytes(b"words")
    (message,) = refusals(tmp_path)
    assert "expected a file name in UTF-8" in message
    message.encode()


def test_load_gives_the_bytes(tmp_path: Path) -> None:
    assert load(found(write(tmp_path / "a.md", b"\xffwords\0"))) == b"\xffwords\0"


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"^a\.md: expected a document, found an empty file; save it again"):
        load(found(write(tmp_path / "a.md", b"")))


def test_a_huge_sparse_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as stream:
        stream.truncate(200_000_000)
    with pytest.raises(UnreadableDocument) as caught:
        load(found(path))
    assert str(caught.value) == "huge.txt: expected at most 50 MB, found 200 MB; split it into smaller files"


def test_the_limit_is_the_last_size_that_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as stream:
        stream.truncate(MAX_BYTES)
    assert len(load(found(path))) == MAX_BYTES
    os.truncate(path, MAX_BYTES + 1)
    with pytest.raises(UnreadableDocument, match="found 50 MB"):
        load(found(path))


@links
def test_pipes_devices_and_folders_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "device.md").symlink_to("/dev/zero")
    (tmp_path / "folder.md").mkdir()
    for name, kind in (("pipe.md", "a named pipe"), ("device.md", "a device"), ("folder.md", "a folder")):
        with pytest.raises(UnreadableDocument, match=f"^{name}: expected a regular file, found {kind};"):
            load(found(tmp_path / name))


def test_a_file_that_has_gone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"^gone\.md: expected a file that can be read, got: "):
        load(found(tmp_path / "gone.md"))


def real_document() -> bytes:
    document = docx.Document()
    document.add_paragraph("Words to keep.")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def archive(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as packed:
        for name, data in entries.items():
            packed.writestr(name, data)
    return stream.getvalue()


def lying(data: bytes, size: int) -> bytes:
    """The archive with each entry's unpacked size overwritten in its local and its central header."""
    changed = bytearray(data)
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = changed.find(signature)
        while place >= 0:
            struct.pack_into("<I", changed, place + at, size)
            place = changed.find(signature, place + 4)
    return bytes(changed)


def test_a_real_document_passes() -> None:
    check_archive(real_document(), "a.docx")
    check_archive(archive({"word/document.xml": b"<x/>"}, zipfile.ZIP_STORED), "a.docx")


def test_a_bomb_is_refused_by_what_it_declares() -> None:
    bomb = archive({"word/document.xml": bytes(MAX_XML + 1)})
    assert len(bomb) < 200_000
    with pytest.raises(
        UnreadableDocument, match=r"^a\.docx: expected a document that unpacks to at most 200 times its "
    ):
        check_archive(bomb, "a.docx")


def test_a_bomb_that_lies_about_its_size_is_refused_by_what_it_holds() -> None:
    bomb = lying(archive({"word/document.xml": bytes(60_000_000)}), 10)
    with zipfile.ZipFile(io.BytesIO(bomb)) as opened:
        assert [entry.file_size for entry in opened.infolist()] == [10]
    with pytest.raises(UnreadableDocument, match="at most 200 times"):
        check_archive(bomb, "a.docx")


def test_a_small_lie_is_refused_too() -> None:
    with pytest.raises(
        UnreadableDocument, match=r"expected 10 bytes in 'word/document\.xml' as the file declares, found 5,000"
    ):
        check_archive(lying(archive({"word/document.xml": bytes(5000)}), 10), "a.docx")


def test_totals_are_limited_whatever_the_ratio() -> None:
    noise = zlib.compress(os.urandom(2_000_000), 0)
    with pytest.raises(UnreadableDocument, match="at most 100 MB of text and layout"):
        check_archive(archive({"a.bin": noise, "b.xml": b"<" * (MAX_XML + 1)}), "a.docx")
    with pytest.raises(UnreadableDocument, match="at most 300 MB when unpacked"):
        check_archive(archive({"a.bin": noise, "b.bin": bytes(MAX_INFLATED)}), "a.docx")


def test_too_many_entries_are_refused_without_opening() -> None:
    with pytest.raises(UnreadableDocument, match="at most 5,000 files inside, found more"):
        check_archive(archive({f"e{number}": b"" for number in range(MAX_ENTRIES + 1)}), "a.docx")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_office_files_never_use_are_refused(method: int) -> None:
    with pytest.raises(UnreadableDocument, match="damaged"):
        check_archive(archive({"word/document.xml": b"x" * 1000}, method), "a.docx")


@pytest.mark.parametrize("keep", [4, 60, 1000])
def test_a_cut_archive_is_refused(keep: int) -> None:
    with pytest.raises(UnreadableDocument, match=r"^a\.docx: expected a complete document, found a damaged"):
        check_archive(real_document()[:keep], "a.docx")


def test_broken_deflate_data_are_refused() -> None:
    data = bytearray(archive({"word/document.xml": os.urandom(50) * 100}))
    data[60:90] = b"\xff" * 30
    with pytest.raises(UnreadableDocument, match="damaged"):
        check_archive(bytes(data), "a.docx")
