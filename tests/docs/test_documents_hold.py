"""Documents say what is so: the README's code runs, the settings' reference is the settings', links lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("sample_data/**/*.md")])


def code_blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), re.S | re.M)


def test_readme_code_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = code_blocks(ROOT / "README.md", "python")
    assert blocks
    (tmp_path / "sample_data").symlink_to(ROOT / "sample_data")
    monkeypatch.chdir(tmp_path)
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {"__name__": "__readme__"})
    assert (tmp_path / "out" / "one_queue" / "report.html").exists()


def test_code_of_the_queueing_page_runs_as_it_stands() -> None:
    names: dict[str, object] = {"__name__": "__page__"}
    blocks = code_blocks(ROOT / "docs" / "queueing.md", "python")
    assert len(blocks) == 2
    for block in blocks:
        exec(compile(block, "queueing.md", "exec"), names)


def test_code_of_the_simulation_page_runs_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = code_blocks(ROOT / "docs" / "simulation.md", "python")
    exec(compile(block, "simulation.md", "exec"), {"__name__": "__page__"})
    assert "gave up" in capsys.readouterr().out


def test_account_reference_is_what_the_settings_say() -> None:
    from planner.io import describe_fields

    assert (ROOT / "docs" / "account.md").read_text(encoding="utf-8") == describe_fields(), "run: make docs"


def test_table_of_labour_rules_is_what_the_data_say() -> None:
    from planner.rules import describe_rules

    assert (ROOT / "docs" / "labour-rules-table.md").read_text(encoding="utf-8") == describe_rules(), "run: make docs"


def test_page_of_clocks_is_what_the_data_say_and_its_targets_are_accepted() -> None:
    import tomllib

    from planner.io.settings import TargetSettings, VolumeSettings
    from planner.reference import describe_clocks

    page = ROOT / "docs" / "sla-clocks.md"
    assert page.read_text(encoding="utf-8") == describe_clocks(), "run: make docs"
    targets, queues = code_blocks(page, "toml")
    for line in targets.splitlines():
        TargetSettings.model_validate(tomllib.loads(line)["target"])
    for line in queues.splitlines():
        for key, value in tomllib.loads(line).items():
            assert key == "backlog" or VolumeSettings.model_validate(value).source in ("given", "queue")


def test_page_of_labour_rules_says_that_it_is_no_legal_advice_and_its_example_is_accepted() -> None:
    import tomllib

    from planner.rules import override_problems

    page = ROOT / "docs" / "labour-rules.md"
    assert "**Not legal advice.**" in page.read_text(encoding="utf-8")
    (block,) = code_blocks(page, "toml")
    (site,) = tomllib.loads(block)["sites"]
    written = [(id, None if value == "off" else value) for id, value in site["labour"].items()]
    assert override_problems(written, place="page") == ()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_inside_the_project_lead_to_files(path: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text(encoding="utf-8"))
    missing = [t for t in targets if not (path.parent / t).exists()]
    assert not missing


def test_readme_names_the_two_commands_that_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in ("demo", "test"):
        assert f"make {command}" in readme
        assert re.search(rf"^{command}:", makefile, re.M)


def test_plan_folder_page_names_every_file_and_column() -> None:
    from planner.io.plan_files import NAMES, TABLES

    page = (ROOT / "docs" / "plan-folder.md").read_text(encoding="utf-8")
    assert not {name for name in NAMES if f"`{name}`" not in page}
    rows = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `")}
    for name, columns in TABLES.items():
        if name != "price.csv":  # described as the same as cost.csv
            assert not [c for c in columns if c not in rows[name]], name
