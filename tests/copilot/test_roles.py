"""The matrix of roles and deeds, at every door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from copilot import linking
from copilot.brand_rules import set_rules
from copilot.campaigns.desk import CampaignDesk
from copilot.catalogue import text
from copilot.diagnosis.shop import DiagnosisShop
from copilot.documents import DocumentDesk
from copilot.drafting.desk import DraftDesk, Request
from copilot.erasing.desk import ErasureDesk
from copilot.lessons.desk import LessonDesk
from copilot.nextbest import next_best, next_best_for
from copilot.refusals import worded
from copilot.settings import Settings
from copilot.team import ACTING, Person
from copilot.toolbox import Toolbox, as_tools
from copilot.tracing.replay import story
from copilot.tracing.tracer import open_tracer, stories
from copilot.workspace import Workspace
from knowledge.errors import KnowledgeError
from tools import few
from tools.errors import NotAllowed, ToolError
from tools.lifetime.results import TierOutlook
from tools.roles import DEEDS, LEAST, ROLES, Deed, Role, may
from tools.selection.export import columns_for
from tools.small_groups import LEAST as FEW

AT = datetime(2025, 11, 1, tzinfo=UTC)
Door = Callable[[Workspace], object]
DOORS: dict[str, tuple[Deed, Door]] = {
    "load": ("load", lambda place: place.load([])),
    "profile": ("configure", lambda place: place.set_profile(brand="X")),
    "brand rules": ("configure", lambda place: set_rules(place, "rules: [")),
    "tier rules": ("configure", lambda place: place.set_tier_rules({})),
    "horizon": ("configure", lambda place: place.estimate_tier_rules()),
    "unit": ("configure", lambda place: place.count_by("account")),
    "add document": ("documents", lambda place: DocumentDesk(place).add([Path("no-such-file")])),
    "remove document": ("documents", lambda place: DocumentDesk(place).remove("none")),
    "link": ("link", lambda place: linking.decide(place, accept=["none"])),
    "undo links": ("link", linking.undo),
    "run links": ("link", lambda place: linking.link(place, threshold=2.0)),
    "select": ("select", lambda place: place.segments().preview("沉睡用户")),
    "overlap": ("select", lambda place: place.segments().overlap("none")),
    "show segment": ("select", lambda place: place.segments().show("none")),
    "save segment": ("save", lambda place: place.segments().save("s", place.segments().preview("沉睡用户"), at=AT)),
    "save": ("save", lambda place: place.segments().save("天猫", None, at=AT, acknowledged=True)),
    "keep list": ("save", lambda place: place.segments().keep_list(Path("no-such-file.csv"), AT)),
    "delete diagnosis": ("save", lambda place: DiagnosisShop(place).to_change.delete("none")),
    "draft": ("draft", lambda place: DraftDesk(place).write(Request(tier="dormant", channel="sms", language="zh", n=1))),
    "revise": ("draft", lambda place: DraftDesk(place).revise("none", "更短")),
    "propose lesson": ("propose", lambda place: LessonDesk(place, "page").propose_note("短", at=AT)),
    "decide lesson": ("review", lambda place: LessonDesk(place, "page").decide("lesson-9", "approved", at=AT)),
    "submit campaign": ("propose", lambda place: CampaignDesk(place, "page").submit("campaign-9", 1, AT)),
    "approve campaign": ("review", lambda place: CampaignDesk(place, "page").approve("campaign-9", 1, AT)),
    "release campaign": ("export", lambda place: CampaignDesk(place, "page").release("campaign-9", AT)),
    "export numbers": ("export", lambda place: columns_for(place.settings.role, personal=False)),
    "export people": ("personal", lambda place: columns_for(place.settings.role, personal=True)),
    "rows": ("rows", lambda place: next_best_for(place, ["none"])),
    "one customer": ("rows", lambda place: place.data().tiers.why("none")),
    "who moved": ("rows", lambda place: place.data().tiers.moved("high", "mid")),
    "one outlook": ("rows", lambda place: place.data().lifetime.customer("none")),
    "links to review": ("rows", lambda place: place.data().links.to_review(0)),
    "why linked": ("rows", lambda place: place.data().links.explain("none")),
    "stories": ("stories", lambda place: stories(open_tracer(place), place.settings.role).latest()),
    "story": ("stories", lambda place: story(place, "none")),
    "people": ("people", lambda place: place.team_to_change.get("nobody")),
    "erase": ("erase", lambda place: ErasureDesk(place, "page").erase(["none"], at=AT)),
}


@pytest.fixture(scope="module")
def opened(copy_home: Callable[[], Path]) -> Callable[[Role], Workspace]:
    home = copy_home()
    return {role: Workspace(Settings(_env_file=None, home=home, workspace="small", role=role)) for role in ROLES}.get


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("door", DOORS)
def test_a_door_opens_for_whom_the_table_says(opened: Callable[[Role], Workspace], role: Role, door: str) -> None:
    deed, act = DOORS[door]
    try:
        act(opened(role))
    except NotAllowed:
        assert not may(role, deed)
    except (ToolError, KnowledgeError, ValueError, OSError, LookupError):  # let in, and stopped by what it asked for
        assert may(role, deed)
    else:
        assert may(role, deed)


def test_every_deed_has_a_door() -> None:
    assert {deed for deed, _ in DOORS.values()} == set(DEEDS)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("deed", DEEDS)
def test_a_refusal_names_deed_and_role_in_words(deed: Deed, language: str) -> None:
    said = worded(NotAllowed("role_not_allowed", deed=deed, role="viewer", least=LEAST[deed]), language)
    assert text(f"role.deed.{deed}", language) in said
    assert ("查看者" if language == "zh" else "viewer") in said


def test_few_are_counted_for_nobody_without_rows(opened: Callable[[Role], Workspace]) -> None:
    viewer, operator = opened("viewer"), opened("operator")
    choices = {place: next_best(place, tier="high")[0].rows for place in (viewer, operator)}
    assert any(row.customers < FEW for row in choices[operator])
    assert all(row.customers >= FEW for row in choices[viewer])
    assert choices[viewer]
    outlook = {place: place.data().lifetime.report() for place in (viewer, operator)}
    assert "few_people" not in outlook[operator].notes
    assert "few_people" in outlook[viewer].notes
    told = {"customers": 100, "one_order": 0, "overdue": None, "expected_orders": 9.0, "clv": None}
    tiers = [TierOutlook(tier="high", at_risk=FEW - 1, **told), TierOutlook(tier="mid", at_risk=FEW, **told)]
    seen = few.lifetime(outlook[operator].model_copy(update={"tiers": tiers}))
    assert [row.tier for row in seen.tiers] == ["mid"]


def test_figures_of_few_customers_go_by_the_role_of_who_asks(opened: Callable[[Role], Workspace]) -> None:
    """In one process, where each signs in: nobody's answer is another's."""
    asked = {"metric": "customers", "by": ["tier"], "where": {"channel": ["抖音"]}, "window": "2024-05"}
    place = opened("operator")
    for role in (*ROLES, *ROLES):
        acting = ACTING.set(Person(name="小李", role=role, secret="scrypt$16384$8$1$AAAA$AAAA"))
        assert ("few_people" in place.data().query_metric(**asked).notes) == (not may(role, "rows"))
        ACTING.reset(acting)


def test_no_tool_takes_or_names_what_identifies_a_person(opened: Callable[[Role], Workspace]) -> None:
    personal = {"name", "phone", "mobile", "email", "address", "wechat", "qq", "plate", "birthday", "customer", "customer_id", "member_no"}
    for tool in as_tools(Toolbox.over(opened("admin"))):
        assert not personal & set(tool.args), tool.name
