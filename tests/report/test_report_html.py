import json
import re
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from factories import make_account, make_plan, renamed, tiny_plan

from planner.domain.account import Clause
from planner.domain.plan import Plan
from planner.domain.queues import Channel
from planner.domain.targets import Window
from planner.report.html import html
from planner.report.markup import Markup, tag

EVIL = '<img src=x onerror="alert(1)"> =1+1 & "quoted" </script><script>alert(2)</script>'
REQUEST = re.compile(r"""(?:src|href|action|data|poster)\s*=\s*["']?(?!#|data:|["'])[a-z/]|@import|url\(""", re.IGNORECASE)


class Page(HTMLParser):
    """What a browser would make of the page: its elements outside scripts, and its visible text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style", "title"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


@pytest.fixture(scope="module")
def text() -> str:
    return html(tiny_plan())


@pytest.fixture
def without_plotly(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in sys.modules if n == "plotly" or n.startswith("plotly.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "plotly", None)


def test_the_page_has_every_section_and_says_the_promises(text: str) -> None:
    page = Page(text)
    sections = [attrs["id"] for element, attrs in page.elements if element == "section"]
    assert sections == [
        "plan",
        "people",
        "service",
        "backlog",
        "coverage",
        "roster",
        "labour",
        "money",
        "proof",
        "notes",
        "words",
    ]
    links = [attrs["href"] for element, attrs in page.elements if element == "a"]
    assert links == [f"#{id}" for id in sections]
    assert "80% of contacts offered, answered in time: within 7 s, over every week" in page.words
    assert "ring 3 ends after 2 × 3 s + 1 s = 7 s" in page.words
    assert "within the asked gap" in page.words
    assert "a no-pooling estimate" in page.words


def test_every_chart_is_described_in_words(text: str) -> None:
    page = Page(text)
    plots = [attrs for element, attrs in page.elements if attrs.get("class") == "plot"]
    captions = [1 for element, _ in page.elements if element == "figcaption"]
    assert len(plots) == len(captions) == 10
    assert "agent-hours are missing in all" in page.words


def test_nothing_is_fetched_from_anywhere(text: str) -> None:
    outside = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    assert not REQUEST.findall(re.sub(r"<script type=\"application/json\".*?</script>", "", outside, flags=re.DOTALL))
    policies = [attrs["content"] for e, attrs in Page(text).elements if attrs.get("http-equiv") == "Content-Security-Policy"]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-inline' 'sha" not in policies[0]


def test_the_drawing_library_is_embedded_once(text: str) -> None:
    assert text.count("plotly.js v") == 1


def test_text_of_users_never_becomes_markup() -> None:
    account = make_account(languages=1, channels=(Channel.VOICE, Channel.CHAT, Channel.EMAIL), days=2, interval_s=3600)
    queues = tuple(replace(q, id=f"{q.id}{EVIL}") for q in account.queues)
    groups = tuple(replace(g, id=f"{g.id}{EVIL}") for g in account.groups)
    plan = make_plan(replace(account, queues=queues, groups=groups), heads=1, scenarios=2)
    plan = renamed(plan, account_name=EVIL, note=EVIL)
    found = Page(html(plan))
    assert not [attrs for element, attrs in found.elements if element == "img" or "onerror" in attrs]
    scripts = [attrs for element, attrs in found.elements if element == "script"]
    assert len(scripts) == 10 + 2
    assert '<img src=x onerror="alert(1)">' in found.words
    for data in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', html(plan), flags=re.DOTALL):
        figure = json.loads(data)
        figure["layout"].pop("meta")  # the description, which Plotly does not show
        assert "<img" not in json.dumps(figure)


def test_a_page_without_plotly_has_no_charts_and_says_how_to_get_them(without_plotly: None) -> None:
    page = Page(html(tiny_plan()))
    assert 'pip install "third-ring[ui]"' in page.words
    assert not [1 for element, _ in page.elements if element in ("script", "figure")]
    assert "80% of contacts offered" in page.words
    policies = [attrs["content"] for e, attrs in page.elements if attrs.get("http-equiv") == "Content-Security-Policy"]
    assert "script-src 'none'" in (policies[0] or "")


def test_shortfall_is_listed_by_queue_with_its_worst_interval() -> None:
    plan = make_plan(tiny_plan().account, heads=1, scenarios=2, kinds=1)
    page = Page(html(plan))
    assert "Missing agent-hours" in page.words
    assert "gb_voice" in page.words.split("What is short")[-1]


def test_a_plan_without_shortfall_says_so() -> None:
    plan = make_plan(tiny_plan().account, heads=40, scenarios=2)
    assert "in every open interval every queue has at least the agents it must" in Page(html(plan)).words


def test_a_clause_over_several_queues_is_a_promise_of_its_own() -> None:
    plan = tiny_plan()
    clause = Clause(id="both", queues=("gb_voice", "gb_chat"), level=0.9, window=Window.CONTRACT)
    result = replace(plan.evaluation.sla[-1], clause="both", scope="gb_voice + gb_chat", window=Window.CONTRACT)
    plan = replace(
        plan,
        account=replace(plan.account, contract=replace(plan.account.contract, clauses=(clause,))),
        evaluation=replace(plan.evaluation, sla=(*plan.evaluation.sla, result)),
    )
    words = Page(html(plan)).words
    assert "for gb_voice, gb_chat together" in words
    assert words.count("held to the clause both instead") == words.count("see both") == 2
    assert "2 of 2 delivered service" in words  # the clause and the email queue


def test_a_plan_that_is_not_repeatable_says_why() -> None:
    plan = tiny_plan()
    made = replace(plan.provenance, repeatable=False, why_not_repeatable="shifts: time_limit")
    assert "no: shifts: time_limit" in Page(html(replace(plan, provenance=made))).words


def test_a_plan_with_nobody_is_still_a_page() -> None:
    plan = tiny_plan()
    nobody: Plan = replace(
        plan,
        shifts=replace(plan.shifts, shifts=(), tours=()),
        roster=replace(plan.roster, agents=(), assignments=()),
        bill=replace(plan.bill, cost=(), price=()),
        solves=(),
    )
    assert "Nobody works here in this plan." in Page(html(nobody)).words


def test_markup_escapes_children_and_attributes() -> None:
    assert tag("p", "<b>", Markup("<i>"), title='"x"') == '<p title="&quot;x&quot;">&lt;b&gt;<i></p>'


def test_labour_rules_are_told_by_site_with_the_line_that_they_are_no_advice(text: str) -> None:
    said = Page(text).words
    assert "Labour rules are shown with their sources as a planning aid; they are not legal advice." in said
    assert "break_min" in said  # the factory's half-hour meal is too short in Portugal
    assert "by a check that knows nothing of the optimiser" in said
