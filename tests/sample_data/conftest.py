"""The sample folder, and its scripts as modules."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"


def load_script(path: Path) -> ModuleType:
    """Import a sample script by its path; it is registered because dataclasses look their module up."""
    name = f"sample_{path.parent.name}_{path.stem}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session")
def samples() -> Path:
    return SAMPLES


@pytest.fixture(scope="session")
def make_history() -> ModuleType:
    return load_script(SAMPLES / "bank_desk" / "make_history.py")


@pytest.fixture(scope="session")
def make_aggregate() -> ModuleType:
    return load_script(SAMPLES / "gift_shop" / "make_aggregate.py")


@pytest.fixture(scope="session")
def draw_history() -> ModuleType:
    return load_script(SAMPLES / "gift_shop" / "draw_history.py")


@pytest.fixture(scope="session")
def bank_desk(tmp_path_factory: pytest.TempPathFactory, make_history: ModuleType) -> Path:
    """A copy of the bank desk with its history made, so that the tests need nothing prepared."""
    folder = tmp_path_factory.mktemp("samples") / "bank_desk"
    folder.mkdir()
    (folder / "account.toml").write_bytes((SAMPLES / "bank_desk" / "account.toml").read_bytes())
    assert make_history.main(["--out", str(folder / "history.csv")]) == 0
    return folder
