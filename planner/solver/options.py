"""How a model is to be solved."""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.domain.arrays import Floats


@dataclass(frozen=True, kw_only=True)
class SolveOptions:
    """When to stop and by which method.

    `gap` is relative: (objective - bound) / objective. `max_nodes` ends a search repeatably where a clock would not (C14); 0 means
    only the root is worked. `lp_method` chooses how linear programs, and the root of integer ones, are solved: ``"ipm"`` (interior
    point, many times faster on tour models), ``"simplex"`` or ``"choose"``. `crossover` False stops an interior-point solve before
    it becomes a vertex; the bound then comes from the dual solution. `start` ``[columns]`` is a first solution to improve;
    NaN leaves a variable to the solver. All solves
    of one process must use the same `threads` (HiGHS refuses another number silently, so it is checked).
    """

    time_limit_s: float | None = None
    gap: float = 1e-4
    threads: int = 1
    seed: int = 0
    lp_method: str = "choose"
    crossover: bool = True
    max_nodes: int | None = None
    max_stall_nodes: int | None = None
    heuristic_effort: float | None = None
    solver: str = "highs"
    start: Floats | None = None
    extra: dict[str, float | int | str | bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.solver not in ("highs", "cbc"):
            raise ValueError(f"solver must be highs or cbc, got {self.solver!r}")
        if self.lp_method not in ("ipm", "simplex", "choose"):
            raise ValueError(f"lp_method must be ipm, simplex or choose, got {self.lp_method!r}")
        if self.time_limit_s is not None and not self.time_limit_s >= 0:
            raise ValueError(f"time_limit_s must be 0 or more seconds, got {self.time_limit_s:g}")
        if self.max_nodes is not None and self.max_nodes < 0:
            raise ValueError(f"max_nodes must be 0 or more, got {self.max_nodes}")
        if not self.gap >= 0:
            raise ValueError(f"gap must be 0 or more, got {self.gap:g}; write 0.05 for 5%")
