"""The diagnosis end to end over the small brand: made, worded, kept, compared, printed, asked for in the chat."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from copilot.api.app import create_app
from copilot.diagnosis import document
from copilot.diagnosis.desk import DiagnosisDesk, ask
from copilot.diagnosis.results import Diagnosis
from copilot.diagnosis.rules import rules
from copilot.diagnosis.shop import DiagnosisShop
from copilot.diagnosis.store import DiagnosisStore
from copilot.diagnosis.text import diagnosis_text
from copilot.diagnosis.wording import kpi_value, verdict_of
from copilot.findings import Findings
from copilot.modeltext import for_model
from copilot.planner.diagnosing import diagnosing
from copilot.session import Copilot
from copilot.settings import Settings
from copilot.workspace import Workspace
from tools.errors import BadArgument

ZH = "我们是一个中型零食品牌，新客增长停滞，应该重点做什么，谁做过？"
EN = "we are a mid-size snack brand with flat new-customer growth, what should we focus on and who has done it?"
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture(scope="module")
def found(desk: DiagnosisDesk) -> Diagnosis:
    topics = ("stage", "quadrant", "maturity", "focus", "cases", "quickwin")
    return desk.diagnose(topics, {"market_growth": "slow", "relative_share": "established"}, ZH, event="618")


def test_a_diagnosis_carries_its_figures_and_asks_one_question(found: Diagnosis) -> None:
    named = {one.figure for verdict in found.verdicts for one in verdict.inputs if one.figure}
    named |= {kpi.figure for play in found.focus for kpi in play.kpis if kpi.figure}
    assert named <= set(found.figures)
    assert len(found.focus) == 3
    assert found.ask in rules().questions
    assert found.cards[0] == "stage-overview"


def test_the_question_is_one_whose_answer_moves_the_least_sure_verdict(desk: DiagnosisDesk) -> None:
    open_ = desk.diagnose(("stage",))
    assert open_.ask in {"market_growth", "relative_share"}
    other = {"market_growth", "relative_share"} - {open_.ask}
    assert desk.diagnose(("stage",), {open_.ask: "unknown"}).ask == other.pop(), "one that is not known is not put again"
    assert ask(rules(), desk.diagnose(("quadrant",))) in {"industry", "category_penetration"}


@LANGUAGES
def test_it_is_worded_whole_in_both_languages(found: Diagnosis, language: str) -> None:
    words = diagnosis_text(found, language)
    assert "{" not in words
    for id in ("stage-overview", "quadrant-overview", "maturity-overview", "quickwin-iterate", found.cases[0].card):
        assert f"[{id}#1]" in words
    assert {"zh": "不能当预测", "en": "not a forecast"}[language] in words
    assert {"zh": "咨询机构的说法", "en": "a consultant's claim"}[language] in words
    assert {"zh": "别照搬", "en": "What does not"}[language] in words
    assert {"zh": "第 4 周", "en": "Week 4"}[language] in words


def test_it_survives_json(found: Diagnosis) -> None:
    assert Diagnosis.model_validate_json(found.model_dump_json()) == found
    findings = Findings(diagnosis=found)
    assert Findings.restore(json.loads(json.dumps(findings.artifact()))) == findings


def test_a_model_reads_the_words_fenced_and_no_query(found: Diagnosis) -> None:
    told = for_model(Findings(diagnosis=found), "en")
    assert "Growth stage" in told
    assert "SELECT" not in told


def test_unknown_topics_and_nothing_loaded(desk: DiagnosisDesk, place: Workspace) -> None:
    with pytest.raises(BadArgument, match="diagnosis_topic"):
        desk.diagnose(("horoscope",))
    bare = DiagnosisDesk(lambda: None, place.knowledge, lambda: place.today)
    nothing = bare.diagnose(("stage", "quadrant", "maturity", "focus"), {"industry": "beauty"})
    assert nothing.as_of is None
    assert nothing.figures == {}
    assert nothing.quadrant.verdict == "high-penetration-low-frequency"
    assert "{" not in diagnosis_text(nothing, "zh")


def test_kept_found_again_and_deleted(found: Diagnosis, tmp_path: Path) -> None:
    store = DiagnosisStore.open(tmp_path)
    first = store.save("年中诊断", found, datetime(2026, 6, 1, tzinfo=UTC))
    second = store.save("年中诊断", found, datetime(2026, 7, 1, tzinfo=UTC))
    assert DiagnosisStore.open(tmp_path).get("年中诊断").id == second.id, "the newest of a name"
    assert store.get(first.id).diagnosis == found
    store.delete(second.id)
    assert [one.id for one in store.list()] == [first.id]
    with pytest.raises(BadArgument, match="diagnosis_unknown"):
        store.get("nothing")
    with pytest.raises(BadArgument, match="diagnosis_name"):
        store.save(" ", found, datetime.now(UTC))


@LANGUAGES
def test_made_anew_it_says_what_moved(settings: Settings, language: str) -> None:
    workspace = Workspace(settings)
    shop = DiagnosisShop(workspace)
    before = shop.desk.diagnose(("stage",), {"market_growth": "high", "relative_share": "low"})
    kept = shop.store.save("first", before, datetime.now(UTC))
    compared = shop.again(kept.id, {"relative_share": "leading", "market_growth": "slow"})
    moved = {one.what: (one.before, one.after) for one in compared.moved}
    assert moved["stage"] == ("acquire", "breakthrough")
    assert moved["answer:market_growth"] == ("high", "slow")
    assert not [what for what in moved if what.startswith("figure:")], "the data is the same"
    words = document.comparison_text(compared, language)
    assert {"zh": "拓新期 → 破势期", "en": "acquire → breakthrough"}[language] in words
    same = shop.again(kept.id, {})
    assert same.moved == []
    assert {"zh": "没有变化", "en": "Nothing has moved"}[language] in document.comparison_text(same, language)


@LANGUAGES
def test_printed_it_stands_alone(found: Diagnosis, tmp_path: Path, language: str) -> None:
    page = document.export(found, tmp_path / "a.html", "测试<牌>", language).read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "测试<牌>" not in page
    assert "@page" in page
    words = document.export(found, tmp_path / "a.md", "测试牌", language).read_text(encoding="utf-8")
    assert "[1]" in words
    assert "#1]" not in words
    for verdict in found.verdicts:
        assert verdict_of(verdict.topic, verdict.verdict, language) in words
    shown = [kpi for play in found.focus[:2] for kpi in play.kpis[:2] if kpi.figure]
    assert shown
    assert all(kpi_value(kpi, found, language) in words for kpi in shown), "with its present values"
    assert {"zh": "什么会改变它", "en": "What would change it"}[language] in words
    assert found.quickwin.judged_on.isoformat() in words
    assert not list(tmp_path.glob(".*")), "no draft stays"
    with pytest.raises(BadArgument, match="diagnosis_format"):
        document.export(found, tmp_path / "a.docx", "x", language)


@pytest.mark.anyio
@pytest.mark.parametrize("question", [ZH, EN])
async def test_the_chat_diagnoses_cites_and_asks_one_question(copilot: Copilot, question: str) -> None:
    first = await copilot.ask(question)
    assert [call.name for call in first.tool_calls] == ["diagnose"]
    assert first.warnings == [], "every figure is supported"
    assert "case-yoghurt-brand#1" in {citation.id for citation in first.citations}
    assert first.evidence
    assert first.text.count("还差一个问题" if first.language == "zh" else "One question:") == 1
    reply = {"zh": "放缓了", "en": "it is slowing"}[first.language]
    second = await copilot.ask(reply, thread=first.thread, language=first.language)
    assert second.tool_calls[0].arguments["answers"] == {
        "industry": "snacks", "newcomers": "flat", "challenge": "newcomers", "market_growth": "slow",
    }  # fmt: skip
    nearest = {"zh": "哪个案例最像我们", "en": "which case is most like us"}[first.language]
    third = await copilot.ask(nearest, thread=first.thread, language=first.language)
    assert third.tool_calls[0].arguments["topics"] == ["cases"]
    assert third.tool_calls[0].arguments["answers"]["market_growth"] == "slow", "remembered"


@pytest.mark.anyio
async def test_the_chat_plans_an_event_and_asks_for_its_day(copilot: Copilot) -> None:
    plan = await copilot.ask("帮我做个双11快赢计划")
    assert [call.name for call in plan.tool_calls] == ["quick_win_plan"]
    assert plan.warnings == []
    asked = await copilot.ask("帮我做一个品牌日的速赢方案")
    assert asked.tool_calls == []
    assert asked.warnings == []
    dated = await copilot.ask("12月20日", thread=asked.thread, language="zh")
    assert dated.tool_calls[0].arguments == {"event": "品牌日", "on": "12-20"}


@pytest.mark.parametrize(
    ("question", "topics"),
    [
        ("我们处在哪个增长阶段", ["stage"]), ("What growth stage are we in?", ["stage"]),
        ("我们属于哪个行业象限", ["quadrant"]), ("which quadrant are we in", ["quadrant"]),
        ("how mature are our user operations?", ["maturity"]), ("我们的用户运营成熟度怎么样？", ["maturity"]),
        ("diagnose our brand", ["stage", "quadrant", "focus", "cases"]),
        ("我们应该重点做什么？", ["stage", "quadrant", "focus"]),
    ],
)  # fmt: skip
def test_a_diagnosis_is_heard(question: str, topics: list[str]) -> None:
    step = diagnosing(question, None, None)
    assert step.arguments["topics"] == topics


@pytest.mark.parametrize(
    "question",
    [
        "怎么判断我们处在哪个发展阶段", "What should a brand in an early stage focus on?", "秒针的速赢包是怎么回事？",
        "潜力用户我们应该重点做什么", "What stage are our customers in?", "我们的毛利有多少", "有没有跟我们差不多的公司可以参考？",
        "给沉睡用户写三条短信", "What should we focus on at different times?",
    ],
)  # fmt: skip
def test_questions_for_the_cards_and_the_data_stay_theirs(question: str) -> None:
    assert diagnosing(question, None, None) is None


def test_the_api_diagnoses_keeps_compares_and_prints(settings: Settings) -> None:
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        asked = client.get("/api/v1/diagnoses/questions?lang=zh").json()
        assert len(asked["topics"]["maturity"]) == 8
        wanted = {"topics": ["stage"], "answers": {"market_growth": "high", "relative_share": "low"}}
        made = client.post("/api/v1/diagnoses?lang=en", json=wanted).json()
        assert made["stage"]["verdict"] == "acquire"
        assert "Growth stage" in made["text"]
        kept = client.post("/api/v1/diagnoses/saved?lang=en", json=wanted | {"name": "first"})
        assert kept.status_code == 201
        again = client.post("/api/v1/diagnoses/saved/first/again?lang=en", json={"answers": {"relative_share": "leading"}})
        assert "stage" in {one["what"] for one in again.json()["moved"]}
        page = client.get("/api/v1/diagnoses/saved/first/document?format=html&lang=zh")
        assert page.headers["content-type"].startswith("text/html")
        assert client.post("/api/v1/diagnoses", json={"answers": {"nonsense": "1"}}).status_code == 400
        assert client.delete(f"/api/v1/diagnoses/saved/{kept.json()['id']}").status_code == 204
        assert client.get("/api/v1/diagnoses/saved").json() == {"diagnoses": []}


def test_the_api_writes_amounts_in_the_currency_of_the_workspace(settings: Settings) -> None:
    euros = settings.model_copy(update={"currency": "EUR"})
    with TestClient(create_app(euros), base_url="http://127.0.0.1") as client:
        wanted = {"topics": ["focus"], "name": "plan"}
        saved = client.post("/api/v1/diagnoses/saved?lang=en", json=wanted).json()
        printed = client.get(f"/api/v1/diagnoses/saved/{saved['id']}/document?lang=en").text
        for words in (saved["diagnosis"]["text"], printed):
            assert "€" in words
            assert "¥" not in words


def test_the_api_bounds_answers(settings: Settings) -> None:
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        assert client.post("/api/v1/diagnoses", json={"answers": {"industry": "x" * 81}}).status_code == 422
        many = {f"q{n}": "1" for n in range(101)}
        assert client.post("/api/v1/diagnoses", json={"answers": many}).status_code == 422
