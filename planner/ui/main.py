"""The app's frame: page settings and navigation. Runs as a script (``streamlit run``) or is called by one."""

from __future__ import annotations

import streamlit as st

from planner.ui import session
from planner.ui.components.links import register
from planner.ui.views import account, compare, cost, download, replan, requirement, roster, run, service, skills, why

ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b5a86"/>
<g fill="none" stroke="#ffffff" stroke-width="2.6" stroke-linecap="round"><circle cx="9" cy="23" r="1.6" fill="#ffffff"/>
<path d="M9 16a7 7 0 0 1 7 7M9 10.5A12.5 12.5 0 0 1 21.500 23M9 5a18 18 0 0 1 18 18"/></g></svg>"""
"""The page's icon, drawn here so that no font or picture is fetched from elsewhere: a phone's third ring."""

_PAGES = (
    ("account", "Account", ":material/store:", account.show),
    ("run", "Run", ":material/play_circle:", run.show),
    ("requirement", "Requirement", ":material/monitoring:", requirement.show),
    ("roster", "Roster", ":material/calendar_view_week:", roster.show),
    ("service", "Service", ":material/task_alt:", service.show),
    ("cost", "Cost", ":material/payments:", cost.show),
    ("why", "Why", ":material/help_center:", why.show),
    ("skills", "Skills", ":material/translate:", skills.show),
    ("replan", "Re-plan", ":material/published_with_changes:", replan.show),
    ("compare", "Compare", ":material/compare_arrows:", compare.show),
    ("download", "Download", ":material/download:", download.show),
)


def main() -> None:
    """Draw the app."""
    st.set_page_config(page_title="Third Ring planner", page_icon=ICON, layout="wide")
    _harden()
    session.sync_address()
    pages = [
        register(name, st.Page(show, title=title, icon=icon, url_path=name, default=n == 0))
        for n, (name, title, icon, show) in enumerate(_PAGES)
    ]
    st.navigation(pages, position="top").run()
    session.sync_address()


def _harden() -> None:
    """Keep tracebacks and raw exports from the browser, whatever configuration file the server was started with."""
    st.set_option("client.showErrorDetails", "none")
    st.set_option("client.toolbarMode", "viewer")
    st.set_option("client.disableDataExport", True)


if __name__ == "__main__":
    main()
