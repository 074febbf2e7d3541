"""What a campaign is to do: every field editable, and what is missing of it as questions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from copilot.catalogue import text
from tools.audience import FrequencyCap
from tools.drafting import Channel, Goal
from tools.errors import BadArgument
from tools.offer import Language, Offer, parse_offer
from tools.results import Bilingual, Frozen, Tier

Exit = Literal["ordered", "clicked", "ended"]
"""When a customer gets nothing more of a campaign: after an order, after a click, only when it ends."""


class QuietHours(Frozen):
    """Nothing is sent from `start` to `end`, over midnight; rule L17's window is what remains."""

    start: time = time(20)
    end: time = time(8)

    @model_validator(mode="after")
    def _over_midnight(self) -> QuietHours:
        if self.start <= self.end:
            raise ValueError(f"{self.start:%H:%M}-{self.end:%H:%M}")
        return self


class Brief(Frozen):
    """A campaign as its author means it. An empty field is not decided yet."""

    name: str = Field("", max_length=60)
    goal: Goal | None = None
    tier: Tier | None = None
    segment: str = ""
    """A saved segment, "name@version"; it stands instead of a tier."""
    exclusions: list[str] = Field([], max_length=20)
    """Lists, saved segments or plain words that leave customers out."""
    channels: list[Channel] = []
    """In order: a customer gets the campaign on the first that reaches them."""
    every_channel: bool = False
    """Whether a customer gets it on each channel that reaches them instead."""
    language: Language = "zh"
    offer: Offer | None = None
    no_offer: bool = False
    """Whether it was decided that nothing is promised."""
    stock: int | None = Field(None, ge=1)
    """How many times the offer can be had; None for no limit."""
    start: date | None = None
    end: date | None = None
    """Last day, included."""
    voice: str = Field("", max_length=200)
    """How the brand speaks in it."""
    must_say: list[str] = Field([], max_length=10)
    must_not_say: list[str] = Field([], max_length=50)
    link: str = Field("", max_length=300)
    holdout: float = Field(0.1, ge=0, le=0.5)
    """Share of those who may be contacted that is not, to measure what the campaign adds."""
    quiet: QuietHours = QuietHours()
    cap: FrequencyCap = FrequencyCap()
    exit: Exit | None = None

    @field_validator("channels")
    @classmethod
    def _once(cls, channels: list[Channel]) -> list[Channel]:
        return list(dict.fromkeys(channels))

    @property
    def promise(self) -> Offer | None:
        """The offer with the campaign's own last day where it names none."""
        if self.offer and self.end and not self.offer.end:
            return self.offer.model_copy(update={"end": self.end})
        return self.offer


class Gap(Frozen):
    """Something that a brief does not say yet."""

    field: str
    needed: bool
    """Whether it must be settled before review."""
    question: Bilingual


def gaps(brief: Brief) -> list[Gap]:
    """What is missing, as short questions; what must be settled first comes first."""
    missing = {
        "audience": not (brief.tier or brief.segment), "goal": not brief.goal, "channels": not brief.channels,
        "offer": not (brief.offer or brief.no_offer), "end": not brief.end, "base_price": _lacks_base(brief.offer),
        "exit": not brief.exit, "holdout": not brief.holdout, "link": not brief.link,
    }  # fmt: skip
    return [_gap(name) for name, lacking in missing.items() if lacking]


def _gap(name: str) -> Gap:
    words = Bilingual(zh=text(f"campaign.gap.{name}", "zh"), en=text(f"campaign.gap.{name}", "en"))
    return Gap(field=name, needed=name in _NEEDED, question=words)


_NEEDED = frozenset({"audience", "goal", "channels", "offer", "end"})


def _lacks_base(offer: Offer | None) -> bool:
    """A share taken off is measured against a price (rule L4)."""
    return bool(offer and offer.kind == "percent_off" and offer.base_price is None)


def edited(brief: Brief, changes: Mapping[str, Any], *, as_of: date, currency: str) -> Brief:
    """The brief with some fields set; an offer may be given in words ("满199减30", or "none").

    Raises BadArgument naming a field that is unknown or whose value does not fit.
    """
    known = set(Brief.model_fields) | {"base_price"}
    if unknown := [name for name in changes if name not in known]:
        raise BadArgument("campaign_field", field=unknown[0], alternatives=sorted(known))
    told = dict(changes)
    if isinstance(told.get("offer"), str):
        told |= _offer(told["offer"], brief, as_of, currency)
    if told.get("tier"):
        told.setdefault("segment", "")
    elif told.get("segment"):
        told.setdefault("tier", None)
    if "base_price" in told:
        told |= _with_base(told.pop("base_price"), brief.model_copy(update=told).offer)
    try:
        made = Brief.model_validate(brief.model_dump() | told)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadArgument("campaign_value", field=str(first["loc"][0]), given=str(first["input"])[:80]) from error
    if made.start and made.end and made.start > made.end:
        raise BadArgument("days_reversed", first=made.start, last=made.end)
    return made


def _offer(said: str, brief: Brief, as_of: date, currency: str) -> dict[str, Any]:
    said = said.strip()
    if said.casefold() in _NONE:
        return {"offer": None, "no_offer": bool(said)}
    language: Language = brief.language
    offer = parse_offer(said, language, as_of=as_of, currency=currency) or Offer(kind="text", said=said)
    return {"offer": offer, "no_offer": False}


_NONE = frozenset({"", "none", "no offer", "无", "无优惠", "没有优惠"})


def _with_base(price: object, offer: Offer | None) -> dict[str, Any]:
    if offer is None:
        raise BadArgument("campaign_value", field="base_price", given=str(price)[:80])
    return {"offer": offer.model_dump() | {"base_price": price or None}}
