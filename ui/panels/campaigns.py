"""Campaigns: a brief from a sentence, who may be contacted, texts, review and approval, history."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal

import gradio as gr

from copilot.campaigns.desk import CampaignDesk
from copilot.campaigns.files import write_all
from copilot.campaigns.results import Action, Campaign
from copilot.campaigns.wording import channel_name, summary, told
from copilot.catalogue import text
from copilot.preview import preview_draft
from copilot.sending import senders_of
from tools.drafting.finish import Words
from tools.exporting.job import Format
from tools.exporting.senders import GENERIC
from ui import drafts
from ui.campaigns import (
    brief_html,
    check_html,
    done,
    field_values,
    fields,
    history_html,
    no_fields,
    send_line,
    set_aside_html,
)
from ui.panels.campaign_layout import CampaignLayout
from ui.panels.panel import PRIVATE
from ui.refusal import attempt
from ui.words import html, say

LATEST = 100
"""Campaigns shown at once."""
QUIET = {"show_progress": "hidden", **PRIVATE}
ALONE = {"concurrency_limit": 1, "concurrency_id": "campaigns", **PRIVATE}
"""A second click waits for the first; then the desk finds that it is done already."""
STEPS: tuple[Action, ...] = ("submitted", "approved", "exported", "measured", "returned")
"""What the buttons of `CampaignLayout.steps` do."""
Act = Callable[[CampaignDesk, datetime], Campaign]


class Campaigns(CampaignLayout):
    """One campaign at a time: made from a sentence or chosen from the list, then taken through review."""

    def desk(self) -> CampaignDesk:
        return CampaignDesk(self._copilot().workspace, "page")

    # --- wiring

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        self._shown = [self.role, self.one, self.version, self.said, self.brief, *self.form, self.texts, self.channel,
                       self.title, self.body, self.history, self.result, self.sender,
                       *self.steps]  # fmt: skip
        listed, opened = [self.state, language], [self.one, self.state, language]
        for event in (tab.select, self.state.input):
            event(self.look, listed, self._shown, **QUIET).then(self.weigh, [self.one, language], self.checked, **QUIET)
        self.one.input(self.open, opened, self._shown, **QUIET).then(
            self.weigh, [self.one, language], self.checked, **QUIET)  # fmt: skip
        self.follow.click(self.followed, [self.one, self.version, self.state, language, self.history], self._shown,
                          **QUIET)  # fmt: skip
        self.channel.input(self.channel_text, [self.one, self.channel, language], [self.title, self.body], **QUIET)
        place = [self.one, self.version, self.state, language]
        for button, act, given in (
            (self.make, self.made, [self.sentence, self.state, language]),
            (self.save, self.saved, [*place, *self.form]),
            (self.revise, self.revised, [*place, self.channel, self.wish]),
            (self.another, self.next_text, [*place, self.channel]),
            (self.word, self.worded, [*place, self.channel, self.title, self.body]),
            (self.submit, partial(self.reviewed, "submit"), [*place, self.note]),
            (self.approve, partial(self.reviewed, "approve"), [*place, self.note]),
            (self.back, partial(self.reviewed, "return"), [*place, self.note]),
            (self.comment, partial(self.reviewed, "comment"), [*place, self.note]),
            (self.measure, self.measured, [self.one, self.state, language, self.sent_as]),
        ):
            button.click(act, given, self._shown, **ALONE).then(
                self.weigh, [self.one, language], self.checked, **QUIET)  # fmt: skip

        self.export.click(
            self.exported, [self.one, self.state, language, self.sender, self.kind],
            [self.files, self.folder, *self._shown], **ALONE,
        ).then(self.forget, self.folder, None, **QUIET)

    # --- handlers; each returns values for `_shown`

    def look(self, state: str, language: str) -> list[Any]:
        """The list, with the latest campaign open."""
        found = self.desk().all(state or "")[:LATEST]
        return self._place(found, found[0] if found else None, language)

    def open(self, id: str | None, state: str, language: str) -> list[Any]:
        """One campaign."""
        return self._after(id, state, language, "")

    def followed(self, id: str | None, version: int, state: str, language: str, history: str) -> list[Any]:
        """What somebody else did meanwhile; while the version is the same, fields that are being filled in stay."""
        campaign = self.desk().get(id) if id else None
        if campaign is None or history_html(campaign, language) == history:
            return [gr.skip()] * len(self._shown)
        moving = self._shown if campaign.version != version else [
            self.one, self.said, self.brief, self.history, self.result, *self.steps,
        ]  # fmt: skip
        new = zip(self._shown, self._after(id, state, language, done(told(campaign, language))), strict=True)
        return [value if component in moving else gr.skip() for component, value in new]

    def weigh(self, id: str | None, language: str) -> str:
        """Gaps, audience, earlier campaigns and what the texts break; it takes seconds, so it comes after the rest."""
        if not id:
            return ""
        found, refused = attempt(lambda: self.desk().check(self.desk().get(id)), language)
        return refused or check_html(found, language, self.currency())

    def channel_text(self, id: str | None, channel: str | None, language: str) -> list[str]:
        """A channel's words, to be changed."""
        campaign = self.desk().get(id) if id else None
        draft = next((each for each in campaign.texts if each.channel == channel), None) if campaign else None
        return [draft.title, draft.body] if draft else ["", ""]

    def made(self, sentence: str, state: str, language: str) -> list[Any]:
        """Draft a campaign from a sentence; it is open then."""
        desk, at = self.desk(), datetime.now(UTC)
        campaign, refused = attempt(lambda: desk.create(desk.read(sentence), at), language)
        if campaign is None:
            return self._after(None, state, language, refused)
        return self._after(campaign.id, state, language, done(told(campaign, language)))

    def saved(self, id: str, version: int, state: str, language: str, *given: Any) -> list[Any]:
        """Set the form's fields."""
        return self._act(id, state, language, lambda desk, at: desk.edit(id, version, fields(given), at))

    def revised(
        self, id: str, version: int, state: str, language: str, channel: str | None, wish: str
    ) -> list[Any]:  # fmt: skip
        """Change a channel's text by talking."""
        return self._act(id, state, language, lambda desk, at: desk.revise(id, version, channel or "", wish, at))

    def next_text(self, id: str, version: int, state: str, language: str, channel: str | None) -> list[Any]:
        """Take the next variant of a channel's text."""
        return self._act(id, state, language, lambda desk, at: desk.another(id, version, channel or "", at))

    def worded(
        self, id: str, version: int, state: str, language: str, channel: str | None, title: str, body: str
    ) -> list[Any]:
        """Keep a person's own words; a preheader and a button stay."""

        def act(desk: CampaignDesk, at: datetime) -> Campaign:
            kept = next((draft for draft in desk.get(id).texts if draft.channel == channel), None)
            words = Words(title, kept.preheader if kept else "", body, kept.button if kept else "")
            return desk.reword(id, version, channel or "", words, at)

        return self._act(id, state, language, act)

    def reviewed(
        self, step: Literal["submit", "approve", "return", "comment"], id: str, version: int, state: str,
        language: str, note: str,
    ) -> list[Any]:  # fmt: skip
        """Submit, approve, return or comment."""
        acts: dict[str, Act] = {
            "submit": lambda desk, at: desk.submit(id, version, at, note=note),
            "approve": lambda desk, at: desk.approve(id, version, at, note=note),
            "return": lambda desk, at: desk.send_back(id, version, note, at),
            "comment": lambda desk, at: desk.comment(id, note, at),
        }
        return self._act(id, state, language, acts[step])

    def measured(self, id: str, state: str, language: str, sent_as: str) -> list[Any]:
        """Note what the holdout test came to."""
        return self._act(id, state, language, lambda desk, at: desk.measure(id, sent_as, at))

    def exported(
        self, id: str | None, state: str, language: str, sender: str = GENERIC, kind: Format = "csv"
    ) -> list[Any]:  # fmt: skip
        """The send lists of an approved campaign, to download; they stay in the workspace too."""
        if not id:
            return [gr.File(visible=False), "", *self._act(id, state, language, lambda desk, at: desk.get(""))]
        workspace, desk, at = self._copilot().workspace, self.desk(), datetime.now(UTC)
        written, refused = attempt(
            lambda: write_all(workspace, desk, id, at, sender=sender, kind=kind), language
        )
        if written is None:
            return [gr.File(visible=False), "", *self._after(id, state, language, refused)]
        folder = Path(tempfile.mkdtemp(prefix="wellspring-campaign-"))
        files = [str(path) for place, _manifest in written for path in sorted(_copied(place, folder).iterdir())]
        counts = "；".join(send_line(manifest, language) for _place, manifest in written)
        said = done(say("campaigns.exported", language, counts=counts))
        aside = set_aside_html([manifest for _place, manifest in written], language)
        shown = self._after(id, state, language, said + aside)
        return [gr.File(value=files, visible=True), str(folder), *shown]

    def forget(self, folder: str) -> None:
        """Gradio keeps a copy to download for an hour; ours goes at once."""
        if folder:
            shutil.rmtree(folder, ignore_errors=True)

    # --- parts

    def _act(self, id: str | None, state: str, language: str, act: Act) -> list[Any]:
        """Do something to the campaign that is shown, and show it as it is then."""
        if not id:
            said = f'<p class="ws-quiet">{html("campaigns.choose_first", language)}</p>'
            return self._after(None, state, language, said)
        made, refused = attempt(lambda: act(self.desk(), datetime.now(UTC)), language)
        return self._after(id, state, language, refused or done(told(made, language)))

    def _after(self, id: str | None, state: str, language: str, said: str) -> list[Any]:
        desk = self.desk()
        found = desk.all(state or "")[:LATEST]
        campaign = desk.get(id) if id else None
        if campaign and campaign.id not in {each.id for each in found}:
            found = [campaign, *found]
        return self._place(found, campaign, language, said)

    def _place(self, found: list[Campaign], campaign: Campaign | None, language: str, said: str = "") -> list[Any]:
        role = text(f"campaign.role.{self._copilot().workspace.settings.role}", language)
        head = f'<p class="ws-quiet">{html("campaigns.your_role", language, role=role)}</p>'
        one = gr.Dropdown(choices=[(summary(each, language), each.id) for each in found],
                          value=campaign.id if campaign else None)  # fmt: skip
        ways = gr.Dropdown(choices=list(senders_of(self._copilot().workspace)))
        last = [said, ways, *self._buttons(campaign)]
        if campaign is None:
            return [head, one, 0, said, "", *no_fields(), "", gr.Radio(choices=[], value=None), "", "", "", *last]
        brief = brief_html(campaign, language, self._approval(campaign, language))
        names = [(channel_name(draft.channel, language), draft.channel) for draft in campaign.texts]
        first = campaign.texts[0] if campaign.texts else None
        return [
            head, one, campaign.version, said, brief, *field_values(campaign), self._cards(campaign, language),
            gr.Radio(choices=names, value=first.channel if first else None), first.title if first else "",
            first.body if first else "", history_html(campaign, language), *last,
        ]  # fmt: skip

    def _buttons(self, campaign: Campaign | None) -> list[gr.Button]:
        """Each of `steps` can be pressed where state and role allow it; the one that comes next stands out."""
        desk = self.desk()
        open_ = [deed for deed in STEPS if campaign and desk.allows(campaign, deed)]
        return [gr.Button(interactive=deed in open_, variant="primary" if open_[:1] == [deed] else "secondary")
                for deed in STEPS]  # fmt: skip

    def _approval(self, campaign: Campaign, language: str) -> str:
        if campaign.approval is None:
            return ""
        return text("campaign.holds" if self.desk().holds(campaign) else "campaign.void", language)

    def _cards(self, campaign: Campaign, language: str) -> str:
        workspace = self._copilot().workspace
        previews = {draft.id: preview_draft(workspace, draft) for draft in campaign.texts}
        return drafts.by_channel(campaign.texts, language, previews)


def _copied(place: Path, folder: Path) -> Path:
    """A copy whose files go by the channel's name as well."""
    copied = folder / place.name
    shutil.copytree(place, copied)
    for path in list(copied.iterdir()):
        path.rename(copied / f"{place.name}-{path.name}")
    return copied
