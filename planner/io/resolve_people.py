"""Sites, groups and shifts, resolved: currencies and references checked, hours turned into minutes."""

from __future__ import annotations

from collections.abc import Sequence

from planner.domain.people import Block, Group, Premium, PremiumKind, Site
from planner.domain.shifts import BreakRule, ShiftRule, Split
from planner.io.calendars import check_region, public_holidays
from planner.io.resolved import Resolved
from planner.io.settings import BreakSettings, GroupSettings, PremiumSettings, ShiftSettings, SiteSettings, SplitSettings
from planner.io.settings.supply import OFF, BlockSettings
from planner.rules import contradictions, override_problems, rules_for


def resolve_site(done: Resolved, i: int, item: SiteSettings) -> Site | None:
    """Return site `i` of the file, or None after recording what is wrong; raises ValueError for its first remaining fault."""
    account = done.draft.account
    if item.region is not None:
        check_region(item.country, item.region)
    currency = item.currency or (account.currency if account else "")
    if account and done.draft.fx is not None and currency != account.currency and currency not in done.draft.fx:
        done.problem(
            ("sites", i),
            f"wages are in {currency}, but there is no rate into {account.currency}",
            f"add under [fx]: {currency} = {account.currency} per {currency}",
        )
    premiums = []
    for p, premium in enumerate(item.premiums):
        with done.at("sites", i, "premiums", p):
            premiums.append(_premium(premium))
    return Site(
        id=item.id,
        country=item.country,
        zone=item.zone,
        seats=item.seats,
        wage_per_h=item.wage_per_h,
        currency=currency,
        oncost_share=item.oncost_share,
        premiums=tuple(premiums),
        holidays=public_holidays(item.country, item.region, done.years),
        labour=_labour(done, i, item),
        certificates=item.certificates,
    )


def _labour(done: Resolved, i: int, item: SiteSettings) -> tuple[tuple[str, float | None], ...]:
    """The labour rules set at a site, after recording which are unknown or out of range."""
    written = tuple((id, None if value == OFF else float(value)) for id, value in sorted(item.labour.items()))
    place = done.draft.place("sites", i, "labour")
    done.problems.extend(override_problems(written, place=place))
    return written


def check_labour(done: Resolved) -> None:
    """Record where rules set at a site contradict each other, the country's own, or the shifts worked there."""
    if done.draft.horizon is None:
        return
    for i, site in done.sites.items():
        place = done.draft.place("sites", i, "labour")
        if not site.labour or override_problems(site.labour, place=place):
            continue
        book = rules_for(site.country, done.draft.horizon.start, overrides=site.labour)
        worked = {id for group in done.groups.values() if group.site == site.id for id in group.shift_rules}
        shifts = [rule for rule in done.shift_rules.values() if rule.id in worked]
        done.problems.extend(contradictions(book, shift_rules=shifts, place=place, only_set=True))


def _premium(item: PremiumSettings) -> Premium:
    if item.kind is not PremiumKind.NIGHT and (item.from_ is not None or item.to is not None):
        raise ValueError(f"from and to belong to night premiums; leave them out for {item.kind}")
    if item.kind is not PremiumKind.OVERTIME and (item.after_h is not None or item.after_h_week is not None):
        name = "after_h" if item.after_h is not None else "after_h_week"
        raise ValueError(f"{name} belongs to overtime premiums; leave it out for {item.kind}")
    if item.kind is PremiumKind.OVERTIME and (item.after_h is None) == (item.after_h_week is None):
        which = "needs" if item.after_h is None else "has both; it needs one of"
        raise ValueError(
            f"an overtime premium {which} after_h, the paid hours of a shift after which it begins, such as after_h = 8, or "
            "after_h_week, those of a week, such as after_h_week = 40"
        )
    after_min = None if item.after_h is None else round(60 * item.after_h)
    after_week_min = None if item.after_h_week is None else round(60 * item.after_h_week)
    given = {"from_min": item.from_, "to_min": item.to, "after_min": after_min, "after_week_min": after_week_min}
    hours: dict[str, int] = {name: minute for name, minute in given.items() if minute is not None}
    premium = Premium(kind=item.kind, share=item.share, **hours)
    if premium.from_min == premium.to_min:
        raise ValueError("from and to are the same; a night premium needs hours, such as 22:00 to 06:00")
    return premium


def resolve_group(done: Resolved, i: int, item: GroupSettings) -> Group | None:
    """Return group `i` of the file, or None after recording what is wrong."""
    path = ("groups", i)
    sound = done.known("sites", item.site, path, "site")
    shifts = done.draft.ids["shifts"] if item.shifts is None else item.shifts
    unknown = [id for id in shifts if not done.known("shifts", id, path, "shifts:")]
    sound = sound and not unknown
    for name, values in (("shifts", shifts), ("languages", item.languages), ("channels", item.channels)):
        if not values:
            done.problem(path, f"{name} is empty: nobody in this group could work", f"name at least one of {name}")
            sound = False
        elif len(set(values)) < len(values):
            done.problem(path, f"{name} names something twice", "name each once")
            sound = False
    blocks = []
    for b, block in enumerate(item.blocks):
        with done.at("groups", i, "blocks", b):
            blocks.append(_block(done, block))
    sound = _hand_over(done, path, item, shifts) and sound
    sound = _start_band(done, path, item, shifts) and sound
    if (item.planned_leave or 0.0) > item.absence:
        message = f"planned_leave {item.planned_leave:g} is above absence {item.absence:g}, of which it is a part"
        done.problem(path, message, "raise absence, or lower planned_leave")
        sound = False
    if not (_contract_class(done, path, item) and sound):
        return None
    return Group(
        id=item.id,
        site=item.site,
        languages=item.languages,
        channels=item.channels,
        shift_rules=tuple(shifts),
        absence=item.absence,
        planned_leave=item.planned_leave,
        in_shift_loss=item.in_shift_loss,
        away_min=float(item.away_min),
        wage_factor=item.wage_factor,
        days_per_week=item.days_per_week,
        min_heads=item.min_heads,
        max_heads=item.max_heads,
        part_of=item.part_of,
        max_share=item.max_share,
        min_share=item.min_share,
        blocks=tuple(blocks),
        handover_min=item.handover_min,
        start_band_min=item.start_band_min,
    )


def _hand_over(done: Resolved, path: tuple[str | int, ...], item: GroupSettings, shifts: Sequence[str]) -> bool:
    """True when people can overlap for so long: whole intervals, and an interval less than the group's shortest stretch of work."""
    minutes, horizon = item.handover_min, done.draft.horizon
    if not minutes or horizon is None:
        return True
    step, sound = horizon.interval_min, True
    if minutes % step:
        lower, upper = minutes // step * step, -(-minutes // step) * step
        message = f"handover_min must be a multiple of the horizon's interval, {step} min, got {minutes}"
        done.problem(path, message, f"write {upper}" + (f" or {lower}" if lower else "") + ", or a shorter interval_min")
        sound = False
    lengths = [(_shortest_h(s), s.id) for s in done.draft.shifts.values() if s.id in shifts]
    if lengths and 60 * min(lengths)[0] - step < minutes:
        hours, id = min(lengths)
        most = max(0, int(60 * hours - step) // step * step)
        message = f"handover_min is {minutes} min, but {id} has only {60 * hours:g} min of work in one piece"
        done.problem(path, message, f"write at most {most}, one interval less, or leave out shifts so short")
        sound = False
    return sound


def _start_band(done: Resolved, path: tuple[str | int, ...], item: GroupSettings, shifts: Sequence[str]) -> bool:
    """True when the band leaves some shift of the group two starts, or is not asked for."""
    steps = [s.step_min for s in done.draft.shifts.values() if s.id in shifts and s.first_start + s.step_min <= s.last_start]
    if not item.start_band_min or item.start_band_min >= min(steps, default=1440):
        return True
    message = f"start_band_min is {item.start_band_min} min, but no shift of the group has two starts so close: it would change nothing"
    done.problem(
        path, message, f"write {min(steps)} or more, or 0 for one start" if steps else "write 0: each shift has one start"
    )
    return False


def _shortest_h(item: ShiftSettings) -> float:
    """Hours of the shortest stretch of work in one piece: the shorter part of a split shift."""
    if item.split is None:
        return item.length_h
    return min(h for first in item.split.first_h for h in (first, item.length_h - first))


def _block(done: Resolved, item: BlockSettings) -> Block:
    interval_min = done.draft.horizon.interval_min if done.draft.horizon else 5
    if item.minutes % interval_min:
        raise ValueError(f"minutes of a block must be a multiple of the horizon's interval, {interval_min}, got {item.minutes}")
    given = {"from_min": item.from_, "to_min": item.to}
    return Block(kind=item.kind, minutes=item.minutes, **{name: at for name, at in given.items() if at is not None})


def _contract_class(done: Resolved, path: tuple[str | int, ...], item: GroupSettings) -> bool:
    """True when the group is no contract class, or one of a group with the same work."""
    if item.part_of is None:
        return True
    if not done.known("groups", item.part_of, path, "part_of"):
        return False
    main = next((g for g in done.draft.groups.values() if g.id == item.part_of), None)
    if main is None:
        return False  # told already: it could not be read
    if main.id == item.id or main.part_of is not None:
        which = "itself" if main.id == item.id else f"{main.id}, which is a contract class itself"
        done.problem(path, f"part_of names {which}", "name the group of the main contract")
        return False
    other = [name for name in ("site", "languages", "channels") if sorted(getattr(main, name)) != sorted(getattr(item, name))]
    if other:
        done.problem(path, f"{' and '.join(other)} of this contract class differ from those of {main.id}", "make them the same")
    return not other


def resolve_shift(done: Resolved, i: int, item: ShiftSettings) -> ShiftRule:
    """Return shift `i` of the file; raises ValueError for its first fault."""
    minutes = item.length_h * 60
    if abs(minutes - round(minutes)) > 1e-6:
        raise ValueError(f"length_h must come to whole minutes, got {item.length_h:g} hours")
    breaks = []
    for b, rule in enumerate(item.breaks):
        with done.at("shifts", i, "breaks", b):
            breaks.append(_break(rule))
    if item.first_start > item.last_start:
        raise ValueError("first_start is later than last_start; write two shifts for starts on both sides of midnight")
    return ShiftRule(
        id=item.id,
        length_min=round(minutes),
        first_start_min=item.first_start,
        last_start_min=item.last_start,
        step_min=item.step_min,
        breaks=tuple(breaks),
        min_gap_min=item.min_gap_min,
        split=None if item.split is None else _split(item.split),
    )


def _split(item: SplitSettings) -> Split:
    minutes = {name: [60 * h for h in getattr(item, name)] for name in ("first_h", "gap_h")}
    for name, values in minutes.items():
        if any(abs(m - round(m)) > 1e-6 for m in values):
            raise ValueError(
                f"{name} of split must come to whole minutes, got {', '.join(f'{m / 60:g}' for m in values)} hours"
            )
    return Split(first_min=tuple(map(round, minutes["first_h"])), gap_min=tuple(map(round, minutes["gap_h"])))


def _break(item: BreakSettings) -> BreakRule:
    if item.earliest_min > item.latest_min:
        raise ValueError(f"earliest_min {item.earliest_min} is after latest_min {item.latest_min}; swap them")
    return BreakRule(minutes=item.minutes, paid=item.paid, earliest_min=item.earliest_min, latest_min=item.latest_min)
