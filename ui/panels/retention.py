"""Cohort triangles and repurchase curves."""

from __future__ import annotations

from typing import Any

import gradio as gr

from copilot.formatting import value_name
from tools.cohorts.results import MEASURES, UNITS
from tools.results import Evidence
from ui.panels.answers import Answer, codes
from ui.panels.panel import PRIVATE
from ui.refusal import attempt
from ui.words import say

FILTERS = ("channel", "category", "city", "region", "tier")
SPLITS = ("channel", "tier", "category", "city", "region", "quarter", "month")


class _Filtered(Answer):
    """With one filter: a dimension, and some of its values."""

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        super().wire(language, bar, tab)
        self.dimension.input(self.values, [self.dimension, language], self.chosen, show_progress="hidden", **PRIVATE)

    def _filter(self) -> list[gr.components.Component]:
        self.dimension = self.dropdown("explore.filter", _with_none("explore.no_filter", *FILTERS), value="")
        self.chosen = self.dropdown("explore.values", multiselect=True)
        return [self.dimension, self.chosen]

    def values(self, dimension: str, language: str) -> Any:
        """What can be chosen of a dimension."""
        if not dimension:
            return gr.Dropdown(choices=[], value=[])
        found, _ = attempt(lambda: self._values(dimension), language)
        return gr.Dropdown(choices=[(value_name(dimension, each, language), each) for each in found or []], value=[])

    def _values(self, dimension: str) -> list[str]:
        if dimension == "tier":
            return [value.name for value in self.data().catalog.dimension("tier").values]
        return self.data().values(dimension)

    @staticmethod
    def _where(dimension: str, chosen: list[str]) -> dict[str, list[str]]:
        return {dimension: chosen} if dimension and chosen else {}


class Cohorts(_Filtered):
    """The triangle."""

    name = "cohorts"

    def _controls(self) -> list[gr.components.Component]:
        return [
            self.dropdown("explore.cohort_by", codes("dimension", *UNITS), value="month", elem_id="ws-cohort-by"),
            self.dropdown("explore.measure", codes("cohorts.measure", *MEASURES), value="retention"),
            self.dropdown("explore.age", _ages, value=0),
            self.textbox("explore.window", "explore.window_hint"),
            *self._filter(),
        ]

    def _ask(self, by: str, measure: str, age: int, window: str, dimension: str, chosen: list[str]) -> Evidence:
        return self.data().cohorts.table(
            by, measure, age_days=int(age), where=self._where(dimension, chosen), window=window.strip()
        )


class Repurchase(_Filtered):
    """Who orders again within how many days."""

    name = "repurchase"

    def _controls(self) -> list[gr.components.Component]:
        return [
            self.dropdown("explore.split", _with_none("explore.no_split", *SPLITS), value="channel"),
            self.dropdown("explore.after", _orders, value=1),
            self.textbox("explore.window", "explore.window_hint"),
            *self._filter(),
        ]

    def _ask(self, by: str, after: int, window: str, dimension: str, chosen: list[str]) -> Evidence:
        return self.data().cohorts.repurchase(
            by, int(after), where=self._where(dimension, chosen), window=window.strip()
        )


def _with_none(none: str, *names: str):  # noqa: ANN202
    named = codes("dimension", *names)
    return lambda language: [(say(none, language), ""), *named(language)]


def _ages(language: str) -> list[tuple[str, int]]:
    days = [(say("explore.age_days", language, days=days), days) for days in (30, 60, 90)]
    return [(say("explore.calendar", language), 0), *days]


def _orders(language: str) -> list[tuple[str, int]]:
    return [(say("explore.after_order", language, order=order), order) for order in range(1, 6)]
