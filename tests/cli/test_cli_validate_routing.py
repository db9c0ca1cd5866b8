"""`planner validate` says who takes what, in a few lines; routing that cannot be ends with exit code 2 and every reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from planner.cli.app import app
from planner.io import new_account

Validated = Callable[..., Result]


@pytest.fixture
def validated(tmp_path: Path) -> Validated:
    folder = new_account(tmp_path / "desk")

    def run(more: str, *options: str) -> Result:
        file = folder / "account.toml"
        file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")
        return CliRunner().invoke(app, ["validate", str(folder), *options])

    return run


def test_default_routing_is_told_in_two_lines(validated: Validated) -> None:
    result = validated("")
    assert result.exit_code == 0
    lines = result.output.split("Who takes what:\n")[1].splitlines()
    assert lines[0] == "  - uk_voice, uk_email: lisbon_en"
    assert lines[1].startswith("  - a free agent takes live contacts before work that can wait")
    assert "in simulation" not in result.output


def test_what_is_written_is_told_and_is_in_json(validated: Validated) -> None:
    rows = '\n[[routing]]\nqueue = "uk_email"\ngroup = "lisbon_en"\nkeep_idle = 2\nafter_s = 60\n'
    told = json.loads(validated(rows, "--json").stdout)
    assert "uk_email: lisbon_en (after 60 s, while 2 more are free)" in told["routing"]
    assert told["variation"] == []


def test_every_reason_against_routing_is_told_with_exit_code_2(validated: Validated) -> None:
    result = validated(
        '\n[[routing]]\nqueue = "uk_email"\ngroups = []\n[[routing]]\nqueue = "uk_voice"\ngroup = "lisbon_eng"\ntier = 1\n'
        '[[overflows]]\nfrom = "uk_voice"\nto = "uk_email"\nafter_s = -1\n'
    )
    assert result.exit_code == 2
    for said in ("without anybody", "did you mean lisbon_en?", "after_s must be 0 or more seconds, got -1"):
        assert said in " ".join(result.output.split())
