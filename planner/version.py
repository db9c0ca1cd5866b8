"""Which product this is, and which meaning its results have."""

VERSION = "0.1.0"
RESULTS_VERSION = "1"
"""Raised whenever the same input gives different figures; the changelog's "Results that change" says what changed."""
