"""What to do next, counted for a tier and told for one customer, on the page."""

from __future__ import annotations

from types import SimpleNamespace

from copilot.nextbest import next_best
from copilot.workspace import Workspace
from ui.panels.next_best import NextBest


def test_a_tier_is_counted_and_a_customer_told(workspace: Workspace) -> None:
    panel = NextBest(lambda: SimpleNamespace(workspace=workspace))
    overview, each = next_best(workspace, tier="potential")
    assert f"共 {overview.n:,.0f} 位客户" in panel.chosen("potential", "", "zh")
    customer = each.rows[0].customer_id
    assert customer in panel.chosen("", f" {customer} ", "zh")
    assert "ws-failure" in panel.chosen("", "nobody-of-this-name", "en")
