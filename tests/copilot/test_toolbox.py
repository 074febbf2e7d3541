"""Each of the agent's tools passes on what it was asked, and gives back what was found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from copilot.settings import Settings
from copilot.toolbox import Toolbox
from copilot.toolbox.cohorts import CohortTools
from copilot.toolbox.data import DataTools
from copilot.toolbox.health import HealthTools
from copilot.toolbox.lifetime import LifetimeTools
from copilot.toolbox.profiles import ProfileTools
from copilot.toolbox.tags import TagTools
from copilot.workspace import Workspace
from tools.errors import BadArgument
from tools.results import Evidence
from tools.segment_data import SegmentData

HAN = re.compile(r"[\u4e00-\u9fff]")

DAY, TODAY = date(2024, 6, 30), date(2024, 12, 24)


@pytest.fixture(scope="module")
def groups(data: SegmentData) -> dict[str, Any]:
    def held(count_by: str = "") -> SegmentData:
        return data

    kinds = {"data": DataTools, "profiles": ProfileTools, "cohorts": CohortTools, "tags": TagTools, "lifetime": LifetimeTools}
    return {name: kind(held) for name, kind in kinds.items()} | {"health": HealthTools(held, lambda: TODAY)}


@pytest.fixture(scope="module")
def toolbox(copy_home: Callable[[], Path]) -> Iterator[Toolbox]:
    workspace = Workspace(Settings(_env_file=None, home=copy_home(), workspace="small"))
    yield Toolbox.over(workspace)
    workspace.close()


def revenue_in_may(orders: pd.DataFrame, *channels: str) -> pd.Series:
    """Revenue of May 2024 by channel."""
    sold = orders[(orders["kind"] == "sale") & orders["order_date"].between("2024-05-01", "2024-05-31")]
    return sold[sold["channel"].isin(channels)].groupby("channel")["amount"].sum()


def test_a_metric_is_computed_as_asked(groups: dict[str, Any], brand: dict[str, pd.DataFrame]) -> None:
    asked = {"by": ["channel"], "where": {"channel": ["天猫", "抖音"]}, "window": "2024-05", "compare": "last_year"}
    (found,) = groups["data"].query_metric("revenue", **asked, order="bottom", limit=1).evidence
    expected = revenue_in_may(brand["orders"], "天猫", "抖音")
    assert found.value == pytest.approx(expected.sum())
    assert [(row.dimensions["channel"], row.value) for row in found.rows] == [
        (expected.idxmin(), pytest.approx(expected.min()))
    ]
    assert found.truncated
    assert found.comparison.label == "2023-05"


@pytest.mark.parametrize(
    ("group", "tool", "arguments", "said"),
    [
        ("data", "tier_overview", {"as_of": "2024-06-30"}, {"as_of": DAY, "n": 193}),
        ("data", "tier_migration", {"from_day": "2024-04-30", "to_day": "2024-06-30"}, {"from_day": date(2024, 4, 30), "to_day": DAY}),
        ("data", "compare_tiers", {"tiers": ["high"], "metrics": ["orders"], "window": "2024-05"},
         {"tiers": ["high"], "rows.0.metric": "orders", "window.label": "2024-05"}),
        ("data", "describe_data", {}, {"tables.orders": 791, "last_day": date(2024, 11, 29)}),
        ("profiles", "rfm_overview", {"as_of": "2024-06-30"}, {"kind": "rfm_overview", "as_of": DAY, "value": 193}),
        ("profiles", "lifecycle_overview", {"as_of": "2024-06-30"}, {"kind": "lifecycle_overview", "as_of": DAY}),
        ("profiles", "expected_tiers", {"as_of": "2024-06-30"}, {"as_of": DAY, "to_day": date(2024, 7, 31)}),
        ("cohorts", "cohort_retention", {"by": "quarter", "measure": "customers", "where": {"channel": ["天猫"]}, "window": "2024"},
         {"by": "quarter", "measure": "customers", "filters": {"channel": ["天猫"]}, "window.label": "2024"}),
        ("cohorts", "cohort_retention", {"age_days": 30}, {"by": "month", "age_days": 30}),
        ("cohorts", "repurchase_curve", {"by": "channel", "after": 2, "where": {"channel": ["天猫"]}, "window": "2024"},
         {"by": "channel", "after": 2, "filters": {"channel": ["天猫"]}, "window.label": "2024"}),
        ("tags", "tag_overview", {"tags": ["lapsing"], "tier": "dormant", "as_of": "2024-06-30"},
         {"filters": {"tier": ["dormant"]}, "as_of": DAY, "rows.0.tag": "lapsing"}),
        ("lifetime", "lifetime_outlook", {"horizon_days": 60}, {"horizon_days": 60}),
        ("health", "data_health", {}, {"kind": "data_health", "findings.0.check": "stale"}),
    ],
)  # fmt: skip
def test_a_result_is_of_what_was_asked(
    groups: dict[str, Any], group: str, tool: str, arguments: dict[str, Any], said: dict[str, Any]
) -> None:
    (found,) = getattr(groups[group], tool)(**arguments).evidence
    assert {path: at(found, path) for path in said} == said


def at(found: Evidence, path: str) -> Any:
    value: Any = found
    for name in path.split("."):
        value = value[int(name)] if name.isdigit() else value[name] if isinstance(value, dict) else getattr(value, name)
    return value


def test_what_a_workspace_holds_is_found_as_asked(toolbox: Toolbox) -> None:
    tools = toolbox.tools()
    (wide,) = tools["select_customers"]("近180天没下单").evidence
    (kept,) = tools["select_customers"]("近180天没下单、消费超过300", save_as="睡着的").evidence
    assert 0 < kept.customers < wide.customers
    assert [each.name for each in tools["list_segments"]().evidence[0].rows] == ["睡着的"]
    everybody, some = (tools["next_best_choices"](tier=tier).evidence[0].n for tier in ("", "dormant"))
    assert 0 < some < everybody
    assert tools["next_best_choices"](segment="睡着的").evidence[0].n == kept.customers


def test_knowledge_is_searched_within_what_was_asked(toolbox: Toolbox) -> None:
    search = toolbox.tools()["search_knowledge"]
    found = search("怎么召回沉睡用户", kind="playbook", tier="dormant", k=2, written_in="en")
    assert 0 < len(found.citations) <= 2
    assert all(each.id.startswith("playbook-dormant-") for each in found.citations)
    assert not any("\u4e00" <= letter <= "\u9fff" for each in found.citations for letter in each.quote)
    assert {each.id.partition("#")[0] for each in search("付费会员", document="scenario-paid-membership").citations} == {
        "scenario-paid-membership"
    }
    both = {written: [each.quote for each in search("怎么召回沉睡用户", written_in=written).citations] for written in ("zh", "en")}
    assert {written: {bool(HAN.search(quote)) for quote in quotes} for written, quotes in both.items()} == {"zh": {True}, "en": {False}}
    others = [f"{kind}-{tier}" for kind in ("tier", "playbook") for tier in ("high", "potential", "mid", "low")]
    found = search("高价值用户怎么维护", tier="dormant", k=8).citations
    assert [each.id for each in found if each.id.startswith(tuple(others))] == []
    played = toolbox.tools()["tier_playbook"]("dormant", "refer")
    assert played.citations[0].id == "playbook-dormant-refer#1"
    played = toolbox.tools()["tier_playbook"]("dormant")
    assert [each.id for each in played.citations] == ["playbook-dormant-win-back#1", "tier-dormant#1"]
    assert played.evidence[0].kind == "tier_overview"


def test_what_the_agent_proposes_is_the_agents(toolbox: Toolbox) -> None:
    proposed = toolbox.tools()["propose_lesson"](note="沉睡用户的短信早上发更好").lesson
    assert (proposed.proposed.by.reach, proposed.note) == ("agent", "沉睡用户的短信早上发更好")
    with pytest.raises(BadArgument, match="lesson_empty"):
        toolbox.tools()["propose_lesson"](note=" ")
    made = toolbox.tools()["propose_campaign"](words="给潜力用户做一个二单转化活动，满199减30，企微加短信").campaign.campaign
    assert (made.state, made.history[-1].by.reach) == ("draft", "agent")


def test_drafts_and_diagnoses_are_made_as_asked(toolbox: Toolbox) -> None:
    tools = toolbox.tools()
    wish = {"goal": "win_back", "offer": "满199减30", "angle": "service", "n": 2, "category": "护肤", "voice": "活泼"}
    drafts = tools["draft_messages"]("dormant", "wecom", language="zh", **wish).drafts
    assert [(each.tier, each.channel, each.goal, each.offer, each.language) for each in drafts] == [
        ("dormant", "wecom", "win_back", "满199减30", "zh")
    ] * 2
    assert {each.angle for each in drafts} == {"service"}
    (changed,) = tools["revise_draft"]("短一点", drafts[0].id).drafts
    assert changed.parent == drafts[0].id
    answers = {"market_growth": "slow", "relative_share": "leading"}
    diagnosis = tools["diagnose"](["stage"], "零食品牌", answers).diagnosis
    assert {verdict.topic for verdict in diagnosis.verdicts} == {"stage"}
    assert answers.items() <= diagnosis.answers.items()
    plan = tools["quick_win_plan"]("品牌日", "2099-12-20", {"tags": "yes"}).diagnosis
    assert (plan.quickwin.event, plan.quickwin.first_day, plan.answers["tags"]) == ("品牌日", date(2099, 12, 20), "yes")
