"""One series, forecast: every method tried on its past, the best one used, and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasts.backtest import FIT_DAYS, Trial, blocks, rolling_trial
from forecasts.days import Bools, DayMatrix, Floats, Ints, weekday_of
from forecasts.models import MODELS, Fitted, mean_profile
from forecasts.spread import DAY_CV, NOISE, Spread, measure_spread

SHORT_DAYS = 14
DEFAULT = "day_profile"
"""The method used unless another errs clearly less."""
MARGIN = 0.05
"""By how much less another must err: on real histories the least of six back-test errors, taken as it comes, did worse than the default."""
_DAYS_APART = 1_000_000  # tells the same day seen from two origins apart
_ENOUGH_A_BLOCK = 10.0  # below about ten contacts a block WAPE measures counting noise, and favours forecasts that are too low
_WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@dataclass(frozen=True, eq=False, kw_only=True)
class SeriesForecast:
    """A series ahead: `means` ``[H, S]`` by day and slot, its `spread` per slot, and how it was found.

    `wape` holds the back-test error of every model tried; `reason` says in words why `model` was used and what the history lacked.
    `error_day` and `error` ``[N]`` are the chosen model's relative day errors in the back-test, for correlations between series; equal
    numbers in `error_day` mean the same day seen from the same origin.
    """

    means: Floats
    model: str
    wape: tuple[tuple[str, float], ...]
    reason: str
    spread: Spread
    error_day: Ints
    error: Floats


def forecast_series(history: DayMatrix, *, days: Ints, holidays: Bools, wanted: Bools, spread_block: int = 1) -> SeriesForecast:
    """Forecast `days` ``[H]`` (day numbers; `holidays` ``[H]`` marks public ones) from `history`.

    `wanted` ``[H, S]`` marks the slots asked for: the others are forecast too but neither judged nor spoken of. Methods are those of
    :data:`forecasts.models.MODELS`, compared by WAPE over rolling origins as far ahead as wanted; :data:`DEFAULT` is kept unless another
    errs less by :data:`MARGIN`. Under two weeks of history the mean profile is used. The spread is measured over blocks of `spread_block`
    slots and given per such block.
    """
    history = history.until(history.last_day, at_most=FIT_DAYS)
    recorded_days = int(history.recorded.any(axis=1).sum())
    fitted = Fitted(history)
    notes = _gaps(fitted, days, holidays, wanted)
    if len(history.values) < SHORT_DAYS or recorded_days < SHORT_DAYS // 2:
        reason = f"only {_days(recorded_days)} of history: mean day and mean profile, no weekday effects; spread is a default"
        return _untested(mean_profile(fitted, days, holidays), "mean_profile", "; ".join([reason, *notes]))
    by_weekday = np.zeros((7, wanted.shape[1]), dtype=np.bool_)
    np.logical_or.at(by_weekday, weekday_of(days), wanted)
    asked = days[wanted.any(axis=1)]
    ahead = (asked if asked.size else days) - history.last_day
    trial = rolling_trial(history, ahead=ahead, models=MODELS, wanted=by_weekday if asked.size else None)
    if trial is None or not np.nansum(trial.actual) > 0:
        why = "no contacts in the back-test" if trial is not None else "too little history to back-test"
        means = MODELS[DEFAULT](fitted, days, holidays)
        return _untested(means, DEFAULT, "; ".join([f"{why} ({_days(recorded_days)}); spread is a default", *notes]))
    block, judged = _block(trial)
    wape = tuple((name, round(trial.wape(name, block), 4)) for name in MODELS)
    model = _better(dict(wape))
    said = trial.forecast[model]
    _, totals = blocks(trial.actual, said, said.shape[1])
    came, _ = blocks(trial.actual, said, said.shape[1])
    some = totals[:, 0] > 0
    error = (came[some, 0] - totals[some, 0]) / totals[some, 0]
    reason = _reason(trial, dict(wape), model, block, judged)
    return SeriesForecast(
        means=MODELS[model](fitted, days, holidays),
        model=model,
        wape=wape,
        reason="; ".join([reason, *notes]),
        spread=measure_spread(actual=trial.actual, forecast=said, origin=trial.origin, block=spread_block),
        error_day=trial.day[some] + _DAYS_APART * trial.origin[some],
        error=error,
    )


def _untested(means: Floats, model: str, reason: str) -> SeriesForecast:
    nothing = np.zeros(0)
    return SeriesForecast(
        means=means,
        model=model,
        wape=(),
        reason=reason,
        spread=Spread(day_cv=DAY_CV, noise=NOISE),
        error_day=nothing.astype(np.int64),
        error=nothing,
    )


def _better(wape: dict[str, float]) -> str:
    best = min(wape, key=lambda name: wape[name])
    return best if wape[best] < (1 - MARGIN) * wape[DEFAULT] else DEFAULT


def _block(trial: Trial) -> tuple[int, str]:
    """The narrowest of slot, hour, quarter of a day, day with about ten contacts in it on average."""
    slots = trial.actual.shape[1]
    mean = float(np.nanmean(trial.actual))
    hour = max(1, slots // 24)
    for block, name in ((1, "interval"), (hour, "hour"), (max(1, slots // 4), "six hours")):
        if mean * block >= _ENOUGH_A_BLOCK:
            return block, name
    return slots, "day"


def _reason(trial: Trial, wape: dict[str, float], model: str, block: int, judged: str) -> str:
    ordered = sorted(wape.items(), key=lambda pair: pair[1])
    other, value = next(pair for pair in ordered if pair[0] != model)
    if ordered[0][0] == model:
        said_why = f"WAPE {wape[model]:.1%} against {value:.1%} of the next, {other}"
    else:
        said_why = f"WAPE {wape[model]:.1%}, kept because the best other, {other} with {value:.1%}, is not {MARGIN:.0%} better"
    # Mean absolute deviation of a Poisson count (De Moivre): what is left when the rate is known exactly.
    _, said = blocks(trial.actual, trial.forecast[model], block)
    floor = float(np.sum(_poisson_deviation(said))) / max(float(said.sum()), 1e-12)
    span = int((trial.day - _origin_days(trial)).max())
    return (
        f"back-test by {judged} from {trial.origins} origin{'s' * (trial.origins != 1)}, up to {_days(span)} ahead: "
        f"{said_why}; counting noise alone would give {floor:.1%}"
    )


def _origin_days(trial: Trial) -> Ints:
    first = {o: int(trial.day[trial.origin == o].min()) for o in np.unique(trial.origin)}
    return np.array([first[o] for o in trial.origin], dtype=np.int64) - 1 - trial.lead_days


def _poisson_deviation(mean: Floats) -> Floats:
    from scipy.special import gammaln

    m = np.maximum(mean, 1e-300)
    k = np.floor(m)
    deviation: Floats = 2 * np.exp(-m + (k + 1) * np.log(m) - gammaln(k + 1))
    return deviation


def _gaps(fitted: Fitted, days: Ints, holidays: Bools, wanted: Bools) -> list[str]:
    """What the history cannot tell about the slots wanted, in sentences."""
    notes: list[str] = []
    asked = wanted.any(axis=1)
    unseen = [w for w in range(7) if (weekday_of(days[asked]) == w).any() and not fitted.profile.seen[w]]
    if unseen:
        notes.append(f"{_listed([_WEEKDAYS[w] for w in unseen])} never recorded: mean profile of the other weekdays")
    blind = wanted & ~fitted.profile.known
    if blind.any():
        share = float(blind.sum() / wanted.sum())
        notes.append(f"{share:.0%} of the intervals lie at times of day never recorded: no contacts expected there")
    ahead = int((holidays & asked).sum())
    if ahead and fitted.factors.holidays_seen:
        notes.append(
            f"{ahead} public holiday{'s' * (ahead != 1)} ahead at {fitted.factors.holiday:.2f} of an ordinary day, "
            f"from {fitted.factors.holidays_seen} recorded"
        )
    elif ahead:
        notes.append(f"no public holiday was ever recorded: {ahead} ahead forecast as ordinary")
    gap = int((days[asked] if asked.any() else days).min()) - fitted.history.last_day - 1
    if gap > 28:
        notes.append(f"the history ends {gap} days before the horizon")
    quiet = _missing_zeros(fitted)
    if quiet:
        notes.append(quiet)
    return notes


def _missing_zeros(fitted: Fitted) -> str:
    values = fitted.history.values[fitted.history.recorded]
    expected = float(np.exp(-values.mean()) * len(values)) if len(values) else 0.0
    if (values > 0).all() and expected >= 20:
        return (
            "no interval with zero contacts is recorded: if quiet intervals were left out of the history, write them as 0, "
            "else the forecast is too high"
        )
    return ""


def _days(number: int) -> str:
    return f"{number} day{'s' * (number != 1)}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
