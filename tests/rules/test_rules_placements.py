"""Starts of breaks that labour rules leave: every combination of them is lawful, and nothing lawful goes without need."""

from __future__ import annotations

from datetime import date
from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from planner.rules import law_of
from planner.rules.book import frozen
from planner.rules.placements import Outline, _broken, lawful_starts

DAY = date(2026, 11, 9)


def law(country: str, **own: float | None):
    return frozen(law_of(country, overrides=tuple(own.items())), DAY)


def minutes(*starts: range) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(60 * at for at in own) for own in starts)


def test_a_single_meal_keeps_exactly_the_starts_that_leave_no_stretch_too_long() -> None:
    meal = Outline(length_s=9 * 3600, breaks=((60, False),))
    left = lawful_starts(meal, minutes(range(120, 421, 30)), law("PT"), voice=True)  # Portugal: five hours in one piece at most
    assert left.starts_s == minutes(range(180, 301, 30))
    assert not left.chosen
    assert [f.rule for f in left.rules] == ["max_continuous_work_h"]
    assert not left.always


def test_lawful_windows_stay_as_they_are_without_trying_every_combination() -> None:
    many = Outline(length_s=8 * 3600, breaks=((30, False), (10, True), (10, True)))
    starts = minutes(range(60, 121, 1), range(180, 241, 1), range(300, 361, 1))  # 227,000 combinations
    left = lawful_starts(many, starts, law("GB"), voice=True)
    assert left.starts_s == starts
    assert not left.rules


def test_a_break_too_short_leaves_nothing_and_says_which_rule() -> None:
    short = Outline(length_s=9 * 3600, breaks=((30, False),))
    left = lawful_starts(short, minutes(range(180, 301, 30)), law("PT"), voice=True)
    assert not left.possible
    assert {f.rule for f in left.rules} == left.always == {"break_min", "max_continuous_work_h"}


def test_paid_pauses_of_brazilian_desks_leave_the_first_and_the_last_hour() -> None:
    desk = Outline(length_s=6 * 3600 + 20 * 60, breaks=((10, True), (20, False), (10, True)))
    starts = minutes(range(30, 91, 15), range(150, 211, 15), range(270, 346, 15))
    left = lawful_starts(desk, starts, law("BR"), voice=True)
    assert left.starts_s[0] == tuple(60 * at for at in range(60, 91, 15))
    assert left.starts_s[1] == starts[1]
    assert left.starts_s[2] == tuple(60 * at for at in range(270, 301, 15))
    assert lawful_starts(desk, starts, law("BR"), voice=False).starts_s == starts


def test_the_gap_of_a_split_shift_counts_as_a_break() -> None:
    split = Outline(length_s=11 * 3600, breaks=(), gap_s=(4 * 3600, 7 * 3600))
    whole = Outline(length_s=8 * 3600, breaks=())
    assert lawful_starts(split, (), law("PT"), voice=True).possible
    assert not lawful_starts(whole, (), law("PT"), voice=True).possible


@given(
    length_h=st.integers(6, 10),
    most_h=st.sampled_from([2.5, 3.0, 3.5, 4.0, 5.0]),
    first=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    second=st.tuples(st.integers(6, 10), st.integers(1, 6)),
    wait=st.sampled_from([0, 90, 150]),
)
def test_what_is_left_is_lawful_in_every_combination_and_of_use(
    length_h: int, most_h: float, first: tuple[int, int], second: tuple[int, int], wait: int
) -> None:
    outline = Outline(length_s=3600 * length_h, breaks=((20, True), (20, True)), waits_s=(60 * wait,) if wait else ())
    starts = tuple(
        tuple(s for s in range(1800 * a, 1800 * (a + n), 1800) if s + 1200 <= 3600 * length_h) for a, n in (first, second)
    )
    starts = (
        tuple(a for a in starts[0] if any(b - a >= 60 * wait for b in starts[1])),
        tuple(b for b in starts[1] if any(b - a >= 60 * wait for a in starts[0])),
    )
    if not all(starts):
        return
    book = law("NP", max_continuous_work_h=most_h, break_min=20.0)
    left = lawful_starts(outline, starts, book, voice=True)

    def kept(chosen: tuple[int, ...]) -> bool:
        return all(b - a >= wait for (a, b), wait in zip(pairwise(chosen), outline.waits_s, strict=False))

    lawful = {c for c in product(*starts) if kept(c) and not _broken(outline, c, book, True)}
    assert left.possible == bool(lawful)
    if not lawful:
        return
    assert {c for c in product(*left.starts_s) if kept(c)} <= lawful
    of_use = [{c[b] for c in lawful} for b in range(2)]
    if not left.chosen:
        assert [set(own) for own in left.starts_s] == of_use
    assert any(kept(c) for c in product(*left.starts_s))
