"""Parts of the app that need no page: words, lists, files, colours, settings."""

from __future__ import annotations

import csv
import io
import json
import os
import tomllib
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from factories import tiny_plan
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.account import Clause
from planner.domain.solve import Progress, SolveInfo, Status
from planner.domain.targets import Window
from planner.ui.archive import zip_plan
from planner.ui.components.progress import STAGES, overall
from planner.ui.components.result import proof
from planner.ui.components.tables import csv_bytes
from planner.ui.library import Asked, Library, SavedPlan, plan_words
from planner.ui.promises import own_windows
from planner.ui.settings import account_folders, read_settings
from planner.ui.text import number, percent, plain, seconds

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


# ---- words


@pytest.mark.parametrize(
    "text",
    [
        "![x](http://e.example/i.png)",
        "[a](javascript:x)",
        "<img src=x>",
        "# h",
        "**b**",
        ":red[x]",
        "$x$",
        "`c`",
        "http://e.example",
    ],
)
def test_markdown_of_other_peoples_words_is_dead(text: str) -> None:
    safe = plain(text)
    for sign in "![]()<>#*`$:":
        assert safe.count(sign) == safe.count("\\" + sign)


@given(st.text())
def test_plain_words_are_one_short_line(text: str) -> None:
    safe = plain(text, characters=50)
    assert "\n" not in safe
    assert "\u202e" not in safe
    assert len(safe.replace("\\", "")) <= 50


def test_missing_figures_are_dashes_and_times_read_as_people_say_them() -> None:
    assert (number(None), percent(float("nan")), seconds(None)) == ("–", "–", "–")
    assert (seconds(20), seconds(90), seconds(300), seconds(86_400)) == ("20 s", "90 s", "5 min", "24 h")


def test_queues_under_a_clause_are_held_to_it_alone() -> None:
    plan = tiny_plan()
    clause = Clause(id="both", queues=("gb_voice", "gb_chat"), level=0.9, window=Window.WEEK)
    account = replace(plan.account, contract=replace(plan.account.contract, clauses=(clause,)))
    assert {"gb_voice", "gb_chat"} <= set(own_windows(plan))
    held = set(own_windows(replace(plan, account=account)))
    assert held == {"both", *own_windows(plan)} - {"gb_voice", "gb_chat"}


def test_a_solve_is_never_called_better_than_it_was() -> None:
    def info(status: Status, bound: float | None) -> SolveInfo:
        return SolveInfo(name="x", status=status, objective=100.0, bound=bound, seconds=1.0, solver="highs")

    assert proof(info(Status.OPTIMAL, 100.0)) == "the cheapest, proven"
    assert proof(info(Status.GAP_REACHED, 96.0)) == "at most 4.0% above the cheapest"
    assert proof(info(Status.TIME_LIMIT, None)) == "best found in the time, with no proven bound"
    assert "cancelled" in proof(info(Status.CANCELLED, 90.0))


def test_the_bar_never_goes_back_from_one_stage_to_the_next() -> None:
    before = -1.0
    for stage in STAGES:
        for share in (0.0, 0.5, 1.0):
            now, words = overall(Progress(stage=stage, share=share), 60.0)
            assert before <= now <= 1
            assert words
            before = now
    assert overall(None, 60.0)[0] == 0
    assert overall(Progress(stage="shifts", seconds=1e9), 60.0)[0] < overall(Progress(stage="roster"), 60.0)[0]


# ---- tables


def test_a_downloaded_table_holds_no_live_formula_and_keeps_its_numbers() -> None:
    frame = pd.DataFrame({"=Name": ["=cmd|' /C calc'!A0", "@x", "-2+3", "plain"], "Value": [-1.5, 2.0, None, 4.0]})
    rows = list(csv.reader(io.StringIO(csv_bytes(frame).decode("utf-8-sig"))))
    assert not any(cell[:1] in "=+-@\t\r" for row in rows for cell in row[:1] if cell)
    assert [row[1] for row in rows[1:]] == ["-1.5", "2.0", "", "4.0"]


# ---- plans on disk


def put_plan(root: Path, id: str, name: str = "Gift shop") -> None:
    folder = root / id
    folder.mkdir(parents=True)
    data = {"kind": "third-ring plan", "account": {"name": name, "override": ""}, "input_sha256": "abc"}
    (folder / "summary.json").write_text(json.dumps(data))


def test_only_finished_plans_are_listed_newest_first(tmp_path: Path) -> None:
    for n, id in enumerate(("old", "new")):
        put_plan(tmp_path, id)
        os.utime(tmp_path / id / "summary.json", (1000 + n, 1000 + n))
    (tmp_path / ".new.x.part").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "summary.json").write_text('{"kind": "something else"}')
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "summary.json").write_text("{")
    assert [p.id for p in Library(tmp_path).plans()] == ["new", "old"]
    assert Library(tmp_path / "nowhere").plans() == ()


@pytest.mark.parametrize("id", ["", ".", "..", "../x", "a/b", "a\\b", "/etc", "x\0", ".asked", "a..b", "é", "x" * 200])
def test_an_id_never_leads_out_of_the_plans_folder(tmp_path: Path, id: str) -> None:
    put_plan(tmp_path.parent, f"{tmp_path.name}-outside")
    library = Library(tmp_path)
    with pytest.raises(ValueError, match="id of a plan"):
        library.folder(id)
    assert library.find(id) is None
    assert library.asked(id) is None


def test_a_link_out_of_the_plans_folder_is_not_followed(tmp_path: Path) -> None:
    put_plan(tmp_path / "outside", "x")
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "y").symlink_to(tmp_path / "outside" / "x")
    assert Library(tmp_path / "plans").find("y") is None


def test_what_was_asked_for_is_remembered_and_goes_with_the_plan(tmp_path: Path) -> None:
    library = Library(tmp_path)
    id = library.new_id(NOW)
    asked = Asked(label="=A\nlabel", account="/a", override="surge", changes={"run": {"seed": 3}}, at=NOW)
    library.note(id, asked)
    assert library.find(id) is None
    put_plan(tmp_path, id)
    saved = library.find(id)
    assert saved is not None
    assert saved.label == "=A label"
    back = library.asked(id)
    assert back is not None
    assert (back.override, back.changes, back.at) == ("surge", {"run": {"seed": 3}}, NOW)
    library.delete(id)
    assert library.find(id) is None
    assert library.asked(id) is None
    with pytest.raises(ValueError, match="no such plan"):
        library.delete(id)


def test_plans_that_would_read_the_same_in_a_list_are_told_apart(tmp_path: Path) -> None:
    plans = [SavedPlan(id=i, folder=tmp_path, label="x", account="x", made=NOW, input_sha256="") for i in "abc"]
    words = plan_words(plans)
    assert len(set(words.values())) == 3


def test_a_plans_zip_holds_its_files_and_nothing_else(tmp_path: Path) -> None:
    put_plan(tmp_path, "p")
    (tmp_path / "p" / "secret.txt").write_text("x")
    (tmp_path / "p" / "cost.csv").symlink_to("/etc/passwd")
    with zipfile.ZipFile(io.BytesIO(zip_plan(tmp_path / "p"))) as archive:
        assert archive.namelist() == ["p/summary.json"]


# ---- settings


def test_folders_come_from_the_command_line_then_the_environment_then_the_samples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine" / "shop").mkdir(parents=True)
    (tmp_path / "mine" / "shop" / "account.toml").write_text("")
    (tmp_path / "mine" / "not one").mkdir()
    said = read_settings(["--accounts", str(tmp_path / "mine"), "--plans", str(tmp_path / "p"), "--unknown"])
    assert said.plans == tmp_path / "p"
    assert list(account_folders(said)) == ["shop"]
    monkeypatch.setenv("THIRD_RING_PLANS", str(tmp_path / "env"))
    monkeypatch.delenv("THIRD_RING_ACCOUNTS", raising=False)
    assert read_settings([]).plans == tmp_path / "env"
    assert "one_queue" in account_folders(read_settings([]))


def test_reading_the_settings_makes_no_folder(tmp_path: Path) -> None:
    read_settings(["--plans", str(tmp_path / "p")])
    assert not (tmp_path / "p").exists()


# ---- configuration


def config() -> dict[str, dict[str, object]]:
    return tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())


def test_the_server_is_hardened() -> None:
    options = config()
    assert options["server"]["address"] == "127.0.0.1"
    assert options["server"]["enableXsrfProtection"] is True
    assert options["server"]["enableCORS"] is True
    assert options["server"]["maxUploadSize"] == 25
    assert options["browser"]["gatherUsageStats"] is False
    assert options["client"]["showErrorDetails"] == "none"
    assert options["client"]["disableDataExport"] is True


def test_the_installed_app_has_the_configuration_of_the_source_tree() -> None:
    ours = (ROOT / ".streamlit" / "config.toml").read_bytes()
    assert (ROOT / "planner" / "ui" / ".streamlit" / "config.toml").read_bytes() == ours


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    """WCAG 2.2, 1.4.3: (L1 + 0.05) / (L2 + 0.05)."""
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_text_can_be_read_on_every_ground_of_the_theme() -> None:
    theme = config()["theme"]
    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(str(theme["textColor"]), str(theme[ground])) >= 7
        for ink in ("primaryColor", "linkColor"):
            assert contrast(str(theme[ink]), str(theme[ground])) >= 4.5
    assert contrast("#ffffff", str(theme["primaryColor"])) >= 4.5  # the words on a primary button
