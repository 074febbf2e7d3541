"""An approved message, compiled: for each set of fields that a customer lacks, literal text and fields in turn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from tools.compliance import check_message
from tools.compliance.brand_rules import BrandRules
from tools.compliance.message import Channel
from tools.merge_fields import FIELD, fields_in, longest, merge_fields, offer_fields
from tools.offer import Language, Offer
from tools.personalize.values import clean
from tools.personalize.wording import singular, without
from tools.results import Draft, Frozen, Issue

PARTS = ("title", "preheader", "body", "button")
TITLE, BODY = PARTS.index("title"), PARTS.index("body")
SHORTEST, LEAST_LEFT = 6, 0.3
"""Letters, and share of the text's own, that a wording must keep to say anything."""
_FRAME = re.compile(r"【[^】]*】|拒收.*|退订.*|您好|你好|亲爱的|(?i:hi there|hello|hi\b|dear\b|reply stop.*)")
USUAL = {"zh": {"name": "王小明", "honorific": "王女士", "label": "护肤", "count": "45"},
         "en": {"name": "Anna", "honorific": "Ms Brown", "label": "skin care", "count": "45"}}  # fmt: skip
"""An ordinary value of each kind of field, to check a wording with."""


class Text(Frozen):
    """One approved message; merge fields stay as `{name}`."""

    id: str
    title: str = ""
    """Push title or e-mail subject."""
    preheader: str = ""
    body: str
    button: str = ""
    """What a banner's button says."""
    tier: str = ""
    """The tier that it is for; "" for everybody. Several texts for one customer are shared out evenly."""
    draft_id: str = ""
    writer: Literal["library", "model", "person"] = "person"
    """What worded it: our pattern library, a language model, or somebody by hand."""
    model: str = ""
    """The language model's name, where one wrote it."""
    editor: str = ""
    """Who edited it last by hand; "" for nobody."""

    @classmethod
    def of(cls, draft: Draft, *, model: str = "", editor: str = "", any_tier: bool = False) -> Text:
        """A draft's message, to be sent to its own tier or to anybody."""
        parts = {part: getattr(draft, part) for part in PARTS}
        return cls(id=draft.id, draft_id=draft.id, writer=draft.writer, model=model, editor=editor,
                   tier="" if any_tier else draft.tier, **parts)  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """What every message of one campaign shares."""

    channel: Channel
    language: Language
    offer: Offer | None = None
    brand: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)
    """Merge fields that are the same for everybody, beside the offer's own: brand_address, …"""
    own: BrandRules = BrandRules()
    """The brand's own rules."""

    @cached_property
    def shared(self) -> dict[str, str]:
        """Every fixed field with its words."""
        given = dict(self.fixed) | offer_fields(self.offer, self.language)
        return {name: clean(value, name, self.language, self.channel) for name, value in given.items() if value}


@dataclass(frozen=True)
class Wording:
    """How a text reads for customers who lack the same fields; odd places of each part are names of fields."""

    parts: tuple[tuple[str, ...], ...]
    fallbacks: tuple[str, ...]
    setting: Setting
    given: str
    """The text as approved: its figures and links may appear."""

    def read(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """The parts with values that are clean."""
        return tuple(
            singular("".join(values[piece] if place % 2 else piece for place, piece in enumerate(part)), self.language)
            for part in self.parts
        )

    def issues(self, values: Mapping[str, str]) -> list[Issue]:
        """What the message with these values breaks."""
        parts = self.read(values)
        return check_message(parts[BODY], title=parts[TITLE], channel=self.setting.channel, language=self.language,
                             offer=self.setting.offer, brand=self.setting.brand, own=self.setting.own,
                             allowed=[self.given, *values.values(), *self.setting.shared.values()])  # fmt: skip

    @cached_property
    def substance(self) -> int:
        """Letters of the body's own words, without signature, greeting and the way out."""
        body = "".join(self.parts[BODY][::2])
        return len(re.findall(r"\w", _FRAME.sub("", body)))

    @property
    def language(self) -> Language:
        return self.setting.language

    @cached_property
    def usual(self) -> dict[str, str]:
        """Ordinary values for every field of a customer."""
        kinds = {name: merge_fields()[name].kind for part in self.parts for name in part[1::2]}
        return {name: USUAL[self.language][kind] for name, kind in kinds.items()}

    @cached_property
    def accepted(self) -> list[Issue]:
        """What it breaks with ordinary values: known when it was approved, unless it blocks."""
        return self.issues(self.usual)


class Template:
    """A text in its setting; wordings are made when the first customer needs them."""

    def __init__(self, text: Text, setting: Setting) -> None:
        self.text = text
        self.setting = setting
        self._wordings: dict[frozenset[str], Wording] = {}
        self._written = [getattr(text, part) for part in PARTS]

    @cached_property
    def fields(self) -> list[str]:
        """Fields whose values differ from customer to customer."""
        return [name for name in fields_in(*self._written) if merge_fields()[name].kind != "fixed"]

    def hollow(self, wording: Wording) -> bool:
        """Whether so much fell away with the missing values that a greeting is all that is left."""
        full = self.wording(frozenset()).substance
        return bool(wording.fallbacks) and wording.substance < min(full, max(SHORTEST, full * LEAST_LEFT))

    def wording(self, missing: frozenset[str]) -> Wording:
        """The wording for customers without a value for these of its fields."""
        if missing not in self._wordings:
            self._wordings[missing] = self._word(missing)
        return self._wordings[missing]

    def _word(self, missing: frozenset[str]) -> Wording:
        lost = [name for name in fields_in(*self._written) if name in missing or self._unsaid(name)]
        shared = self.setting.shared
        texts = [without(text, [name for name in lost if "{" + name + "}" in text], self.setting.language)
                 for text in self._written]  # fmt: skip
        filled = [FIELD.sub(lambda match: shared.get(match[1], match.group()), text) for text in texts]
        parts = tuple(tuple(_split(text)) for text in filled)
        return Wording(parts, tuple(lost), self.setting, "\n".join(self._written))

    def _unsaid(self, name: str) -> bool:
        """Whether a fixed field has no words; the brand's own stay open, and block, where they have no alternative."""
        field = merge_fields()[name]
        return field.kind == "fixed" and name not in self.setting.shared and bool(field.missing[self.setting.language])

    @cached_property
    def longest(self) -> list[str]:
        """The parts with each field at its longest plausible value: what was approved for length."""
        shared, offer = self.setting.shared, self.setting.offer
        filled = [FIELD.sub(lambda match: shared.get(match[1], match.group()), text) for text in self._written]
        return [longest(text, self.setting.language, offer) for text in filled]


def _split(text: str) -> list[str]:
    """Literal, field, literal, …; a brace pair that is no customer's field stays literal."""
    pieces = FIELD.split(text)
    known = merge_fields()
    merged = [pieces[0]]
    for name, literal in zip(pieces[1::2], pieces[2::2], strict=True):
        if name in known and known[name].kind != "fixed":
            merged += [name, literal]
        else:
            merged[-1] += "{" + name + "}" + literal
    return merged
