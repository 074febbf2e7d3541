"""The cited passage as it stands in the knowledge base now, and the whole document that it is from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import escape
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from copilot.passagetext import cautions, facts, grade
from copilot.session import Copilot
from knowledge.chunking import passages
from knowledge.results import Document, Passage
from ui.citations import panel
from ui.marking import marked
from ui.prose import prose
from ui.words import html

Language = Literal["zh", "en"]


class Asked(BaseModel):
    """A citation that was clicked."""

    id: Annotated[str, Field(max_length=500)]
    lang: Language
    number: int = 1
    quotes: Annotated[list[Annotated[str, Field(max_length=4000)]], Field(max_length=200)] = []
    """Sentences that the answer quotes."""


def routes(path: str, copilot: Callable[[], Copilot]) -> APIRouter:
    """`POST <path>/passage` and `GET <path>/document/<id>`, both HTML."""
    router = APIRouter(prefix=path, include_in_schema=False)

    @router.post("/passage")
    def opened(asked: Asked) -> HTMLResponse:
        return HTMLResponse(passage_panel(copilot(), asked))

    @router.get("/document/{id:path}")
    def whole(id: str, lang: Language = "zh", passage: Annotated[str, Query(max_length=500)] = "") -> HTMLResponse:
        return HTMLResponse(document_page(copilot(), id, lang, passage))

    return router


def passage_panel(copilot: Copilot, asked: Asked) -> str:
    """The panel's inside for a citation. Raises BadQuery for a passage that is no longer there."""
    language, index = asked.lang, copilot.toolbox.knowledge.index
    cited = index.passage(asked.id, language=language)
    shown = _shown(cited, lambda: index.card(cited.document, cited.language), asked.quotes, language)
    said = "".join(_section(passage, words, single=len(shown) == 1) for passage, words, _, _ in shown)
    told = "quoted" if any(some for *_, some, _ in shown) else "quoted_whole" if shown[0][3] else ""
    remark = f'<p class="ws-quiet">{html(f"citation.{told}", language)}</p>' if told else ""
    notes = "".join(f'<p class="ws-note">{escape(words)}</p>' for words in cautions(cited, language, _today(copilot)))
    named = [(escape(name), value) for name, value in facts(cited, language)]
    return panel(asked.number, cited.title, named, f"{notes}{remark}{said}{_link(cited, language)}", language)


def _shown(
    cited: Passage, document: Callable[[], Document], quotes: list[str], language: str
) -> list[tuple[Passage, str, bool, bool]]:
    """The cited passage and, of a card, which is cited as a whole, its other passages that the answer quotes."""
    every = passages(document()) if cited.trust == "card" else [cited]
    found = [(passage, *marked(passage.text, quotes, language)) for passage in every]
    return [each for each in found if each[0].id == cited.id or each[2] or each[3]]


def _section(passage: Passage, words: str, *, single: bool) -> str:
    """A passage's words; its heading path stands above where there are several."""
    head = "" if single or not passage.heading else f'<p class="ws-label">{escape(passage.heading)}</p>'
    return f'{head}<blockquote class="ws-prose">{words}</blockquote>'


def _link(cited: Passage, language: str) -> str:
    # Relative to the page, which may stand behind a proxy's path.
    address = f"document/{quote(cited.document)}?lang={language}&passage={quote(cited.id)}#passage"
    words = html("citation.document", language)
    return f'<p><a class="ws-button" href="{escape(address)}" target="_blank" rel="noopener">{words}</a></p>'


def document_page(copilot: Copilot, id: str, language: str, passage: str = "") -> str:
    """A whole document as clean text on a page of its own, with a place to jump to where `passage` begins.

    Raises BadQuery for an unknown document.
    """
    index = copilot.toolbox.knowledge.index
    document = index.card(id, language)
    cited = next((each for each in passages(document) if each.id == passage), None)
    before, after = _split(document.text, cited.text if cited else "")
    place = '<span id="passage"></span>' if cited else ""
    body = prose(before, [], language) + place + prose(after, [], language)
    return _PAGE.format(
        language=document.language, title=escape(document.title), source=escape(document.source), body=body,
        grade=escape(grade(document.evidence, language)), style=_STYLE,
    )  # fmt: skip


def _split(text: str, words: str) -> tuple[str, str]:
    """The text before and from the line in which `words` begin."""
    at = text.find(words.strip()[:80]) if words else -1
    start = text.rfind("\n", 0, at) + 1 if at > 0 else 0
    return text[:start], text[start:]


def _today(copilot: Copilot) -> date:
    return copilot.workspace.calendar_day


_STYLE = (
    "body{max-width:760px;margin:0 auto;padding:28px 20px 60px;color:#1c2f35;overflow-wrap:anywhere;"
    "font:16px/1.75 system-ui,'PingFang SC','Microsoft YaHei',sans-serif}"
    "h1{font-size:24px;line-height:1.4}h2{font-size:19px}h3{font-size:17px}"
    "header p{color:#5b6d73;font-size:14px;margin:2px 0}#passage{scroll-margin-top:24px}"
    "#passage:target+*{border-left:3px solid #0f7c85;padding-left:12px}"
    "blockquote{border-left:3px solid #cfe3e3;margin:10px 0;padding:2px 0 2px 14px}table{border-collapse:collapse}"
    "td,th{border:1px solid #dfe7e8;padding:4px 10px;text-align:left}.ws-scroll{overflow-x:auto}"
)
_PAGE = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
    '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="/favicon.svg">'
    "<style>{style}</style></head><body><main><header><h1>{title}</h1><p>{source}</p><p>{grade}</p></header>"
    "{body}</main></body></html>"
)
