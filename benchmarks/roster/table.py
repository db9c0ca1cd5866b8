"""How cheap and how close: objective, bound, gap, seconds and memory of call-centre weeks and samples, and peers beside ours.

``CALLCENTRE_INSTANCES`` names a folder of call-centre weeks (one_language.json, one_language_x10.json; never part of the product); the
made week of five languages, a sample account and the peers are always measured. ``ROSTER_ONLY`` may name some lines, by commas.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from measure import Row, Run, at_most, print_rows, run  # noqa: E402

from benchmarks.roster.five_languages import five_languages, only  # noqa: E402
from benchmarks.roster.peers import peer_rows  # noqa: E402

FOLDER = "CALLCENTRE_INSTANCES"
PROMISE = ("--level", "0.8", "--window", "week", "--floor", "0.5")


def main() -> None:
    """Measure and print, one table after the other."""
    chosen = [name for name in os.environ.get("ROSTER_ONLY", "").split(",") if name]
    with tempfile.TemporaryDirectory() as scratch:
        lines = _lines(Path(scratch))
        unknown = sorted(set(chosen) - set(lines))
        if unknown:
            print(f"ROSTER_ONLY: unknown {', '.join(unknown)}; known: {', '.join(lines)}", file=sys.stderr)
            return
        for name in chosen or lines:
            lines[name]()


def _lines(scratch: Path) -> dict[str, Callable[[], None]]:
    return {
        "one_language": lambda: _published("one_language", 60, gap=3.8),
        "one_language_weekly": lambda: _published("one_language", 60, *PROMISE, cost=19_000),
        "one_language_x10": lambda: _published("one_language_x10", 60, gap=0.3),
        "five_languages": lambda: _made(scratch, 180, gap=2.0, memory=1024),
        "gift_shop": lambda: _sample(scratch),
        "weeks": _weeks,
        "named_weeks": lambda: _named_weeks(scratch),
        "peers": lambda: _peers(scratch, 60),
    }


def _published(name: str, seconds: int, *options: str, gap: float | None = None, cost: float | None = None) -> None:
    folder = os.environ.get(FOLDER, "")
    file = Path(folder) / f"{name}.json"
    title = f"{name}{' with a promise over the week' if options else ''}, {seconds} s"
    if not folder or not file.exists():
        print_rows(title, [Row("not measured", f"{file if folder else f'set {FOLDER} to a folder of call-centre weeks'}")])
        return
    _week(title, file, seconds, *options, gap=gap, cost=cost)


def _made(scratch: Path, seconds: int, *, gap: float, memory: float) -> None:
    file = scratch / "five_languages.json"
    file.write_text(json.dumps(five_languages()), encoding="utf-8")
    _week(f"A made week of five languages, {seconds} s", file, seconds, gap=gap, memory=memory)


def _week(
    title: str,
    file: Path,
    seconds: int,
    *options: str,
    gap: float | None = None,
    cost: float | None = None,
    memory: float | None = None,
) -> None:
    out = (
        file.parent / "solution.json"
        if os.access(file.parent, os.W_OK)
        else Path(tempfile.gettempdir()) / f"{file.stem}_solution.json"
    )
    command = [sys.executable, "-m", "benchmarks.callcentre", str(file)]
    run([*command, "--seconds", "1", *options], cwd=ROOT, accept=(0, 1))  # the kernels are compiled by now
    done = run([*command, "--seconds", str(seconds), "--out", str(out), *options], cwd=ROOT, accept=(0, 1))
    judged = run([sys.executable, "-m", "benchmarks.check_callcentre", str(file), str(out), *options], cwd=ROOT, accept=(0, 1))
    out.unlink()
    objective, bound, took = map(float, done.lines[-1][1].split())
    share = 100 * (objective - bound) / objective
    heads = next(text for _, text in done.lines if " heads; " in text)
    rows = [
        Row("objective", f"{objective:,.2f}")
        if cost is None
        else Row("objective", f"{objective:,.2f}", f"≤ {cost:,.0f}", objective <= cost),
        Row("  recomputed by the checker", _verdict(judged, objective)),
        Row("proven bound", f"{bound:,.2f}"),
        Row("gap", f"{share:.2f} %") if gap is None else at_most("gap", share, "%", gap, digits=2),
        Row("agents; end; first legal plan", heads),
        Row("seconds of the solve, wall", f"{took:.1f} s"),
        *_effort(done, memory),
    ]
    print_rows(title, rows)


def _verdict(judged: Run, objective: float) -> str:
    if judged.code:
        return f"ILLEGAL: {judged.lines[0][1]}"
    same = abs(float(judged.lines[-1][1]) - objective) <= 1e-6 * objective
    return "the same" if same else f"DIFFERS: {judged.lines[-1][1]}"


def _effort(done: Run, memory: float | None = None) -> list[Row]:
    peak = Row("  peak memory", f"{done.peak_mib:.0f} MiB")
    return [
        Row("whole process: wall", f"{done.wall_s:.1f} s"),
        Row("  CPU", f"{done.cpu_s:.1f} s"),
        peak if memory is None else at_most("  peak memory", done.peak_mib, "MiB", memory, digits=0),
    ]


def _sample(scratch: Path) -> None:
    planner = str(Path(sys.executable).parent / "planner")
    done = run([planner, "plan", str(ROOT / "sample_data/gift_shop"), "--out", str(scratch / "plan"), "--force"], cwd=ROOT)
    solve = json.loads((scratch / "plan/summary.json").read_text(encoding="utf-8"))["solves"][0]
    rows = [
        Row("objective", f"{solve['objective']:,.2f}"),
        Row("proven bound", f"{solve['bound']:,.2f}"),
        at_most("gap", 100 * solve["gap"], "%", 3, digits=2),
        Row("ended by", solve["status"]),
        at_most("seconds of the solve, wall", solve["seconds"], "s", 60),
        *_effort(done),
    ]
    print_rows("The sample account gift_shop, a whole plan", rows)


def _weeks() -> None:
    """Shifts of the sample for one to eight weeks: seconds a week should not grow with the weeks."""
    command = [sys.executable, "-m", "benchmarks.roster.weeks", str(ROOT / "sample_data/gift_shop")]
    rows: list[Row] = []
    first = 0.0
    for weeks in (1, 2, 4, 8):
        done = run([*command, str(weeks)], cwd=ROOT)
        objective, bound, took, cpu_s = map(float, done.lines[-1][1].split())
        first = first or cpu_s
        rows += [
            Row(f"weeks: {weeks}", done.lines[-2][1]),
            Row("  objective; proven bound", f"{objective:,.0f}; {bound:,.0f}"),
            Row("  gap", f"{100 * (objective - bound) / objective:.2f} %"),
            Row("  seconds of the design, wall", f"{took:.1f} s"),
            at_most("  CPU of the design", cpu_s, "s", round(weeks * first, 1)),
            Row("  peak memory", f"{done.peak_mib:.0f} MiB"),
        ]
    print_rows("Shifts of the sample over longer horizons", rows)


def _named_weeks(scratch: Path) -> None:
    """Names on the sample's week, repeated: CPU seconds a week should not grow with the weeks."""
    if not (scratch / "plan").exists():
        planner = str(Path(sys.executable).parent / "planner")
        run([planner, "plan", str(ROOT / "sample_data/gift_shop"), "--out", str(scratch / "plan")], cwd=ROOT)
    command = [sys.executable, "-m", "benchmarks.roster.named_weeks", str(scratch / "plan")]
    run([*command, "1"], cwd=ROOT)  # the kernels are compiled by now
    rows: list[Row] = []
    first = 0.0
    for weeks in (1, 2, 4, 8):
        done = run([*command, str(weeks)], cwd=ROOT)
        objective, bound, cpu_s = map(float, done.lines[-1][1].split())
        first = first or cpu_s
        share = 100 * (objective - bound) / objective
        rows += [
            Row(f"weeks: {weeks}", done.lines[-2][1].removeprefix("points; ")),
            Row("  objective, points; proven bound", f"{objective:,.0f}; {bound:,.0f}"),
            at_most("  gap", share, "%", 5, digits=2),
            at_most("  CPU of the assignment", cpu_s, "s", round(10.0 if weeks == 1 else weeks * max(first, 1.0), 1)),
            Row("  peak memory", f"{done.peak_mib:.0f} MiB"),
        ]
    print_rows("People named on the sample's shifts, the week repeated", rows)


def _peers(scratch: Path, seconds: int) -> None:
    folder = os.environ.get(FOLDER, "")
    file = Path(folder) / "one_language.json"
    if not folder or not file.exists():
        file = scratch / "one_made_language.json"
        file.write_text(json.dumps(only(five_languages(), "PT")), encoding="utf-8")
    print_rows(f"Peers on {file.stem}, {seconds} s each", peer_rows(file, seconds))


if __name__ == "__main__":
    main()
