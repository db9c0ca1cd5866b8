"""`planner clocks`: the response clocks of marketplaces and channels that an account can name."""

from __future__ import annotations

import typer

from planner.cli.console import print_table
from planner.cli.run import print_json
from planner.errors import DataError, Problem

_NOTE = (
    "Facts of pages read in 2026: rules differ by country and year. Change any in the account: "
    "clock = { preset = ..., hours = ... }."
)


def list_clocks(id: str | None, *, json: bool) -> None:
    """Print every preset, or the one called `id` in full; raises DataError when there is none."""
    from planner.domain.clock_words import rule_in_full
    from planner.domain.codec import encode
    from planner.io.names import did_you_mean
    from planner.reference import clock_presets

    presets = clock_presets()
    if id is not None:
        known = [preset.id for preset in presets]
        if id not in known:
            raise DataError(Problem("PRESET", f"there is no preset {id!r}", did_you_mean(id, known, what="presets")))
        presets = tuple(preset for preset in presets if preset.id == id)
    if json:
        print_json([{**encode(preset), "says": rule_in_full(preset.rule)} for preset in presets])
        return
    if id is None:
        rows = [
            [
                preset.id,
                preset.what,
                rule_in_full(preset.rule),
                "–" if preset.level is None else f"{100 * preset.level:g}%",
                "–" if preset.rolling_days is None else f"{preset.rolling_days} d",
                "yes" if preset.verified else "UNVERIFIED",
            ]
            for preset in presets
        ]
        print_table(["preset", "contacts", "due", "share", "over", "seen in source"], rows)
        typer.echo(_NOTE)
        return
    (one,) = presets
    for label, text in (
        ("preset", one.id + ("" if one.verified else "  (UNVERIFIED: believed, not seen in a source)")),
        ("platform", f"{one.platform}: {one.what}"),
        ("due", rule_in_full(one.rule)),
        ("share", "none stated; write level" if one.level is None else f"{100 * one.level:g}%"),
        ("over", "none stated" if one.rolling_days is None else f"{one.rolling_days} days, rolling"),
        ("auto-reply", "stops the clock" if one.auto_reply_stops else "does not stop the clock"),
        ("holiday", f"holiday mode: {one.holiday_mode.value.replace('_', ' ')}"),
        ("since", one.since or "not known"),
        ("source", f"{one.source or 'none'} ({one.source_type or 'none'}, read {one.read})"),
        ("note", one.note or "–"),
    ):
        typer.echo(f"{label:<12}{text}")
