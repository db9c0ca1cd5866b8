import json
import shutil
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from factories import make_account, make_plan, renamed, tiny_plan

from planner.domain.plan import Plan
from planner.domain.queues import Channel
from planner.domain.solve import SolveInfo, Status
from planner.errors import DataError
from planner.io import load_plan
from planner.io.plan_files import PAGE, SCENARIOS, SUMMARY, TABLES
from planner.report import export


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(tiny_plan(), tmp_path_factory.mktemp("plans") / "tiny")


@pytest.fixture(autouse=True)
def no_page(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is no part of reading back; leaving it out keeps these tests quick."""
    request.getfixturevalue("written")
    monkeypatch.setattr(sys.modules["planner.report.export"], "html", lambda plan: "")


@pytest.fixture
def copy(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "copy"))


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(DataError) as caught:
        load_plan(folder)
    return [str(problem) for problem in caught.value.problems]


def edit(path: Path, old: str, new: str, *, count: int = 1) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, count))


def test_a_loaded_plan_equals_the_one_written(written: Path) -> None:
    assert load_plan(written) == tiny_plan()


def test_a_loaded_plan_differs_from_another_one(written: Path) -> None:
    plan = tiny_plan()
    other = replace(plan, bill=replace(plan.bill, cost=plan.bill.cost[1:]))
    assert load_plan(written) != other


def test_floats_come_back_to_the_last_bit(tmp_path: Path) -> None:
    plan = tiny_plan()
    agents = plan.requirement.agents.copy()
    agents[0, 0], agents[0, 1] = 0.1 + 0.2, np.nextafter(1.0, 2.0)
    plan = replace(plan, requirement=replace(plan.requirement, agents=agents))
    back = load_plan(export(plan, tmp_path / "p")).requirement.agents
    assert back.tobytes() == plan.requirement.agents.tobytes()


def test_two_weeks_over_a_clock_change_come_back(tmp_path: Path) -> None:
    account = make_account(
        languages=2, channels=(Channel.VOICE, Channel.EMAIL), days=3, interval_s=1800, start=date(2026, 10, 24)
    )
    plan = make_plan(account, heads=2, scenarios=3)
    assert plan.demand.grid.size == 73 * 2
    assert load_plan(export(plan, tmp_path / "p")) == plan


@pytest.mark.parametrize(
    "text",
    [
        "=HYPERLINK(1)",
        "+1",
        "-1",
        "@x",
        "\tx",
        "'=x",
        "''+",
        "a,b",
        'say "hi"',
        "two\nlines",
        "two\rlines",
        "<b>日本語</b>",
        "'",
    ],
)
def test_any_text_comes_back_as_it_was(text: str, tmp_path: Path) -> None:
    plan = renamed(tiny_plan(), account_name=text, note=text)
    shift = plan.shifts.shifts[0]
    shifts = (replace(shift, pattern=text), *plan.shifts.shifts[1:])
    cost = (replace(plan.bill.cost[0], item=text), *plan.bill.cost[1:])
    plan = replace(plan, shifts=replace(plan.shifts, shifts=shifts), bill=replace(plan.bill, cost=cost))
    assert load_plan(export(plan, tmp_path / "p")) == plan


def test_infinite_bounds_and_missing_results_come_back(tmp_path: Path) -> None:
    plan = tiny_plan()
    solve = SolveInfo(
        name="all",
        status=Status.TIME_LIMIT,
        objective=None,
        bound=float("-inf"),
        seconds=1.5,
        solver="highs",
        note="by the clock",
    )
    sla = (replace(plan.evaluation.sla[0], level=None, met=None, probability=None), *plan.evaluation.sla[1:])
    plan = replace(plan, solves=(solve,), evaluation=replace(plan.evaluation, sla=sla))
    assert load_plan(export(plan, tmp_path / "p")) == plan


def test_decimals_come_back_exactly(tmp_path: Path) -> None:
    plan = tiny_plan()
    line = replace(plan.bill.cost[0], hours=Decimal("1E+3"), rate=Decimal("0.0000001"), amount=Decimal("-0.01"))
    plan = replace(plan, bill=replace(plan.bill, cost=(line,)))
    back = load_plan(export(plan, tmp_path / "p"))
    assert back.bill == plan.bill
    assert "1E" not in (tmp_path / "p" / "cost.csv").read_text()


def test_quantiles_at_other_probabilities_come_back(tmp_path: Path) -> None:
    plan = tiny_plan()
    plan = replace(plan, demand=replace(plan.demand, levels=(0.025, 0.999), quantiles=plan.demand.quantiles[:2]))
    folder = export(plan, tmp_path / "p")
    header = (folder / "demand.csv").read_text().splitlines()[0].split(",")
    assert {"contacts_p2.5", "contacts_p99.9", "contacts_p10", "contacts_p50", "contacts_p90"} <= set(header)
    assert load_plan(folder) == plan


def test_a_plan_without_people_or_scenarios_comes_back(tmp_path: Path) -> None:
    plan = make_plan(tiny_plan().account, heads=1, scenarios=0, kinds=1)
    plan = replace(
        plan,
        shifts=replace(plan.shifts, shifts=(), tours=()),
        roster=replace(plan.roster, agents=(), assignments=()),
        bill=replace(plan.bill, cost=(), price=()),
        solves=(),
    )
    assert load_plan(export(plan, tmp_path / "p")) == plan


def test_columns_may_be_added_and_moved(copy: Path) -> None:
    lines = (copy / "tours.csv").read_text().splitlines()
    moved = [",".join([*reversed(line.split(",")), "new" if n == 0 else "x"]) for n, line in enumerate(lines)]
    (copy / "tours.csv").write_text("\n".join(moved) + "\n")
    assert load_plan(copy) == tiny_plan()


def test_every_missing_file_is_named_at_once(copy: Path) -> None:
    for name in ("shifts.csv", "service.csv", SCENARIOS):
        (copy / name).unlink()
    found = problems_of(copy)
    assert len(found) == 2  # scenarios.npz is read once the tables are there
    assert any(p.startswith("shifts.csv: is missing") for p in found)
    assert any(p.startswith("service.csv: is missing") for p in found)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_missing_column_is_named(name: str, copy: Path) -> None:
    column = TABLES[name][-1]
    path = copy / name
    lines = path.read_text().split("\n")
    lines[0] = lines[0].replace(column, "other")
    path.write_text("\n".join(lines))
    assert any(name in p and column in p for p in problems_of(copy))


def test_wrong_cells_are_all_listed_with_row_and_column(copy: Path) -> None:
    edit(copy / "requirement.csv", "\ngb_voice,2026-11-09T02:00:00Z,", "\nnobody,2026-11-09T02:00:00Z,")
    edit(copy / "sla.csv", ",stationary,", ",guessed,")
    edit(copy / "shifts.csv", "T16:00:00Z,2026", "T16:00:00,2026")
    found = problems_of(copy)
    assert any(p.startswith("requirement.csv row 4, column queue: 'nobody' is not a queue of this plan") for p in found)
    assert any(p.startswith("sla.csv row 2, column basis") for p in found)
    assert any("shifts.csv row" in p and "is not a UTC time ending in Z" in p for p in found)


def test_a_doubled_line_is_a_problem(copy: Path) -> None:
    path = copy / "service.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n")
    assert problems_of(copy) == [
        f"service.csv row {len(lines) + 1}: the same line comes twice; "
        "write the plan again with planner plan; its files are not meant to be edited"
    ]


def test_a_capacity_line_taken_out_is_a_problem(copy: Path) -> None:
    path = copy / "capacity.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[:-1]) + "\n")
    assert any("capacity.csv" in p and "groups times intervals" in p for p in problems_of(copy))


def test_many_problems_of_one_file_are_counted(copy: Path) -> None:
    edit(copy / "service.csv", "gb_voice,", "x,", count=1000)
    found = problems_of(copy)
    assert len([p for p in found if "service.csv row" in p]) == 10
    assert any("service.csv: and 38 more problems" in p for p in found)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "recipe"}, "kind is 'recipe'"),
        ({"format": 99}, "has format 99"),
        ({"solves": "none"}, "solves must be a list of objects"),
        ({"seed": "seven"}, "seed"),
        ({"solves": [{"name": "x", "status": "great"}]}, "SolveInfo: key 'objective' is missing"),
        ({"requirement_methods": {}}, "requirement_methods lacks gb_voice"),
        ({"notes": [1]}, "notes must be a list of texts"),
    ],
)
def test_a_summary_that_does_not_fit_is_refused(change: dict[str, object], said: str, copy: Path) -> None:
    path = copy / SUMMARY
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    assert any(said in p for p in problems_of(copy))


def test_scenarios_of_another_plan_are_refused(copy: Path, tmp_path: Path) -> None:
    other = make_plan(make_account(languages=2, channels=(Channel.VOICE,), days=1, interval_s=3600), heads=1, scenarios=2)
    shutil.copy(export(other, tmp_path / "other") / SCENARIOS, copy / SCENARIOS)
    found = problems_of(copy)
    assert any("its queues are not those" in p for p in found)
    assert any("its intervals are not those" in p for p in found)


def test_pickled_arrays_are_not_loaded(copy: Path) -> None:
    labels = {"queue": np.array([{"a": 1}], dtype=object)}
    np.savez(copy / SCENARIOS, contacts=1.0, rates=1.0, interval_start_utc="x", quantile_level=1.0, **labels)
    assert any("scenarios.npz" in p and "cannot be read" in p for p in problems_of(copy))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"{", b"[]", b"PK\x03\x04 no zip"])
@pytest.mark.parametrize("name", [SUMMARY, "inputs.json", "cost.csv", SCENARIOS])
def test_broken_files_are_problems_never_crashes(name: str, content: bytes, copy: Path) -> None:
    (copy / name).write_bytes(content)
    assert any(name in p for p in problems_of(copy))


def test_a_cell_of_megabytes_is_refused(copy: Path) -> None:
    edit(copy / "tours.csv", "manila_en", "x" * 2_000_000)
    assert any("tours.csv" in p and "field" in p for p in problems_of(copy))


def test_what_is_no_plan_folder_is_said_plainly(tmp_path: Path) -> None:
    assert "does not exist" in problems_of(tmp_path / "nowhere")[0]
    assert "it has no summary.json" in problems_of(tmp_path)[0]
    (tmp_path / "file").write_text("x")
    assert "is a file" in problems_of(tmp_path / "file")[0]


def test_plan_loaded_and_written_again_gives_the_same_files(written: Path, tmp_path: Path) -> None:
    again = export(load_plan(written), tmp_path / "again")
    for path in sorted(p for p in written.iterdir() if p.name != PAGE):
        assert path.read_bytes() == (again / path.name).read_bytes(), path.name


def test_loaded_plan_has_read_only_arrays(written: Path) -> None:
    plan: Plan = load_plan(written)
    with pytest.raises(ValueError, match="read-only"):
        plan.requirement.agents[0, 0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        plan.evaluation.deferred.arrived[0, 0] = 1.0
