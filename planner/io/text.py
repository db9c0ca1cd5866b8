"""Bytes to text: UTF-8 with or without a byte order mark, and UTF-16 that says so with one (as spreadsheets save "Unicode text")."""

from __future__ import annotations

import codecs

from planner.errors import DataError, Problem

_REMEDY = 'save it again as "CSV UTF-8" (Excel: Save As; text editors: encoding UTF-8)'


def utf8(data: bytes, place: str, *, remedy: str = _REMEDY) -> bytes:
    """Return `data` as UTF-8 without a byte order mark; raise DataError at `place` when the encoding cannot be told."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise DataError(Problem(place, "the text is UTF-32, which is not read here", remedy))
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeError as error:
            raise DataError(
                Problem(place, f"the text says it is UTF-16 but cannot be read as such ({error})", remedy)
            ) from error
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\0" in data:
        what = "UTF-16 without a byte order mark" if data[:200].count(b"\0") > 20 else "not text: it holds NUL bytes"
        raise DataError(Problem(place, f"the file is {what}", remedy))
    try:
        codecs.utf_8_decode(data, "strict", True)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02X} in line {line} is not UTF-8 (an older Windows encoding?)"
        raise DataError(Problem(place, message, remedy)) from error
    return data
