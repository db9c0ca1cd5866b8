import csv
import json
import math
import os
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from factories import make_account, make_plan, tiny_plan

from planner.domain.plan import Plan
from planner.domain.queues import Channel
from planner.errors import DataError, PlannerError
from planner.io.plan_files import NAMES, TABLES
from planner.report import check_destination, export


@pytest.fixture(scope="module")
def plan() -> Plan:
    return tiny_plan()


@pytest.fixture(scope="module")
def folder(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(plan, tmp_path_factory.mktemp("plans") / "tiny")


@pytest.fixture
def no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["planner.report.export"], "html", lambda plan: "")


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_folder_holds_exactly_the_named_files(folder: Path) -> None:
    assert {p.name for p in folder.iterdir()} == NAMES


@pytest.mark.parametrize("name", sorted(TABLES))
def test_tables_have_the_promised_columns(name: str, folder: Path) -> None:
    with (folder / name).open() as file:
        assert file.readline().strip().split(",") == list(TABLES[name])


def test_closed_intervals_are_absent_not_zero(plan: Plan, folder: Path) -> None:
    chat = plan.requirement.queues.index("gb_chat")
    written = {r["interval_start_utc"] for r in rows(folder, "requirement.csv") if r["queue"] == "gb_chat"}
    assert len(written) == int(plan.requirement.open[chat].sum()) < plan.demand.grid.size
    assert "2026-11-09T03:00:00Z" not in written


def test_deferred_work_arrives_while_its_queue_is_closed(plan: Plan, folder: Path) -> None:
    written = [r for r in rows(folder, "demand.csv") if r["queue"] == "gb_email"]
    assert len(written) == plan.demand.grid.size


def test_coverage_sums_to_at_most_the_people_on_seat(folder: Path) -> None:
    there = {(r["group"], r["interval_start_utc"]): float(r["on_seat"]) for r in rows(folder, "capacity.csv")}
    given: dict[tuple[str, str], float] = {}
    for r in rows(folder, "coverage.csv"):
        key = (r["group"], r["interval_start_utc"])
        given[key] = given.get(key, 0.0) + float(r["on_seat"])
    assert given
    assert all(total <= there[key] + 1e-9 for key, total in given.items())


def test_capacity_follows_from_the_shifts_written(plan: Plan, folder: Path) -> None:
    from datetime import datetime, timedelta

    start = datetime.fromisoformat("2026-11-09T12:00:00Z")
    end = start + timedelta(hours=1)
    heads: dict[str, float] = {}
    for r in rows(folder, "shifts.csv"):
        spans = [(r["start_utc"], r["end_utc"], 1), *((a, b, -1) for a, b, _ in json.loads(r["breaks"]))]
        for a, b, sign in spans:
            overlap = min(end, datetime.fromisoformat(b)) - max(start, datetime.fromisoformat(a))
            share = max(0.0, overlap.total_seconds()) / 3600
            heads[r["group"]] = heads.get(r["group"], 0.0) + sign * share * int(r["heads"])
    written = {
        r["group"]: float(r["scheduled"])
        for r in rows(folder, "capacity.csv")
        if r["interval_start_utc"] == "2026-11-09T12:00:00Z"
    }
    assert written == pytest.approx(heads)
    assert sum(written.values()) > 0


def test_cost_lines_are_hours_times_rate(folder: Path) -> None:
    for r in rows(folder, "cost.csv"):
        assert Decimal(r["amount"]) == pytest.approx(Decimal(r["hours"]) * Decimal(r["rate"]), abs=Decimal("0.005"))


def test_local_times_carry_their_offset_and_name_the_same_instant(folder: Path) -> None:
    from datetime import datetime

    manila = [r for r in rows(folder, "shifts.csv") if r["site"] == "manila"]
    assert manila
    for r in manila:
        assert r["start_local"].endswith("+08:00")
        assert r["start_utc"].endswith("Z")
        assert datetime.fromisoformat(r["start_local"]) == datetime.fromisoformat(r["start_utc"])
        assert r["start_local"].startswith(r["date"])


def test_infinite_waits_are_inf_and_missing_levels_empty(folder: Path) -> None:
    service = rows(folder, "service.csv")
    assert any(r["mean_wait_s"] == "inf" for r in service)
    assert all(r["level"] == "" for r in service if r["queue"] == "gb_email")
    assert not any(math.isnan(float(r["offered"])) for r in service if r["offered"])


def test_summary_is_strict_json_with_units(folder: Path) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    content = json.loads((folder / "summary.json").read_text(), parse_constant=refuse)
    assert content["version"] == "0.1.0"
    assert content["horizon"]["start_utc"] == "2026-11-09T00:00:00Z"
    assert content["solves"][0]["gap"] == pytest.approx((10234.5 - 9950.25) / 10234.5)
    assert content["solves"][1]["bound"] is None
    assert content["headline"]["cost"]["unit"] == "USD"
    assert all(set(figure) == {"value", "unit"} for figure in content["headline"].values())


def test_scenarios_carry_labels(plan: Plan, folder: Path) -> None:
    with np.load(folder / "scenarios.npz", allow_pickle=False) as file:
        assert file["contacts"].shape == (5, 3, 48)
        assert file["queue"].tolist() == list(plan.demand.queues)
        assert file["interval_start_utc"][1] == "2026-11-09T01:00:00Z"
        assert np.array_equal(file["rates"], plan.demand.rates, equal_nan=True)


def test_text_that_looks_like_a_formula_is_disarmed(tmp_path: Path, no_page: None) -> None:
    plan = tiny_plan()
    lines = tuple(replace(line, item=f'=cmd|"{line.item}"') for line in plan.bill.cost)
    folder = export(replace(plan, bill=replace(plan.bill, cost=lines)), tmp_path / "p")
    written = rows(folder, "cost.csv")
    assert all(r["item"].startswith("'=cmd|") for r in written)
    assert all(not r["amount"].startswith("'") for r in written)


def test_the_same_plan_gives_the_same_bytes(plan: Plan, folder: Path, tmp_path: Path) -> None:
    again = export(tiny_plan(), tmp_path / "again")
    for name in sorted(NAMES):
        assert (again / name).read_bytes() == (folder / name).read_bytes(), name


def test_parents_are_made(plan: Plan, tmp_path: Path, no_page: None) -> None:
    assert export(plan, tmp_path / "a" / "b" / "c").is_dir()


def test_an_existing_folder_is_refused_without_force(plan: Plan, tmp_path: Path, no_page: None) -> None:
    (tmp_path / "p").mkdir()
    with pytest.raises(DataError, match="already exists; choose another folder, or add --force"):
        export(plan, tmp_path / "p")
    assert list((tmp_path / "p").iterdir()) == []


def test_force_replaces_a_plan_and_leaves_nothing_beside(plan: Plan, tmp_path: Path, no_page: None) -> None:
    target = tmp_path / "p"
    export(plan, target)
    (target / "cost.csv").write_text("old")
    export(plan, target, force=True)
    assert (target / "cost.csv").read_text() != "old"
    assert [p.name for p in tmp_path.iterdir()] == ["p"]


@pytest.mark.parametrize("force", [False, True])
def test_a_file_in_the_way_is_refused(force: bool, plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "p").write_text("precious")
    with pytest.raises(DataError, match="is a file"):
        export(plan, tmp_path / "p", force=force)
    with pytest.raises(DataError, match="is a file"):
        export(plan, tmp_path / "p" / "below", force=force)
    assert (tmp_path / "p").read_text() == "precious"


def test_force_never_touches_what_is_not_a_plan(plan: Plan, tmp_path: Path, no_page: None) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "holiday.jpg").write_text("precious")
    with pytest.raises(DataError, match=r"holds what is no part of a plan: holiday\.jpg"):
        export(plan, photos, force=True)
    only_names = tmp_path / "only_names"
    only_names.mkdir()
    (only_names / "cost.csv").write_text("somebody's own costs")
    with pytest.raises(DataError, match="is not a plan folder"):
        export(plan, only_names, force=True)
    inside = export(plan, tmp_path / "inside")
    (inside / "notes.txt").write_text("precious")
    with pytest.raises(DataError, match=r"notes\.txt"):
        export(plan, inside, force=True)
    assert (photos / "holiday.jpg").exists()
    assert (only_names / "cost.csv").exists()
    assert (inside / "notes.txt").read_text() == "precious"


def test_a_folder_inside_a_plan_folder_is_foreign(plan: Plan, tmp_path: Path, no_page: None) -> None:
    target = export(plan, tmp_path / "p")
    (target / "cost.csv").unlink()
    (target / "cost.csv").mkdir()
    with pytest.raises(DataError, match="no part of a plan"):
        export(plan, target, force=True)


def test_an_empty_folder_may_be_forced(plan: Plan, tmp_path: Path, no_page: None) -> None:
    (tmp_path / "p").mkdir()
    export(plan, tmp_path / "p", force=True)
    assert (tmp_path / "p" / "summary.json").exists()


def test_a_failure_midway_changes_nothing(plan: Plan, tmp_path: Path, no_page: None, monkeypatch: pytest.MonkeyPatch) -> None:
    target = export(plan, tmp_path / "p")
    before = {p.name: p.read_bytes() for p in target.iterdir()}

    def fail(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(sys.modules["planner.report.export"], "write_workbook", fail)
    with pytest.raises(RuntimeError):
        export(plan, target, force=True)
    with pytest.raises(RuntimeError):
        export(plan, tmp_path / "new")
    assert {p.name: p.read_bytes() for p in target.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["p"]


def test_a_move_that_fails_puts_the_old_plan_back(
    plan: Plan, tmp_path: Path, no_page: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = export(plan, tmp_path / "p")
    (target / "cost.csv").write_text("old")
    real, calls = os.replace, []

    def second_fails(source: object, goal: object) -> None:
        calls.append((source, goal))
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(source, goal)  # type: ignore[arg-type]

    monkeypatch.setattr("planner.report.destination.os.replace", second_fails)
    with pytest.raises(PlannerError, match="No space left on device"):
        export(plan, target, force=True)
    assert (target / "cost.csv").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["p"]


def test_a_link_to_a_plan_folder_stays_a_link(plan: Plan, tmp_path: Path, no_page: None) -> None:
    target = export(plan, tmp_path / "real")
    link = tmp_path / "latest"
    link.symlink_to(target, target_is_directory=True)
    export(plan, link, force=True)
    assert link.is_symlink()
    assert (target / "summary.json").exists()


def test_the_destination_can_be_asked_for_before_a_long_job(tmp_path: Path) -> None:
    assert check_destination(tmp_path / "new" / "plan") == (tmp_path / "new" / "plan").resolve()
    assert not (tmp_path / "new").exists()
    with pytest.raises(DataError, match="already exists"):
        check_destination(tmp_path)


def test_parts_on_other_queues_are_refused(plan: Plan, tmp_path: Path) -> None:
    other = make_plan(
        make_account(languages=1, channels=(Channel.CHAT, Channel.VOICE, Channel.EMAIL), days=2, interval_s=3600),
        heads=1,
        scenarios=5,
    )
    with pytest.raises(ValueError, match="the demand has queues"):
        export(replace(plan, demand=other.demand), tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_parts_on_another_grid_are_refused(plan: Plan, tmp_path: Path) -> None:
    longer = make_plan(
        make_account(languages=1, channels=(Channel.VOICE, Channel.CHAT, Channel.EMAIL), days=3, interval_s=3600),
        heads=1,
        scenarios=5,
    )
    with pytest.raises(ValueError, match="the requirement is on"):
        export(replace(plan, requirement=longer.requirement), tmp_path / "p")


def test_a_week_of_sixteen_queues_is_written_in_seconds(tmp_path: Path) -> None:
    import time

    channels = (Channel.VOICE, Channel.CHAT, Channel.EMAIL, Channel.SOCIAL)
    account = make_account(languages=4, channels=channels, days=7, interval_s=900)
    plan = make_plan(account, heads=1, scenarios=200, kinds=5, duties=2)
    assert plan.demand.scenarios.shape == (200, 16, 672)
    assert len(plan.shifts.shifts) > 500
    start = time.process_time()
    export(plan, tmp_path / "p")
    assert time.process_time() - start < 8
