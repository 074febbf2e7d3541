"""`wellspring diagnose`: stage, quadrant, maturity, focus, cases, a quick-win plan; kept, exported, compared."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from copilot.catalogue import localise, text
from copilot.cli_output import emit, out
from copilot.commands.options import Json, Lang, Ws, place_of, ready_index, spoken

if TYPE_CHECKING:
    from copilot.diagnosis.results import Comparison, Diagnosis
    from copilot.diagnosis.store import DiagnosisStore
    from copilot.workspace import Workspace

Topic = Literal["all", "stage", "quadrant", "maturity", "focus", "cases", "quickwin"]


def diagnose(
    topic: Annotated[Topic, typer.Argument(help="all: stage, quadrant, focus and cases.")] = "all",
    description: Annotated[str, typer.Option("--about", metavar="TEXT", help="The brand and its trouble.")] = "",
    answer: Annotated[
        list[str] | None, typer.Option(metavar="QUESTION=ANSWER", help="E.g. market_growth=slow; may repeat.")
    ] = None,
    industry: Annotated[str, typer.Option(help="E.g. snacks, beauty, mother_and_baby.")] = "",
    event: Annotated[str, typer.Option(help="With quickwin: 双11, 618, brand day …")] = "",
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="With quickwin: the event's day.")
    ] = None,
    save: Annotated[str, typer.Option(metavar="NAME", help="Keep the diagnosis under this name.")] = "",
    export: Annotated[Path | None, typer.Option(help="Write a one-page document: .md or .html.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the saved diagnoses.")] = False,
    show: Annotated[str, typer.Option(metavar="NAME|ID", help="A saved diagnosis as it was made.")] = "",
    again: Annotated[
        str, typer.Option(metavar="NAME|ID", help="Make a saved one anew, with changed answers, and compare.")
    ] = "",
    delete: Annotated[str, typer.Option(metavar="NAME|ID", help="Remove a saved diagnosis.")] = "",
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Diagnose the brand from its data and a few answers; save, export, revisit."""
    from copilot.diagnosis.shop import DiagnosisShop
    from copilot.formatting import CURRENCY

    language = spoken(lang)
    place = place_of(workspace)
    shop = DiagnosisShop(place)
    CURRENCY.set(place.currency)
    if list_ or delete:
        _books(shop.to_change if delete else shop.store, delete, language, json_)
        return
    answers = answers_of(answer or []) | ({"industry": industry} if industry else {})
    day = on.date() if on else None
    if not show:
        ready_index(place, language)
    compared: Comparison | None = None
    if show:
        found = shop.store.get(show).diagnosis
    elif again:
        compared = shop.again(again, answers, event=event, on=day)
        found = compared.after
    else:
        found = shop.desk.diagnose(topics_of(topic), answers, description, event=event, on=day)
    done: dict[str, Any] = {}
    if save:
        done["saved"] = shop.to_change.save(save, found, datetime.now(UTC))
    if export:
        done["exported"] = str(_exported(found, export, place, language, compared))
    _print(found, compared, done, language, json_)


def topics_of(topic: str) -> tuple[str, ...]:
    from copilot.diagnosis.desk import USUAL

    return USUAL if topic == "all" else (topic,)


def answers_of(pairs: list[str]) -> dict[str, str]:
    """ "market_growth=slow" as {"market_growth": "slow"}. Raises BadArgument."""
    from tools.errors import BadArgument

    wrong = next((pair for pair in pairs if not all(pair.partition("="))), None)
    if wrong is not None:
        raise BadArgument("diagnosis_pair", given=wrong)
    return {key.strip(): value.strip() for key, _, value in (pair.partition("=") for pair in pairs)}


def _exported(
    found: Diagnosis, path: Path, place: Workspace, language: str, compared: Comparison | None
) -> Path:
    from copilot.diagnosis.document import export

    return export(found, path, place.brand(language), language, compared)


def _books(store: DiagnosisStore, delete: str, language: str, json_: bool) -> None:
    if delete:
        store.delete(delete)
    kept = store.list()
    if json_:
        emit({"diagnoses": [localise(one.model_dump(mode="json"), language) for one in kept]})
        return
    from copilot.diagnosis.text import summary

    lines = [
        text("diagnosis.listed", language, id=one.id, day=one.saved_at.date(), name=one.name,
             verdicts=summary(one.diagnosis, language))
        for one in kept
    ]  # fmt: skip
    out.print("\n".join(lines) or text("diagnosis.empty", language))


def _print(
    found: Diagnosis, compared: Comparison | None, done: dict[str, Any], language: str, json_: bool
) -> None:
    from copilot.diagnosis.document import comparison_text
    from copilot.diagnosis.text import diagnosis_text

    if json_:
        body = localise(found.model_dump(mode="json"), language)
        moved = {"moved": [one.model_dump() for one in compared.moved]} if compared else {}
        extra = {"saved": done["saved"].id} if "saved" in done else {}
        emit(body | moved | extra | ({"exported": done["exported"]} if "exported" in done else {}))
        return
    parts = [diagnosis_text(found, language)]
    parts += [comparison_text(compared, language)] if compared else []
    if "saved" in done:
        parts.append(text("diagnosis.saved", language, name=done["saved"].name, id=done["saved"].id))
    if "exported" in done:
        parts.append(text("diagnosis.exported", language, path=done["exported"]))
    out.print("\n\n".join(part for part in parts if part))
