"""Files made or locked to do harm, tried through the command: refused by name, in little memory, nothing written."""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from acceptance.acceptance_accounts import DESK_HISTORY, DESK_ROWS, write_desk
from acceptance.acceptance_command import assert_readable, command, told, tree

ROW = DESK_ROWS[1]
MEMORY = 1_280 * 2**20  # address space of a child that is given a hostile file


# hostile files: those that have to be unpacked or parsed to be known, in a process of its own with little memory


def refused(account: Path, folder: Path) -> str:
    """Plan `account` in this process; return the one problem it tells."""
    before = tree(folder)
    code, out, err = command("plan", account, "--out", folder / "plan")
    assert (code, out) == (2, "")
    assert tree(folder) == before
    (message,) = told(err)
    assert_readable(message)
    return message


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def in_little_memory(account: Path, cwd: Path) -> str:
    """Plan `account` in a child that may hold little; return the one problem it tells."""
    before = tree(cwd)
    done = subprocess.run(
        [sys.executable, "-m", "planner.cli", "plan", str(account), "--out", str(cwd / "plan")],
        cwd=cwd, capture_output=True, text=True, check=False, timeout=120, preexec_fn=_limited,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr[-2000:]
    assert done.stdout == ""
    assert tree(cwd) == before
    (message,) = told(done.stderr)
    assert_readable(message)
    return message


def test_a_cell_of_sixty_megabytes_is_named_by_line(folder: Path) -> None:
    cell = "x" * 60_000_000
    account = write_desk(
        folder / "desk", history=DESK_HISTORY.replace("offered\n", "offered,note\n", 1).replace(ROW, f'{ROW},"{cell}"')
    )
    message = refused(account, folder)
    assert "history.csv line 3" in message
    assert "no line of a table needs more than 100,000" in message


def test_a_cell_of_sixty_megabytes_in_many_lines_is_named_by_row_in_little_memory(folder: Path) -> None:
    cell = ("x" * 99 + "\n") * 600_000
    account = write_desk(
        folder / "desk", history=DESK_HISTORY.replace("offered\n", "offered,note\n", 1).replace(ROW, f'{ROW},"{cell}"')
    )
    message = in_little_memory(account, folder)
    assert "history.csv row 3" in message
    assert "holds 60,000,000 characters" in message
    assert "at most 10,000 are read" in message


@cache
def zip_bomb() -> bytes:
    """A workbook's sheet of blanks that unpacks to 800 megabytes."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet,
    ):
        for _ in range(800):
            sheet.write(b" " * 1_000_000)
    return target.getvalue()


def test_a_zip_bomb_is_refused_by_what_it_would_unpack_to(folder: Path) -> None:
    account = write_desk(folder / "desk", history=zip_bomb(), name="history.xlsx")
    message = refused(account, folder)
    assert "history.xlsx: unpacks to 800 MB" in message
    assert "save the table alone, as CSV" in message


def test_a_zip_bomb_that_lies_about_its_size_is_refused_too(folder: Path) -> None:
    honest = zip_bomb()
    size = (800_000_000).to_bytes(4, "little")
    small = (1_000).to_bytes(4, "little")
    assert size in honest
    account = write_desk(folder / "desk", history=honest.replace(size, small), name="history.xlsx")
    message = in_little_memory(account, folder)
    assert "history.xlsx: is not a sound workbook" in message


# files and folders that may not be touched

UNPRIVILEGED = """
import json, os, sys
from pathlib import Path
from typer.testing import CliRunner
import planner.io, planner.pipeline, planner.report
from planner.cli.app import app

def command(*arguments):
    done = CliRunner().invoke(app, list(arguments))
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    return done.exit_code, done.stderr

folder = Path(sys.argv[1])
account, locked = folder / "desk", folder / "locked"
for name in ("desk", "locked", "secret", "closed"):  # whatever is imported late is imported now, while it may be read
    assert command("plan", str(folder / name), "--out", str(account))[0] == 2
if os.geteuid() == 0:
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
print(json.dumps({
    "folder": command("plan", str(locked), "--out", str(folder / "plan")),
    "settings": command("plan", str(folder / "secret"), "--out", str(folder / "plan")),
    "table": command("plan", str(folder / "closed"), "--out", str(folder / "plan")),
    "out": command("plan", str(account), "--out", str(folder / "shut" / "plan")),
}))
"""


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that somebody without rights can get to, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_what_may_not_be_read_or_written_is_named(public_folder: Path) -> None:
    folder = public_folder
    for name in ("desk", "locked", "secret", "closed"):
        write_desk(folder / name)
    (folder / "shut").mkdir()
    shut = {
        folder / "locked": 0o000,
        folder / "secret" / "account.toml": 0o000,
        folder / "closed" / "history.csv": 0o000,
        folder / "shut": 0o555,
    }
    before = tree(folder)
    for path, mode in shut.items():
        path.chmod(mode)
    try:
        done = subprocess.run(
            [sys.executable, "-c", UNPRIVILEGED, str(folder)], capture_output=True, text=True, check=False, timeout=120
        )
    finally:
        for path in shut:
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    expected = {
        "folder": ("locked", "not readable"),
        "settings": ("secret/account.toml", "cannot be opened: Permission denied", "change its permissions"),
        "table": ("closed/history.csv", "cannot be opened: Permission denied", "change its permissions"),
        "out": ("shut cannot be written to", "choose another folder or change its permissions"),
    }
    for name, words in expected.items():
        code, err = found[name]
        assert code == 2, err
        assert "Traceback" not in err
        assert "forecasting" not in err
        for word in words:
            assert word in err, err
    assert {name: size for name, (size, _, _) in tree(folder).items()} == {name: size for name, (size, _, _) in before.items()}
