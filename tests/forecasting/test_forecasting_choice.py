"""The choice rests on back-tests as far ahead as the plan, and says what the history lacked."""

import numpy as np
import pytest
from forecast_truth import MONDAY, Truth, ahead

from forecasts import MODELS, DayMatrix, SeriesForecast, forecast_series, rolling_trial


def forecast(history: DayMatrix, days: np.ndarray, **more: object) -> SeriesForecast:
    given = {
        "holidays": np.zeros(len(days), dtype=bool),
        "wanted": np.ones((len(days), history.values.shape[1]), dtype=bool),
        **more,
    }
    return forecast_series(history, days=days, **given)


def test_trial_looks_as_far_ahead_as_the_plan_and_never_at_the_future() -> None:
    history = Truth().history(150)
    seen = []

    def spy(fitted, days, holidays):
        seen.append((fitted.history.last_day, days.min(), days.max()))
        return np.zeros((len(days), 48))

    trial = rolling_trial(history, ahead=ahead(history, lead=10) - history.last_day, models={"spy": spy})
    assert trial is not None
    assert trial.origins == 8
    assert all(first - last == 11 and final - last == 17 for last, first, final in seen)
    assert max(final for _, _, final in seen) == history.last_day
    assert trial.wape("spy") == 1


def test_trial_of_a_short_history_drops_the_lead_first() -> None:
    history = Truth().history(60)
    trial = rolling_trial(history, ahead=ahead(history, lead=40) - history.last_day, models=MODELS)
    assert trial is not None
    assert trial.lead_days == 0
    assert trial.origins >= 3


def test_error_is_counted_over_recorded_and_wanted_slots_only() -> None:
    history = Truth().history(100)
    wanted = np.zeros((7, 48), dtype=bool)
    wanted[:5, 16:40] = True
    trial = rolling_trial(history, ahead=np.arange(1, 8), models=MODELS, wanted=wanted)
    assert trial is not None
    assert np.isnan(trial.actual[:, :16]).all()
    assert set((trial.day + 3) % 7) == set(range(5))


def test_a_moved_level_makes_the_quick_method_win() -> None:
    rng = np.random.default_rng(9)
    level = np.repeat(rng.choice([400, 900, 1600, 700], 13), 14)
    numbers = MONDAY + np.arange(len(level))
    values = rng.poisson(Truth(level=1).means(numbers) * level[:, None]).astype(float)
    history = DayMatrix(MONDAY, values, np.zeros(len(level), dtype=bool))
    found = forecast(history, ahead(history))
    assert found.model in {"day_profile_quick", "week_naive"}
    assert dict(found.wape)[found.model] == min(dict(found.wape).values())
    assert set(dict(found.wape)) == set(MODELS)


def test_the_default_is_kept_unless_another_is_clearly_better() -> None:
    history = Truth().history(182, seed=10)
    found = forecast(history, ahead(history))
    assert found.model == "day_profile"
    assert min(dict(found.wape).values()) >= 0.95 * dict(found.wape)["day_profile"]
    assert "8 origins" in found.reason


def test_small_queues_are_judged_by_wider_blocks() -> None:
    history = Truth(level=12).history(182, seed=11)
    found = forecast(history, ahead(history))
    assert "back-test by day" in found.reason
    assert dict(found.wape)[found.model] < 0.5


def test_under_two_weeks_the_mean_profile_is_used_and_said() -> None:
    history = Truth().history(10, seed=None)
    found = forecast(history, ahead(history))
    assert found.model == "mean_profile"
    assert "only 10 days" in found.reason
    assert found.wape == ()
    np.testing.assert_allclose(found.means, np.tile(found.means[0], (7, 1)))
    assert found.means[0].sum() == pytest.approx(np.nanmean(history.values.sum(axis=1)))


def test_what_the_history_lacks_is_said() -> None:
    truth = Truth()
    values = truth.history(140, seed=12).values.copy()
    values[5::7] = np.nan
    values[:, :12] = np.nan
    history = DayMatrix(MONDAY, values, np.zeros(140, dtype=bool))
    days = ahead(history)
    found = forecast(history, days, holidays=days == days[2])
    assert "Saturdays never recorded: mean profile" in found.reason
    assert "25% of the intervals lie at times of day never recorded" in found.reason
    assert "no public holiday was ever recorded: 1 ahead forecast as ordinary" in found.reason
    assert found.means[:, :12].sum() == 0
    asked = np.ones((7, 48), dtype=bool)
    asked[:, :12] = asked[5] = False
    quiet = forecast(history, days, wanted=asked).reason
    assert "never recorded" not in quiet


def test_a_history_without_its_zeros_is_told() -> None:
    values = Truth(level=20).history(100, seed=13).values
    left_out = DayMatrix(MONDAY, np.where(values == 0, np.nan, values), np.zeros(100, dtype=bool))
    assert "write them as 0" in forecast(left_out, ahead(left_out)).reason
    whole = DayMatrix(MONDAY, values, np.zeros(100, dtype=bool))
    assert "write them as 0" not in forecast(whole, ahead(whole)).reason


def test_a_history_of_zeros_forecasts_zero() -> None:
    history = DayMatrix(MONDAY, np.zeros((60, 48)), np.zeros(60, dtype=bool))
    found = forecast(history, ahead(history))
    assert (found.means == 0).all()
    assert "no contacts" in found.reason


def test_forecast_beats_the_naive_week_and_nears_the_counting_noise() -> None:
    truth = Truth(level=2000)
    history = truth.history(182, seed=14)
    found = forecast(history, ahead(history, 14))
    wape = dict(found.wape)
    assert wape["day_profile"] < 0.8 * wape["week_naive"]
    np.testing.assert_allclose(found.means.sum(axis=1), truth.means(ahead(history, 14)).sum(axis=1), rtol=0.06)
