"""The house keeps its shape: imports run one way, start-up is lean, the package is installable as described."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("numpy", "pandas", "scipy", "numba", "pulp", "highspy", "pydantic", "pandera", "plotly", "streamlit", "holidays")


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_import_contracts_are_kept() -> None:
    result = run(str(Path(sys.executable).parent / "lint-imports"), "--no-cache")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("statement", ["import planner", "import planner.cli", "import planner.cli.app"])
def test_start_up_loads_none_of_the_heavy_libraries(statement: str) -> None:
    code = f"import json, sys; {statement}; print(json.dumps([m for m in {HEAVY!r} if m in sys.modules]))"
    result = run(sys.executable, "-c", code)
    assert json.loads(result.stdout) == []


def test_every_public_name_resolves() -> None:
    import planner

    for name in planner.__all__:
        assert getattr(planner, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        planner.nothing  # noqa: B018


def test_pinned_versions_satisfy_every_requirement() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pins = {
        line.split("==")[0].split("[")[0].lower()
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if "==" in line
    }
    wanted = list(project["dependencies"]) + [r for extra in project["optional-dependencies"].values() for r in extra]
    names = {r.split(">")[0].split("<")[0].split("=")[0].split("[")[0].strip().lower() for r in wanted}
    assert names <= pins
    assert "http" + "://" not in (ROOT / "constraints.txt").read_text()
    assert "https" + "://" not in (ROOT / "constraints.txt").read_text()


def test_versions_agree() -> None:
    import planner

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == planner.__version__


def test_changelog_lists_results_that_change_first_in_every_release() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    releases = text.split("\n## ")[1:]
    assert releases
    for release in releases:
        headings = [line for line in release.splitlines() if line.startswith("### ")]
        assert headings[0] == "### Results that change"
