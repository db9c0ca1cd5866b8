"""Where a plan folder may go: a new place, or in force over an older plan folder and nothing else."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from planner.errors import DataError, PlannerError, Problem
from planner.io.plan_files import KIND, NAMES, SOMETIMES, SUMMARY


def check_destination(dir: str | os.PathLike[str], *, force: bool = False) -> Path:
    """Return the absolute path a plan can be written to; raise DataError when it cannot.

    Refused are a file, an existing folder without `force`, and, force or not, a folder that holds anything but a plan. Nothing is
    written, so a long job can ask before it starts.
    """
    path = Path(dir).resolve()
    place = str(dir)
    if path.exists() and not path.is_dir():
        raise DataError(Problem(place, "is a file, a plan is written to a folder", "choose another folder"))
    if path.is_dir():
        if not force:
            raise DataError(Problem(place, "already exists", "choose another folder, or add --force to replace the plan in it"))
        foreign = _foreign(path)
        if foreign:
            raise DataError(Problem(place, foreign, "choose another folder; --force replaces plan folders only"))
    above = next(parent for parent in path.parents if parent.exists())
    if not above.is_dir():
        raise DataError(Problem(place, f"{above} is a file, not a folder", "choose another folder"))
    if not os.access(above, os.W_OK | os.X_OK):
        raise DataError(Problem(place, f"{above} cannot be written to", "choose another folder or change its permissions"))
    return path


def _foreign(path: Path) -> str:
    """Say why the folder is not a plan's, or nothing."""
    held = sorted(entry.name for entry in path.iterdir())
    if not held:
        return ""
    strange = [name for name in held if name not in NAMES | SOMETIMES or not (path / name).is_file()]
    if strange:
        more = f" and {len(strange) - 3} more" if len(strange) > 3 else ""
        return f"holds what is no part of a plan: {', '.join(strange[:3])}{more}"
    try:
        content = json.loads((path / SUMMARY).read_text(encoding="utf-8"))
        mine = isinstance(content, dict) and content.get("kind") == KIND
    except (OSError, ValueError):
        mine = False
    return "" if mine else f"is not a plan folder: its {SUMMARY} is missing or not a plan's"


@contextmanager
def replaced_whole(target: Path) -> Iterator[Path]:
    """Give a temporary folder beside `target` to write into, and move it there in one step when the block ends well.

    A folder already at `target` is set aside first and removed only when the new one is in its place; should the move fail it is
    put back. When the block raises, nothing at `target` has changed and nothing is left beside it.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        work = target.parent / f".{target.name}.{secrets.token_hex(4)}.part"
        work.mkdir()
    except OSError as error:
        raise PlannerError(f"cannot write beside {target}: {error.strerror or error}") from error
    try:
        yield work
        _sync(work)
        _swap(work, target)
    except OSError as error:
        raise PlannerError(f"cannot write the plan to {target}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _swap(work: Path, target: Path) -> None:
    if not target.exists():
        os.replace(work, target)
        _sync(target.parent)
        return
    aside = work.with_suffix(".old")
    os.replace(target, aside)
    try:
        os.replace(work, target)
    except BaseException:
        os.replace(aside, target)
        raise
    _sync(target.parent)
    shutil.rmtree(aside, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Ask the system to put a folder's entries on disk; not every system can, and none needs to for the plan to be right."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
