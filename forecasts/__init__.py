"""History in, quantile forecasts out: arrays by local day and slot of the day. Knows nothing of the planner.

The line: :class:`DayMatrix` holds a history with its gaps, :func:`forecast_series` tries every method on its past and uses the best,
:func:`day_factors` and :func:`counts` draw equally likely futures, :func:`negative_binomial_quantiles` the range by interval.
"""

from forecasts.backtest import Trial, rolling_trial
from forecasts.choose import SeriesForecast, forecast_series
from forecasts.days import DayMatrix, weekday_of
from forecasts.futures import QUEUE_CORRELATION, counts, day_factors, shared_mood
from forecasts.models import MODELS, Fitted
from forecasts.quantiles import negative_binomial_quantiles
from forecasts.spread import Spread, measure_spread, queue_correlation

__all__ = [
    "DayMatrix",
    "Fitted",
    "MODELS",
    "QUEUE_CORRELATION",
    "SeriesForecast",
    "Spread",
    "Trial",
    "counts",
    "day_factors",
    "forecast_series",
    "measure_spread",
    "negative_binomial_quantiles",
    "queue_correlation",
    "rolling_trial",
    "shared_mood",
    "weekday_of",
]
