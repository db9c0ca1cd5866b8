"""Compilation of the hot loops: numba, cached on disk, and never stale."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, overload

# A tenth more compilation than at level 1 and an event loop a fifth faster; no gain at 3. Whoever sets it otherwise, or has numba already,
# keeps theirs.
os.environ.setdefault("NUMBA_OPT", "2")

from numba import njit  # reads its settings once, here

_F = TypeVar("_F", bound=Callable[..., Any])


@overload
def compiled(function: _F) -> _F: ...
@overload
def compiled(*, entry: bool = True, arrays: bool = True, inline: bool = False, inside: bool = False) -> Callable[[_F], _F]: ...
def compiled(
    function: Any = None, *, entry: bool = True, arrays: bool = True, inline: bool = False, inside: bool = False
) -> Any:
    """Compile `function` on first call, without fast-math and without Python's lock, and keep the machine code on disk.

    A kernel's code contains the code of the kernels it calls, yet numba renews a cached kernel only when the kernel's own file
    changes. Here a change in any file of its package renews them all. Where no folder can be written to, nothing is cached.

    `entry`: called from Python, so worth a place on disk; others live inside their callers. `arrays`: makes arrays; a kernel that
    only reads and writes those it is given needs no counting of references, which halves its compilation. A private kernel that is no
    entry cannot be called from Python. `inline`: its code is put where it is called, which saves handing over arrays in the hottest loops
    and costs compilation wherever there are several calls. `inside`: no entry and called by other kernels alone, in whatever file, as a
    private one is.
    """
    if function is None:
        return partial(compiled, entry=entry, arrays=arrays, inline=inline, inside=inside)
    make: Any = partial(njit, nogil=True, error_model="numpy", _nrt=arrays, forceinline=inline)
    if not entry:
        bare = inside or function.__name__.startswith("_")  # never called from Python: no wrapper for it
        return make(no_cpython_wrapper=bare, no_cfunc_wrapper=bare)(function)
    try:
        kernel = make(cache=True)(function)
    except RuntimeError:  # numba found no writable place for its cache
        return make()(function)
    file = kernel._cache._cache_file
    file._source_stamp = (file._source_stamp, _stamp(".".join(function.__module__.split(".")[:2])))
    return kernel


@lru_cache
def _stamp(package: str) -> bytes:
    """Digest of every source file of a package, and of this one, which says how they are compiled."""
    digest = sha256(Path(__file__).read_bytes())
    home = Path(str(sys.modules[package].__file__)).parent
    for path in sorted(home.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()
