"""Rolling origins: forecast from earlier days what later days brought, and count the error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from forecasts.days import Bools, DayMatrix, Floats, Ints
from forecasts.models import Fitted, Model

ORIGINS = 8
STEP_DAYS = 7
FIT_DAYS = 730
"""Days of history a fit looks back on; older days tell only of holidays, and those change."""
_ENOUGH_ORIGINS = 3
_TRAINING_DAYS = 28
_LEAST_TRAINING_DAYS = 14


@dataclass(frozen=True, eq=False)
class Trial:
    """What the models said and what came, on every test day of every origin, in slot or wider blocks.

    `origin` and `day` ``[N]`` number the origin and the local day of a row; `actual` ``[N, S]`` NaN where nothing was recorded;
    `forecast` maps each model's name to ``[N, S]``.
    """

    origin: Ints
    day: Ints
    actual: Floats
    forecast: Mapping[str, Floats]
    lead_days: int

    @property
    def origins(self) -> int:
        """How many origins had something to test on."""
        return len(np.unique(self.origin))

    def wape(self, model: str, block: int = 1) -> float:
        """Return sum |forecast - actual| / sum actual of `model` over blocks of `block` slots; NaN where nothing came at all."""
        actual, forecast = blocks(self.actual, self.forecast[model], block)
        came = float(actual.sum())
        return float(np.abs(forecast - actual).sum()) / came if came > 0 else float("nan")


def blocks(actual: Floats, forecast: Floats, block: int) -> tuple[Floats, Floats]:
    """Return `actual` and `forecast` summed over blocks of `block` slots, recorded slots only (others count nothing in either)."""
    there = ~np.isnan(actual)
    seen, said = np.where(there, actual, 0.0), np.where(there, forecast, 0.0)
    if block == 1:
        return seen, said
    edges = np.arange(0, actual.shape[1], block)
    return np.add.reduceat(seen, edges, axis=1), np.add.reduceat(said, edges, axis=1)


def rolling_trial(history: DayMatrix, *, ahead: Ints, models: Mapping[str, Model], wanted: Bools | None = None) -> Trial | None:
    """Try every model from up to eight origins, a week apart, ending with the last day recorded.

    `ahead` ``[H]`` are the days wanted, counted from the last day recorded; the trial looks equally far ahead where the history is long
    enough for three origins with four weeks to learn from, else it drops the lead, then looks two weeks or one week ahead.
    `wanted` ``[7, S]`` limits the
    error to slots of a weekday that matter. Returns None where no window leaves two weeks to learn from.
    """
    best: Trial | None = None
    for window, least in _windows(np.asarray(ahead, dtype=np.int64)):
        trial = _trial(history, window, least, models, wanted)
        if trial is not None and (best is None or trial.origins > best.origins):
            best = trial
        if best is not None and best.origins >= _ENOUGH_ORIGINS:
            break
    return best


def _windows(ahead: Ints) -> list[tuple[Ints, int]]:
    lead = max(0, int(ahead.min()) - 1)
    near = ahead - lead
    whole = np.arange(1, 1 + len(ahead))
    return [
        (ahead, _TRAINING_DAYS),
        (near, _TRAINING_DAYS),
        (whole[:14], _TRAINING_DAYS),
        (whole[:7], _TRAINING_DAYS),
        (np.arange(1, 8), _LEAST_TRAINING_DAYS),
    ]


def _trial(history: DayMatrix, ahead: Ints, least: int, models: Mapping[str, Model], wanted: Bools | None) -> Trial | None:
    ahead = ahead[ahead > 0]
    if not ahead.size:
        return None
    origin_rows: list[Ints] = []
    day_rows: list[Ints] = []
    actual_rows: list[Floats] = []
    forecast_rows: dict[str, list[Floats]] = {name: [] for name in models}
    newest = history.last_day - int(ahead.max())
    for number in range(ORIGINS):
        origin = newest - number * STEP_DAYS
        if origin - history.first_day + 1 < least:
            break
        days = origin + ahead
        rows = days - history.first_day
        actual, holidays = history.values[rows], history.holidays[rows]
        if wanted is not None:
            actual = np.where(wanted[history.weekday[rows]], actual, np.nan)
        tested = ~np.isnan(actual).all(axis=1)
        try:
            past = history.until(origin, at_most=FIT_DAYS)
        except ValueError:
            break
        if not tested.any():
            continue
        if int(past.recorded.any(axis=1).sum()) < least // 2:
            break
        fitted = Fitted(past)
        origin_rows.append(np.full(int(tested.sum()), number, dtype=np.int64))
        day_rows.append(days[tested])
        actual_rows.append(actual[tested])
        for name, model in models.items():
            forecast_rows[name].append(model(fitted, days[tested], holidays[tested]))
    if not origin_rows:
        return None
    return Trial(
        np.concatenate(origin_rows),
        np.concatenate(day_rows),
        np.concatenate(actual_rows),
        {name: np.concatenate(rows) for name, rows in forecast_rows.items()},
        int(ahead.min()) - 1,
    )
