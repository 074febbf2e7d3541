"""Every card keeps the rules of `knowledge/content/README.md`, whoever wrote it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

CONTENT = Path(__file__).parents[2] / "knowledge" / "content"
LANGUAGES = ("zh", "en")
SOURCES: dict[str, dict[str, Any]] = yaml.safe_load((CONTENT / "sources.yaml").read_text(encoding="utf-8"))
GRADES = ("controlled test", "company report", "consultant's claim", "own")
TYPES = {"framework", "proposition", "stage", "scenario", "quadrant", "case", "rollout", "cdp",
         "tier", "playbook", "metric", "quickwin", "maturity", "system", "strategy"}
VOCABULARY = {
    "stage": {"acquire", "develop", "breakthrough"},
    "scenario": {"blue-ocean", "subsidy", "traffic-window", "cross-industry-membership",
                 "loyalty-programme", "cross-sell", "paid-membership", "co-creation",
                 "dt-driven", "social-marketing", "journey-optimisation", "experience-management"},
    "quadrant": {f"{penetration}-penetration-{frequency}-frequency"
                 for penetration in ("high", "low") for frequency in ("high", "low")},
    "tier": {"high", "potential", "mid", "low", "dormant"},
}
GOALS = {"activate", "second_order", "repurchase", "upsell", "win_back", "refer"}
METRICS = yaml.safe_load((CONTENT.parents[1] / "tools" / "catalog.yaml").read_text(encoding="utf-8"))["metrics"]
PREREQUISITES = yaml.safe_load((CONTENT / "prerequisites.yaml").read_text(encoding="utf-8"))
MEASURED = {"scenario", "case", "stage", "quadrant", "maturity", "playbook"}
GROUNDED = {"scenario", "case", "maturity"}
SHARED = ("id", "type", *VOCABULARY, "source", "evidence")
FACT_FIELDS = {"id", "value", "unit", "shown", "when", "grade", "source"}
OPTIONAL = ("goal", "kpis", "prerequisites", "see")
SHARED_FACT = FACT_FIELDS - {"shown"}


class Card(NamedTuple):
    path: Path
    front: dict[str, Any]
    body: str


def read(path: Path) -> Card:
    opening, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    assert opening == "", f"{path.name} does not open with front matter"
    return Card(path, yaml.load(front, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), body)


CARDS = [read(path) for language in LANGUAGES for path in sorted((CONTENT / language).glob("*.md"))]
BY_KEY = {(card.path.parent.name, card.path.stem): card for card in CARDS}
every_card = pytest.mark.parametrize("card", CARDS, ids=lambda card: f"{card.path.parent.name}/{card.path.stem}")


def unaccounted_numbers(body: str, facts: list[dict[str, Any]]) -> list[str]:
    """Return what is left of the figures once each fact's shown form and its years are taken out."""
    for shown in sorted((fact["shown"] for fact in facts), key=len, reverse=True):
        body = body.replace(shown, " ")
    for years in (re.findall(r"\d{4}", str(fact["when"])) for fact in facts):
        for year in years:
            body = re.sub(rf"(?<!\d){year}(?!\d)", " ", body)
    return re.findall(r".{0,10}\d[\d.,]*.{0,6}", body)


def test_a_figure_without_a_fact_is_found():
    facts = [{"shown": "65%", "when": "2019"}]
    assert unaccounted_numbers("In 2019 it was 65%.", facts) == []
    assert unaccounted_numbers("In 2019 it was 65%, or 7 of ten.", facts)
    assert unaccounted_numbers("In 2018 it was 65%.", facts)


def test_both_languages_hold_the_same_cards():
    ids = {language: {id for folder, id in BY_KEY if folder == language} for language in LANGUAGES}
    assert ids["zh"] == ids["en"] != set()


@every_card
def test_front_matter_is_complete(card: Card):
    front = card.front
    assert {*SHARED, "title", "language", "facts", "questions"} <= front.keys()
    assert (front["id"], front["language"]) == (card.path.stem, card.path.parent.name)
    assert front["type"] in TYPES
    assert front["evidence"] in GRADES
    assert front["title"].strip()
    for field, allowed in VOCABULARY.items():
        assert set(front[field]) <= allowed, field


@every_card
def test_metrics_prerequisites_and_links_are_known(card: Card):
    front = card.front
    assert set(front.get("goal", [])) <= GOALS
    assert set(front.get("kpis", [])) <= METRICS.keys()
    assert set(front.get("prerequisites", [])) <= PREREQUISITES.keys()
    assert {(front["language"], id) for id in front.get("see", [])} <= BY_KEY.keys()
    assert front["id"] not in front.get("see", [])


@every_card
def test_what_a_machine_matches_on_is_there(card: Card):
    front, one_of_a_kind = card.front, not card.path.stem.endswith("-overview")
    if front["type"] in MEASURED and one_of_a_kind:
        assert front["kpis"]
    if front["type"] in GROUNDED and one_of_a_kind:
        assert front["prerequisites"]
    if front["type"] == "case" and one_of_a_kind:
        assert [len(front[field]) for field in ("stage", "quadrant")] == [1, 1]
        assert front["scenario"]


@every_card
def test_sources_are_known(card: Card):
    assert card.front["source"]
    assert set(card.front["source"]) <= SOURCES.keys()
    assert {fact["source"] for fact in card.front["facts"]} <= set(card.front["source"])


@every_card
def test_facts_are_complete_and_evidence_is_their_strongest_grade(card: Card):
    facts = card.front["facts"]
    for fact in facts:
        assert fact.keys() == FACT_FIELDS
        assert isinstance(fact["value"], (int, float)), fact["id"]
        assert fact["grade"] in GRADES, fact["id"]
        assert not isinstance(fact["when"], (date, int)), "quote `when`, so that it stays text"
    assert len({fact["id"] for fact in facts}) == len(facts)
    claimed = [fact["grade"] for fact in facts if fact["grade"] != "own"]
    if claimed:
        assert card.front["evidence"] == min(claimed, key=GRADES.index)


@every_card
def test_every_figure_is_a_fact_and_every_fact_is_said(card: Card):
    facts = card.front["facts"]
    assert [fact["shown"] for fact in facts if fact["shown"] not in card.body] == []
    assert unaccounted_numbers(card.body, facts) == []


@every_card
def test_questions_are_several_and_in_the_language_of_the_card(card: Card):
    questions = card.front["questions"]
    assert 30 >= len(questions) == len(set(questions)) >= 8
    chinese = [bool(re.search(r"[\u4e00-\u9fff]", text)) for text in (*questions, card.body)]
    assert all(chinese) if card.front["language"] == "zh" else not any(chinese)


@every_card
def test_length_fits_one_reading(card: Card):
    chinese = card.front["language"] == "zh"
    length = len(re.sub(r"\s", "", card.body)) if chinese else len(card.body.split())
    assert (150 if chinese else 80) <= length <= (500 if chinese else 290)


@pytest.mark.parametrize("id", sorted({id for _, id in BY_KEY}))
def test_both_languages_say_the_same_of_a_card(id: str):
    zh, en = (BY_KEY[language, id].front for language in LANGUAGES)
    assert {field: zh[field] for field in SHARED} == {field: en[field] for field in SHARED}
    assert {field: zh.get(field) for field in OPTIONAL} == {field: en.get(field) for field in OPTIONAL}
    alike = [[{field: fact[field] for field in SHARED_FACT} for fact in front["facts"]] for front in (zh, en)]
    assert alike[0] == alike[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("field", ["title", "questions"])
def test_no_two_cards_share_a_title_or_a_question(language: str, field: str):
    values = [card.front[field] for card in CARDS if card.front["language"] == language]
    said = Counter(values if field == "title" else [question for questions in values for question in questions])
    assert [text for text, times in said.items() if times > 1] == []


def test_every_tier_has_a_playbook_for_every_goal():
    wanted = {f"playbook-{tier}-{goal.replace('_', '-')}" for tier in VOCABULARY["tier"] for goal in GOALS}
    assert {id for _, id in BY_KEY if id.startswith("playbook-")} == wanted


def test_a_prerequisite_is_named_in_both_languages():
    for entry in PREREQUISITES.values():
        assert all(entry["title"][language].strip() for language in LANGUAGES)
        assert "table" in entry


@pytest.mark.parametrize("id", sorted(SOURCES))
def test_a_source_is_described_in_both_languages(id: str):
    entry = SOURCES[id]
    assert entry["year"] is None or 2000 <= entry["year"] <= 2100
    for field in ("title", "publisher", "note"):
        assert all(entry[field][language].strip() for language in LANGUAGES), field
