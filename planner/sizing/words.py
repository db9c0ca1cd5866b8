"""How a queue was sized, in a sentence a client can check."""

from __future__ import annotations

from planner.domain.account import Account
from planner.domain.clock_words import extras, origin, rule_in_full
from planner.domain.promised import Binding, bindings
from planner.domain.queues import Channel, Queue
from planner.domain.targets import DeferredTarget, Formula, LiveTarget, RingMoment, RingRule, Window
from planner.queueing.deferred import lines
from planner.reference import ring_country_name

_NOUNS = {
    Channel.VOICE: "calls",
    Channel.CHAT: "chats",
    Channel.EMAIL: "emails",
    Channel.SOCIAL: "messages",
    Channel.MARKETPLACE: "messages",
    Channel.OUTBOUND: "outbound contacts",
    Channel.BACK_OFFICE: "tasks",
}
_WITH_ARTICLE = (
    "United",
    "Netherlands",
    "Philippines",
    "Russian",
    "Dominican",
    "Central",
    "Bahamas",
    "Maldives",
    "Cayman",
    "Faroe",
)
_WINDOWS = {Window.DAY: "each day", Window.WEEK: "each week", Window.MONTH: "each month", Window.CONTRACT: "the whole horizon"}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def method(queue: Queue, account: Account) -> str:
    """Return how a queue is sized: law, load, promise, what is assumed, and the quantile of demand it is sized for."""
    plan_for = account.settings.plan_for
    said = (
        _deferred_method(queue, queue.target, account)
        if isinstance(queue.target, DeferredTarget)
        else _live_method(queue, queue.target, account)
    )
    return said if plan_for is None else f"{said}, for the {_percent(plan_for)} quantile of the demand scenarios"


def _deferred_method(queue: Queue, target: DeferredTarget, account: Account) -> str:
    cap = queue.target.max_occupancy
    room = "" if cap is None else f", occupancy at most {_percent(cap)}"
    if target.clock is None:
        hours = f"{queue.target.within_s / 3600:g} h"
        due, promised = f"within {hours} of arrival", f"within {hours}"
    else:
        due, promised = "before they are due", f"by a clock of {rule_in_full(target.clock.rule)}"
    line = next((mine for mine in lines(account.queues, account.serves()) if account.queues.index(queue) in mine), ())
    others = [account.queues[q].id for q in line if account.queues[q].id != queue.id]
    allow = f"their clocks allow, in one line with {' and '.join(others)}" if others else "that clock allows"
    said = (
        f"all {_NOUNS[queue.channel]} that open hours let be done {due}, first due first, spread over open hours as "
        f"evenly as {allow} (promised: {_percent(queue.target.level)} {promised}){room}"
    )
    further = [extras(target), "" if target.clock is None else origin(target.clock)]
    return "; ".join(part for part in (said, *further) if part)


def _live_method(queue: Queue, target: LiveTarget, account: Account) -> str:
    held = bindings(queue, account.contract)
    noun = _NOUNS[queue.channel]
    moment = "most in an interval" if any(b.window is Window.INTERVAL for b in held) else "mean of each interval"
    load = f"the {noun} in hand ({moment})" if account.settings.sizing == "mol" else "each interval's own load"
    parts = [f"{'Erlang C' if queue.patience_s is None else 'Erlang A'} at {load}"]
    parts += [_promise(queue, target, binding, account) for binding in held]
    parts.append("nobody gives up" if queue.patience_s is None else f"patience {queue.patience_s:g} s")
    if target.max_occupancy is not None:
        parts.append(f"occupancy at most {_percent(target.max_occupancy)}")
    if queue.concurrency > 1:
        parts.append(
            f"{queue.concurrency} {noun} at once per agent, each slot at the handling time of full concurrency (conservative)"
        )
    return ", ".join(parts)


def _promise(queue: Queue, target: LiveTarget, binding: Binding, account: Account) -> str:
    share, noun, seconds = _percent(binding.level), _NOUNS[queue.channel], f"{binding.within_s:g} s"
    if target.rings is not None and binding.within_s == target.within_s:
        seconds += f" ({_rings(target.rings)})"
    said = {
        Formula.OFFERED: f"{share} of offered {noun} within {seconds}",
        Formula.ANSWERED: f"{share} of answered {noun} within {seconds}",
        Formula.EXCLUDING_SHORT_ABANDONS: f"{share} of {noun} within {seconds}, not counting those abandoned sooner",
        Formula.CREDITING_SHORT_ABANDONS: f"{share} of {noun} answered or abandoned within {seconds}",
        Formula.VIRTUAL: f"{share} of {noun} reachable within {seconds} by somebody who never gives up",
    }[binding.formula]
    if binding.window is Window.INTERVAL or account.settings.cover == "interval":
        return said
    together = next((c.queues for c in account.contract.clauses if c.id == binding.clause), (queue.id,))
    over = f"over {_WINDOWS[binding.window]}" + (f" together with {_others(queue.id, together)}" if len(together) > 1 else "")
    return f"{said} {over}, at least {_percent(binding.floor)} in every interval"


def _others(own: str, queues: tuple[str, ...]) -> str:
    return " and ".join(id for id in queues if id != own)


def _rings(rule: RingRule) -> str:
    try:
        country = ring_country_name(rule.country)
    except ValueError:
        country = rule.country
    said = {
        RingMoment.START: f"start of the {_ordinal(rule.rings)} ring",
        RingMoment.END: f"end of the {_ordinal(rule.rings)} ring",
        RingMoment.BEFORE_NEXT: f"before the {_ordinal(rule.rings + 1)} ring",
    }[rule.moment]
    article = "the " if country.startswith(_WITH_ARTICLE) else ""
    return f"{said} in {article}{country}: {rule.ring_s:g} s on, {rule.period_s:g} s period; source {rule.source}"


def _ordinal(number: int) -> str:
    return _ORDINALS[number - 1] if number <= len(_ORDINALS) else f"{number}th"


def _percent(share: float) -> str:
    return f"{100 * share:g}%"
