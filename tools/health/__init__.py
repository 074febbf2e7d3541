"""Data health: whether the loaded data can carry the answers built on it."""

from tools.health.examine import DataHealth
from tools.health.results import Finding, FreshnessRow, HealthReport

__all__ = ["DataHealth", "Finding", "FreshnessRow", "HealthReport"]
