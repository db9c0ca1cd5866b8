"""What-ifs obey simple laws: nothing changes nothing, twice is once, and they are checked like the account itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import DataError
from planner.io import account_from, decode, encode, input_hash, load_account, override
from planner.io.merge import merged

SCALARS = st.one_of(st.integers(-5, 5), st.sampled_from(["a", "b"]), st.lists(st.integers(0, 3), max_size=2))
KEYS = st.sampled_from(["id", "within_s", "within_rings", "within_h", "source", "rate", "aht_s", "aht_from", "x", "y"])
IDS = st.sampled_from(["one", "two", "three"])
TABLES = st.recursive(
    st.dictionaries(KEYS.filter(lambda k: k != "id"), SCALARS, max_size=4),
    lambda inner: st.dictionaries(
        st.sampled_from(["t", "u", "list", "x"]),
        st.one_of(
            inner,
            SCALARS,
            st.lists(st.tuples(IDS, inner), max_size=3, unique_by=lambda p: p[0]).map(
                lambda ps: [{**t, "id": i} for i, t in ps]
            ),
        ),
        max_size=3,
    ),
    max_leaves=8,
)


@given(base=TABLES, patch=TABLES)
def test_merging_twice_is_merging_once(base: dict[str, Any], patch: dict[str, Any]) -> None:
    once = merged(base, patch)
    assert merged(once, patch) == once


@given(base=TABLES)
def test_merging_nothing_changes_nothing(base: dict[str, Any]) -> None:
    assert merged(base, {}) == base


@given(base=TABLES, patch=TABLES)
def test_merging_leaves_its_arguments_alone(base: dict[str, Any], patch: dict[str, Any]) -> None:
    before = repr((base, patch))
    result = merged(base, patch)
    result["new"] = 1
    assert repr((base, patch)) == before


@given(base=TABLES, keys=st.lists(KEYS, max_size=3))
def test_keys_can_be_taken_out(base: dict[str, Any], keys: list[str]) -> None:
    result = merged(base, {"remove": keys})
    assert result == {k: v for k, v in base.items() if k not in keys}
    assert merged(result, {"remove": keys}) == result


def test_an_override_makes_a_voice_queue_a_patient_one(folder: Path) -> None:
    account = load_account(folder)
    patient = override(account, {"queues": [{"id": "uk_voice", "remove": ["patience_s"]}]})
    assert account.queue("uk_voice").patience_s is not None
    assert patient.queue("uk_voice").patience_s is None


def test_an_override_makes_email_of_a_voice_queue(folder: Path) -> None:
    change = {"id": "uk_voice", "channel": "email", "remove": ["patience_s"], "target": {"within_h": 4}}
    queue = override(load_account(folder), {"queues": [change]}).queue("uk_voice")
    assert queue.channel.value == "email"
    assert queue.target.within_s == 4 * 3600


def test_a_written_handling_time_wins_over_history_unless_said_otherwise(folder: Path) -> None:
    account = load_account(folder)
    assert account.queue("uk_voice").aht_from.value == "history"
    given = override(account, {"queues": [{"id": "uk_voice", "aht_s": 240}]}).queue("uk_voice")
    assert (given.aht_s, given.aht_from.value) == (240, "given")
    recorded = override(account, {"queues": [{"id": "uk_voice", "aht_s": 240, "aht_from": "history"}]}).queue("uk_voice")
    assert recorded.aht_from.value == "history"


def test_no_changes_give_the_same_account(folder: Path) -> None:
    account = load_account(folder)
    assert override(account, {}) == account
    assert input_hash(override(account, {})) == input_hash(account)


def test_a_named_override_changes_what_it_names_and_nothing_else(folder: Path) -> None:
    account = load_account(folder)
    surge = override(account, "surge")
    assert surge == load_account(folder, override="surge")
    assert surge.override == "surge"
    assert surge.queue("uk_voice").volume.scale == 2.0
    assert surge.queue("uk_email") == account.queue("uk_email")
    assert surge.tables is account.tables
    assert input_hash(surge) != input_hash(account)
    assert account.queue("uk_voice").volume.scale == 1.0


@pytest.mark.parametrize("change", ["surge", {"queues": [{"id": "uk_voice", "target": {"within_rings": 3}}]}])
def test_an_override_twice_is_the_same_as_once(folder: Path, change: str | dict[str, Any]) -> None:
    once = override(load_account(folder), change)
    assert override(once, change) == once
    assert override(once, change).source == once.source


def test_overrides_add_up_and_keep_both_names(folder: Path) -> None:
    account = override(override(load_account(folder), "surge"), {"sites": [{"id": "lisbon", "seats": 33}]})
    assert account.override == "surge+custom"
    assert account.site("lisbon").seats == 33
    assert account.queue("uk_voice").volume.scale == 2.0


def test_changes_without_a_name_are_called_custom_and_add_new_ids(folder: Path) -> None:
    sale = {"id": "sale", "from": "2026-11-12T00:00:00", "to": "2026-11-13T00:00:00", "factor": 2.0}
    account = override(load_account(folder), {"events": [sale]})
    assert account.override == "custom"
    assert [e.id for e in account.events] == ["mailing", "sale"]


def test_seconds_replace_rings_and_the_other_way_round(folder: Path) -> None:
    account = load_account(folder)
    rings = override(account, {"queues": [{"id": "uk_voice", "target": {"within_rings": 3}}]})
    target = encode(rings.queue("uk_voice").target)
    assert target["rings"]["rings"] == 3
    assert target["within_s"] == pytest.approx(2 * target["rings"]["period_s"] + target["rings"]["ring_s"])
    back = override(rings, {"queues": [{"id": "uk_voice", "target": {"within_s": 20}}]})
    assert back.queues == account.queues


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("surg", 'there is no override "surg"; did you mean surge?'),
        ("../../etc/passwd", "looks like a path"),
        ("CON", "means something else in file names"),
        ("=1+1", "begins like a formula"),
        ("a\nb", "control or invisible characters"),
        (
            {"queues": [{"id": "uk_voice", "aht_s": -1}]},
            'override: queues[1] "uk_voice": aht_s must be above 0 seconds, got -1',
        ),
        ({"queues": [{"aht_s": 1}]}, "override: queues[1]: has no id; write the id of the one to change"),
        ({"queues": {"id": "uk_voice"}}, "override: queues must be a list of tables"),
        ({"quues": []}, "override: unknown key quues; did you mean queues?"),
        ({"overrides": {}}, "holds overrides of its own"),
        (
            {"queues": [{"id": "uk_voice", "remove": "patience_s"}]},
            'override: queues "uk_voice": remove: is "patience_s"; list the keys',
        ),
        ({"queues": [{"id": "uk_voice", "aht_s": 9, "remove": ["aht_s"]}]}, "takes out aht_s, which this override also writes"),
        ({"queues": [{"id": "uk_voice", "remove": ["aht_s"]}]}, 'queues[1] "uk_voice": key aht_s is missing'),
        (
            {"queues": [{"id": "uk_voise", "aht_s": 30}]},
            'queues[3] "uk_voise": key channel is missing; this adds a new one; to change an existing one, did you mean uk_voice?',
        ),
    ],
)
def test_a_wrong_override_is_refused_in_the_same_words(folder: Path, change: Any, message: str) -> None:
    account = load_account(folder)
    with pytest.raises(DataError, match=re.escape(message)):
        override(account, change)


def test_an_override_may_bring_another_history(folder: Path) -> None:
    rows = (folder / "history.csv").read_text()
    (folder / "peak.csv").write_text(rows.replace(",8\n", ",80\n"))
    account = load_account(folder)
    peak = override(account, {"tables": {"history": "peak.csv"}})
    series = peak.tables.history_of("uk_voice")
    assert series is not None
    assert series.counts[0] == 80
    assert peak.tables_sha256 != account.tables_sha256


def test_an_account_from_settings_and_tables_equals_the_one_from_the_folder(folder: Path, raw: dict[str, Any]) -> None:
    account = load_account(folder)
    assert account_from(raw, account.tables) == account
    raw["queues"][0]["aht_s"] = 1
    assert account.source["queues"][0]["aht_s"] == 300


def test_events_are_local_times_of_the_horizon_unless_an_offset_is_written(spoil: Callable[[str, str], Path]) -> None:
    account = load_account(spoil("from = 2026-11-11T09:00:00", "from = 2026-11-11T09:00:00+05:30"))
    assert account.events[0].start_utc.isoformat() == "2026-11-11T03:30:00+00:00"
    summer = override(
        account, {"horizon": {"start": "2026-07-06"}, "events": [{"id": "mailing", "from": "2026-07-07", "to": "2026-07-08"}]}
    )
    assert summer.events[0].start_utc.isoformat() == "2026-07-06T23:00:00+00:00"


def test_an_account_without_settings_says_so(folder: Path) -> None:
    account = load_account(folder)
    with pytest.raises(DataError, match="carries no settings to lay an override over; load it from its folder again"):
        override(decode(type(account), encode(account)), "surge")
