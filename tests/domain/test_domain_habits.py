"""How handling times and patience vary: what is impossible is refused, what chats do to each other follows from the table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import make_account
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.codec import decode, encode
from planner.domain.handling import Handling, ServiceLaw, chats_faults
from planner.domain.queues import Channel, Queue
from planner.domain.routing_words import habit_lines
from planner.domain.waiting import GaveUp, PatienceLaw, Waiting, recorded_faults

ACCOUNT = make_account(languages=1, channels=(Channel.VOICE, Channel.CHAT, Channel.EMAIL), days=1, interval_s=3600)
VOICE, CHAT, EMAIL = ACCOUNT.queues
RECORDED = (GaveUp(wait_s=0.0, share=0.02), GaveUp(wait_s=30.0, share=0.1))


def test_a_chat_goes_on_at_the_speed_that_its_handling_times_say() -> None:
    assert Handling(by_chats_s=(200.0, 240.0, 300.0)).speeds == (1.5, 1.25, 1.0)
    assert Handling().speeds == ()


@given(st.lists(st.floats(1, 1e4), min_size=1, max_size=6))
def test_a_table_is_refused_just_where_it_falls(seconds: list[float]) -> None:
    assert bool(chats_faults(tuple(seconds))) == (seconds != sorted(seconds))
    speeds = Handling(by_chats_s=tuple(sorted(seconds))).speeds
    assert speeds[-1] == 1
    assert list(speeds) == sorted(speeds, reverse=True)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Handling(cv=0.5), "exponential handling times have a cv of 1"),
        (lambda: Handling(law=ServiceLaw.FIXED), "fixed handling times have a cv of 0"),
        (lambda: Handling(law=ServiceLaw.LOGNORMAL, cv=0.0), "must be above 0"),
        (lambda: Handling(by_chats_s=(0.0, 10.0)), "must be above 0 seconds"),
        (lambda: Handling(by_chats_s=(300.0, 200.0)), "nobody answers one chat faster because of another"),
        (lambda: Waiting(shape=2.0), "belongs to the law weibull"),
        (lambda: Waiting(law=PatienceLaw.WEIBULL, shape=0.1), "shape must lie in"),
        (lambda: Waiting(law=PatienceLaw.RECORDED), "needs recorded waits"),
        (lambda: Waiting(recorded=RECORDED), "no other law has them"),
        (lambda: Waiting(redial_prob=1.0), "redials never die out"),
        (lambda: Waiting(redial_prob=-0.1), "must lie in"),
        (lambda: Waiting(redial_after_s=0.0), "redial_after_s must be above 0"),
        (lambda: replace(VOICE, patience_s=0.0), "patience_s must be above 0"),
        (lambda: replace(CHAT, concurrency=0), "concurrency must be 1 to 20"),
        (
            lambda: replace(CHAT, handling=Handling(by_chats_s=(200.0, 250.0, 300.0))),
            "for 1 to 3 chats in hand, but concurrency is 2",
        ),
        (lambda: replace(VOICE, handling=Handling(by_chats_s=(300.0,))), "mean nothing for voice"),
        (lambda: replace(VOICE, handling=Handling(interruptible=True)), "interruptible is for work that can wait"),
        (lambda: replace(CHAT, handling=Handling(hand_over=True)), "hand_over is for work that can wait"),
        (lambda: replace(VOICE, patience_s=None, waiting=Waiting(redial_prob=0.2)), "there is no patience_s"),
        (lambda: replace(EMAIL, waiting=Waiting(redial_prob=0.2)), "nobody gives up on email"),
        (lambda: replace(EMAIL, waiting=Waiting(law=PatienceLaw.WEIBULL, shape=0.8)), "weibull patience means nothing"),
        (lambda: replace(ACCOUNT.groups[0], away_min=0.0), "away_min must be above 0"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(make: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(30, 0.1), (20, 0.2)], "rise from row to row"),
        ([(30, 0.1), (30, 0.2)], "rise from row to row"),
        ([(-1, 0.1), (30, 0.2)], "rise from row to row"),
        ([(10, 0.3), (30, 0.2)], "never fall"),
        ([(10, 0.3), (30, 1.2)], "must lie in"),
        ([(0, 0.3)], "nobody gives up after a wait"),
        ([(0, 0.3), (60, 0.3)], "nobody gives up after a wait"),
        ([(60, 0.0)], "nobody gives up after a wait"),
    ],
)
def test_recorded_waits_rise_and_somebody_gives_up(rows: list[tuple[float, float]], said: str) -> None:
    (fault,) = recorded_faults(tuple(GaveUp(wait_s=float(wait), share=share) for wait, share in rows))
    assert said in fault[0]


def test_everything_said_survives_the_way_to_json_and_back() -> None:
    queue = replace(
        VOICE,
        priority=3,
        handling=Handling(law=ServiceLaw.LOGNORMAL, cv=1.3),
        waiting=Waiting(law=PatienceLaw.RECORDED, recorded=RECORDED, redial_prob=0.2, redial_after_s=600.0),
    )
    assert decode(Queue, encode(queue)) == queue


def test_words_are_said_only_of_what_differs() -> None:
    assert habit_lines(ACCOUNT) == ()
    queues = (
        replace(VOICE, waiting=Waiting(law=PatienceLaw.WEIBULL, shape=0.8, redial_prob=0.25)),
        replace(CHAT, handling=Handling(law=ServiceLaw.LOGNORMAL, cv=1.2, by_chats_s=(200.0, 300.0))),
        replace(EMAIL, handling=Handling(interruptible=True, hand_over=True)),
    )
    groups = tuple(replace(group, away_min=10.0) for group in ACCOUNT.groups[:1]) + ACCOUNT.groups[1:]
    assert habit_lines(replace(ACCOUNT, queues=queues, groups=groups)) == (
        "gb_voice: patience Weibull of shape 0.8, 240 s on average, 25% of those who give up try again after 300 s on average",
        "gb_chat: handling times lognormal with a coefficient of variation of 1.2, 200, 300 s with 1 to 2 chats in hand",
        "gb_email: live contacts interrupt it, open cases go back at the end of a shift",
        "manila_en: in-shift losses of 10 min on average",
    )
