"""Model text becomes HTML that can neither run, load nor lead anywhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.answer import Citation
from ui.prose import prose

HARMLESS = {
    "p", "strong", "em", "ul", "ol", "li", "code", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "br",
    "table", "thead", "tbody", "tr", "th", "td", "div", "button",
}  # fmt: skip
PIECES = [
    "<img src=x onerror=alert(1)>", "<script>x</script>", "![a](http://192.0.2.1/p.png)", "[t](javascript:x)",
    "[r]", "[r]: http://192.0.2.1", "<http://192.0.2.1>", "http://192.0.2.1", "```x\" onload=\"\n", "```", "`", "**", "|",
    "\n\n", "\n", "> ", "- ", "# ", "<a href='x'>", "&lt;b&gt;", "| a | b |\n| - | - |\n| c | d |\n", "[doc#1]", " ", "words",
]  # fmt: skip


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict]] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.seen.append((tag, dict(attrs)))


def cited(id: str = "doc#1") -> Citation:
    return Citation(id=id, title='A "quoted" <title>', source="s", quote="q")


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_only_harmless_tags_come_out(words: str) -> None:
    tags = _Tags()
    tags.feed(prose(words, [cited()], "en"))
    for tag, attributes in tags.seen:
        assert tag in HARMLESS
        assert not {name for name in attributes if name.startswith("on") or name in {"href", "src"}}


def test_known_citations_become_numbered_buttons_and_others_stay() -> None:
    rendered = prose("Do this [doc#1], not that [doc#9].", [cited("other#2"), cited()], "en")
    assert re.findall(r'data-cite="([^"]+)"[^>]*>(\d)<', rendered) == [("doc#1", "2")]
    assert "[doc#9]" in rendered


@pytest.mark.parametrize("words", ["| a | b |\n| - | -: |\n| 1 | 2 |"])
def test_a_wide_table_scrolls_in_its_own_box(words: str) -> None:
    assert prose(words, [], "zh").startswith('<div class="ws-scroll"><table>')
