"""A model's Markdown as safe HTML: no raw HTML, images or links ever come out of it."""

from __future__ import annotations

import re
from functools import cache
from html import escape

from markdown_it import MarkdownIt

from copilot.answer import Citation
from ui.words import html


def prose(markdown: str, citations: list[Citation], language: str) -> str:
    """Render `markdown`; `[passage-id]` of a known citation becomes its numbered button."""
    rendered = _parser().render(markdown)
    for number, citation in enumerate(citations, 1):
        mark = f"[{escape(citation.id)}]"
        rendered = rendered.replace(mark, citation_mark(number, citation, language))
    return re.sub(r"<table>(.*?)</table>", r'<div class="ws-scroll"><table>\1</table></div>', rendered, flags=re.DOTALL)


def citation_mark(number: int, citation: Citation, language: str) -> str:
    """The small numbered button that opens a passage."""
    label = html("citation.open", language, n=number, title=citation.title)
    key = escape(citation.id)
    return f'<button class="ws-cite" type="button" data-cite="{key}" aria-label="{label}">{number}</button>'


@cache
def _parser() -> MarkdownIt:
    # With these rules off, links and images stay the letters they were written with.
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False})
    parser.enable("table").disable(["image", "link", "autolink", "reference", "html_inline", "html_block"])
    # The info string of a fence is the model's too: it never becomes an attribute.
    parser.add_render_rule("fence", lambda _, tokens, at, *__: f"<pre><code>{escape(tokens[at].content)}</code></pre>")
    return parser
