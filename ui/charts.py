"""A result as a Plotly figure, one function a kind; None where a picture would say nothing more."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go

from copilot.formatting import SYMBOLS
from tools.results import TIERS
from ui.words import named, say, value_name

PERIODS = ("day", "week", "month", "quarter")
TIER_COLOURS = {"high": "#0b5563", "potential": "#128a8f", "mid": "#5bb5a8", "low": "#a9d3c4", "dormant": "#b7bfc4"}
COLOURS = ("#0f7c85", "#e0a458", "#4f6d9b", "#7fb69b", "#b5677d", "#8a8fa3", "#c9b46b", "#5aa3c7", "#9a7b5f", "#6e7f80")
PALE = "#cfd8da"
MOST_BARS, MOST_SERIES = 15, 8
MOST_COHORTS, MOST_PERIODS = 24, 13
FONT = "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"


def chart(evidence: dict, language: str, currency: str) -> go.Figure | None:
    """Draw localised evidence, or return None."""
    draw = _CHARTS.get(evidence["kind"])
    return draw(evidence, language, currency) if draw else None


def _metric(evidence: dict, language: str, currency: str) -> go.Figure | None:
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
            x=points["x"], y=before, mode="lines", name=say("result.previous", language), line=_stroke(PALE)
        )
    figure.add_scatter(
        **points,
        mode="lines+markers",
        name=evidence["title"],
        line=_stroke(COLOURS[0]),
        fill="tozeroy",
        fillcolor="rgba(15,124,133,0.07)",
        marker={"size": 6},
    )
    figure.update_xaxes(type="category")
    figure.update_yaxes(rangemode="tozero")
    return _dress(figure, evidence["unit"], currency, legend=len(figure.data) > 1)


def _bars(evidence: dict, rows: list[dict], language: str, currency: str) -> go.Figure:
    name = evidence["by"][0]
    shown = rows[:MOST_BARS][::-1]  # a horizontal axis counts from below
    labels = [_short(value_name(name, row["dimensions"][name], language)) for row in shown]
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
        texttemplate=_text_format(evidence["unit"], currency, "x"),
        textposition="auto",
    )
    figure.update_yaxes(type="category")
    _dress(figure, evidence["unit"], currency, axis="x", legend=len(figure.data) > 1)
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
            x=[_short(value_name(along, place, language)) for place in order],
            y=[values.get(place) for place in order],
            name=_short(value_name(other, key, language)),
            marker_color=colour or COLOURS[at],
        )
    # Only parts that add up may stand on each other.
    adds_up = any(row["share"] is not None for row in rows)
    figure.update_layout(barmode="stack" if adds_up else "group")
    figure.update_xaxes(type="category")
    return _dress(figure, evidence["unit"], currency, legend=True)


def _tier_overview(evidence: dict, language: str, currency: str) -> go.Figure:
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
    _dress(figure, "percent", currency, axis="x", legend=True)
    figure.update_xaxes(range=[0, 1], showticklabels=False, showgrid=False)
    return figure.update_layout(
        barmode="stack",
        height=200,
        bargap=0.35,
        legend_traceorder="normal",
        uniformtext={"minsize": 10, "mode": "hide"},
    )


def _tier_migration(evidence: dict, language: str, currency: str) -> go.Figure:
    """Heat map of customers; colour is the share of the source tier, so small tiers stay readable."""
    cells = {(cell["source"], cell["target"]): cell for cell in evidence["cells"]}
    sources = [*TIERS, *(["new"] if any(source == "new" for source, _ in cells) else [])][::-1]
    empty = {"customers": 0, "share": 0.0}
    grid = [[cells.get((source, target), empty) for target in TIERS] for source in sources]
    figure = _heat_map(
        x=[named("tier", tier, language) for tier in TIERS],
        y=[named("tier", tier, language) for tier in sources],
        z=[[cell["share"] for cell in line] for line in grid],
        customdata=[[cell["customers"] for cell in line] for line in grid],
        text=[[f"{cell['customers']:,}" for cell in line] for line in grid],
        hovertemplate="%{y} → %{x}<br>%{customdata:,} · %{z:.1%}<extra></extra>",
        zmax=1,
    )
    _dress(figure, "customers", currency)
    figure.update_xaxes(side="top", title=say("result.to_tier", language, day=evidence["to_day"]), showgrid=False)
    figure.update_yaxes(title=say("result.from_tier", language, day=evidence["from_day"]), showgrid=False)
    return figure.update_layout(height=340, margin={"t": 60, "b": 12})


def _cohort_table(evidence: dict, language: str, currency: str) -> go.Figure | None:
    """The triangle as a heat map, the oldest cohort on top; period 0, where everybody ordered, sets no colour."""
    rows = [row for row in evidence["rows"] if row["cells"]][-MOST_COHORTS:][::-1]
    wide = min(max((len(row["cells"]) for row in rows), default=0), MOST_PERIODS)
    if len(rows) < 2 or wide < 2:
        return None
    grid = [[*row["cells"][:wide], *[None] * (wide - len(row["cells"]))] for row in rows]
    values = [[cell and cell[evidence["measure"]] for cell in line] for line in grid]
    figure = _heat_map(
        x=[f"+{period}" for period in range(wide)],
        y=[f"{row['cohort']} ({row['customers']:,})" for row in rows],
        z=values,
        customdata=[[cell and cell["n"] for cell in line] for line in grid],
        text=[[_cohort_words(cell, evidence, currency) for cell in line] for line in grid],
        hovertemplate="%{y} %{x}<br>%{text} · n = %{customdata:,}<extra></extra>",
        zmax=max((value for line in values for value in line[1:] if value), default=1),
    )
    _dress(figure, evidence["unit"], currency)
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


def _heat_map(**trace: object) -> go.Figure:
    colours = [[0, "#f4f8f8"], [0.2, "#b9dcd9"], [1, "#0b6670"]]
    look = {"colorscale": colours, "showscale": False, "xgap": 2, "ygap": 2, "hoverongaps": False}
    return go.Figure(go.Heatmap(**trace, **look, zmin=0, texttemplate="%{text}"))


def _tier_comparison(evidence: dict, language: str, currency: str) -> go.Figure | None:
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
    _dress(figure, "percent", currency, legend=True)
    figure.update_yaxes(showticklabels=False, title=say("result.relative", language))
    return figure.update_layout(barmode="group", height=280)


def _stroke(colour: str) -> dict:
    return {"color": colour, "width": 2.2}


def _short(label: str) -> str:
    return label if len(label) <= 18 else label[:17] + "…"


def _tick(unit: str, currency: str) -> dict:
    if unit == "percent":
        return {"tickformat": ".0%"}
    symbol = SYMBOLS.get(currency, "") if unit in {"money", "money/customer"} else ""
    return {"tickprefix": symbol, "tickformat": "~s"}


def _text_format(unit: str, currency: str, axis: str) -> str:
    if unit == "percent":
        return f"%{{{axis}:.1%}}"
    if unit in {"money", "money/customer"}:
        return f"{SYMBOLS.get(currency, '')}%{{{axis}:,.3~s}}"
    return f"%{{{axis}:,.4~r}}" if unit == "times" else f"%{{{axis}:,.0f}}"


def _dress(figure: go.Figure, unit: str, currency: str, *, axis: str = "y", legend: bool = False) -> go.Figure:
    grid = {"gridcolor": "#e6eced", "zerolinecolor": "#d3dcde", **_tick(unit, currency)}
    figure.update_layout(
        template="none",
        height=280,
        autosize=True,
        showlegend=legend,
        dragmode=False,
        hovermode="closest",
        font={"family": FONT, "size": 12, "color": "#33474d"},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 8, "r": 16, "t": 36 if legend else 12, "b": 12},
        bargap=0.3,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 11}},
        hoverlabel={"bgcolor": "#12333a", "font": {"color": "#ffffff"}},
    )
    figure.update_xaxes(automargin=True, fixedrange=True, showgrid=axis == "x", zeroline=False)
    figure.update_yaxes(automargin=True, fixedrange=True, showgrid=axis == "y", zeroline=False)
    return figure.update_xaxes(**grid) if axis == "x" else figure.update_yaxes(**grid)


_CHARTS: dict[str, Callable[[dict, str, str], go.Figure | None]] = {
    "metric": _metric,
    "tier_overview": _tier_overview,
    "tier_migration": _tier_migration,
    "tier_comparison": _tier_comparison,
    "cohort_table": _cohort_table,
}
