"""Compilation of the kernels: numba, cached on disk, and never stale."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from numba import njit

_F = TypeVar("_F", bound=Callable[..., Any])


@lru_cache(maxsize=1)
def _package_stamp() -> bytes:
    digest = sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()


def compiled(function: _F) -> _F:
    """Compile `function` on first call, without fast-math, and keep the machine code on disk.

    A kernel's code contains the code of the kernels it calls, yet numba renews a cached kernel only when the kernel's own file
    changes. Here a change in any file of this package renews them all. Where no folder can be written to, nothing is cached.
    """
    try:
        kernel: Any = njit(cache=True, error_model="numpy")(function)
    except RuntimeError:  # numba found no writable place for its cache
        uncached: Any = njit(error_model="numpy")(function)
        return uncached  # type: ignore[no-any-return]
    file = kernel._cache._cache_file
    file._source_stamp = (file._source_stamp, _package_stamp())
    return kernel  # type: ignore[no-any-return]
