"""`planner replan` as a user runs it, and the folder it writes."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from replan_cases import monday, small_account, small_plan
from typer.testing import CliRunner

from planner.cli.app import app
from planner.domain.changes import Away, Changes, VolumeChange
from planner.domain.plan import Plan
from planner.io import load_plan
from planner.replan import replan
from planner.report import export
from planner.report.page.changes import changes as section

SICK = '[[away]]\nagents = "pt-001"\nfrom = 2026-03-02\nto = 2026-03-02\n'
BUSY = "[[volume]]\nfrom = 2026-03-02\nto = 2026-03-03\nfactor = 2.5\n"
OVERTIME = "[[overtime]]\nfrom = 2026-03-02\nto = 2026-03-03\nhours_per_week = 4\npremium_share = 0.5\n"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return small_plan(small_account(days=3, breaks=True, price=200.0), ((8, 8, None), (12, None, 12), (None, 16, 16)))


@pytest.fixture(scope="module")
def folder(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(plan, tmp_path_factory.mktemp("published") / "plan")


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    return result.exit_code, result.output


def changes(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "what.toml"
    file.write_text(text)
    return file


def test_it_says_what_changed_and_writes_a_whole_plan(folder: Path, tmp_path: Path) -> None:
    code, said = run("replan", folder, "--changes", changes(tmp_path, SICK + BUSY + OVERTIME), "--out", tmp_path / "new")
    assert code == 0, said
    after = load_plan(tmp_path / "new")
    done = after.replanned
    assert done is not None
    assert done.chosen
    assert done.headline()[1:] in said
    for change in done.changes:
        assert change.agent in said
    for word in ("as published", "nobody reacts", "re-planned", "Proof", "Labour rules"):
        assert word in said
    rows = (tmp_path / "new" / "changes.csv").read_text().splitlines()
    assert len(rows) == 1 + len(done.changes)
    assert rows[0] == "date,agent,kind,was,now,was_shift,is_shift,price,currency,reason"
    page = (tmp_path / "new" / "report.html").read_text()
    assert "What was changed" in page
    assert "called in" in page or "moved" in page
    assert "Re-planned" in after.summary()


def test_the_written_replan_comes_back_equal(plan: Plan, tmp_path: Path) -> None:
    wanted = Changes(
        away=(Away(agent="pt-001", start_utc=monday(0), end_utc=monday(23)),),
        volume=(VolumeChange(queues=(), start_utc=monday(0), end_utc=monday(0) + timedelta(days=2), factor=2.0),),
    )
    result = replan(plan, wanted)
    assert load_plan(export(result, tmp_path / "new")) == result
    export(result, tmp_path / "new", force=True)


def test_a_replanned_plan_can_be_replanned_again(plan: Plan, tmp_path: Path) -> None:
    first = replan(plan, Changes(away=(Away(agent="pt-001", start_utc=monday(0), end_utc=monday(23)),)))
    again = replan(load_plan(export(first, tmp_path / "one")), Changes())
    assert again.roster == first.roster
    assert again.replanned is not None
    assert again.replanned.changes == ()
    assert section(replace(first, replanned=None)) == []


def test_an_empty_file_of_changes_changes_nothing(folder: Path, plan: Plan, tmp_path: Path) -> None:
    code, said = run("replan", folder, "-c", changes(tmp_path, ""), "--out", tmp_path / "new")
    assert code == 0
    assert "No changes, nobody to tell" in said
    assert "nothing was solved" in said
    assert (tmp_path / "new" / "roster.csv").read_text() == (folder / "roster.csv").read_text()
    assert (tmp_path / "new" / "shifts.csv").read_text() == (folder / "shifts.csv").read_text()


def test_as_json(folder: Path, tmp_path: Path) -> None:
    code, said = run("replan", folder, "-c", changes(tmp_path, SICK + BUSY), "--out", tmp_path / "new", "--json")
    assert code == 0
    data = json.loads(said)
    assert data["headline"]
    assert {"changes", "people_told", "price_of_changes", "published", "untouched", "service", "solve"} <= set(data)
    assert data["solve"]["gap"] is not None


def test_bad_changes_leave_with_2_and_write_nothing(folder: Path, tmp_path: Path) -> None:
    code, said = run(
        "replan", folder, "-c", changes(tmp_path, SICK.replace("001", "0X1") + "odd = 1"), "--out", tmp_path / "new"
    )
    assert code == 2
    assert "2 problems" in said
    assert "did you mean pt-001?" in said
    assert not (tmp_path / "new").exists()


def test_an_existing_folder_is_refused_before_anything_is_solved(folder: Path, tmp_path: Path) -> None:
    code, said = run("replan", folder, "-c", changes(tmp_path, ""), "--out", folder)
    assert code == 2
    assert "already exists" in said


def test_without_out_it_goes_beside_the_plan(folder: Path, tmp_path: Path) -> None:
    code, _ = run("replan", folder, "-c", changes(tmp_path, ""))
    assert code == 0
    assert (folder.parent / "plan-replanned" / "changes.csv").is_file()


def test_no_roster_left_leaves_with_1_and_says_why(tmp_path: Path) -> None:
    account = small_account(days=3, days_per_week=3)
    strict = replace(account, sites=(replace(account.sites[0], labour=(("daily_rest_h", 20.0),)),))
    plan = small_plan(strict, ((16, None, 16), (8, 8, None)))
    folder = export(plan, tmp_path / "plan")
    row = next(s.id for s in plan.shifts.shifts if s.pattern == "s4-0800" and s.date.day == 3)
    text = f'[[fixed]]\nagent = "pt-001"\nshift = "{row}"\n[[locks]]\nagents = "pt-001"\ndates = [2026-03-02]\n'
    code, said = run("replan", folder, "-c", changes(tmp_path, text), "--out", tmp_path / "new")
    assert code == 1
    assert "daily_rest_h" in said
    assert not (tmp_path / "new").exists()
