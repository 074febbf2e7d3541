"""`wellspring health`: whether the loaded data can carry the answers built on it."""

from __future__ import annotations

from copilot.cli_output import emit, out
from copilot.commands.options import CountBy, Json, Lang, Ws, data_of, place_of, spoken


def health(count_by: CountBy = None, workspace: Ws = None, lang: Lang = None, json_: Json = False) -> None:
    """Check the loaded data: freshness, gaps, jumps, unknown customers, columns that changed meaning."""
    from copilot.healthtext import health_json, health_text

    language = spoken(lang)
    place = place_of(workspace)
    report = data_of(place, language, count_by).health.report(place.today)
    if json_:
        emit(health_json(report, language))
    else:
        out.print(health_text(report, language))
