"""How every chart looks: colours, axes, units, and the heat map that several kinds share."""

from __future__ import annotations

import plotly.graph_objects as go

from copilot.formatting import SYMBOLS

TIER_COLOURS = {"high": "#0b5563", "potential": "#128a8f", "mid": "#5bb5a8", "low": "#a9d3c4", "dormant": "#b7bfc4"}
COLOURS = ("#0f7c85", "#e0a458", "#4f6d9b", "#7fb69b", "#b5677d", "#8a8fa3", "#c9b46b", "#5aa3c7", "#9a7b5f", "#6e7f80")
PALE = "#cfd8da"
FONT = "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"


def dress(figure: go.Figure, unit: str, currency: str, *, axis: str = "y", legend: bool = False) -> go.Figure:
    grid = {"gridcolor": "#e6eced", "zerolinecolor": "#d3dcde", **tick(unit, currency)}
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


def heat_map(**trace: object) -> go.Figure:
    colours = [[0, "#f4f8f8"], [0.2, "#b9dcd9"], [1, "#0b6670"]]
    look = {"colorscale": colours, "showscale": False, "xgap": 2, "ygap": 2, "hoverongaps": False}
    return go.Figure(go.Heatmap(**trace, **look, zmin=0, texttemplate="%{text}"))


def stroke(colour: str) -> dict:
    return {"color": colour, "width": 2.2}


def short(label: str) -> str:
    return label if len(label) <= 18 else label[:17] + "…"


def text_format(unit: str, currency: str, axis: str) -> str:
    if unit == "percent":
        return f"%{{{axis}:.1%}}"
    if unit in {"money", "money/customer"}:
        return f"{SYMBOLS.get(currency, '')}%{{{axis}:,.3~s}}"
    return f"%{{{axis}:,.4~r}}" if unit == "times" else f"%{{{axis}:,.0f}}"


def tick(unit: str, currency: str) -> dict:
    if unit == "percent":
        return {"tickformat": ".0%"}
    symbol = SYMBOLS.get(currency, "") if unit in {"money", "money/customer"} else ""
    return {"tickprefix": symbol, "tickformat": "~s"}
