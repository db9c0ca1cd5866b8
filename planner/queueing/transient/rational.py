"""A large chain over a long time by tridiagonal systems: a few big steps instead of one per event.

exp(z) is replaced by its Pade approximant with a numerator of degree 5 and a denominator of degree 6. It is of order 11, at most 1 in
the left half-plane and zero at infinity (L-stable: B. L. Ehle, "On Pade approximations to the exponential function and A-stable methods
for the numerical solution of initial value problems", University of Waterloo, 1969; E. Hairer and G. Wanner, "Solving Ordinary
Differential Equations II", ch. IV.3 and IV.4), and in partial fractions a step is three complex tridiagonal systems.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from planner.compiled import compiled
from planner.queueing.transient.chain import ground, leaving
from planner.queueing.transient.rows import trim

# exp(z) ~ 2 Re sum WEIGHTS / (1 - INVERSES z), computed in 60 digits: the weights would magnify every rounding of the poles
INVERSES = np.array(
    [
        0.1275242625201522 - 0.02760524661730498j,
        0.09821854327211832 - 0.07438090564117757j,
        0.04698446693500222 - 0.09708551347802598j,
    ]
)
WEIGHTS = np.array(
    [
        1.674410734844303 + 122.16280661532444j,
        -0.49053981224913307 - 46.78138563910096j,
        -0.6838709225951699 + 4.883229560549927j,
    ]
)
_DOUBLINGS = 20


@compiled(entry=False)
def _march(p: Any, birth: float, fall: Any, h: float, steps: int) -> Any:
    # `steps` steps of length h on the states of p; births out of the last and deaths out of the first state do not happen
    size = p.size
    pivot = np.empty((3, size), np.complex128)
    upper = np.empty((3, size), np.complex128)
    for j in range(3):
        scale = h * INVERSES[j]
        before = 0.0 + 0.0j
        for n in range(size):
            x = 1.0 + scale * (fall[n] + (birth if n < size - 1 else 0.0)) + scale * birth * before
            bottom = 1.0 / (x.real * x.real + x.imag * x.imag)
            pivot[j, n] = complex(x.real * bottom, -x.imag * bottom)
            before = -scale * fall[n + 1] * pivot[j, n] if n < size - 1 else 0.0 + 0.0j
            upper[j, n] = before
    up0 = h * birth * INVERSES[0]
    up1 = h * birth * INVERSES[1]
    up2 = h * birth * INVERSES[2]
    law = np.empty(size)
    for n in range(size):
        law[n] = p[n]
    y = np.empty((3, size), np.complex128)
    for _ in range(steps):
        a = b = c = 0.0 + 0.0j
        for n in range(size):
            a = (law[n] + up0 * a) * pivot[0, n]
            b = (law[n] + up1 * b) * pivot[1, n]
            c = (law[n] + up2 * c) * pivot[2, n]
            y[0, n] = a
            y[1, n] = b
            y[2, n] = c
        a = b = c = 0.0 + 0.0j
        for n in range(size - 1, -1, -1):
            a = y[0, n] - upper[0, n] * a
            b = y[1, n] - upper[1, n] * b
            c = y[2, n] - upper[2, n] * c
            law[n] = 2.0 * (WEIGHTS[0] * a + WEIGHTS[1] * b + WEIGHTS[2] * c).real
    return law


@compiled(entry=False)
def leap(law: Any, ends: Any, birth: float, agents: float, mu: float, theta: float, t: float, error: float) -> None:
    """Carry row 0 of a law on by `t`, in place.

    Steps are halved until two results differ by less than `error` in total; no probability is left negative.
    """
    low = ground(law, ends, birth, agents, mu, theta)
    high = ends[5]
    ends[3] = min(ends[3], low)
    ends[4] = max(ends[4], high)
    size = high - low + 1
    fall = np.empty(size)
    fall[0] = 0.0
    for n in range(1, size):
        fall[n] = leaving(float(low + n), agents, mu, theta)
    start = law[0, low + 1 : high + 2]
    law_now = start
    steps = 2
    off = math.inf
    for attempt in range(_DOUBLINGS):
        steps *= 2
        better = _march(start, birth, fall, t / steps, steps)
        if attempt > 0:
            off = 0.0
            for n in range(size):
                off += abs(better[n] - law_now[n])
        law_now = better
        if off < error:
            break
    total = 0.0
    for n in range(size):
        law_now[n] = max(0.0, law_now[n])
        total += law_now[n]
    for n in range(size):
        law[0, low + n + 1] = law_now[n] / total
    trim(law, law, ends)
