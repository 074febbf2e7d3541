"""Drafts for a workspace: figures, playbook, versions, the language model as copywriter, every face the same."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from copilot.bootstrap import open_copilot
from copilot.drafting.desk import DraftDesk, Request
from copilot.drafting.grid import grid
from copilot.drafting.wording import batch_text, grid_text, revision_text
from copilot.session import Copilot
from copilot.settings import Settings
from copilot.testing import Behaviour, Call, Reply, ScriptedServer, refuse, say
from tools.errors import BadArgument
from tools.results import TIERS

pytestmark = pytest.mark.anyio

OFFER = {"zh": "满199减30", "en": "20% off"}
GOOD = {
    "angle": "service", "body": "{name}，最近想添点什么，说说用途就好，我们帮您挑。现在下单可享{offer}。",
}  # fmt: skip


@pytest.fixture
def desk(copilot: Copilot) -> DraftDesk:
    return DraftDesk(copilot.workspace, copilot.toolbox.knowledge.index)


async def test_a_draft_carries_the_tiers_figures_and_the_playbook(desk: DraftDesk, copilot: Copilot) -> None:
    batch = desk.write(Request(tier="potential", channel="wecom", offer=OFFER["zh"], n=2))
    row = next(row for row in copilot.workspace.data().tier_overview().rows if row.tier == "potential")
    for draft in batch.drafts:
        figures = {figure.name: figure.value for figure in draft.figures}
        assert figures["customers"] == row.customers
        assert figures["share"] == row.share
        assert draft.playbook.id == "playbook-potential-second-order#1"
        assert draft.goal == "second_order"
    assert copilot.toolbox.knowledge.index.passage(batch.drafts[0].playbook.id).id == batch.drafts[0].playbook.id
    assert f"{row.customers:,}" in batch_text(batch, "zh")


async def test_versions_are_kept_and_found_again(desk: DraftDesk) -> None:
    (first,) = desk.write(Request(tier="dormant", channel="wecom", offer=OFFER["zh"], n=1)).drafts
    second = desk.revise(first.id, "更活泼一点").draft
    third = desk.revise(second.id, "加上会员日")
    assert [each.draft.id for each in desk.history(third.draft.id)] == [first.id, second.id, third.draft.id]
    assert [each.wish for each in desk.history(third.draft.id)] == ["", "更活泼一点", "加上会员日"]
    assert "{+" in revision_text(third, "zh")
    assert desk.revise("latest", "去掉称呼").draft.version == 4


async def test_an_unknown_draft_is_refused(desk: DraftDesk) -> None:
    with pytest.raises(BadArgument, match="draft_unknown"):
        desk.revise("nothing", "短一点")


async def test_personal_data_in_a_wish_is_taken_out(desk: DraftDesk) -> None:
    (first,) = desk.write(Request(tier="low", channel="wecom", n=1)).drafts
    made = desk.revise(first.id, "加上有问题请拨打13800138000")
    assert "13800138000" not in made.draft.body


async def test_a_part_of_the_grid_is_sendable_and_invents_nothing(desk: DraftDesk) -> None:
    found = grid(desk, OFFER, channels=["sms"], goals=["win_back"], n=2)
    assert len(found.drafts) == 2 * len(TIERS) * 2
    assert found.sendable == len(found.drafts)
    assert found.invented == 0
    assert found.diversity.openings >= 0.8 * len(found.drafts)
    assert len(found.diversity.near_duplicates) <= 1
    assert "20" in grid_text(found, "en")


async def test_the_grid_is_held_against_what_was_sent(desk: DraftDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    cell = {"channels": ["sms"], "goals": ["win_back"], "n": 1}
    first = grid(desk, {"zh": OFFER["zh"]}, **cell)
    assert first.diversity.like_recent == []
    monkeypatch.setattr(desk, "sent", lambda language, channel: first.drafts)
    again = grid(desk, {"zh": OFFER["zh"]}, **cell)
    assert again.diversity.like_recent == []
    assert not {each.body for each in first.drafts} & {each.body for each in again.drafts}


# --- a language model as the copywriter ---------------------------------------------------


class Script:
    """What the server answers, in order."""

    def __init__(self) -> None:
        self.steps: list[Behaviour] = []

    def __call__(self, body: dict) -> Behaviour:
        return self.steps.pop(0) if self.steps else refuse(501, "the script has no reply left")


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def server(script: Script) -> Iterator[ScriptedServer]:
    with ScriptedServer(script) as opened:
        yield opened


@pytest.fixture
async def served(server: ScriptedServer, copy_home: Callable[[], Path]) -> AsyncIterator[DraftDesk]:
    limits = {"first_token_seconds": 20, "idle_seconds": 20, "turn_seconds": 60}
    settings = Settings(_env_file=None, home=copy_home(), workspace="small", OPENAI_BASE_URL=server.base_url,
                        OPENAI_API_KEY="sk-test", model="scripted", **limits)  # fmt: skip
    async with open_copilot(settings) as opened:
        yield DraftDesk(opened.workspace, opened.toolbox.knowledge.index)


def written(*variants: dict) -> Reply:
    return Reply(calls=(Call("Variants", {"variants": list(variants)}),))


def ask(**more: object) -> Request:
    return Request(**{"tier": "dormant", "channel": "sms", "offer": OFFER["zh"], "n": 2, "brand": "山禾集"} | more)


async def test_a_model_writes_inside_our_frame_and_the_library_fills_up(served: DraftDesk, script: Script) -> None:
    invented = {"angle": "benefit", "body": "{name}，全场5折，快来。现在下单可享{offer}。"}
    silent = {"angle": "rhythm", "body": "{name}，常用的几样该补了。"}
    script.steps = [written(GOOD, invented, silent)]
    batch = served.write(ask())
    assert batch.fell_back == ""
    assert [draft.writer for draft in batch.drafts] == ["model", "library"]
    assert batch.drafts[0].body == "【山禾集】" + GOOD["body"] + "拒收请回复R"
    assert all(draft.sendable for draft in batch.drafts)
    assert "5折" not in "".join(draft.body for draft in batch.drafts)
    assert batch.fell_back == ""


async def test_when_the_model_fails_the_library_writes_and_says_so(served: DraftDesk, script: Script) -> None:
    for reply in (say("Sorry."), written(), written({"angle": "gossip", "body": "x"})):
        script.steps = [reply]
        batch = served.write(ask())
        assert [draft.writer for draft in batch.drafts] == ["library", "library"]
        assert batch.fell_back.startswith("E-")
        assert batch.fell_back in batch_text(batch, "en")


async def test_the_request_holds_the_brief_and_no_customer(
    served: DraftDesk, script: Script, server: ScriptedServer
) -> None:
    script.steps = [written(GOOD)]
    served.write(ask(must_say=["联系13800138000"], must_not_say=["断货"]))
    (body,) = server.bodies
    sent = json.dumps(body, ensure_ascii=False)
    assert "满199减30" in sent
    assert "断货" in sent
    assert "13800138000" not in sent
    assert [tool["function"]["name"] for tool in body["tools"]] == ["Variants"]


async def test_a_model_that_is_not_there_is_refused(desk: DraftDesk) -> None:
    with pytest.raises(BadArgument, match="draft_no_model"):
        desk.write(ask(writer="model"))
