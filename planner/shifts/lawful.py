"""What labour rules leave to the model: kinds of shift that somebody may lawfully hold, and the starts of their breaks.

The rules are those the checker holds rosters to (:mod:`planner.rules.unlawful`). Kinds that nobody of a group may hold are left out; of
the starts of breaks those stay that are lawful in every combination, as breaks are chosen apart from each other. Where that takes starts
which some combination could have, the proven bound is one over plans with the starts that are left.

On the night of a clock change a shift lasts an hour more or less than on others, and the law is not asked about that one: the checker
tells if it is broken then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

from planner.domain.account import Account
from planner.domain.grid import utc_seconds
from planner.domain.people import Group
from planner.domain.shifts import ShiftRule
from planner.rules import forbidden, law_of, lawful_breaks, remedy_of, starts_lawful
from planner.rules.placements import Outline
from planner.rules.rule import Finding
from planner.rules.unlawful import eras, voice
from planner.rules.work import DAYS_A_WEEK
from planner.shifts.gaps import kept_apart
from planner.shifts.patterns import Pattern

Exempt = frozenset[tuple[str, str]]
"""Group and shift rule, where a question asks what would be without the law."""

NOBODY: Exempt = frozenset()


def longest_runs(account: Account) -> tuple[int, ...]:
    """Return per group how many days in a row the law of its site lets its agents work; a week where that binds no contract."""
    by_site = {site.id: _longest_run(site.country, site.labour, *_dates(account)) for site in account.sites}
    return tuple(by_site[group.site] for group in account.groups)


@lru_cache(maxsize=256)
def _longest_run(country: str, labour: tuple[tuple[str, float | None], ...], first: date, last: date) -> int:
    rules = law_of(country, overrides=labour).between(first, last)
    return min([DAYS_A_WEEK, *(int(rule.number) for rule in rules if rule.id == "max_consecutive_days")])


def _dates(account: Account) -> tuple[date, date]:
    return account.grid.start_utc.date() - timedelta(days=1), account.grid.end_utc.date() + timedelta(days=1)


class Lawful:
    """What the law leaves of the shifts of one account."""

    def __init__(self, account: Account, exempt: Exempt = NOBODY) -> None:
        self.account, self.exempt = account, exempt
        self._forbidden = lru_cache(maxsize=None)(self._forbidden_of)
        self._eras = {site.id: eras(account, site) for site in account.sites}

    def allows(self, group: Group, pattern: Pattern) -> bool:
        """True when somebody of `group` may hold `pattern` through the horizon."""
        return (pattern.start_min, pattern.first_min, pattern.gap_min) not in self._forbidden(group.id, pattern.rule.id)

    def in_turn(self, group: Group, early: Pattern, late: Pattern) -> bool:
        """True when somebody of `group` may hold two starts of a shift by turns, each of which is allowed."""
        if (group.id, early.rule.id) in self.exempt:
            return True
        kinds = [(p.start_min, p.first_min, p.gap_min) for p in (early, late)]
        return starts_lawful(self.account, group, early.rule, kinds[0], kinds[1])

    def starts(
        self,
        group: Group,
        pattern: Pattern,
        day: date,
        hours: tuple[datetime, datetime],
        gap: tuple[datetime, datetime] | None,
        choices: tuple[tuple[int, ...], ...],
    ) -> tuple[tuple[int, ...], ...]:
        """Return of `choices`, the instants at which each break of a shift of `pattern` on `day` may start, those that are lawful in
        every combination; all of them where none is lawful, so that a clock change takes nobody's shift away."""
        if not choices or (group.id, pattern.rule.id) in self.exempt:
            return choices
        site, rule, begin = self.account.site(group.site), pattern.rule, utc_seconds(hours[0])
        outline = Outline(
            length_s=utc_seconds(hours[1]) - begin,
            breaks=tuple((b.minutes, b.paid) for b in rule.breaks),
            waits_s=tuple(60 * wait for wait in rule.waits_min) if rule.min_gap_min is not None else (),
            gap_s=None if gap is None else (utc_seconds(gap[0]) - begin, utc_seconds(gap[1]) - begin),
        )
        era = max((d for d in self._eras[site.id] if d <= day), default=self._eras[site.id][0])
        left = lawful_breaks(
            site, era, outline, tuple(tuple(at - begin for at in own) for own in choices), answers_voice=voice(group)
        )
        if not left.possible:
            return choices
        found = tuple(tuple(begin + at for at in own) for own in left.starts_s)
        if rule.min_gap_min is not None:
            found = kept_apart(found, [60 * wait for wait in rule.waits_min])
        return found if all(found) else choices

    def reasons(self) -> tuple[tuple[str, str], ...]:
        """Return each group that has no lawful shift at all with a reason why: one for every rule in the way, in its own sentence, and what
        may be changed."""
        said: list[tuple[str, str]] = []
        for group in self.account.groups:
            if group.max_heads == 0 or not group.shift_rules:
                continue
            rules = [self.account.shift_rule(id) for id in group.shift_rules]
            ways = {rule.id: self._forbidden(group.id, rule.id) for rule in rules}
            if any(len(ways[rule.id]) < _kinds(rule) for rule in rules):
                continue
            told: dict[tuple[str, str], Finding] = {}
            for rule in rules:
                for findings in ways[rule.id].values():
                    for finding in findings:
                        told.setdefault((rule.id, finding.rule), finding)
            for finding in told.values():
                rule_said = finding.sentence.rstrip(".")
                why = f"group {group.id} has no shift left that labour rules of site {group.site} allow: {rule_said}"
                said.append((group.id, f"{why}; {remedy_of(finding)}"))
        return tuple(said)

    def _forbidden_of(self, group: str, rule: str) -> Mapping[tuple[int, int, int], tuple[Finding, ...]]:
        if (group, rule) in self.exempt:
            return {}
        return forbidden(self.account, self.account.group(group), self.account.shift_rule(rule))


def _kinds(rule: ShiftRule) -> int:
    """How many kinds of shift a rule has."""
    return len(range(rule.first_start_min, rule.last_start_min + 1, rule.step_min)) * len(rule.parts_min)
