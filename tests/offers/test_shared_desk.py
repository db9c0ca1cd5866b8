"""Several clients on one desk: never more heads than apart, the same promises on the same customers, costs that sum to the cent."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from one_agent import write_shops

import planner
from planner.domain.account import Account, Clause
from planner.domain.money import Money
from planner.domain.routing import Overflow, Routing, routes
from planner.domain.targets import Window
from planner.errors import DataError
from planner.offers import SharedDesk, shared_desk
from planner.offers.clients_apart import apart
from planner.offers.cost_shares import split_by_time


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Account:
    return planner.load_account(write_shops(tmp_path_factory.mktemp("shops"), {"alpha": 6, "beta": 6, "gamma": 12}, days=2))


@pytest.fixture(scope="module")
def desk(shops: Account) -> SharedDesk:
    return shared_desk(shops)


def test_sharing_takes_fewer_heads_here_and_keeps_every_promise(desk: SharedDesk) -> None:
    assert desk.pools
    assert desk.shared_heads < desk.apart_heads
    assert desk.apart_heads - desk.shared_heads == len(desk.taken)
    for client in desk.clients:
        assert client.shared.kept == client.shared.windows
        assert client.shared.low is not None
        assert client.shared.high is not None
        assert client.shared.high >= 0.8


def test_two_small_clients_need_two_people_each_by_themselves(desk: SharedDesk) -> None:
    # Erlang A: six calls an hour of 300 s, 64% within 20 s with one agent, 92% with two
    assert [client.apart_heads for client in desk.clients][:2] == [2, 2]
    assert sum(client.apart_heads for client in desk.clients) == desk.apart_heads


def test_shares_sum_to_the_whole(desk: SharedDesk) -> None:
    assert sum(client.handled_share for client in desk.clients) == pytest.approx(1.0, abs=1e-12)
    assert sum(client.shared_cost.amount for client in desk.clients) == desk.shared_cost.amount
    assert sum(client.apart_cost.amount for client in desk.clients) == desk.apart_cost.amount
    assert sum(client.saved.amount for client in desk.clients) == desk.apart_cost.amount - desk.shared_cost.amount


def test_shares_follow_handled_time(desk: SharedDesk) -> None:
    shares = [client.handled_share for client in desk.clients]
    assert shares == pytest.approx([0.25, 0.25, 0.5], abs=0.02)


def test_same_account_gives_the_same_desk(shops: Account, desk: SharedDesk) -> None:
    assert shared_desk(shops) == desk


def test_apart_nobody_takes_contacts_of_another_client(shops: Account) -> None:
    alone = apart(shops)
    owner = {queue.id: queue.client for queue in shops.queues}
    assert {route.queue for route in routes(alone)} == set(owner)
    assert all(route.group == f"lisbon_fr@{owner[route.queue]}" for route in routes(alone))


def test_every_reason_against_sharing_is_listed_at_once(shops: Account) -> None:
    queues = (replace(shops.queues[0], client=""), *shops.queues[1:])
    clause = Clause(id="both", queues=("beta_calls", "gamma_calls"), level=0.8, window=Window.WEEK)
    wrong = replace(
        shops,
        queues=queues,
        contract=replace(shops.contract, clauses=(clause,)),
        routing=Routing(overflows=(Overflow(source="beta_calls", to="gamma_calls", after_s=30),)),
    )
    with pytest.raises(DataError) as caught:
        shared_desk(wrong)
    assert [p.place for p in caught.value.problems] == [
        "queue alpha_calls",
        "clause both",
        "overflow beta_calls to gamma_calls",
    ]


def test_one_client_alone_shares_with_nobody(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="two or more"):
        shared_desk(planner.load_account(write_shops(tmp_path, {"alpha": 6}, days=1)))


@given(
    cents=st.integers(0, 10**9),
    seconds=st.lists(st.floats(0, 1e7, allow_nan=False), min_size=1, max_size=7).filter(lambda row: sum(row) > 1e-3),
)
def test_parts_sum_to_the_cent_and_none_is_a_cent_off(cents: int, seconds: list[float]) -> None:
    total = Decimal(cents) / 100
    parts = split_by_time(Money(total, "EUR"), np.array(seconds))
    assert sum(part.amount for part in parts) == total
    for part, own in zip(parts, seconds, strict=True):
        assert abs(float(part.amount) - float(total) * own / sum(seconds)) < 0.01 + 1e-6


def test_nothing_handled_cannot_be_divided() -> None:
    with pytest.raises(ValueError, match="above 0"):
        split_by_time(Money(Decimal(1), "EUR"), np.zeros(2))
