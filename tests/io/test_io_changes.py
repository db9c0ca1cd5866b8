"""A file of changes read: every key where it belongs, every problem at once with place, value and remedy."""

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from replan_cases import small_account, small_plan

from planner.domain.changes import Changes, Notice, Prices
from planner.errors import DataError
from planner.io import load_changes
from planner.io.changes_settings import ChangesFile, PricesSettings

HELD = ((8, 8, None), (12, None, 12))
PLAN = small_plan(small_account(days=3), HELD)
ROW = next(s.id for s in PLAN.shifts.shifts if s.pattern == "s4-1200")


def read(tmp_path: Path, text: str, **tables: str) -> Changes:
    for name, content in tables.items():
        (tmp_path / f"{name}.csv").write_text(content)
    file = tmp_path / "changes.toml"
    file.write_text(text)
    return load_changes(file, PLAN)


def problems(tmp_path: Path, text: str, **tables: str) -> list[str]:
    with pytest.raises(DataError) as caught:
        read(tmp_path, text, **tables)
    return [str(p) for p in caught.value.problems]


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "") == Changes()


def test_the_example_of_the_documentation_has_the_form_that_is_read() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "replan.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", page, re.S)
    found = ChangesFile.model_validate(tomllib.loads(block))
    lists = (found.away, found.leaving, found.joining, found.volume, found.events, found.locks, found.fixed, found.overtime)
    assert all(len(items) == 1 for items in lists)


def test_the_defaults_of_the_documentation_are_those_of_the_product() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "replan.md").read_text(encoding="utf-8")
    for name in ("breaks_moved", "moved_start", "moved_per_h", "cancelled", "called_in", "swapped", "added", "overtime"):
        (said,) = re.findall(rf"^\| `{name}` \| ([\d.]+) \|", page, re.M)
        assert float(said) == getattr(Prices(), name) == getattr(PricesSettings(), name)


def test_times_are_on_the_clock_they_are_about_and_a_date_as_an_end_is_its_whole_day(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """
        now = 2026-03-02T06:00:00+02:00
        [[away]]
        agents = "pt-001"
        from = 2026-03-03
        to = 2026-03-03
        [[volume]]
        from = "2026-03-02T09:00:00"
        to = 2026-03-02
        contacts = 100
        """,
    )
    assert found.now_utc == datetime(2026, 3, 2, 4, tzinfo=UTC)
    assert (found.away[0].start_utc, found.away[0].end_utc) == (
        datetime(2026, 3, 3, tzinfo=UTC),
        datetime(2026, 3, 4, tzinfo=UTC),
    )
    assert found.volume[0].end_utc == datetime(2026, 3, 3, tzinfo=UTC)
    assert (found.volume[0].queues, found.volume[0].contacts, found.volume[0].factor) == ((), 100.0, None)


def test_prices_pay_and_run_are_read(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """
        [prices]
        unit = "money"
        moved_start = 7.5
        notice = [{within_h = 12, factor = 4}]
        [pay]
        guaranteed_share = 0
        [run]
        scope = "all"
        move_breaks = true
        """,
    )
    assert (found.prices.in_money, found.prices.moved_start, found.prices.notice) == (
        True,
        7.5,
        (Notice(within_h=12, factor=4),),
    )
    assert (found.pay.guaranteed_share, found.effort.everywhere, found.effort.move_breaks) == (0, True, True)


def test_long_lists_come_from_tables(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        '[tables]\naway = "away.csv"\nvolume = "volume.csv"\n',
        away="agent;from;to\npt-001;2026-03-03;2026-03-03\npt-002;2026-03-02T10:00:00Z;2026-03-02T12:00:00Z\n",
        volume="queue,from,to,factor\ncalls,2026-03-02,2026-03-02,1.5\n",
    )
    assert [a.agent for a in found.away] == ["pt-001", "pt-002"]
    assert found.away[1].start_utc == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert found.volume[0].factor == 1.5


def test_cells_of_tables_are_told_by_row_and_column(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        '[tables]\naway = "away.csv"\nvolume = "../volume.csv"\n',
        away="agent,from,to\npt-001,soon,2026-03-03\n,2026-03-02,2026-03-02\npt-002,2026-03-02\n",
    )
    assert any("away.csv row 2, column from" in p and '"soon"' in p for p in found)
    assert any("away.csv row 3, column agent" in p for p in found)
    assert any("away.csv row 4" in p and "2 cells" in p for p in found)
    assert any("is not a file inside" in p for p in found)


WRONG = {
    "unknown agent": ('[[away]]\nagents="pt-01"\nfrom=2026-03-02\nto=2026-03-02', "away[1]", 'no agent "pt-01"', "did you mean pt-0"),
    "sick before the horizon": (
        '[[away]]\nagents="pt-001"\nfrom=2026-02-02\nto=2026-02-02', "away[1]", "before the plan begins", "check the date",
    ),
    "sick after the horizon": ('[[away]]\nagents="pt-001"\nfrom=2026-05-02\nto=2026-05-02', "away[1]", "after the plan ends", "check"),
    "ends before it starts": ('[[away]]\nagents="pt-001"\nfrom=2026-03-03\nto=2026-03-02T12:00:00', "away[1]", "ends before", "check"),
    "lock against illness": (
        '[[away]]\nagents="pt-001"\nfrom=2026-03-02\nto=2026-03-02\n[[locks]]\nagents="pt-001"', "locks[1]", "away then", "take that date",
    ),
    "an empty lock": ("[[locks]]", "locks[1]", "names nothing", "name agents"),
    "two shifts on a date": (
        f'[[fixed]]\nagent="pt-001"\nshift="{ROW}"\n[[fixed]]\nagent="pt-001"\nshift="{ROW.replace("12", "08", 1)}"', "fixed[2]",
        "two shifts on", "keep one",
    ),
    "volume factor negative": ("[[volume]]\nfrom=2026-03-02\nto=2026-03-02\nfactor=-1.0", "volume[1]", "got -1", "0 or more"),
    "neither factor nor contacts": ("[[volume]]\nfrom=2026-03-02\nto=2026-03-02", "volume[1]", "either a factor or", "write one"),
    "contacts while closed": (
        "[[volume]]\nfrom=2026-03-02T01:00:00\nto=2026-03-02T02:00:00\ncontacts=50", "volume[1]", "none to share out", "open",
    ),
    "now outside the horizon": ("now = 2026-04-01", "now", "outside the plan", "leave now out"),
    "unknown key": ('[[away]]\nagent="pt-001"\nagents="pt-001"\nfrom=2026-03-02\nto=2026-03-02', "away[1]", "unknown key agent", "agents?"),
    "unknown table": ("[[sick]]\n", "changes.toml", "unknown key sick", "keys"),
    "new place cheaper than a swap": ("[prices]\nadded=0.1", "prices added", "below the 0.5", "write as much"),
    "joiner known already": ('[[joining]]\nagent="pt-001"\ngroup="pt"\nfrom=2026-03-02', "joining[1]", "already", "own"),
    "joiner of no group": ('[[joining]]\nagent="x"\ngroup="pl"\nfrom=2026-03-02', "joining[1]", 'no group "pl"', "pt"),
    "joiner with a strange pattern": (
        '[[joining]]\nagent="x"\ngroup="pt"\nfrom=2026-03-02\npattern="s4-0801"', "joining[1]", "no shift of pt", "did you mean s4-08",
    ),
    "not a list": ("[away]\nagents='pt-001'", "away", "list of tables", "double brackets"),
    "no TOML": ("now = ", "changes.toml", "not valid TOML", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_input_is_told_with_place_value_and_remedy(name: str, tmp_path: Path) -> None:
    text, place, said, remedy = WRONG[name]
    assert [p for p in problems(tmp_path, text) if place in p and said in p and remedy in p], problems(tmp_path, text)


def test_more_fixed_shifts_than_days_are_refused(tmp_path: Path) -> None:
    plan = small_plan(small_account(days=3, days_per_week=1), ((8, None, None), (None, 12, 12)))
    rows = [s.id for s in plan.shifts.shifts if s.pattern == "s4-1200"]
    file = tmp_path / "changes.toml"
    file.write_text("".join(f'[[fixed]]\nagent="pt-001"\nshift="{row}"\n' for row in rows))
    with pytest.raises(DataError, match="2 shifts in a week, the contract has 1 days"):
        load_changes(file, plan)


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    text = "\n".join(["now = 2027-01-01", "[[locks]]", "[[volume]]", "from=2026-03-02", "to=2026-03-02", "factor=1e9", "[odd]"])
    assert len(problems(tmp_path, text)) >= 4


def test_no_file_is_told_before_anything_else() -> None:
    with pytest.raises(DataError, match="does not exist"):
        load_changes("/nowhere/changes.toml", PLAN)
