"""What one head more or less does in the compiled search: supply, shortfall, gains and cost, interval by interval.

With the gain of one more head of group g in interval t,

    gain(g,t) = cost of shortfall now - cost of shortfall with it,

shortfall of classes that share agents is the largest deficit of any set of classes,
``max over S of need(S) - sum of a D(g) over groups serving S`` (max-flow min-cut; Hall's condition), so splits need no variables.

What agents are worth may fall in steps: layer l asks for ``need(l)``, which grows with l, and each agent missing there costs `worth(l)`.
The best division serves the dearest layers first (what groups can serve is a polymatroid, where the greedy rule is optimal: Edmonds
1970), so the cost is the sum over layers of worth times the layer's own shortfall. Where the grid is cyclic, duties run on from its end to
its start.
"""

from __future__ import annotations

from typing import Any

from planner.compiled import compiled
from planner.domain.arrays import Bools, Floats, Ints
from planner.shifts.kernel_state import Data, Rows, State


@compiled(entry=False, arrays=False)
def _price_interval(
    part: Any,
    members: Ints,
    groups: Rows,
    has: Bools,
    worth: Floats,
    t: int,
    need: Floats,
    supply: Floats,
    gain: Floats,
    near: Ints,
) -> float:
    """Recompute the gains of one part in one interval from what its sets need and have; returns what its shortfall costs.

    Takes few arrays: see `Rows`. Only sets nearly as short as the shortest can stay short when one agent more comes.
    """
    most = 0.0
    for i in range(part.first_group, part.last_group):
        g = members[i]
        gain[g, t] = 0.0
        most = max(most, groups[g].availability)
    cost = 0.0
    for layer in range(len(worth) - 1, -1, -1):
        short = 0.0
        for s in range(part.first_set, part.last_set):
            d = need[s, t, layer] - supply[s, t]
            if d > short:
                short = d
        if short <= 0.0:
            break  # dearer layers ask for less
        cost += worth[layer] * short
        n = 0
        for s in range(part.first_set, part.last_set):
            if need[s, t, layer] - supply[s, t] > max(short - most, 0.0):
                near[n] = s
                n += 1
        for i in range(part.first_group, part.last_group):
            g = members[i]
            left = max(short - groups[g].availability, 0.0)
            for k in range(n):
                d = need[near[k], t, layer] - supply[near[k], t]
                if has[near[k], g]:
                    d -= groups[g].availability
                if d > left:
                    left = d
            gain[g, t] += worth[layer] * (short - left)
    size = supply.shape[1]
    if gain.shape[1] > size:
        for i in range(part.first_group, part.last_group):
            gain[members[i], t + size] = gain[members[i], t]
    return cost


@compiled(entry=False, arrays=False)
def _shift_heads(data: Data, state: State, agent: int, sign: float) -> None:
    """Add (sign 1.0) or take away (-1.0) the duties of `agent`, with everything that follows."""
    k = state.agent[agent].kind
    g = data.kind[k].group
    part, site = data.group[g].part, data.group[g].site
    delta = state.delta
    size = state.short.shape[1]
    state.heads[g] += int(sign)
    for i in range(data.kind[k].count):
        if not (state.agent[agent].days >> i) & 1:
            continue
        j = state.choice[agent, i, 0]
        first, last = data.duty[j].first, data.duty[j].last
        state.cost[0] += sign * data.duty[j].cost
        for t in range(first, last):
            delta[t] = 1.0
            if t < data.duty[j].off or t >= data.duty[j].back:
                state.on_site[site, t - size if t >= size else t] += int(sign)
        if first < last:
            delta[first] = data.duty[j].head
            delta[last - 1] = data.duty[j].tail
        for b in range(data.duty_pool.shape[1]):
            if data.duty_pool[j, b] < 0:
                continue
            o = state.choice[agent, i, 1 + b]
            state.cost[0] += sign * data.choice[o].cost
            ahead = size if data.choice[o].first < first else 0  # a break after the end of a cyclic grid
            for t in range(data.choice[o].first, data.choice[o].last):
                if t == data.choice[o].first:
                    delta[t + ahead] -= data.choice[o].head
                elif t == data.choice[o].last - 1:
                    delta[t + ahead] -= data.choice[o].tail
                else:
                    delta[t + ahead] -= 1.0
        if part < 0:
            continue
        for tt in range(first, last):
            change = sign * data.group[g].availability * delta[tt]
            if change != 0.0:
                t = tt - size if tt >= size else tt
                for s in range(data.part[part].first_set, data.part[part].last_set):
                    if data.set_has[s, g]:
                        state.supply[s, t] += change
                short = _price_interval(
                    data.part[part], data.part_group, data.group, data.set_has, data.worth, t, data.need, state.supply, state.gain,
                    state.near,
                )  # fmt: skip
                state.cost[0] += short - state.short[part, t]
                state.short[part, t] = short
