"""`planner validate` says what labour rules leave of an account's shifts: exit code 0 with what is left out, 1 where a group has none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from planner.cli.app import app
from planner.io import new_account


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_account(tmp_path_factory.mktemp("labour") / "starter")


def validated(starter: Path, folder: Path, *options: str, **changes: tuple[str, str]) -> Result:
    text = (starter / "account.toml").read_text(encoding="utf-8")
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    folder.mkdir()
    (folder / "history.csv").write_bytes((starter / "history.csv").read_bytes())
    (folder / "account.toml").write_text(text, encoding="utf-8")
    return CliRunner().invoke(app, ["validate", str(folder), *options])


def test_an_account_whose_shifts_are_lawful_is_told_nothing_more(starter: Path, tmp_path: Path) -> None:
    result = validated(starter, tmp_path / "a")
    assert result.exit_code == 0
    assert "leave out" not in result.output
    assert "stay short" not in result.output


def test_kinds_left_out_and_hours_nobody_can_cover_are_listed(starter: Path, tmp_path: Path) -> None:
    mexico = {"country": ('country = "PT"', 'country = "MX"'), "zone": ("Europe/Lisbon", "America/Mexico_City")}
    later = {
        "later": ('last_start = "11:00"', 'last_start = "23:00"'),
        "no_half": ('shifts = ["full8", "part5"]', 'shifts = ["full8"]'),
    }
    result = validated(starter, tmp_path / "a", **mexico, **later)
    assert result.exit_code == 0, result.output
    assert "no full8 at 12:00, 13:00, 14:00" in result.output
    assert "at most 7.5 h of ordinary work in a day that is partly night (max_daily_mixed_h; http" in result.output
    assert "uk_voice is open but no shift that its groups may work is on duty: Mon 09 Nov 08:00 to 14:00" in result.output
    told = json.loads(validated(starter, tmp_path / "b", "--json", **mexico, **later).stdout)
    assert len(told["left_out"]) == 2
    assert len(told["uncovered"]) == 1


def test_a_group_without_a_lawful_shift_ends_with_1_and_every_rule_in_the_way(starter: Path, tmp_path: Path) -> None:
    brazil = {"country": ('country = "PT"', 'country = "BR"'), "zone": ("Europe/Lisbon", "America/Sao_Paulo")}
    result = validated(starter, tmp_path / "a", **brazil)
    assert result.exit_code == 1
    for rule in (
        "call_centre_max_daily_h",
        "call_centre_max_weekly_h",
        "call_centre_paid_breaks",
        "call_centre_meal_break_min",
    ):
        assert f"set {rule} under labour of site lisbon if another rule holds there" in result.output.replace("\n", " ")
