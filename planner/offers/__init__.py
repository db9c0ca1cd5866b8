"""Offers to clients."""

from planner.offers.quote import Quote, QuoteLine, quote
from planner.offers.shared_desk import shared_desk
from planner.offers.shared_result import Delivered, SharedClient, SharedDesk

__all__ = ["Delivered", "Quote", "QuoteLine", "SharedClient", "SharedDesk", "quote", "shared_desk"]
