"""`planner app`: the pages in a browser."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from planner.errors import DataError, PlannerError, Problem


def serve(*, port: int, accounts: Path | None, plans: Path | None, browser: bool) -> None:
    """Start Streamlit on this machine only, show it in a browser if asked, and wait until it ends."""
    if find_spec("streamlit") is None or find_spec("plotly") is None:
        raise PlannerError('the app needs the extra "ui"; install it with: pip install "third-ring[ui]"')
    if not 1 <= port <= 65535:
        raise DataError(Problem("--port", f"must be 1 to 65535, got {port}"))
    environment = dict(os.environ)
    for name, folder in (("THIRD_RING_ACCOUNTS", accounts), ("THIRD_RING_PLANS", plans)):
        if folder is not None:
            environment[name] = str(folder.resolve())
    page = Path(__file__).resolve().parents[1] / "ui" / "main.py"
    command = [
        sys.executable, "-m", "streamlit", "run", str(page), "--server.address", "127.0.0.1", "--server.port", str(port),
        "--browser.gatherUsageStats", "false", "--server.showEmailPrompt", "false",
        "--server.headless", "false" if browser else "true",
    ]  # fmt: skip
    try:
        subprocess.run(command, env=environment, check=False)
    except KeyboardInterrupt:
        return
