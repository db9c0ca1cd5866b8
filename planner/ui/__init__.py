"""The app: pages that arrange what the planner's packages compute. The only importer of streamlit."""
