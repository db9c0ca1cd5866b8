"""The page in a real browser: charts are drawn, the clock turns, nothing is fetched, no text of a user runs."""

from dataclasses import replace
from pathlib import Path

import pytest
from factories import make_account, make_plan, renamed

from planner.domain.queues import Channel
from planner.report.html import html

sync_api = pytest.importorskip("playwright.sync_api", reason="the extra dev is not installed")
EVIL = '<img src=x onerror="window.hacked=1"></script><script>window.hacked=1</script>'

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    account = make_account(languages=2, channels=(Channel.VOICE, Channel.EMAIL), days=2, interval_s=1800)
    account = replace(account, groups=tuple(replace(g, id=f"{g.id} {EVIL}") for g in account.groups))
    plan = renamed(make_plan(account, heads=2, scenarios=5), account_name=EVIL, note=EVIL)
    path: Path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(html(plan), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("width", [800, 1440])
def test_the_page_draws_every_chart_and_fetches_nothing(page: "sync_api.Page", address: str, width: int) -> None:
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_viewport_size({"width": width, "height": 1000})
    page.goto(address)
    sync_api.expect(page.locator(".plot .main-svg").first).to_be_visible(timeout=15_000)
    page.wait_for_function("document.querySelectorAll('.plot .xaxislayer-above').length >= 9", timeout=15_000)
    assert asked == [address]
    assert errors == []
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    sync_api.expect(page.get_by_role("heading", name="Service promised and delivered")).to_be_visible()


def test_the_roster_turns_from_the_sites_clock_to_the_customers(page: "sync_api.Page", address: str) -> None:
    page.goto(address)
    plot = page.locator("#roster .plot")
    sync_api.expect(plot.locator(".xtitle")).to_have_text("Time on each site's own clock", timeout=15_000)
    before = page.evaluate("document.querySelector('#roster .plot').data[0].base[0]")
    plot.locator(".updatemenu-header").click()
    plot.locator(".updatemenu-dropdown-button").filter(has_text="Europe/Berlin").click()
    sync_api.expect(plot.locator(".xtitle")).to_have_text("Time on the customer's clock, Europe/Berlin (de)")
    after = page.evaluate("document.querySelector('#roster .plot').data[0].base[0]")
    assert before != after
    assert page.evaluate("document.querySelector('#roster .plot')._fullLayout.xaxis.type") == "date"
    assert "Nov" in plot.locator(".xtick text").first.text_content()
