"""What one to three agents can promise: the share within three rings, the hours covered, and what happens when one is not there."""

from planner.small_desk.judge import judge, most_at_once
from planner.small_desk.of_plan import small_desks
from planner.small_desk.one import DeskAsk, one_desk

__all__ = ["DeskAsk", "judge", "most_at_once", "one_desk", "small_desks"]
