"""The main path in a real browser, as a planner walks it: account, run, results, a second scenario, comparison, download."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from long_account import LONG, long_account
from playwright.sync_api import Page, Request, expect

from planner import load_plan
from planner.io.plan_files import NAMES

SLOW_MS = 120_000
"""A plan may take so long on a loaded machine, kernels' first compilation included."""
PROBES = re.compile(r"/_stcore/(health|host-config)$")
"""Streamlit asks for these below a page's path first and is told 404 when a page is loaded by its own address."""

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(tmp_path: Path, serve_app: Callable[..., str]) -> tuple[str, Path]:
    """The app's address and its folder of plans; on offer is the one-queue sample, with a what-if that takes long."""
    long_account(tmp_path / "accounts" / "one_queue")
    plans = tmp_path / "plans"
    return serve_app(THIRD_RING_ACCOUNTS=str(tmp_path / "accounts"), THIRD_RING_PLANS=str(plans)), plans


@pytest.fixture
def watched(page: Page, desk: tuple[str, Path]) -> Iterator[Page]:
    """A page on the app; whatever went wrong in the browser, or was asked of another host, fails the test at its end."""
    wrong: list[str] = []

    def ask(request: Request) -> None:
        if request.url.startswith("http") and not request.url.startswith(desk[0]):
            wrong.append(f"asked {request.url}")

    page.on("request", ask)
    page.on("pageerror", lambda error: wrong.append(f"page error {error}"))
    page.on(
        "console",
        lambda m: (
            wrong.append(f"console {m.text} {m.location}")
            if m.type == "error" and not PROBES.search(m.location.get("url", ""))
            else None
        ),
    )
    page.set_viewport_size({"width": 1440, "height": 1200})
    yield page
    assert not wrong, wrong


def ready(page: Page) -> None:
    """Wait until the page is drawn; no box may tell of an exception."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=60_000)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def turn_to(page: Page, name: str) -> None:
    """Go to the page called `name` by the navigation, as people do."""
    link = page.get_by_test_id("stTopNavLink").filter(has_text=re.compile(rf"{name}$"))
    if not link.first.is_visible():
        page.get_by_test_id("stTopNavSection").click()
    link.first.click()
    expect(page.get_by_role("heading", name=name, exact=True, level=1)).to_be_visible(timeout=30_000)
    ready(page)


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()
    ready(page)


def open_account(page: Page, name: str, title: str) -> None:
    choose(page, "Account on this machine", name)
    page.get_by_role("button", name="Open account").click()
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible(timeout=30_000)
    ready(page)


def run_plan(page: Page, label: str) -> None:
    """Start a plan and wait for its result card."""
    turn_to(page, "Run")
    page.get_by_label("Name of the plan", exact=True).fill(label)
    page.get_by_role("button", name="Run the plan").click()
    expect(page.get_by_test_id("stProgress")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("The plan is ready.")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_role("heading", name="Result", exact=True)).to_be_visible(timeout=30_000)
    expect(page.get_by_text(label, exact=True).first).to_be_visible()
    ready(page)


def edit_cell(page: Page, *, row: int, column: int, text: str) -> None:
    """Type into a cell of the page's first grid. Grids are canvas: keys move there, and edits are handed on a moment later."""
    page.get_by_test_id("stDataFrame").first.locator(".dvn-scroller").click(position={"x": 40, "y": 50 + 35 * row})
    page.wait_for_timeout(300)
    for _ in range(column):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(50)
    page.keyboard.press("Enter")
    page.locator("#portal input").fill(text)
    page.keyboard.press("Enter")
    page.wait_for_timeout(700)


def shoot(page: Page, folder: Path, name: str) -> None:
    """Take a picture at both widths; charts must have been drawn to the width they have."""
    for width, height in ((1440, 1400), (800, 1400)):
        page.set_viewport_size({"width": width, "height": height})
        ready(page)
        page.wait_for_timeout(400)
        path = folder / f"{name}-{width}.png"
        page.screenshot(path=str(path))
        assert path.stat().st_size > 10_000
    page.set_viewport_size({"width": 1440, "height": 1200})


def test_the_main_path_from_account_to_download(watched: Page, desk: tuple[str, Path], tmp_path: Path) -> None:
    page, (address, plans) = watched, desk
    page.goto(address)
    expect(page.get_by_role("heading", name="Account", exact=True, level=1)).to_be_visible(timeout=60_000)
    shoot(page, tmp_path, "empty")
    open_account(page, "one_queue", "One queue")
    shoot(page, tmp_path, "account")

    run_plan(page, "As it is")
    shoot(page, tmp_path, "run")
    for name, charts in (("Requirement", 2), ("Roster", 2), ("Service", 1), ("Cost", 1)):
        turn_to(page, name)
        expect(page.locator(".js-plotly-plot").nth(charts - 1)).to_be_visible(timeout=30_000)
        expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
        shoot(page, tmp_path, name.lower())
    turn_to(page, "Roster")
    for tab in ("Who works when", "People by site", "Shifts"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_timeout(300)
        shoot(page, tmp_path, f"roster-{tab.split()[0].lower()}")

    turn_to(page, "Account")
    edit_cell(page, row=0, column=6, text="240")
    page.get_by_role("button", name="Apply changes").click()
    expect(page.get_by_text("calls: AHT 180 s → 240 s")).to_be_visible(timeout=30_000)
    turn_to(page, "Cost")
    expect(page.get_by_text("The inputs have changed since this plan was made")).to_be_visible()
    run_plan(page, "Longer calls")
    expect(page.get_by_text("The inputs have changed since this plan was made")).to_have_count(0)
    turn_to(page, "Compare")
    expect(page.get_by_test_id("stMetricDelta").first).to_be_visible()
    shoot(page, tmp_path, "compare")

    turn_to(page, "Download")
    shoot(page, tmp_path, "download")
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Download the plan (zip)").click()
    download.value.save_as(tmp_path / "plan.zip")
    with zipfile.ZipFile(tmp_path / "plan.zip") as archive:
        assert archive.testzip() is None
        assert {Path(n).name for n in archive.namelist()} == NAMES
        archive.extractall(tmp_path / "unzipped")
    (folder,) = (tmp_path / "unzipped").iterdir()
    assert load_plan(folder).account.queue("calls").aht_s == 240
    assert len([p for p in plans.iterdir() if not p.name.startswith(".")]) == 2


def test_a_reload_finds_the_running_job_and_cancel_keeps_its_plan(watched: Page, desk: tuple[str, Path]) -> None:
    page, (address, plans) = watched, desk
    page.goto(address)
    open_account(page, "one_queue", "One queue")
    choose(page, "What-if", LONG)
    turn_to(page, "Run")
    page.get_by_role("button", name="Run the plan").click()
    best = page.get_by_test_id("stMetric").filter(has_text="Best so far").get_by_test_id("stMetricValue")
    expect(best).to_have_text(re.compile(r"\d"), timeout=SLOW_MS)
    assert "job=" in page.url
    page.reload()
    expect(best).to_have_text(re.compile(r"\d"), timeout=60_000)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="Result", exact=True)).to_be_visible(timeout=SLOW_MS)
    ready(page)
    expect(page.get_by_text("best found before it was cancelled")).to_be_visible()
    (folder,) = (p for p in plans.iterdir() if not p.name.startswith("."))
    assert load_plan(folder).provenance.repeatable is False


def test_the_installed_page_runs_as_the_script_itself(page: Page, serve_app: Callable[..., str], tmp_path: Path) -> None:
    address = serve_app(script="planner/ui/main.py", THIRD_RING_PLANS=str(tmp_path / "plans"))
    page.goto(address)
    expect(page.get_by_role("heading", name="Account", exact=True, level=1)).to_be_visible(timeout=60_000)
    ready(page)
    expect(page.get_by_test_id("stTopNavLink")).to_have_count(11)
    assert page.title() == "Account" or "Third Ring" in page.title()
