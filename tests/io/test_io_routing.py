"""Routing and overflows in account.toml: what is written is what comes out, and everything that cannot be is told at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from factories import tiny_plan
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.domain.account import Account
from planner.domain.routing import BY_DEFAULT, Route, Routing, routes
from planner.errors import DataError
from planner.io import account_from, account_problems, load_account, load_plan, override
from planner.report import export

QUEUES = """
[[queues]]
id = "es_voice"
market = "uk"
language = "es"
channel = "voice"
aht_s = 300
volume = { source = "none" }
target = { level = 0.80, within_s = 20 }
[[groups]]
id = "lisbon_es"
site = "lisbon"
languages = ["es"]
channels = ["voice"]
max_heads = 4
[[groups]]
id = "lisbon_both"
site = "lisbon"
languages = ["en", "es"]
channels = ["voice", "email"]
"""
UP = '  [[queues.escalations]]\n  queue = "es_voice"\n  share = 0.1\n  handover_s = 30\n  aht_s = 300\n'


@pytest.fixture
def write(spoil: Callable[[str, str], Path]) -> Callable[[str], Path]:
    """Write rows of routing into an account of two languages and three groups."""

    def rows(text: str) -> Path:
        spoil("aht_s = 300\npatience_s = 240\n", "aht_s = 300\npatience_s = 240\n" + UP)
        return spoil("[[sites]]\n", text + QUEUES + "[[sites]]\n")

    return rows


def _said(folder: Path) -> list[str]:
    return [str(problem) for problem in account_problems(folder)]


def _route(account: Account, queue: str, group: str) -> Route:
    return next(route for route in routes(account) if (route.queue, route.group) == (queue, group))


def test_nothing_written_is_the_default(folder: Path) -> None:
    assert load_account(folder).routing == BY_DEFAULT == Routing()


def test_an_order_a_row_and_an_overflow_come_out_as_written(write: Callable[[str], Path]) -> None:
    account = load_account(
        write(
            """
            [[routing]]
            queue = "uk_voice"
            groups = ["lisbon_both", "lisbon_en"]
            [[routing]]
            queue = "uk_email"
            group = "lisbon_both"
            keep_idle = 2
            after_s = 600
            [[overflows]]
            from = "uk_voice"
            to = "es_voice"
            after_s = 45
            """
        )
    )
    assert _route(account, "uk_voice", "lisbon_both").tier == 1
    assert _route(account, "uk_voice", "lisbon_en").tier == 2
    assert _route(account, "uk_email", "lisbon_both").keep_idle == 2
    assert _route(account, "uk_email", "lisbon_both").after_s == 600
    assert _route(account, "uk_voice", "lisbon_es").after_s == 45
    assert _route(account, "uk_voice", "lisbon_es").overflow == "es_voice"


def test_a_row_may_change_what_an_overflow_brings(write: Callable[[str], Path]) -> None:
    overflow = '[[overflows]]\nfrom = "uk_voice"\nto = "es_voice"\nafter_s = 45\n'
    row = '[[routing]]\nqueue = "uk_voice"\ngroup = "lisbon_es"\nkeep_idle = 1\n'
    route = _route(load_account(write(overflow + row)), "uk_voice", "lisbon_es")
    assert (route.after_s, route.keep_idle) == (45, 1)


def _order(queue: str, *groups: str, more: str = "") -> str:
    return f'[[routing]]\nqueue = "{queue}"\ngroups = [{", ".join(json.dumps(group) for group in groups)}]\n{more}\n'


def _row(queue: str, group: str, what: str) -> str:
    return f'[[routing]]\nqueue = "{queue}"\ngroup = "{group}"\n{what}\n'


def _over(source: str, to: str, after_s: float = 3) -> str:
    return f'[[overflows]]\nfrom = "{source}"\nto = "{to}"\nafter_s = {after_s}\n'


UK, ES, EN, BOTH = "uk_voice", "es_voice", "lisbon_en", "lisbon_both"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (f'[[routing]]\nqueue = "{UK}"\n', "routing[1]: it names neither group nor groups"),
        (_order(UK, EN, more=f'group = "{EN}"'), "both groups and group"),
        (_row(UK, EN, ""), "it says nothing of the group"),
        (_row("uk_voce", EN, "tier = 1"), 'queue "uk_voce" is not among the queues; did you mean uk_voice?'),
        (_row(UK, "lisbon_em", "tier = 1"), 'group "lisbon_em" is not among the groups; did you mean lisbon_e'),
        (_row("uk_voce", EN, "tier = 0"), 'queue "uk_voce" is not among the queues'),
        (_order(UK), "uk_voice is left without anybody: groups is empty"),
        (_order(UK, "lisbon_es"), "without anybody: none of its groups can take its contacts; who can: lisbon_both, lisbon_en"),
        (_order(UK, EN, "lisbon_es"), "lisbon_es cannot take contacts of uk_voice: it does not speak en; leave lisbon_es out"),
        (_order(UK, EN, EN), "names lisbon_en more than once"),
        (_order(UK, EN, more="after_s = 3"), "after_s cannot be said of groups in order"),
        (_order(UK, EN) * 2, "the groups of uk_voice are given twice"),
        (_row(UK, EN, "tier = 2") * 2, "what lisbon_en does for uk_voice is said twice"),
        (_row(ES, EN, "tier = 2"), "lisbon_en cannot take contacts of es_voice: it does not speak es; who can: lisbon_es"),
        (_row("uk_email", "lisbon_es", "tier = 2"), "it does not speak en"),
        (_row(UK, EN, "after_s = -1"), "after_s must be 0 or more seconds, got -1"),
        (_row(ES, "lisbon_es", "keep_idle = 4"), "lisbon_es has 4 heads at most: it could never take one; write less than 4"),
        (
            _order(UK, EN) + _row(UK, BOTH, "tier = 2"),
            "lisbon_both is not among the groups that uk_voice is left to (lisbon_en)",
        ),
        (_order(UK, BOTH) + _order("uk_email", BOTH), '"lisbon_en": routing leaves it without work'),
        (_over(UK, UK), "uk_voice overflows to itself"),
        (_over(UK, "uk_email"), "uk_voice is voice and uk_email is email"),
        (_over(UK, "es_voic"), 'to "es_voic" is not among the queues; did you mean es_voice?'),
        (_over(UK, ES, -3), "after_s must be 0 or more seconds, got -3"),
        (_over(UK, ES) * 2, "uk_voice overflows to es_voice twice"),
        (
            _over(UK, ES) + _over(ES, UK),
            "overflows[2]: overflows go round in a circle: uk_voice to es_voice to uk_voice; leave one",
        ),
        (_order(ES, BOTH) + _over(UK, ES), "it changes nothing: whoever takes es_voice takes uk_voice at once anyhow"),
    ],
)
def test_what_cannot_be_is_told_with_place_and_remedy(write: Callable[[str], Path], rows: str, said: str) -> None:
    folder = write(rows)
    told = _said(folder)
    assert any(said in line for line in told), told
    assert all(line.startswith("account.toml: ") for line in told)


def test_a_site_without_the_certificate_is_named(write: Callable[[str], Path], spoil: Callable[[str, str], Path]) -> None:
    write('[[routing]]\nqueue = "uk_voice"\ngroups = ["lisbon_en"]\n')
    folder = spoil('open = ["Mon-Fri 08:00-20:00"]', 'open = ["Mon-Fri 08:00-20:00"]\nrequires = ["iso27001"]')
    assert any("lisbon_en cannot take contacts of uk_voice: its site lisbon lacks iso27001" in line for line in _said(folder))


def test_everything_is_told_at_once(write: Callable[[str], Path]) -> None:
    rows = (
        '[[routing]]\nqueue = "uk_voice"\ngroups = []\n'
        '[[routing]]\nqueue = "es_voice"\ngroup = "lisbon_en"\ntier = 1\n'
        '[[overflows]]\nfrom = "uk_voice"\nto = "es_voice"\nafter_s = 3\n'
        '[[overflows]]\nfrom = "es_voice"\nto = "uk_voice"\nafter_s = 3\n'
    )
    told = "\n".join(_said(write(rows)))
    for said in ("without anybody", "does not speak es", "in a circle"):
        assert said in told


def test_an_order_of_people_who_are_never_there_is_refused(
    write: Callable[[str], Path], spoil: Callable[[str, str], Path]
) -> None:
    write(_order(UK, BOTH))
    night = '[[shifts]]\nid = "night"\nlength_h = 6\nfirst_start = "22:00"\nlast_start = "22:00"\n'
    spoil("[[shifts]]\n", night + "[[shifts]]\n")
    spoil('channels = ["voice", "email"]\nabsence', 'channels = ["voice", "email"]\nshifts = ["full8"]\nabsence')
    folder = spoil('id = "lisbon_both"\n', 'id = "lisbon_both"\nshifts = ["night"]\n')
    told = _said(folder)
    assert any('"uk_voice": is open only at times when no shift of those who serve it is on duty' in line for line in told), (
        told
    )


ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        0,
        -1,
        1,
        2.5,
        1e300,
        "",
        "x",
        UK,
        ES,
        "uk_email",
        EN,
        BOTH,
        "lisbon_es",
        True,
        [],
        {},
        [EN],
        [EN, BOTH],
        [1],
        [[1]],
        "=1",
    ]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.dictionaries(st.sampled_from(["queue", "group", "groups", "tier", "after_s", "keep_idle", "priority"]), ODD)),
    st.lists(st.dictionaries(st.sampled_from(["from", "to", "after_s"]), ODD)),
)
def test_whatever_is_written_is_taken_or_told(bilingual: Account, rows: list[object], overflows: list[object]) -> None:
    try:
        account = account_from({**bilingual.source, "routing": rows, "overflows": overflows}, bilingual.tables)
    except DataError as error:
        unclear = [problem for problem in error.problems if not (problem.place and problem.message)]
        if unclear:
            pytest.fail(f"problems without place or message: {unclear}")
    else:
        assert {route.queue for route in routes(account)} == {UK, ES, "uk_email"}


@pytest.fixture
def bilingual(write: Callable[[str], Path]) -> Account:
    return load_account(write(""))


def test_an_override_replaces_the_rows_and_can_take_them_away(write: Callable[[str], Path]) -> None:
    account = load_account(write('[[routing]]\nqueue = "uk_voice"\ngroup = "lisbon_en"\nafter_s = 5\n'))
    other = override(account, {"routing": [{"queue": "uk_voice", "group": "lisbon_both", "after_s": 9}]})
    assert [(rule.group, rule.after_s) for rule in other.routing.rules] == [("lisbon_both", 9.0)]
    assert override(account, {"remove": ["routing"]}).routing == Routing()


def test_a_plan_folder_holds_who_takes_what_and_gives_the_plan_back(tmp_path: Path) -> None:
    plan = tiny_plan()
    folder = export(plan, tmp_path / "plan")
    held = json.loads((folder / "inputs.json").read_text(encoding="utf-8"))
    assert [(row["queue"], row["group"]) for row in held["routes"]] == [(r.queue, r.group) for r in routes(plan.account)]
    assert set(held["routes"][0]) == {"queue", "group", "tier", "rank", "after_s", "keep_idle", "handling", "overflow"}
    assert load_plan(folder) == plan
