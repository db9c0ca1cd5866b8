"""Facts shipped with their sources (README.md beside this file): the ringing tone and labour rules by country."""

from planner.reference.labour import NOT_RESEARCHED, LabourRow, labour_countries, labour_rows
from planner.reference.rings import ring_countries, ring_country_name, ring_rule

__all__ = [
    "NOT_RESEARCHED",
    "LabourRow",
    "labour_countries",
    "labour_rows",
    "ring_countries",
    "ring_country_name",
    "ring_rule",
]
