"""A lifetime study in words and tables."""

from __future__ import annotations

from collections.abc import Sequence

from copilot.catalogue import text
from copilot.formatting import change, figure
from copilot.planner.prose import aligned, join, notes, tier_name
from tools.lifetime.results import CalibrationRow, CustomerOutlook, Fitted, LifetimeReport, RiskDriver, TierOutlook
from tools.results import Tier

MODELS = {"bgnbd": "BG/NBD", "pareto": "Pareto/NBD", "gamma_gamma": "Gamma-Gamma"}


def lifetime_text(report: LifetimeReport, language: str) -> str:
    """Outlook or why there is none, how the model did on days kept back, and its parameters."""
    return join(
        lead(report, language), _tiers(report.tiers, language), *drivers(report, language), check(report, language),
        _calibration("by_decile", report, language), _calibration("by_repeats", report, language),
        "\n".join(parameters(report, language)), definitions(report, language), notes(report, language),
    )  # fmt: skip


def customer_text(one: CustomerOutlook, language: str) -> str:
    """What the model saw of a customer, and what it expects of them."""
    seen = text(
        "lifetime.customer.seen", language, as_of=one.as_of, repeats=one.repeats,
        recency=_time(one.recency, one, language), age=_time(one.age, one, language),
    )  # fmt: skip
    if one.reason:
        return join(seen, unavailable(one, language), notes(one, language))
    alive = "alive" if one.p_alive is not None else "untold"
    said = [
        text(f"lifetime.customer.{alive}", language, value=figure(one.p_alive, "percent", language)),
        text("lifetime.customer.expected", language, days=one.horizon_days,
             orders=figure(one.value, "number", language)),
    ]  # fmt: skip
    if one.clv is not None:
        said.append(text("lifetime.customer.worth", language, spend=figure(one.spend, "money", language),
                         clv=figure(one.clv, "money", language), days=one.horizon_days))  # fmt: skip
    return join(seen, "\n".join(said), _definition(one, language), notes(one, language))


def _time(value: float, one: CustomerOutlook, language: str) -> str:
    return text(f"lifetime.unit.{one.time_unit}", language, number=f"{value:.3f}".rstrip("0").rstrip("."))


def lead(report: LifetimeReport, language: str) -> str:
    seen = text(
        "lifetime.lead", language, as_of=report.as_of, customers=f"{report.customers:,}",
        repeaters=f"{report.repeaters:,}", orders=f"{report.repeat_orders:,}",
    )  # fmt: skip
    if report.reason:
        return f"{seen}\n\n{unavailable(report, language)}"
    orders, new = figure(report.value, "number", language), figure(report.new_customer_orders, "number", language)
    ahead = text("lifetime.outlook", language, days=report.horizon_days, orders=orders, new=new)
    return f"{seen}\n\n{ahead}"


def unavailable(report: LifetimeReport | CustomerOutlook, language: str) -> str:
    """Why a study shows no figures of the future."""
    params = {key: figure(value, "percent" if key == "most" else "number", language)
              for key, value in report.reason_params.items()}  # fmt: skip
    why = text(f"lifetime.reason.{report.reason}", language, **params)
    return text("lifetime.unavailable", language, why=why)


def check(report: LifetimeReport, language: str) -> str:
    found = report.calibration
    if found is None or found.error is None:
        return ""
    said = [text(
        "lifetime.check", language, end=found.end, until=found.until, actual=f"{found.holdout_orders:,}",
        expected=figure(found.expected_orders, "number", language), error=change(found.error, "number", language),
    )]  # fmt: skip
    if found.check_orders is not None:
        said.append(text("lifetime.second_opinion", language, expected=figure(found.check_orders, "number", language)))
    correlation = report.spend_correlation
    if correlation is not None and abs(correlation) > 0.3:
        said.append(text("lifetime.dependent", language, value=f"{correlation:.2f}"))
    return " ".join(said)


def parameters(report: LifetimeReport, language: str) -> list[str]:
    fits = {name: getattr(report, key) for key, name in MODELS.items()}
    return [_parameters(name, fit, report, language) for name, fit in fits.items() if fit]


def _parameters(name: str, fit: Fitted, report: LifetimeReport, language: str) -> str:
    checked = name == MODELS["pareto"] and report.calibration
    values = ", ".join(f"{key} {value:.4f}" for key, value in fit.parameters.items())
    unit = "money" if name == MODELS["gamma_gamma"] else report.time_unit
    said = text(
        "lifetime.parameters", language, model=name, values=values, value=f"{fit.log_likelihood:.3f}",
        unit=text(f"lifetime.in.{unit}", language), end=checked.end if checked else report.calibration_end,
    )  # fmt: skip
    return said if fit.converged else said + text("lifetime.restless", language)


def tier_rows(rows: list[TierOutlook], language: str) -> tuple[list[str], list[list[str]]]:
    """Heading and rows of the table by tier."""
    names = ("tier", "customers", "churn_risk", "at_risk", "overdue", "one_order", "expected_orders", "clv")
    return _columns(language, *names), [
        [
            tier_name(row.tier, language), f"{row.customers:,}", _risk(row, language),
            f"{row.at_risk:,}", _times(row.overdue, language), f"{row.one_order:,}",
            figure(row.expected_orders, "number", language), figure(row.clv, "money", language),
        ]
        for row in rows
    ]  # fmt: skip


def _risk(row: TierOutlook, language: str) -> str:
    if row.churn_risk is None:
        return figure(None, "percent", language)
    value, low, high = (figure(each, "percent", language) for each in (row.churn_risk, row.risk_low, row.risk_high))
    return text("lifetime.between", language, value=value, low=low, high=high)


def _tiers(rows: list[TierOutlook], language: str) -> str:
    return aligned(*tier_rows(rows, language)) if rows else ""


def drivers(report: LifetimeReport, language: str, tiers: Sequence[Tier] = ()) -> list[str]:
    """A table of what goes with the risk in each tier (of `tiers`, where named), and a line on those without."""
    if not any(row.looked_at for row in report.tiers):
        return []
    rows = [row for row in report.tiers if row.tier in tiers or not tiers]
    cells = [[tier_name(row.tier, language), *_driver(each, language)] for row in rows for each in row.drivers]
    header = _columns(language, "tier", "trait", "with_it", "risk_with", "risk_without", "difference")
    without = [
        text("lifetime.no_driver", language, tier=tier_name(row.tier, language), looked_at=row.looked_at)
        for row in rows if not row.drivers
    ]  # fmt: skip
    return [join(text("lifetime.drivers", language), aligned(header, cells)) if cells else "", "\n".join(without)]


def driver_lines(report: LifetimeReport, language: str) -> list[str]:
    """The drivers as one line a tier; none where nothing could be held against the risk."""
    said = []
    for row in report.tiers:
        found = [
            text("lifetime.driver", language, trait=cells[0], difference=cells[-1], customers=f"{each.customers:,}")
            for each in row.drivers if (cells := _driver(each, language))
        ]  # fmt: skip
        if found:
            parts = text("planner.semicolon", language).join(found)
            said.append(text("lifetime.driver_line", language, tier=tier_name(row.tier, language), parts=parts))
    return said


def _driver(found: RiskDriver, language: str) -> list[str]:
    name = driver_name(found, language)
    shown = text("lifetime.input", language, trait=name) if found.input else name
    value, low, high = (change(each, "percent", language) for each in (found.difference, found.low, found.high))
    return [
        shown, text("lifetime.of", language, customers=f"{found.customers:,}", others=f"{found.others:,}"),
        figure(found.risk, "percent", language), figure(found.others_risk, "percent", language),
        text("lifetime.between", language, value=value, low=low, high=high),
    ]  # fmt: skip


def driver_name(found: RiskDriver, language: str) -> str:
    title = getattr(found.title, language)
    return text("lifetime.valued", language, trait=title, value=found.value) if found.value else title


def _times(value: float | None, language: str) -> str:
    return "-" if value is None else text("lifetime.times", language, number=f"{value:.1f}")


def _calibration(name: str, report: LifetimeReport, language: str) -> str:
    rows: list[CalibrationRow] = getattr(report.calibration, name) if report.calibration else []
    cells = [[row.group, f"{row.customers:,}", f"{row.expected:.4f}", f"{row.actual:.4f}"] for row in rows]
    header = _columns(language, "group", "customers", "expected", "actual")
    return join(text(f"lifetime.{name}", language), aligned(header, cells)) if rows else ""


def _columns(language: str, *names: str) -> list[str]:
    return [text(f"lifetime.columns.{name}", language) for name in names]


def definitions(report: LifetimeReport, language: str) -> str:
    """How the outlook is worked out, and what churn risk is where any is shown."""
    risk = report.risk_definition
    said = [_definition(report, language)]
    return "\n".join([*said, getattr(risk, language)] if risk and report.tiers else said)


def _definition(report: LifetimeReport | CustomerOutlook, language: str) -> str:
    return text("planner.definition", language, definition=report.definition.model_dump()[language])
