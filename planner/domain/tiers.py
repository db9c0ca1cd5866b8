"""Service credits: what is owed for a window that ends below a level, in tiers, as contracts write them (C7, C9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from planner.domain.targets import Window


@dataclass(frozen=True, kw_only=True)
class Tier:
    """A window that ends below the level `below` owes the client `credit`, in the account's currency."""

    below: float
    credit: Decimal

    def __post_init__(self) -> None:
        if not 0 < self.below < 1:
            hint = f"; write {self.below / 100:g} for {self.below:g}%" if 1 < self.below < 100 else ""
            raise ValueError(f"below must lie in (0, 1), got {self.below:g}{hint}")
        if not self.credit > 0:
            raise ValueError(f"credit must be above zero, got {self.credit}; leave the tier out where nothing is owed")


def sorted_tiers(tiers: Sequence[Tier]) -> tuple[Tier, ...]:
    """Return `tiers` from the highest level to the lowest."""
    return tuple(sorted(tiers, key=lambda tier: -tier.below))


def tier_faults(tiers: Sequence[Tier], window: Window, floor: float | None) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with `tiers` together as messages and remedies: levels named twice, credits that do not rise as levels fall,
    levels not above the `floor` of single intervals (None: none of the clause's own), and a `window` of one interval, which owes nothing.
    """
    if tiers and window is Window.INTERVAL:
        yield (
            "tiers: credits are owed for windows longer than an interval",
            'write window = "day", "week", "month" or "contract", or leave tiers out',
        )
    ordered = sorted_tiers(tiers)
    for upper, lower in pairwise(ordered):
        if upper.below == lower.below:
            yield f"tiers: two tiers below {lower.below:g}", "keep one of them"
        elif not lower.credit > upper.credit:
            yield (
                f"tiers: credit {lower.credit} below {lower.below:g} is not more than {upper.credit} below {upper.below:g}",
                "credits rise as levels fall: each tier names the whole credit, not what it adds",
            )
    for tier in ordered:
        if floor is not None and tier.below <= floor:
            yield (
                f"tiers: below {tier.below:g} is not above the floor {floor:g}: no window ends there while intervals keep it",
                "lower the floor, or leave the tier out",
            )


def credit_owed(tiers: Sequence[Tier], level: float | None) -> Decimal:
    """Return the credit of the lowest tier that `level` undercuts, zero without any or without a level (C3)."""
    undercut = [tier for tier in tiers if level is not None and level < tier.below]
    return min(undercut, key=lambda tier: tier.below).credit if undercut else Decimal(0)


def credit_steps(tiers: Sequence[Tier]) -> tuple[tuple[float, Decimal], ...]:
    """Return levels from the highest to the lowest, each with what falling below it adds to the credit: a credit owed is their sum."""
    steps, before = [], Decimal(0)
    for tier in sorted_tiers(tiers):
        steps.append((tier.below, tier.credit - before))
        before = tier.credit
    return tuple(steps)
