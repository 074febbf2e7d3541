"""Data health: whether the loaded data can carry the answers built on it."""

from tools.health.results import Finding, FreshnessRow, HealthReport

__all__ = ["Finding", "FreshnessRow", "HealthReport"]
