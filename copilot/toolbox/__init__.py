"""What the agent can do: each public method of a group is one tool, its docstring what a model reads of it.

The only adapter from typed methods to LangChain tools is `as_tools`. A tool returns short
text for the model and typed findings for people, grounding and evals.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from langchain_core.tools import BaseTool, StructuredTool

from copilot import nextbest
from copilot.campaigns.desk import CampaignDesk
from copilot.checking import check_pasted
from copilot.diagnosis.desk import DiagnosisDesk
from copilot.drafting.desk import DraftDesk
from copilot.findings import Findings
from copilot.language import LANGUAGE
from copilot.lessons.desk import LessonDesk
from copilot.modeltext import for_model
from copilot.toolbox.campaigns import CampaignTools
from copilot.toolbox.checking import CheckTools
from copilot.toolbox.cohorts import CohortTools
from copilot.toolbox.data import DataTools
from copilot.toolbox.diagnosis import DiagnosisTools
from copilot.toolbox.drafting import DraftTools
from copilot.toolbox.health import HealthTools
from copilot.toolbox.identity import IdentityTools
from copilot.toolbox.knowledge import KnowledgeTools
from copilot.toolbox.lessons import LessonTools
from copilot.toolbox.lifetime import LifetimeTools
from copilot.toolbox.next_best import NextBestTools
from copilot.toolbox.profiles import ProfileTools
from copilot.toolbox.segments import SegmentTools
from copilot.toolbox.tags import TagTools
from copilot.workspace import Workspace
from tools.roles import Deed

TAKES: dict[str, Deed] = {
    "draft_messages": "draft", "revise_draft": "draft", "propose_campaign": "propose", "propose_lesson": "propose",
    "select_customers": "select",
}  # fmt: skip
"""Tools that change something or name people by a rule, and what a role must be allowed; the others are everybody's."""


@dataclass(frozen=True)
class Toolbox:
    """The copilot's tools over one workspace, a group a topic."""

    data: DataTools
    profiles: ProfileTools
    cohorts: CohortTools
    tags: TagTools
    segments: SegmentTools
    lifetime: LifetimeTools
    health: HealthTools
    identity: IdentityTools
    knowledge: KnowledgeTools
    drafts: DraftTools
    lessons: LessonTools
    campaigns: CampaignTools
    checks: CheckTools
    next_best: NextBestTools
    diagnosis: DiagnosisTools

    @classmethod
    def over(cls, workspace: Workspace) -> Toolbox:
        data, knowledge = workspace.data, workspace.knowledge()
        return cls(
            data=DataTools(data),
            profiles=ProfileTools(data),
            cohorts=CohortTools(data),
            tags=TagTools(data),
            segments=SegmentTools(workspace.segments),
            lifetime=LifetimeTools(data),
            health=HealthTools(data, lambda: workspace.today),
            identity=IdentityTools(data),
            knowledge=KnowledgeTools(knowledge, data, lambda: workspace.calendar_day),
            drafts=DraftTools(lambda: DraftDesk(workspace, knowledge)),
            lessons=LessonTools(lambda: LessonDesk(workspace, "agent")),
            checks=CheckTools(partial(check_pasted, workspace)),
            next_best=NextBestTools(lambda segment, tier: nextbest.next_best(workspace, segment=segment, tier=tier)[0]),
            campaigns=CampaignTools(lambda: CampaignDesk(workspace, "agent")),
            diagnosis=DiagnosisTools(DiagnosisDesk.over(workspace)),
        )

    def tools(self) -> dict[str, Callable[..., Findings]]:
        """Every tool by its name."""
        return {name: method for group in vars(self).values() for name, method in _methods(group).items()}


def _methods(group: object) -> dict[str, Callable[..., Findings]]:
    # In the order they are written: that is the order in which a model reads them.
    names = [name for name, value in vars(type(group)).items() if inspect.isfunction(value) and name[0] != "_"]
    return {name: getattr(group, name) for name in names}


def as_tools(toolbox: Toolbox) -> list[BaseTool]:
    """Wrap each method as a LangChain tool: (text for the model, findings as JSON)."""
    return [_as_tool(method) for method in toolbox.tools().values()]


def _as_tool(method: Callable[..., Findings]) -> BaseTool:
    @functools.wraps(method)
    async def call(**arguments: object) -> tuple[str, dict]:
        # A query blocks; the event loop must stay free for other chats.
        findings = await asyncio.to_thread(method, **arguments)
        return for_model(findings, LANGUAGE.get()), findings.artifact()

    return StructuredTool.from_function(
        coroutine=call,
        name=method.__name__,
        parse_docstring=True,
        error_on_invalid_docstring=True,
        response_format="content_and_artifact",
        metadata={"deed": TAKES.get(method.__name__)},
    )
