"""Streamlit entry: ``streamlit run app.py``; pages and navigation live in `planner.ui`."""

from planner.ui.main import main

main()
