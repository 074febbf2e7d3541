"""Where a query runs: the loaded DuckDB file, or the brand's own warehouse."""

from tools.engines.duck import DuckEngine
from tools.engines.engine import Engine

__all__ = ["DuckEngine", "Engine"]
