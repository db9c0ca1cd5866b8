"""Reading account.toml: text, then TOML, each failure with its line and a remedy."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from planner.errors import DataError, Problem
from planner.io import limits
from planner.io.places import FILE
from planner.io.text import utf8

_WHERE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


def account_file(path: Path) -> Path:
    """Return the account.toml that `path` (a folder, or the file itself) means; raise DataError when there is none."""
    file = path / FILE if path.is_dir() else path
    if file.is_file():
        if file.suffix.casefold() != ".toml":
            raise DataError(Problem(str(path), "is not an account", f"name a folder with an {FILE}, or that file"))
        return file
    remedy = f"write one, or start from one with: planner new {path}" if path.is_dir() or not path.suffix else ""
    what = f"there is no {FILE} in this folder" if path.is_dir() else "there is no such file or folder"
    raise DataError(Problem(str(path), what, remedy))


def read_toml(file: Path) -> dict[str, Any]:
    """Return the tables of a TOML file; raise DataError naming the line when it cannot be read."""
    place = file.name
    try:
        with file.open("rb") as stream:
            data = stream.read(limits.TOML_BYTES + 1)
    except OSError as error:
        raise DataError(
            Problem(str(file), f"cannot be opened: {error.strerror or error}", "change its permissions, or copy it")
        ) from error
    if len(data) > limits.TOML_BYTES:
        raise DataError(
            Problem(place, f"is larger than {limits.TOML_BYTES / 1e6:g} MB", "big numbers belong into tables, see [tables]")
        )
    text = utf8(data, place, remedy="save it as UTF-8").decode()
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(_syntax(str(error), text, place)) from error
    except (RecursionError, ValueError) as error:
        message = "is nested too deeply" if isinstance(error, RecursionError) else f"cannot be read: {error}"
        raise DataError(Problem(place, message)) from error


def _syntax(message: str, text: str, place: str) -> Problem:
    found = _WHERE.search(message)
    what = _WHERE.sub("", message)
    if not found or not found[1]:
        return Problem(f"{place}, end of the file", f"not valid TOML: {what}", "look for a quote or bracket that is not closed")
    line = int(found[1])
    written = text.replace("\r\n", "\n").split("\n")[line - 1].strip()
    return Problem(f"{place} line {line}, column {found[2]}", f"not valid TOML: {what}", _remedy(what, written))


def _remedy(what: str, written: str) -> str:
    line = f"the line reads: {written[:80]}"
    if "Illegal character '\\n'" in what:
        return f"a quotation mark is not closed; {line}"
    if "overwrite" in what or "twice" in what or "Cannot declare" in what:
        return f"each key and each [table] may be written once; lists of tables take [[ ]]; {line}"
    if re.search(r"=\s*[^\"'\[\]{}#]*[A-Za-z]", written) and "=" in written:
        return f"text values need quotes; {line}"
    if re.search(r"=\s*[\d.]+,\d", written):
        return f"write a decimal point, not a comma; {line}"
    return line
