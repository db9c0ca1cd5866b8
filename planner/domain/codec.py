"""The product's types as plain JSON data and back, exactly, driven by their type hints.

Dataclasses become objects, enums their values, decimals plain decimal text without trailing zeros, instants ISO 8601 UTC ending in Z,
dates ISO 8601, tuples lists. A value of a union of dataclasses carries its class under ``type``. Infinities and NaN, which JSON
lacks, are the texts "inf", "-inf" and "nan". Fields that do not take part in comparison are left out. Equal objects encode equally.
"""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from planner.domain.account import Account

_T = TypeVar("_T")
_TAG = "type"


def encode(obj: Any) -> dict[str, Any]:
    """Return a dataclass instance as JSON-able data; raise TypeError for a field whose type has no JSON form (arrays)."""
    cls: Any = type(obj)
    return {f.name: _encode(hint, getattr(obj, f.name)) for f, hint in _compared(cls)}


def decode(cls: type[_T], data: Any) -> _T:
    """Return the `cls` that `encode` turned into `data`; raise ValueError, naming the place, when `data` does not fit.

    A key left out takes the field's default; an unknown key is an error.
    """
    return cast(_T, _decode(cls, data, cls.__name__))


def input_hash(account: Account) -> str:
    """Return the SHA-256 of everything a plan of `account` depends on: its settings and, by their own hash, its tables (C10)."""
    text = json.dumps(encode(account), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _compared(cls: Any) -> tuple[tuple[Field[Any], Any], ...]:
    if not is_dataclass(cls):
        raise TypeError(f"{cls.__name__} is not a dataclass and has no JSON form")
    hints = get_type_hints(cls)
    return tuple((f, hints[f.name]) for f in fields(cls) if f.compare)


def _encode(hint: Any, value: Any) -> Any:
    options = _options(hint)
    if value is None:
        if type(None) not in options:
            raise TypeError(f"None does not fit {hint}")
        return None
    real = [o for o in options if o is not type(None)]
    chosen = next((o for o in real if isinstance(o, type) and isinstance(value, o)), real[0])
    if get_origin(chosen) is tuple:
        return [_encode(h, v) for h, v in zip(_items(chosen, len(value)), value, strict=True)]
    if is_dataclass(chosen):
        data = encode(value)
        return {_TAG: type(value).__name__, **data} if _tagged(real) else data
    if chosen is float:
        return _float_out(float(value))
    if chosen is Decimal:
        return _decimal_out(value)
    if chosen is datetime:
        return _instant_out(value)
    if chosen is date:
        return value.isoformat()
    if isinstance(chosen, type) and issubclass(chosen, Enum):
        return value.value
    if chosen in (bool, int, str):
        return chosen(value)
    raise TypeError(f"a value of type {hint} has no JSON form")


def _decode(hint: Any, data: Any, place: str) -> Any:
    options = _options(hint)
    if data is None:
        if type(None) not in options:
            raise ValueError(f"{place} must not be null")
        return None
    real = [o for o in options if o is not type(None)]
    if _tagged(options):
        data = _object(data, place)
        chosen = next((o for o in real if o.__name__ == data.get(_TAG)), None)
        if chosen is None:
            raise ValueError(f"{place}: type must be one of {', '.join(o.__name__ for o in real)}, got {data.get(_TAG)!r}")
        return _decode(chosen, {k: v for k, v in data.items() if k != _TAG}, place)
    chosen = real[0]
    if get_origin(chosen) is tuple:
        if not isinstance(data, list):
            raise ValueError(f"{place} must be a list, got {data!r}")
        hints = _items(chosen, len(data))
        if len(hints) != len(data):
            raise ValueError(f"{place} must have {len(hints)} items, got {len(data)}")
        return tuple(_decode(h, v, f"{place}[{i}]") for i, (h, v) in enumerate(zip(hints, data, strict=True)))
    if is_dataclass(chosen):
        return _decode_object(cast(type[Any], chosen), _object(data, place), place)
    return _decode_scalar(chosen, data, place)


def _decode_object(cls: type[Any], data: dict[str, Any], place: str) -> Any:
    spec: Any = cls
    known = {f.name: (f, hint) for f, hint in _compared(spec)}
    if unknown := set(data) - set(known):
        raise ValueError(f"{place}: unknown key {min(unknown)!r}")
    for name, (f, _) in known.items():
        if name not in data and f.default is MISSING and f.default_factory is MISSING:
            raise ValueError(f"{place}: key {name!r} is missing")
    values = {name: _decode(known[name][1], value, f"{place}.{name}") for name, value in data.items()}
    try:
        return cls(**values)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{place}: {error}") from error


def _decode_scalar(chosen: Any, data: Any, place: str) -> Any:
    try:
        if chosen is float and (isinstance(data, float | int) or data in ("inf", "-inf", "nan")) and not isinstance(data, bool):
            return float(data)
        if chosen is Decimal and isinstance(data, str):
            return Decimal(data)
        if chosen is datetime and isinstance(data, str):
            return _instant_in(data)
        if chosen is date and isinstance(data, str):
            return date.fromisoformat(data)
        if isinstance(chosen, type) and issubclass(chosen, Enum):
            return chosen(data)
    except (ValueError, ArithmeticError) as error:
        raise ValueError(f"{place}: {data!r} is not a {chosen.__name__}") from error
    if chosen in (bool, int, str) and type(data) is chosen:
        return data
    raise ValueError(f"{place} must be a {getattr(chosen, '__name__', chosen)}, got {data!r}")


def _options(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


def _tagged(options: Sequence[Any]) -> bool:
    return sum(1 for o in options if is_dataclass(o)) > 1


def _items(hint: Any, size: int) -> tuple[Any, ...]:
    args = get_args(hint)
    return (args[0],) * size if len(args) == 2 and args[1] is Ellipsis else args


def _object(data: Any, place: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ValueError(f"{place} must be an object, got {data!r}")
    return data


def _float_out(value: float) -> float | str:
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    return value + 0.0  # -0.0 equals 0.0 and must read the same


def _decimal_out(value: Decimal) -> str:
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _instant_out(value: datetime) -> str:
    if value.tzinfo is None:
        raise TypeError(f"{value.isoformat()} has no UTC offset")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _instant_in(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    if when.tzinfo is None:
        raise ValueError("no UTC offset")
    return when.astimezone(UTC)
