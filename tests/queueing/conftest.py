"""An oracle that shares nothing with the product's formulas: the birth-death chain and the caller's place in it, in 40 digits."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import pytest
from mpmath import mpf

Exact = dict[str, mpf]


def chain(*, load: float, agents: int, theta: float, t: float) -> Exact:
    """Every measure of M/M/s+M with time in handling times, from the stationary chain.

    A caller who finds j others waiting has V = sum of exponentials of rates s + i theta, i = 0..j, so exp(-theta V) is
    Beta(s/theta, j+1) distributed; its distribution function follows by recursion in j.
    """
    with mpmath.workdps(40):
        a, s, th, tt = mpf(load), agents, mpf(theta), mpf(t)
        small = mpf(10) ** -32
        mode = s if a <= s else s + int((a - s) / th)
        weights = {mode: mpf(1)}
        w, n = mpf(1), mode
        while w > small:
            n += 1
            w *= a / (min(n, s) + max(n - s, 0) * th)
            weights[n] = w
        w, n = mpf(1), mode
        while w > small and n > 0:
            w *= (min(n, s) + max(n - s, 0) * th) / a
            n -= 1
            weights[n] = w
        total = mpmath.fsum(weights.values())
        out = {k: mpf(0) for k in ("wait", "abandonment", "in_time", "late", "asa_sum", "answered")}
        alpha, x = s / th, mpmath.exp(-th * tt)
        # survival of V is the regularised incomplete beta I_x(alpha, j+1); the answered need the same with alpha + 1
        late, late1 = x**alpha, x ** (alpha + 1)
        step, step1 = x**alpha * (1 - x) * alpha, x ** (alpha + 1) * (1 - x) * (alpha + 1)
        psi = mpmath.harmonic(alpha + 1) - mpmath.harmonic(alpha)
        for j in range(max(weights) - s + 1):
            p = weights.get(s + j, mpf(0)) / total
            if p:
                kept = alpha / (alpha + j + 1)
                out["wait"] += p
                out["late"] += p * late
                out["in_time"] += p * kept * (1 - late1)
                out["answered"] += p * kept
                out["abandonment"] += p * (1 - kept)
                out["asa_sum"] += p * kept * psi / th
            late += step
            late1 += step1
            step *= (1 - x) * (alpha + j + 1) / (j + 2)
            step1 *= (1 - x) * (alpha + j + 2) / (j + 2)
            psi += 1 / (alpha + j + 2)
        at_once = mpmath.fsum(w for n, w in weights.items() if n < s) / total
        out["in_time"] += at_once
        out["answered"] += at_once
        out["mean_wait"] = out["abandonment"] / th
        out["asa_answered"] = out["asa_sum"] / out["answered"] if out["answered"] else mpf("nan")
        out["carried"] = a * out["answered"]
        gone_late = x * out["late"]
        out["offered"] = out["in_time"]
        out["answered_level"] = out["in_time"] / out["answered"]
        out["excluding_short_abandons"] = out["in_time"] / (out["in_time"] + gone_late)
        out["crediting_short_abandons"] = 1 - gone_late
        out["virtual"] = 1 - out["late"]
        return out


@pytest.fixture(scope="session")
def exact_chain() -> Callable[..., Exact]:
    return chain
