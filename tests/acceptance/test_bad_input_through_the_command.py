"""Bad input tried as a user would: one clear message that says where and what to do, nothing written, exit code 2 (1: not possible)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from acceptance.acceptance_accounts import DESK, DESK_HISTORY, DESK_ROWS, write_desk
from acceptance.acceptance_command import assert_readable, command, told, tree

ROW = "2026-10-26T09:30:00Z,calls,20"  # row 3 of the desk's history
NAIVE = DESK_HISTORY.replace("Z,", ",")
ON_LONDON = DESK + '[tables]\nhistory_zone = "Europe/London"\n'

GERMAN = """
[[queues]]
id = "anrufe"
market = "uk"
language = "de"
channel = "voice"
aht_s = 180
target = { level = 0.8, within_s = 20 }
"""
DESK_HISTORY_IN_GERMAN = "".join(f"{row.replace('calls', 'anrufe')}\n" for row in DESK_ROWS)

Spoilt = dict[str, object]


def toml(old: str, new: str) -> Spoilt:
    """The desk with one place of its settings replaced."""
    assert DESK.count(old) == 1, old
    return {"toml": DESK.replace(old, new)}


def row(new: str) -> Spoilt:
    """The desk with another third row in its history."""
    assert DESK_HISTORY.count(ROW) == 1
    return {"history": DESK_HISTORY.replace(ROW, new)}


# what the user did, and what the message must hold: place, value, remedy
BAD: dict[str, tuple[Spoilt, tuple[str, ...]]] = {
    "empty history": ({"history": ""}, ("history.csv: is empty", "it needs a header and at least one row")),
    "header without rows": (
        {"history": "interval_start,queue,offered\n"},
        ("history.csv: has a header but no rows", "add rows"),
    ),
    "rows without header": (
        {"history": "\n".join(DESK_ROWS)},
        ("history.csv row 1", "2026-10-26T09:00:00Z", "write a first row", "interval_start,queue,offered"),
    ),
    "no history at all": ({"history": None}, ('queues[1] "calls"', "has no history", "put history.csv beside account.toml")),
    "UTF-16 without its mark": (
        {"history": DESK_HISTORY.encode("utf-16-le")},
        ("history.csv", "UTF-16 without a byte order mark", 'save it again as "CSV UTF-8"'),
    ),
    "another encoding": (
        {"history": DESK_HISTORY.replace("calls", "büro").encode("latin-1")},
        ("history.csv", "byte 0xFC in line 2", 'save it again as "CSV UTF-8"'),
    ),
    "separators nobody reads": (
        {"history": DESK_HISTORY.replace(",", "|")},
        ("history.csv row 1", "interval_start|queue|offered", "commas, semicolons or tabs"),
    ),
    "an interval twice": (
        row(f"{ROW}\n{ROW}"),
        ("history.csv row 4", "calls has 2026-10-26T09:30:00Z twice, in rows 3 and 4", "keep one row, or add them up"),
    ),
    "an interval twice in two offsets": (row(f"{ROW}\n2026-10-26T10:30:00+01:00,calls,20"), ("row 4", "in rows 3 and 4")),
    "an interval off the grid": (
        row("2026-10-26T09:37:00Z,calls,20"),
        (
            "history.csv row 3, column interval_start",
            "2026-10-26T09:37:00Z is off the grid",
            "every 30 minutes",
            "correct the time",
        ),
    ),
    "an unknown zone": (
        toml('zone = "Europe/London"\nstart', 'zone = "Europe/Londn"\nstart'),
        ("account.toml: horizon", '"Europe/Londn" is not a time zone', "did you mean Europe/London?"),
    ),
    "an unknown zone of the history": (
        {"toml": ON_LONDON.replace('history_zone = "Europe/London"', 'history_zone = "BST"'), "history": NAIVE},
        ("account.toml: tables", '"BST" is not a time zone', "write an IANA name such as Europe/Lisbon"),
    ),
    "no offset and no zone": (
        {"history": NAIVE},
        ("history.csv row 2, column interval_start", '"2026-10-26T09:00:00" has no UTC offset', "15 more rows", "history_zone"),
    ),
    "a local time that does not exist": (
        {"toml": ON_LONDON, "history": NAIVE.replace("2026-10-26T09:30:00", "2026-03-29T01:30:00")},
        ("row 3, column interval_start", '"2026-03-29T01:30:00" does not exist in Europe/London', "with its UTC offset"),
    ),
    "a local time that exists twice": (
        {"toml": ON_LONDON, "history": NAIVE.replace("2026-10-26T09:30:00", "2026-10-25T01:30:00")},
        ("row 3, column interval_start", '"2026-10-25T01:30:00" exists twice in Europe/London', "with its UTC offset"),
    ),
    "a negative count": (
        row("2026-10-26T09:30:00Z,calls,-20"),
        ("row 3, column offered", "must be 0 or more, got -20", "leave out"),
    ),
    "a count that is not a number": (
        row("2026-10-26T09:30:00Z,calls,NaN"),
        ("history.csv row 3, column offered", '"NaN" is not a number', "leave out the whole row"),
    ),
    "an endless count": (row("2026-10-26T09:30:00Z,calls,inf"), ("row 3, column offered", "must be finite, got inf")),
    "no count": (row("2026-10-26T09:30:00Z,calls,"), ("row 3, column offered", "is empty", "0 for none; leave out the row")),
    "AHT 0": (toml("aht_s = 180", "aht_s = 0"), ('queues[1] "calls"', "aht_s must be above 0 seconds, got 0")),
    "AHT 0 in the history": (
        {"history": f"interval_start,queue,offered,aht_s\n{ROW},180\n2026-10-26T10:00:00Z,calls,20,0\n"},
        ("history.csv row 3, column aht_s", "must be above 0 seconds, got 0", "leave the cell empty"),
    ),
    "a target of 80": (toml("level = 0.80", "level = 80"), ('queues[1] "calls" target', "got 80", "write 0.8 for 80%")),
    "closed all week": (
        toml('open = ["Mon-Fri 09:00-13:00"]', "open = []"),
        ('markets[1] "uk"', "closed all week", "write opening hours such as"),
    ),
    "closed all through the horizon": (
        toml("start = 2026-11-09", "start = 2026-11-14"),
        ("account.toml: horizon", "every queue is closed", "check start, days, open and holidays"),
    ),
    "a language nobody speaks": (
        {"toml": DESK.replace("[[sites]]", f"{GERMAN}[[sites]]"), "history": DESK_HISTORY + DESK_HISTORY_IN_GERMAN},
        ('queues[2] "anrufe"', "nobody speaks de", 'add a group with languages = ["de"]'),
    ),
    "a site without seats": (toml("seats = 12", "seats = 0"), ('sites[1] "leeds"', "seats must be 1 or more seats, got 0")),
    "a site that says nothing of seats": (
        toml("seats = 12\n", ""),
        ('sites[1] "leeds"', "seats is missing", "write for example"),
    ),
    "shifts that cannot fit the opening hours": (
        {"toml": DESK.replace('first_start = "09:00"\nlast_start = "09:00"', 'first_start = "17:00"\nlast_start = "18:00"')},
        (
            'groups[1] "leeds_en"',
            "none of its shifts is ever on duty",
            "(calls)",
            "check the shifts' first_start and last_start",
        ),
    ),
    "an unknown key": (
        toml("aht_s = 180", "aht_s = 180\npatiense_s = 20"),
        ('queues[1] "calls"', "unknown key patiense_s", "did you mean patience_s?"),
    ),
    "an unknown queue": (
        row(ROW.replace("calls", "cals")),
        ("history.csv row 3, column queue", '"cals" is not a queue', "did you mean calls?", "unknown_queues"),
    ),
    "a formula in the account's name": (
        toml('name = "Desk"', "name = \"=cmd|'/C calc'!A0\""),
        ("account.toml: account", "=cmd|'/C calc'!A0", "begins like a formula", "begin with a letter or a digit"),
    ),
    "a formula in a queue's name": (
        row(ROW.replace("calls", "=cmd|'/C calc'!A0")),
        ("history.csv row 3, column queue", "begins like a formula", "begin with a letter or a digit"),
    ),
    "a path in a scenario's name": (
        toml("[overrides.busier]", '[overrides."../busier"]'),
        ("account.toml: overrides", '"../busier" looks like a path', "leave out / \\"),
    ),
    "a cell over a thousand lines": (
        {"history": DESK_HISTORY.replace(ROW, f'2026-10-26T09:30:00Z,"{("x" * 999 + chr(10)) * 1000}",20')},
        ("history.csv",),
    ),
    "a workbook that is none": (
        {"history": b"PK\x03\x04 not really", "name": "history.xlsx"},
        ("history.xlsx", "is not a sound workbook"),
    ),
    "more heads at least than at most": (
        toml('channels = ["voice"]\n[[shifts]]', 'channels = ["voice"]\nmin_heads = 6\nmax_heads = 3\n[[shifts]]'),
        ('groups[1] "leeds_en"', "min_heads", "min_heads 6 is above max_heads 3"),
    ),
}

FROM_BOTH_SIDES = {"shifts that cannot fit the opening hours"}
"""Told once of the people who meet no work and once of the work that meets no people: either may be the one to change."""


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_with_one_clear_message_and_nothing_written(case: str, folder: Path) -> None:
    spoilt, words = BAD[case]
    account = write_desk(folder / "desk", **spoilt)  # type: ignore[arg-type]
    before = tree(folder)
    code, out, err = command("plan", account, "--out", folder / "made" / "plan")
    assert code == 2
    assert out == ""
    messages = told(err)
    assert len(messages) == (2 if case in FROM_BOTH_SIDES else 1), messages
    for message in messages:
        assert_readable(message)
    for word in words:
        assert word in messages[0], messages
    assert tree(folder) == before


def test_without_out_nothing_is_written_where_the_command_was_called_either(folder: Path) -> None:
    account = write_desk(folder / "desk", history="")
    before = tree(folder)
    assert command("plan", account)[0] == 2
    assert tree(folder) == before


def test_every_fault_of_settings_and_table_is_told_at_once_also_as_json(folder: Path) -> None:
    spoilt = DESK.replace("aht_s = 180", "aht_s = 0").replace("level = 0.80", "level = 80").replace("seats = 12", "seats = 0")
    account = write_desk(
        folder / "desk", toml=spoilt, history=DESK_HISTORY.replace(ROW, f"{ROW}\n{ROW}").replace(",20", ",-1", 1)
    )
    code, _, err = command("plan", account, "--out", "plan")
    assert code == 2
    messages = told(err)
    assert len(messages) == 5
    for word in ("aht_s must be above 0", "write 0.8 for 80%", "seats must be", "got -1", "in rows 3 and 4"):
        assert sum(word in message for message in messages) == 1, word
    code, out, err = command("plan", account, "--out", "plan", "--json")
    assert code == 2
    found = json.loads(out)
    assert found["error"] == "bad_input"
    assert sorted(
        f"{p['place']}: {p['message']}" + (f"; {p['remedy']}" if p["remedy"] else "") for p in found["problems"]
    ) == sorted(messages)


@pytest.mark.parametrize(
    "history",
    [
        ("\ufeff" + DESK_HISTORY.replace(",", ";")).encode(),
        DESK_HISTORY.replace(",", "\t").encode("utf-16"),
        DESK_HISTORY.replace("\n", "\r\n").encode("utf-8-sig"),
    ],
    ids=["byte order mark and semicolons", "UTF-16 and tabs", "byte order mark and Windows line ends"],
)
def test_tables_as_spreadsheets_save_them_are_accepted(history: bytes, folder: Path) -> None:
    plain = write_desk(folder / "plain")
    saved = write_desk(folder / "saved", history=history)
    assert command("forecast", saved, "--json") == command("forecast", plain, "--json")


# asked for on the command line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--out", "plan", "--override", "../busier"), ('"../busier" looks like a path', "leave out / \\")),
        (("--out", "plan", "--override", "buzier"), ('there is no override "buzier"', "did you mean busier?")),
        (("--out", "plan", "--gap", "5"), ("--gap", "got 5", "write 0.05 for 5%")),
        (("--out", "plan", "--time-limit", "-1"), ("--time-limit", "must be above 0 seconds, got -1")),
        (("--out", "plan", "--seed", "-2"), ("--seed", "must be 0 or more, got -2")),
        (("--out", "desk"), ("desk", "already exists", "choose another folder")),
        (("--out", "desk", "--force"), ("desk", "holds what is no part of a plan: account.toml, history.csv")),
        (("--out", "desk/account.toml"), ("desk/account.toml", "is a file")),
        (("--out", "desk/account.toml/plan"), ("account.toml is a file, not a folder", "choose another folder")),
    ],
)
def test_what_cannot_be_asked_for_is_refused_before_planning(
    arguments: tuple[str, ...], words: tuple[str, ...], folder: Path
) -> None:
    account = write_desk(folder / "desk")
    before = tree(folder)
    code, out, err = command("plan", account, *arguments)
    assert code == 2
    assert out == ""
    assert "forecasting" not in err
    (message,) = told(err)
    assert_readable(message)
    for word in words:
        assert word in message, message
    assert tree(folder) == before


def test_a_folder_without_an_account_is_told_how_to_begin(folder: Path) -> None:
    code, _, err = command("plan", folder, "--out", "plan")
    assert code == 2
    (message,) = told(err)
    assert "there is no account.toml in this folder" in message
    assert f"planner new {folder}" in message
    assert list(folder.iterdir()) == []


# no solution


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (
            DESK.replace("seats = 12", "seats = 5").replace('channels = ["voice"]\n', 'channels = ["voice"]\nmin_heads = 60\n'),
            ("site leeds", "at least 60 agents", "min_heads", "5 seats", "lower min_heads"),
        ),
    ],
    ids=["more heads than seats"],
)
def test_what_is_not_possible_ends_with_reasons_and_exit_code_1(spoilt: str, words: tuple[str, ...], folder: Path) -> None:
    account = write_desk(folder / "desk", toml=spoilt)
    before = tree(folder)
    code, out, err = command("plan", account, "--out", "plan")
    assert code == 1
    assert out == ""
    assert "no roster meets these limits" in err
    reasons = told(err)
    assert len(reasons) > 1  # beside the reason, what is in conflict and what would help
    for reason in reasons:
        assert_readable(reason)
    for word in words:
        assert word in reasons[0], reasons[0]
    assert tree(folder) == before
    code, out, _ = command("plan", account, "--out", "plan", "--json")
    assert code == 1
    assert json.loads(out) == {"error": "not_possible", "reasons": reasons}
