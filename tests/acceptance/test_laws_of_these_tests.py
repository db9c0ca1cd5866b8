"""The laws the acceptance tests compute anew, against published figures, cases with a known answer, and each other."""

from __future__ import annotations

import numpy as np
import pytest
from acceptance.acceptance_in_hand import in_hand
from acceptance.acceptance_law import whole_agents
from acceptance.acceptance_over_time import Stretches
from scipy.stats import poisson


@pytest.mark.parametrize(
    ("per_h", "aht", "patience", "agents", "within", "expected"),
    [
        (200, 180, None, 14, 20, {"offered": 0.88835}),
        (3000, 240, None, 210, 20, {"offered": 0.8367584704}),
        (12, 300, 120, 1, 30, {"offered": 0.4651259729, "answered": 0.8123683406, "virtual": 0.4700220111}),
        (150, 200, 90, 8, 20, {"excluding_short_abandons": 0.6803610887, "crediting_short_abandons": 0.7079957569}),
        (3000, 240, 120, 195, 20, {"offered": 0.8868191813, "answered": 0.9309971981, "virtual": 0.918438942}),
        (200, 180, 300, 14, 20, {"offered": 0.916792}),
    ],
)
def test_the_law_used_here_gives_the_published_levels(
    per_h: float, aht: float, patience: float | None, agents: int, within: float, expected: dict[str, float]
) -> None:
    found = whole_agents(
        rate_per_s=np.array([per_h / 3600]),
        aht_s=np.array([float(aht)]),
        agents=np.array([agents]),
        within_s=within,
        patience_s=patience,
    )
    for formula, level in expected.items():
        assert found.level(formula)[0] == pytest.approx(level, abs=1e-6), formula


UNEVEN = {
    "rate_per_s": np.array([[[0.05, 0.09, 0.02, 0.06]]]),
    "agents": np.array([[9.0, 12.4, 0.7, 8.0]]),
    "aht_s": np.array([[200.0, 200.0, 150.0, 220.0]]),
    "interval_s": 900.0,
    "within_s": 20.0,
}


def test_contacts_in_hand_grow_by_what_comes_less_what_is_served() -> None:
    contacts, aht = UNEVEN["rate_per_s"][0] * 900, UNEVEN["aht_s"][0]
    m, means, most = contacts[0, 0] / 900 * aht[0], [], []
    for rate, seconds_each in zip(contacts[0] / 900, aht, strict=True):
        path = [m]
        for _ in range(9000):  # tenths of a second, each by its middle
            middle = m + 0.05 * (rate - m / seconds_each)
            m += 0.1 * (rate - middle / seconds_each)
            path.append(m)
        means.append(np.mean((np.array(path[1:]) + path[:-1]) / 2))
        most.append(max(path))
    np.testing.assert_allclose(in_hand(contacts, aht, 900.0)[0], means, rtol=1e-6)
    np.testing.assert_allclose(in_hand(contacts, aht, 900.0, "max")[0], most, rtol=1e-6)


def test_the_law_over_time_is_poisson_where_patience_is_as_long_as_handling() -> None:
    same = UNEVEN | {"aht_s": np.full((1, 4), 200.0)}
    laws = Stretches(**same, patience_s=200.0).laws
    m = 0.0
    for rate, law in zip(same["rate_per_s"][0, 0], laws, strict=True):
        m = 200 * rate + (m - 200 * rate) * np.exp(-900 / 200)
        found = law[-1, 0, 0]
        np.testing.assert_allclose(found, poisson.pmf(np.arange(len(found)), m), rtol=0, atol=1e-8)


@pytest.mark.parametrize("patience_s", [None, 120.0])
def test_the_law_over_time_is_that_of_erlang_in_balance(patience_s: float | None) -> None:
    even = {k: np.full_like(v, v.flat[0]) if isinstance(v, np.ndarray) else v for k, v in UNEVEN.items()}
    even["agents"] = np.full((1, 4), 11.0)
    law = Stretches(**even, patience_s=patience_s, balanced=True)
    rate, aht, agents = np.array([0.05]), np.array([200.0]), np.array([11])
    flat = whole_agents(rate_per_s=rate, aht_s=aht, agents=agents, within_s=20.0, patience_s=patience_s)
    for formula in ("offered", "answered", "excluding_short_abandons", "crediting_short_abandons", "virtual"):
        within, counted = law.level(formula)
        np.testing.assert_allclose(within / counted, flat.level(formula)[0], rtol=0, atol=1e-7, err_msg=formula)
    np.testing.assert_allclose(law.never() / (0.05 * 900), 1 - flat.answered[0], rtol=0, atol=1e-7)
    np.testing.assert_allclose(law.waiting() / 0.05, flat.mean_wait_s[0], rtol=1e-6)
