"""Long inputs in parts, so that memory beyond inputs and outputs stays bounded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np

CHUNK = 250_000
"""Intervals worked on at a time: some tens of MB."""

_WHOLE = ("definition", "rate_factors", "max_agents", "up_to")

_P = ParamSpec("_P")
_R = TypeVar("_R")


def in_chunks(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let `function` of keyword arrays that broadcast, which returns an array or a dataclass of arrays, work through them in parts."""

    @wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        arrays = _arrays(kwargs)
        try:
            shape = np.broadcast_shapes(*(a.shape for a in arrays.values()))
        except ValueError:
            return function(*args, **kwargs)  # says what does not fit
        size = int(np.prod(shape, dtype=np.int64))
        if args or size <= CHUNK:
            return function(*args, **kwargs)
        wide = {name: np.broadcast_to(a, shape).flat for name, a in arrays.items() if a.ndim}
        whole: list[Any] = []
        kind: Any = None
        for begin in range(0, size, CHUNK):
            part: Any = {name: values[begin : begin + CHUNK] for name, values in wide.items()}
            try:
                found: Any = function(*args, **{**kwargs, **part})
            except ValueError:
                return function(*args, **kwargs)  # names the place in the whole
            kind = found
            columns = [getattr(found, f.name) for f in fields(found)] if is_dataclass(found) else [found]
            if not whole:
                whole = [np.empty((size, *c.shape[1:]), c.dtype) if isinstance(c, np.ndarray) else c for c in columns]
            for column, values in zip(whole, columns, strict=True):
                if isinstance(values, np.ndarray):
                    column[begin : begin + CHUNK] = values
        shaped = [c.reshape(*shape, *c.shape[1:]) if isinstance(c, np.ndarray) else c for c in whole]
        result: Any = shaped[0]
        if is_dataclass(kind):
            result = type(kind)(**{f.name: c for f, c in zip(fields(kind), shaped, strict=True)})  # type: ignore[misc]
        done: _R = result
        return done

    return call


def _arrays(kwargs: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in kwargs.items():
        if name in _WHOLE or value is None or isinstance(value, str):
            continue
        array = np.asarray(value)
        if array.dtype.kind in "biuf":
            found[name] = array
    return found
