"""A diagnosis as a one-page document: Markdown, or HTML that prints."""

from __future__ import annotations

from html import escape
from importlib import resources
from pathlib import Path

from markdown_it import MarkdownIt

from copilot.diagnosis import onepage
from copilot.diagnosis.results import Comparison, Diagnosis, Moved
from copilot.diagnosis.wording import (
    clauses,
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

SUFFIXES = (".md", ".html")
MOVES = 6
"""Moves since an earlier diagnosis that the page has room for."""
_LATER = {"figure": 1, "answer": 2}


def markdown(found: Diagnosis, brand: str, language: str, compared: Comparison | None = None) -> str:
    """The document as Markdown; citations are numbered and listed at its end."""
    made = say("made" if found.as_of else "made_without", language, on=found.on, as_of=found.as_of)
    moved = onepage_moves(compared, language) if compared else ""
    told = onepage.numbered(join(onepage.body(found, language, compared=compared is not None), moved), language)
    return join(f"# {heading('document', language, brand=brand)}", made, told) + "\n"


def page(found: Diagnosis, brand: str, language: str, compared: Comparison | None = None) -> str:
    """The document as one HTML file of its own, laid out for paper."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.disable(["image", "link", "autolink", "reference"])
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


def onepage_moves(compared: Comparison, language: str) -> str:
    """The same in one paragraph: verdicts first, answers last, and how many there is no room for."""
    before = compared.before
    ranked = sorted(compared.moved, key=lambda one: _LATER.get(one.what.partition(":")[0], 0))
    parts = [_moved(one, compared, language) for one in ranked[:MOVES]]
    parts += [say("changed.more", language, n=len(ranked) - MOVES)] if len(ranked) > MOVES else []
    head = heading("compared", language, name=before.name, day=before.saved_at.date())
    return f"**{head}** {clauses(parts, language) or say('changed.nothing', language)}"


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
