"""What labour rules leave out of an account's shifts, in sentences."""

from __future__ import annotations

from planner.domain.account import Account
from planner.rules.trial import Parts
from planner.rules.unlawful import UnlawfulShift, unlawful_shifts

_STARTS_TOLD = 8
"""Starts named in a sentence before the rest are counted."""


def left_out(account: Account) -> tuple[str, ...]:
    """Return in a sentence each what labour rules leave out of the shifts of `account`: whose, which starts, and the rule with its source;
    groups of one site to whom the same happens together."""
    together: dict[tuple[str, str, tuple[Parts, ...], str, bool], list[UnlawfulShift]] = {}
    found = unlawful_shifts(account)
    gone: dict[tuple[str, str], set[Parts]] = {}
    for one in found:
        gone.setdefault((one.group, one.shift_rule), set()).update(one.kinds if one.always else ())
    for one in found:
        if not one.always and gone[one.group, one.shift_rule].issuperset(one.kinds):
            continue  # nobody works these at all
        together.setdefault((one.site, one.shift_rule, one.kinds, one.rule, one.always), []).append(one)
    return tuple(_left_out(account, same) for same in together.values())


def _left_out(account: Account, same: list[UnlawfulShift]) -> str:
    one, rule = same[0], account.shift_rule(same[0].shift_rule)
    groups = ", ".join(other.group for other in same)
    if not one.always:
        return f"breaks of {rule.id} lie only where {one.rule} allows it ({groups}): {one.sentence}"
    starts = [f"{at // 60:02d}:{at % 60:02d}" for at in one.starts_min]
    every = len(one.kinds) == len(range(rule.first_start_min, rule.last_start_min + 1, rule.step_min)) * len(rule.parts_min)
    told = starts if len(starts) <= _STARTS_TOLD else [*starts[: _STARTS_TOLD - 1], f"{len(starts) - _STARTS_TOLD + 1} more"]
    which = rule.id if every else f"{rule.id} at {', '.join(told)}" + (" with some of its parts and gaps" if rule.split else "")
    return f"{groups}: no {which}: {one.sentence}"
