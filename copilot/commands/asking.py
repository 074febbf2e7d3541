"""`wellspring ask`: one question, answered."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer

from copilot.catalogue import text
from copilot.cli_output import emit, err, fail, out, system_language
from copilot.commands.options import (
    Json,
    Lang,
    Ws,
    checked_language,
    known_workspace,
    open_workspace,
    ready_index,
    settings_for,
)


def ask(
    question: str,
    workspace: Ws = None,
    lang: Lang = None,
    thread: Annotated[str | None, typer.Option(help="Continue this conversation.")] = None,
    json_: Json = False,
) -> None:
    """Ask a question in Chinese or English."""
    from copilot.bootstrap import open_copilot
    from copilot.session import AnswerFailed

    language = checked_language(lang)
    settings = known_workspace(settings_for(workspace))
    if not question.strip():
        fail(text("cli.empty_question", language or system_language()))

    ready_index(open_workspace(settings), language or system_language())

    async def answered() -> Any:
        async with open_copilot(settings) as copilot:
            return await copilot.ask(question, thread=thread, language=language)

    try:
        answer = asyncio.run(answered())
    except AnswerFailed as error:
        fail(error.event.message)
    if json_:
        emit(answer.model_dump(mode="json"))
    else:
        from copilot.usagetext import byline

        out.print(answer.text)
        for caution in answer.warnings:
            err.print(caution.message)
        if answer.usage:
            err.print(byline(answer, answer.language))
