"""Deferred contacts there at the start: as many in every replication, whatever comes of calls before it."""

from __future__ import annotations

import numpy as np

from planner.queueing import ExponentialPatience
from planner.simulation import Floor, Hours, Line, Link, Pool, simulate_floor
from planner.simulation.floor import Escalation


def test_calls_of_the_warm_up_that_escalate_to_mail_are_none_of_those_there_at_the_start() -> None:
    size = 16
    voice = Line(
        id="voice", contacts=np.full(size, 30.0), aht_s=np.full(size, 200.0), open=np.ones(size, dtype=bool),
        patience=ExponentialPatience(120.0), escalations=(Escalation(share=0.5, to="mail"),),
    )  # fmt: skip
    mail = Line(
        id="mail", contacts=np.full(size, 2.0), aht_s=np.full(size, 300.0), open=np.ones(size, dtype=bool), live=False,
        due_s=3600.0, backlog_s=(60.0, 7200.0, 0.0),
    )  # fmt: skip
    floor = Floor(
        interval_s=900.0,
        lines=(voice, mail),
        pools=(Pool(id="desk"),),
        links=(Link(line="voice", pool="desk"), Link(line="mail", pool="desk", rank=1)),
        hours=Hours(pool=np.zeros(14, dtype=np.int64), starts=np.zeros((14, 1)), ends=np.full((14, 1), size * 900.0)),
        warm_up_s=7200.0,
    )
    ran = simulate_floor(floor, replications=8, seed=3)
    assert ran.before_of == (0, 3)
    yes, known = ran.counted_before("mail")
    assert yes.shape == (8, 3)
    assert known.all()
    assert not yes[:, 0].any()  # two hours old, due an hour after it came
