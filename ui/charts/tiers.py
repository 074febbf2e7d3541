"""Charts of the five tiers: sizes, moves, the month ahead, side by side."""

from __future__ import annotations

import plotly.graph_objects as go

from tools.results import TIERS
from ui.charts.look import COLOURS, PALE, TIER_COLOURS, dress, heat_map
from ui.words import named, say


def tier_overview(evidence: dict, language: str, currency: str) -> go.Figure:
    """Two bars of 100 %: who the customers are, and who brings the revenue."""
    figure = go.Figure()
    bars = [say("result.revenue_share", language), say("result.customer_share", language)]
    for row in evidence["rows"]:
        shares = [row["revenue_share"], row["share"]]
        figure.add_bar(
            x=shares,
            y=bars,
            orientation="h",
            name=named("tier", row["tier"], language),
            marker_color=TIER_COLOURS[row["tier"]],
            texttemplate="%{x:.0%}",
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            hovertemplate="%{y} · %{x:.1%}",
        )
    dress(figure, "percent", currency, axis="x", legend=True)
    figure.update_xaxes(range=[0, 1], showticklabels=False, showgrid=False)
    return figure.update_layout(
        barmode="stack",
        height=200,
        bargap=0.35,
        legend_traceorder="normal",
        uniformtext={"minsize": 10, "mode": "hide"},
    )


def tier_migration(evidence: dict, language: str, currency: str) -> go.Figure:
    """Heat map of customers; colour is the share of the source tier, so small tiers stay readable."""
    cells = {(cell["source"], cell["target"]): cell for cell in evidence["cells"]}
    sources = [*TIERS, *(["new"] if any(source == "new" for source, _ in cells) else [])][::-1]
    empty = {"customers": 0, "share": 0.0}
    grid = [[cells.get((source, target), empty) for target in TIERS] for source in sources]
    figure = heat_map(
        x=[named("tier", tier, language) for tier in TIERS],
        y=[named("tier", tier, language) for tier in sources],
        z=[[cell["share"] for cell in line] for line in grid],
        customdata=[[cell["customers"] for cell in line] for line in grid],
        text=[[f"{cell['customers']:,}" for cell in line] for line in grid],
        hovertemplate="%{y} → %{x}<br>%{customdata:,} · %{z:.1%}<extra></extra>",
        zmax=1,
    )
    dress(figure, "customers", currency)
    figure.update_xaxes(side="top", title=say("result.to_tier", language, day=evidence["to_day"]), showgrid=False)
    figure.update_yaxes(title=say("result.from_tier", language, day=evidence["from_day"]), showgrid=False)
    return figure.update_layout(height=340, margin={"t": 60, "b": 12})


def tier_comparison(evidence: dict, language: str, currency: str) -> go.Figure | None:
    """Each metric as bars relative to its largest tier: units differ, proportions compare."""
    rows = [row for row in evidence["rows"] if any(row["values"].get(tier) for tier in evidence["tiers"])]
    if not rows:
        return None
    figure = go.Figure()
    for tier in evidence["tiers"]:
        heights = [
            (row["values"].get(tier) or 0) / max(abs(value) for value in row["values"].values() if value)
            for row in rows
        ]
        figure.add_bar(
            x=[row["title"] for row in rows],
            y=heights,
            name=named("tier", tier, language),
            marker_color=TIER_COLOURS[tier],
            hovertemplate="%{x} · %{y:.0%}",
        )
    dress(figure, "percent", currency, legend=True)
    figure.update_yaxes(showticklabels=False, title=say("result.relative", language))
    return figure.update_layout(barmode="group", height=280)


def expected_tiers(evidence: dict, language: str, currency: str) -> go.Figure:
    """Each tier now and a month on, with the range."""
    rows = evidence["rows"]
    names = [named("tier", row["tier"], language) for row in rows]
    figure = go.Figure()
    figure.add_bar(
        x=names, y=[row["now"] for row in rows], name=say("result.now", language), marker_color=PALE,
        hovertemplate="%{x} · %{y:,}",
    )  # fmt: skip
    figure.add_bar(
        x=names, y=[row["expected"] for row in rows], name=say("result.expected", language), marker_color=COLOURS[0],
        hovertemplate="%{x} · %{y:,.0f}",
        error_y={
            "type": "data", "symmetric": False, "color": "#33474d", "thickness": 1.2, "width": 4,
            "array": [row["high"] - row["expected"] for row in rows],
            "arrayminus": [row["expected"] - row["low"] for row in rows],
        },
    )  # fmt: skip
    dress(figure, evidence["unit"], currency, legend=True)
    return figure.update_layout(barmode="group")
