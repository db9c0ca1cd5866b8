"""Labour rules set in account.toml: read into the site, refused with place and remedy, all faults at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import DataError
from planner.io import account_problems, load_account
from planner.io import override as change

SITE = 'zone = "Europe/Lisbon"\n'


def written(spoil: object, labour: str) -> Path:
    return spoil(SITE, f"{SITE}labour = {{ {labour} }}\n")  # type: ignore[operator, no-any-return]


def test_rules_are_read_into_the_site_in_order(spoil: object) -> None:
    account = load_account(written(spoil, 'daily_rest_h = 12, break_min = "off"'))
    assert account.sites[0].labour == (("break_min", None), ("daily_rest_h", 12.0))


def test_every_fault_of_the_rules_is_listed_at_once(spoil: object) -> None:
    folder = written(spoil, "daily_rest = 11, weekly_rest_h = 200, ot_weekday_pct = 10, max_daily_normal_h = 8")
    told = [str(p) for p in account_problems(folder)]
    place = 'account.toml: sites[1] "lisbon" labour: '
    assert told == [
        f"{place}unknown rule daily_rest; did you mean daily_rest_h?",
        f"{place}ot_weekday_pct is about pay; write what is paid under premiums of the site",
        f"{place}weekly_rest_h must lie between 0 and 144 h, got 200; correct the value",
    ]


@pytest.mark.parametrize(
    ("labour", "told"),
    [
        ('daily_rest_h = "none"', 'labour: daily_rest_h must be a number or "off", got "none"'),
        ("daily_rest_h = true", 'labour: daily_rest_h must be a number or "off"'),
        ("daily_rest_h = nan", "daily_rest_h must lie between 0 and 20 h, got nan"),
        ("max_daily_normal_h = 16", "max_daily_normal_h of 16 h and daily_rest_h of 11 h do not fit into a day; change one"),
        (
            "daily_rest_h = 18",
            "a shift of 8 h a day (full8) leaves 16 h, not daily_rest_h of 18 h; shorten the shift or the rest",
        ),
        ("night_window = 22", "night_window is not checked"),
    ],
)
def test_each_fault_is_told_with_its_place(spoil: object, labour: str, told: str) -> None:
    folder = written(spoil, labour)
    assert any(told in str(problem) for problem in account_problems(folder)), [str(p) for p in account_problems(folder)]
    with pytest.raises(DataError):
        load_account(folder)


def test_a_what_if_may_set_a_rule(spoil: object) -> None:
    account = load_account(written(spoil, "daily_rest_h = 12"))
    changed = change(account, {"sites": [{"id": "lisbon", "labour": {"break_min": "off"}}]})
    assert changed.sites[0].labour == (("break_min", None), ("daily_rest_h", 12.0))
    with pytest.raises(DataError, match="unknown rule nap_min"):
        change(account, {"sites": [{"id": "lisbon", "labour": {"nap_min": 20}}]})
