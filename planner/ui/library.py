"""The plans on disk: one folder each, beside it what this app knows of how it was asked for."""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from planner.io.plan_files import KIND, SUMMARY
from planner.ui.text import LABEL_CHARACTERS, one_line, when

NOTES = ".asked"
"""Folder inside the plans' folder for the notes and the workers' logs; plan folders themselves hold a plan and nothing else."""

_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\Z")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a plan was asked for: its label, the account folder, the named what-if, the changes on top, and when."""

    label: str
    account: str
    override: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    at: datetime


@dataclass(frozen=True, kw_only=True)
class SavedPlan:
    """A plan on disk. `input_sha256` tells whether it was made from the inputs of today."""

    id: str
    folder: Path
    label: str
    account: str
    made: datetime
    input_sha256: str


def plan_words(plans: Iterable[SavedPlan]) -> dict[str, str]:
    """Return per plan id how lists call it: label and time, with its number where two would read the same."""
    words: dict[str, str] = {}
    for plan in plans:
        text = one_line(f"{plan.label} · {when(plan.made)}")
        taken, number = set(words.values()), 2
        unique = text
        while unique in taken:
            unique, number = f"{text} ({number})", number + 1
        words[plan.id] = unique
    return words


class Library:
    """The plans under one folder. Ids are folder names; labels are what people call plans and never become paths."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def new_id(self, now: datetime) -> str:
        """Return an id no plan has: the time, and a random part."""
        return f"{now.astimezone(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"

    def folder(self, id: str) -> Path:
        """Return the folder of the plan called `id`, made or not; raise ValueError for what cannot be an id."""
        if not _ID.match(id) or ".." in id:
            raise ValueError("not the id of a plan")
        path = self.root / id
        if path.resolve().parent != self.root.resolve():
            raise ValueError("not the id of a plan")
        return path

    def log_file(self, id: str) -> Path:
        """Return the file the worker of plan `id` logs to."""
        self.folder(id)
        return self._notes() / f"{id}.log"

    def note(self, id: str, asked: Asked) -> None:
        """Remember what the plan `id` is asked for."""
        self.folder(id)
        data = {**vars(asked), "label": one_line(asked.label, characters=LABEL_CHARACTERS), "at": asked.at.isoformat()}
        (self._notes() / f"{id}.json").write_text(json.dumps(data), encoding="utf-8")

    def asked(self, id: str) -> Asked | None:
        """Return what the plan `id` was asked for; None when this app did not make it."""
        try:
            self.folder(id)
            data = json.loads((self.root / NOTES / f"{id}.json").read_text(encoding="utf-8"))
            return Asked(**{**data, "at": datetime.fromisoformat(data["at"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def find(self, id: str) -> SavedPlan | None:
        """Return the finished plan called `id`; None when there is none."""
        try:
            return self._read(self.folder(id))
        except ValueError:
            return None

    def plans(self) -> tuple[SavedPlan, ...]:
        """Return every finished plan, the newest first."""
        if not self.root.is_dir():
            return ()
        found = [self._read(folder) for folder in self.root.iterdir() if not folder.name.startswith(".")]
        return tuple(sorted((p for p in found if p), key=lambda p: (p.made, p.id), reverse=True))

    def delete(self, id: str) -> None:
        """Remove the plan `id` with its note and log; raise ValueError when there is no such plan."""
        if self.find(id) is None:
            raise ValueError("there is no such plan")
        shutil.rmtree(self.folder(id))
        self.forget(id)

    def forget(self, id: str) -> None:
        """Remove the note and the log of `id`, not a plan."""
        self.folder(id)
        for kind in ("json", "log"):
            (self.root / NOTES / f"{id}.{kind}").unlink(missing_ok=True)

    def _notes(self) -> Path:
        folder = self.root / NOTES
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _read(self, folder: Path) -> SavedPlan | None:
        path = folder / SUMMARY
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(data, dict) or data.get("kind") != KIND:
                return None
            made = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            account, override = str(data["account"]["name"]), str(data["account"].get("override") or "")
            sha = str(data["input_sha256"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        asked = self.asked(folder.name)
        label = asked.label if asked else f"{account} · {override}" if override else account
        return SavedPlan(
            id=folder.name, folder=folder, label=one_line(label), account=one_line(account), made=made, input_sha256=sha
        )
