"""Offers to clients."""

from planner.offers.quote import Quote, QuoteLine, quote

__all__ = ["Quote", "QuoteLine", "quote"]
