"""Account folders that people send: checked before a byte is unpacked, then written to a private folder."""

from __future__ import annotations

import io
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from planner.errors import DataError, Problem
from planner.io.names import shown

ENTRIES = 50
"""Files one upload may hold."""
TOTAL_BYTES = 200 * 1024 * 1024
"""What all files of an upload may come to once unpacked."""
RATIO = 200
"""How many times larger a file may be unpacked than packed, above `RATIO_FREE_BYTES`."""
RATIO_FREE_BYTES = 1024 * 1024
SETTINGS = "account.toml"
SUFFIXES = (".toml", ".csv", ".csv.gz", ".parquet", ".xlsx", ".md", ".txt")
"""Kinds of file an account holds; others are refused by name."""


def save_upload(files: Sequence[tuple[str, bytes]], folder: Path) -> Path:
    """Write the uploaded `files` (name, content), an account's files or one zip of them, into `folder`; return the account's folder.

    Raises DataError with every problem found, before anything is written: no ``account.toml`` or several, names that lead elsewhere,
    links, encrypted or twice-named files, unknown kinds, too many or too large ones (a zip's declared sizes are checked first and
    held to while unpacking).
    """
    if not files:
        raise DataError(Problem("upload", "holds no file", f"choose {SETTINGS} and its tables, or a zip of them"))
    zips = [name for name, _ in files if name.lower().endswith(".zip")]
    if zips and len(files) > 1:
        raise DataError(Problem(shown(zips[0]), "is a zip among other files", "choose one zip, or the files themselves"))
    if zips:
        _save_zip(zips[0], files[0][1], folder)
    else:
        _refuse(_name_problems([name for name, _ in files]) + _size_problems([len(content) for _, content in files]))
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files:
            (folder / name).write_bytes(content)
    return folder


def _save_zip(name: str, content: bytes, folder: Path) -> None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise DataError(Problem(shown(name), "is not a zip file that can be read", "zip the account folder again")) from error
    with archive:
        entries = [e for e in archive.infolist() if not e.is_dir() and not _clutter(e.filename)]
        if len(entries) > ENTRIES:
            raise DataError(
                Problem(shown(name), f"holds {len(entries)} files; {ENTRIES} at most", "zip only the account folder")
            )
        names = _below_common_folder([e.filename.replace("\\", "/") for e in entries])
        problems = _name_problems(names) + _size_problems([e.file_size for e in entries])
        for entry in entries:
            problems += _entry_problems(entry)
        _refuse(problems)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            for path, entry in zip(names, entries, strict=True):
                _unpack(archive, entry, folder / path)
        except DataError:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> None:
    """Write `entry` to `path`, never more of it than the zip declared."""
    left = entry.file_size
    try:
        with archive.open(entry) as source, path.open("wb") as target:
            while left >= 0 and (piece := source.read(min(left + 1, 1 << 20))):
                left -= len(piece)
                target.write(piece[: len(piece) + min(left, 0)])
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise DataError(Problem(shown(entry.filename), "cannot be unpacked", "zip the account folder again")) from error
    if left != 0:
        raise DataError(Problem(shown(entry.filename), "is not as large as the zip says", "zip the account folder again"))


def _clutter(name: str) -> bool:
    """True for what operating systems add to zips by themselves."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return "__MACOSX" in parts or (bool(parts) and parts[-1] in (".DS_Store", "Thumbs.db", "desktop.ini"))


def _below_common_folder(names: list[str]) -> list[str]:
    """Return the names without the one folder that a zipped folder puts around all of them."""
    heads = {n.split("/", 1)[0] for n in names}
    if len(heads) == 1 and names and all("/" in n for n in names) and heads.isdisjoint({"", ".", ".."}):
        return [n.split("/", 1)[1] for n in names]
    return names


def _name_problems(names: Sequence[str]) -> list[Problem]:
    problems = [problem for name in names for problem in _one_name(name)]
    folded = [n.casefold() for n in names]
    problems += [Problem(shown(n), "is there twice") for n in sorted({n for n in names if folded.count(n.casefold()) > 1})]
    if SETTINGS not in names:
        problems.append(
            Problem("upload", f"holds no {SETTINGS}", "add it; new accounts start from `planner new`, which writes one")
        )
    return problems


def _one_name(name: str) -> Iterator[Problem]:
    if "/" in name or "\\" in name or ":" in name or name.startswith(".") or not name.isprintable() or len(name) > 120:
        yield Problem(
            shown(name), "is not the plain name of a file", "an account's files lie in one folder, without folders inside"
        )
    elif not name.lower().endswith(SUFFIXES):
        yield Problem(shown(name), "is not a kind of file an account holds", f"known kinds: {', '.join(SUFFIXES)}")


def _size_problems(sizes: Sequence[int]) -> list[Problem]:
    total = sum(sizes)
    if len(sizes) > ENTRIES:
        return [Problem("upload", f"holds {len(sizes)} files; {ENTRIES} at most")]
    if total > TOTAL_BYTES:
        return [
            Problem(
                "upload", f"comes to {total // 2**20} MB unpacked; {TOTAL_BYTES // 2**20} MB at most", "leave out old history"
            )
        ]
    return []


def _entry_problems(entry: zipfile.ZipInfo) -> Iterator[Problem]:
    kind = entry.external_attr >> 16
    if kind and not (stat.S_ISREG(kind) or stat.S_IFMT(kind) == 0):
        yield Problem(shown(entry.filename), "is a link or a device, not a file")
    if entry.flag_bits & 0x1:
        yield Problem(shown(entry.filename), "is encrypted", "zip it without a password")
    if entry.file_size > RATIO_FREE_BYTES and entry.file_size > RATIO * max(1, entry.compress_size):
        yield Problem(shown(entry.filename), f"unpacks to more than {RATIO} times its size, as a zip bomb does")


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise DataError(problems)
