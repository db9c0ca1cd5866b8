"""A queue's promise and volume, resolved: rings and hours become seconds, drivers are named."""

from __future__ import annotations

from collections.abc import Callable

from planner.domain.queues import Channel, Volume, VolumeSource
from planner.domain.targets import DeferredTarget, Formula, LiveTarget, RingMoment, RingRule, Target, Window
from planner.io.draft import Draft
from planner.io.explain import as_problem
from planner.io.resolve_deferred import resolve_deferred
from planner.io.resolve_planned import is_planned, planned_keys, resolve_planned
from planner.io.settings import QueueSettings, TargetSettings

Path = tuple[str | int, ...]
Tell = Callable[..., None]
"""Called with the path of a table, a message and a remedy."""

_RING_KEYS = ("ring_moment", "ring_country")
_DEFERRED_KEYS = ("clock", "auto_reply_share", "holiday_mode", "rolling_days", "to_date")


def resolve_target(tell: Tell, draft: Draft, path: Path, queue: QueueSettings) -> Target | None:
    """Return the target of `queue`, or None after telling what is wrong with it."""
    return _live(tell, draft, (*path, "target"), queue) if queue.channel.live else _deferred(tell, (*path, "target"), queue)


def _live(tell: Tell, draft: Draft, path: Path, queue: QueueSettings) -> LiveTarget | None:
    target = queue.target
    if target.floor is not None and target.level is not None and target.floor > target.level:
        tell(path, f"floor {target.floor:g} is above the target's level {target.level:g}", f"write at most {target.level:g}")
        return None
    if target.within_h is not None:
        tell(path, f"within_h is for email, social and marketplace; {queue.channel} promises seconds", "write within_s = 20")
        return None
    if wrong := [key for key in _DEFERRED_KEYS if getattr(target, key)]:
        tell(path, f"{' and '.join(wrong)}: for work that can wait only; {queue.channel} promises seconds", "leave it out")
        return None
    if target.window is Window.ROLLING:
        tell(path, f"rolling windows are for work that can wait, not for {queue.channel}", 'write window = "week"')
        return None
    if target.level is None:
        tell(path, "level is missing", "write level = 0.80")
        return None
    if (target.within_s is None) == (target.within_rings is None):
        both = target.within_s is not None
        tell(
            path,
            f"within_s and within_rings are {'both' if both else 'both not'} given",
            "keep one of them" if both else "write within_s = 20 or within_rings = 3",
        )
        return None
    if target.within_rings is not None:
        return _in_rings(tell, draft, path, queue)
    if unused := [key for key in _RING_KEYS if getattr(target, key) is not None]:
        tell(path, f"{' and '.join(unused)} given, but the target is in seconds", "write within_rings, or leave it out")
        return None
    assert target.within_s is not None
    return _live_target(target, target.within_s, None)


def _in_rings(tell: Tell, draft: Draft, path: Path, queue: QueueSettings) -> LiveTarget | None:
    from planner.reference import ring_rule

    target = queue.target
    if queue.channel is not Channel.VOICE:
        tell(path, f"within_rings is for voice; nothing rings on {queue.channel}", "write within_s = 20")
        return None
    market = next((m for m in draft.markets.values() if m.id == queue.market), None)
    country = target.ring_country or (market.country if market else None)
    if country is None or target.within_rings is None:
        return None
    try:
        rule: RingRule = ring_rule(country, target.within_rings, target.ring_moment or RingMoment.END)
    except ValueError as error:
        problem = as_problem("", "", str(error))
        tell(path, problem.message, problem.remedy or "write within_s, or ring_country = a country with a known ringing tone")
        return None
    return _live_target(target, rule.threshold_s, rule)


def _live_target(target: TargetSettings, within_s: float, rings: RingRule | None) -> LiveTarget:
    assert target.level is not None  # told otherwise
    return LiveTarget(
        level=target.level,
        within_s=float(within_s),
        formula=target.formula or Formula.OFFERED,
        window=target.window,
        max_occupancy=target.max_occupancy,
        rings=rings,
        floor=target.floor,
    )


def _deferred(tell: Tell, path: Path, queue: QueueSettings) -> DeferredTarget | None:
    target = queue.target
    live_only = ("within_s", "within_rings", "formula", "floor", *_RING_KEYS)
    if wrong := [key for key in live_only if getattr(target, key) is not None]:
        remedy = "write within_h = 24" if target.within_h is None and target.clock is None else "leave it out"
        tell(path, f"{' and '.join(wrong)}: for voice and chat only; {queue.channel} promises hours", remedy)
        return None
    if target.within_h is None and target.clock is None:
        tell(path, f"within_h is missing: {queue.channel} promises hours", 'write within_h = 24, or clock = "amazon_24h"')
        return None
    return resolve_deferred(tell, path, target)


def resolve_volume(tell: Tell, path: Path, queue: QueueSettings) -> Volume | None:
    """Return where the volume of `queue` comes from, or None after telling what is wrong with it."""
    volume, path = queue.volume, (*path, "volume")
    if not is_planned(volume) and (wrong := planned_keys(volume)):
        tell(
            path,
            f"{' and '.join(wrong)} given, but the source is {volume.source}",
            'write source = "given" or "queue", or leave it out',
        )
        return None
    if is_planned(volume):
        return resolve_planned(tell, path, queue)
    given = [key for key in ("driver", "rate", "delay_days") if getattr(volume, key) is not None]
    if volume.source is VolumeSource.HISTORY:
        if given:
            tell(path, f"{' and '.join(given)} given, but the source is history", 'write source = "driver", or leave it out')
            return None
        return Volume(source=volume.source, scale=volume.scale)
    if volume.source is VolumeSource.NONE:
        if given or volume.scale != 1:
            names = " and ".join([*given, *(["scale"] if volume.scale != 1 else [])])
            tell(path, f'{names} given, but source = "none" has no contacts of its own', "leave it out")
            return None
        return Volume(source=volume.source)
    if missing := [key for key in ("driver", "rate") if getattr(volume, key) is None]:
        tell(
            path,
            f"{' and '.join(missing)} missing: a volume from a driver needs both",
            'write driver = "orders" and rate = 0.02',
        )
        return None
    delays = volume.delay_days or (1.0,)
    if abs(sum(delays) - 1) > 1e-6:
        tell(path, f"delay_days must be shares that sum to 1, got a sum of {sum(delays):g}", "for example [0.5, 0.3, 0.2]")
        return None
    return Volume(
        source=volume.source,
        scale=volume.scale,
        driver=volume.driver or "",
        rate=volume.rate or 0.0,
        delay_days=tuple(float(share) for share in delays),
    )
