"""Where the app finds accounts and keeps plans: said on the command line, else by the environment, else by default."""

from __future__ import annotations

import argparse
import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ACCOUNTS = "THIRD_RING_ACCOUNTS"
PLANS = "THIRD_RING_PLANS"


UPLOADS_KEPT = 50
"""Uploaded accounts kept at a time; the oldest goes when another comes."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The app's folders: `accounts` hold account folders to choose from; `plans` holds the plans made, one folder each. Everyone who
    uses this server sees both."""

    accounts: tuple[Path, ...]
    plans: Path


def read_settings(arguments: Sequence[str] | None = None) -> Settings:
    """Return the settings in `arguments` (default: the script's own, as after ``streamlit run app.py --``) and the environment.

    Without either, accounts come from ``sample_data`` and plans go to ``out``, both under the current folder.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--accounts", default=os.environ.get(ACCOUNTS, ""))
    parser.add_argument("--plans", default=os.environ.get(PLANS, ""))
    given, _ = parser.parse_known_args(sys.argv[1:] if arguments is None else arguments)
    source_tree = Path(__file__).resolve().parents[2]
    roots = [Path(given.accounts).expanduser()] if given.accounts else [Path.cwd() / "sample_data", source_tree / "sample_data"]
    found = dict.fromkeys(folder.resolve() for folder in roots if folder.is_dir())
    return Settings(accounts=tuple(found), plans=Path(given.plans or "out").expanduser().resolve())


def account_folders(settings: Settings) -> dict[str, Path]:
    """Return the account folders to choose from, by name: those inside the roots, and a root that is itself an account."""
    found: dict[str, Path] = {}
    for root in settings.accounts:
        for folder in [root, *sorted(root.iterdir())]:
            if (folder / "account.toml").is_file() and not folder.name.startswith("."):
                found.setdefault(folder.name, folder)
    return found


def upload_folder(id: str) -> Path:
    """Return where the upload `id` goes: a private folder that ends with the server; old uploads make room."""
    root = _uploads()
    old = sorted((p for p in root.iterdir()), key=lambda p: p.stat().st_mtime)
    for folder in old[: max(0, len(old) - UPLOADS_KEPT + 1)]:
        shutil.rmtree(folder, ignore_errors=True)
    return root / id


@lru_cache(maxsize=1)
def _uploads() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="third-ring-uploads-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
