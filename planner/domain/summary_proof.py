"""The summary's last words: what is proven of the cost, and whether the plan can be made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.domain.solve import AS_WORDED, WORK_BOUND, SolveInfo

if TYPE_CHECKING:
    from planner.domain.plan import Plan


def proof(plan: Plan) -> str:
    """Return the cost that was minimised, what none can be below, and how the search ended."""
    if not plan.solves:
        return "no solver was needed"
    info = plan.solves[0]
    currency = plan.account.currency
    held = any(solve.name == WORK_BOUND for solve in plan.solves)
    what, whose = ("pay", "none that keeps every promise") if held else ("pay plus priced shortfall", "none")
    reached = "no solution" if info.objective is None else f"{what} {info.objective:,.2f} {currency}"
    bound = "no proven bound" if info.bound is None else f"{whose} can be below {info.bound:,.2f} {currency}"
    gap = "gap not proven" if info.gap is None else f"gap {100 * info.gap:.2f}%"
    worded = next((solve for solve in plan.solves if solve.name == AS_WORDED), None)
    if worded is not None and info.objective is not None and worded.objective is not None:
        return (
            f"{_weighed(info, worded, currency)} ({info.status.value.replace('_', ' ')}, {info.solver}, {info.seconds:.1f} s)"
        )
    return f"{reached}; {bound}: {gap} ({info.status.value.replace('_', ' ')}, {info.solver}, {info.seconds:.1f} s)"


def _weighed(info: SolveInfo, worded: SolveInfo, currency: str) -> str:
    """What is proven where credits are weighed against cost: nothing of their sum, the bound of plans that keep every promise apart."""
    said = f"pay, priced shortfall and expected credits {info.objective:,.2f} {currency}; no proven bound for their sum"
    if worded.bound is not None:
        said += (
            f"; with promises as worded {worded.objective:,.2f} without credits, none below {worded.bound:,.2f}: "
            f"gap {100 * (worded.gap or 0.0):.2f}%"
        )
    return said


def repeatable(plan: Plan) -> str:
    """Return whether the same input gives the same plan, and what it was made from."""
    made = plan.provenance
    verdict = "yes" if made.repeatable else f"no ({made.why_not_repeatable})"
    return (
        f"{verdict}; seed {made.seed}, input {made.input_sha256[:12]}, version {made.version}, results {made.results_version}"
    )
