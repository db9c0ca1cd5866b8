import csv
from importlib.resources import files

import pytest

from planner.domain.targets import RingMoment
from planner.reference import ring_countries, ring_country_name, ring_rule

ROWS = list(csv.DictReader(files("planner.reference").joinpath("ring_cadences.csv").read_text(encoding="utf-8").splitlines()))
USABLE = [row for row in ROWS if row["quality"] != "doubtful"]


@pytest.mark.parametrize(
    ("country", "end", "before_next"),
    [("GB", 7, 9), ("JP", 7, 9), ("EG", 8, 9), ("RU", 8.8, 12), ("BE", 9, 12), ("ES", 10.5, 13.5), ("DE", 11, 15),
     ("HU", 11.25, 15), ("FR", 11.5, 15), ("SA", 12.8, 17.4), ("PT", 13, 18), ("US", 14, 18)],
)  # fmt: skip
def test_the_third_ring_ends_when_the_callers_country_says(country, end, before_next) -> None:
    assert ring_rule(country, 3).threshold_s == pytest.approx(end)
    assert ring_rule(country, 3, "before_next").threshold_s == pytest.approx(before_next)


def test_every_usable_row_agrees_with_its_own_cadence_and_names_its_source() -> None:
    assert len(USABLE) >= 150
    assert ring_countries() == tuple(sorted(row["iso2"] for row in USABLE))
    for row in USABLE:
        parts = [int(x) / 1000 for x in row["cadence_ms"].split("/")]
        for moment, column in (
            (RingMoment.START, "third_ring_start_s"),
            (RingMoment.END, "third_ring_end_s"),
            (RingMoment.BEFORE_NEXT, "before_fourth_ring_s"),
        ):
            assert ring_rule(row["iso2"], 3, moment).threshold_s == pytest.approx(float(row[column]), abs=1e-9)
        rule = ring_rule(row["iso2"], 1)
        assert rule.period_s == pytest.approx(sum(parts))
        assert rule.ring_s == pytest.approx(sum(parts[:-1]))
        assert rule.source
        assert "/" in rule.source
        assert ring_country_name(row["iso2"])


def test_the_third_ring_ends_between_7_and_14_seconds_everywhere() -> None:
    ends = [ring_rule(country, 3).threshold_s for country in ring_countries()]
    assert (min(ends), max(ends)) == (7, 14)


@pytest.mark.parametrize("country", ["CO", "VN", "UA", "PE", "LV", "XX", "", "KE", "UK", "us"])
def test_a_country_without_a_usable_row_is_an_error_that_says_what_to_do(country) -> None:
    with pytest.raises(ValueError, match="name another with ring_country, or write the promise in seconds with within_s"):
        ring_rule(country, 3)


def test_fewer_than_one_ring_and_unknown_moments_are_refused() -> None:
    with pytest.raises(ValueError, match="rings must be 1 or more, got 0"):
        ring_rule("US", 0)
    with pytest.raises(ValueError, match="middle"):
        ring_rule("US", 3, "middle")
