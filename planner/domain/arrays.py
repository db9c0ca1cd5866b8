"""Arrays that cannot be changed behind a dataclass's back, and equality that looks inside them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Int32s = NDArray[np.int32]
Bools = NDArray[np.bool_]


def frozen_floats(values: ArrayLike, shape: tuple[int, ...], name: str) -> Floats:
    """Return a read-only float64 copy of `values`, or raise ValueError when its shape is not `shape`."""
    array: Floats = np.array(values, dtype=np.float64, order="C")
    _freeze(array, shape, name)
    return array


def frozen_bools(values: ArrayLike, shape: tuple[int, ...], name: str) -> Bools:
    """Return a read-only bool copy of `values`, or raise ValueError when its shape is not `shape`."""
    array: Bools = np.array(values, dtype=np.bool_, order="C")
    _freeze(array, shape, name)
    return array


def frozen_ints(values: ArrayLike, shape: tuple[int, ...], name: str) -> Ints:
    """Return a read-only int64 copy of `values`, or raise ValueError when its shape is not `shape`."""
    array: Ints = np.array(values, dtype=np.int64, order="C")
    _freeze(array, shape, name)
    return array


def _freeze(array: NDArray[Any], shape: tuple[int, ...], name: str) -> None:
    if array.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, got {array.shape}")
    array.flags.writeable = False


def equal(left: Any, right: Any) -> bool:
    """True when two values hold the same: arrays element by element (NaN equals NaN), dataclasses field by field.

    Fields declared with ``compare=False`` are not looked at.
    """
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        a, b = np.asarray(left), np.asarray(right)
        return a.shape == b.shape and bool(np.array_equal(a, b, equal_nan=a.dtype.kind == "f" and b.dtype.kind == "f"))
    if is_dataclass(left) and not isinstance(left, type):
        return type(left) is type(right) and all(
            equal(getattr(left, f.name), getattr(right, f.name)) for f in fields(left) if f.compare
        )
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(equal(a, b) for a, b in zip(left, right, strict=True))
    return bool(left == right)


class ArrayEq:
    """Mixin for dataclasses that hold arrays (declare them ``eq=False``): `==` compares contents; not hashable."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return equal(self, other)
