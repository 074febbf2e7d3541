"""The only place where things are wired together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from langchain_core.language_models import BaseChatModel
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from copilot.agent import build_agent
from copilot.planner.hearing import hear
from copilot.planner.leftover import warm as warm_words
from copilot.planner.model import PlannerModel
from copilot.planner.router import Router
from copilot.session import Copilot
from copilot.settings import PLANNER, Settings
from copilot.store import Store
from copilot.toolbox import Toolbox, as_tools
from copilot.tracing.tracer import Tracer, open_tracer
from copilot.usage import UsageBook
from copilot.workspace import Workspace


@asynccontextmanager
async def open_copilot(
    settings: Settings,
    *,
    model: BaseChatModel | None = None,
    tracer: Tracer | None = None,
    usage: UsageBook | None = None,
) -> AsyncIterator[Copilot]:
    """Open the workspace and yield a copilot over it; everything closes at the end.

    `model` replaces the configured language model, `tracer` and `usage` the workspace's own (tests, replays).
    """
    workspace = Workspace(settings)
    workspace.prepare()
    toolbox = Toolbox.over(workspace)
    router = Router(workspace.encoder, settings.home / ".words")
    planner = PlannerModel(vocabulary=workspace.vocabulary, router=router)
    served = settings.language_model and model is None
    language_model = model or (_served_model(settings) if served else None)
    store, usage = Store.open(workspace.store_path), usage or UsageBook.open(workspace.store_path)
    tracer = tracer or open_tracer(workspace)
    async with AsyncSqliteSaver.from_conn_string(str(workspace.threads_path)) as saver:
        agent = build_agent(
            settings=settings,
            model=language_model or planner,
            planner=planner,
            tools=as_tools(toolbox),
            checkpointer=saver,
            second=_served_model(settings, second=True) if served and settings.second else None,
            people_in=workspace.people_in,
        )
        try:
            yield Copilot(
                agent=agent,
                store=store,
                workspace=workspace,
                toolbox=toolbox,
                model_name=settings.model if language_model else PLANNER,
                wake=lambda: _wake(workspace),
                warm=lambda: _warm(workspace, router, toolbox),
                usage=usage,
                tracer=tracer,
            )
        finally:
            store.close()
            usage.close()
            tracer.close()
            workspace.close()


def _wake(workspace: Workspace) -> None:
    workspace.vocabulary().read("客户")
    warm_words()


def _warm(workspace: Workspace, router: Router, toolbox: Toolbox) -> None:
    _wake(workspace)
    router.warm()
    vocabulary = workspace.vocabulary()
    hear("SMART", vocabulary)
    router.names.nearest("SMART", vocabulary)
    toolbox.knowledge.index.search("SMART", k=1)
    if data := workspace.data():
        _ = data.health.findings


def _served_model(settings: Settings, *, second: bool = False) -> BaseChatModel:
    from copilot.model import build_model  # its client takes a second to import; the planner needs none

    return build_model(settings, second=second)
