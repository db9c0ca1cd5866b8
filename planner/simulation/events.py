"""Coming events of the loop as single numbers, and chances that belong to one contact."""

from __future__ import annotations

from planner.simulation.inner import inlined, inner

_ID = 32
_VERSIONS = (1 << 24) - 1
_KIND = 56


@inlined
def event_of(kind: int, version: int, id: int) -> int:
    """Return the event of a `kind` for agent or contact number `id`; `version` tells it from those overtaken since."""
    return (kind << _KIND) | (version << _ID) | id


@inlined
def parts_of(event: int) -> tuple[int, int, int]:
    """Return kind, version and number."""
    return event >> _KIND, (event >> _ID) & _VERSIONS, event & ((1 << _ID) - 1)


@inlined
def next_version(version: int) -> int:
    """Return the version after this one."""
    return (version + 1) & _VERSIONS


@inner
def chance(seed: int, contact: int, purpose: int) -> float:
    """Return a uniform number in (0, 1) that belongs to this contact and purpose: SplitMix64's finaliser."""
    z = (seed + (contact * 8 + purpose + 1) * -7046029254386353131) & -1
    z = (z ^ ((z >> 30) & 0x3FFFFFFFF)) * -4658895280553007687
    z = (z ^ ((z >> 27) & 0x1FFFFFFFFF)) * -7723592293110705685
    z = z ^ ((z >> 31) & 0x1FFFFFFFF)
    return (((z >> 11) & 0x1FFFFFFFFFFFFF) + 0.5) / 9007199254740992.0
