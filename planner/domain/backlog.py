"""Work that is open when the horizon starts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, order=True)
class OpenContacts:
    """`contacts` of a deferred queue that are open when the horizon starts, having arrived `age_s` seconds before."""

    age_s: float
    contacts: float

    def __post_init__(self) -> None:
        if not 0 <= self.age_s < float("inf"):
            raise ValueError(f"age_s must be zero or more seconds, got {self.age_s:g}")
        if not 0 < self.contacts < float("inf"):
            raise ValueError(f"contacts must be above 0, got {self.contacts:g}; leave the row out where nothing is open")
