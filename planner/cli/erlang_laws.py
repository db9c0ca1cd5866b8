"""The steps of the queueing law itself: Erlang B to Erlang C to the level, or Erlang A with what each formula divides."""

from __future__ import annotations

import math

from planner.cli.erlang_ask import Ask
from planner.cli.erlang_solve import Answer, service
from planner.cli.erlang_steps import Step, digits
from planner.cli.erlang_words import agents, number, percent, short_percent
from planner.domain.targets import Formula
from planner.queueing import Performance, erlang_b, erlang_c


def law_steps(answer: Answer) -> list[Step]:
    """Return the steps from load and agents to the measures, for at least one call and a found answer."""
    ask, found = answer.ask, answer.service
    assert found is not None
    assert ask.agents is not None
    if ask.rate_cv is not None:
        steps = [_averaged(ask, found), *_ratio(answer)]
    elif ask.agents != math.floor(ask.agents):
        steps = [_shared(ask, found), *_ratio(answer)]
    elif ask.agents == 0:
        words = "nobody is on seat: every caller waits, and nobody is answered"
        steps = [Step(key="prob_wait", label="waiting", words=words, value=1.0), *_ratio(answer)]
    elif ask.patience_s is None:
        return _erlang_c(ask, found)
    else:
        steps = [*_erlang_a(ask, found), *_ratio(answer)]
    return [*steps, *_carried(ask, found)]


def _erlang_c(ask: Ask, found: Performance) -> list[Step]:
    assert ask.agents is not None
    assert ask.aht_s is not None
    a, n, aht, t = ask.load, ask.agents, ask.aht_s, ask.threshold_s or 0.0
    if a >= n:
        words = f"{digits(a)} erlang are too much for {agents(n)}: where nobody gives up the queue grows without end; level 0"
        return [Step(key="stability", label="no balance", words=words, value=0.0)]
    b, c = float(erlang_b(a, n)), float(erlang_c(a, n))
    N, A, B, C = number(n), digits(a), digits(b), digits(c)
    wait, level = float(found.asa_answered_s), float(found.service_level)
    queue, busy = float(found.queue_length), float(found.occupancy)
    spare = f"{N} - {A}"
    return [
        Step(
            key="erlang_b",
            label="Erlang B",
            words=f"B(0) = 1, B(n) = a B(n-1) / (n + a B(n-1)), up to N = {N} agents: B = {B}",
            value=b,
        ),
        Step(
            key="prob_wait",
            label="Erlang C",
            words=f"P(wait) = C = N B / (N - a (1 - B)) = {N} x {B} / ({N} - {A} x (1 - {B})) = {C}",
            value=c,
        ),
        Step(
            key="service_level",
            label="level",
            words=f"1 - C exp(-(N - a) T / AHT) = 1 - {C} x exp(-({spare}) x {number(t)} / {number(aht)}) = {percent(level, ask.target)}",
            value=level,
        ),
        Step(
            key="asa_answered_s",
            label="mean wait",
            words=f"C x AHT / (N - a) = {C} x {number(aht)} / ({spare}) = {digits(wait)} s",
            value=wait,
        ),
        Step(key="occupancy", label="occupancy", words=f"a / N = {A} / {N} = {percent(busy, ask.max_occupancy)}", value=busy),
        Step(
            key="queue_length",
            label="calls waiting",
            words=f"C x a / (N - a) = {C} x {A} / ({spare}) = {digits(queue)}",
            value=queue,
        ),
    ]


def _waiting_sum(load: float, n: float, ratio: float) -> float:
    # 1 + a/(N + r) + a^2/((N + r)(N + 2r)) + ..., infinite where it has no place in a float
    total = term = 1.0
    j = 0
    while term > 1e-17 * total and total < 1e300 and j < 10_000_000:
        j += 1
        term *= load / (n + j * ratio)
        total += term
    return total if total < 1e300 else math.inf


def _erlang_a(ask: Ask, found: Performance) -> list[Step]:
    assert ask.agents is not None
    assert ask.aht_s is not None
    assert ask.patience_s is not None
    a, n, ratio = ask.load, ask.agents, ask.aht_s / ask.patience_s
    b, more = float(erlang_b(a, n)), _waiting_sum(a, n, ratio)
    wait, lost, mean = float(found.prob_wait), float(found.abandonment), float(found.mean_wait_s)
    steps = [
        Step(
            key="law",
            label="law",
            words=f"Erlang A (M/M/N+M, C. Palm 1946): patience is exponential with mean {number(ask.patience_s)} s; "
            f"r = AHT / patience = {number(ask.aht_s)} / {number(ask.patience_s)} = {digits(ratio)}",
            value=ratio,
        ),
        Step(
            key="erlang_b",
            label="Erlang B",
            words=f"B(0) = 1, B(n) = a B(n-1) / (n + a B(n-1)), up to N = {number(n)} agents: B = {digits(b)}",
            value=b,
        ),
    ]
    if math.isfinite(more):
        steps += [
            Step(
                key="waiting_sum",
                label="waiting sum",
                words=f"S = 1 + a/(N + r) + a^2/((N + r)(N + 2r)) + ... = {digits(more)}",
                value=more,
            ),
            Step(
                key="prob_wait",
                label="P(wait)",
                words=f"S B / (1 + (S - 1) B) = {digits(more)} x {digits(b)} / (1 + ({digits(more)} - 1) x {digits(b)}) = "
                f"{percent(wait)}",
                value=wait,
            ),
        ]
    else:
        steps.append(Step(key="prob_wait", label="P(wait)", words=f"{percent(wait)}, far in overload", value=wait))
    steps.append(
        Step(
            key="abandonment",
            label="giving up",
            words=f"mean wait of all / mean patience = {digits(mean)} / {number(ask.patience_s)} = "
            f"{percent(lost, ask.max_abandonment)}",
            value=lost,
        )
    )
    return steps


def _ratio(answer: Answer) -> list[Step]:
    """The level as what is counted over what it is counted of, in calls an hour."""
    ask, found = answer.ask, answer.service
    assert found is not None
    rate, t = ask.rate_per_h or 0.0, number(ask.threshold_s or 0.0)
    lost, lost_in, in_time = float(found.abandonment), float(found.abandonment_within), answer.in_time
    at_once, level = 1.0 - float(found.prob_wait), float(found.service_level)
    steps = _in_time(answer, at_once)
    top, below, words = {
        Formula.OFFERED: (in_time, 1.0, f"answered within {t} s / all calls"),
        Formula.ANSWERED: (in_time, 1.0 - lost, f"answered within {t} s / answered"),
        Formula.EXCLUDING_SHORT_ABANDONS: (in_time, 1.0 - lost_in, f"answered within {t} s / (all - given up within {t} s)"),
        Formula.CREDITING_SHORT_ABANDONS: (in_time + lost_in, 1.0, f"(answered + given up within {t} s) / all calls"),
        Formula.VIRTUAL: (level, 1.0, f"would wait at most {t} s if nobody gave up / all calls"),
    }[Formula(ask.formula)]
    words = f"{words} = {digits(top * rate)} / {digits(below * rate)} calls an hour = {percent(level, ask.target)}"
    return [*steps, Step(key="service_level", label="level", words=words, value=level)]


def _in_time(answer: Answer, at_once: float) -> list[Step]:
    ask, found = answer.ask, answer.service
    assert found is not None
    t, virtual = number(ask.threshold_s or 0.0), ask.formula == Formula.VIRTUAL
    reached = float(found.service_level) if virtual else answer.in_time
    waited = max(0.0, reached - at_once)
    steps = []
    if ask.patience_s is not None and ask.agents and ask.rate_cv is None and ask.agents == math.floor(ask.agents):
        before = float(erlang_b(ask.load, ask.agents - 1))
        steps.append(
            Step(
                key="wait_density",
                label="wait",
                words="a call waits u seconds and is still there with density (calls / 3600) x B(N-1) x (1 - P(wait)) x "
                f"exp(a p / AHT x (1 - exp(-u/p)) - N u / AHT{'' if virtual else ' - u/p'}), p the mean patience, "
                f"B(N-1) = {digits(before)} (Baccelli and Hebuterne 1981); summed over "
                f"u up to {t} s it gives {percent(waited)}",
                value=waited,
            )
        )
    what = "would be answered" if virtual else "are answered"
    words = f"{percent(at_once)} {what} at once and {percent(waited)} after a wait of up to {t} s: "
    words += f"{percent(reached)} of all calls"
    steps.append(Step(key="reached_within" if virtual else "answered_within", label="in time", words=words, value=reached))
    if ask.formula in (Formula.EXCLUDING_SHORT_ABANDONS, Formula.CREDITING_SHORT_ABANDONS) and ask.patience_s is not None:
        late = 1.0 - float(service(ask, definition=Formula.VIRTUAL).service_level)
        lost_in = float(found.abandonment_within)
        words = (
            f"all - in time - still waiting after {t} s = 1 - {digits(reached)} - exp(-{t} / {number(ask.patience_s)}) x {digits(late)} = "
            f"{percent(lost_in)}, where {percent(late)} would wait longer than {t} s if nobody gave up"
        )
        steps.append(Step(key="abandonment_within", label="gone in time", words=words, value=lost_in))
    return steps


def _carried(ask: Ask, found: Performance) -> list[Step]:
    assert ask.agents is not None
    steps = []
    lost, busy, mean, queue = (float(x) for x in (found.abandonment, found.occupancy, found.mean_wait_s, found.queue_length))
    if ask.agents > 0 and ask.rate_cv is None and ask.patience_s is not None:
        words = (
            f"a x (1 - giving up) / N = {digits(ask.load)} x (1 - {digits(lost)}) / {number(ask.agents)} = "
            f"{percent(busy, ask.max_occupancy)}"
        )
        steps.append(Step(key="occupancy", label="occupancy", words=words, value=busy))
    if ask.rate_cv is None and math.isfinite(mean):
        words = f"calls x mean wait of all / 3600 = {digits(ask.rate_per_h or 0.0)} x {digits(mean)} / 3600 = {digits(queue)}"
        steps.append(Step(key="queue_length", label="calls waiting", words=words, value=queue))
    return steps


def _averaged(ask: Ask, found: Performance) -> Step:
    assert ask.rate_cv is not None
    sure = float(service(ask, rate_cv=None).service_level)
    words = (
        f"the calls of an hour vary by a Gamma law with standard deviation {short_percent(ask.rate_cv)} of the mean; every measure is "
        f"the average of Erlang {'C' if ask.patience_s is None else 'A'} over it, each call weighing alike. If the rate were sure, "
        f"the level would be {percent(sure)}"
    )
    return Step(key="service_level_if_sure", label="rate", words=words, value=sure)


def _shared(ask: Ask, found: Performance) -> Step:
    assert ask.agents is not None
    low = math.floor(ask.agents)
    part = ask.agents - low
    few, many = (float(service(ask, agents=float(n)).service_level) for n in (low, low + 1))
    few = 0.0 if math.isnan(few) else few
    words = (
        f"time is shared between {low} and {low + 1} agents: {digits(1 - part)} x {percent(few)} + {digits(part)} x {percent(many)} = "
        f"{percent(float(found.service_level), ask.target)}"
    )
    return Step(key="service_level_shared", label="agents", words=words, value=float(found.service_level))
