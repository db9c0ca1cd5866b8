"""Names that are safe everywhere a name goes: a file, a spreadsheet cell, a page, a shell.

An id names things in tables and files: letters, digits, `_`, `.`, `-`. A label (account, client, scenario) is free text that is shown
but never becomes a path: separators, control characters, `..` and names reserved by Windows are refused in scenario names, and text
that a spreadsheet would run as a formula is refused in all of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from planner.errors import DataError, Problem
from planner.io import limits

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these is run as a formula by common spreadsheets."""

_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}\Z")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?\Z", re.IGNORECASE)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word closest to `word`, or an empty string when none is close."""
    by_folded = {k.casefold(): k for k in known}
    found = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else ""


def did_you_mean(word: str, known: Iterable[str], *, what: str = "known") -> str:
    """Return a remedy that names the nearest known word, else all of them (a dozen at most)."""
    options = list(known)
    near = nearest(word, options)
    if near:
        return f"did you mean {near}?"
    shown = ", ".join(options[:12]) + (f" and {len(options) - 12} more" if len(options) > 12 else "")
    return f"{what}: {shown}" if options else f"there are no {what}"


def shown(text: object, *, width: int = 60) -> str:
    """Return `text` quoted for a message: control characters spelled out, shortened to `width` characters."""
    plain = str(text)
    cut = plain if len(plain) <= width else f"{plain[: width - 1]}…"
    return '"' + "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in cut) + '"'


def id_fault(text: str) -> str:
    """Return what is wrong with `text` as an id, or an empty string."""
    if not _ID.match(text):
        return f"{shown(text)} cannot be an id; use 1 to 64 letters, digits, _ . - and begin with a letter, a digit or _"
    if ".." in text or text.endswith(".") or _RESERVED.match(text):
        return f"{shown(text)} cannot be an id, since it means something else in file names; choose another"
    return ""


def text_fault(text: str) -> str:
    """Return what is wrong with `text` as something shown to people and written into tables, or an empty string."""
    if not text.strip():
        return "must not be empty"
    if text.startswith(FORMULA_SIGNS):
        return f"{shown(text)} begins like a formula, which a spreadsheet would run; begin with a letter or a digit"
    if len(text) > limits.NAME_CHARACTERS:
        return f"{shown(text)} has {len(text)} characters; use at most {limits.NAME_CHARACTERS}"
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in text):
        return f"{shown(text)} holds control or invisible characters; type it again without them"
    return ""


def label_fault(text: str) -> str:
    """Return what is wrong with `text` as the name of a scenario, or an empty string: it must not look like a path."""
    fault = text_fault(text)
    if fault:
        return fault
    if any(c in text for c in '/\\:*?"<>|') or ".." in text:
        return f"{shown(text)} looks like a path; a scenario's name is a label: leave out / \\ : * ? \" < > | and .."
    if text != text.strip() or text.endswith(".") or text.startswith((".", "~")) or _RESERVED.match(text):
        return f"{shown(text)} means something else in file names; choose another name"
    return ""


def safe_path(base: Path, name: str, *, place: str) -> Path:
    """Return the path of `name` inside folder `base`, or raise DataError (at `place`) when it would lie anywhere else.

    Absolute paths, `..`, control characters, drive letters and names reserved by Windows are refused; so are links that lead out.
    """
    parts = name.replace("\\", "/").split("/")
    bad = (
        not name
        or len(name) > 255
        or any(unicodedata.category(c)[0] == "C" for c in name)
        or ":" in name
        or any(part in ("", ".", "..") or _RESERVED.match(part) for part in parts)
    )
    if not bad:
        path = base.joinpath(*parts)
        if path.resolve().is_relative_to(base.resolve()):
            return path
    raise DataError(
        Problem(place, f"{shown(name)} is not a file inside {base}", "put the file into that folder and write its plain name")
    )
