from dataclasses import replace

import pytest
from factories import RINGS_GB, tiny_plan

from planner.domain.targets import RingMoment, RingRule
from planner.report.words import chance, duration, level, number, occupancy_cap, percent, plain_percent, promise, rings, verdict


def test_a_level_just_below_its_target_never_reads_as_reaching_it() -> None:
    assert level(0.79996, 0.8) == "79.996%"
    assert level(0.8, 0.8) == "80.0%"
    assert level(0.83649, 0.8) == percent(0.83649) == "83.6%"
    assert level(0.7499, 0.8) == "75.0%"
    assert level(None, 0.8) == "–"


def test_only_what_holds_in_every_scenario_reads_as_certain() -> None:
    assert (chance(1.0), chance(0.996), chance(0.29), chance(0.0), chance(None)) == ("100%", "99%", "29%", "0%", "–")


def test_a_cap_on_occupancy_is_told_of_every_channel_that_has_one() -> None:
    voice, _, email = tiny_plan().account.queues
    assert occupancy_cap(voice) == occupancy_cap(email) == ""
    for queue in (voice, email):
        capped = replace(queue, target=replace(queue.target, max_occupancy=0.85))
        assert occupancy_cap(capped) == "sized for at most 85% occupancy"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(20, "20 s"), (7, "7 s"), (90, "90 s"), (180, "3 min"), (86_400, "24 h"), (5400, "1.5 h"), (11.25, "11.25 s")],
)
def test_durations_read_as_people_say_them(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_numbers_have_separators_and_true_minus_signs() -> None:
    assert number(1234567.891, 1) == "1,234,567.9"
    assert number(-12.0) == "−12"
    assert number(-0.04, 1) == "0.0"
    assert number(None) == number(float("nan")) == "–"


def test_every_promise_names_formula_threshold_and_window() -> None:
    voice, chat, email = tiny_plan().account.queues
    assert promise(voice) == "80% of contacts offered, answered in time: within 7 s, over every week"
    assert promise(chat) == "85% of contacts answered, answered in time: within 40 s, over every day"
    assert promise(email) == "95% of contacts done within 24 h of arriving, over every week"


def test_rings_are_explained_so_that_they_can_be_recomputed() -> None:
    assert "ring 3 ends after 2 × 3 s + 1 s = 7 s" in rings(RINGS_GB)
    before = RingRule(rings=3, moment=RingMoment.BEFORE_NEXT, country="US", ring_s=2.0, period_s=6.0, source="x")
    assert "ring 4 would begin after 3 × 6 s = 18 s" in rings(before)
    start = RingRule(rings=1, moment=RingMoment.START, country="US", ring_s=2.0, period_s=6.0, source="x")
    assert "1 ring as heard by callers in US" in rings(start)
    assert "ring 1 begins after 0 × 6 s = 0 s" in rings(start)


def test_shares_show_all_their_digits() -> None:
    assert plain_percent(0.025) == "2.5%"
    assert plain_percent(0.8) == "80%"


def test_a_verdict_needs_no_colour() -> None:
    assert verdict(True).startswith("✓")
    assert verdict(False).startswith("✗")
    assert verdict(None) == "– no contacts"
