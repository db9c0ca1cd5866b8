"""Every row of the table that is checked: one roster that just keeps it, one that just breaks it; and every rule users may set."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from labour_examples import EXAMPLES
from labour_shifts import ZONES

from planner.reference import LabourRow, labour_countries, labour_rows
from planner.rules import CATALOGUE, CHECKS, LabourRule, Law, Severity, Use, law_of

ROWS = [r for r in labour_rows() if CATALOGUE[r.rule].use is Use.CHECKED and r.value not in ("", "0")]


def rule_of(row: LabourRow) -> tuple[LabourRule, Law]:
    law = law_of("NL" if row.country == "EU" else row.country)
    found = [r for r in law.versions[row.rule] if r.country == row.country and r.effective_from == row.effective_from]
    assert len(found) == 1
    return found[0], law


def named(row: LabourRow) -> str:
    return f"{row.country}-{row.rule}-{row.value}"


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_work_that_just_keeps_the_rule_passes(row: LabourRow) -> None:
    rule, law = rule_of(row)
    assert list(CHECKS[row.rule](EXAMPLES[row.rule](rule, law, True), rule, law)) == []


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_work_that_just_breaks_the_rule_is_found(row: LabourRow) -> None:
    rule, law = rule_of(row)
    findings = list(CHECKS[row.rule](EXAMPLES[row.rule](rule, law, False), rule, law))
    assert findings
    for finding in findings:
        assert finding.severity in (
            {Severity.OPEN} if row.rule == "sunday_work_allowed" else {Severity.BREACH, Severity.OVERTIME}
        )
        assert finding.rule == row.rule
        assert row.law in finding.sentence
        assert (row.source or "no source") in finding.sentence
        assert finding.start_utc < finding.end_utc
        assert finding.agent == "ana"


@pytest.mark.parametrize("id", ["max_consecutive_days", "min_shift_h"])
@pytest.mark.parametrize("legal", [True, False])
def test_rules_that_only_an_account_sets(id: str, legal: bool) -> None:
    law = law_of("NP", overrides=[(id, 5.0)])
    rule = law.at(id, date(2026, 11, 2))
    assert rule is not None
    placed = EXAMPLES[id](replace(rule, country="IN"), law, legal)
    assert bool(list(CHECKS[id](placed, rule, law))) is not legal


def test_every_checked_rule_has_a_function_of_its_own_name_and_examples() -> None:
    checked = {id for id, spec in CATALOGUE.items() if spec.use is Use.CHECKED}
    assert set(CHECKS) == checked == set(EXAMPLES)
    assert all(check.__doc__ and check.__name__.islower() for check in CHECKS.values())


def test_every_row_of_the_table_is_a_known_rule_of_its_kind() -> None:
    for row in labour_rows():
        assert row.rule in CATALOGUE
        CATALOGUE[row.rule].parse(row.value)
    assert set(labour_countries()) <= set(ZONES)
