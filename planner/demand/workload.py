"""From the volume that history or a driver gives to the contacts that reach people: bots, repeats, escalations, who answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.demand.flow import (
    JOINED,
    JOINED_RECORDED_S,
    JOINED_S,
    LEAKED,
    REPEATS,
    REPEATS_RECORDED_WORK,
    REPEATS_WORK,
    Edge,
    Flow,
    Network,
    Run,
    State,
)
from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats
from planner.domain.journey import Journey, Mix, mixed, reasons_mix
from planner.domain.planned_journeys import check_loops, planned_journeys
from planner.domain.quality import Measure, planned_effects
from planner.domain.workload import QueueWorkload
from planner.errors import DataError, Problem

_WEEK_S = 7 * 86_400
_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Worked:
    """What the volume of an account becomes: expected `contacts` and `aht_s` ``[Q, T]`` (NaN where none can come), `workload` by queue,
    and `notes` by queue id."""

    contacts: Floats
    aht_s: Floats
    workload: tuple[QueueWorkload, ...]
    notes: dict[str, str]


class Journeys:
    """The journeys of an account's contacts over its grid, ready to turn volume into contacts.

    `expected` ``[Q, T]`` when contacts can come, `usual` ``[Q, T]`` the volume without events (NaN elsewhere), `recorded_aht` ``[Q]`` True
    where handling times come from the history. The days before the horizon are taken to have been as its first seven (or all of it, if
    shorter), events apart: whoever is on the way back at its start follows from that.

    Raises DataError for repeat or escalation loops that never die out.
    """

    def __init__(self, account: Account, expected: Bools, usual: Floats, recorded_aht: Bools) -> None:
        self.account, self.expected, self.recorded_aht = account, expected, recorded_aht
        self.planned = planned_journeys(account)
        if problems := check_loops(self.planned):
            raise DataError(Problem("account.toml", message, remedy) for message, remedy in problems)
        self.aht_factor = planned_effects(account)[Measure.AHT]
        self.index = {queue.id: q for q, queue in enumerate(account.queues)}
        self.network = self._network()
        steady = np.nan_to_num(usual[:, : min(usual.shape[1], _WEEK_S // account.grid.interval_s)])
        self.flow = Flow(self.network, expected, usual)
        self.start: State = self.flow.steady(steady)
        self.changed = self._changed()

    def futures(self, rates: Floats) -> Floats:
        """Return the contacts ``[K, Q, T]`` that the volumes `rates` of as many futures become; those of queues nothing changes stay."""
        if not self.changed.any():
            return rates
        run = self.flow.run(np.nan_to_num(rates), self.start, keep="contacts")
        there = np.broadcast_to(self.expected, rates.shape)
        came, _ = _no_less_than_none(run.contacts)
        found: Floats = np.where(self.changed[:, None] & there, came, rates)
        return found

    def expect(self, volume: Floats, aht_s: Floats) -> Worked:
        """Return what the expected `volume` ``[Q, T]`` with handling times `aht_s` as recorded or given becomes.

        Queues to which nothing comes have no workload, unless they have a journey.
        """
        run = self.flow.run(np.nan_to_num(volume)[None], self.start)
        came, short = _no_less_than_none(run.contacts)
        contacts = np.where(self.changed[:, None] & self.expected, came[0], volume)
        aht, workload, problems = aht_s.copy(), [], []
        notes = {}
        for q, queue in enumerate(self.account.queues):
            ledger = _Ledger(self, run, q, np.nan_to_num(volume[q]), np.nan_to_num(aht_s[q], nan=queue.aht_s))
            if ledger.plain <= 0:
                problems.append(ledger.problem())
                continue
            if ledger.changes_aht:
                aht[q] = np.where(self.expected[q], ledger.aht_s(), np.nan)
            work = ledger.workload()
            if work.contacts > 0 or work.wanted > 0 or queue.journey is not None:
                workload.append(work)
            if self.changed[q]:
                notes[queue.id] = _told(work)
            shut_out = 0.0 if self.expected[q].any() else float(run.end.held[0, [LEAKED, REPEATS, JOINED], q].sum())
            if shut_out > _ROUNDING:
                notes[queue.id] += (
                    f"{shut_out:,.1f} contacts sent here find it closed all through the horizon and are not worked"
                )
            if self.changed[q] and short[0, q] > 0.001:
                notes[queue.id] += (
                    f"; the history falls faster than customers come back after it: {short[0, q]:.1%} of contacts moved to other hours"
                )
        if problems:
            raise DataError(problems)
        return Worked(contacts=contacts, aht_s=aht, workload=tuple(workload), notes=notes)

    def journey(self, q: int) -> Journey:
        """Return the planned journey of queue number `q`."""
        return self.planned[self.account.queues[q].id] or Journey()

    def kept(self, q: int) -> float:
        """Share of first contacts of queue number `q` that came to its people when the history was recorded."""
        bot = self.journey(q).bot
        return 1.0 if bot is None else 1 - bot.recorded * (1 - bot.leak * (self.index[bot.queue] == q))

    def _network(self) -> Network:
        size = len(self.account.queues)
        recorded, planned, leaks = [], [], []
        through = np.ones(size)
        escalations, escalations_recorded, joined_s = np.zeros((3, size, size))
        for q, queue in enumerate(self.account.queues):
            journey, raw = self.journey(q), queue.journey or Journey()
            for back in journey.repeats:
                edge = Edge(
                    origin=q, to=self.index[back.queue], gain=(1 - (journey.fcr or 0.0)) * back.share, delay=back.delay,
                    aht_factor=back.aht_factor,
                )  # fmt: skip
                planned.append(edge)
                destination = self.account.queues[edge.to].journey
                if not (raw.first_only or (destination is not None and destination.first_only)):
                    gain = (1 - (raw.recorded_fcr or 0.0)) * back.share
                    recorded.append(Edge(origin=q, to=edge.to, gain=gain, delay=back.delay, aht_factor=back.aht_factor))
            for up in journey.escalations:
                to = self.index[up.queue]
                before = escalations[q, to]
                escalations[q, to] += up.share
                escalations_recorded[q, to] += up.recorded
                joined_s[q, to] = (before * joined_s[q, to] + up.share * up.joined_s) / max(before + up.share, _ROUNDING)
            if journey.bot is not None:
                more = (journey.bot.contained - journey.bot.recorded) / self.kept(q)
                through[q] = 1 - more
                if journey.bot.leak > 0 and more:
                    gain = journey.bot.leak * more
                    leaks.append(Edge(origin=q, to=self.index[journey.bot.queue], gain=gain, delay=journey.bot.leak_delay))
        return Network(
            interval_s=self.account.grid.interval_s,
            recorded=tuple(recorded),
            planned=tuple(planned),
            leaks=tuple(leaks),
            through=through,
            escalations_recorded=escalations_recorded,
            escalations=escalations,
            joined_s=joined_s,
        )

    def _changed(self) -> Bools:
        """Return ``[Q]``, True where contacts differ from the volume: where something is added or taken away, and all that follows."""
        net = self.network
        changed: Bools = net.through != 1
        more = np.zeros((len(changed), len(changed)))
        reach = (net.escalations > 0) | (net.escalations_recorded > 0)
        for sign, edges in ((1, net.planned), (-1, net.recorded)):
            for edge in edges:
                more[edge.origin, edge.to] += sign * edge.gain
                reach[edge.origin, edge.to] = True
        changed |= (np.abs(more) > _ROUNDING).any(axis=0) | (net.escalations != net.escalations_recorded).any(axis=0)
        for edge in net.leaks:
            changed[edge.to] = True
        for _ in range(len(changed)):
            changed |= reach[changed].any(axis=0)
        return changed


class _Ledger:
    """One queue's contacts and hours on expectation."""

    def __init__(self, journeys: Journeys, run: Run, q: int, volume: Floats, aht_s: Floats) -> None:
        self.journeys, self.run, self.q, self.volume, self.recorded_aht_s = journeys, run, q, volume, aht_s
        self.queue, self.journey = journeys.account.queues[q], journeys.journey(q)
        self.from_history = bool(journeys.recorded_aht[q])
        self.left, self.first = run.left[0, q], run.first[0, q]
        self.handover_s = sum(up.share * up.handover_s for up in self.journey.escalations)
        self.handover_recorded_s = sum(up.recorded * up.handover_s for up in self.journey.escalations)
        self.plain = self._plain()

    def kind(self, kind: int) -> Floats:
        """One kind of contacts ``[T]``."""
        found: Floats = self.run.kinds[kind, 0, self.q]
        return found

    def _plain(self) -> float:
        """AHT of a plain first contact over the AHT recorded: what repeats, hand-overs and escalations recorded add is taken out, over
        the horizon as a whole. 1 where handling times were given: then they are those of plain first contacts."""
        if not self.from_history:
            return 1.0
        work = float(self.volume @ self.recorded_aht_s)
        added = float(self.volume.sum()) * self.handover_recorded_s + float(self.kind(JOINED_RECORDED_S).sum())
        theirs = float(self.recorded_aht_s @ (self.left + self.kind(REPEATS_RECORDED_WORK)))
        return (work - added) / theirs if theirs > 0 else 1.0

    def problem(self) -> Problem:
        """What to say where the recorded handling time is shorter than what escalations should have taken of it."""
        return Problem(
            f"queue {self.queue.id}",
            "the handling time recorded is shorter than the hand-overs and escalations said to be recorded in it",
            "lower recorded, handover_s or aht_s under [[queues.escalations]]",
        )

    @property
    def harder(self) -> float:
        """AHT of first contacts past the bot over that of plain ones."""
        bot = self.journey.bot
        return 1.0 if bot is None else bot.harder(as_recorded=self.from_history)

    @property
    def changes_aht(self) -> bool:
        """True where handling times differ from those recorded or given."""
        journeys, net = self.journeys, self.journeys.network
        if journeys.changed[self.q] or journeys.aht_factor[self.q] != 1 or self.harder != 1:
            return True
        if self.from_history:
            return self.handover_s != self.handover_recorded_s
        repeats = any(edge.to == self.q and edge.aht_factor != 1 and edge.gain > 0 for edge in net.planned)
        return bool(self.handover_s > 0 or net.escalations[:, self.q].any() or repeats)

    def _work(self) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Seconds of work ``[T]``: first contacts, leaked ones, repeats, escalations joined, hand-overs."""
        each = self.journeys.aht_factor[self.q] * self.plain * self.recorded_aht_s
        factor = self.journeys.aht_factor[self.q]
        contacts = self.run.contacts[0, self.q]
        return (
            each * self.harder * self.first,
            each * self.kind(LEAKED),
            each * self.kind(REPEATS_WORK),
            factor * self.kind(JOINED_S),
            factor * self.handover_s * contacts,
        )

    def aht_s(self) -> Floats:
        """Mean handling seconds ``[T]``; where the share of contacts cannot be told by interval, by the shares of the whole horizon."""
        work = np.sum(self._work(), axis=0)
        contacts, plain = self.run.contacts[0, self.q], self.plain * self.recorded_aht_s
        whole = float(work.sum()) / float(contacts @ plain) if contacts @ plain > 0 else self.journeys.aht_factor[self.q]
        found: Floats = plain * whole
        if self.left.min(initial=0.0) >= -_ROUNDING:
            np.divide(work, contacts, out=found, where=contacts > _ROUNDING)
        return found

    def workload(self) -> QueueWorkload:
        """Return the queue's contacts and hours over the horizon."""
        first_h, leaked_h, repeats_h, joined_h, handover_h = (float(part.sum()) / 3600 for part in self._work())
        left, through = float(self.left.sum()), float(self.first.sum())
        bot, leaked = self.journey.bot, float(self.kind(LEAKED).sum())
        wanted = left / self.journeys.kept(self.q)
        contained = bot.contained * wanted if bot is not None else 0.0
        old = 0.0  # leaked as recorded lie among what is left of the volume
        if bot is not None and self.journeys.index[bot.queue] == self.q:
            old = bot.recorded * bot.leak * wanted
            share = old / through if through > 0 else 0.0
            first_h, leaked_h = first_h * (1 - share), leaked_h + first_h * share
        joined, repeats = float(self.kind(JOINED).sum()), float(self.kind(REPEATS).sum())
        contacts = through + leaked + repeats + joined
        plain_s = self._plain_aht_s()
        hours = first_h + leaked_h + repeats_h + joined_h + handover_h
        return QueueWorkload(
            queue=self.queue.id,
            wanted=wanted,
            contained=contained,
            first=through - old,
            leaked=leaked + old,
            repeats=repeats,
            joined=joined,
            escalated=contacts * sum(up.share for up in self.journey.escalations),
            unsolved_back=(contacts - joined) * self.journey.gain,
            plain_aht_s=plain_s,
            aht_s=hours * 3600 / contacts if contacts > 0 else plain_s,
            cv2=self._mix(through, leaked, plain_s).cv2,
            first_h=first_h,
            leaked_h=leaked_h,
            repeats_h=repeats_h,
            joined_h=joined_h,
            handover_h=handover_h,
            contained_h=contained * plain_s / 3600,
            as_recorded_h=float(self.volume @ self.recorded_aht_s) / 3600,
            aht_factor=float(self.journeys.aht_factor[self.q]),
            fcr=self.journey.fcr,
        )

    def _plain_aht_s(self) -> float:
        """Mean AHT of a plain first contact over the volume; over the hours where there is none."""
        total = float(self.volume.sum())
        mean = float(self.volume @ self.recorded_aht_s) / total if total > 0 else float(self.recorded_aht_s.mean())
        return self.plain * mean

    def _mix(self, through: float, leaked: float, plain_s: float) -> Mix:
        """Return the mixture of single handling times: first contacts, leaked ones, repeats and escalations, each with its hand-over.

        A hand-over of h seconds happens with the escalation's share p, whatever the contact takes: mean sum p h, second moment sum p h^2.
        """
        cv = reasons_mix(self.journey.reasons).cv2 ** 0.5 if self.journey.reasons else self.queue.handling.cv
        parts = [(through, self.harder * plain_s, cv), (leaked, plain_s, cv)]
        for edge, came in zip(self.journeys.network.planned, self.run.came[0], strict=True):
            if edge.to == self.q:
                parts.append((float(came), edge.aht_factor * plain_s, cv))
        for origin in range(len(self.journeys.account.queues)):
            contacts = float(self.run.contacts[0, origin].sum())
            for up in self.journeys.journey(origin).escalations:
                if up.queue == self.queue.id:
                    parts.append((contacts * up.share, up.joined_s, up.aht_s * up.cv / up.joined_s))
        whole = mixed(parts) if sum(weight for weight, _, _ in parts) > 0 else mixed([(1.0, plain_s, cv)])
        mean = self.handover_s
        second = sum(up.share * up.handover_s**2 for up in self.journey.escalations)
        own = whole.mean_s**2 * (1 + whole.cv2)
        total = own + 2 * whole.mean_s * mean + second
        return Mix(mean_s=whole.mean_s + mean, cv2=total / (whole.mean_s + mean) ** 2 - 1)


def _told(work: QueueWorkload) -> str:
    """Say what contacts consist of."""
    parts = [
        (work.wanted, "first contacts"),
        (-work.contained, "ended by a bot"),
        (work.leaked, "of these come all the same"),
        (work.repeats, "repeats"),
        (work.joined, "escalated here"),
    ]
    return " ".join(f"{n:+,.0f} {name}" for n, name in parts if round(n))


def _no_less_than_none(contacts: Floats) -> tuple[Floats, Floats]:
    """Return contacts ``[..., T]`` with nothing below 0 and the same totals, and the share of them that moved ``[...]``."""
    floor = np.maximum(contacts, 0.0)
    total, kept = contacts.sum(axis=-1), floor.sum(axis=-1)
    ratio = np.divide(np.maximum(total, 0.0), kept, out=np.ones_like(kept), where=kept > 0)
    moved = np.divide(kept - total, kept, out=np.zeros_like(kept), where=kept > 0)
    return floor * ratio[..., None], moved
