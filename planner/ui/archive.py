"""A plan folder as one zip."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from planner.io.plan_files import NAMES, SOMETIMES


def zip_plan(folder: Path) -> bytes:
    """Return the plan in `folder` as a zip; only a plan's own files go in, under one folder of its name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted(folder.iterdir()):
            if path.name in NAMES | SOMETIMES and path.is_file() and not path.is_symlink():
                archive.write(path, f"{folder.name}/{path.name}")
    return buffer.getvalue()
