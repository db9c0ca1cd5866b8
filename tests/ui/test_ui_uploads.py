"""Uploads: what is not an account's is refused whole, by name, before anything is written."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from planner.errors import DataError
from planner.io import load_account
from planner.ui import uploads
from planner.ui.uploads import save_upload

ONE_QUEUE = Path(__file__).resolve().parents[2] / "sample_data" / "one_queue"
FILES = [(p.name, p.read_bytes()) for p in sorted(ONE_QUEUE.iterdir()) if p.is_file()]
TOML = ("account.toml", b"[account]\n")


def zipped(entries: list[tuple[str | zipfile.ZipInfo, bytes]], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def refused(files: list[tuple[str, bytes]], folder: Path) -> list[str]:
    with pytest.raises(DataError) as caught:
        save_upload(files, folder)
    assert not folder.exists(), "something was written although the upload was refused"
    return [str(p) for p in caught.value.problems]


def test_an_accounts_files_can_be_planned_as_uploaded(tmp_path: Path) -> None:
    assert load_account(save_upload(FILES, tmp_path / "up")).name == "One queue"


@pytest.mark.parametrize("prefix", ["", "one_queue/", "one_queue\\"])
def test_a_zip_of_the_files_or_of_the_folder_is_the_same_account(tmp_path: Path, prefix: str) -> None:
    entries = [(prefix + name, content) for name, content in FILES]
    clutter = [("__MACOSX/._account.toml", b"x"), (prefix + ".DS_Store", b"x")]
    folder = save_upload([("account.zip", zipped([*entries, *clutter]))], tmp_path / "up")
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == dict(FILES)


@pytest.mark.parametrize(
    "name", ["../account.toml", "/etc/account.toml", "a/b/account.toml", "..\\x.csv", "c:x.csv", ".hidden.csv", "a\nb.csv"]
)
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    (problem,) = refused([("a.zip", zipped([TOML, (name, b"x")]))], tmp_path / "up")
    assert "plain name" in problem
    assert "plain name" in " ".join(refused([TOML, (name, b"x")], tmp_path / "up"))


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    found = refused(
        [("a.zip", zipped([("x.exe", b"x"), ("../y.csv", b"x"), ("a.csv", b"1"), ("A.CSV", b"2")]))], tmp_path / "up"
    )
    text = "\n".join(found)
    for said in ("not a kind of file", "plain name", "twice", "holds no account.toml"):
        assert said in text


def test_links_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("history.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    (problem,) = refused([("a.zip", zipped([TOML, (link, b"/etc/passwd")]))], tmp_path / "up")
    assert "link" in problem


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    (problem,) = refused([("a.zip", zipped([TOML, ("history.csv", b"0" * 5_000_000)]))], tmp_path / "up")
    assert "zip bomb" in problem


def test_more_than_the_declared_size_is_never_unpacked(tmp_path: Path) -> None:
    data = bytearray(zipped([TOML, ("history.csv", b"0123456789" * 100)], zipfile.ZIP_STORED))
    # The central directory says 10 bytes where there are 1,000.
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    (problem,) = refused([("a.zip", bytes(data))], tmp_path / "up")
    assert "history.csv" in problem


def test_sums_and_numbers_of_files_are_capped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "TOTAL_BYTES", 2 * 1024 * 1024)
    big = bytes(range(256)) * 5000
    (problem,) = refused([TOML, ("a.csv", big), ("b.csv", big)], tmp_path / "up")
    assert "MB at most" in problem
    many = [(f"t{n}.csv", b"x") for n in range(60)]
    assert any("50 at most" in p for p in refused([TOML, *many], tmp_path / "up"))
    assert any("50 at most" in p for p in refused([("a.zip", zipped([TOML, *many]))], tmp_path / "up"))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"\x00" * 100])
def test_what_is_not_a_zip_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    (problem,) = refused([("a.zip", content)], tmp_path / "up")
    assert "not a zip file" in problem


def test_nothing_and_a_zip_among_files_are_refused(tmp_path: Path) -> None:
    assert "holds no file" in refused([], tmp_path / "up")[0]
    assert "among other files" in refused([TOML, ("a.zip", zipped([TOML]))], tmp_path / "up")[0]


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped([TOML], zipfile.ZIP_STORED))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + offset] |= 1
    (problem,) = refused([("a.zip", bytes(data))], tmp_path / "up")
    assert "encrypted" in problem
