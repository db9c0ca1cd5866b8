"""From the options of `planner erlang` to one question, or to every problem with them at once."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from fractions import Fraction

from planner.cli.erlang_ask import MAX_LOAD, Ask, Table, Unknown
from planner.cli.erlang_fields import option, read_field, read_interval
from planner.domain.targets import Formula, RingMoment, RingRule
from planner.errors import DataError, Problem

MAX_ROWS = 1000
"""A longer table is refused."""

Typed = Mapping[str, str | None]

_NUMBERS = (
    "calls", "aht", "agents", "target", "within", "rings", "patience", "max_asa", "max_abandonment", "max_occupancy", "rate_cv",
    "shrinkage",
)  # fmt: skip
_THREE = ("calls", "aht", "agents")
_AXES = {"agents": "agents", "calls": "rate_per_h", "aht": "aht_s", "within": "threshold_s", "patience": "patience_s"}


def read(typed: Typed, *, explain: bool = False) -> Ask:
    """Return the question typed; raise DataError with every problem when it makes no sense."""
    problems: list[Problem] = []
    values = {name: read_field(name, text, problems) for name in _NUMBERS if (text := typed[name]) is not None}
    number = {name: None if value is None else float(value) for name, value in values.items()}
    given = {name for name in _NUMBERS if typed[name] is not None}
    per_s, per_words = read_interval(typed["per"] or "hour", problems)
    formula = _formula(typed["formula"] or Formula.OFFERED, problems)
    ring = _ring(typed, values.get("rings"), problems)
    table = _table(typed["table"], given, per_s, problems)
    if table is not None or typed["table"] is not None:
        given |= {(typed["table"] or "").partition("=")[0].strip().lower()}
    unknown = _unknown(given, problems, table=typed["table"] is not None)
    _at_odds(typed, given, problems, explain=explain)
    _too_much(number, table, per_s, problems)
    if problems:
        raise DataError(problems)
    target, threshold = number.get("target"), ring.threshold_s if ring is not None else number.get("within")
    bare = not given & {"within", "rings"}
    if target is None and unknown is not Unknown.LEVEL and not (bare and given & {"max_asa", "max_abandonment"}):
        target = 0.8
    over_thresholds = table is not None and table.name == "within"
    if threshold is None and unknown is not Unknown.THRESHOLD and not over_thresholds:
        threshold = 20.0
    calls = number.get("calls")
    return Ask(
        unknown=unknown,
        rate_per_h=None if calls is None else calls * 3600 / per_s,
        per_s=per_s,
        per_words=per_words,
        aht_s=number.get("aht"),
        agents=number.get("agents"),
        target=target,
        threshold_s=threshold,
        ring=ring,
        patience_s=number.get("patience"),
        formula=formula,
        max_asa_s=number.get("max_asa"),
        max_abandonment=number.get("max_abandonment"),
        max_occupancy=number.get("max_occupancy"),
        rate_cv=number.get("rate_cv") or None,
        shrinkage=values.get("shrinkage"),
        table=table,
        notes=_notes(typed),
    )


def _unknown(given: set[str], problems: list[Problem], *, table: bool) -> Unknown:
    left_out = [name for name in _THREE if name not in given]
    if len(left_out) > 1:
        named = ", ".join(option(name) for name in left_out)
        problems.append(
            Problem(named, "left out; one of calls, handling time and agents is found from the other two", "give all but one")
        )
    elif left_out:
        return Unknown(left_out[0])
    if table:
        return Unknown.NOTHING
    if "target" not in given:
        return Unknown.LEVEL
    return Unknown.NOTHING if given & {"within", "rings"} else Unknown.THRESHOLD


def _at_odds(typed: Typed, given: set[str], problems: list[Problem], *, explain: bool) -> None:
    if typed["rings"] is not None and typed["within"] is not None:
        problems.append(Problem("--rings", f"is {typed['rings']} and --within gives the threshold too", "give one of them"))
    if typed["max_abandonment"] is not None and "patience" not in given:
        problems.append(
            Problem(
                "--max-abandonment",
                f"is {typed['max_abandonment']}, but without --patience nobody gives up",
                "give --patience, the mean seconds until a waiting caller does",
            )
        )
    if typed["table"] is not None and explain:
        problems.append(Problem("--explain", "explains one answer, and --table asks for many", "give one of them"))


def _too_much(number: Mapping[str, float | None], table: Table | None, per_s: float, problems: list[Problem]) -> None:
    calls, aht = ((number.get("calls") or 0.0) * 3600 / per_s, number.get("aht") or 0.0)
    if table is not None:
        calls, aht = (table.values[-1] if table.name == "calls" else calls), (table.values[-1] if table.name == "aht" else aht)
    if calls * aht / 3600 > MAX_LOAD:
        words = f"{calls:g} calls an hour of {aht:g} s are {calls * aht / 3600:.4g} erlang, more than {MAX_LOAD:.0f}"
        problems.append(Problem("--calls, --aht", words, "check both"))


def _formula(typed: str, problems: list[Problem]) -> str:
    name = typed.strip().lower().replace("-", "_").replace(" ", "_")
    known = [f.value for f in Formula]
    if name in known:
        return name
    near = get_close_matches(name, known, n=1)
    problems.append(
        Problem(
            "--formula",
            f"unknown definition of service level {typed!r}",
            f"did you mean {near[0]}?" if near else f"write one of {', '.join(known)}",
        )
    )
    return Formula.OFFERED


def _ring(typed: Typed, rings: Fraction | None, problems: list[Problem]) -> RingRule | None:
    moments = [m.value for m in RingMoment]
    moment = (typed["ring_moment"] or RingMoment.END).strip().lower().replace("-", "_")
    if moment not in moments:
        problems.append(Problem("--ring-moment", f"unknown moment {typed['ring_moment']!r}", f"write {', '.join(moments)}"))
    if typed["rings"] is None:
        return None
    from planner.reference import ring_rule

    country = (typed["country"] or "US").strip().upper()
    try:
        rule = ring_rule(country, 1 if rings is None else int(rings), moment if moment in moments else RingMoment.END)
    except ValueError:
        hint = "the United Kingdom is GB" if country == "UK" else "name another country, or give seconds with --within"
        problems.append(Problem("--country", f"no ringing tone is known for {country!r}", hint))
        return None
    return rule


def _notes(typed: Typed) -> tuple[str, ...]:
    unused = [option(name) for name in ("country", "ring_moment") if typed[name] is not None]
    return (f"{' and '.join(unused)} only matters with --rings",) if unused and typed["rings"] is None else ()


def _table(typed: str | None, given: set[str], per_s: float, problems: list[Problem]) -> Table | None:
    if typed is None:
        return None
    name, equals, span = (part.strip() for part in typed.lower().partition("="))
    parts = [part.strip() for part in span.split(":")]
    place = f"--table {typed}"
    if name not in _AXES or not equals or len(parts) not in (2, 3):
        known = f"{name} must be one of {', '.join(_AXES)}" if name not in _AXES else "a range is from:to or from:to:step"
        problems.append(Problem(place, f"is no range; {known}", "write agents=10:20 or calls=100:300:25"))
        return None
    if name in given or (name == "within" and "rings" in given):
        twice = "--rings" if name not in given else option(name)
        problems.append(Problem(twice, f"is given, and {place} gives {name} too", "leave one of them out"))
    wrong: list[Problem] = []
    first, last = (read_field(name, part, wrong, place=place) for part in parts[:2])
    problems += wrong
    if first is None or last is None:
        return None
    step = _step(place, name, first, last, parts[2:], problems)
    if step is None:
        return None
    rows = int((last - first) / step) + 1 if step else 1
    if rows > MAX_ROWS:
        least = (last - first) / (MAX_ROWS - 1)
        problems.append(
            Problem(
                place, f"has {rows} rows, more than {MAX_ROWS}", f"take steps of {float(least):.3g} or more, or a shorter range"
            )
        )
        return None
    factor = Fraction(3600) / Fraction(per_s) if name == "calls" else Fraction(1)
    return Table(name=name, axis=_AXES[name], values=tuple(float((first + i * step) * factor) for i in range(rows)))


def _step(place: str, name: str, first: Fraction, last: Fraction, typed: list[str], problems: list[Problem]) -> Fraction | None:
    if last < first:
        problems.append(Problem(place, "starts above its end", f"write {name}={float(last):g}:{float(first):g}"))
        return None
    if not typed:
        return Fraction(1) if name == "agents" else (last - first) / 10
    try:
        step = Fraction(typed[0])
    except (ValueError, ZeroDivisionError):
        step = Fraction(0)
    if step <= 0:
        problems.append(Problem(place, f"a step must be a number above 0, got {typed[0]!r}", "write calls=100:300:25"))
        return None
    return step
