"""Whether the parts of an account fit together: languages and speakers, opening hours and shifts, clock times and intervals.

What is checked here makes a plan impossible; hours that nobody happens to cover are not an error but shortfall, and the plan shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

import numpy as np

from planner.domain.account import Horizon
from planner.domain.arrays import Bools
from planner.domain.grid import INTERVALS_S, TimeGrid, to_utc
from planner.domain.people import Group, Site
from planner.domain.queues import MINUTES_A_DAY, Channel, Queue, open_intervals
from planner.domain.shifts import ShiftRule
from planner.io.names import did_you_mean
from planner.io.resolved import Resolved
from planner.io.settings.clock_times import clock_text
from planner.io.settings.supply import GroupSettings


def check_fit(done: Resolved, horizon: Horizon | None) -> None:
    """Add to `done.problems` what does not fit together, as far as the parts concerned could be resolved."""
    _somebody_speaks(done)
    _everybody_serves(done)
    _least_shares_fit(done)
    if horizon is None:
        return
    if not _whole_intervals(done, horizon):
        return
    grid = horizon.grid()
    _opens_on_the_grid(done, grid)
    _somebody_is_on_duty(done, grid)


def on_duty(rules: Iterable[ShiftRule], site: Site, grid: TimeGrid) -> Bools:
    """Return ``[T]``, True where a shift of `rules` can be under way at the start of the interval, on the clock of `site`."""
    minutes = np.zeros(MINUTES_A_DAY, dtype=np.bool_)
    for rule in rules:
        for start in range(rule.first_start_min, rule.last_start_min + 1, rule.step_min):
            for first, gap in rule.parts_min:
                worked = np.arange(start, start + rule.length_min)
                minutes[np.where(worked < start + first, worked, worked + gap) % MINUTES_A_DAY] = True
    covered: Bools = minutes[grid.clock(site.zone).minute]
    return covered


def _somebody_speaks(done: Resolved) -> None:
    groups = list(done.draft.groups.values())
    if "groups" not in done.draft.raw or not done.draft.complete("groups"):
        return  # told already: there are no groups, or one of them could not be read
    spoken = sorted({language for g in groups for language in g.languages})
    for i, language, channel in _wanted(done):
        if any(language in g.languages and channel in g.channels for g in groups):
            continue
        path: tuple[str | int, ...] = ("queues", i)
        speakers = [g.id for g in groups if language in g.languages]
        if speakers:
            names = " or ".join(speakers[:5])
            done.problem(path, f"nobody who speaks {language} works {channel}", f"add {channel} to the channels of {names}")
        else:
            near = f"; {did_you_mean(language, spoken, what='spoken')}" if spoken else ""
            remedy = f'add a group with languages = ["{language}"]{near}'
            done.problem(path, f"nobody speaks {language}", remedy)


def _least_shares_fit(done: Resolved) -> None:
    """Least shares of one family come to no more than all of it."""
    families: dict[str, dict[int, GroupSettings]] = {}
    for i, group in done.draft.groups.items():
        families.setdefault(group.part_of or group.id, {})[i] = group
    for name, members in families.items():
        total = sum(g.min_share for g in members.values())
        if total > 1 + 1e-9:
            told = ", ".join(f"{g.id} {g.min_share:g}" for g in members.values() if g.min_share)
            last = max(i for i, g in members.items() if g.min_share)
            done.problem(
                ("groups", last),
                f"min_share of the contract classes of {name} come to {total:g} ({told})",
                "lower them to 1 together",
            )


def _everybody_serves(done: Resolved) -> None:
    found = _wanted(done)
    wanted = {(language, channel) for _, language, channel in found}
    if not found or len(found) < len(done.draft.items("queues")):
        return  # a queue that could not be read may be the one they serve
    for i, group in done.draft.groups.items():
        if (
            group.languages
            and group.channels
            and not any((la, ch) in wanted for la in group.languages for ch in group.channels)
        ):
            done.problem(
                ("groups", i), "serves no queue: no queue has one of its languages on one of its channels", "delete the group"
            )


def _wanted(done: Resolved) -> list[tuple[int, str, Channel]]:
    """Return position, language and channel of every queue that says both, sound otherwise or not."""
    languages = {m.id: m.language for m in done.draft.markets.values()}
    found = []
    for i, item in enumerate(done.draft.items("queues")):
        values = item if isinstance(item, Mapping) else {}
        language = values.get("language") or languages.get(str(values.get("market")))
        if isinstance(language, str) and values.get("channel") in list(Channel):
            found.append((i, language, Channel(values["channel"])))
    return found


def _whole_intervals(done: Resolved, horizon: Horizon) -> bool:
    """Clocks that change by half an hour leave days that are no whole number of hours long."""
    first, after = (to_utc(horizon.zone, horizon.start + timedelta(days=d), 0) for d in (0, horizon.days))
    seconds = (after - first).total_seconds()
    if not seconds % horizon.interval_s:
        return True
    fitting = max(s for s in INTERVALS_S if seconds % s == 0)
    days = "1 day" if horizon.days == 1 else f"{horizon.days} days"
    message = (
        f"{days} from {horizon.start} in {horizon.zone} have {seconds / 3600:g} hours, not whole intervals of "
        f"{horizon.interval_s // 60} minutes"
    )
    done.problem(("horizon",), message, f"write interval_min = {fitting // 60}")
    return False


def _opens_on_the_grid(done: Resolved, grid: TimeGrid) -> None:
    length = grid.interval_s // 60
    zones = {m.id: m.zone for m in done.markets.values()}
    for i, queue in done.queues.items():
        if queue.market not in zones:
            continue
        zone = zones[queue.market]
        phases = np.unique(grid.clock(zone).minute % length)
        for minute in _changes(queue):
            if not np.all(phases == minute % length):
                fitting = [s // 60 for s in INTERVALS_S if _fits(grid, zone, minute, s // 60)]
                remedy = f"write interval_min = {max(fitting)}" if fitting else "move it to a full five minutes"
                message = f"opens or closes at {clock_text(minute)} in {zone}, inside an interval of {length} minutes"
                done.problem(("queues", i), message, remedy)


def _changes(queue: Queue) -> list[int]:
    """Return the minutes of day at which `queue` opens or closes; midnight between two open days is none."""
    week = 7 * MINUTES_A_DAY
    opens = {s.weekday * MINUTES_A_DAY + s.from_min for s in queue.opening.spans}
    closes = {(s.weekday * MINUTES_A_DAY + s.to_min) % week for s in queue.opening.spans}
    return sorted({minute % MINUTES_A_DAY for minute in opens ^ closes})


def _fits(grid: TimeGrid, zone: str, minute: int, length: int) -> bool:
    other = TimeGrid(grid.start_utc, length * 60, max(1, grid.size * grid.interval_s // (length * 60)), grid.zone)
    return bool(np.all((other.clock(zone).minute - minute) % length == 0))


def _somebody_is_on_duty(done: Resolved, grid: TimeGrid) -> None:
    sites = {s.id: s for s in done.sites.values()}
    rules = {r.id: r for r in done.shift_rules.values()}
    markets = {m.id: m for m in done.markets.values()}
    queues = {i: q for i, q in done.queues.items() if q.market in markets}
    opens = {i: open_intervals(q, markets[q.market], grid) for i, q in queues.items()}
    duty = {
        i: on_duty((rules[r] for r in g.shift_rules), sites[g.site], grid)
        for i, g in done.groups.items()
        if g.site in sites and all(r in rules for r in g.shift_rules)
    }
    if len(queues) == len(done.draft.ids["queues"]) and queues and not any(mask.any() for mask in opens.values()):
        done.problem(("horizon",), "every queue is closed all through the horizon", "check start, days, open and holidays")
        return
    for i, mask in duty.items():
        _group_meets_queues(done, i, done.groups[i], mask, {q: opens[i] for i, q in queues.items()})
    if len(duty) == len(done.draft.ids["groups"]):
        for i, queue in queues.items():
            _queue_meets_groups(
                done, i, queue, opens[i], [duty[g] for g, group in done.groups.items() if done.serves(group, queue)]
            )


def _group_meets_queues(done: Resolved, i: int, group: Group, duty: Bools, opens: dict[Queue, Bools]) -> None:
    served = [(q, mask) for q, mask in opens.items() if done.serves(group, q) and mask.any()]
    if served and not any((mask & duty).any() for _, mask in served):
        names = ", ".join(q.id for q, _ in served[:5])
        done.problem(
            ("groups", i),
            f"none of its shifts is ever on duty while a queue that it serves ({names}) is open",
            "check the shifts' first_start and last_start on the site's clock, and the queues' opening hours on the market's",
        )


def _queue_meets_groups(done: Resolved, i: int, queue: Queue, opens: Bools, duties: list[Bools]) -> None:
    if opens.any() and duties and not any((opens & duty).any() for duty in duties):
        done.problem(
            ("queues", i),
            "is open only at times when no shift of those who serve it is on duty",
            "add shifts for these hours, see first_start and last_start, or change open",
        )
