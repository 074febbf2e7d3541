"""Paragraphs about who the customers are and what lies ahead: RFM, lifecycle, tags, next month, lifetimes, persons."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.catalogue import text
from copilot.findings import Findings
from copilot.formatting import day, figure, value_name
from copilot.lifetimetext import drivers, lead, tier_rows
from copilot.planner.prose import join, notes, scope, table, the, tier_name
from copilot.planner.step import Step
from copilot.profiletext import lifecycle_cells, rfm_cells
from copilot.refusals import need_in_words
from copilot.tagtext import tag_cells
from copilot.tiertext import expected_text
from tools.identity.results import LinkOverview
from tools.lifetime.results import LifetimeReport, TierOutlook
from tools.results import Evidence, LifecycleOverview, LifecycleRow, RfmOverview, RfmSegmentRow
from tools.tiers.results import ExpectedRow, ExpectedTiers
from tools.traits.results import TagOverview, TagRow

_NEW = re.compile(r"\bnew (?:customer|buyer|user|shopper|client)s?\b|新客|新用户|新顾客")
TAGS = 15


def rfm(step: Step, findings: Findings, language: str) -> str:
    item: RfmOverview = the(findings, RfmOverview)
    known = [(getattr(row.title, language), row) for row in item.segments if row.customers]
    start = text("tiers.rfm.lead", language, day=day(item.as_of), customers=figure(item.value, "customers", language))
    asked = [_one("segment", title, row, item, language) for title, row in known if title.lower() in step.slots.text]
    answer = " ".join(asked) or f"{start}{_most(known, language)}"
    segments = table(*rfm_cells(item, language))
    return join(answer, segments, _definition(item, language), notes(item, language))


def lifecycle(step: Step, findings: Findings, language: str) -> str:
    item: LifecycleOverview = the(findings, LifecycleOverview)
    asked = step.slots.filters.get("lifecycle", [])
    said = [
        _one("stage", value_name("lifecycle", row.stage, language), row, item, language)
        for row in item.rows if row.stage in asked
    ]  # fmt: skip
    customers = figure(item.value, "customers", language)
    start = text("tiers.lifecycle.lead", language, day=day(item.as_of), customers=customers)
    known = [(value_name("lifecycle", row.stage, language), row) for row in item.rows if row.customers]
    return join(" ".join(said) or f"{start}{_most(known, language)}", table(*lifecycle_cells(item, language)),
                _definition(item, language), notes(item, language))  # fmt: skip


def _one(key: str, name: str, row: RfmSegmentRow | LifecycleRow, item: Evidence, language: str) -> str:
    return text(
        f"planner.profile.{key}", language, day=day(item.as_of), name=name,
        customers=figure(row.customers, "customers", language), share=figure(row.share, "percent", language),
        revenue=figure(row.revenue, "money", language),
    )  # fmt: skip


def _most(known: Sequence[tuple[str, object]], language: str) -> str:
    if not known:
        return ""
    most, largest = max(known, key=lambda pair: pair[1].customers)
    best, richest = max(known, key=lambda pair: pair[1].revenue)
    return text("planner.space", language) + text(
        "planner.profile.most", language, most=most, best=best,
        customers=figure(largest.customers, "customers", language), share=figure(largest.share, "percent", language),
        revenue=figure(richest.revenue, "money", language),
    )  # fmt: skip


def expected(step: Step, findings: Findings, language: str) -> str:
    item: ExpectedTiers = the(findings, ExpectedTiers)
    asked = [_expected(row, item, language) for row in item.rows if row.tier in step.slots.tiers]
    return join(" ".join(asked), expected_text(item, language))


def _expected(row: ExpectedRow, item: ExpectedTiers, language: str) -> str:
    return text(
        "planner.profile.expected", language, day=day(item.to_day), tier=tier_name(row.tier, language),
        expected=f"{row.expected:,.0f}", now=f"{row.now:,}", low=f"{row.low:,.0f}", high=f"{row.high:,.0f}",
    )  # fmt: skip


def tags(step: Step, findings: Findings, language: str) -> str:
    item: TagOverview = the(findings, TagOverview)
    if step.slots.tags and step.arguments.get("tags"):
        said = [_tag(row, item, language) for row in item.rows]
        meanings = [_meaning(row, language) for row in item.rows]
        return join("\n".join(said), "\n".join(meanings), notes(item, language))
    start = text("tags.lead", language, n=f"{item.n:,}", day=day(item.as_of), scope=scope(item, language),
                 tags=len(item.rows))  # fmt: skip
    header, rows = tag_cells(item, language)
    more = text("planner.more_rows", language, shown=TAGS, total=len(rows)) if len(rows) > TAGS else ""
    return join(start, table(header[:-1], [row[:-1] for row in rows[:TAGS]]), more,
                text("planner.tags.overlap", language), notes(item, language))  # fmt: skip


def _tag(row: TagRow, item: TagOverview, language: str) -> str:
    name = getattr(row.title, language)
    if row.lacks:
        needs = text("planner.comma", language).join(need_in_words(need, language) for need in row.lacks)
        return text("planner.tags.lacks", language, tag=name, needs=needs)
    return text(
        "planner.tags.one", language, tag=name, scope=scope(item, language),
        customers=figure(row.customers, "customers", language), share=figure(row.share, "percent", language),
        revenue=figure(row.revenue, "money", language), revenue_share=figure(row.revenue_share, "percent", language),
    )  # fmt: skip


def _meaning(row: TagRow, language: str) -> str:
    return text("planner.tags.meaning", language, tag=getattr(row.title, language),
                definition=getattr(row.definition, language))  # fmt: skip


def lifetime(step: Step, findings: Findings, language: str) -> str:
    item: LifetimeReport = the(findings, LifetimeReport)
    if not item.tiers:
        return join(lead(item, language), _definition(item, language), notes(item, language))
    worth = any(word in step.slots.text for word in ("值", "价值", "worth", "value", "clv", "ltv"))
    asked = [_risk_of(row, language) for row in item.tiers if row.tier in step.slots.tiers]
    risk = [*(asked or [_riskiest(item, language)]), _at_risk(item, language)]
    answer = [_worth(item, language)] if worth else risk
    if "new_customers" in step.slots.metrics or _NEW.search(step.slots.text):
        answer = [_new(item, language)]
    elif {"orders", "returning_customers"} & set(step.slots.metrics):
        answer = [_ahead(item, language)]
    return join(
        text("planner.space", language).join(filter(None, answer)), lead(item, language),
        table(*tier_rows(item.tiers, language)), *([] if worth else drivers(item, language, step.slots.tiers)),
        text("planner.lifetime.risk", language), _check(item, language),
        _definition(item, language), notes(item, language),
    )  # fmt: skip


def lifetime_why(step: Step, findings: Findings, language: str) -> str:
    """What goes with the risk in each tier, and how far the model can be trusted."""
    item: LifetimeReport = the(findings, LifetimeReport)
    found = drivers(item, language, step.slots.tiers)
    if not any(found):
        return join(text("planner.lifetime.no_reason", language), lead(item, language), notes(item, language))
    asked = [_risk_of(row, language) for row in item.tiers if row.tier in step.slots.tiers]
    return join(*(asked or [_riskiest(item, language)]), *found, _check(item, language), notes(item, language))


def _new(item: LifetimeReport, language: str) -> str:
    return text(
        "planner.lifetime.new", language, days=item.horizon_days,
        value=figure(item.new_customer_clv, "money", language),
        orders=figure(item.new_customer_orders, "number", language),
    )  # fmt: skip


def _ahead(item: LifetimeReport, language: str) -> str:
    """What today's customers will do; those still to come are nobody's to tell."""
    return text(
        "planner.lifetime.ahead", language, days=item.horizon_days, orders=figure(item.value, "number", language),
        value=figure(item.customer_equity, "money", language),
    )  # fmt: skip


def _check(item: LifetimeReport, language: str) -> str:
    """What the model expected of days kept back, beside what they held."""
    found = item.calibration
    if found is None:
        return ""
    orders = figure(found.expected_orders, "number", language)
    return text("planner.lifetime.check", language, end=found.end, until=found.until, expected=orders,
                actual=f"{found.holdout_orders:,}")  # fmt: skip


def _riskiest(item: LifetimeReport, language: str) -> str:
    known = [row for row in item.tiers if row.churn_risk is not None]
    if not known:
        return ""
    row = max(known, key=lambda each: each.churn_risk)
    return text("planner.lifetime.riskiest", language, tier=tier_name(row.tier, language),
                risk=figure(row.churn_risk, "percent", language), at_risk=f"{row.at_risk:,}")  # fmt: skip


def _risk_of(row: TierOutlook, language: str) -> str:
    if row.churn_risk is None:
        return ""
    return text("planner.lifetime.risk_of", language, tier=tier_name(row.tier, language),
                risk=figure(row.churn_risk, "percent", language), at_risk=f"{row.at_risk:,}")  # fmt: skip


def _at_risk(item: LifetimeReport, language: str) -> str:
    return text("planner.lifetime.at_risk", language, parts=_parts(
        [(row.tier, figure(row.at_risk, "customers", language)) for row in item.tiers], language))  # fmt: skip


def _worth(item: LifetimeReport, language: str) -> str:
    known = [(row.tier, figure(row.clv, "money", language)) for row in item.tiers if row.clv is not None]
    if not known:
        return ""
    return text("planner.lifetime.worth", language, days=item.horizon_days, parts=_parts(known, language))


def _parts(rows: list[tuple[str, str]], language: str) -> str:
    said = [text("planner.lifetime.part", language, tier=tier_name(tier, language), n=n) for tier, n in rows]
    return text("planner.comma", language).join(said)


def persons(step: Step, findings: Findings, language: str) -> str:
    item: LinkOverview = the(findings, LinkOverview)
    return join(
        text("planner.profile.persons", language, accounts=f"{item.n:,}", merged=f"{item.merged:,}",
             persons=figure(item.value, "customers", language), review=f"{item.to_review:,}"),
        _definition(item, language), notes(item, language),
    )  # fmt: skip


def _definition(item: Evidence, language: str) -> str:
    return text("planner.definition", language, definition=item.definition.model_dump()[language])
