"""`planner erlang` from outside: every unknown found, tables, the trail of formulas, and every refusal with its remedy."""

import json
import math
import re
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
from scipy.integrate import quad
from typer.testing import CliRunner

from planner.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
FORMULAS = ("offered", "answered", "excluding_short_abandons", "crediting_short_abandons", "virtual")


def run(typed: str) -> Any:
    result = CliRunner().invoke(app, ["erlang", *typed.split()], env={"COLUMNS": "80"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def text(typed: str) -> str:
    result = run(typed)
    assert result.exit_code == 0, result.output
    assert all(len(line) <= 80 for line in result.stdout.splitlines()), result.stdout
    return result.stdout


def found(typed: str) -> dict[str, Any]:
    result = run(f"{typed} --json")
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


# published figures


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        # CRAN package ErlangC, pyworkforce
        ("--calls 200 --aht 180", {"agents": 14, "prob_wait": 0.1741319, "service_level": 0.88835, "asa_answered_s": 7.83593701}),
        # CCmath's calculator: 240 an hour, 180 s, 14 agents, 0.333 minutes
        ("--calls 240 --aht 180 --agents 14 --within 19.98", {"service_level": 0.6142, "asa_answered_s": 43.2, "occupancy": 0.8571}),
        (
            "--calls 240 --aht 180 --agents 14 --within 19.98 --patience 60 --formula virtual",
            {"service_level": 0.8797, "abandonment": 0.0743, "occupancy": 0.7934},
        ),
        # call-center-tools; kpg141260/Erlang; pyworkforce's tests
        ("--calls 1000 --aht 120 --agents 40", {"prob_wait": 0.1907, "service_level": 0.9372, "asa_answered_s": 3.43}),
        ("--calls 910 --aht 340 --agents 93 --within 30", {"prob_wait": 0.35, "service_level": 0.8122, "occupancy": 0.9241}),
        (
            "--calls 200 --aht 180 --agents 14 --patience 300",
            {"prob_wait": 0.14526, "abandonment": 0.013984, "service_level": 0.916792},
        ),
        # Abstract Micro Systems: 20 agents, 100 calls in half an hour
        ("--calls 100 --per 30min --aht 240 --agents 20", {"asa_answered_s": 2.243506}),
        ("--calls 100 --per 30min --aht 300 --agents 20", {"asa_answered_s": 30.43123}),
        # the standard lecture example of Erlang A
        ("--calls 2880 --aht 60 --patience 120 --agents 50", {"abandonment": 0.031, "occupancy": 0.93, "mean_wait_s": 3.7095}),
    ],
)  # fmt: skip
def test_published_figures_are_found(typed: str, expected: dict[str, float]) -> None:
    answer = found(typed)
    for name, value in expected.items():
        digits = len(f"{value:.10g}".partition(".")[2])
        tolerance = 1e-9 if isinstance(value, int) else 0.5001 * 10.0**-digits
        if name == "asa_answered_s" and value == 43.2:
            tolerance = 0.3  # printed as 0.72 minutes
        assert answer[name] == pytest.approx(value, abs=max(tolerance, 6e-7)), name


# what is left out is found


def test_the_least_agents_are_found_and_one_fewer_misses() -> None:
    answer = found("--calls 200 --aht 180 --target 0.8")
    assert (answer["solved"], answer["agents"], answer["agents_found"]) == ("agents", 14, True)
    fewer = found("--calls 200 --aht 180 --target 0.8 --within 20 --agents 13")
    assert fewer["service_level"] == pytest.approx(0.7956, abs=5e-5)
    assert (fewer["limits_kept"], fewer["agents_required"]) == (False, 14)


@pytest.mark.parametrize("promise", ["", "--patience 90", "--patience 90 --max-occupancy 85%", "--max-asa 12", "--rate-cv 0.1"])
@pytest.mark.parametrize("agents", [1, 14, 120])
def test_the_most_calls_need_just_these_agents(agents: int, promise: str) -> None:
    most = found(f"--aht 180 --agents {agents} {promise}")
    assert most["solved"] == "calls"
    assert most["limits_kept"]
    calls = most["calls_per_hour"]
    step = 0.01 if calls >= 1 else calls * 0.011
    assert found(f"--aht 180 --calls {calls!r} {promise}")["agents"] <= agents
    assert found(f"--aht 180 --calls {calls + step!r} {promise}")["agents"] > agents


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("agents", [2, 30])
def test_the_longest_handling_time_needs_just_these_agents(agents: int, formula: str) -> None:
    promise = f"--calls {agents * 12} --patience 120 --within 15 --formula {formula}"
    longest = found(f"{promise} --agents {agents}")
    assert (longest["solved"], longest["limits_kept"]) == ("aht", True)
    assert found(f"{promise} --aht {longest['aht_s']!r}")["agents"] <= agents
    assert found(f"{promise} --aht {longest['aht_s'] + 0.01!r}")["agents"] > agents


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_threshold_found_is_the_first_that_keeps_the_target(formula: str) -> None:
    desk = f"--calls 200 --aht 180 --agents 11 --patience 100 --target 0.85 --formula {formula}"
    answer = found(desk)
    assert (answer["solved"], answer["limits_kept"]) == ("threshold", True)
    assert found(f"{desk} --within {answer['threshold_s']!r}")["service_level"] >= 0.85
    assert found(f"{desk} --within {answer['threshold_s'] - 0.01!r}")["service_level"] < 0.85


def test_a_target_met_at_once_needs_no_threshold() -> None:
    assert found("--calls 200 --aht 180 --agents 30 --target 0.8")["threshold_s"] == 0


def test_the_threshold_of_erlang_c_is_its_formula_solved() -> None:
    c = 0.17413193359504978
    answer = found("--calls 200 --aht 180 --agents 14 --target 0.9")
    assert answer["threshold_s"] == pytest.approx(math.log(c / 0.1) * 180 / 4, abs=0.01)


def test_with_everything_given_the_promise_is_judged() -> None:
    said = text("--calls 200 --aht 180 --agents 14 --target 0.9 --within 20 --max-occupancy 0.7")
    assert "misses the target (90%) and the limit on occupancy (70%)" in " ".join(said.split())
    assert said.count("MISSED") == 2
    assert "as promised" in text("--calls 200 --aht 180 --agents 14 --target 0.8 --within 20")


def test_calls_may_be_counted_in_any_interval() -> None:
    half = found("--calls 100 --per 30min --aht 180")
    assert (half["calls_per_hour"], half["calls_per_interval"], half["interval_s"], half["agents"]) == (200, 100, 1800, 14)
    most = found("--per 15min --aht 180 --agents 14")
    assert most["calls_per_hour"] == pytest.approx(4 * most["calls_per_interval"])
    assert "per 15 min" in text("--per 15min --aht 180 --agents 14")


@pytest.mark.parametrize("aht", ["180", "3:00", "3min", "180s", "0:03:00"])
def test_a_duration_may_be_written_in_several_ways(aht: str) -> None:
    assert found(f"--calls 200 --aht {aht} --target 80%")["aht_s"] == 180


def test_a_threshold_in_rings_uses_the_callers_country() -> None:
    assert found("--calls 60 --aht 360 --rings 3 --country DE")["threshold_s"] == pytest.approx(11)
    assert found("--calls 60 --aht 360 --rings 3 --country de --ring-moment before-next")["threshold_s"] == pytest.approx(15)
    assert found("--calls 60 --aht 360 --rings 3")["threshold_s"] == pytest.approx(14)  # the United States


def test_formulas_have_two_spellings_and_an_old_name() -> None:
    desk = "--calls 200 --aht 180 --patience 60 --agents 11"
    levels = {found(f"{desk} {name} excluding{dash}short{dash}abandons")["service_level"]
              for name in ("--formula", "--definition") for dash in "-_"}  # fmt: skip
    assert len(levels) == 1
    counted = {found(f"{desk} --formula {name}")["service_level"] for name in FORMULAS}
    assert len(counted) == 5


def test_the_default_target_gives_way_to_another_promise() -> None:
    assert found("--calls 200 --aht 180 --max-asa 60")["agents"] < 14
    assert found("--calls 200 --aht 180 --max-asa 60")["target"] is None
    assert found("--calls 200 --aht 180 --max-asa 60 --within 20")["target"] == 0.8
    assert found("--calls 200 --aht 180 --max-occupancy 0.9")["target"] == 0.8


def test_an_unsure_rate_takes_more_agents() -> None:
    assert found("--calls 2000 --aht 180 --rate-cv 0.2")["agents"] > found("--calls 2000 --aht 180")["agents"]


@pytest.mark.parametrize(("agents", "shrinkage", "heads"), [(21, "0.3", 30), (21, "30%", 30), (14, "0.3", 20), (7, "0.65", 20)])
def test_heads_to_schedule_are_rounded_up_exactly(agents: int, shrinkage: str, heads: int) -> None:
    desk = f"--calls 100 --aht 180 --agents {agents} --shrinkage {shrinkage}"
    assert found(desk)["scheduled_heads"] == heads
    assert f"heads to schedule       {heads} at" in text(desk)


# where there is no answer, or no limit


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("--agents 0 --aht 180", "no number of calls: nobody is on seat"),
        ("--agents 0.5 --aht 180", "no number of calls: with 0.5 agents even one call an hour get no more than 47.75%"),
        ("--agents 0 --calls 10", "no handling time is short enough: nobody is on seat"),
        ("--agents 0.5 --calls 10", "no handling time is short enough: with 0.5 agents even calls of 1 s"),
        ("--agents 0.5 --calls 10 --max-asa 5", "break the other limits"),
        ("--agents 10 --calls 200 --aht 180 --target 0.8", "10 erlang are too much for 10 agents"),
        ("--agents 10 --calls 200 --aht 180 --target 0.9 --patience 60", "the level does not pass 84.25%; 15.75% give up"),
        ("--agents 10 --calls 0 --aht 180 --target 0.9", "without calls there is no service level"),
        ("--calls 1000000 --aht 3600 --max-occupancy 0.05", "no number of agents up to 10000000"),
    ],
)
def test_no_answer_is_told_with_its_reason(typed: str, words: str) -> None:
    result = run(typed)
    assert result.exit_code == 1
    assert words in result.stderr
    assert result.stdout == ""
    answer = run(f"{typed} --json")
    assert answer.exit_code == 1
    told = json.loads(answer.stdout)
    assert told["error"] == "not_possible"
    assert words in told["reasons"][0]


@pytest.mark.parametrize(
    ("typed", "key", "words"),
    [
        (
            "--agents 1 --aht 180 --patience 30 --within 60 --formula crediting_short_abandons",
            "calls_per_hour",
            "86.47% have given up",
        ),
        (
            "--agents 1 --calls 180 --patience 30 --within 60 --formula crediting_short_abandons",
            "aht_s",
            "counts them as served",
        ),
        ("--agents 3 --calls 0", "aht_s", "there are no calls"),
        ("--agents 3 --aht 60 --patience 60 --max-abandonment 1", "calls_per_hour", "nothing promised sets a limit"),
    ],
)
def test_a_quantity_without_limit_is_said_to_have_none(typed: str, key: str, words: str) -> None:
    answer = found(f"{typed} --explain")
    assert answer["unbounded"]
    assert answer[key] is None
    assert words in answer["unbounded_because"]
    assert " any " in text(typed)
    assert words in " ".join(text(typed).split())


def test_less_than_a_call_an_hour_is_said_so() -> None:
    said = " ".join(text("--agents 1 --aht 3600").split())
    assert "less than one call an hour: one an hour would get 0.00%" in said


def test_too_few_agents_are_told_how_many_carry_the_load() -> None:
    said = " ".join(text("--calls 200 --aht 180 --agents 10").split())
    assert "10 erlang are too much for 10 agents" in said
    assert "11 carry the load" in said
    assert "endless" in said
    assert "inf" not in said.replace("in f", "")


def test_no_calls_need_no_agents_and_have_no_level() -> None:
    answer = found("--calls 0 --aht 180")
    assert answer["agents"] == 0
    assert answer["service_level"] is None
    assert "nan" not in text("--calls 0 --aht 180 --explain")
    assert "no calls, so no service level" in text("--calls 0 --aht 180 --agents 3")


def test_a_promise_that_nobody_can_keep_by_leaving_is_shown_for_what_it_is() -> None:
    said = text("--calls 6000 --aht 60 --patience 30 --within 60 --formula crediting_short_abandons")
    assert said.startswith("No agents are needed")
    assert "86.47% give up in time, and this formula counts them as served" in " ".join(said.split())


def test_a_level_just_missed_is_not_rounded_into_a_level_kept() -> None:
    most = found("--aht 180 --agents 14")["calls_per_hour"]
    said = text(f"--aht 180 --agents 14 --calls {most + 0.01} --target 0.8 --within 20")
    level = re.search(r"give ([\d.]+)% within", said)
    assert level is not None
    assert float(level[1]) < 80
    assert "MISSED" in said


def test_a_smaller_number_that_meets_the_limits_by_chance_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from planner.cli import erlang_solve

    def odd(**_: Any) -> int:
        warnings.warn("1 of 1 requirements are met by a smaller number of agents too", stacklevel=1)
        return 14

    monkeypatch.setattr(erlang_solve, "required_agents", odd)
    assert "a smaller number of agents meets the limits too" in found("--calls 200 --aht 180")["notes"][0]
    assert "note: a smaller number of agents" in text("--calls 200 --aht 180")


# tables


def table(typed: str) -> tuple[list[list[str]], list[list[str]]]:
    lines = text(typed).split("\n\n")[1].splitlines()
    cells = [line.replace(">", " ").split("  ") for line in lines]
    rows = [[c.strip() for c in row if c.strip()] for row in cells]
    return [rows[0]], rows[1:]


def test_a_table_over_agents_marks_the_first_row_that_keeps_the_target() -> None:
    typed = "--calls 200 --aht 180 --table agents=10:18"
    rows = found(typed)
    assert [r["agents"] for r in rows["rows"]] == list(range(10, 19))
    assert rows["rows"][rows["marked_row"]]["agents"] == 14
    marked = [line for line in text(typed).splitlines() if line.startswith(">")]
    assert len(marked) == 1
    assert marked[0].split()[1] == "14"


def test_a_table_over_calls_marks_the_last_row_that_keeps_the_target() -> None:
    rows = found("--aht 180 --agents 14 --table calls=100:300:25")
    assert [r["calls_per_hour"] for r in rows["rows"]] == [100 + 25 * i for i in range(9)]
    assert rows["rows"][rows["marked_row"]]["calls_per_hour"] == 200


def test_a_table_finds_what_is_left_out_row_by_row() -> None:
    rows = found("--aht 180 --table calls=100:300:50")["rows"]
    alone = [found(f"--aht 180 --calls {calls}")["agents"] for calls in (100, 150, 200, 250, 300)]
    assert [r["agents"] for r in rows] == alone
    capacity = found("--aht 180 --table agents=0:14:7")
    assert capacity["marked_row"] is None
    assert [r["calls_per_hour"] for r in capacity["rows"]][1:] == [
        found(f"--aht 180 --agents {n}")["calls_per_hour"] for n in (7, 14)
    ]
    assert capacity["rows"][0]["reason"] == "no number of calls: nobody is on seat"
    assert "note:" in text("--aht 180 --table agents=0:14:7")


@pytest.mark.parametrize(
    ("typed", "columns"),
    [
        ("--calls 200 --aht 180 --patience 60 --table agents=9:14 --shrinkage .3", 9),
        ("--calls 200 --aht 180 --agents 12 --table within=0:60:10 --target 70%", 8),
        ("--calls 200 --aht 180 --table patience=30:300:90 --max-occupancy 85%", 8),
        ("--calls 200 --agents 12 --table aht=120:210", 8),
        ("--agents 12 --table aht=120:240 --per 30min", 8),
    ],
)
def test_a_table_prints_the_figures_of_its_json(typed: str, columns: int) -> None:
    head, rows = table(typed)
    data = found(typed)["rows"]
    assert len(rows) == len(data)
    for cells, row in zip(rows, data, strict=True):
        assert len(cells) == columns == len(head[0])
        shown = dict(zip(head[0], cells, strict=True))
        assert float(shown["level"].rstrip("%")) / 100 == pytest.approx(row["service_level"], abs=5.1e-5)
        assert float(shown["P(wait)"].rstrip("%")) / 100 == pytest.approx(row["prob_wait"], abs=5.1e-5)
        assert float(shown["give up"].rstrip("%")) / 100 == pytest.approx(row["abandonment"], abs=5.1e-5)
        assert float(shown["occup."].rstrip("%")) / 100 == pytest.approx(row["occupancy"], abs=5.1e-5)
        assert float(shown["ASA s"]) == pytest.approx(row["asa_answered_s"], abs=0.0051)
        assert float(shown["queue"]) == pytest.approx(row["queue_length"], abs=0.0051)
        if "kept" in shown:
            assert shown["kept"] == ("yes" if row["limits_kept"] else "no")


def test_a_range_has_exact_steps_and_ten_of_them_unless_told() -> None:
    rows = found("--aht 180 --agents 14 --table calls=0.1:0.7:0.1")["rows"]
    assert [r["calls_per_hour"] for r in rows] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]
    assert len(found("--aht 180 --agents 14 --table calls=100:300")["rows"]) == 11
    assert len(found("--aht 180 --calls 100 --table agents=7:7")["rows"]) == 1


def test_a_table_over_calls_counts_them_in_the_interval_named() -> None:
    rows = found("--aht 180 --per 30min --table calls=50:100:50")["rows"]
    assert [r["calls_per_hour"] for r in rows] == [100, 200]
    assert table("--aht 180 --per 30min --table calls=50:100:50")[1][1][0] == "100"


def test_where_every_number_will_do_the_table_says_any() -> None:
    typed = "--agents 2 --patience 30 --within 60 --formula crediting_short_abandons --table aht=60:180:60"
    assert "any" in text(typed)
    assert all(row["unbounded"] for row in found(typed)["rows"])


def test_a_table_in_which_no_row_keeps_the_promise_says_so() -> None:
    said = text("--calls 200 --aht 180 --table agents=8:10")
    assert "No row keeps the promise" in " ".join(said.split())
    assert ">" not in said


# the trail of formulas


def steps(typed: str) -> dict[str, dict[str, Any]]:
    return {step["step"]: step for step in found(f"{typed} --explain")["explain"]}


def evaluated(expression: str) -> float:
    plain = expression.replace(" x ", " * ").replace("exp", "math.exp").replace("sqrt", "math.sqrt")
    assert re.fullmatch(r"[\d\s.e+\-*/()mathxpsqr]*", plain), plain
    return float(eval(plain, {"math": math}))


@pytest.mark.parametrize(
    "typed",
    [
        "--calls 200 --aht 180",
        "--calls 200 --aht 180 --agents 12",
        "--calls 200 --aht 180 --patience 60 --formula answered",
        "--calls 100 --per 30min --aht 180 --agents 9 --patience 240 --formula excluding_short_abandons",
        "--agents 14 --aht 180 --patience 90 --formula crediting_short_abandons",
        "--agents 14 --aht 180 --patience 90 --formula virtual",
        "--calls 3000 --aht 240 --patience 150 --shrinkage 0.3",
        "--calls 200 --aht 180 --agents 13.5 --patience 60",
        "--calls 1000 --aht 180 --agents 1 --patience 100000",
    ],
)
def test_every_sum_shown_comes_out_as_shown(typed: str) -> None:
    checked = 0
    for step in steps(typed).values():
        for left, right in re.findall(r"= ([\d][^=:;,]*?|\(.*?) = ([\d.e+-]+%?)", step["words"]):
            if not re.search(r" [x/*+-] ", left) or re.search(r"\b[aCNTSBpu]\b|AHT|calls", left):
                continue
            shown = float(right[:-1]) / 100 if right.endswith("%") else float(right.rstrip("."))
            assert evaluated(left) == pytest.approx(shown, rel=2e-4, abs=6e-5), step["words"]
            checked += 1
    assert checked >= 3


def test_the_trail_of_erlang_c_goes_from_load_to_level() -> None:
    trail = steps("--calls 200 --aht 180")
    assert list(trail)[:4] == ["load_erlang", "erlang_b", "prob_wait", "service_level"]
    assert trail["load_erlang"]["value"] == 10
    b = (10**14 / math.factorial(14)) / sum(10**k / math.factorial(k) for k in range(15))
    assert trail["erlang_b"]["value"] == pytest.approx(b, rel=1e-12)
    assert trail["prob_wait"]["value"] == pytest.approx(14 * b / (14 - 10 * (1 - b)), rel=1e-12)
    assert "with 13 agents: 79.56%, which misses the target (80%)" in trail["one_agent_fewer"]["words"]


def test_the_rule_of_thumb_stands_beside_the_exact_answer() -> None:
    trail = steps("--calls 200 --aht 180")
    assert trail["rule_of_thumb_agents"]["value"] == pytest.approx(12.8, abs=0.05)
    assert "so 13 agents for 80%; the exact answer is 14" in trail["rule_of_thumb_agents"]["words"]
    given = steps("--calls 200 --aht 180 --agents 14")["rule_of_thumb_level"]
    assert "the exact level is 88.84%" in given["words"]
    assert "rule_of_thumb_agents" not in steps("--calls 200 --aht 180 --rate-cv 0.1")


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_wait_of_erlang_a_can_be_integrated_by_the_client(formula: str) -> None:
    typed = f"--calls 200 --aht 180 --agents 11 --patience 60 --formula {formula}"
    trail, answer = steps(typed), found(typed)
    stay = 0.0 if formula == "virtual" else 1.0
    before = float(re.search(r"B\(N-1\) = ([\d.e-]+)", trail["wait_density"]["words"])[1])  # type: ignore[index]
    total, _ = quad(lambda u: math.exp(10 * 60 / 180 * (1 - math.exp(-u / 60)) - 11 * u / 180 - stay * u / 60), 0, 20)
    share = 200 / 3600 * before * (1 - answer["prob_wait"]) * total
    assert trail["wait_density"]["value"] == pytest.approx(share, rel=1e-5)
    assert trail["service_level"]["value"] == pytest.approx(answer["service_level"], rel=1e-12)


def test_the_waiting_sum_of_erlang_a_gives_its_probability_of_waiting() -> None:
    trail = steps("--calls 200 --aht 180 --agents 11 --patience 60")
    s, b = trail["waiting_sum"]["value"], trail["erlang_b"]["value"]
    assert s * b / (1 + (s - 1) * b) == pytest.approx(trail["prob_wait"]["value"], rel=1e-10)


def test_rings_are_traced_to_their_cadence_and_source() -> None:
    words = steps("--calls 60 --aht 360 --rings 3 --country DE")["rings"]["words"]
    assert "ringing tone heard in Germany: ring of 1 s, pause of 4 s" in words
    assert "2 x 5 + 1 = 11 s" in words
    assert "Source: " in words


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("--agents 14 --aht 180", "a_little_more_calls"),
        ("--agents 14 --calls 200", "a_little_longer_aht"),
        ("--agents 12 --calls 200 --aht 180 --target 0.8", "a_little_less_threshold"),
        ("--calls 200 --aht 180 --max-asa 10", "one_agent_fewer"),
        ("--calls 200 --aht 180 --max-occupancy 0.7", "one_agent_fewer"),
    ],
)
def test_the_trail_shows_why_no_better_value_will_do(typed: str, key: str) -> None:
    assert "misses the" in steps(typed)[key]["words"]


def test_one_agent_fewer_may_not_carry_the_load() -> None:
    assert "is not carried" in steps("--calls 200 --aht 180 --target 0.2 --within 60")["one_agent_fewer"]["words"]


def test_an_unsure_rate_is_explained_as_an_average() -> None:
    words = steps("--calls 200 --aht 180 --rate-cv 0.15")["service_level_if_sure"]["words"]
    assert "If the rate were sure, the level would be 88.84%" in words


@pytest.mark.parametrize("typed", ["--calls 200 --aht 180 --agents 10", "--calls 200 --aht 180 --agents 0 --patience 60"])
def test_a_desk_that_fails_is_explained_too(typed: str) -> None:
    assert "How these figures come about" in text(f"{typed} --explain")


# the same numbers in text and JSON


@pytest.mark.parametrize(
    "typed",
    [
        "--calls 200 --aht 180",
        "--agents 14 --aht 180 --patience 90 --max-abandonment 5%",
        "--calls 200 --aht 180 --rings 3 --country DE --patience 240 --formula virtual --rate-cv .1",
        "--calls 200 --aht 180 --agents 9 --patience 60 --target .8 --within 20 --max-asa 5",
    ],
)
def test_text_and_json_hold_the_same_numbers(typed: str) -> None:
    answer, said = found(typed), text(typed)
    rows = {line[2:26].strip(): line[26:].split("  ")[0].strip() for line in said.splitlines() if line.startswith("  ")}
    assert float(rows["load"].split()[0]) == pytest.approx(answer["load_erlang"], abs=1e-6)
    assert float(rows["agents on seat"]) == answer["agents"]
    assert float(rows["calls"].split()[0]) == answer["calls_per_interval"]
    assert float(rows["mean handling time"].split()[0]) == answer["aht_s"]
    assert rows["formula"] == answer["definition"]
    for name, key in [("service level", "service_level"), ("probability of waiting", "prob_wait"), ("giving up", "abandonment"),
                      ("occupancy", "occupancy")]:  # fmt: skip
        assert float(rows[name].rstrip("%")) / 100 == pytest.approx(answer[key], abs=5.1e-5), name
    for name, key in [("mean wait, answered", "asa_answered_s"), ("mean wait, all calls", "mean_wait_s")]:
        shown = math.inf if rows[name] == "endless" else float(rows[name].split()[0])
        assert shown == pytest.approx(math.inf if answer[key] is None else answer[key], abs=0.0051), name
    assert said.count("MISSED") == sum(not x["kept"] for x in answer["limits"])


def test_json_keys_of_old_stay() -> None:
    answer = found("--calls 200 --aht 180")
    old = ("calls_per_hour aht_s load_erlang agents agents_found threshold_s threshold_in_words definition law service_level "
           "prob_wait abandonment asa_answered_s mean_wait_s occupancy queue_length")  # fmt: skip
    assert set(old.split()) <= set(answer)
    assert (answer["law"], answer["threshold_in_words"]) == ("Erlang C", "20 s")
    german = found("--calls 60 --aht 360 --rings 3 --country DE")
    assert german["threshold_in_words"] == "11 s, the end of ring 3 in DE"


def test_explaining_adds_steps_and_changes_no_figure() -> None:
    plain, more = found("--calls 200 --aht 180"), found("--calls 200 --aht 180 --explain")
    more.pop("explain")
    assert plain == more


# what has no sense


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("--calls -1 --aht 180", "--calls: must be zero or more, got -1"),
        ("--calls nan --aht 180", "--calls: must be a finite number, got nan"),
        ("--calls inf --aht 180", "--calls: must be a finite number, got inf"),
        ("--calls many --aht 180", "--calls: must be a number, got 'many'"),
        ("--calls 1,200 --aht 180", "write a point for decimals and nothing between thousands"),
        ("--calls 2e9 --aht 1", "--calls: must be at most 1000000000, got 2e9"),
        ("--calls 1e-7 --aht 180", "--calls: must be at least 1e-06"),
        ("--calls 200 --aht 0", "--aht: must be above 0, got 0"),
        ("--calls 200 --aht 3:75", "--aht: must be a number, got '3:75'"),
        ("--calls 200 --aht 2min3", "--aht: must be a number, got '2min3'"),
        ("--calls 1e9 --aht 3600", "more than 1000000; check both"),
        ("--calls 200 --aht 180 --agents -1", "--agents: must be zero or more, got -1; give the agents on seat"),
        ("--calls 200 --aht 180 --target 80", "--target: must be between 0 and 1, got 80; write 0.8 for 80%"),
        ("--calls 200 --aht 180 --target 1", "no number of agents answers every call in time; write 0.99"),
        ("--calls 200 --aht 180 --target 100%", "no number of agents"),
        ("--calls 200 --aht 180 --within -5", "--within: must be zero or more, got -5"),
        ("--calls 200 --aht 180 --rings 3 --within 20", "--rings: is 3 and --within gives the threshold too; give one of them"),
        ("--calls 200 --aht 180 --rings 2.5", "--rings: must be a whole number, got 2.5"),
        ("--calls 200 --aht 180 --rings 0", "--rings: must be 1 or more, got 0"),
        ("--calls 200 --aht 180 --rings 3 --country XX", "--country: no ringing tone is known for 'XX'"),
        ("--calls 200 --aht 180 --rings 3 --country UK", "the United Kingdom is GB"),
        ("--calls 200 --aht 180 --rings 3 --ring-moment later", "--ring-moment: unknown moment 'later'"),
        ("--calls 200 --aht 180 --patience 0", "--patience: must be 1e-06 or more, got 0"),
        ("--calls 200 --aht 180 --definition nice", "--formula: unknown definition of service level 'nice'; write one of offered,"),
        ("--calls 200 --aht 180 --formula offred", "did you mean offered?"),
        ("--calls 200 --aht 180 --max-asa 0", "--max-asa: must be above 0, got 0"),
        ("--calls 200 --aht 180 --max-occupancy 85", "--max-occupancy: must be above 0, at most 1, got 85; write 0.85 for 85%"),
        ("--calls 200 --aht 180 --max-occupancy 0.001", "--max-occupancy: must be at least 0.01"),
        ("--calls 200 --aht 180 --patience 60 --max-abandonment 5", "write 0.05 for 5%"),
        ("--calls 200 --aht 180 --max-abandonment 0.05", "without --patience nobody gives up; give --patience"),
        ("--calls 200 --aht 180 --rate-cv 10", "--rate-cv: must be at most 2, got 10; write 0.1 for 10%"),
        ("--calls 200 --aht 180 --shrinkage 30", "--shrinkage: must be between 0 and 1, got 30; write 0.3 for 30%"),
        ("--calls 200 --aht 180 --shrinkage 1", "nobody would be left on seat"),
        ("--calls 200 --aht 180 --per 30", "--per: must be a time from 1min to 24h, got 30; write hour, 30min or 15min"),
        ("--calls 200 --aht 180 --per fortnight", "--per: must be a time"),
        ("--calls 200", "--aht, --agents: left out"),
        ("", "--calls, --aht, --agents: left out; one of calls, handling time and agents is found from the other two"),
        ("--calls 200 --aht 180 --table agents=0:3000", "has 3001 rows, more than 1000; take steps of 3 or more"),
        ("--calls 200 --aht 180 --table agents=20:10", "starts above its end; write agents=10:20"),
        ("--calls 200 --aht 180 --table agents=10:20:0", "a step must be a number above 0, got '0'"),
        ("--calls 200 --aht 180 --table agents=x:20", "--table agents=x:20: must be a number, got 'x'"),
        ("--calls 200 --aht 180 --table agents=10", "a range is from:to or from:to:step; write agents=10:20"),
        ("--calls 200 --aht 180 --table heads=1:2", "heads must be one of agents, calls, aht, within, patience"),
        ("--calls 200 --aht 180 --agents 3 --table agents=1:5", "--agents: is given, and --table agents=1:5 gives agents too"),
        ("--calls 200 --aht 180 --rings 3 --table within=1:5", "--rings: is given, and --table within=1:5 gives within too"),
        ("--aht 3600 --table calls=1:1e9:1e8", "more than 1000000; check both"),
        ("--calls 200 --aht 180 --table agents=1:5 --explain", "--explain: explains one answer"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_option_value_and_remedy(typed: str, words: str) -> None:
    result = run(typed)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_every_problem_is_told_at_once_in_text_and_json() -> None:
    typed = (
        "--calls x --aht -1 --agents nan --target 80 --formula nice --rings 3 --within 20 --country XX --shrinkage 30 --per 30"
    )
    result = run(typed)
    options = ("calls", "aht", "agents", "target", "formula", "rings", "country", "shrinkage", "per")
    assert result.exit_code == 2
    for option in options:
        assert f"\n  --{option}: " in result.stderr
    told = json.loads(run(f"{typed} --json").stdout)
    assert told["error"] == "bad_input"
    assert sorted(p["place"] for p in told["problems"]) == sorted(f"--{option}" for option in options)
    assert all(p["remedy"] for p in told["problems"])


def test_an_option_without_effect_is_noted() -> None:
    assert found("--calls 200 --aht 180 --country DE")["notes"] == ["--country only matters with --rings"]
    assert "all five formulas are the same" in text("--calls 200 --aht 180 --formula virtual")


def test_bad_input_is_refused_before_anything_heavy_is_loaded() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from planner.cli.app import app; "
        "r = CliRunner().invoke(app, ['erlang', '--calls', 'x']); print(r.exit_code, 'numba' in sys.modules, 'scipy' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout.split() == ["2", "False", "False"]


def test_the_command_answers_from_a_shell() -> None:
    command = [sys.executable, "-m", "planner.cli", "erlang", "--calls", "200", "--aht", "180", "--json"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    assert json.loads(result.stdout)["agents"] == 14
