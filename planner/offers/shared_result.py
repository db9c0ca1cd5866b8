"""What becomes of several clients' contacts, heads and money on one desk, beside people of each client's own."""

from __future__ import annotations

from dataclasses import dataclass

from planner.domain.money import Money


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What a client gets: the share of its contacts within their thresholds (all None without contacts), by its queues' own formulas, 95%
    sure to lie from `low` to `high`, and how many windows of its promises are kept of how many."""

    level: float | None
    low: float | None
    high: float | None
    kept: int
    windows: int


@dataclass(frozen=True, kw_only=True)
class SharedClient:
    """One client on a shared desk: what it gets and costs with people of its own, what it gets from the pool, and its part of the pool's
    cost, which is its part `handled_share` of all seconds that contacts are handled."""

    client: str
    contacts: float
    apart_heads: int
    apart_cost: Money
    apart: Delivered
    shared: Delivered
    handled_h: float
    handled_share: float
    shared_cost: Money

    @property
    def saved(self) -> Money:
        """What it saves by sharing; below 0 where sharing costs it more."""
        return Money(self.apart_cost.amount - self.shared_cost.amount, self.apart_cost.currency)


@dataclass(frozen=True, kw_only=True)
class SharedDesk:
    """Several clients apart and on one pool.

    `pools` is False where sharing the people that the clients have apart would break a promise that is kept apart: `shared_heads` are then
    those apart, and so is what is delivered. `taken` are the groups of people whom sharing spares, in order. `replications` customers'
    horizons tell what is delivered.
    """

    account: str
    days: int
    clients: tuple[SharedClient, ...]
    apart_heads: int
    apart_cost: Money
    shared_heads: int
    shared_cost: Money
    pools: bool
    taken: tuple[str, ...]
    replications: int
    seed: int
