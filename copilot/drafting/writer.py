"""A language model as the copywriter: prompt from a file, structured answer, then the library's frame and checks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pydantic import BaseModel

from copilot.catalogue import text
from copilot.faults import Fault, ModelFault
from copilot.model import build_model
from copilot.prompts import load_prompt, prompt_version
from copilot.settings import Settings
from copilot.tracing.apart import model_call
from copilot.usage import METER
from tools.drafting import Angle, DraftBrief, Taste, draft_messages
from tools.drafting.diversity import NEAR_DUPLICATE, opening_of, similarity
from tools.drafting.finish import Words, check, finished
from tools.drafting.frame import framed
from tools.drafting.generator import angles_of
from tools.drafting.library import plays
from tools.results import Draft

EXAMPLES = 5
"""Accepted texts and library drafts shown at most."""


class Variant(BaseModel):
    """One message."""

    angle: Angle
    title: str = ""
    """Push or banner title, e-mail subject."""
    preheader: str = ""
    body: str
    button: str = ""


class Variants(BaseModel):
    """The messages asked for."""

    variants: list[Variant]


class ModelWriter:
    """Writes by the configured model; `clean` takes personal data out of what is sent."""

    def __init__(self, settings: Settings, clean: Callable[[str], str]) -> None:
        self._settings = settings
        self._clean = clean

    def write(self, brief: DraftBrief, *, brand: str, taste: Taste = Taste(), seed: int = 0) -> list[Draft]:
        """Drafts that break no blocking rule, say nothing rejected and differ from each other; at most `brief.n`.

        What the model says is never sent as it is: figures that the brief does not hold, a missing offer or
        last day, and rejected phrases drop a variant. Raises ModelFault when the model fails or answers in
        no readable form.
        """
        prompt = self._prompt(brief, brand, taste, seed)
        with model_call(self._settings.first, prompt_version("drafting"), prompt) as reply:
            answer = _called(self._settings, prompt)
            reply.words = answer.model_dump_json()
        unwanted = [words.casefold() for words in (*brief.must_not_say, *taste.rejected) if words]
        kept: list[Draft] = []
        for variant in answer.variants:
            said = Words(variant.title.strip(), variant.preheader.strip(), variant.body, variant.button.strip())
            words = framed(said, brief, brand)
            draft = finished(words, brief, variant.angle, check(words, brief, brand), writer="model")
            if _fits(draft, brief, unwanted) and not any(_alike(draft, other) for other in kept):
                kept.append(draft)
        return kept[: brief.n]

    def _prompt(self, brief: DraftBrief, brand: str, taste: Taste, seed: int) -> str:
        own = draft_messages(brief, brand=brand, seed=seed)[:EXAMPLES]
        limits = load_prompt(f"drafting_{brief.channel}").strip()
        return load_prompt(
            "drafting", brand=brand, language=text(f"draft.language.{brief.language}", "en"),
            channel=text(f"draft.channel.{brief.channel}", "en"), limits=limits,
            tier=text(f"tier.{brief.tier}", "en"), tier_reason=plays().tiers[brief.tier].reason.en,
            goal=text(f"draft.goal.{brief.goal}", "en"), season=brief.season or "-", category=brief.category or "-",
            voice=self._clean(brief.voice) or "-",
            n=str(brief.n), angles=", ".join(angles_of(brief, seed)[: brief.n]), offer=self._offer(brief),
            must_say=self._said(brief.must_say), must_not_say=self._said([*brief.must_not_say, *taste.rejected]),
            accepted=_listed([self._clean(each) for each in taste.accepted[:EXAMPLES]]),
            library=_listed([f"{draft.title}\n{draft.body}".strip() for draft in own]),
        )  # fmt: skip

    def _said(self, words: list[str]) -> str:
        return self._clean("; ".join(words)) or "-"

    def _offer(self, brief: DraftBrief) -> str:
        if not brief.offer:
            return "There is no offer: promise nothing."
        terms = self._clean(brief.offer.details(brief.language))
        promise = self._clean(brief.offer.text(brief.language))
        told = f' and these terms, word for word: "{terms}"' if terms else ""
        return f'Say the offer once, as the merge field {{offer}} (it reads "{promise}"){told}.'


def _called(settings: Settings, prompt: str) -> Variants:
    model = build_model(settings).with_structured_output(Variants, method="function_calling", include_raw=True)

    async def ask() -> dict[str, Any]:
        return await model.ainvoke(prompt)

    meter = METER.get()
    if meter and meter.exhausted:
        raise ModelFault(Fault("E-BUDGET"))
    if meter:
        meter.began()
    with ThreadPoolExecutor(1) as apart:  # the caller may stand in an event loop
        found = apart.submit(asyncio.run, ask()).result()
    if meter:
        meter.count(found["raw"].usage_metadata)
    if error := found["parsing_error"]:
        raise ModelFault(Fault("E-TOOL-JSON", detail=type(error).__name__))
    answer = found["parsed"]
    if answer is None or not answer.variants:
        raise ModelFault(Fault("E-LLM-EMPTY", detail="no variants"))
    return answer


def _fits(draft: Draft, brief: DraftBrief, unwanted: list[str]) -> bool:
    whole = "\n".join((draft.title, draft.preheader, draft.body, draft.button)).casefold()
    promised = brief.offer is None or "{offer}" in draft.body
    return draft.sendable and promised and not any(words in whole for words in unwanted)


def _alike(one: Draft, other: Draft) -> bool:
    return opening_of(one) == opening_of(other) or similarity(one.body, other.body) >= NEAR_DUPLICATE


def _listed(texts: list[str]) -> str:
    return "\n---\n".join(texts) or "-"
