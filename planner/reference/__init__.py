"""Facts shipped with their sources (README.md beside this file): ringing tones and labour rules by country, clocks of marketplaces."""

from planner.reference.clock_page import describe_clocks
from planner.reference.clocks import ClockPreset, clock_preset, clock_presets
from planner.reference.labour import NOT_RESEARCHED, LabourRow, labour_countries, labour_rows
from planner.reference.quality import QualityRow, quality_rows
from planner.reference.rings import ring_countries, ring_country_name, ring_rule

__all__ = [
    "NOT_RESEARCHED",
    "ClockPreset",
    "QualityRow",
    "LabourRow",
    "clock_preset",
    "clock_presets",
    "describe_clocks",
    "labour_countries",
    "labour_rows",
    "quality_rows",
    "ring_countries",
    "ring_country_name",
    "ring_rule",
]
