"""What every message says of its sender, how the brand sounds, and its own rules for messages."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from copilot.brand_profile import BrandProfile, brand_profile, lacking_line, set_brand_profile
from copilot.brand_rules import LONGEST, rules_text, set_rules
from ui.campaigns import done
from ui.panels.panel import PRIVATE
from ui.panels.section import Section
from ui.refusal import attempt
from ui.words import say

QUIET = {"show_progress": "hidden", **PRIVATE}
ENTRIES = ("brand.zh", "brand.en", "address.zh", "address.en", "unsubscribe_url", "voice")


class Brand(Section):
    """The profile's entries as fields, and rules.yaml as its text."""

    def lay_out(self) -> None:
        self.heading("profile")
        boxes = {}
        for row in (ENTRIES[:2], ENTRIES[2:4], ENTRIES[4:]):
            with gr.Row(elem_classes="ws-controls"):
                for entry in row:
                    key, hint = entry.replace(".", "_"), "profile.voice_hint" if entry == "voice" else ""
                    boxes[entry] = self.textbox(f"profile.{key}", hint, elem_id=f"ws-profile-{key}")
        self.boxes = [boxes[entry] for entry in ENTRIES]
        self.save = self.button("profile.save", elem_classes="ws-go", elem_id="ws-profile-save")
        self.said = gr.HTML(elem_id="ws-profile-said")
        with self.accordion("profile.rules", elem_id="ws-profile-rules"):
            self.rules = self.textbox("profile.rules_text", "profile.rules_hint", lines=8, max_length=LONGEST,
                                      elem_id="ws-profile-rules-text")  # fmt: skip
            self.keep = self.button("profile.keep_rules", elem_classes="ws-go", elem_id="ws-profile-keep")
            self.kept = gr.HTML(elem_id="ws-profile-kept")

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        tab.select(self.look, language, [*self.boxes, self.rules, self.said], **QUIET)
        self.save.click(self.saved, [*self.boxes, language], [*self.boxes, self.said], concurrency_limit=1, **PRIVATE)
        self.keep.click(self.ruled, [self.rules, language], self.kept, concurrency_limit=1, **PRIVATE)

    def look(self, language: str) -> list[Any]:
        """The profile and the rules as they are."""
        found = brand_profile(self._copilot().workspace)
        rules, refused = attempt(lambda: rules_text(self._copilot().workspace), language)
        return [*_values(found), rules or "", refused or _told(found, language)]

    def saved(self, *given: str) -> list[Any]:
        """Keep the entries that were changed; one that was emptied is taken out."""
        *values, language = given
        workspace = self._copilot().workspace
        before = dict(zip(ENTRIES, _values(brand_profile(workspace)), strict=True))
        changes = {entry: value for entry, value in zip(ENTRIES, values, strict=True)
                   if value.strip() != before[entry]}  # fmt: skip
        found, refused = attempt(lambda: set_brand_profile(workspace, changes), language)
        if found is None:
            return [*values, refused]
        return [*_values(found), done(say("profile.saved", language)) + _told(found, language)]

    def ruled(self, text: str, language: str) -> str:
        """Keep the rules, or say what is wrong with them and where."""
        found, refused = attempt(lambda: set_rules(self._copilot().workspace, text), language)
        return refused if found is None else done(say("profile.rules_kept", language, version=found.version))


def _values(profile: BrandProfile) -> list[str]:
    each = [getattr(profile, name)[language] for name in ("brand", "address") for language in ("zh", "en")]
    return [*each, profile.unsubscribe_url, profile.voice]


def _told(profile: BrandProfile, language: str) -> str:
    """What e-mails still lack."""
    line = lacking_line(profile, language)
    return f'<p class="ws-quiet">{escape(line)}</p>' if line else ""
