"""Campaigns: brief, texts, check, review, and the audit trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header
from pydantic import BaseModel, Field

from copilot.api.dependencies import TheCopilot, TheLanguage
from copilot.campaigns.desk import CampaignDesk
from copilot.campaigns.diff import difference
from copilot.campaigns.files import write_all
from copilot.campaigns.results import Campaign, State
from copilot.campaigns.wording import dumped, dumped_outcome
from copilot.campaigns.words import LONGEST
from copilot.catalogue import localise
from tools.drafting import Part
from tools.drafting.finish import Words
from tools.exporting.job import Format
from tools.exporting.senders import GENERIC
from tools.results import Draft

router = APIRouter(prefix="/api/v1/campaigns", tags=["campaigns"])


def get_desk(copilot: TheCopilot) -> CampaignDesk:
    return CampaignDesk(copilot.workspace, "api")


TheDesk = Annotated[CampaignDesk, Depends(get_desk)]
Said = Annotated[str, Field(max_length=LONGEST)]
Copy = Annotated[str, Field(max_length=5000)]


class BriefRequest(BaseModel):
    """What the campaign is, in one sentence, with fields set over it."""

    words: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    fields: dict[str, Any] = {}


class VersionRequest(BaseModel):
    """What something is done to; a version that is not the latest any more is refused."""

    version: Annotated[int, Field(ge=1)]


class EditRequest(VersionRequest):
    fields: dict[str, Any]


class TextsRequest(VersionRequest):
    drafts: Annotated[list[Draft], Field(min_length=1, max_length=20)]


class WordsRequest(VersionRequest):
    channel: str
    title: Copy = ""
    preheader: Copy = ""
    body: Annotated[str, Field(min_length=1, max_length=5000)]
    button: Copy = ""


class WishRequest(VersionRequest):
    channel: str
    wish: Annotated[str, Field(min_length=1, max_length=500)]
    """What to change, e.g. 更活泼一点, "shorter, no emoji"."""
    locked: list[Part] = []
    """Parts that stay as they are."""


class ExportRequest(BaseModel):
    sender: str = GENERIC
    """Whose columns; a channel that it does not send on gets the generic ones."""
    format: Format = "csv"


class MeasureRequest(BaseModel):
    sent_as: str = ""
    """Id or name of the campaign in the loaded messages; its own id where it is empty."""
    metric: str = ""


class ActRequest(VersionRequest):
    act: Literal["submit", "approve", "return"]
    note: Said = ""
    """Reason of a return; reason for sending in spite of warnings; remark on an approval."""
    phrases: Annotated[list[Said], Field(max_length=20)] = []
    """For a return: words that later drafts must not say."""


class BulkRequest(BaseModel):
    act: Literal["submit", "approve", "return"]
    ids: Annotated[list[str], Field(min_length=1, max_length=100)]
    note: Said = ""


class CommentRequest(BaseModel):
    words: Annotated[str, Field(min_length=1, max_length=LONGEST)]


@router.get("")
def campaigns(desk: TheDesk, language: TheLanguage, state: State | None = None) -> dict[str, Any]:
    """Campaigns with their versions and history, the latest first."""
    return {"campaigns": [dumped(campaign, language) for campaign in desk.all(state or "")]}


@router.post("", status_code=201)
def create(
    body: BriefRequest,
    desk: TheDesk,
    language: TheLanguage,
    idempotency_key: Annotated[str, Header(max_length=200)] = "",
) -> dict[str, Any]:
    """Make a campaign from one sentence, with a text for each channel; the same key gives the same campaign."""
    at = datetime.now(UTC)
    brief = desk.read(body.words, body.fields)
    return dumped(desk.create(brief, at, key=idempotency_key), language)


@router.get("/audit")
def audit(copilot: TheCopilot) -> dict[str, Any]:
    """Whether the audit trail is whole, and its rows."""
    store = copilot.workspace.campaign_store
    found = store.verify()
    rows = [row.model_dump(mode="json") for row in store.trail.entries()] if found.whole else []
    return {**found.model_dump(mode="json"), "whole": found.whole, "entries": rows}


@router.post("/bulk")
def bulk(body: BulkRequest, desk: TheDesk, language: TheLanguage) -> dict[str, Any]:
    """Do one thing to several campaigns, each at its latest version; what one refuses does not stop the others."""
    at = datetime.now(UTC)
    acts: dict[str, Callable[[Campaign], Campaign]] = {
        "submit": lambda one: desk.submit(one.id, one.version, at, note=body.note),
        "approve": lambda one: desk.approve(one.id, one.version, at, note=body.note),
        "return": lambda one: desk.send_back(one.id, one.version, body.note, at),
    }
    outcomes = desk.each(body.ids, lambda id: acts[body.act](desk.get(id)))
    return {"outcomes": [dumped_outcome(outcome, language) for outcome in outcomes]}


@router.get("/{id}")
def campaign(id: str, desk: TheDesk, language: TheLanguage) -> dict[str, Any]:
    """One campaign, and whether its approval still holds."""
    found = desk.get(id)
    return dumped(found, language) | {"approval_holds": desk.holds(found)}


@router.patch("/{id}")
def edit(id: str, body: EditRequest, desk: TheDesk, language: TheLanguage) -> dict[str, Any]:
    """Set fields of the brief; any edit voids an approval."""
    return dumped(desk.edit(id, body.version, body.fields, datetime.now(UTC)), language)


@router.get("/{id}/check")
def check(id: str, desk: TheDesk, language: TheLanguage) -> dict[str, Any]:
    """What is missing, who may be contacted and why others may not, what earlier campaigns did, what texts break."""
    return localise(desk.check(desk.get(id)).model_dump(mode="json"), language)


@router.get("/{id}/drafts")
def drafts(id: str, desk: TheDesk, seed: int = 0) -> dict[str, Any]:
    """Texts to choose from, several a channel."""
    return {"drafts": [draft.model_dump(mode="json") for draft in desk.variants(desk.get(id).brief, seed=seed)]}


@router.put("/{id}/texts")
def choose(id: str, body: TextsRequest, desk: TheDesk, language: TheLanguage) -> dict[str, Any]:
    """Take other texts for the channels that they are for."""
    return dumped(desk.choose(id, body.version, body.drafts, datetime.now(UTC)), language)


@router.put("/{id}/words")
def reword(id: str, body: WordsRequest, desk: TheDesk, language: TheLanguage) -> dict[str, Any]:
    """Word a channel's text by hand."""
    words = Words(body.title, body.preheader, body.body, body.button)
    return dumped(desk.reword(id, body.version, body.channel, words, datetime.now(UTC)), language)


@router.post("/{id}/revise")
def revise(id: str, body: WishRequest, desk: TheDesk, language: TheLanguage) -> dict[str, Any]:
    """Change a channel's text by talking; the versions before stay."""
    changed = desk.revise(id, body.version, body.channel, body.wish, datetime.now(UTC), locked=body.locked)
    return dumped(changed, language)


@router.post("/{id}/export")
def export(id: str, body: ExportRequest, desk: TheDesk, copilot: TheCopilot) -> dict[str, Any]:
    """Write an approved campaign's send lists into the workspace's exports folder; the manifests, no personal data."""
    written = write_all(copilot.workspace, desk, id, datetime.now(UTC), sender=body.sender, kind=body.format)
    return {"exports": [{"folder": place.name} | manifest.model_dump(mode="json") for place, manifest in written]}


@router.post("/{id}/measure")
def measure(id: str, body: MeasureRequest, desk: TheDesk, language: TheLanguage) -> dict[str, Any]:
    """Note what an exported campaign's holdout test came to."""
    return dumped(desk.measure(id, body.sent_as, datetime.now(UTC), metric=body.metric), language)


@router.post("/{id}/acts")
def act(id: str, body: ActRequest, desk: TheDesk, language: TheLanguage) -> dict[str, Any]:
    """Submit, approve or return a version; asked twice, it is done once."""
    at = datetime.now(UTC)
    if body.act == "submit":
        return dumped(desk.submit(id, body.version, at, note=body.note), language)
    if body.act == "approve":
        return dumped(desk.approve(id, body.version, at, note=body.note), language)
    return dumped(desk.send_back(id, body.version, body.note, at, phrases=body.phrases), language)


@router.post("/{id}/comments")
def comment(id: str, body: CommentRequest, desk: TheDesk, language: TheLanguage) -> dict[str, Any]:
    """Comment on a campaign as it is."""
    return dumped(desk.comment(id, body.words, datetime.now(UTC)), language)


@router.get("/{id}/diff")
def diff(id: str, before: int, after: int, desk: TheDesk) -> dict[str, Any]:
    """What one version has that another has not."""
    return difference(desk.get(id), before, after).model_dump(mode="json")
