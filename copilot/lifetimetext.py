"""A lifetime study in words and tables."""

from __future__ import annotations

from copilot.catalogue import text
from copilot.formatting import change, figure
from copilot.planner.prose import aligned, join, notes, tier_name
from tools.lifetime.results import CalibrationRow, Fitted, LifetimeReport, TierOutlook

MODELS = {"bgnbd": "BG/NBD", "pareto": "Pareto/NBD", "gamma_gamma": "Gamma-Gamma"}


def lifetime_text(report: LifetimeReport, language: str) -> str:
    """Outlook or why there is none, how the model did on days kept back, and its parameters."""
    return join(
        lead(report, language), _tiers(report.tiers, language), check(report, language),
        _calibration("by_decile", report, language), _calibration("by_repeats", report, language),
        "\n".join(parameters(report, language)), _definition(report, language), notes(report, language),
    )  # fmt: skip


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


def unavailable(report: LifetimeReport, language: str) -> str:
    """Why a study shows no figures of the future."""
    params = {key: figure(value, "percent" if key == "most" else "number", language)
              for key, value in report.reason_params.items()}  # fmt: skip
    why = text(f"lifetime.reason.{report.reason}", language, **params)
    return text("lifetime.unavailable", language, why=why)


def check(report: LifetimeReport, language: str) -> str:
    found = report.calibration
    if found is None or found.ratio is None:
        return ""
    said = [text(
        "lifetime.check", language, end=found.end, until=found.until, actual=f"{found.holdout_orders:,}",
        expected=figure(found.expected_orders, "number", language), error=change(found.ratio - 1, "number", language),
    )]  # fmt: skip
    if found.check_orders is not None:
        said.append(
            text("lifetime.second_opinion", language, expected=figure(found.check_orders, "number", language))
        )
    correlation = report.spend_correlation
    if correlation is not None and abs(correlation) > 0.3:
        said.append(text("lifetime.dependent", language, value=f"{correlation:.2f}"))
    return " ".join(said)


def parameters(report: LifetimeReport, language: str) -> list[str]:
    fits = {name: getattr(report, key) for key, name in MODELS.items()}
    return [_parameters(name, fit, language) for name, fit in fits.items() if fit]


def _parameters(name: str, fit: Fitted, language: str) -> str:
    values = ", ".join(f"{key} {value:.4f}" for key, value in fit.parameters.items())
    return text("lifetime.parameters", language, model=name, values=values, value=f"{fit.log_likelihood:.3f}")


def tier_rows(rows: list[TierOutlook], language: str) -> tuple[list[str], list[list[str]]]:
    """Heading and rows of the table by tier."""
    names = ("tier", "customers", "p_alive", "at_risk", "overdue", "one_order", "expected_orders", "clv")
    return _columns(language, *names), [
        [
            tier_name(row.tier, language), f"{row.customers:,}", figure(row.p_alive, "percent", language),
            f"{row.at_risk:,}", _times(row.overdue, language), f"{row.one_order:,}",
            figure(row.expected_orders, "number", language), figure(row.clv, "money", language),
        ]
        for row in rows
    ]  # fmt: skip


def _tiers(rows: list[TierOutlook], language: str) -> str:
    return join(aligned(*tier_rows(rows, language)), text("lifetime.risk_note", language)) if rows else ""


def _times(value: float | None, language: str) -> str:
    return "-" if value is None else text("lifetime.times", language, number=f"{value:.1f}")


def _calibration(name: str, report: LifetimeReport, language: str) -> str:
    rows: list[CalibrationRow] = getattr(report.calibration, name) if report.calibration else []
    cells = [[row.group, f"{row.customers:,}", f"{row.expected:.4f}", f"{row.actual:.4f}"] for row in rows]
    header = _columns(language, "group", "customers", "expected", "actual")
    return join(text(f"lifetime.{name}", language), aligned(header, cells)) if rows else ""


def _columns(language: str, *names: str) -> list[str]:
    return [text(f"lifetime.columns.{name}", language) for name in names]


def _definition(report: LifetimeReport, language: str) -> str:
    return text("planner.definition", language, definition=report.definition.model_dump()[language])
