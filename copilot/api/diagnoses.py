"""Diagnoses: made, kept, made again and compared, exported."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from copilot.api.dependencies import TheCopilot, TheLanguage
from copilot.catalogue import localise, text
from copilot.diagnosis import document
from copilot.diagnosis.desk import USUAL
from copilot.diagnosis.results import Diagnosis, SavedDiagnosis
from copilot.diagnosis.rules import rules
from copilot.diagnosis.shop import DiagnosisShop
from copilot.diagnosis.text import diagnosis_text
from copilot.diagnosis.wording import reading_of
from copilot.formatting import priced
from tools.results import Frozen

router = APIRouter(prefix="/api/v1/diagnoses", tags=["diagnoses"])

Topic = Literal["stage", "quadrant", "maturity", "focus", "cases", "quickwin"]
Short = Annotated[str, Field(max_length=80)]
Answers = Annotated[dict[Short, Short], Field(max_length=100, description="Question -> answer; see /questions.")]


class Wanted(BaseModel):
    """What to diagnose, and what is answered so far."""

    topics: list[Topic] = Field(list(USUAL), max_length=20, description="Empty for stage, quadrant, focus and cases.")
    description: str = Field("", max_length=2000, description="The brand and its trouble in plain words.")
    answers: Answers = {}
    event: str = Field("", max_length=80, description="With quickwin: 双11, 618, brand day …")
    on: date | None = Field(None, description="With quickwin: the event's day.")


class ToSave(Wanted):
    name: str = Field(max_length=80)


class Again(BaseModel):
    """Answers that changed since."""

    answers: Answers = {}
    event: str = Field("", max_length=80)
    on: date | None = None


def get_shop(copilot: TheCopilot) -> DiagnosisShop:
    return DiagnosisShop(copilot.workspace, copilot.toolbox.diagnosis.desk)


TheShop = Annotated[DiagnosisShop, Depends(get_shop)]


@router.get("/questions")
def questions(language: TheLanguage) -> dict[str, Any]:
    """Every question by topic, with its words and options; a number does for one with a unit."""
    known = rules().questions

    def of(key: str) -> dict[str, Any]:
        options = list(rules().industries) if key == "industry" else known[key].options
        named = [{"code": code, "name": reading_of(key, code, language)} for code in options]
        words = text(f"diagnosis.question.{key}", language)
        return {"key": key, "question": words, "options": named, "unit": known[key].unit, "cards": known[key].cards}

    topics = ("stage", "quadrant", "maturity")
    return {"topics": {topic: [of(key) for key in rules().asked(topic)] for topic in topics},
            "also": [of("challenge")]}  # fmt: skip


@router.post("")
def diagnose(wanted: Wanted, shop: TheShop, language: TheLanguage) -> dict[str, Any]:
    """Diagnose the brand: verdicts with what decided them, focus, cases, a quick-win plan; `text` says it in words."""
    return _body(_made(wanted, shop), language, shop.currency)


@router.post("/saved", status_code=201)
def save(wanted: ToSave, shop: TheShop, language: TheLanguage) -> dict[str, Any]:
    """Diagnose and keep the result under a name."""
    return _saved(shop.to_change.save(wanted.name, _made(wanted, shop), datetime.now(UTC)), language, shop.currency)


@router.get("/saved")
def saved(shop: TheShop, language: TheLanguage) -> dict[str, Any]:
    """Every kept diagnosis, the newest first."""
    return {"diagnoses": [_saved(one, language, shop.currency) for one in shop.store.list()]}


@router.get("/saved/{id}")
def one(id: str, shop: TheShop, language: TheLanguage) -> dict[str, Any]:
    """A kept diagnosis (id or name) as it was made."""
    return _saved(shop.store.get(id), language, shop.currency)


@router.delete("/saved/{id}", status_code=204)
def delete(id: str, shop: TheShop) -> None:
    """Remove a kept diagnosis for good."""
    shop.to_change.delete(id)


@router.post("/saved/{id}/again")
def again(id: str, changed: Again, shop: TheShop, language: TheLanguage) -> dict[str, Any]:
    """Make a kept diagnosis anew on today's data, with changed answers, and say what moved."""
    compared = shop.again(id, changed.answers, event=changed.event, on=changed.on)
    with priced(shop.currency):
        told = document.comparison_text(compared, language)
    return {"moved": _dumped(compared.moved), "text": told, "after": _body(compared.after, language, shop.currency)}


@router.get("/saved/{id}/document")
def document_of(
    id: str, shop: TheShop, copilot: TheCopilot, language: TheLanguage,
    format: Annotated[Literal["md", "html"], Query(description="Markdown, or HTML that prints.")] = "md",
) -> Response:  # fmt: skip
    """A kept diagnosis as a one-page document."""
    found = shop.store.get(id).diagnosis
    brand = copilot.workspace.brand(language)
    write, kind = (document.page, "html") if format == "html" else (document.markdown, "markdown")
    with priced(shop.currency):
        return Response(write(found, brand, language), media_type=f"text/{kind}; charset=utf-8")


def _made(wanted: Wanted, shop: DiagnosisShop) -> Diagnosis:
    topics = wanted.topics or USUAL
    return shop.desk.diagnose(topics, wanted.answers, wanted.description, event=wanted.event, on=wanted.on)


def _body(found: Diagnosis, language: str, currency: str) -> dict[str, Any]:
    with priced(currency):
        words = diagnosis_text(found, language)
    return localise(found.model_dump(mode="json"), language) | {"text": words}


def _saved(kept: SavedDiagnosis, language: str, currency: str) -> dict[str, Any]:
    head = kept.model_dump(mode="json", exclude={"diagnosis"})
    return head | {"diagnosis": _body(kept.diagnosis, language, currency)}


def _dumped(results: list[Frozen]) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json") for one in results]
