"""What labour rules cost: each that forbids shifts, switched off where it does, the linear program solved again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.explanation.case import Case
from planner.rules import CATALOGUE, unlawful_shifts


def labour_cases(case: Case) -> Iterator[tuple[str, str, str, Case]]:
    """Yield for each labour rule that forbids kinds of shift: its id, what it forbids, what is tried, and the case without it.

    Rules that forbid nothing to anybody remove nothing from the model and have no price. Shifts that another rule forbids as well stay
    forbidden.
    """
    sites: dict[str, set[str]] = defaultdict(set)
    shifts: dict[str, set[str]] = defaultdict(set)
    for found in unlawful_shifts(case.account):
        spec = CATALOGUE.get(found.rule)
        if spec is not None and spec.may_be_off:
            sites[found.rule].add(found.site)
            shifts[found.rule].add(f"{found.shift_rule} of {found.group}")
    for rule in sorted(sites):
        named = sorted(shifts[rule])
        told = ", ".join(named[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")
        changed = case
        for id in sorted(sites[rule]):
            off = {**dict(case.account.site(id).labour), rule: None}
            changed = changed.with_site(id, labour=tuple(off.items()))
        where = ", ".join(sorted(sites[rule]))
        yield f"labour:{rule}", f"{rule} at {where} forbids some or all shifts {told}", f"{rule} switched off", changed
