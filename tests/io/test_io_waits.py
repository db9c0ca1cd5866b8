"""A table of single waits: patience estimated from it, for queues that ask for it, with every wrong cell told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from planner.io import account_problems, load_account
from planner.io.tables.waits import MOST_STEPS, read_waits
from planner.queueing.patience import EmpiricalPatience

VOICE = "aht_s = 300\npatience_s = 240\n"
ROWS = [(0, False), (5, False), (12, True), (20, False), (20, True), (0, True), (45, True), (60, False)]


def _table(folder: Path, rows: Sequence[tuple[float, bool]], queue: str = "uk_voice", name: str = "waits.csv") -> Path:
    lines = [f"{queue},{wait},{str(gone).lower()}" for wait, gone in rows]
    (folder / name).write_text("\n".join(["queue,wait_s,gave_up", *lines, ""]))
    return folder


def test_a_queue_that_asks_for_it_takes_its_patience_from_the_table(spoil: Callable[[str, str], Path]) -> None:
    folder = _table(spoil(VOICE, 'aht_s = 300\npatience_law = "recorded"\n'), ROWS)
    queue = load_account(folder).queues[0]
    law = EmpiricalPatience.from_waits([wait for wait, _ in ROWS], [gone for _, gone in ROWS])
    assert [row.wait_s for row in queue.waiting.recorded] == law.times_s.tolist()
    assert [1 - row.share for row in queue.waiting.recorded] == pytest.approx(law.staying.tolist())
    assert queue.patience_s == pytest.approx(law.mean_s)


def test_a_table_that_nobody_asks_for_changes_nothing(folder: Path) -> None:
    before = load_account(folder)
    assert load_account(_table(folder, ROWS)) == before


def test_counts_are_of_those_who_waited(tmp_path: Path) -> None:
    (one,) = read_waits(_table(tmp_path, ROWS) / "waits.csv", known=["uk_voice"])
    assert (one.queue, one.waited, one.gave_up) == ("uk_voice", 7, 4)


def test_many_waits_are_kept_as_few_steps_that_are_exact(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    waits, patience = rng.exponential(100, 4000).round(3), rng.exponential(180, 4000).round(3)
    rows = list(zip(np.minimum(waits, patience).tolist(), (patience < waits).tolist(), strict=True))
    (one,) = read_waits(_table(tmp_path, rows) / "waits.csv", known=["uk_voice"])
    law = EmpiricalPatience.from_waits([wait for wait, _ in rows], [gone for _, gone in rows])
    assert len(one.steps) <= MOST_STEPS + 2 < law.times_s.size
    at = np.array([row.wait_s for row in one.steps])
    assert np.allclose([1 - row.share for row in one.steps], law.survival(at))
    thin = EmpiricalPatience(at, np.array([1 - row.share for row in one.steps]))
    assert thin.mean_s == pytest.approx(law.mean_s, rel=0.01)
    assert law.survival(100.0) == pytest.approx(np.exp(-100 / 180), abs=0.03)


def test_every_wrong_cell_is_told(tmp_path: Path) -> None:
    (tmp_path / "waits.csv").write_text("queue,wait_s,gave_up\nuk_voice,ten,true\nuk_voce,3,maybe\nuk_voice,-4,no\n,5,yes\n")
    told = "\n".join(str(p) for p in _problems(tmp_path))
    for said in (
        'waits.csv row 2, column wait_s: "ten" is no number of seconds',
        'waits.csv row 3, column gave_up: "maybe" is neither true nor false',
        'waits.csv row 3, column queue: "uk_voce" is not a queue; did you mean uk_voice?',
        'waits.csv row 4, column wait_s: "-4" is no number of seconds',
        "waits.csv row 5, column queue",
    ):
        assert said in told, told


def _problems(folder: Path) -> tuple[object, ...]:
    from planner.errors import DataError

    with pytest.raises(DataError) as caught:
        read_waits(folder / "waits.csv", known=["uk_voice"])
    return caught.value.problems


def test_waits_that_tell_nothing_are_refused(tmp_path: Path) -> None:
    for rows in ([(30, False), (20, False)], [(0, True), (20, False)]):
        (problem,) = _problems(_table(tmp_path, rows))
        assert "nobody in uk_voice gave up after a wait above 0 s" in str(problem)


def test_who_asks_for_waits_that_are_nowhere_is_told_so(spoil: Callable[[str, str], Path]) -> None:
    folder = spoil(VOICE, 'aht_s = 300\npatience_law = "recorded"\n')
    _table(folder, ROWS, queue="uk_email")
    (problem,) = account_problems(folder)
    assert "neither patience_waits nor rows in the waits table" in str(problem)


def test_a_table_that_cannot_be_read_is_told_once(spoil: Callable[[str, str], Path]) -> None:
    folder = _table(spoil(VOICE, 'aht_s = 300\npatience_law = "recorded"\n'), [(-1, True)])
    (problem,) = account_problems(folder)
    assert "row 2, column wait_s" in str(problem)


def test_rows_of_other_queues_are_passed_over_where_the_account_says_so(tmp_path: Path) -> None:
    _table(tmp_path, [*ROWS], queue="other")
    assert read_waits(tmp_path / "waits.csv", known=["uk_voice"], ignore_unknown=True) == ()
