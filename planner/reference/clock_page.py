"""The presets of clocks as a page of documentation, made from the data itself."""

from __future__ import annotations

from planner.domain.clock_words import rule_in_full
from planner.reference.clocks import ClockPreset, clock_presets

_HEAD = """# Clocks of promises for work that can wait

Email, social messages, marketplace inboxes, back-office and planned outbound work are due by a clock. `within_h = 24` in
`[queues.target]` is the plain one: so many hours on the wall clock. Any other is written under `clock`, on the market's zone and
public holidays:

```toml
target = { level = 0.90, within_h = 24 }                                                # wall clock
target = { clock = "amazon_24h" }                                                       # a preset, with its share and window
target = { level = 0.95, clock = { preset = "walmart_48h", hours = 24 } }               # a preset, changed
target = { level = 0.90, clock = { days = 3 } }                                         # business days: Mon-Fri, no public holidays
target = { level = 0.90, clock = { days = 1, cut_off = "14:00", due_by = "17:00" } }    # with a cut-off hour
target = { level = 0.90, clock = { hours = 8, counted = "Mon-Sun 08:00-21:00" } }       # the night does not count
target = { level = 0.85, clock = { days = 0, cut_off = "18:00", due_by = "19:00", counted_days = "Mon-Sun" } }   # daily cycle
```

How each is read:

- **Hours** run from the arrival. With `counted` they run only inside those weekly hours; `public_holidays = false` leaves public
  holidays out. Across a clock change an hour is an hour: 24 hours from noon end at 13:00 when the night lacks one.
- **Days**: due at `due_by` on the N-th counted day after the day of arrival. What arrives from `cut_off` on, or on a day that does not
  count, belongs to the next counted day. With `days = 0` it is due the same day.
- **Automatic replies**: `auto_reply_share` of contacts get one at once. Where `auto_reply_stops` they count as answered in time; the
  work remains and is planned all the same.
- **Holiday mode**: between the dates of `holiday_mode` the clock stands still ("stops"), arrivals meanwhile may be left out of the
  measure ("not_counted"), or nothing changes ("runs").
- **Rolling windows**: `window = "rolling"` with `rolling_days = 30` measures, at the end of each day of the horizon, the contacts that
  arrived in the 30 days before. What was measured before the horizon comes in `to_date`; without it the window counts the days it has,
  and is marked partial.

What is open when the horizon starts is written by age, and planned work by the time it can be begun:

```toml
backlog = [{ age_h = 5, contacts = 40 }, { age_h = 30, contacts = 12 }]
volume = { source = "given", batches = [{ contacts = 30, days = "Mon-Fri", at = "09:00", until = "12:00" }] }    # surveys
volume = { source = "queue", queue = "uk_voice", share = 0.1, delay_h = 24 }                                       # follow-ups
```

Work goes first due first, over all queues that exactly the same people serve where one of them has a clock, a backlog or planned work;
queues with nothing but `within_h` keep each their share of the people. Agents who also take calls or chats give deferred work the time
that live queues leave. The requirement of a line is laid out for all its queues together, as evenly as all their due times allow (where
they have the same opening hours; else each for itself).

A contact whose clock runs out while nobody works is late whatever the staffing; it is done in its turn, as if it had come when the desk
opened. Everything late is listed by queue and day in `overload.csv`.

## Presets

Facts from the pages named, read in 2026; nobody guarantees them. Rules differ by country and year: check yours and change what
differs. **Unverified** means believed, not seen in a source.
"""


def describe_clocks() -> str:
    """Return a Markdown page: how clocks are written and read, then every preset with its rule, dates and source."""
    lines = [_HEAD, "| preset | contacts | due | share | over | seen in the source | note |", "|---|---|---|---|---|---|---|"]
    lines += [_row(preset) for preset in clock_presets()]
    return "\n".join(lines) + "\n"


def _row(preset: ClockPreset) -> str:
    level = "–" if preset.level is None else f"{100 * preset.level:g}%"
    over = "–" if preset.rolling_days is None else f"{preset.rolling_days} days"
    source = f"[{preset.source_type}]({preset.source})" if preset.source else "no source"
    seen = source if preset.verified else f"**unverified**; {source}"
    since = f"since {preset.since}; " if preset.since else ""
    auto = "" if not preset.auto_reply_stops else "an automatic reply stops the clock; "
    mode = f"holiday mode: {preset.holiday_mode.value.replace('_', ' ')}"
    note = f"{since}{auto}{mode}; {preset.note}".replace("|", "/")
    return f"| `{preset.id}` | {preset.platform}: {preset.what} | {rule_in_full(preset.rule)} | {level} | {over} | {seen} | {note} |"
