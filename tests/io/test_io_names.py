"""Names never become paths, formulas or tricks."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import DataError
from planner.io import safe_path
from planner.io.names import did_you_mean, id_fault, label_fault, shown, text_fault


@pytest.mark.parametrize("id", ["uk_voice", "1", "a.b-c", "_x", "A" * 64, "orders.nl"])
def test_plain_ids_are_sound(id: str) -> None:
    assert id_fault(id) == ""


@pytest.mark.parametrize(
    "id",
    ["", "a/b", "a\\b", "..", ".a", "a..b", "-a", "=a", "a b", "ä", "a\n", "A" * 65, "con", "LPT1", "nul.txt", "a.", "C:x"],
)
def test_ids_that_mean_something_else_are_refused(id: str) -> None:
    assert id_fault(id)


@pytest.mark.parametrize("label", ["Singles day", "11.11", "two rings", "Spät & früh", "满意 100%", "a-b_c"])
def test_labels_may_be_any_plain_text(label: str) -> None:
    assert label_fault(label) == ""


@pytest.mark.parametrize(
    "label",
    [
        "",
        " ",
        "../x",
        "a/b",
        "a\\b",
        "C:\\x",
        "~root",
        ".hidden",
        "con",
        "COM1.txt",
        "a\x00b",
        "a\nb",
        "a\u202eb",
        "=1+1",
        "+1",
        "-1",
        "@a",
        "\ta",
        "\ra",
        "x" * 121,
        "a ",
        "a.",
    ],
)
def test_labels_that_look_like_paths_formulas_or_tricks_are_refused(label: str) -> None:
    assert label_fault(label)


def test_an_account_may_have_a_slash_in_its_name_but_no_formula() -> None:
    assert text_fault("Gifts / Toys (UK)") == ""
    assert text_fault("@cmd")


@pytest.mark.parametrize(
    "name",
    ["../x.csv", "/etc/passwd", "a/../../x", "C:\\x", "\\\\host\\x", "", ".", "a\x00", "nul", "sub/con.csv", "a//b", "x" * 300],
)
def test_paths_out_of_the_folder_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"is not a file inside .*; put the file into that folder"):
        safe_path(tmp_path, name, place="here")


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(DataError):
        safe_path(inside, "link.csv", place="here")


def test_a_path_inside_is_given(tmp_path: Path) -> None:
    assert safe_path(tmp_path, "tables/history.csv", place="here") == tmp_path / "tables" / "history.csv"


@given(name=st.text(max_size=30))
def test_whatever_the_name_a_path_given_lies_inside(name: str) -> None:
    base = Path("/srv/account")
    try:
        path = safe_path(base, name, place="here")
    except DataError:
        return
    assert path.resolve().is_relative_to(base)
    assert path != base


def test_the_nearest_name_is_offered_else_all() -> None:
    assert did_you_mean("uk_vioce", ["uk_voice", "uk_chat"]) == "did you mean uk_voice?"
    assert did_you_mean("zzz", ["uk_voice", "uk_chat"], what="queues") == "queues: uk_voice, uk_chat"
    assert did_you_mean("zzz", [], what="queues") == "there are no queues"


def test_texts_in_messages_are_short_and_printable() -> None:
    assert shown("a\x1b[31m\n" + "b" * 100) == '"a\\x1b[31m\\x0a' + "b" * 52 + '…"'
