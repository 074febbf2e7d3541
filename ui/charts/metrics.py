"""Charts of metrics: along time, as bars, split twice."""

from __future__ import annotations

import plotly.graph_objects as go

from copilot.formatting import value_name
from tools.results import TIERS
from ui.charts.look import COLOURS, PALE, TIER_COLOURS, dress, short, stroke, text_format
from ui.words import say

PERIODS = ("day", "week", "month", "quarter")
MOST_BARS, MOST_SERIES = 15, 8


def metric(evidence: dict, language: str, currency: str) -> go.Figure | None:
    rows = [row for row in evidence["rows"] if row["value"] is not None]
    periods = [name for name in evidence["by"] if name in PERIODS]
    if len(rows) < 2:
        return None
    if len(evidence["by"]) == 2:
        return _two_dimensions(evidence, rows, periods, language, currency)
    if periods:
        return _line(evidence, rows, periods[0], language, currency)
    return _bars(evidence, rows, language, currency)


def _line(evidence: dict, rows: list[dict], period: str, language: str, currency: str) -> go.Figure:
    rows = sorted(rows, key=lambda row: row["dimensions"][period])
    points = {"x": [row["dimensions"][period] for row in rows], "y": [row["value"] for row in rows]}
    figure = go.Figure()
    if any(row["previous"] is not None for row in rows):
        before = [row["previous"] for row in rows]
        figure.add_scatter(
            x=points["x"], y=before, mode="lines", name=say("result.previous", language), line=stroke(PALE)
        )
    figure.add_scatter(
        **points,
        mode="lines+markers",
        name=evidence["title"],
        line=stroke(COLOURS[0]),
        fill="tozeroy",
        fillcolor="rgba(15,124,133,0.07)",
        marker={"size": 6},
    )
    figure.update_xaxes(type="category")
    figure.update_yaxes(rangemode="tozero")
    return dress(figure, evidence["unit"], currency, legend=len(figure.data) > 1)


def _bars(evidence: dict, rows: list[dict], language: str, currency: str) -> go.Figure:
    name = evidence["by"][0]
    shown = rows[:MOST_BARS][::-1]  # a horizontal axis counts from below
    labels = [short(value_name(name, row["dimensions"][name], language)) for row in shown]
    figure = go.Figure()
    if any(row["previous"] is not None for row in shown):
        before = [row["previous"] for row in shown]
        figure.add_bar(x=before, y=labels, orientation="h", name=say("result.previous", language), marker_color=PALE)
    colours = [TIER_COLOURS.get(row["dimensions"][name], COLOURS[0]) if name == "tier" else COLOURS[0] for row in shown]
    figure.add_bar(
        x=[row["value"] for row in shown],
        y=labels,
        orientation="h",
        name=evidence["title"],
        marker_color=colours,
        texttemplate=text_format(evidence["unit"], currency, "x"),
        textposition="auto",
    )
    figure.update_yaxes(type="category")
    dress(figure, evidence["unit"], currency, axis="x", legend=len(figure.data) > 1)
    return figure.update_layout(height=110 + 30 * len(shown) * len(figure.data), legend_traceorder="reversed")


def _two_dimensions(evidence: dict, rows: list[dict], periods: list[str], language: str, currency: str) -> go.Figure:
    """The period, or else the first dimension, runs along; the other makes the series."""
    along = periods[0] if periods else evidence["by"][0]
    other = next(name for name in evidence["by"] if name != along)
    ranked: dict[str, float] = {}
    for row in rows:
        ranked[row["dimensions"][other]] = ranked.get(row["dimensions"][other], 0) + row["value"]
    series = sorted(
        ranked, key=TIERS.index if other == "tier" and set(ranked) <= set(TIERS) else lambda key: -ranked[key]
    )
    places = [row["dimensions"][along] for row in rows]
    order = sorted(set(places)) if along in PERIODS else list(dict.fromkeys(places))
    figure = go.Figure()
    for at, key in enumerate(series[:MOST_SERIES]):
        values = {row["dimensions"][along]: row["value"] for row in rows if row["dimensions"][other] == key}
        colour = TIER_COLOURS.get(key) if other == "tier" else None
        figure.add_bar(
            x=[short(value_name(along, place, language)) for place in order],
            y=[values.get(place) for place in order],
            name=short(value_name(other, key, language)),
            marker_color=colour or COLOURS[at],
        )
    # Only parts that add up may stand on each other.
    adds_up = any(row["share"] is not None for row in rows)
    figure.update_layout(barmode="stack" if adds_up else "group")
    figure.update_xaxes(type="category")
    return dress(figure, evidence["unit"], currency, legend=True)
