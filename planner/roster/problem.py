"""A roster of named people in numbers: who may work what, what they wish, and how many heads every day and shift needs."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np

from planner.domain.arrays import ArrayEq, Floats, Ints, frozen_bools, frozen_floats, frozen_ints

DAY_OFF = -1
"""What a schedule holds on a day without a shift."""


def _free() -> np.ndarray:
    """Mark of a field left out."""
    return np.zeros(0)


@dataclass(frozen=True, eq=False, kw_only=True)
class NamedProblem(ArrayEq):
    """People P, days D and shift types S, with hard rules, weighted wishes and weighted cover.

    A person has at most one shift a day. Nothing is known of the days before the first and after the last: a stretch of work or of days
    off that touches either end may be of any shorter length there, never longer than its maximum inside (Curtois and Qu 2014, section 2).
    `weekend` numbers the weekend a day belongs to, -1 none; a weekend with any shift counts as worked. A day may be a weekend of its own:
    then it is days that are counted.

    What is left out is free: every shift `allowed`, every shift `counted` (those that are not add neither minutes nor weekends, such as
    shifts worked before the stretch planned), no day with `must`, no cost of a day off alone between two shifts, of weekends worked, or of
    being away from home. A person's home is one of H, the one that costs least: ``home_cost[p, h]`` and ``away_cost[h, s]`` for every
    counted shift.
    """

    people: tuple[str, ...]
    shifts: tuple[str, ...]
    minutes: Ints  # [S] length of a shift
    may_not_follow: np.ndarray  # [S, S] True at [a, b] where b may not be worked on the day after a
    max_shifts: Ints  # [P, S] most shifts of a type
    min_minutes: Ints  # [P] least minutes in all
    max_minutes: Ints  # [P] most minutes in all
    min_run: Ints  # [P] fewest shifts in a row
    max_run: Ints  # [P] most shifts in a row
    min_off: Ints  # [P] fewest days off in a row
    max_weekends: Ints  # [P] most weekends worked
    fixed_off: np.ndarray  # [P, D] True where the day is free
    weekend: Ints  # [D]
    wish_on: Floats  # [P, D, S] weight of not getting the shift
    wish_off: Floats  # [P, D, S] weight of getting it
    need: Ints  # [D, S] heads wanted
    under_cost: Floats  # [D, S] per head short
    over_cost: Floats  # [D, S] per head too many
    allowed: np.ndarray = field(default_factory=_free)  # [P, D, S] True where the person may work the shift that day
    must: np.ndarray = field(default_factory=_free)  # [P, D] True where the person may not be off
    counted: np.ndarray = field(default_factory=_free)  # [D, S]
    lone_off_cost: Floats = field(default_factory=_free)  # [P] per day off alone between two shifts
    weekend_cost: Floats = field(default_factory=_free)  # [P, W + 1] cost of so many weekends worked
    home_cost: Floats = field(default_factory=_free)  # [P, H]
    away_cost: Floats = field(default_factory=_free)  # [H, S]

    def __post_init__(self) -> None:
        p, s = len(self.people), len(self.shifts)
        d = len(self.weekend)
        shapes: dict[str, tuple[int, ...]] = {
            "minutes": (s,), "may_not_follow": (s, s), "max_shifts": (p, s), "min_minutes": (p,), "max_minutes": (p,),
            "min_run": (p,), "max_run": (p,), "min_off": (p,), "max_weekends": (p,), "fixed_off": (p, d), "weekend": (d,),
            "wish_on": (p, d, s), "wish_off": (p, d, s), "need": (d, s), "under_cost": (d, s), "over_cost": (d, s),
        }  # fmt: skip
        h = max(1, len(self.away_cost))
        free = {
            "allowed": np.ones((p, d, s), dtype=np.bool_), "must": np.zeros((p, d), dtype=np.bool_),
            "counted": np.ones((d, s), dtype=np.bool_), "lone_off_cost": np.zeros(p),
            "weekend_cost": np.zeros((p, len(np.unique(self.weekend[np.asarray(self.weekend) >= 0])) + 1)),
            "home_cost": np.zeros((p, h)), "away_cost": np.zeros((h, s)),
        }  # fmt: skip
        for name, nothing in free.items():
            if not np.size(getattr(self, name)):
                object.__setattr__(self, name, nothing)
            shapes[name] = nothing.shape
        of_whole = {f.name for f in fields(self) if f.type == "Ints"}
        for name, shape in shapes.items():
            value = getattr(self, name)
            kind = frozen_ints if name in of_whole else frozen_floats if name in _WEIGHTS else frozen_bools
            object.__setattr__(self, name, kind(value, shape, name))
        for name in ("people", "shifts"):
            if len(set(getattr(self, name))) < len(getattr(self, name)):
                raise ValueError(f"{name} must have different names, got {getattr(self, name)}")
        if not d or not s:
            raise ValueError(f"a roster needs days and shifts, got {d} days and {s} shifts")
        for name in ("max_shifts", "min_minutes", "max_minutes", "max_weekends", "need", *_WEIGHTS):
            value = getattr(self, name)
            if value.size and not (np.isfinite(value).all() and value.min() >= 0):
                raise ValueError(f"{name} must be 0 or more, got {value.min():g}")
        for name in ("minutes", "min_run", "max_run", "min_off"):
            value = getattr(self, name)
            if value.size and value.min() < 1:
                raise ValueError(f"{name} must be 1 or more, got {value.min()}")
        days = {int(w): np.flatnonzero(self.weekend == w) for w in np.unique(self.weekend) if w >= 0}
        split = [w for w, at in days.items() if len(at) > 2 or at[-1] - at[0] > 1]
        if split:
            raise ValueError(f"a weekend has one day or two in a row; weekend {split[0]} has days {days[split[0]].tolist()}")

    @property
    def n_days(self) -> int:
        """Number of days."""
        return len(self.weekend)

    @property
    def wish_cost(self) -> Floats:
        """Cost of each shift given beyond that of a schedule without shifts: ``off - on`` ``[P, D, S]``."""
        return self.wish_off - self.wish_on

    @property
    def whole_costs(self) -> bool:
        """True when every weight is whole, so that every roster's cost is."""
        return all(bool((getattr(self, name) == np.rint(getattr(self, name))).all()) for name in _WEIGHTS)


_WEIGHTS = ("wish_on", "wish_off", "under_cost", "over_cost", "lone_off_cost", "weekend_cost", "home_cost", "away_cost")


@dataclass(frozen=True, eq=False, kw_only=True)
class NamedRoster(ArrayEq):
    """One schedule per person: `work` ``[P, D]`` holds shift numbers, `DAY_OFF` on days off."""

    work: Ints

    def __post_init__(self) -> None:
        object.__setattr__(self, "work", frozen_ints(self.work, np.shape(self.work), "work"))
