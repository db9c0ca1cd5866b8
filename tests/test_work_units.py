from pathlib import Path

import pytest
from work_units import LONG_FIRST, unit_of

HERE = Path(__file__).parent


def test_tests_that_read_one_plan_stay_together() -> None:
    money = "tests/acceptance/test_money_from_files.py::test_headline_figures_are_those_of_the_files"
    people = "tests/acceptance/test_people_from_files.py::test_between_two_shifts_everybody_rests"
    for plan in ("swings", "bank_desk", "gift_shop"):
        assert unit_of(f"{money}[{plan}]") == unit_of(f"{people}[{plan}]") == f"acceptance {plan}"
    again = "tests/acceptance/test_same_input_same_plan.py::test_two_runs_are_equal_plans"
    assert unit_of(f"{money}[weekend]") == unit_of(f"{people}[one_queue]") == unit_of(again) == "acceptance weekend"


def test_elsewhere_a_file_is_a_unit() -> None:
    assert unit_of("tests/shifts/test_shifts_clock.py::test_a[swings]") == "tests/shifts/test_shifts_clock.py"


@pytest.mark.parametrize("unit", LONG_FIRST)
def test_units_handed_out_first_exist(unit: str) -> None:
    kind, _, name = unit.partition(" ")
    assert (HERE.parent / unit).is_file() or (kind == "acceptance" and name in (HERE / "acceptance/conftest.py").read_text())
