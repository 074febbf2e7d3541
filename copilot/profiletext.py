"""RFM segments, lifecycle stages and one customer's reasons in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from copilot.catalogue import text
from copilot.formatting import day, figure
from copilot.planner.prose import aligned, join, notes, tier_name
from copilot.tiertext import columns, definition
from tools.results import LifecycleOverview, RfmOverview
from tools.tiers.decision import RuleResult, TestResult
from tools.tiers.results import CustomerReason, ScoreReason


def rfm_text(item: RfmOverview, language: str) -> str:
    """Lead, table of segments, cut points, definition and caveats."""
    lead = text("tiers.rfm.lead", language, day=day(item.as_of), customers=figure(item.value, "customers", language))
    return join(
        lead, aligned(*rfm_cells(item, language)), _cuts(item, language), definition(item, language),
        text("tiers.rules_used", language, version=item.rules_version), notes(item, language),
    )  # fmt: skip


def rfm_cells(item: RfmOverview, language: str) -> tuple[list[str], list[list[str]]]:
    """Header and rows of the segments; the others only where there are any."""
    header = columns(language, "segment", "customers", "share", "revenue_to_date", "revenue_share", "recency", "goal")
    rows = [
        [
            getattr(row.title, language), f"{row.customers:,}", figure(row.share, "percent", language),
            figure(row.revenue, "money", language), figure(row.revenue_share, "percent", language),
            figure(row.median_recency_days, "days", language),
            text(f"draft.goal.{row.advice}", language) if row.advice else "",
        ]
        for row in item.segments
        if row.customers or row.segment != "others"
    ]  # fmt: skip
    return header, rows


def lifecycle_text(item: LifecycleOverview, language: str) -> str:
    """Lead, table of stages, definition and caveats."""
    customers = figure(item.value, "customers", language)
    return join(
        text("tiers.lifecycle.lead", language, day=day(item.as_of), customers=customers),
        aligned(*lifecycle_cells(item, language)), definition(item, language),
        text("tiers.rules_used", language, version=item.rules_version), notes(item, language),
    )  # fmt: skip


def lifecycle_cells(item: LifecycleOverview, language: str) -> tuple[list[str], list[list[str]]]:
    """Header and rows of the stages."""
    header = columns(language, "stage", "customers", "share", "revenue_to_date", "orders", "recency")
    return header, [
        [
            text(f"lifecycle.{row.stage}", language), f"{row.customers:,}", figure(row.share, "percent", language),
            figure(row.revenue, "money", language), f"{row.orders:,}",
            figure(row.median_recency_days, "days", language),
        ]
        for row in item.rows
    ]  # fmt: skip


def lines(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table as lines, for a model."""
    return [f"{row[0]}: " + ", ".join(f"{name} {cell}" for name, cell in zip(header[1:], row[1:], strict=True))
            for row in rows]  # fmt: skip


def why_text(item: CustomerReason, language: str) -> str:
    """The rules in order with the customer's values, the stage and the scores; for people only."""
    blanks = item.settings.model_dump() | {"high_share": f"{item.settings.high_share * 100:g}%"}
    lead = text("why.lead", language, customer=item.customer_id, day=day(item.as_of),
                tier=tier_name(item.tier, language), version=item.rules_version)  # fmt: skip
    stage = text("why.stage", language, stage=text(f"lifecycle.{item.lifecycle}", language))
    scores = {
        name: _score(getattr(item, name), unit, language)
        for name, unit in (("recency", "days"), ("frequency", "orders"), ("monetary", "money"))
    }
    segment = text("why.scores", language, segment=getattr(item.rfm_title, language), **scores)
    caveats = "\n".join(text(f"note.{key}", language) for key in item.notes)
    return join(
        "\n".join([lead, *_rules(item.rules, "tier", blanks, language)]),
        "\n".join([stage, *_rules(item.stages, "lifecycle", blanks, language)]),
        segment, caveats,
    )  # fmt: skip


def _rules(rules: Sequence[RuleResult], names: str, blanks: Mapping[str, object], language: str) -> list[str]:
    said = []
    for place, rule in enumerate(rules, start=1):
        verdict = "decides" if rule.decides else "holds" if rule.passed else "fails"
        if not rule.groups and not rule.decides:
            verdict = "rest"
        name = text(f"{names}.{rule.outcome}", language)
        said.append(text("why.rule", language, place=place, name=name, verdict=text(f"why.{verdict}", language)))
        tests = ([_test(test, blanks, language) for test in group] for group in rule.groups)
        said += [f"   {text('why.or', language).join(group)}" for group in tests]
    return said


def _test(test: TestResult, blanks: Mapping[str, object], language: str) -> str:
    shown = {name: figure(getattr(test, name), test.unit, language) for name in ("value", "threshold")}
    words = text(f"why.test.{test.name}.{test.threshold_name}", language, **{**blanks, **shown})
    return text("why.passed" if test.passed else "why.failed", language, test=words)


def _score(reason: ScoreReason, unit: str, language: str) -> str:
    cuts = _points(reason.cut_points)
    return text("why.score", language, score=reason.score, value=figure(reason.value, unit, language), cuts=cuts)


def _cuts(item: RfmOverview, language: str) -> str:
    points = {name.removesuffix("_score"): _points(cuts) for name, cuts in item.cut_points.items()}
    return text("tiers.rfm.cuts", language, **points)


def _points(cuts: Sequence[float]) -> str:
    return " / ".join(f"{point:,.2f}".rstrip("0").rstrip(".") for point in cuts)
