"""A diagnosis as a one-page document: Markdown, or HTML that prints."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from importlib import resources
from pathlib import Path

from markdown_it import MarkdownIt

from copilot.diagnosis.cards import cards
from copilot.diagnosis.results import Comparison, Diagnosis, Moved
from copilot.diagnosis.text import diagnosis_text
from copilot.diagnosis.wording import (
    card_title,
    heading,
    join,
    listed,
    name_of,
    reading_of,
    say,
    scenario_title,
    verdict_of,
)
from copilot.formatting import figure, span
from tools.errors import BadArgument
from tools.results import MetricResult

SUFFIXES = (".md", ".html")
_CITE = re.compile(r"\[([a-z0-9-]+)#1\]")


def markdown(found: Diagnosis, brand: str, language: str, compared: Comparison | None = None) -> str:
    """The document as Markdown; citations are numbered and listed at its end."""
    made = say("made" if found.as_of else "made_without", language, on=found.on, as_of=found.as_of)
    body = join(diagnosis_text(found, language), comparison_text(compared, language) if compared else "",
                _figures(found, language))  # fmt: skip
    order = list(dict.fromkeys(_CITE.findall(body)))
    body = _CITE.sub(lambda match: f"[{order.index(match[1]) + 1}]", body)
    parts = [f"# {heading('document', language, brand=brand)}", made, _answers(found, language), body]
    return join(*parts, _sources(order, language)) + "\n"


def page(found: Diagnosis, brand: str, language: str, compared: Comparison | None = None) -> str:
    """The document as one HTML file of its own, laid out for paper."""
    parser = MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink", "reference"])
    title = escape(heading("document", language, brand=brand))
    style = resources.files("copilot.diagnosis").joinpath("print.css").read_text(encoding="utf-8")
    body = parser.render(markdown(found, brand, language, compared))
    tongue = "zh-CN" if language == "zh" else "en"
    return (
        f'<!doctype html><html lang="{tongue}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{style}</style></head><body><main>{body}</main></body></html>\n"
    )


def export(
    found: Diagnosis, path: Path, brand: str, language: str, compared: Comparison | None = None
) -> Path:
    """Write the document, by the name's ending; it appears whole. Raises BadArgument for another ending."""
    if path.suffix.lower() not in SUFFIXES:
        raise BadArgument("diagnosis_format", given=path.name)
    make = page if path.suffix.lower() == ".html" else markdown
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(make(found, brand, language, compared), encoding="utf-8")
    draft.replace(path)
    return path


def comparison_text(compared: Comparison, language: str) -> str:
    """What moved since the diagnosis compared with."""
    before = compared.before
    head = heading("compared", language, name=before.name, day=before.saved_at.date())
    lines = [f"- {_moved(one, compared, language)}" for one in compared.moved]
    return join(f"### {head}", "\n".join(lines) if lines else say("changed.nothing", language))


def _moved(one: Moved, compared: Comparison, language: str) -> str:
    kind, _, key = one.what.partition(":")
    if kind == "answer":
        words = {"name": name_of(key, language), "write": lambda code: reading_of(key, code, language)}
    elif kind == "level":
        words = {"name": heading(key, language), "write": lambda code: say(f"level.{code}", language)}
    elif kind == "focus":
        words = {"name": "", "write": lambda code: scenario_title(code, language)}
    elif kind == "figure":
        result = compared.after.figures[key]
        name = f"{getattr(result.title, language)} ({span(result.window, language)})"
        words = {"name": name, "write": lambda code: figure(float(code), one.unit, language)}
    else:
        words = {"name": heading(kind, language), "write": lambda code: verdict_of(kind, code, language)}
    before, after = (
        listed([words["write"](code) for code in side.split("|")], language) if side else say("blank", language)
        for side in (one.before, one.after)
    )
    entry = "verdict" if kind in {"stage", "quadrant", "maturity"} else kind
    return say(f"changed.{entry}", language, name=words["name"], before=before, after=after)


def _answers(found: Diagnosis, language: str) -> str:
    if not found.answers:
        return ""
    parts = [f"{name_of(key, language)} = {reading_of(key, value, language)}" for key, value in found.answers.items()]
    return f"**{heading('answers', language)}**: {listed(parts, language)}"


def _figures(found: Diagnosis, language: str) -> str:
    """Every figure with its window, rows and definition, so that the page stands alone."""
    rows = [one for one in found.figures.values() if isinstance(one, MetricResult) and one.value is not None]
    lines = [
        f"- {getattr(one.title, language)} {figure(one.value, one.unit, language)} "
        f"({span(one.window, language)}, n = {one.n:,}): {getattr(one.definition, language)}"
        for one in rows
    ]
    return join(f"### {heading('figures', language)}", "\n".join(lines)) if lines else ""


def _sources(ids: Iterable[str], language: str) -> str:
    lines = [f"{n}. {card_title(id, language)}. {cards().card(id, language).source}" for n, id in enumerate(ids, 1)]
    return join(f"### {heading('sources', language)}", "\n".join(lines)) if lines else ""
