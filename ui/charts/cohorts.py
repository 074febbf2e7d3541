"""Charts of cohorts: the triangle, and the curve of those who order again."""

from __future__ import annotations

import plotly.graph_objects as go

from copilot.formatting import SYMBOLS
from ui.charts.look import COLOURS, dress, heat_map, short, stroke
from ui.words import say, value_name

MOST_COHORTS, MOST_PERIODS, MOST_CURVES = 24, 13, 6


def cohort_table(evidence: dict, language: str, currency: str) -> go.Figure | None:
    """The triangle as a heat map, the oldest cohort on top; period 0, where everybody ordered, sets no colour."""
    rows = [row for row in evidence["rows"] if row["cells"]][-MOST_COHORTS:][::-1]
    wide = min(max((len(row["cells"]) for row in rows), default=0), MOST_PERIODS)
    if len(rows) < 2 or wide < 2:
        return None
    grid = [[*row["cells"][:wide], *[None] * (wide - len(row["cells"]))] for row in rows]
    values = [[cell and cell[evidence["measure"]] for cell in line] for line in grid]
    figure = heat_map(
        x=[f"+{period}" for period in range(wide)],
        y=[f"{row['cohort']} ({row['customers']:,})" for row in rows],
        z=values,
        customdata=[[cell and cell["n"] for cell in line] for line in grid],
        text=[[_cohort_words(cell, evidence, currency) for cell in line] for line in grid],
        hovertemplate="%{y} %{x}<br>%{text} · n = %{customdata:,}<extra></extra>",
        zmax=max((value for line in values for value in line[1:] if value), default=1),
    )
    dress(figure, evidence["unit"], currency)
    figure.update_xaxes(type="category", side="top", showgrid=False)
    figure.update_yaxes(type="category", showgrid=False, tickformat="", tickprefix="")
    return figure.update_layout(height=70 + 24 * len(rows), margin={"t": 36, "b": 12})


def _cohort_words(cell: dict | None, evidence: dict, currency: str) -> str:
    if cell is None:
        return ""
    value = cell[evidence["measure"]]
    if evidence["unit"] == "percent":
        words = f"{value:.0%}"
    else:
        words = f"{SYMBOLS.get(currency, '') if evidence['unit'].startswith('money') else ''}{value:,.0f}"
    return f"{words}*" if cell["partial"] else words


def repurchase_curve(evidence: dict, language: str, currency: str) -> go.Figure | None:
    """Share who ordered again by the days since, for everybody and the largest groups."""
    if len(evidence["total"]["curve"]) < 2:
        return None
    by = evidence["by"]
    largest = sorted((row for row in evidence["rows"] if row["curve"]), key=lambda row: -row["n"])[:MOST_CURVES]
    shown = [row for row in evidence["rows"] if row in largest]
    figure = go.Figure()
    for at, row in enumerate(shown):
        label = short(value_name(by, row["dimensions"][by], language))
        _add_curve(figure, row, f"{label} ({row['n']:,})", stroke(COLOURS[at + 1]) | {"width": 1.4})
    everybody = f"{say('result.everybody', language)} ({evidence['n']:,})"
    _add_curve(figure, evidence["total"], everybody, stroke(COLOURS[0]))
    dress(figure, "percent", currency, legend=bool(shown))
    figure.update_xaxes(title=say("result.days_since", language, order=evidence["after"]), rangemode="tozero")
    figure.update_yaxes(rangemode="tozero")
    return figure.update_layout(height=320 if shown else 260, margin={"b": 40})


def _add_curve(figure: go.Figure, row: dict, name: str, line: dict) -> None:
    figure.add_scatter(
        x=[point["days"] for point in row["curve"]], y=[point["share"] for point in row["curve"]],
        customdata=[point["at_risk"] for point in row["curve"]], mode="lines", name=name,
        line=line, hovertemplate="%{x} · %{y:.1%} · n = %{customdata:,}",
    )  # fmt: skip
