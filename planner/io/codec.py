"""The product's types as plain JSON data and back (see `planner.domain.codec`, whose names these are)."""

from __future__ import annotations

from planner.domain.codec import decode, encode, input_hash

__all__ = ["decode", "encode", "input_hash"]
