"""Where the breaks of a shift may start so that labour rules hold, whichever of the starts left are taken together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import numpy as np

from planner.domain.arrays import Bools, Ints
from planner.domain.shifts import PlacedBreak, Shift
from planner.rules.book import Law
from planner.rules.registry import break_findings
from planner.rules.rule import Finding, Severity
from planner.rules.work import WorkDays

TRIED = 20_000
"""Combinations of starts that are tried at most: beyond that starts are thinned evenly, and only those tried are left."""

_DAY = datetime(2026, 6, 10, tzinfo=UTC)
"""Any day will do: rules on breaks know no clock."""


@dataclass(frozen=True, kw_only=True)
class Outline:
    """A shift without its hours on the clock: how long it lasts, its breaks (minutes, paid) in order, for each but the first the seconds it
    starts at least after the one before (empty where windows lie apart), and start and end of the gap of a split one; all in seconds
    after its start."""

    length_s: int
    breaks: tuple[tuple[int, bool], ...]
    waits_s: tuple[int, ...] = ()
    gap_s: tuple[int, int] | None = None

    def with_breaks_at(self, starts_s: Sequence[int]) -> Shift:
        """Return a shift of this outline whose breaks start at `starts_s`."""
        spans = [(at, at + 60 * minutes, paid, False) for at, (minutes, paid) in zip(starts_s, self.breaks, strict=True)]
        spans += [(*self.gap_s, False, True)] if self.gap_s else []
        return Shift(
            id="tried",
            site="",
            group="",
            pattern="",
            date=_DAY.date(),
            start_utc=_DAY,
            end_utc=_DAY + timedelta(seconds=self.length_s),
            breaks=tuple(
                PlacedBreak(
                    start_utc=_DAY + timedelta(seconds=start), end_utc=_DAY + timedelta(seconds=end), paid=paid, off_site=off
                )
                for start, end, paid, off in sorted(spans)
            ),
            heads=1,
        )


@dataclass(frozen=True, kw_only=True)
class Placeable:
    """What is left of each break's starts. `chosen` is True where further starts, lawful in some combination, had to go so that those
    left are lawful in every one; `rules` are the findings, one a rule, that took any, `always` those among them that every combination
    breaks, or all where nothing is left."""

    starts_s: tuple[tuple[int, ...], ...]
    chosen: bool = False
    rules: tuple[Finding, ...] = ()
    always: frozenset[str] = frozenset()

    @property
    def possible(self) -> bool:
        """True when some combination is lawful."""
        return all(self.starts_s)


def lawful_starts(outline: Outline, starts_s: tuple[tuple[int, ...], ...], law: Law, *, voice: bool) -> Placeable:
    """Return of `starts_s` those that can be taken in any combination that keeps the breaks apart without breaking a rule of `law` on
    breaks; all empty where no combination is lawful.

    `law` must be the same on all dates (:func:`planner.rules.book.frozen`). A start that is lawful in no combination always goes, one
    that is in every one always stays; between them those go first that most combinations speak against.
    """
    if all(not _broken(outline, chosen, law, voice) for chosen in product(*_corners(outline, starts_s))):
        return Placeable(starts_s=starts_s)  # rules are linear in where breaks lie: what holds at the corners holds between
    options = _thinned(starts_s)
    tried = list(_apart(options, outline.waits_s))
    broken = [_broken(outline, chosen, law, voice) for chosen in tried]
    rules = tuple({f.rule: f for found in reversed(broken) for f in found}.values())
    lawful: Bools = np.array([not found for found in broken], dtype=np.bool_)
    if not lawful.any():
        every = frozenset.intersection(*(frozenset(f.rule for f in found) for found in broken)) if broken else frozenset()
        ids = every or frozenset(f.rule for f in rules)
        return Placeable(starts_s=((),) * max(1, len(starts_s)), rules=rules, always=ids)
    numbers = [{at: n for n, at in enumerate(own)} for own in options]
    index = np.array([[number[at] for number, at in zip(numbers, chosen, strict=True)] for chosen in tried], dtype=np.int64)
    keep, chosen_ones = _largest(index, lawful, [len(own) for own in options])
    left = tuple(tuple(at for at, kept in zip(own, mask, strict=True) if kept) for own, mask in zip(options, keep, strict=True))
    return Placeable(starts_s=left, chosen=chosen_ones, rules=rules)


def _broken(outline: Outline, starts_s: Sequence[int], law: Law, voice: bool) -> list[Finding]:
    shift = outline.with_breaks_at(starts_s)
    work = WorkDays(
        agent="",
        site="",
        zone="UTC",
        start_utc=_DAY,
        end_utc=_DAY + timedelta(days=7),
        shifts=(shift,),
        voice=voice,
    )
    return [f for f in break_findings(work, law) if f.severity is not Severity.OPEN]


def _corners(outline: Outline, starts_s: tuple[tuple[int, ...], ...]) -> list[list[int]]:
    """First and last start of each break, in both parts of a split shift."""
    corners = []
    for own in starts_s:
        at = {own[0], own[-1]} if own else set()
        if outline.gap_s is not None:
            at |= {max((s for s in own if s < outline.gap_s[0]), default=own[0])}
            at |= {min((s for s in own if s >= outline.gap_s[1]), default=own[-1])}
        corners.append(sorted(at))
    return corners


def _thinned(starts_s: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    """Fewer starts of each break, its first and last among them, until few enough combinations are left."""
    options = [list(own) for own in starts_s]
    while np.prod([float(len(own)) for own in options]) > TRIED:
        longest = max(range(len(options)), key=lambda b: len(options[b]))
        own = options[longest]
        options[longest] = sorted({*own[::2], own[-1]}) if len(own) > 3 else [own[0], own[-1]]
    return tuple(tuple(own) for own in options)


def _apart(options: tuple[tuple[int, ...], ...], waits_s: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    for chosen in product(*options):
        if not waits_s or all(b - a >= wait for (a, b), wait in zip(pairwise(chosen), waits_s, strict=True)):
            yield chosen


def _largest(index: Ints, lawful: Bools, sizes: Sequence[int]) -> tuple[list[Bools], bool]:
    """Take starts away until every combination left is lawful. `index` ``[combinations, breaks]`` numbers each one's starts. Returns what
    is left of each break's starts, and whether any that some lawful combination needs went."""
    keep: list[Bools] = []
    for b, size in enumerate(sizes):
        of_use = np.bincount(index[:, b], weights=lawful, minlength=size) > 0
        keep.append(np.asarray(of_use, dtype=np.bool_))
    chosen = False
    while True:
        inside = np.logical_and.reduce([keep[b][index[:, b]] for b in range(len(sizes))])
        if lawful[inside].all():
            return keep, chosen
        chosen = True
        left = int((lawful & inside).sum())
        against: list[tuple[float, float, int, int]] = []
        for b, size in enumerate(sizes):
            bad = np.bincount(index[inside, b], weights=~lawful[inside], minlength=size)
            good = np.bincount(index[inside, b], weights=lawful[inside], minlength=size)
            for n in np.flatnonzero(bad > 0).tolist():
                if good[n] < left:
                    against.append((bad[n] / (bad[n] + good[n]), bad[n], -b, n))
        _, _, b, n = max(against)
        keep[-b][n] = False
