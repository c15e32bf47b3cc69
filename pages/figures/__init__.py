"""The charts, as plain figures: rates with their intervals, volumes, weeks and the funnel."""

from pages.figures.rates import RateRow, rate_bars
from pages.figures.volumes import Step, VolumeRow, funnel, volume_bars
from pages.figures.weeks import Week, trend

__all__ = ["RateRow", "Step", "VolumeRow", "Week", "funnel", "rate_bars", "trend", "volume_bars"]
