"""From the options of `planner desk` to one desk, or to every problem with them at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from planner.cli.erlang_fields import read_field
from planner.domain.small_desk import FEW, RINGS, Threshold
from planner.errors import DataError, Problem
from planner.small_desk import DeskAsk

Typed = Mapping[str, str | None]

_SPAN = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)")
_MOST_RINGS = 100
_PLACES = {"per_h": "--per-h", "in_shift_loss": "--loss", "loss": "--loss", "per_h times aht": "--per-h and --aht"}


def read_desk(typed: Typed, breaks: tuple[str, ...]) -> tuple[DeskAsk, ...]:
    """Return the desk typed, with the number of agents typed or with one, two and three; raise DataError with every problem."""
    problems: list[Problem] = []
    agents = range(1, FEW + 1) if typed["agents"] is None else [_whole("--agents", typed["agents"], problems)]
    per_h = _number("--per-h", typed["per_h"], problems, remedy="give the contacts of an hour, such as 6")
    fields = {
        name: read_field(name, text, problems) for name in ("aht", "patience", "within") if (text := typed[name]) is not None
    }
    for name, remedy in (("per_h", "give the contacts of an hour, such as 6"), ("aht", "give mean seconds, such as 300")):
        if typed[name] is None:
            problems.append(Problem(f"--{name.replace('_', '-')}", "left out", remedy))
    thresholds = _thresholds(typed, fields.get("within"), problems)
    hours = _span("--hours", typed["hours"] or "09:00-17:00", problems)
    pauses = tuple(span for text in breaks if (span := _span("--break", text, problems)) is not None)
    absence = _share("--absence", typed["absence"], problems)
    loss = _share("--loss", typed["loss"], problems)
    days = 5 if typed["days"] is None else _whole("--days", typed["days"], problems)
    patience, aht = fields.get("patience"), fields.get("aht")
    from_s, to_s = hours or (9 * 3600.0, 17 * 3600.0)

    def desk(n: int) -> DeskAsk:
        return DeskAsk(
            agents=n,
            per_h=per_h if per_h is not None else 1.0,
            aht_s=float(aht) if aht is not None else 60.0,
            patience_s=float(patience) if patience is not None else None,
            thresholds=thresholds or (Threshold(seconds=20.0),),
            from_s=from_s,
            to_s=to_s,
            days=days if days is not None else 5,
            breaks=tuple((start, end - start) for start, end in pauses),
            absence=absence,
            in_shift_loss=loss,
        )

    found = [_tried(lambda n=n: desk(n), problems) for n in agents if n is not None]  # type: ignore[misc]
    if problems:
        raise DataError(list(dict.fromkeys(problems)))
    return tuple(one for one in found if one is not None)


def _tried(make: Callable[[], DeskAsk], problems: list[Problem]) -> DeskAsk | None:
    try:
        return make()
    except DataError as error:
        known = {problem.place for problem in problems}
        for problem in error.problems:
            place = _PLACES.get(problem.place, f"--{problem.place}")
            if place not in known:
                problems.append(Problem(place, problem.message, problem.remedy))
        return None


def _thresholds(typed: Typed, within: object, problems: list[Problem]) -> tuple[Threshold, ...]:
    from planner.reference.rings import ring_country_name, ring_rule

    found = []
    if typed["rings"] is not None or typed["country"] is not None or typed["within"] is None:
        country = (typed["country"] or "US").upper()
        rings = RINGS if typed["rings"] is None else _whole("--rings", typed["rings"], problems)
        if rings is not None and not 1 <= rings <= _MOST_RINGS:
            problems.append(Problem("--rings", f"must be 1 to {_MOST_RINGS}, got {rings}", "write a whole number, such as 3"))
            rings = None
        try:
            ring_country_name(country)
        except ValueError as error:
            problems.append(
                Problem("--country", str(error).partition("; ")[0], "name another, or give --within in seconds alone")
            )
            rings = None
        if rings is not None:
            found.append(Threshold(seconds=ring_rule(country, rings).threshold_s, rings=rings, country=country))
    if within is not None:
        found.append(Threshold(seconds=float(within)))  # type: ignore[arg-type]
    return tuple(found)


def _span(place: str, text: str, problems: list[Problem]) -> tuple[float, float] | None:
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        remedy = "write 09:00-17:00" if place == "--hours" else "write 12:00-12:30"
        problems.append(Problem(place, f"must be two times of day, got {text!r}", remedy))
        return None
    a, b, c, d = (int(part) for part in match.groups())
    return a * 3600.0 + b * 60, c * 3600.0 + d * 60


def _number(place: str, text: str | None, problems: list[Problem], *, remedy: str) -> float | None:
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        problems.append(Problem(place, f"must be a number, got {text!r}", remedy))
        return None


def _share(place: str, text: str | None, problems: list[Problem]) -> float:
    if text is None:
        return 0.0
    plain = text.strip()
    value = _number(place, plain.removesuffix("%"), problems, remedy="write 0.08 or 8%")
    return 0.0 if value is None else value / 100 if plain.endswith("%") else value


def _whole(place: str, text: str | None, problems: list[Problem]) -> int | None:
    try:
        return int(text or "")
    except ValueError:
        problems.append(Problem(place, f"must be a whole number, got {text!r}"))
        return None
