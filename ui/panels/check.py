"""Check a text: paste it, and see each finding in its place."""

from __future__ import annotations

from html import escape

import gradio as gr

from copilot.checking import LONGEST, Pasted, check_pasted
from copilot.checktext import length_line, verdict
from tools.compliance import CHANNELS, VENDORS, TextCheck
from tools.results import Issue
from ui.panels.panel import PRIVATE
from ui.panels.section import Section
from ui.refusal import attempt
from ui.words import html, named, say


class CheckText(Section):
    """A text, where it is to be sent, and what the rules say of it."""

    def lay_out(self) -> None:
        self.heading("check")
        with gr.Row():
            self.title = self.textbox("check.title", max_length=500, elem_id="ws-check-title")
        self.text = self.textbox(
            "check.text", "check.text_hint", lines=5, max_lines=16, max_length=LONGEST, elem_id="ws-check-text"
        )
        with gr.Row(elem_classes="ws-controls"):
            self.channel = self.dropdown("check.channel", _channels, value="sms", elem_id="ws-check-channel")
            self.language = self.dropdown("check.language", _languages, value="", elem_id="ws-check-language")
            self.kind = self.dropdown("check.kind", _kinds, value="promotion", elem_id="ws-check-kind")
            self.vendor = self.dropdown("check.vendor", _vendors, value="", elem_id="ws-check-vendor")
        self.go = self.button("check.go", variant="primary", elem_classes="ws-go", elem_id="ws-check-go")
        self.found = gr.HTML(elem_id="ws-check-found")

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        given = [self.text, self.title, self.channel, self.language, self.kind, self.vendor, language]
        self.go.click(self.check, given, self.found, show_progress_on=self.go, **PRIVATE)
        self.title.submit(self.check, given, self.found, **PRIVATE)

    def check(
        self, text: str, title: str, channel: str, written_in: str, kind: str, vendor: str, language: str
    ) -> str:
        """The text with its findings marked and listed, or why it cannot be checked."""
        found, refused = attempt(
            lambda: check_pasted(
                self._copilot().workspace, Pasted(text, title), channel=channel, language=written_in, kind=kind,
                vendor=vendor,
            ), language)  # fmt: skip
        return refused if found is None else shown(found, language)


def shown(found: TextCheck, language: str) -> str:
    """A checked text as a card: the words with marks, the length, and each finding."""
    state = "blocked" if found.blocked else "remarks" if found.issues else "passed"
    title = f'<div class="ws-draft-title">{_marked(found, "title")}</div>' if found.title else ""
    listed = "".join(_finding(number, issue, language) for number, issue in enumerate(found.issues, 1))
    version = html("check.version", language, version=found.rules_version)
    return (
        f'<article class="ws-draft ws-checked ws-{state}" role="status"><header><strong class="ws-verdict">'
        f"{escape(verdict(found, language))}</strong></header>"
        f'{title}<div class="ws-draft-body">{_marked(found, "body")}</div>'
        f'<div class="ws-card-meta"><span>{escape(length_line(found, language))}</span><span>{version}</span></div>'
        f"{_list(listed)}</article>"
    )


def _list(items: str) -> str:
    return f'<ul class="ws-remarks">{items}</ul>' if items else ""


def _marked(found: TextCheck, part: str) -> str:
    """The words of a part; a stretch that findings cover carries their numbers, the gravest colours it."""
    words = found.title if part == "title" else found.text
    numbered = [(n, issue) for n, issue in enumerate(found.issues, 1) if issue.part == part and issue.start < issue.end]
    # A finding on the whole text would leave nothing unmarked.
    numbered = [(n, issue) for n, issue in numbered if issue.end - issue.start < len(words) or len(words) < 20]
    cuts = sorted({0, len(words), *(at for _, issue in numbered for at in (issue.start, issue.end))})
    pieces = []
    for start, end in zip(cuts, cuts[1:], strict=False):
        over = [(n, issue) for n, issue in numbered if issue.start <= start and end <= issue.end]
        pieces.append(_stretch(words[start:end], over, end))
    return "".join(pieces)


def _stretch(words: str, over: list[tuple[int, Issue]], end: int) -> str:
    if not over:
        return escape(words)
    grave = "block" if any(issue.severity == "block" for _, issue in over) else "warn"
    ends = ",".join(str(n) for n, issue in over if issue.end == end)
    return f'<mark class="ws-{grave}">{escape(words)}</mark>' + (f"<sup>{ends}</sup>" if ends else "")


def _finding(number: int, issue: Issue, language: str) -> str:
    colon = "：" if language == "zh" else ": "
    why, fix = (escape(getattr(part, language)) for part in (issue.why, issue.fix))
    words = _words(issue, getattr(issue.why, language), language)
    words += colon if words else ""
    severity = escape(named("draft.severity", issue.severity, language))
    return (
        f'<li class="ws-{issue.severity}"><b>{number}. {severity}</b> {words} {why}'
        f"<div>{html('draft.fix', language)}{colon}{fix}</div>"
        f'<div class="ws-quiet">{html("draft.rule", language, rule=issue.rule, source=issue.source)}</div></li>'
    )


def _words(issue: Issue, why: str, language: str) -> str:
    """What the finding is on, where its reason does not quote it."""
    if not issue.words:
        return f"<mark>{html('check.missing', language)}</mark>"
    return "" if issue.words in why else f"<mark>{escape(_short(issue.words, language))}</mark>"


def _short(words: str, language: str) -> str:
    return words if len(words) <= 60 else say("check.whole", language)


def _channels(language: str) -> list[tuple[str, str]]:
    return [(named("draft.channel", channel, language), channel) for channel in CHANNELS]


def _languages(language: str) -> list[tuple[str, str]]:
    return [(say("check.language_auto", language), ""), ("中文", "zh"), ("English", "en")]


def _kinds(language: str) -> list[tuple[str, str]]:
    return [(say(f"check_kind.{kind}", language), kind) for kind in ("promotion", "notice")]


def _vendors(language: str) -> list[tuple[str, str]]:
    named_ones = [(say(f"check_vendor.{name}", language), name) for name in VENDORS]
    return [(say("check.vendor_own", language), ""), *named_ones]
