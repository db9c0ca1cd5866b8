"""Who takes what: defaults, what is written in their place, overflows along shortest paths, circles found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise, permutations

import numpy as np
import pytest
from factories import make_account
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.account import Account
from planner.domain.codec import decode, encode
from planner.domain.journey import Journey, Phase, Reason
from planner.domain.people import Group
from planner.domain.quality import Effect, GroupQuality, Measure, Quality
from planner.domain.queues import Channel, Gate, Queue
from planner.domain.routing import (
    GroupOrder,
    Overflow,
    Route,
    Routing,
    RoutingRule,
    delays,
    overflow_cycle,
    priority_of,
    routes,
)
from planner.domain.routing_words import routing_lines


def _account(queues: dict[str, tuple[str, Channel]], groups: dict[str, tuple[str, tuple[Channel, ...]]]) -> Account:
    """Two sites; queues by language and channel; groups by languages (split by a space) and channels, all at the first site."""
    base: Account = make_account(
        languages=1, channels=(Channel.VOICE, Channel.EMAIL), days=1, interval_s=3600, start=date(2026, 11, 9)
    )
    by_channel = {queue.channel: queue for queue in base.queues}
    made = tuple(replace(by_channel[channel], id=id, language=language) for id, (language, channel) in queues.items())
    people = tuple(
        Group(id=id, site="manila", languages=tuple(spoken.split()), channels=channels, shift_rules=("full8",))
        for id, (spoken, channels) in groups.items()
    )
    account: Account = replace(base, queues=made, groups=people)
    return account


VOICE, BOTH = (Channel.VOICE,), (Channel.VOICE, Channel.EMAIL)
DESK = _account(
    {"en_voice": ("en", Channel.VOICE), "de_voice": ("de", Channel.VOICE), "en_email": ("en", Channel.EMAIL)},
    {"both": ("en de", BOTH), "english": ("en", VOICE), "german": ("de", VOICE), "more_english": ("en", VOICE)},
)


def _of(account: Account, queue: str) -> dict[str, Route]:
    return {route.group: route for route in routes(account) if route.queue == queue}


def _with(account: Account, **parts: object) -> Account:
    return replace(account, routing=Routing(**parts))  # type: ignore[arg-type]


def _queue(account: Account, id: str, **changes: object) -> Account:
    return replace(account, queues=tuple(replace(q, **changes) if q.id == id else q for q in account.queues))  # type: ignore[arg-type]


def test_by_default_whoever_serves_takes_and_whoever_serves_fewest_queues_is_asked_first() -> None:
    serves = DESK.serves()
    pairs = {(DESK.queues[q].id, DESK.groups[g].id) for g, q in np.argwhere(serves)}
    assert {(route.queue, route.group) for route in routes(DESK)} == pairs
    assert {id: route.tier for id, route in _of(DESK, "en_voice").items()} == {"both": 2, "english": 1, "more_english": 1}
    assert all((route.after_s, route.keep_idle, route.handling, route.overflow) == (0, 0, 1, "") for route in routes(DESK))


def test_live_contacts_come_before_work_that_can_wait_whatever_its_priority() -> None:
    urgent_mail = _queue(DESK, "en_email", priority=100)
    ranks = {route.queue: route.rank for route in routes(urgent_mail)}
    assert ranks["en_voice"] == ranks["de_voice"] < ranks["en_email"]


def test_higher_priority_is_taken_first_and_a_rule_changes_it_for_one_group() -> None:
    german_first = _queue(DESK, "de_voice", priority=3)
    ranks = {(route.queue, route.group): route.rank for route in routes(german_first)}
    assert ranks["de_voice", "both"] < ranks["en_voice", "both"]
    rule = RoutingRule(queue="en_voice", group="both", priority=5)
    ranks = {(route.queue, route.group): route.rank for route in routes(_with(german_first, rules=(rule,)))}
    assert ranks["en_voice", "both"] < ranks["de_voice", "both"] < ranks["en_voice", "english"]


def test_priority_of_a_queue_is_the_mean_of_its_reasons_unless_it_has_its_own() -> None:
    reasons = tuple(
        Reason(id=id, phase=Phase.AFTER, share=share, aht_s=100.0, priority=priority)
        for id, share, priority in (("late", 0.25, 8), ("other", 0.75, 0))
    )
    queue = replace(DESK.queues[0], journey=Journey(reasons=reasons))
    assert priority_of(queue) == 2.0
    assert priority_of(replace(queue, priority=-1)) == -1.0
    assert priority_of(DESK.queues[0]) == 0.0


def test_an_order_of_groups_is_who_is_asked_and_nobody_else_serves() -> None:
    account = _with(DESK, orders=(GroupOrder(queue="en_voice", groups=("more_english", "both")),))
    assert {id: route.tier for id, route in _of(account, "en_voice").items()} == {"more_english": 1, "both": 2}
    changed = DESK.serves() & ~account.serves()
    assert np.argwhere(changed).tolist() == [[1, 0]]  # english no more takes en_voice, all else stays


def test_who_joins_an_order_may_take_and_is_asked_last() -> None:
    account = _with(DESK, orders=(GroupOrder(queue="en_voice", groups=("english",)),))
    joined = replace(account, routing=account.routing.joined(["en_voice", "de_voice"], "both"))
    assert {id: route.tier for id, route in _of(joined, "en_voice").items()} == {"english": 1, "both": 2}
    assert joined.routing.joined(["en_voice"], "both") == joined.routing
    assert (joined.serves() >= account.serves()).all()


def test_a_rule_changes_what_it_says_and_nothing_else() -> None:
    rule = RoutingRule(queue="en_voice", group="both", after_s=30.0, keep_idle=2)
    before, after = _of(DESK, "en_voice"), _of(_with(DESK, rules=(rule,)), "en_voice")
    assert after["both"] == replace(before["both"], after_s=30.0, keep_idle=2)
    assert {id: route for id, route in after.items() if id != "both"} == {id: r for id, r in before.items() if id != "both"}
    tier = RoutingRule(queue="en_voice", group="both", tier=1)
    assert _of(_with(DESK, rules=(tier,)), "en_voice")["both"].tier == 1


def test_overflow_is_to_those_who_do_not_serve_themselves_after_their_own_delay_too() -> None:
    late = RoutingRule(queue="de_voice", group="german", after_s=20.0, keep_idle=1)
    account = _with(DESK, overflows=(Overflow(source="en_voice", to="de_voice", after_s=60.0),), rules=(late,))
    found = _of(account, "en_voice")
    assert found["german"].after_s == 80.0
    assert found["german"].keep_idle == 1
    assert found["german"].overflow == "de_voice"
    assert found["german"].tier > max(found[id].tier for id in ("both", "english", "more_english"))
    assert found["both"] == _of(DESK, "en_voice")["both"]
    assert (account.serves() == DESK.serves()).all()  # nobody is planned for it
    own = RoutingRule(queue="en_voice", group="german", after_s=5.0, tier=1)
    found = _of(_with(account, overflows=account.routing.overflows, rules=(late, own)), "en_voice")
    assert (found["german"].after_s, found["german"].tier) == (5.0, 1)


def test_nobody_takes_by_overflow_what_asks_for_certificates_he_lacks() -> None:
    account = _with(DESK, overflows=(Overflow(source="en_voice", to="de_voice", after_s=60.0),))
    assert "german" not in _of(_queue(account, "en_voice", gate=Gate(certificates=("iso27001",))), "en_voice")


def test_handling_is_the_groups_time_over_the_plans_mean() -> None:
    effects = (Effect(on="B2", measure=Measure.AHT, value=1.5, source="test"),)
    levels = (GroupQuality(group="english", levels=(("en", "native"),)), GroupQuality(group="both", levels=(("en", "B2"),)))
    account = replace(DESK, quality=Quality(levels=True, effects=effects, groups=levels))
    found = _of(account, "en_voice")
    # three groups of equal hours at 1.5, 1 and 1 times: as many contacts an hour as 3 / (1 / 1.5 + 2) times
    mean = 3 / (1 / 1.5 + 2)
    assert found["both"].handling == pytest.approx(1.5 / mean)
    assert found["english"].handling == found["more_english"].handling == pytest.approx(1 / mean)
    assert _of(account, "de_voice")["german"].handling == pytest.approx(1.0)
    alone = _with(
        account,
        orders=(GroupOrder(queue="en_voice", groups=("english",)),),
        overflows=(Overflow(source="en_voice", to="de_voice", after_s=9.0),),
    )
    found = _of(alone, "en_voice")  # the plan's mean is that of native speakers now
    assert (found["english"].handling, found["both"].handling, found["german"].handling) == pytest.approx((1.0, 1.5, 1.0))


STEPS = st.lists(
    st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde"), st.integers(0, 50)), max_size=12, unique_by=lambda s: s[:2]
).map(lambda steps: tuple(Overflow(source=a, to=b, after_s=float(s)) for a, b, s in steps if a != b))


def _shortest(steps: tuple[Overflow, ...], source: str, to: str) -> float:
    """By trying every path."""
    cost = {(step.source, step.to): step.after_s for step in steps}
    between = [name for name in "abcde" if name not in (source, to)]
    paths = [(source, *middle, to) for n in range(len(between) + 1) for middle in permutations(between, n)]
    return min(sum(cost.get(pair, np.inf) for pair in pairwise(path)) for path in paths)


@given(STEPS)
def test_delays_are_those_of_the_shortest_of_all_paths(steps: tuple[Overflow, ...]) -> None:
    found = delays(steps, "a")
    for to in "bcde":
        assert found.get(to, np.inf) == _shortest(steps, "a", to)


@given(STEPS)
def test_a_circle_is_found_just_where_a_queue_reaches_itself_and_is_one(steps: tuple[Overflow, ...]) -> None:
    onward = {(step.source, step.to) for step in steps}
    back = any(step.source in delays(steps, step.to) for step in steps)
    cycle = overflow_cycle(steps)
    assert bool(cycle) == back
    if cycle:
        assert cycle[0] == cycle[-1]
        assert len(set(cycle)) == len(cycle) - 1
        assert set(pairwise(cycle)) <= onward


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: RoutingRule(queue="q", group="g", tier=0), "tier must be 1 or more"),
        (lambda: RoutingRule(queue="q", group="g", after_s=-1.0), "after_s must be 0 or more"),
        (lambda: RoutingRule(queue="q", group="g", keep_idle=-1), "keep_idle must be 0 or more"),
        (lambda: Overflow(source="a", to="b", after_s=-5.0), "after_s must be 0 or more"),
    ],
)
def test_impossible_rules_are_never_made(make: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()  # type: ignore[operator]


def test_routing_survives_the_way_to_json_and_back() -> None:
    routing = Routing(
        orders=(GroupOrder(queue="en_voice", groups=("both",)),),
        rules=(RoutingRule(queue="en_voice", group="both", after_s=3.0),),
        overflows=(Overflow(source="en_voice", to="de_voice", after_s=60.0),),
    )
    account = replace(DESK, routing=routing)
    assert decode(Account, encode(account)) == account
    assert routing.written
    assert not DESK.routing.written


def test_the_words_name_who_is_asked_in_turn_and_what_a_free_agent_takes() -> None:
    lines = routing_lines(DESK)
    assert "en_voice: english or more_english, then both" in lines
    assert lines[-1].startswith("a free agent takes live contacts before work that can wait")
    routing = Routing(
        orders=(GroupOrder(queue="en_email", groups=("both",)),),
        rules=(RoutingRule(queue="de_voice", group="both", after_s=30.0, keep_idle=2),),
        overflows=(Overflow(source="en_voice", to="de_voice", after_s=60.0),),
    )
    lines = routing_lines(_queue(replace(DESK, routing=routing), "de_voice", priority=4))
    assert "de_voice: german, then both (after 30 s, while 2 more are free)" in lines
    assert "en_voice: english or more_english, then both, then german (after 60 s, through de_voice)" in lines
    assert lines[-1].endswith("by priority: de_voice, then en_voice and en_email")


def test_a_queue_is_an_ordinary_queue_unless_said_otherwise() -> None:
    queue: Queue = DESK.queues[0]
    assert queue.priority is None
    assert (queue.handling.law, queue.handling.cv, queue.handling.speeds) == ("exponential", 1.0, ())
    assert (queue.waiting.law, queue.waiting.redial_prob) == ("exponential", 0.0)
