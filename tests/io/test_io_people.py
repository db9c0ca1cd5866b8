"""Tables of people: what a row means, and every fault with its place and remedy."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

import planner
from planner.domain.staff import Nights, Wish
from planner.errors import DataError
from planner.io import account_problems

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data" / "one_queue"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "account"))


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_a_row_is_a_person_with_the_defaults_of_the_group(folder: Path) -> None:
    write(folder, "agents.csv", "agent,group\np1,leeds_en\n")
    account = planner.load_account(folder)
    (person,) = account.people
    group = account.group("leeds_en")
    assert (person.id, person.groups, person.most_days, person.least_days) == (
        "p1", ("leeds_en",), group.days_per_week, group.days_per_week,
    )  # fmt: skip
    assert person.nights is Nights.ANY
    assert person.availability == ()


def test_skills_find_the_group_and_hours_the_days(folder: Path) -> None:
    text = "agent,site,languages,hours_per_week,nights,availability,valid_to\np1,leeds,en:C1 fr,20,never,Mon-Fri 07:00-20:00,2026-12-31\n"
    write(folder, "agents.csv", text)
    (person,) = planner.load_account(folder).people
    assert person.group == "leeds_en"
    assert person.languages == (("en", "C1"), ("fr", ""))
    assert (person.most_hours, person.least_days, person.nights) == (20.0, 3, Nights.NEVER)
    assert len(person.availability) == 5
    assert person.valid_to == date(2026, 12, 31)


def test_leaves_that_overlap_are_one_and_reasons_are_not_read(folder: Path) -> None:
    write(folder, "agents.csv", "agent,group,full_name\np1,leeds_en,Somebody\n")
    write(folder, "time_off.csv", "agent,from,to,reason\np1,2026-03-03,2026-03-05,ill\np1,2026-03-05,2026-03-07,ill\n")
    write(folder, "preferences.csv", "agent,wish,weekday,from,to,weight\np1,avoid,Sun,20:00,06:00,3\n")
    account = planner.load_account(folder)
    assert [(t.first.day, t.last.day) for t in account.time_off] == [(3, 7)]
    (wish,) = account.preferences
    assert (wish.wish, wish.weekday, wish.from_min, wish.to_min, wish.weight) == (Wish.AVOID, 6, 1200, 360, 3)
    from planner.domain.codec import encode

    assert "Somebody" not in str(encode(account))
    assert "ill" not in [str(value) for value in encode(account)["time_off"]]


def test_people_are_part_of_the_hash(folder: Path) -> None:
    from planner.domain.codec import input_hash

    before = input_hash(planner.load_account(folder))
    write(folder, "agents.csv", "agent,group\np1,leeds_en\n")
    assert input_hash(planner.load_account(folder)) != before


def test_every_fault_is_told_at_once(folder: Path) -> None:
    write(
        folder,
        "agents.csv",
        "agent,group,languages,days_per_week,least_days,hours_per_week,nights\n"
        "a1,lisbon,,,,,\na1,leeds_en,,,,,\nAnna Smith,leeds_en,,,,,\na2,,,,,,\na3,leeds_en,de:C1,,,,\n"
        "a4,leeds_en,,2,4,,\na5,leeds_en,,,,2,\na6,leeds_en,,,,,perhaps\n",
    )
    write(folder, "time_off.csv", "agent,from,to\na6,2026-11-10,2026-11-09\nzz,2026-11-10,2026-11-12\n")
    write(folder, "preferences.csv", "agent,wish,weekday,date,weight\na6,off,Mon,2026-11-09,1\na6,sleep,Monday,,9\n")
    told = [str(problem) for problem in account_problems(folder)]
    for words in (
        'agents.csv row 2, column group: "lisbon" is not a group of the account; groups: leeds_en',
        'agents.csv row 3, column agent: "a1" is in rows 2, 3',
        'agents.csv row 4, column agent: "Anna Smith" cannot be an id',
        "agents.csv row 5, column languages: has neither a group nor languages",
        "agents.csv row 6, column languages: a3 is in leeds_en but does not speak en",
        "days a week must satisfy 0 <= least_days <= days_per_week <= 7, got 4 and 2",
        "agents.csv row 8, column hours_per_week: 2 h a week are less than the shortest shift",
        'agents.csv row 9, column nights: "perhaps" is unknown; write one of any, never, only',
        "time_off.csv row 2, column to: 2026-11-09 is before 2026-11-10; swap from and to",
        'time_off.csv row 3, column agent: "zz" is not in the agents table',
        "preferences.csv row 2, column date: a preference names a date or a weekday, not both",
        'preferences.csv row 3, column wish: "sleep" is not a wish; write one of off, want, avoid',
        "preferences.csv row 3, column weight: must be 1 to 5, got 9",
    ):
        assert any(words in line for line in told), words


def test_a_certificate_nobody_has_and_a_gate_somebody_fails(folder: Path) -> None:
    file = folder / "account.toml"
    text = file.read_text(encoding="utf-8")
    queue = text.index("[[queues]]") + len("[[queues]]")
    asked = text[:queue] + '\nrequires = ["iso27001"]\nleast_scores = { empathy = 0.7 }\n' + text[queue:]
    file.write_text(asked, encoding="utf-8")
    write(folder, "agents.csv", "agent,group,scores\np1,leeds_en,empathy:0.6\np2,leeds_en,empathy:0.7\n")
    with pytest.raises(DataError, match="asks for iso27001, which no site has"):
        planner.load_account(folder)
    site = asked.index("[[sites]]") + len("[[sites]]")
    file.write_text(asked[:site] + '\ncertificates = ["iso27001"]\n' + asked[site:], encoding="utf-8")
    (problem,) = account_problems(folder)
    assert "p1 does not reach what calls asks of everybody in leeds_en" in problem.message
    write(folder, "agents.csv", "agent,group,scores\np2,leeds_en,empathy:0.7\n")
    account = planner.load_account(folder)
    assert account.serves().all()
    bare = planner.override(account, {"sites": [{"id": "leeds", "certificates": ["hipaa", "iso27001"]}]})
    assert bare.people == account.people
