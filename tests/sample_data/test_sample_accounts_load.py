"""Every sample account loads, with and without its what-ifs, and is as large and as varied as its README says."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import planner
from planner.domain.account import Account
from planner.domain.grid import local_clock
from planner.domain.queues import Channel


@pytest.fixture(scope="module")
def gift_shop(samples: Path) -> Account:
    return planner.load_account(samples / "gift_shop")


@pytest.fixture(scope="module")
def bank(bank_desk: Path) -> Account:
    return planner.load_account(bank_desk)


def _overrides(folder: Path) -> list[str]:
    return list(tomllib.loads((folder / "account.toml").read_text(encoding="utf-8"))["overrides"])


def test_the_gift_shop_is_as_varied_as_promised(gift_shop: Account) -> None:
    assert {q.language for q in gift_shop.queues} == {"en", "de", "fr", "es", "nl"}
    assert {q.channel for q in gift_shop.queues} == set(Channel) - {Channel.OUTBOUND, Channel.BACK_OFFICE}
    assert len(gift_shop.queues) == 20
    assert {s.zone for s in gift_shop.sites} == {"Asia/Manila", "Europe/Lisbon", "America/Bogota"}
    assert sum(len(g.languages) > 1 for g in gift_shop.groups) == 3
    assert gift_shop.serves().any(axis=0).all()
    assert gift_shop.grid.interval_s == 900
    assert gift_shop.grid.size == 7 * 96


def test_every_site_of_the_gift_shop_has_48_kinds_of_shift(gift_shop: Account) -> None:
    for site in gift_shop.sites:
        rules = {r for g in gift_shop.groups if g.site == site.id for r in g.shift_rules}
        kinds = [(r.last_start_min - r.first_start_min) // r.step_min + 1 for r in map(gift_shop.shift_rule, rules)]
        assert sum(kinds) == 48
    for rule in gift_shop.shift_rules:
        assert all(b.minutes % 15 == b.earliest_min % 15 == b.latest_min % 15 == 0 for b in rule.breaks)


def test_english_is_open_around_the_clock(gift_shop: Account) -> None:
    english = [q for q in gift_shop.queues if q.language == "en" and q.channel.live]
    for queue in english:
        clock = gift_shop.grid.clock(gift_shop.market(queue.market).zone)
        assert queue.opening.mask(clock, frozenset()).all()


def test_three_rings_last_as_long_as_in_the_callers_country(gift_shop: Account) -> None:
    within = {q.id: q.target.within_s for q in gift_shop.queues if q.channel is Channel.VOICE}
    assert within == {"uk_voice": 7, "us_voice": 14, "de_voice": 11, "fr_voice": 11.5, "es_voice": 180, "nl_voice": 11}


def test_recorded_contacts_lie_in_opening_hours(gift_shop: Account, bank: Account) -> None:
    for account in (gift_shop, bank):
        for queue in account.queues:
            series = account.tables.history_of(queue.id)
            if series is None or not queue.channel.live:
                continue
            market = account.market(queue.market)
            inside = queue.opening.mask(local_clock(market.zone, series.start_s), market.holiday_dates)
            assert inside.all(), queue.id


def test_the_gift_shops_what_ifs_change_what_they_say(gift_shop: Account, samples: Path) -> None:
    names = _overrides(samples / "gift_shop")
    assert names == ["shared_people", "singles_day", "two_rings", "no_manila_nights"]
    changed = {name: planner.override(gift_shop, name) for name in names}
    (event,) = changed["singles_day"].events
    assert (event.factor, event.start_utc.isoformat()) == (2.0, "2026-11-11T00:00:00+00:00")
    assert changed["two_rings"].queue("uk_voice").target.within_s == 4
    assert changed["two_rings"].queue("es_voice") == gift_shop.queue("es_voice")
    shared = changed["shared_people"]
    assert shared.settings.skills == "simulated"
    assert all(queue.channel.live or queue.handling.interruptible for queue in shared.queues)
    manila = changed["no_manila_nights"].group("manila_en")
    for rule in map(changed["no_manila_nights"].shift_rule, manila.shift_rules):
        assert rule.first_start_min >= 6 * 60
        assert rule.last_start_min + rule.length_min <= 22 * 60


def test_the_bank_plans_two_weeks_after_its_history(bank: Account, samples: Path) -> None:
    series = bank.tables.history_of("retail_bank")
    assert series is not None
    assert (series.interval_s, len(series.counts)) == (300, 22_008)
    assert series.start_s[-1] < bank.grid.epoch_s[0]
    assert bank.grid.size == 14 * 96
    assert bank.queue("retail_bank").target.within_s == 14
    assert {s.zone for s in bank.sites} == {"America/New_York", "Asia/Manila"}
    for name in _overrides(samples / "bank_desk"):
        assert planner.override(bank, name) != bank
    assert planner.override(bank, "at_home").group("manila_full").max_heads == 0
