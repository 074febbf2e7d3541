"""A workspace whose tables stay where they are: `engine.yaml` and the address of the brand's own warehouse."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from copilot.settings import Settings
from tools.errors import BadArgument
from tools.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.engines.keeping import Built
    from tools.engines.mapping import Mapping
    from tools.engines.remote import RemoteEngine

FILE = "engine.yaml"


class BrandEngine:
    """Opens the warehouse that a workspace's mapping describes; what is there is looked at again after a while."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._opened: tuple[tuple[float, int], Path, Warehouse] | None = None

    @property
    def path(self) -> Path:
        return self._settings.directory / FILE

    @property
    def configured(self) -> bool:
        """Whether the workspace's tables are in a warehouse of the brand's own."""
        return self.path.exists()

    def mapping(self) -> Mapping:
        """The mapping as it is written now. Raises BadDefinitions where it is wrong."""
        from tools.engines.mapping import load_mapping

        return load_mapping(self.path)

    def connected(self) -> RemoteEngine:
        """A fresh engine. Raises BadArgument without an address, and what `open_engine` raises."""
        from tools.engines.connecting import open_engine  # an engine's driver: other workspaces do not wait for it

        mapping = self.mapping()
        if self._settings.engine_url is None:
            raise BadArgument("engine_url_missing", file=FILE)
        return open_engine(self._settings.engine_url.get_secret_value(), mapping)

    def warehouse(self) -> tuple[Path, Warehouse]:
        """The warehouse, and a name for the state of its data: what is remembered of another state does not count."""
        with self._lock:
            stamp = (self.path.stat().st_mtime, int(time.monotonic() // self._settings.engine_refresh_seconds))
            if self._opened is None or self._opened[0] != stamp:
                # The old connections stay open for calls in flight; they close with their last user.
                limits = {"row_cap": self._settings.row_cap, "seconds": self._settings.query_seconds}
                warehouse = Warehouse(self.connected(), **limits)
                self._opened = (stamp, Path(f"engine-{_state(warehouse)}"), warehouse)
            return self._opened[1:]

    def build_facts(self, built_on: date, tick: Callable[[str], None]) -> Built:
        """Build the facts in the schema that the mapping names. Raises BadArgument where it names none."""
        from tools.engines import keeping
        from tools.engines.connecting import place_tables

        mapping, engine = self.mapping(), self.connected()
        if not mapping.facts:
            raise BadArgument("facts_unnamed", file=FILE)
        try:
            # From the orders themselves, and under the rules in force.
            rules = engine.rules
            place_tables(engine, mapping, kept=False)
            return keeping.build(engine, mapping.facts, rules, built_on, tick)
        finally:
            engine.close()
            self._opened = None

    def close(self) -> None:
        if self._opened is not None:
            self._opened[2].close()


def _state(warehouse: Warehouse) -> str:
    """Rows and last day: memberships exported on this state of the data are kept apart from others."""
    return f"{warehouse.rows_in('orders')}-{warehouse.last_day:%Y%m%d}" if warehouse.tables() else "empty"
