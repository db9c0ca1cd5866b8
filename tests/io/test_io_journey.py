"""What becomes of contacts in account.toml: defaults filled in, everything wrong told at once, the hash and the folder complete."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
import pytest

from planner.domain.account import Account
from planner.domain.codec import decode, encode, input_hash
from planner.domain.history import Series, Tables
from planner.domain.journey import Bot, Delay, DelayLaw, Escalation, Journey, Repeats
from planner.domain.journey_words import workload_lines
from planner.domain.quality import Measure
from planner.domain.queues import HandlingSource, VolumeSource
from planner.errors import DataError
from planner.io import account_from
from planner.io.merge import merged

STARTS = 1_793_577_600 + 1800 * np.arange(48)
TABLES = Tables(
    history=tuple(
        Series(id=q, interval_s=1800, start_s=STARTS, counts=np.ones(48), aht_s=np.full(48, np.nan))
        for q in ("uk_email", "uk_voice")
    )
)
EXPERTS = {
    "id": "experts",
    "market": "uk",
    "channel": "voice",
    "aht_s": 500,
    "volume": {"source": "none"},
    "target": {"level": 0.8, "within_s": 60},
}
REASONS = [
    {"id": "where", "phase": "after", "share": 0.75, "aht_s": 200},
    {"id": "which", "phase": "before", "share": 0.25, "aht_s": 400, "cv": 0.5, "priority": 2},
]


def with_queue(raw: dict[str, Any], *more: dict[str, Any], drop: tuple[str, ...] = (), **keys: Any) -> dict[str, Any]:
    found = deepcopy(raw)
    found["queues"][0] = {k: v for k, v in {**found["queues"][0], **keys}.items() if k not in drop}
    found["queues"] += more
    return found


def told(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(DataError) as error:
        account_from(raw, TABLES)
    return [str(p) for p in error.value.problems]


def test_nothing_said_is_no_journey(raw: dict[str, Any]) -> None:
    account = account_from(raw, TABLES)
    assert [queue.journey for queue in account.queues] == [None, None]
    assert account.quality is None
    assert workload_lines(account) == ()


def test_resolution_alone_has_everybody_else_back_after_a_day(raw: dict[str, Any]) -> None:
    journey = account_from(with_queue(raw, fcr=0.75), TABLES).queues[0].journey
    assert journey == Journey(fcr=0.75, repeats=(Repeats(queue="uk_voice", share=1.0, delay=Delay(mean_s=86_400.0)),))


def test_all_of_it_is_resolved_into_seconds_and_names(raw: dict[str, Any]) -> None:
    account = account_from(
        with_queue(
            raw,
            EXPERTS,
            drop=("aht_s",),
            reasons=REASONS,
            fcr=0.7,
            volume={"counts": "first"},
            repeats=[{"share": 0.5, "mean_h": 6, "law": "erlang", "aht_factor": 1.2}],
            escalations=[{"queue": "experts", "share": 0.1, "handover_s": 30, "aht_s": 600, "cv": 0.5, "recorded": 0.05}],
            bot={"contained": 0.3, "leak": 0.1, "leak_mean_h": 2, "aht_uplift": 0.15},
        ),
        TABLES,
    )
    queue = account.queues[0]
    assert (queue.aht_s, queue.aht_from) == (250.0, HandlingSource.GIVEN)
    journey = queue.journey
    assert journey is not None
    assert journey.first_only
    delay = Delay(mean_s=21_600.0, law=DelayLaw.ERLANG, phases=4)
    assert journey.repeats == (Repeats(queue="uk_voice", share=0.5, delay=delay, aht_factor=1.2),)
    assert journey.escalations == (Escalation(queue="experts", share=0.1, handover_s=30.0, aht_s=600.0, cv=0.5, recorded=0.05),)
    assert journey.bot == Bot(queue="uk_voice", contained=0.3, leak=0.1, leak_delay=Delay(mean_s=7200.0), aht_uplift=0.15)
    assert account.queues[2].volume.source is VolumeSource.NONE
    assert decode(Account, encode(account)) == account
    assert len(workload_lines(account)) == 4


def test_a_reason_without_its_own_time_takes_the_queues(raw: dict[str, Any]) -> None:
    reasons = [REASONS[0], {k: v for k, v in REASONS[1].items() if k != "aht_s"}]
    queue = account_from(with_queue(raw, reasons=reasons), TABLES).queues[0]
    assert queue.aht_s == pytest.approx(0.75 * 200 + 0.25 * 300)
    plain = [{k: v for k, v in reason.items() if k != "aht_s"} for reason in REASONS]
    queue = account_from(with_queue(raw, reasons=plain), TABLES).queues[0]
    assert (queue.aht_s, queue.aht_from) == (300.0, HandlingSource.HISTORY)


def test_overrides_change_one_reason_and_leave_the_others(raw: dict[str, Any]) -> None:
    base = with_queue(raw, drop=("aht_s",), reasons=REASONS)
    patch = {"queues": [{"id": "uk_voice", "reasons": [{"id": "where", "aht_s": 240}]}]}
    queue = account_from(merged(base, patch), TABLES).queues[0]
    assert queue.aht_s == pytest.approx(0.75 * 240 + 0.25 * 400)
    changed = merged(raw, {"queues": [{"id": "uk_voice", "aht_s": 240}]})
    assert account_from(changed, TABLES).queues[0].aht_from is HandlingSource.GIVEN


def test_every_key_changes_the_hash_of_the_input(raw: dict[str, Any]) -> None:
    accounts = [
        account_from(with_queue(raw, **keys), TABLES)
        for keys in ({}, {"fcr": 0.7}, {"fcr": 0.8}, {"fcr": 0.8, "fcr_recorded": 0.7}, {"bot": {"contained": 0.1}})
    ]
    assert len({input_hash(account) for account in accounts}) == len(accounts)


def test_what_is_wrong_with_a_journey_is_told_together(raw: dict[str, Any]) -> None:
    found = told(
        with_queue(
            raw,
            drop=("aht_s",),
            reasons=[REASONS[0]],
            fcr=0.7,
            repeats=[{"queue": "uk_vioce"}, {"phases": 3}],
            escalations=[{"queue": "uk_voice", "share": 0.1, "handover_s": 30, "aht_s": 600}],
            bot={"contained": 0.1, "queue": "nowhere"},
        )
    )
    place = 'account.toml: queues[1] "uk_voice"'
    assert found == [
        f'{place} repeats[1]: queue "uk_vioce" is not among the queues; did you mean uk_voice?',
        f'{place} repeats[2]: phases belong to an Erlang delay, but the law is exponential; write law = "erlang", or leave it out',
        f"{place} escalations[1]: a queue cannot escalate to itself; name the queue of the specialists who join",
        f'{place} bot: queue "nowhere" is not among the queues; queues: uk_voice, uk_email',
        f"{place}: the shares of its reasons come to 0.75 (where 0.75); change them so that they sum to 1",
    ]


def test_a_queue_that_cannot_be_read_still_tells_its_shares_and_names(raw: dict[str, Any]) -> None:
    reasons = [{**REASONS[0], "aht_s": -5}, {**REASONS[1], "share": 0.5}]
    found = told(with_queue(raw, fcr=75, reasons=reasons, repeats=[{"queue": "uk_vioce"}]))
    place = 'account.toml: queues[1] "uk_voice"'
    assert found == [
        f'{place} reasons[1] "where": aht_s must be above 0 seconds, got -5',
        f"{place}: fcr must be 0 or more and at most 1, got 75; write 0.75 for 75%",
        f"{place}: the shares of its reasons come to 1.25 (where 0.75, which 0.5); change them so that they sum to 1",
        f'{place} repeats[1]: queue "uk_vioce" is not among the queues; did you mean uk_voice?',
    ]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"fcr": 0.0}, "repeats of uk_voice never die out: each contact causes 1 more"),
        ({"fcr": 0.5, "repeats": [{"share": 0.7}, {"share": 0.6, "mean_h": 1}]}, "the shares of its repeats come to 1.3"),
        ({"volume": {"counts": "first"}}, 'counts = "first", but nobody is said to come back'),
        ({"repeats": [{"share": 0.5}]}, "not how many are solved at first contact"),
        ({"fcr_recorded": 0.5}, "fcr not what it is"),
        ({"fcr": 0.6, "fcr_recorded": 0.5, "volume": {"counts": "first"}}, "fcr_recorded means nothing"),
        ({"reasons": REASONS}, "aht_s is given, but every reason has its own"),
        ({"fcr": 0.6, "volume": {"counts": "first"}, "repeats": [{"queue": "uk_email"}]}, "let both count alike"),
        ({"volume": {"source": "none"}}, "no other queue sends it anything"),
        ({"bot": {"contained": 1.0}}, "contained must be 0 or more and below 1"),
        ({"escalations": [{"queue": "uk_email", "share": 0.1, "handover_s": -1, "aht_s": 60}]}, "handover_s must be"),
    ],
)
def test_each_fault_is_told_with_place_and_remedy(raw: dict[str, Any], keys: dict[str, Any], said: str) -> None:
    (problem,) = told(with_queue({**raw, "overrides": {}}, **keys))
    assert said in problem
    assert problem.startswith('account.toml: queues[1] "uk_voice"')


def test_a_loop_over_two_queues_is_told_once(raw: dict[str, Any]) -> None:
    spoilt = with_queue(raw, fcr=0.0, repeats=[{"queue": "uk_email"}])
    spoilt["queues"][1] |= {"fcr": 0.0, "repeats": [{"queue": "uk_voice"}]}
    (problem,) = told(spoilt)
    assert "repeats of uk_voice, uk_email never die out" in problem


def test_missing_handling_time_is_told_as_before(raw: dict[str, Any]) -> None:
    assert told(with_queue(raw, drop=("aht_s",))) == [
        'account.toml: queues[1] "uk_voice": key aht_s is missing; write for example aht_s = 300'
    ]


def test_quality_takes_shipped_effects_with_their_source_and_own_ones_first(raw: dict[str, Any]) -> None:
    raw["quality"] = {
        "language_levels": True,
        "effects": [{"on": "C1", "measure": "aht", "value": 1.1}],
        "groups": [{"id": "lisbon_en", "levels": {"en": "C1"}}],
    }
    account = account_from(with_queue(raw, fcr=0.75), TABLES)
    quality = account.quality
    assert quality is not None
    assert quality.of_level("C1", Measure.AHT) == 1.1
    assert quality.of_level("C1", Measure.FCR) == -0.08
    assert not quality.scores
    lines = workload_lines(account)
    assert "67% are solved at first contact" in lines[0]
    assert any("weak web text" in line for line in lines)
    assert decode(Account, encode(account)) == account


def test_quality_that_makes_repeats_endless_is_refused(raw: dict[str, Any]) -> None:
    raw["quality"] = {
        "language_levels": True,
        "effects": [{"on": "C1", "measure": "fcr", "value": -1.0}],
        "groups": [{"id": "lisbon_en", "levels": {"en": "C1"}}],
    }
    (problem,) = told(with_queue(raw, fcr=0.75))
    assert problem.startswith("account.toml: quality: with language levels and soft skills repeats of uk_voice never die out")


def test_what_is_wrong_with_quality_is_told_together(raw: dict[str, Any]) -> None:
    raw["quality"] = {
        "soft_skills": True,
        "effects": [{"on": "charm", "measure": "fcr", "value": 0.01}, {"on": "C1", "measure": "fcr", "value": -8.0}],
        "groups": [{"id": "lisbon"}],
    }
    assert told(raw) == [
        "account.toml: quality effects[2]: the effect of C1 on fcr must lie in [-1, 1], got -8; write -0.08 for 8 points less",
        'account.toml: quality groups[1] "lisbon": id "lisbon" is not among the groups; did you mean lisbon_en?',
        'account.toml: quality effects[1]: "charm" is no level, and nobody has a score of it; levels and scores: A1, A2, B1, B2, '
        "C1, C2, native",
    ]
