"""What an answer did: its kind, its tools by what they are for, and the slots that it understood."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from copilot.answer import Answer, ToolCall
from copilot.catalogue import text
from copilot.formatting import value_name
from copilot.grounding import figures
from copilot.language import language_of
from evals.planner_cases import HELD_BACK, Case
from tools import catalog

_TIMES = frozenset({"day", "week", "month", "quarter"})
_FAMILIES = {
    "tier_overview": {"tiers", "metric"},
    "tier_migration": {"migration", "tiers", "comparison", "diagnosis"},
    "compare_tiers": {"comparison", "tiers", "metric", "ranking"},
    "expected_tiers": {"tiers", "lifetime"},
    "cohort_retention": {"cohorts", "trend"},
    "repurchase_curve": {"cohorts"},
    "rfm_overview": {"rfm", "segment"},
    "lifecycle_overview": {"rfm", "tiers", "segment"},
    "tag_overview": {"segment"},
    "select_customers": {"segment", "metric"},
    "list_segments": {"segment"},
    "lifetime_outlook": {"lifetime", "diagnosis"},
    "describe_data": {"metric"},
    "data_health": {"metric"},
    "search_knowledge": {"knowledge"},
    "tier_playbook": {"knowledge"},
    "draft_messages": {"draft"},
    "revise_draft": {"draft"},
    "check_message": {"check"},
    "diagnose": {"diagnosis"},
    "quick_win_plan": {"diagnosis"},
    "propose_campaign": {"campaigns", "draft"},
}
_EXPLAINING = frozenset({"comparison", "ranking", "trend", "migration", "lifetime", "cohorts"})
_CALLED = {"count": "n", "message_channel": "channel", "to_tier": "tier"}
"""Slots that a tool's argument calls otherwise."""
_SMALLTALK = ("greet", "help", "thanks")


def shows_figures(answer: Answer) -> bool:
    """Whether figures of the data are shown."""
    return bool(answer.evidence)


def is_of_kind(case: Case, answer: Answer) -> bool:
    """Whether the answer does what such a question wants, whatever it says."""
    done, language = families(answer), answer.language
    told = bool(done & {"knowledge", "diagnosis"}) and text("planner.no_direct", language) not in answer.text
    if case.expect == "greeting":
        return any(text(f"planner.say.{key}", language) in answer.text for key in _SMALLTALK)
    if case.expect == "refusal":
        return not (shows_figures(answer) or answer.drafts or (told and answer.citations))
    if case.expect == "clarification":
        asked = bool({"?", "？"} & set(answer.text)) or answer.text == text("planner.ask.check", language)
        return asked and not (shows_figures(answer) or answer.drafts)
    if case.expect == "reason":
        return shows_figures(answer) and bool(done & _EXPLAINING)
    if case.expect == "knowledge":
        return told and _speaks_of(case.about, answer)
    return shows_figures(answer) if case.expect == "figures" else case.expect in done


def families(answer: Answer) -> set[str]:
    """What the tools that ran are for, by the names of `evals.planner_cases.Tool`."""
    return {family for call in answer.tool_calls if call.ok for family in _families(call)}


def unread(case: Case, answer: Answer) -> list[str]:
    """Return the expected tools and slots that the answer lacks."""
    if case.expect in HELD_BACK:
        return []
    calls = [call for call in answer.tool_calls if call.ok]
    done = families(answer)
    if case.expect == "knowledge" and "diagnosis" in done:  # a diagnosis cites the cards
        done |= {"knowledge"}
    tools = [f"tool {tool}" for tool in case.tools if tool not in done]
    slots = [
        f"{name} {value}" for name, values in case.slots.items() for value in _listed(values)
        if not _understood(_CALLED.get(name, name), str(value), calls, answer)
    ]  # fmt: skip
    return tools + slots


def _families(call: ToolCall) -> set[str]:
    if call.name != "query_metric":
        return _FAMILIES.get(call.name, set())
    by, where = set(call.arguments.get("by", [])), call.arguments.get("where", {})
    metric = catalog.metrics().get(call.arguments["metric"])
    signs = {
        "metric": True,
        "ranking": bool(by),
        "trend": bool(by & _TIMES),
        "comparison": bool(by or call.arguments.get("compare")),
        "tiers": "tier" in by | set(where) or "tier" in call.arguments["metric"],
        "rfm": bool((by | set(where)) & {"rfm_segment", "rfm_cell", "lifecycle"}),
        "diagnosis": bool(by and call.arguments.get("compare")),
        "campaigns": "campaign" in by | set(where) or any("touches" in need for need in getattr(metric, "needs", [])),
    }
    return {family for family, holds in signs.items() if holds}


def _understood(name: str, value: str, calls: list[ToolCall], answer: Answer) -> bool:
    evidence, given = answer.evidence, [call.arguments for call in calls]
    if name == "period":
        return any(_within(value, item) for item in evidence)
    if name == "language":
        written = [*(draft.language for draft in answer.drafts), *map(language_of, _every(given, "message"))]
        return value in written
    if name == "offer":  # in either language, by its amounts
        offers = [*_every(given, "offer"), *(draft.offer for draft in answer.drafts)]
        return any(_amounts(value) == _amounts(str(offer)) for offer in offers)
    if name == "metric":
        held = [*_every(given, "metric", "metrics", "measure"), *(item.get("metric", "") for item in evidence)]
    elif name == "by":
        held = [*_every(given, "by", "dimensions"), *(each for call in given for each in call.get("where") or {})]
    else:
        where = [each for call in given for each in _listed((call.get("where") or {}).get(name, []))]
        kept = [each for item in evidence for each in (item.get("filters") or {}).get(name, [])]
        drafted = [getattr(draft, name, "") for draft in answer.drafts]
        held = [*where, *kept, *drafted, *_every(given, name, f"{name}s", "words", "query")]
    if name == "tier":  # a search has it in words
        held += [each for each in (value,) if value_name("tier", value, answer.language) in str(_every(given, "query"))]
    return any(value.lower() in (str(each).lower(), *str(each).lower().split()) or
               (len(value) > 1 and value.lower() in str(each).lower()) for each in held)  # fmt: skip


def _amounts(offer: str) -> set[float]:
    return {figure.value for figure in figures(offer)}


def _every(given: Iterable[dict], *names: str) -> list[Any]:
    return [each for call in given for name in names for each in _listed(call.get(name, []))]


def _within(period: str, item: dict) -> bool:
    """Whether a result is of these days; of a state, whether it is of their last one."""
    first, _, last = period.partition("..")
    last = last or first
    windows = [item.get("window") or {}, item.get("comparison") or {}]
    if any(window.get("end") == last and window.get("start") in {first, None} for window in windows):
        return True
    moved = item.get("from_day") in {first, _day_before(first)} and item.get("to_day") == last
    return moved or (item.get("window") or {}).get("start") is None and item.get("as_of") == last


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _speaks_of(about: list[str], answer: Answer) -> bool:
    words = " ".join([answer.text, *(f"{each.title} {each.id}" for each in answer.citations)]).lower()
    return not about or any(word.lower() in words for word in about)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
