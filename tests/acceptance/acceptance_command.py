"""The command as a user meets it: what it prints, what it tells, and whether it left the disk alone."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from planner.cli.app import app

JARGON = ("Traceback", "pydantic", "pandas", "NoneType", "Errno", "object at 0x", "dtype", "ValueError", "KeyError")


def command(*arguments: object) -> tuple[int, str, str]:
    """Run the command in this process; return its exit code, what it printed and what it told."""
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    return done.exit_code, done.stdout, done.stderr


def told(text: str) -> list[str]:
    """Return the problems told, after the heading that counts them; the stages of progress left out."""
    lines = text.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("planner: "))
    assert "nothing was written" in lines[at]
    found = [line.strip() for line in lines[at + 1 :] if line.strip()]
    if "problem" in lines[at]:
        assert lines[at].split()[1] == str(len(found))
    return found


def tree(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Everything below `folder`: size, time of change, permissions."""
    stats = {str(p.relative_to(folder)): p.stat() for p in folder.rglob("*")}
    return {name: (s.st_size, s.st_mtime_ns, s.st_mode) for name, s in stats.items()}


def assert_readable(message: str) -> None:
    """A message for a tired planner: short, in plain words, with nothing of the machine in it."""
    assert len(message) < 420, f"{len(message)} characters: {message[:200]}…"
    for word in JARGON:
        assert word not in message, message
