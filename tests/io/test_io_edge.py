"""The package as a whole: nothing heavy at import, quick on big tables, only DataError whatever comes in, a starter that works."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.history import Series, Tables
from planner.errors import DataError
from planner.io import (
    account_from,
    account_problems,
    describe_fields,
    input_hash,
    load_account,
    new_account,
    override,
    settings_schema,
)
from planner.io.settings import AccountFile
from planner.io.settings.walk import inner_model, written_keys
from planner.io.starter import starter_history

HEAVY = ("pandas", "pandera", "pydantic", "numba", "scipy", "pulp", "plotly", "streamlit", "holidays")


def test_importing_the_package_and_the_codec_loads_nothing_heavy() -> None:
    code = f"import sys, planner.io, planner.io.codec; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_sixty_five_thousand_rows_load_within_a_second_and_a_half_of_cpu(folder: Path) -> None:
    start, rows = np.datetime64("2024-01-01T00:00"), 33_000
    stamps = [f"{s}:00Z" for s in start + np.timedelta64(30, "m") * np.arange(rows)]
    lines = [
        f"{stamp},{queue},{i % 50},{200 + i % 90}.5" for queue in ("uk_voice", "uk_email") for i, stamp in enumerate(stamps)
    ]
    (folder / "history.csv").write_text("interval_start,queue,offered,aht_s\n" + "\n".join(lines))
    load_account(folder)  # libraries load on first use
    began = time.process_time()
    account = load_account(folder)
    assert time.process_time() - began < 1.5
    assert sum(len(s.counts) for s in account.tables.history) == 2 * rows


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["=1", "../x", "24/7", "uk_voice", "voice", "2026-11-09", "Europe/London", "UTC", "GB"]),
    st.lists(
        st.one_of(st.integers(), st.text(max_size=3), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)),
        max_size=3,
    ),
    st.dictionaries(st.sampled_from(["id", "level", "open", "x"]), st.integers(), max_size=2),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(item, (*path, key))


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_a_setting_the_answer_is_an_account_or_a_list_of_problems(
    raw_account: dict[str, Any], data: st.DataObject
) -> None:
    spoilt = copy.deepcopy(raw_account)
    for path in data.draw(st.lists(st.sampled_from(list(places(raw_account))), min_size=1, max_size=3, unique=True)):
        here: Any = spoilt
        try:
            for key in path[:-1]:
                here = here[key]
            here[path[-1]] = data.draw(JUNK)
        except (KeyError, IndexError, TypeError):
            continue
    starts = 1_793_577_600 + 1800 * np.arange(4)
    series = [
        Series(id=q, interval_s=1800, start_s=starts, counts=np.ones(4), aht_s=np.ones(4)) for q in ("uk_email", "uk_voice")
    ]
    try:
        account_from(spoilt, Tables(history=tuple(series)))
    except DataError as error:
        unclear = [p for p in error.problems if not (p.place and p.message)]
        if unclear:
            pytest.fail(f"problems without place or message: {unclear}")


@pytest.fixture(scope="module")
def raw_account() -> dict[str, Any]:
    text = files("planner.io").joinpath("starter.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def test_every_key_is_documented_and_on_the_page() -> None:
    page = describe_fields()

    def check(model: Any) -> None:
        for key, field in written_keys(model).items():
            assert field.description, f"{model.__name__}.{key} has no documentation"
            inner = inner_model(field.annotation)
            if inner is None:
                assert f"`{key}`" in page or f"`[{key}]`" in page
            else:
                check(inner)

    check(AccountFile)
    assert "`[[queues]]`" in page
    assert "`[queues.target]`" in page
    assert "`[[sites.premiums]]`" in page
    assert '| `first_start` | `"00:00"` |' in page


def test_the_schema_names_keys_as_they_are_written() -> None:
    schema = settings_schema()
    assert "from" in schema["$defs"]["EventSettings"]["properties"]
    assert schema["$defs"]["QueueSettings"]["additionalProperties"] is False


def test_the_starter_account_is_sound_and_teaches_every_section(tmp_path: Path) -> None:
    folder = new_account(tmp_path / "mine")
    assert sorted(p.name for p in folder.iterdir()) == ["account.toml", "history.csv"]
    assert account_problems(folder) == ()
    text = (folder / "account.toml").read_text(encoding="utf-8")
    for name in written_keys(AccountFile):
        assert f"[{name}" in text, f"the starter does not show {name}"
    account = load_account(folder)
    assert len(account.queues) == 2
    assert len(account.shift_rules) == 2
    assert {getattr(q.target, "rings", None) is not None for q in account.queues} == {True, False}
    last = max(int(s.start_s[-1]) for s in account.tables.history)
    assert 0 < account.grid.epoch_s[0] - last <= 3600
    for name in account.source["overrides"]:
        assert input_hash(override(account, name)) != input_hash(account)


def test_every_commented_key_of_the_starter_is_a_real_one(tmp_path: Path) -> None:
    text = (new_account(tmp_path / "mine") / "account.toml").read_text(encoding="utf-8")
    known = set()

    def collect(model: Any) -> None:
        for key, field in written_keys(model).items():
            known.add(key)
            if (inner := inner_model(field.annotation)) is not None:
                collect(inner)

    collect(AccountFile)
    commented = [
        line.strip()[1:].split("=")[0].strip() for line in text.splitlines() if line.strip().startswith("# ") and " = " in line
    ]
    assert len(commented) > 10
    assert {key for key in commented if key not in known} <= {"PHP"}


def test_the_starter_is_the_same_every_time(tmp_path: Path) -> None:
    first, second = new_account(tmp_path / "a"), new_account(tmp_path / "b")
    assert input_hash(load_account(first)) == input_hash(load_account(second))
    assert starter_history() == (first / "history.csv").read_text()


def test_the_starter_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert account_problems(new_account(tmp_path / "empty")) == ()
    with pytest.raises(DataError, match="is a folder that holds files; name a new or empty folder"):
        new_account(tmp_path / "empty")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(DataError, match="is a file"):
        new_account(tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["empty", "file"]


def test_a_starter_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(DataError, match="cannot be written: No space left on device"):
        new_account(tmp_path / "mine")
    assert list(tmp_path.iterdir()) == []
