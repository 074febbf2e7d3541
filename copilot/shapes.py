"""What the command line and the HTTP interface write and read alike: two faces of one contract."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from copilot.catalogue import localise
from tools.errors import BadArgument

if TYPE_CHECKING:
    from tools.loading import LoadReport
    from tools.results import MetricResult


def report_json(report: LoadReport) -> dict[str, Any]:
    """A load report as the documented JSON object; `columns` are those of all files together."""
    return {
        "read": report.read,
        "kept": report.kept,
        "set_aside": report.set_aside,
        "columns": {canonical: column for file in report.files for canonical, column in file.columns.items()},
        "tables": report.tables,
        "files": [file.model_dump(mode="json") for file in report.files],
    }


def metric_json(result: MetricResult, language: str) -> dict[str, Any]:
    """A metric result as the documented JSON object; one without a split has one row."""
    body = localise(result.model_dump(mode="json"), language)
    body["rows"] = body["rows"] or [{"dimensions": {}, "value": result.value, "n": result.n}]
    return body


def names(listed: str) -> list[str]:
    """Comma-separated names: "tier, month" -> ["tier", "month"]."""
    return [name.strip() for name in listed.split(",") if name.strip()]


def filters(pairs: Iterable[str], refusal: str = "bad_filter") -> dict[str, list[str]]:
    """["tier=high,low", …] -> {"tier": ["high", "low"]}. Raises BadArgument for a pair without a key or value."""
    found: dict[str, list[str]] = {}
    for pair in pairs:
        key, values = _parted(pair, refusal)
        found.setdefault(key, []).extend(value.strip() for value in values.split(","))
    return found


def mapping(pairs: Iterable[str]) -> dict[str, str]:
    """["amount=实付金额", …] -> {"amount": "实付金额"}. Raises BadArgument for a pair without a key or column."""
    return dict(_parted(pair, "bad_mapping") for pair in pairs)


def changes(pairs: Iterable[str]) -> dict[str, str]:
    """["dormancy_days=120", …] -> {"dormancy_days": "120"}. Raises BadArgument for one without a name or value."""
    return dict(_parted(pair, "bad_tier_change") for pair in pairs)


def move(said: str) -> tuple[str, str]:
    """"high:dormant" -> the tiers from and to. Raises BadArgument for another shape."""
    return _parted(said.replace("：", ":"), "bad_move", ":")


def two_days(said: str) -> tuple[str, str]:
    """"2024-10-31..2024-11-30" -> both days; "" -> two empty ones. Raises BadArgument for another shape."""
    return _parted(said, "bad_days", "..") if said.strip() else ("", "")


def _parted(pair: str, refusal: str, mark: str = "=") -> tuple[str, str]:
    key, _, value = (part.strip() for part in pair.partition(mark))
    if not key or not value:
        raise BadArgument(refusal, given=pair)
    return key, value
