"""`wellspring health`: whether the loaded data can carry the answers built on it."""

from __future__ import annotations

from copilot.cli_output import emit, out, system_language
from copilot.commands.options import (
    CountBy,
    Json,
    Lang,
    Ws,
    checked_language,
    data_of,
    known_workspace,
    open_workspace,
    settings_for,
)


def health(count_by: CountBy = None, workspace: Ws = None, lang: Lang = None, json_: Json = False) -> None:
    """Check the loaded data: freshness, gaps, jumps, unknown customers, columns that changed meaning."""
    from copilot.healthtext import health_json, health_text

    language = checked_language(lang) or system_language()
    settings = known_workspace(settings_for(workspace))
    report = data_of(settings, language, count_by).health.report(open_workspace(settings).today)
    if json_:
        emit(health_json(report, language))
    else:
        out.print(health_text(report, language))
