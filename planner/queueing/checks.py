"""What goes into a formula: arrays of one shape, and one clear sentence when a value makes no sense."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.domain.arrays import Bools, Floats

MAX_PATIENCE_S = 1e12
MIN_PATIENCE_S = 1e-6
MAX_CV = 2.0


def broadcast(**values: ArrayLike) -> tuple[tuple[Floats, ...], tuple[int, ...]]:
    """Return the values as flat float64 arrays of one length, and their common shape; raise ValueError when shapes clash."""
    arrays = []
    for name, value in values.items():
        try:
            arrays.append(np.asarray(value, dtype=np.float64))
        except (TypeError, ValueError) as error:
            raise ValueError(f"{name} must be a number or an array of numbers, got {value!r}") from error
    try:
        shape = np.broadcast_shapes(*(a.shape for a in arrays))
    except ValueError as error:
        said = ", ".join(f"{name} {a.shape}" for name, a in zip(values, arrays, strict=True))
        raise ValueError(f"shapes do not fit together: {said}") from error
    # always fresh and writable, so that every call meets the same compiled kernel
    return tuple(np.array(np.broadcast_to(a, shape), order="C").reshape(-1) for a in arrays), shape


def shaped(values: Floats, shape: tuple[int, ...]) -> Any:
    """Return flat `values` in `shape`; a plain NumPy number when the shape is that of one number."""
    return values.reshape(shape)[()]


def refuse(name: str, values: Floats, wrong: Bools, expected: str, shape: tuple[int, ...], hint: str = "") -> None:
    """Raise ValueError where any value is `wrong`, naming the first one's place and value, how many there are, and what was expected."""
    if not wrong.any():
        return
    first = int(np.argmax(wrong))
    where = ""
    if values.size > 1:
        index = ", ".join(str(int(i)) for i in np.unravel_index(first, shape))
        where = f" at index [{index}] ({int(wrong.sum())} of {values.size} values are wrong)"
    raise ValueError(f"{name} must be {expected}, got {values[first]:g}{where}{hint}")


def not_negative(name: str, values: Floats, unit: str, shape: tuple[int, ...]) -> None:
    """Raise ValueError unless every value is finite and zero or more."""
    refuse(name, values, ~((values >= 0) & (values < np.inf)), f"a finite number of {unit}, zero or more", shape)


def positive(name: str, values: Floats, unit: str, shape: tuple[int, ...]) -> None:
    """Raise ValueError unless every value is finite and above zero."""
    refuse(name, values, ~((values > 0) & (values < np.inf)), f"a finite number of {unit} above zero", shape)


def share(name: str, values: Floats, shape: tuple[int, ...], *, zero: bool = False, one: bool = False) -> None:
    """Raise ValueError unless every value lies between 0 and 1; whether the ends belong is said by `zero` and `one`."""
    low = values >= 0 if zero else values > 0
    high = values <= 1 if one else values < 1
    wrong = ~(low & high)
    hint = ""
    if wrong.any():
        first = float(values[int(np.argmax(wrong))])
        if 1 < first <= 100:
            hint = f"; write {first / 100:g} for {first:g}%"
        elif first == 1:
            hint = "; no number of agents reaches 100%, write 0.99"
    expected = f"a share from 0 {'on' if zero else '(excluded)'} to 1{'' if one else ' (excluded)'}"
    refuse(name, values, wrong, expected, shape, hint)


def patience(values: Floats, shape: tuple[int, ...]) -> None:
    """Raise ValueError unless every mean patience is above zero; infinity means that nobody gives up."""
    sane = (values >= MIN_PATIENCE_S) & (values <= MAX_PATIENCE_S) | (values == np.inf)
    expected = f"between {MIN_PATIENCE_S:g} and {MAX_PATIENCE_S:g} seconds (leave it out if nobody gives up)"
    refuse("patience_s", values, ~sane, expected, shape)


def spread(name: str, values: Floats, shape: tuple[int, ...]) -> None:
    """Raise ValueError unless every value is a coefficient of variation between 0 and 2."""
    wrong = ~((values >= 0) & (values <= MAX_CV))
    hint = ""
    if wrong.any() and 2 < float(values[int(np.argmax(wrong))]) <= 100:
        hint = f"; write {float(values[int(np.argmax(wrong))]) / 100:g} for {float(values[int(np.argmax(wrong))]):g}%"
    refuse(name, values, wrong, f"a coefficient of variation from 0 to {MAX_CV:g}", shape, hint)
