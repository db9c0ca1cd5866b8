"""The floor once more, slowly and plainly: objects, scans of everything, every giving up an event. For comparison with the event loop."""

from __future__ import annotations

import heapq
import itertools
import math
from dataclasses import dataclass, field
from typing import Any

from planner.simulation import Floor, Line, Link


@dataclass(eq=False)
class Contact:
    line: Line
    arrives: float
    work: float
    leaves: float
    key: float
    state: str = "coming"
    starts: float = math.nan
    ends: float = math.nan
    put_back: int = 0  # the later a case was put back, the nearer the head of its line it is
    pool: int = -1


@dataclass(eq=False)
class Agent:
    pool: int
    on: bool = False
    hands: list[Contact] = field(default_factory=list)
    since: tuple[float, int] = (0.0, 0)  # at one instant, in turn
    counted: float = 0.0
    version: int = 0
    busy_s: float = 0.0


class SlowFloor:
    """Runs contacts and a timetable by the same rules as the product's loop, looking at everybody each time."""

    def __init__(self, floor: Floor, contacts: list[Contact], agents: list[Agent]) -> None:
        self.floor, self.contacts, self.agents = floor, contacts, agents
        self.number = {pool.id: g for g, pool in enumerate(floor.pools)}
        self.links: dict[tuple[str, int], Link] = {(k.line, self.number[k.pool]): k for k in floor.links}
        self.open = {line.id: line.live for line in floor.lines}
        self.heap: list[tuple[float, int, int, tuple[Any, ...]]] = []
        self.order = itertools.count()
        self.puts = itertools.count(1)
        self.now = -math.inf

    def at(self, time: float, rank: int, event: tuple[Any, ...]) -> None:
        heapq.heappush(self.heap, (time, rank, next(self.order), event))

    def run(self, table: list[tuple[float, int, str]]) -> None:
        for time, whom, what in table:
            self.at(time, 0, (what, whom))
        for x in self.contacts:
            self.at(x.arrives, 2, ("arrives", x))
        while self.heap:
            self.now, _, _, (what, *arguments) = heapq.heappop(self.heap)
            getattr(self, what)(*arguments)

    def turn(self) -> tuple[float, int]:
        return self.now, next(self.order)

    # what happens

    def comes(self, a: int) -> None:
        agent = self.agents[a]
        if not agent.on:
            agent.on, agent.since = True, self.turn()
            self.settle(agent)

    def goes(self, a: int) -> None:
        self.agents[a].on = False

    def goes_home(self, a: int) -> None:
        agent = self.agents[a]
        if not agent.on:
            return
        agent.on = False
        if len(agent.hands) == 1 and agent.hands[0].line.handed_over and not agent.hands[0].line.live:
            x = self.lay_down(agent)
            self.seek(self.waiting(x.line)[0])

    def line_opens(self, q: int) -> None:
        line = self.floor.lines[q]
        if line.live:
            for x in self.waiting(line):
                x.state, x.ends = "cut off", self.now
            return
        self.open[line.id] = True
        while (heads := self.waiting(line)) and self.seek(heads[0]):
            pass

    def line_closes(self, q: int) -> None:
        if not self.floor.lines[q].live:
            self.open[self.floor.lines[q].id] = False

    def arrives(self, x: Contact) -> None:
        x.state = "waiting"
        if not self.seek(x):
            if x.leaves < math.inf:
                self.at(x.leaves, 1, ("gives_up", x))
            self.arm(x)

    def arm(self, x: Contact) -> None:
        for k in sorted({link.after_s for (id, _), link in self.links.items() if id == x.line.id} - {0.0}):
            if x.arrives + k > self.now:
                self.at(x.arrives + k, 1, ("may_overflow", x))

    def gives_up(self, x: Contact) -> None:
        if x.state == "waiting":
            x.state, x.ends = "abandoned", self.now

    def may_overflow(self, x: Contact) -> None:
        if x.state == "waiting":
            self.seek(self.waiting(x.line)[0])

    def work_ends(self, agent: Agent, version: int) -> None:
        if version != agent.version:
            return
        self.advance(agent)
        x = min(agent.hands, key=lambda y: self.left(agent, y))
        agent.hands.remove(x)
        x.state, x.ends = "done", self.now
        agent.since = self.turn()
        self.schedule(agent)
        self.settle(agent)

    # who takes what

    def waiting(self, line: Line) -> list[Contact]:
        those = [x for x in self.contacts if x.line is line and x.state == "waiting"]
        return sorted(those, key=lambda x: (-x.put_back, x.arrives))

    def idle(self, g: int) -> list[Agent]:
        return [a for a in self.agents if a.on and a.pool == g and not a.hands]

    def room(self, agent: Agent) -> int:
        return min(x.line.together for x in agent.hands) - len(agent.hands)

    def seek(self, x: Contact) -> bool:
        agent = self.free_agent(x) if self.open[x.line.id] else None
        if agent is None:
            return False
        laid = None
        if agent.hands and agent.hands[0].line.pre_empted and x.line.live and not agent.hands[0].line.live:
            laid = self.lay_down(agent).line
        self.start(agent, x)
        if laid is not None:
            self.seek(self.waiting(laid)[0])
        return True

    def free_agent(self, x: Contact) -> Agent | None:
        links = [(link, g) for (id, g), link in self.links.items() if id == x.line.id and x.arrives + link.after_s <= self.now]
        for tier in sorted({link.tier for link, _ in links}):
            for load in sorted(range(x.line.together), reverse=x.line.fill):
                able = []
                for link, g in links:
                    if link.tier != tier or (load == 0 and len(self.idle(g)) <= link.keep_idle):
                        continue
                    those = [a for a in self.agents if a.on and a.pool == g and len(a.hands) == load]
                    able += [a for a in those if load == 0 or self.room(a) > 0]
                if able:
                    return min(able, key=lambda a: a.since)
        if x.line.live:
            for _, g in sorted(links, key=lambda pair: (pair[0].tier, pair[1])):
                those = [a for a in self.agents if a.on and a.pool == g and len(a.hands) == 1]
                those = [a for a in those if a.hands[0].line.pre_empted and not a.hands[0].line.live]
                if those:
                    return min(those, key=lambda a: a.since)
        return None

    def settle(self, agent: Agent) -> None:
        while agent.on and (not agent.hands or self.room(agent) > 0):
            found = None
            for line in self.floor.lines:
                link = self.links.get((line.id, agent.pool))
                heads = self.waiting(line)
                if link is None or not heads or not self.open[line.id] or heads[0].arrives + link.after_s > self.now:
                    continue
                if agent.hands and len(agent.hands) >= line.together:
                    continue
                if not agent.hands and len([a for a in self.idle(agent.pool) if a is not agent]) < link.keep_idle:
                    continue
                key = (link.rank, heads[0].key)
                if found is None or key < found[0]:
                    found = key, heads[0]
            if found is None:
                return
            self.start(agent, found[1])

    # work

    def speed(self, agent: Agent, x: Contact) -> float:
        speeds = x.line.speeds
        return speeds[min(len(agent.hands), len(speeds)) - 1] / self.links[x.line.id, agent.pool].handling

    def left(self, agent: Agent, x: Contact) -> float:
        return x.work / self.speed(agent, x)

    def advance(self, agent: Agent) -> None:
        passed = self.now - agent.counted
        for x in agent.hands:
            x.work = max(0.0, x.work - passed * self.speed(agent, x))
        if agent.hands:
            agent.busy_s += passed
        agent.counted = self.now

    def start(self, agent: Agent, x: Contact) -> None:
        self.advance(agent)
        agent.hands.append(x)
        x.state, x.pool = "in hand", agent.pool
        x.starts = self.now if math.isnan(x.starts) else x.starts
        agent.since = self.turn()
        self.schedule(agent)

    def lay_down(self, agent: Agent) -> Contact:
        self.advance(agent)
        x = agent.hands.pop()
        x.state, x.put_back = "waiting", next(self.puts)
        agent.version += 1
        self.arm(x)
        return x

    def schedule(self, agent: Agent) -> None:
        agent.version += 1
        if agent.hands:
            self.at(self.now + min(self.left(agent, x) for x in agent.hands), 1, ("work_ends", agent, agent.version))
