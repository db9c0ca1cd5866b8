"""Every way an account.toml can be wrong gives one clear message with place, value and remedy, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from planner.errors import DataError
from planner.io import account_problems, load_account

Spoil = Callable[[str, str], Path]

CASES = {
    "unknown key": (
        "patience_s = 240",
        "patiense_s = 240",
        'account.toml: queues[1] "uk_voice": unknown key patiense_s; did you mean patience_s?',
    ),
    "target in percent": (
        "level = 0.80",
        "level = 80",
        'account.toml: queues[1] "uk_voice" target: level must be above 0 and at most 1, got 80; write 0.8 for 80%',
    ),
    "target of one": ("level = 0.80", "level = 1", "level must be below 1, got 1"),
    "AHT 0": ("aht_s = 300", "aht_s = 0", 'queues[1] "uk_voice": aht_s must be above 0 seconds, got 0'),
    "nobody waits at all": ("patience_s = 240", "patience_s = 1e-9", "patience_s must be 0.001 or more seconds, got 1e-09"),
    "AHT as text": ("aht_s = 300", 'aht_s = "300"', 'aht_s must be a number, got the text "300"; remove the quotes'),
    "AHT not finite": ("aht_s = 300", "aht_s = inf", "aht_s must be a finite number, got inf"),
    "AHT missing": ("aht_s = 300\n", "\n", "key aht_s is missing; write for example aht_s = 300"),
    "closed all week": ('open = ["Mon-Fri 08:00-20:00"]', "open = []", "open is closed all week; write opening hours such as"),
    "hours that cannot be read": ("Mon-Fri 08:00-20:00", "Mon-Fri 8-20", 'open cannot be read: "Mon-Fri 8-20"'),
    "hours off the grid": (
        "08:00-20:00",
        "08:10-20:00",
        "opens or closes at 08:10 in Europe/London, inside an interval of 30 minutes; write interval_min = 10",
    ),
    "unknown zone": (
        'zone = "Europe/Lisbon"',
        'zone = "Europe/Lisboa"',
        'sites[1] "lisbon": zone "Europe/Lisboa" is not a time zone; did you mean Europe/Lisbon?',
    ),
    "unknown country": ('country = "GB"', 'country = "UK"', 'country "UK" is not a known country; did you mean GB?'),
    "unknown region": (
        'country = "GB"',
        'country = "GB"\nregion = "Englnd"',
        'region "Englnd" is not known in GB; did you mean England?',
    ),
    "a language nobody speaks": ('languages = ["en"]', 'languages = ["fr"]', 'queues[1] "uk_voice": nobody speaks en'),
    "a channel nobody works": (
        'channels = ["voice", "email"]',
        'channels = ["voice"]',
        'queues[2] "uk_email": nobody who speaks en works email; add email to the channels of lisbon_en',
    ),
    "a site without seats": ("seats = 20", "seats = 0", 'sites[1] "lisbon": seats must be 1 or more seats, got 0'),
    "shifts at other hours": (
        'first_start = "06:00"\nlast_start = "14:00"',
        'first_start = "20:00"\nlast_start = "23:00"\nstep_min = 30',
        'groups[1] "lisbon_en": none of its shifts is ever on duty while a queue that it serves (uk_voice, uk_email) is open',
    ),
    "an unknown market": (
        'market = "uk"\nchannel = "voice"',
        'market = "uq"\nchannel = "voice"',
        'market "uq" is not among the markets',
    ),
    "an unknown site": ('site = "lisbon"', 'site = "lisboa"', 'site "lisboa" is not among the sites; did you mean lisbon?'),
    "an unknown shift": ("absence = 0.08", 'shifts = ["ful8"]', 'shifts: "ful8" is not among the shifts; did you mean full8?'),
    "no shifts": ("absence = 0.08", "shifts = []", "shifts is empty: nobody in this group could work"),
    "an unknown queue in an event": (
        'queues = ["uk_voice"]',
        'queues = ["voice"]',
        'events[1] "mailing": queues: "voice" is not among',
    ),
    "an event that ends first": ("to = 2026-11-11T18", "to = 2026-11-10T18", 'events[1] "mailing": ends before it starts'),
    "absence in percent": ("absence = 0.08", "absence = 8", "absence must be 0 or more and below 1, got 8; write 0.08 for 8%"),
    "break window backwards": (
        "earliest_min = 180",
        "earliest_min = 280",
        "earliest_min 280 is after latest_min 270; swap them",
    ),
    "a gap between breaks below nothing": (
        "  [[shifts.breaks]]",
        "min_gap_min = -15\n  [[shifts.breaks]]",
        'shifts[1] "full8": min_gap_min must be 0 or more minutes, got -15',
    ),
    "a contract class of nobody": (
        'languages = ["en"]',
        'languages = ["en"]\npart_of = "lisbon_fr"\nmax_share = 0.3',
        'groups[1] "lisbon_en": part_of "lisbon_fr" is not among the groups; did you mean lisbon_en?',
    ),
    "a contract class of itself": (
        'languages = ["en"]',
        'languages = ["en"]\npart_of = "lisbon_en"',
        "part_of names itself; name the group of the main contract",
    ),
    "a share of nobody": (
        'languages = ["en"]',
        'languages = ["en"]\nmax_share = 0.3',
        "name the group it belongs to under part_of",
    ),
    "a contract class with other work": (
        "[[groups]]",
        '[[groups]]\nid = "half"\nsite = "lisbon"\nlanguages = ["de"]\nchannels = ["voice"]\npart_of = "lisbon_en"\n[[groups]]',
        "languages and channels of this contract class differ from those of lisbon_en; make them the same",
    ),
    "overtime after nothing": (
        'kind = "night"',
        'kind = "overtime"',
        "an overtime premium needs after_h, the paid hours of a shift after which it begins",
    ),
    "overtime of the day and of the week in one": (
        'kind = "night"',
        'kind = "overtime"\n  after_h = 8\n  after_h_week = 40',
        "an overtime premium has both; it needs one of after_h",
    ),
    "a night after some hours": ('kind = "night"', 'kind = "night"\n  after_h = 8', "after_h belongs to overtime premiums"),
    "a split without a gap": (
        "  [[shifts.breaks]]",
        "split = { first_h = [4], gap_h = [] }\n  [[shifts.breaks]]",
        'shifts[1] "full8": the gap of a split shift needs lengths of an hour or more',
    ),
    "a split with odd minutes": (
        "  [[shifts.breaks]]",
        "split = { first_h = [4.001], gap_h = [2] }\n  [[shifts.breaks]]",
        "first_h of split must come to whole minutes, got 4.001 hours",
    ),
    "a split shift that takes all day": (
        "  [[shifts.breaks]]",
        "split = { first_h = [4], gap_h = [2, 10] }\n  [[shifts.breaks]]",
        "split shift full8 takes 18 hours from start to end; at most 16 are allowed",
    ),
    "breaks that cannot keep their gap": (
        "  [[shifts.breaks]]",
        "min_gap_min = 120\n  [[shifts.breaks]]\n  minutes = 15\n  paid = true\n  earliest_min = 150\n  latest_min = 200"
        "\n  [[shifts.breaks]]",
        "break 2 of shift full8 can start at 285 min at the earliest, 120 min after the one before, but must at 270 min",
    ),
    "break after the end": (
        "latest_min = 270",
        "latest_min = 470",
        "the last break of shift full8 may end at 500 min, after its end",
    ),
    "an id twice": ('id = "uk_email"', 'id = "uk_voice"', 'queues: 2 queues have the id "uk_voice"; give each its own id'),
    "a formula as a name": (
        'name = "Desk"',
        "name = \"=cmd|'/C calc'!A0\"",
        "begins like a formula, which a spreadsheet would run",
    ),
    "a path as an id": ('id = "mailing"', 'id = "../mailing"', '"../mailing" cannot be an id'),
    "a path as an override's name": (
        "[overrides.surge]\n  [[overrides.surge.queues]]",
        '[overrides."../../etc/x"]\n  [[overrides."../../etc/x".queues]]',
        'overrides: "../../etc/x" looks like a path; a scenario\'s name is a label',
    ),
    "a bad interval": (
        "interval_min = 30",
        "interval_min = 7",
        "interval_min must be one of 5, 10, 15, 20, 30, 60 minutes, got 7",
    ),
    "a date with a time": (
        "start = 2026-11-09",
        "start = 2026-11-09T00:00:00",
        "start must be a date such as 2026-11-09, without a time",
    ),
    "a wage in an unknown currency": (
        "wage_per_h = 8.50",
        'wage_per_h = 500\ncurrency = "PHP"',
        "wages are in PHP, but there is no rate",
    ),
    "a wage with a comma": ("wage_per_h = 8.50", 'wage_per_h = "8,50"', "write a decimal point, and no thousands separators"),
    "hours promised by voice": ("within_s = 20", "within_h = 1", "within_h is for email, social and marketplace"),
    "seconds promised by email": ("within_h = 24", "within_s = 20", "within_s: for voice and chat only; email promises hours"),
    "two thresholds": (
        "within_s = 20",
        "within_s = 20\nwithin_rings = 3",
        "within_s and within_rings are both given; keep one of them",
    ),
    "no threshold": (
        "within_s = 20",
        "",
        "within_s and within_rings are both not given; write within_s = 20 or within_rings = 3",
    ),
    "a volume from nowhere": (
        "aht_s = 360",
        'aht_s = 360\nvolume = { source = "driver", driver = "orders", rate = 0.1 }',
        'queues[2] "uk_email" volume: driver orders has no rows in the drivers table; add a table drivers.csv',
    ),
    "single brackets": (
        "[[sites]]",
        "[sites]",
        "sites must be a list in brackets, got a table; write [[sites]] with double brackets",
    ),
    "no closing quote": ('name = "Desk"', 'name = "Desk', "account.toml line 3"),
    "an open quotation": ('currency = "EUR"', 'currency = "EUR', "a quotation mark is not closed; the line reads"),
    "an unquoted text": ('currency = "EUR"', "currency = EUR", "text values need quotes; the line reads: currency = EUR"),
    "a key twice": ("days = 7", "days = 7\ndays = 8", "each key and each [table] may be written once"),
    "a horizon in a closed week": (
        "start = 2026-11-09\ndays = 7",
        "start = 2026-11-14\ndays = 2",
        "every queue is closed all through the horizon",
    ),
    "a table outside the folder": (
        "[[markets]]",
        '[tables]\nhistory = "../history.csv"\n[[markets]]',
        '"../history.csv" is not a file inside',
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_setting_is_named_with_place_value_and_remedy(case: str, spoil: Spoil) -> None:
    old, new, expected = CASES[case]
    folder = spoil(old, new)
    before = sorted(p.name for p in folder.parent.rglob("*"))
    with pytest.raises(DataError) as caught:
        load_account(folder)
    assert expected in str(caught.value)
    assert caught.value.exit_code == 2
    assert sorted(p.name for p in folder.parent.rglob("*")) == before


def test_all_problems_of_settings_references_and_tables_come_at_once(spoil: Spoil) -> None:
    spoil("aht_s = 300", "aht_s = 0")
    spoil("level = 0.90", "level = 90")
    spoil('site = "lisbon"', 'site = "lisboa"')
    spoil("seats = 20", "seats = 0")
    spoil('channels = ["voice", "email"]', 'channels = ["voice"]')
    folder = spoil("minutes = 30", "minuts = 30")
    with (folder / "history.csv").open("a") as history:
        history.write("2026-11-04T08:00:00Z,uk_vioce,3\n2026-11-04T08:00:00Z,uk_voice,-3\n")
    text = "\n".join(str(p) for p in account_problems(folder))
    for part in (
        "aht_s must be above 0",
        "write 0.9 for 90%",
        'site "lisboa"',
        "seats must be 1 or more",
        "works email",
        "unknown key minuts",
        '"uk_vioce" is not a queue',
        "must be 0 or more, got -3",
    ):
        assert text.count(part) == 1, part


def test_a_sound_account_has_no_problems(folder: Path) -> None:
    assert account_problems(folder) == ()


def test_an_override_with_a_fault_is_reported_when_the_account_is_checked(spoil: Spoil) -> None:
    problems = account_problems(spoil("volume.scale = 2.0", "volume.skale = 2.0"))
    assert [str(p) for p in problems] == [
        'account.toml: overrides "surge": queues[1] "uk_voice" volume: unknown key skale; did you mean scale?'
    ]


def test_a_missing_folder_is_told_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no account\.toml in this folder; write one, or start from one with: planner new"):
        load_account(tmp_path)
    with pytest.raises(DataError, match="no such file or folder"):
        load_account(tmp_path / "nothing")


@pytest.mark.parametrize("text", ["a = " + "[" * 50_000, "a = 1" + "0" * 5000, "x = 1\n" * 400_000])
def test_hostile_toml_is_refused(folder: Path, text: str) -> None:
    (folder / "account.toml").write_text(text)
    with pytest.raises(DataError):
        load_account(folder)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_toml_saved_by_a_windows_editor_is_read(folder: Path, encoding: str) -> None:
    file = folder / "account.toml"
    file.write_bytes(file.read_text().replace("\n", "\r\n").encode(encoding))
    assert load_account(folder).name == "Desk"


def test_toml_in_an_old_encoding_is_refused_by_line(folder: Path) -> None:
    file = folder / "account.toml"
    file.write_bytes(file.read_text().replace("Desk", "Büro").encode("cp1252"))
    with pytest.raises(DataError, match="byte 0xFC in line 3 is not UTF-8"):
        load_account(folder)
