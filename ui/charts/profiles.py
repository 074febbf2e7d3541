"""Charts of who customers are: RFM scores, lifecycle stages, behaviour tags, a selection against the rest."""

from __future__ import annotations

import plotly.graph_objects as go

from ui.charts.look import COLOURS, PALE, dress, heat_map, short, stroke
from ui.words import named, say, value_name

SCORES = (1, 2, 3, 4, 5)
MOST_ROWS = 16


def rfm_overview(evidence: dict, language: str, currency: str) -> go.Figure:
    """Customers by recency and frequency score, the best on top and to the right."""
    cells = {(cell["recency"], cell["frequency"]): cell for cell in evidence["cells"]}
    empty = {"customers": 0, "share": 0.0}
    grid = [[cells.get((recency, frequency), empty) for frequency in SCORES] for recency in SCORES]
    figure = heat_map(
        x=[f"F{score}" for score in SCORES],
        y=[f"R{score}" for score in SCORES],
        z=[[cell["share"] for cell in line] for line in grid],
        customdata=[[cell["customers"] for cell in line] for line in grid],
        text=[[f"{cell['customers']:,}" for cell in line] for line in grid],
        hovertemplate="%{y} %{x}<br>%{customdata:,} · %{z:.1%}<extra></extra>",
    )
    dress(figure, "customers", currency)
    figure.update_xaxes(title=say("result.frequency_score", language), showgrid=False)
    figure.update_yaxes(title=say("result.recency_score", language), showgrid=False, type="category")
    return figure.update_layout(height=320, margin={"b": 40})


def lifecycle_overview(evidence: dict, language: str, currency: str) -> go.Figure:
    rows = evidence["rows"]
    figure = go.Figure()
    figure.add_bar(
        x=[named("lifecycle", row["stage"], language) for row in rows], y=[row["customers"] for row in rows],
        marker_color=COLOURS[0], customdata=[row["share"] for row in rows],
        text=[f"{row['customers']:,}" for row in rows], textposition="auto",
        hovertemplate="%{x} · %{y:,} · %{customdata:.1%}<extra></extra>",
    )  # fmt: skip
    return dress(figure, evidence["unit"], currency)


def tag_overview(evidence: dict, language: str, currency: str) -> go.Figure | None:
    """The largest tags, by the share of customers who have them."""
    rows = [row for row in evidence["rows"] if row["share"]][:MOST_ROWS][::-1]
    if not rows:
        return None
    figure = go.Figure()
    figure.add_bar(
        x=[row["share"] for row in rows], y=[short(row["title"]) for row in rows], orientation="h",
        marker_color=COLOURS[0], customdata=[row["customers"] for row in rows], texttemplate="%{x:.1%}",
        textposition="auto", hovertemplate="%{y} · %{customdata:,} · %{x:.1%}<extra></extra>",
    )  # fmt: skip
    dress(figure, "percent", currency, axis="x")
    return figure.update_layout(height=70 + 24 * len(rows))


def selection(evidence: dict, language: str, currency: str) -> go.Figure | None:
    """What tells the selected from the rest: shares of both, the largest differences beyond chance."""
    telling = [row for row in evidence["profile"] if row["significant"]]
    rows = sorted(telling, key=lambda row: -abs(row["share"] - row["rest_share"]))[:8][::-1]
    if len(rows) < 2:
        return None
    names = [short(value_name(row["trait"], row["value"], language)) for row in rows]
    figure = go.Figure()
    for key, name, colour in (("rest_share", "rest_share", PALE), ("share", "selected_share", COLOURS[0])):
        figure.add_bar(
            x=[row[key] for row in rows], y=names, orientation="h", name=say(f"result.{name}", language),
            marker_color=colour, texttemplate="%{x:.0%}", textposition="auto", hovertemplate="%{y} · %{x:.1%}",
        )  # fmt: skip
    dress(figure, "percent", currency, axis="x", legend=True)
    return figure.update_layout(height=90 + 40 * len(rows), legend_traceorder="reversed")


def lifetime(evidence: dict, language: str, currency: str) -> go.Figure | None:
    """The check on days kept back: expected and actual order days by tenth of expectation."""
    rows = (evidence["calibration"] or {}).get("by_decile") or []
    if not rows:
        return None
    figure = go.Figure()
    groups = [row["group"] for row in rows]
    figure.add_bar(
        x=groups, y=[row["actual"] for row in rows], name=say("result.actual_each", language), marker_color=PALE,
        hovertemplate="%{x} · %{y:.3f}",
    )  # fmt: skip
    figure.add_scatter(
        x=groups, y=[row["expected"] for row in rows], name=say("result.expected_each", language),
        mode="lines+markers", line=stroke(COLOURS[0]), hovertemplate="%{x} · %{y:.3f}",
    )  # fmt: skip
    dress(figure, "times", currency, legend=True)
    figure.update_xaxes(type="category", title=say("result.decile", language))
    return figure.update_layout(margin={"b": 40})
