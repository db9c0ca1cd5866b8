"""What an advice says: which skill taught to how many saves what, and what people who can do more are worth at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.pooling.teaching.skills import Lesson


@dataclass(frozen=True, kw_only=True)
class PromiseLevel:
    """A promise over all its windows together, weighed by their contacts, as simulated: `level`, 95% sure to lie from `low` to `high` (None
    without contacts), against `target`; of its `windows` so many are `kept`."""

    promise: str
    target: float
    level: float | None
    low: float | None
    high: float | None
    windows: int
    kept: int


@dataclass(frozen=True, kw_only=True)
class Staffed:
    """People in one state: how many, what they cost over the horizon in the account's currency, and every promise as other customers than
    those of the search meet it. `done` is False where time ended the search for people to spare."""

    heads: int
    cost: float
    service: tuple[PromiseLevel, ...]
    done: bool = True


@dataclass(frozen=True, kw_only=True)
class Option:
    """One lesson given to `people`: `points` of service the promises gain before anybody is taken off, at the worst one and on average;
    then `heads` spared, their pay `spared` and the `premium` of those taught who stay, over the horizon. `after` is the service with them
    taken off (empty where nobody is). `heads` None: time ended before it was tried."""

    lesson: Lesson
    people: int
    worst_points: float
    mean_points: float
    heads: int | None
    spared: float = 0.0
    premium: float = 0.0
    break_even: float | None = None
    after: tuple[PromiseLevel, ...] = ()

    @property
    def saves(self) -> float | None:
        """Money saved over the horizon, the premium taken off; below 0 it costs. None where it was not tried."""
        return None if self.heads is None else self.spared - self.premium


@dataclass(frozen=True, kw_only=True)
class ChainStep:
    """One step of a chain: `taught` on top of the steps before (below 0: fewer need it), and after it heads, cost over the horizon and
    what all steps so far save, premiums taken off."""

    taught: tuple[tuple[Lesson, int], ...]
    heads: int
    cost: float
    saves: float


@dataclass(frozen=True, kw_only=True)
class Advice:
    """Which skill, taught to how many, saves most.

    `plan` is the plan as it is, `trimmed` without those who are spare already: what skills save is counted from there. `options` are
    lessons by themselves, the best first; `chain` gives one after the other, each on top of the ones before, and ends at `chained`.
    `dedicated` has one language a person (or one channel) and `flexible` everybody for everything their site may take, people added or
    taken off until the same promises hold, or not `done` until time ended, so that no more are needed; those of `trimmed` where people are
    so already, None where time ended before or more of the plan's own shifts do not help. `premium` is the share that one more
    skill is paid, `days` the horizon. `not_repeatable` says what the clock or a person ended, `notes` what else there is to know.
    """

    account: str
    currency: str
    days: int
    premium: float
    replications: int
    plan: Staffed
    trimmed: Staffed
    options: tuple[Option, ...] = ()
    chain: tuple[ChainStep, ...] = ()
    chained: Staffed | None = None
    taught: tuple[tuple[Lesson, int], ...] = ()
    dedicated: Staffed | None = None
    flexible: Staffed | None = None
    notes: tuple[str, ...] = ()
    not_repeatable: tuple[str, ...] = ()

    @property
    def pays(self) -> bool:
        """True when some lesson or chain of lessons saves money."""
        return bool(self.chain) or any((option.saves or 0.0) > 0 for option in self.options)

    def headline(self) -> str:
        """Return the advice in a sentence."""
        if not self.options:
            return "Nothing to teach: everybody can take every contact that their site may take; no second skill pays."
        if not self.pays:
            tried = [option for option in self.options if option.heads is not None]
            if not tried:
                return "No second skill was tried before time ended; nothing is known of what pays."
            rest = "" if len(tried) == len(self.options) and self.trimmed.done else " of those tried before time ended"
            return f"No second skill{rest} pays at a premium of {100 * self.premium:g}%."
        if self.chain:
            number = sum(n for _, n in self.taught)
            who = "one person one more skill" if number == 1 else f"{number} people one more skill each"
            fewer = self.trimmed.heads - self.chain[-1].heads
            return (
                f"Teach {who}: {fewer} {'head' if fewer == 1 else 'heads'} less, "
                f"{self.chain[-1].saves:,.2f} {self.currency} saved over {self.days} {'day' if self.days == 1 else 'days'}, "
                f"premiums of {100 * self.premium:g}% taken off."
            )
        best = self.options[0]
        return f"Teach {best.lesson.skill} to {best.people} of {best.lesson.group}: {best.saves:,.2f} {self.currency} saved."


def level_words(row: PromiseLevel, none: str) -> str:
    """Return the level of a promise with its interval, in percent; `none` without contacts."""
    if row.level is None or row.low is None or row.high is None:
        return none
    return f"{100 * row.level:.1f}% ({100 * row.low:.1f} to {100 * row.high:.1f})"


def worst_words(rows: Iterable[PromiseLevel], none: str) -> str:
    """Return the promise furthest behind its target, with both; `none` where no promise has contacts."""
    row = min((row for row in rows if row.level is not None), key=lambda row: (row.level or 0.0) - row.target, default=None)
    return none if row is None else f"{row.promise} {100 * (row.level or 0.0):.1f}% of {100 * row.target:.4g}%"
