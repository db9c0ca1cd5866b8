"""History and drivers in, expected contacts with their spread out; the only importer of `forecasts`."""

from planner.demand.build import forecast_demand

__all__ = ["forecast_demand"]
