"""Web pages: the article as a reader sees it, without hidden elements, scripts and the site's own parts."""

from __future__ import annotations

import re
from io import BytesIO

from bs4 import BeautifulSoup, Comment, Tag
from markitdown import StreamInfo
from markitdown.converters import HtmlConverter

from knowledge.cleaning import decode
from knowledge.reading.converted import Converted

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5", "big5-hkscs": "big5hkscs"}
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d])|font-size\s*:\s*0(?![.\d])"
    r"|(?:left|top|text-indent)\s*:\s*-\d{4,}px",
    re.IGNORECASE,
)
_RULE = re.compile(r"([.#][\w-]+)\s*\{([^}]*)\}")
NOT_TEXT = ("script", "style", "noscript", "template", "iframe", "svg", "img", "button", "input", "select")
SITE = ("nav", "footer", "aside", "form", "dialog")


def read(data: bytes, name: str) -> Converted:
    """Convert a web page. Raises BadDocument."""
    soup = BeautifulSoup(_decoded(data, name), "lxml")
    hidden = _take_hidden(soup)
    for element in soup(NOT_TEXT + SITE):
        element.decompose()
    title = _title(soup)
    for link in soup("a"):
        link.unwrap()
    source = BytesIO(str(soup).encode("utf-8"))
    page = HtmlConverter().convert(source, StreamInfo(mimetype="text/html", extension=".html", charset="utf-8"))
    return Converted(pages=[("", page.markdown)], hidden=hidden, fields={"title": title} if title else {})


def _title(soup: BeautifulSoup) -> str:
    """The page's only main heading, else what its window is called; "" for neither."""
    heads = soup("h1")
    found = heads[0] if len(heads) == 1 else soup.title
    return " ".join(found.get_text(" ", strip=True).split()) if found else ""


def _decoded(data: bytes, name: str) -> str:
    declared = _CHARSET.search(data[:4096])
    encoding = _CHINESE.get(declared[1].decode("ascii").lower()) if declared else None
    if encoding:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:  # what a page says of itself need not be so
            pass
    return decode(data, name=name)


def _take_hidden(soup: BeautifulSoup) -> list[str]:
    """Remove comments and hidden elements; return their texts."""
    found = [comment.extract().strip() for comment in soup.find_all(string=lambda text: isinstance(text, Comment))]
    for element in _hidden_elements(soup):
        if not element.decomposed:
            found.append(element.get_text(" ", strip=True))
            element.decompose()
    return [text for text in found if text]


def _hidden_elements(soup: BeautifulSoup) -> list[Tag]:
    styles = " ".join(style.get_text() for style in soup("style"))
    selectors = [selector for selector, rule in _RULE.findall(styles) if _UNSEEN.search(rule)]
    by_rule = [element for selector in selectors for element in soup.select(selector)]
    own = soup.find_all(lambda tag: tag.has_attr("hidden") or bool(_UNSEEN.search(tag.get("style", ""))))
    return [*by_rule, *own]


