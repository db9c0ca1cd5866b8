"""A queue's contacts without those that its own or others' contacts cause: for whoever plays repeats and escalations out one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats
from planner.domain.demand import Demand
from planner.domain.journey import Delay, Escalation, Journey, Repeats
from planner.domain.planned_journeys import planned_journeys
from planner.domain.quality import Measure, planned_effects
from planner.domain.queues import Queue
from planner.domain.release import held_until_open, release_shares

_DAY_S = 86_400


@dataclass(frozen=True, kw_only=True, eq=False)
class OwnWork:
    """What comes of itself: expected `contacts` and their handling seconds `aht_s` ``[Q, T]``, and contacts in each future, `rates`
    ``[K, Q, T]``. First contacts, what a bot lets through or leaks, and who comes back of those before the horizon."""

    contacts: Floats
    aht_s: Floats
    rates: Floats


def own_work(demand: Demand, account: Account) -> OwnWork:
    """Return the contacts of `demand` that neither an escalation nor a contact of the horizon causes, and what they take.

    `Demand.contacts` holds repeats and both legs of escalations, `Demand.aht_s` the hand-overs. Legs that join are taken out of the
    specialists' queues, what specialists do and hand-overs in which somebody stays (`stays`) out of handling times; repeats of contacts
    that come within the horizon out of the queues they come to, in their turn. What would come to a closed queue is held until it opens.
    Whoever lets these happen, one contact after the other, gets the demand back on average. Where that would leave less than nothing
    contacts move to other intervals of the queue. Without journeys the demand's own arrays are returned.
    """
    planned = planned_journeys(account)
    journeys = [planned[queue.id] or Journey() for queue in account.queues]
    if not any(journey.escalations or journey.gain for journey in journeys):
        return OwnWork(contacts=demand.contacts, aht_s=demand.aht_s, rates=demand.rates)
    causes = _Causes(account, demand, journeys)
    contacts, joined, back = causes.taken_out(np.nan_to_num(demand.contacts))
    rates, _, _ = causes.taken_out(np.nan_to_num(demand.rates))
    work = np.maximum(causes.left_of(np.nan_to_num(demand.contacts * demand.aht_s), joined), 0.0)
    weight = contacts + sum(way.aht_factor * caused for way, caused in back)
    aht: Floats = demand.aht_s.copy()
    np.divide(work, weight, out=aht, where=(weight > 0) & (work > 0))
    there = demand.expected
    return OwnWork(
        contacts=np.where(there, contacts, np.nan), aht_s=np.where(there, aht, np.nan), rates=np.where(there, rates, np.nan)
    )


def stays(queue: Queue, specialists: Queue) -> bool:
    """True where who answers a contact of `queue` stays with it until one of `specialists` joins: with live contacts one at a time."""
    return queue.channel.live and queue.concurrency == 1 and specialists.channel.live


class _Causes:
    """What contacts cause, by queue and interval."""

    def __init__(self, account: Account, demand: Demand, journeys: list[Journey]) -> None:
        self.account, self.demand, self.journeys = account, demand, journeys
        self.at = {queue.id: q for q, queue in enumerate(account.queues)}
        self.factor = planned_effects(account)[Measure.AHT]
        most = max(1, _DAY_S // demand.grid.interval_s)
        self.shares = release_shares(demand.expected, demand.contacts, most=most)

    def taken_out(self, contacts: Floats) -> tuple[Floats, list[tuple[int, Escalation, Floats]], list[tuple[Repeats, Floats]]]:
        """Return of `contacts` ``[..., Q, T]`` those that come of themselves; legs that join by escalation, with the queue they come of;
        and who comes back of the horizon's, as an array of all queues for each way."""
        joined = [
            (q, up, self._let_in(up.share * contacts[..., q, :], self.at[up.queue]))
            for q, journey in enumerate(self.journeys)
            for up in journey.escalations
        ]
        own = contacts.copy()
        for _, up, legs in joined:
            own[..., self.at[up.queue], :] -= legs
        own = _no_less_than_none(own)
        first, back = own.copy(), []
        for q, journey in enumerate(self.journeys):
            for way in journey.repeats if journey.gain else ():
                spread = spread_of(way.delay, self.demand.grid.interval_s, own.shape[-1])
                share, to = (1 - (journey.fcr or 0.0)) * way.share, self.at[way.queue]
                came = self._let_in(share * _convolved(own[..., q, :], spread), to)
                first[..., to, :] -= came
                caused = np.zeros(own.shape)
                caused[..., to, :] = came
                back.append((way, caused))
        return _no_less_than_none(first), joined, back

    def left_of(self, work: Floats, joined: list[tuple[int, Escalation, Floats]]) -> Floats:
        """Return seconds of `work` ``[Q, T]`` without those of specialists who join, and of whoever stays for a hand-over."""
        left = work.copy()
        for q, up, legs in joined:
            to = self.at[up.queue]
            left[to] -= legs * up.joined_s * self.factor[to]
            if stays(self.account.queues[q], self.account.queues[to]):
                met = np.nan_to_num(self.demand.contacts[q]) * self.demand.expected[to]
                left[q] -= up.share * met * up.handover_s * self.factor[q]
        return left

    def _let_in(self, came: Floats, to: int) -> Floats:
        is_open: Bools = self.demand.expected[to]
        return came if is_open.all() else held_until_open(came, is_open, self.shares[to])


def spread_of(delay: Delay, interval_s: int, size: int) -> Floats:
    """Return ``[size]`` which share of those who come back after `delay`, of contacts that lie evenly over an interval, come n intervals
    later.

    With F the law of an Erlang delay of k steps at rate a an interval and G(x) its integral from 0 to x, x F_k(x) - k / a F_(k+1)(x), the
    share is G(n + 1) - 2 G(n) + G(n - 1).
    """
    a = delay.phases * interval_s / delay.mean_s
    x = np.arange(size + 1, dtype=np.float64)
    area = x * _erlang(delay.phases, a * x) - delay.phases / a * _erlang(delay.phases + 1, a * x)
    before = np.concatenate([[0.0], area[:-2]])
    found: Floats = np.maximum(area[1:] - 2 * area[:-1] + before, 0.0)
    return found


def _erlang(steps: int, x: Floats) -> Floats:
    # chance that a Poisson number of mean x reaches `steps`
    term, total = np.exp(-x), np.zeros_like(x)
    for k in range(steps):
        total += term
        term = term * x / (k + 1)
    found: Floats = 1.0 - total
    return found


def _convolved(contacts: Floats, spread: Floats) -> Floats:
    # what contacts [..., T] cause when each spreads so over the intervals after it
    size = contacts.shape[-1]
    length = 2 * size
    found: Floats = np.fft.irfft(np.fft.rfft(contacts, length) * np.fft.rfft(spread, length), length)[..., :size]
    return found.clip(min=0.0)


def _no_less_than_none(contacts: Floats) -> Floats:
    # nothing below 0 (and no trace of rounding), with the same total over the horizon
    floor = np.where(contacts < 1e-9, 0.0, contacts)
    total, kept = contacts.sum(axis=-1, keepdims=True), floor.sum(axis=-1, keepdims=True)
    found: Floats = floor * np.divide(np.maximum(total, 0.0), kept, out=np.ones_like(kept), where=kept > 0)
    return found
