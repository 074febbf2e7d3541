"""The answer of a turn that has ended: its text checked against what the turn found."""

from __future__ import annotations

import re

from copilot import citing, grounding
from copilot.answer import Answer, Caution, Citation
from copilot.cardtext import by_passage
from copilot.catalogue import localise, text
from copilot.prompts import prompt_version
from copilot.running import RunningTurn
from copilot.screening import own_words
from copilot.settings import PLANNER
from copilot.workspace import Workspace
from tools.results import Draft

_EXAMPLE = re.compile(r"`[^`]*`")
"""What the planner sets in code: a way to ask, not a figure."""


def answer_of(turn: RunningTurn, workspace: Workspace, model_name: str) -> Answer:
    """Return the whole answer; `model_name` is who was asked, where the message does not say who answered."""
    message = turn.final
    metadata = message.response_metadata if message else {}
    evidence = [item for findings in turn.findings for item in findings.evidence]
    said = message.text if message else ""
    citations = by_passage(_unique([item for findings in turn.findings for item in findings.citations]), said)
    drafts = [item for findings in turn.findings for item in findings.drafts]
    words, warnings = _checked(said, turn, citations, drafts, workspace)
    by = metadata.get("model_name") or model_name
    return Answer(
        id=turn.id,
        text=words,
        language=turn.language,
        model=by,
        fallback_from=metadata.get("fallback_from", ""),
        prompt="" if by == PLANNER else prompt_version("system"),
        folded=metadata.get("folded", 0),
        tool_calls=list(turn.calls.values()),
        evidence=[localise(item.model_dump(mode="json"), turn.language) for item in evidence],
        figures=grounding.sources(words, evidence),
        citations=citations,
        drafts=drafts,
        warnings=[*turn.cautions, *_searches(turn), *warnings, *_expired(citations, turn.language)],
        usage=turn.meter.usage if turn.meter.usage.calls else None,
        thread=turn.thread,
        suggestions=(message.additional_kwargs if message else {}).get("suggestions", []),
    )


def _checked(
    words: str, turn: RunningTurn, citations: list[Citation], drafts: list, workspace: Workspace
) -> tuple[str, list[Caution]]:
    """The words with what the turn does not bear out corrected or marked, and a warning for each such place.

    What a language model says is borne out by passages that it cites and that do not speak to a model. A refusal may
    quote the data, whatever somebody wrote there: of it only the days count.
    """
    vouching = [item for findings in turn.findings for item in findings.vouching]
    ours = turn.final is None or turn.final.response_metadata.get("model_name") == PLANNER
    screened = turn.screen.whole(words)
    left_out = [Caution(code="W-SCREENED", message=text("screen.caution", turn.language))] if screened != words else []
    figures = grounding.check(
        screened,
        question=own_words(turn.question),
        evidence=vouching,
        citations=citations if ours else [cited for cited in citations if f"[{cited.id}]" in words and not cited.flags],
        drafts=drafts if ours else [_without_old_words(draft) for draft in drafts],
        language=turn.language,
        refusals=[
            *(call.summary if ours else _days(call.summary) for call in turn.calls.values() if not call.ok),
            *(_EXAMPLE.findall(words) if ours else ()),
        ],
        earlier=turn.earlier,
    )
    cited = citing.check(
        figures.text,
        citations=citations,
        known=grounding.Known([turn.question], vouching, [], drafts),
        embed=workspace.encoder.embed,
        language=turn.language,
    )
    return cited.text, [*left_out, *figures.warnings, *cited.warnings]


def _without_old_words(draft: Draft) -> Draft:
    """A draft made from another one holds whatever somebody wrote there: its words bear out no figure."""
    return draft.model_copy(update={"title": "", "body": ""}) if draft.parent else draft


def _days(words: str) -> str:
    return "; ".join(day.words for day in grounding.days(words))


def _searches(turn: RunningTurn) -> list[Caution]:
    """A caution for each thing that a search of this turn had to do without."""
    missing = {code for findings in turn.findings if findings.lookup for code in findings.lookup.cautions}
    return [Caution(code=code, message=text(f"search.caution.{code}", turn.language)) for code in sorted(missing)]


def _expired(citations: list[Citation], language: str) -> list[Caution]:
    """A caution for each cited document whose validity is over."""
    over = {citation.title: citation.valid_until for citation in citations if citation.expired}
    return [Caution(code="document_expired", message=text("documents.cited_expired", language, title=title, day=day))
            for title, day in over.items()]


def _unique(citations: list) -> list:
    return list({citation.id: citation for citation in citations}.values())
