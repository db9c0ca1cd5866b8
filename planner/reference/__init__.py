"""Facts shipped with their sources (README.md beside this file): the ringing tone by country."""

from planner.reference.rings import ring_countries, ring_country_name, ring_rule

__all__ = ["ring_countries", "ring_country_name", "ring_rule"]
