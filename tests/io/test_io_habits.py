"""How handling times and patience vary, as account.toml says it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from planner.domain.queues import Queue
from planner.io import account_problems, load_account
from planner.queueing.patience import EmpiricalPatience

VOICE = "aht_s = 300\npatience_s = 240\n"
EMAIL = 'channel = "email"\naht_s = 360\n'
CHAT = 'channel = "chat"\naht_s = 300\nconcurrency = 2\npatience_s = 240\n'


def _queue(folder: Path) -> Queue:
    return load_account(folder).queues[0]


def test_nothing_written_is_exponential_and_as_before(folder: Path) -> None:
    for queue in load_account(folder).queues:
        assert (queue.handling.law, queue.handling.cv, queue.handling.by_chats_s) == ("exponential", 1, ())
        assert (queue.waiting.law, queue.waiting.redial_prob, queue.priority) == ("exponential", 0, None)
    assert load_account(folder).groups[0].away_min == 5


@pytest.mark.parametrize(
    ("written", "law", "cv"),
    [
        ("", "exponential", 1.0),
        ("aht_cv = 1.5\n", "lognormal", 1.5),
        ('aht_law = "lognormal"\naht_cv = 0.7\n', "lognormal", 0.7),
        ('aht_law = "fixed"\n', "fixed", 0.0),
    ],
)
def test_handling_times_have_the_law_written(spoil: Callable[[str, str], Path], written: str, law: str, cv: float) -> None:
    handling = _queue(spoil(VOICE, VOICE + written)).handling
    assert (handling.law, handling.cv) == (law, cv)


def test_reasons_give_the_variation_of_their_mixture(spoil: Callable[[str, str], Path]) -> None:
    # 0.5 of 100 s and 0.5 of 300 s, both exponential: mean 200, second moment 2 (5,000 + 45,000) = 100,000
    one = '{ id = "a", phase = "after", share = 0.5, aht_s = 100 }'
    other = '{ id = "b", phase = "after", share = 0.5, aht_s = 300 }'
    handling = _queue(spoil(VOICE, f"patience_s = 240\nreasons = [{one}, {other}]\n")).handling
    assert handling.law == "lognormal"
    assert handling.cv == pytest.approx((100_000 / 200**2 - 1) ** 0.5)


def test_one_reason_of_exponential_times_is_exponential(spoil: Callable[[str, str], Path]) -> None:
    reason = 'reasons = [{ id = "a", phase = "after", share = 1.0 }]\n'
    assert _queue(spoil(VOICE, VOICE + reason)).handling.law == "exponential"


def test_recorded_patience_brings_its_mean_along_unless_one_is_written(spoil: Callable[[str, str], Path]) -> None:
    waits = "patience_waits = [[0, 0.05], [30, 0.2], [120, 0.6]]\n"
    queue = _queue(spoil(VOICE, "aht_s = 300\n" + waits))
    assert queue.waiting.law == "recorded"
    assert queue.patience_s == pytest.approx(EmpiricalPatience(np.array([0.0, 30, 120]), np.array([0.95, 0.8, 0.4])).mean_s)


def test_a_written_patience_is_what_formulas_use_beside_recorded_waits(spoil: Callable[[str, str], Path]) -> None:
    queue = _queue(spoil(VOICE, VOICE + "patience_waits = [[30, 0.2], [120, 0.6]]\n"))
    assert (queue.patience_s, len(queue.waiting.recorded)) == (240, 2)


def test_weibull_redials_chats_and_deferred_habits_come_out_as_written(spoil: Callable[[str, str], Path]) -> None:
    spoil(EMAIL, EMAIL + "interruptible = true\nhand_over = true\npriority = 4\n")
    spoil("absence = 0.08\n", "absence = 0.08\naway_min = 12\n")
    chat = CHAT + "aht_by_chats_s = [250, 300]\n"
    extra = 'patience_law = "weibull"\npatience_shape = 0.7\nredial_prob = 0.3\nredial_after_s = 900\n'
    spoil(f'channel = "voice"\n{VOICE}', chat + extra)
    account = load_account(spoil('channels = ["voice", "email"]', 'channels = ["chat", "email"]'))
    queue, email = account.queues
    assert (queue.waiting.law, queue.waiting.shape) == ("weibull", 0.7)
    assert (queue.waiting.redial_prob, queue.waiting.redial_after_s) == (0.3, 900)
    assert queue.handling.speeds == (1.2, 1.0)
    assert (email.handling.interruptible, email.handling.hand_over, email.priority) == (True, True, 4)
    assert account.groups[0].away_min == 12


@pytest.mark.parametrize(
    ("place", "written", "said"),
    [
        (VOICE, VOICE.replace("240", "0"), "patience_s must be 0.001 or more seconds, got 0"),
        (VOICE, VOICE + "redial_prob = 1.0\n", "got 1; at 1 they would never die out"),
        (VOICE, VOICE + "redial_prob = 30\n", "got 30; write 0.3 for 30%"),
        (VOICE, VOICE + "redial_prob = -0.1\n", "redial_prob must be 0 or more and below 1, got -0.1"),
        (VOICE, VOICE + "redial_after_s = 60\n", "nobody tries again; write for example redial_prob = 0.3"),
        (VOICE, "aht_s = 300\nredial_prob = 0.2\n", "nobody gives up: there is no patience_s; write patience_s"),
        (VOICE, VOICE + 'aht_law = "fixed"\naht_cv = 1.2\n', "aht_cv belongs to lognormal"),
        (VOICE, VOICE + 'aht_law = "lognormal"\n', "lognormal handling times need aht_cv"),
        (VOICE, VOICE + 'aht_cv = 2.0\nreasons = [{ id = "a", phase = "after", share = 1.0 }]\n', "every reason has a cv of its own"),
        (VOICE, VOICE + 'patience_law = "weibull"\n', "Weibull patience needs patience_shape"),
        (VOICE, VOICE + "patience_shape = 0.7\n", 'write patience_law = "weibull"'),
        (VOICE, VOICE + 'patience_law = "recorded"\n', "there are neither patience_waits nor rows in the waits table"),
        (VOICE, VOICE + "patience_waits = [[30, 0.2], [20, 0.3]]\n", "patience_waits: waits must be seconds from 0 that rise"),
        (VOICE, VOICE + "patience_waits = [[30, 20]]\n", "patience_waits[1] must be 0 or more and at most 1, got 20; write 0.2 for 20%"),
        (VOICE, VOICE + "patience_waits = [[30]]\n", "patience_waits[1] must be a pair of seconds and share such as [30, 0.1]"),
        (VOICE, VOICE + 'patience_law = "weibull"\npatience_waits = [[30, 0.2]]\n', "patience_waits belong to recorded patience"),
        (VOICE, VOICE + "interruptible = true\n", "interruptible is for work that can wait, not for voice"),
        (VOICE, VOICE + "aht_by_chats_s = [300]\n", "mean nothing for voice"),
        (f'channel = "voice"\n{VOICE}', CHAT.replace("concurrency = 2", "concurrency = 0"), "concurrency must be 1 or more, got 0"),
        (f'channel = "voice"\n{VOICE}', CHAT + "aht_by_chats_s = [320, 300]\n", "a chat takes 320 s with 1 in hand but 300 s with 2"),
        (f'channel = "voice"\n{VOICE}', CHAT + "aht_by_chats_s = [200, 250, 300]\n", "for 1 to 3 chats in hand, but concurrency is 2"),
        (f'channel = "voice"\n{VOICE}', CHAT + "aht_by_chats_s = [200, 310]\n", "the last of aht_by_chats_s is 310 s, but aht_s is 300 s"),
        (EMAIL, EMAIL + "redial_prob = 0.2\n", "nobody gives up on email; leave it out"),
        (EMAIL, EMAIL + 'patience_law = "weibull"\npatience_shape = 0.7\n', "weibull patience means nothing"),
        ("absence = 0.08\n", "absence = 0.08\naway_min = 0\n", "away_min must be above 0 minutes, got 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_with_place_and_remedy(
    spoil: Callable[[str, str], Path], place: str, written: str, said: str
) -> None:
    told = [str(problem) for problem in account_problems(spoil(place, written))]
    assert any(said in line for line in told), told


def test_everything_wrong_with_a_queue_is_told_at_once(spoil: Callable[[str, str], Path]) -> None:
    wrong = 'aht_law = "lognormal"\npatience_law = "weibull"\nhand_over = true\naht_by_chats_s = [400, 300]\n'
    told = "\n".join(str(problem) for problem in account_problems(spoil(VOICE, VOICE + wrong)))
    for said in ("need aht_cv", "needs patience_shape", "hand_over is for work that can wait", "a chat takes 400 s"):
        assert said in told
