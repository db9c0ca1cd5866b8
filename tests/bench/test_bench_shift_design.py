"""The adapter for minimum shift design instances, and the checker of its solutions."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSTANCES = os.environ.get("SHIFT_DESIGN_INSTANCES", "")
TEXT = """
interval = 180; % minutes
days = 1;
demand = [1,1,4,3,5,4,2,3];
shiftTypes = 2;
minStart = [2, 4];
maxStart = [2, 7];
minLength = [2, 2];
maxLength = [4, 4];
minDuties = 0;
weightShiftInstances = 179;
"""


def run(module: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=180)


@pytest.fixture
def instance(tmp_path) -> Path:
    path = tmp_path / "tiny.dzn"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_solution_file_says_what_the_last_line_claims(instance, tmp_path) -> None:
    out = tmp_path / "solution.json"
    done = run("shift_design", instance, "--seconds", 90, "--out", out)  # proven in one or two on an idle machine
    assert done.returncode == 0, done.stderr
    objective, bound, seconds = map(float, done.stdout.splitlines()[-1].split())
    assert objective == bound
    assert seconds < 100
    checked = run("check_shift_design", instance, out)
    assert (checked.returncode, float(checked.stdout)) == (0, objective)


@pytest.mark.parametrize(
    ("shift", "says"),
    [
        ({"start": 1, "length": 2, "heads": [1]}, "is of no shift type"),
        ({"start": 2, "length": 5, "heads": [1]}, "is of no shift type"),
        ({"start": 2, "length": 2, "heads": [1, 1]}, "heads must be 1 whole numbers"),
        ({"start": 2, "length": 2, "heads": [-1]}, "heads must be 1 whole numbers"),
        ({"start": 2, "length": 2, "heads": [0.5]}, "heads must be 1 whole numbers"),
    ],
)
def test_the_checker_refuses_illegal_shifts(instance, tmp_path, shift, says) -> None:
    out = tmp_path / "wrong.json"
    out.write_text(json.dumps({"shifts": [shift]}), encoding="utf-8")
    done = run("check_shift_design", instance, out)
    assert done.returncode == 1
    assert says in done.stderr


def test_the_checker_counts_kinds_once_and_not_at_all_without_heads(instance, tmp_path) -> None:
    out = tmp_path / "plan.json"
    rows = [(2, 2, 3), (2, 2, 1), (5, 4, 2), (6, 2, 0)]
    out.write_text(json.dumps({"shifts": [{"start": s, "length": n, "heads": [h]} for s, n, h in rows]}), encoding="utf-8")
    # present 2 0 4 4 0 2 2 2 against 1 1 4 3 5 4 2 3: 11 head-slots off, two kinds
    assert float(run("check_shift_design", instance, out).stdout) == 11 * 180 + 2 * 179


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("days = 1;", "", "has no days"),
        ("demand = [1,1,4,3,5,4,2,3]", "demand = [1,x]", "demand must be numbers"),
        ("minStart = [2, 4]", "minStart = [2]", "minStart must have 2 values, got 1"),
        ("maxStart = [2, 7]", "maxStart = [2, 9]", "start in slots 0 to 7 of its day, got 8"),
        ("days = 1", "days = 3", "same number of slots for each of 3 days"),
        ("interval = 180;", "interval 180", "expected key = value"),
    ],
)
def test_a_bad_file_ends_with_one_clear_message(instance, tmp_path, old, new, says) -> None:
    instance.write_text(TEXT.replace(old, new), encoding="utf-8")
    done = run("shift_design", instance, "--out", tmp_path / "none.json")
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_file_ends_with_one_clear_message(tmp_path) -> None:
    done = run("shift_design", tmp_path / "absent.dzn", "--out", tmp_path / "none.json")
    assert done.returncode == 2
    assert "cannot be read" in done.stderr


@pytest.mark.slow
@pytest.mark.skipif(not INSTANCES, reason="SHIFT_DESIGN_INSTANCES names no folder")
@pytest.mark.parametrize(
    ("name", "best", "least"),
    [
        ("RandomExample1", 480, 480),
        ("RandomExample2", 300, 300),
        ("RandomExample5", 480, 480),
        ("RandomExample22", 12690, 12300),
        ("RandomExample27", 619, 155),
    ],
)
def test_published_instances_reach_what_is_known_of_them(tmp_path, name, best, least) -> None:
    path = Path(INSTANCES) / f"{name}.dzn"
    if not path.exists():
        pytest.skip(f"{path} is absent")
    out = tmp_path / "solution.json"
    done = run("shift_design", path, "--seconds", 60, "--out", out)
    objective, bound, _ = map(float, done.stdout.splitlines()[-1].split())
    assert float(run("check_shift_design", path, out).stdout) == objective <= best
    assert least <= bound <= objective
