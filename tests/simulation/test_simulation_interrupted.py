"""Cases that a call interrupts: whoever is free goes on with them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from simulated_floors import all_day, line

from planner.simulation import Floor, Given, Link, Pool
from planner.simulation.layout import ENDS, LINE, POOL, STARTS
from planner.simulation.replicate import Simulator


def two_desks(**of_mailers: float) -> Floor:
    """Agents for calls and mail, asked first, beside agents for mail alone: one mail that takes 1,000 s, then a call that takes 50 s."""
    calls = replace(line("calls", size=8), given=Given(arrives_s=np.array([200.0]), work_s=np.array([50.0])))
    mail = line("mail", size=8, live=False, pre_empted=True)
    mail = replace(mail, given=Given(arrives_s=np.array([100.0]), work_s=np.array([1000.0])))
    return Floor(
        interval_s=900.0,
        lines=(calls, mail),
        pools=(Pool(id="both"), Pool(id="mailers")),
        links=(
            Link(line="calls", pool="both"),
            Link(line="mail", pool="both", rank=5),
            Link(line="mail", pool="mailers", tier=1, **of_mailers),  # type: ignore[arg-type]
        ),
        hours=all_day((1, 1), 7200.0),
    )


def ended(floor: Floor) -> dict[str, tuple[float, float, str]]:
    """Return when each contact was answered first and ended, and the pool that ended it."""
    ran = Simulator(floor, 1).run(0)
    return {
        floor.lines[n[LINE]].id: (s[STARTS], s[ENDS], floor.pools[n[POOL]].id)
        for s, n in zip(ran.contacts.seconds[: ran.size], ran.contacts.numbers[: ran.size], strict=True)
    }


def test_an_interrupted_case_goes_on_at_once_with_an_idle_agent_of_another_pool() -> None:
    assert ended(two_desks()) == {"mail": (100.0, 1100.0, "mailers"), "calls": (200.0, 250.0, "both")}


def test_an_interrupted_case_waits_for_those_who_may_not_take_it_yet() -> None:
    # by 250 s the first agent is back, before the others may help out at 400 s
    assert ended(two_desks(after_s=300.0)) == {"mail": (100.0, 1150.0, "both"), "calls": (200.0, 250.0, "both")}


def test_an_interrupted_case_leaves_the_agents_kept_idle_alone() -> None:
    assert ended(two_desks(keep_idle=1)) == {"mail": (100.0, 1150.0, "both"), "calls": (200.0, 250.0, "both")}
