"""Check a message against the rules, and list the rules."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from copilot.api.dependencies import Language, TheCopilot, TheLanguage
from copilot.catalogue import localise
from copilot.checking import LONGEST, Pasted, check_pasted
from tools.compliance import rules_version
from tools.compliance.message import Channel, Kind
from tools.compliance.rules import rule_book
from tools.compliance.vendors import VendorName

router = APIRouter(prefix="/api/v1/check", tags=["drafts"])


class CheckRequest(BaseModel):
    text: Annotated[str, Field(max_length=LONGEST)]
    title: Annotated[str, Field(max_length=500)] = ""
    """Push title or e-mail subject."""
    channel: Channel = "sms"
    language: Language | Literal[""] = ""
    """Of the text; empty to tell it from the words."""
    kind: Kind = "promotion"
    vendor: VendorName | Literal[""] = ""
    """Who carries the SMS; empty as the brand's rules say."""


@router.post("")
def check(body: CheckRequest, copilot: TheCopilot, language: TheLanguage) -> dict[str, Any]:
    """What the text breaks: words with their offsets, why, a fix and the source; and how it is billed."""
    found = check_pasted(
        copilot.workspace, Pasted(body.text, body.title), channel=body.channel, language=body.language,
        kind=body.kind, vendor=body.vendor,
    )  # fmt: skip
    return localise(found.model_dump(mode="json"), language)


@router.get("/rules")
def rules(language: TheLanguage) -> dict[str, Any]:
    """The rule book: every rule with its severity, where it applies, its source and version."""
    listed = [rule.model_dump(mode="json", exclude={"find", "unless"}) for rule in rule_book().values()]
    return {"version": rules_version(), "rules": localise(listed, language)}
