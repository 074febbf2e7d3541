"""Hear that a diagnosis is wanted, and answers to its questions: "我们处在哪个增长阶段", "放缓", "make a 618 plan"."""

from __future__ import annotations

import re
from dataclasses import replace

from copilot.diagnosis.answers import described, reply
from copilot.diagnosis.desk import USUAL
from copilot.diagnosis.events import named_event
from copilot.diagnosis.rules import rules
from copilot.diagnosis.text import diagnosis_text
from copilot.diagnosis.wording import reading_of
from copilot.findings import Findings
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import normalise
from copilot.planner.slots import Slots
from copilot.planner.step import Step

DIAGNOSIS, WHY, QUICKWIN, ASK = "diagnosis", "diagnosis_why", "quickwin", "ask.quickwin"
STEPS = frozenset({DIAGNOSIS, WHY, QUICKWIN, ASK})
_SHORT = 60
"""Characters of a reply to a question at most."""
_US = r"(?:我们|咱们|咱|我司|本品牌|我的品牌)"
_WE = r"\b(?:we|us|our|ours|my brand)\b"
_PLACE = r"\bwhat would you do (?:in (?:my|our) (?:place|shoes|position)|if you were (?:me|us))\b"
_THEN = re.compile(r"^(?:so |and |then )*what (?:should|can|do) we do(?: now| next| then| about (?:it|that))?\W*$")
"""What to do about it, after a diagnosis."""
_WHY = re.compile(
    r"^(?:那|但|可是)?(?:这是)?(?:为什么|为啥|为何|凭什么|依据(?:是|呢)?|怎么(?:判断|得出)的?)(?:呢|呀|啊|这么(?:说|判断)|这样(?:说|判断)|什么)*\W*$"
    r"|^(?:but |and )?(?:why(?: (?:is that|so|that|do you (?:say|think) (?:so|that)))?|how come|based on what)\W*$"
)
_TOPICS = {
    "stage": re.compile(
        rf"{_US}.{{0,16}}(?:处在|处于|位于|在|算|属于|是).{{0,8}}(?:哪|什么).{{0,6}}阶段"
        rf"|{_US}.{{0,12}}(?:拓新期|发展期|破势期).{{0,6}}还是"
        rf"|\b(?:which|what)\b.{{0,24}}\b(?:stage|phase)\b.{{0,8}}(?:are|is).{{0,8}}{_WE}"
        r"|\bare we (?:past|still in|in|beyond|out of|leaving|entering)\b.{0,24}\b(?:stage|phase)\b"
    ),
    "quadrant": re.compile(rf"{_US}.{{0,16}}象限|\bquadrant\b.{{0,30}}{_WE}|{_WE}.{{0,40}}\bquadrant\b"),
    "maturity": re.compile(
        rf"{_US}.{{0,16}}成熟(?!期|市场|品类).{{0,10}}(?:怎么样|如何|几级|哪|多|吗|高|到|评|诊断|算)"
        rf"|(?:测|评估|诊断|看看)(?:一下|下)?.{{0,6}}成熟度"
        rf"|\bhow mature (?:are|is)\b.{{0,20}}{_WE}|\bmaturity\b.{{0,40}}{_WE}|{_WE}.{{0,40}}\bmaturity\b"
    ),
    "focus": re.compile(
        r"(?:重点|优先|先|精力|应该|该).{0,6}(?:做什么|做啥|抓什么|做哪|抓哪|放在哪|放哪|发力|从哪)|重点是什么"
        r"|\b(?:what|where) (?:should|can|could|do) we (?:focus|concentrate|work on|prioriti[sz]e|put our)"
        rf"|\bwhat to (?:focus|work) on\b|{_PLACE}"
    ),
    "cases": re.compile(
        r"谁做过|谁家做过|哪家做过|谁这么做|哪个案例|最像我们|(?:跟|和|与)我们(?:差不多|像|类似|相近|情况)|(?:相近|类似|相似)的?案例"
        r"|\bwho has done (?:it|this|that|so)\b|\bwho did (?:it|this|that)\b|\bcases?\b.{0,24}\blike (?:us|ours)\b"
        r"|\bmost like us\b|\b(?:compan|brand)\w*.{0,16}\blike (?:us|ours)\b|\b(?:similar|nearest) cases?\b"
    ),
}
_ALL = re.compile(
    rf"{_US}.{{0,12}}诊断|诊断一下|做个诊断|做一次诊断"
    r"|\bdiagnose (?:us|our|my|the brand)\b|\bdiagnosis of (?:us|our|my)\b|\bgive us a diagnosis\b"
)
_PLAN = re.compile(
    r"(?:快赢|速赢).{0,12}(?:计划|方案|安排|打法)|(?:做|帮|给|排|制定|来).{0,16}(?:快赢|速赢)"
    r"|\b(?:plan|make|build|give|lay out|prepare|draw up|draft|help)\b.{0,40}\bquick[- ]win"
    r"|\bquick[- ]win\w*.{0,8}\bplan\b"
)
_BEFORE = re.compile(
    r"\b(?:what|how) (?:can|could|should|do) we\b.{0,40}\b(?:before|for|ahead of|prepare)\b"
    r"|(?:准备|安排)(?:些|好|做)?(?:哪些|什么|啥)|(?:怎么|如何)(?:备战|准备|筹备)|备战.{0,6}(?:计划|方案|怎么|什么)"
)
"""What can be done for an event, where one is named."""
_NOW = re.compile(
    rf"^(?:那么?|所以)?{_US}?(?:现在|接下来|今年|下一步|目前)?(?:应该|该)?重点(?:该|应该)?[做抓](?:什么|啥|哪些).{{0,3}}$"
    rf"|^(?:so |and |then )?what should we focus on(?: now| next| first| then)?\W*$|{_PLACE}"
)
_EXPLAIN = re.compile(
    r"怎么判断|如何判断|怎么知道|怎样判断|是什么意思|怎么回事|什么是|生命周期|数据体检"
    r"|我们的?(?:客户|用户|会员|顾客)(?:现在|大多|主要|都)*(?:处|在)"
    r"|\bhow (?:do|can|could|should) (?:i|we|you) (?:tell|know|find out|decide|judge)"
    r"|\bwhat (?:is|are) (?:a|the)\b|\blife ?cycle\b|\b(?:are|is) our (?:customers|users|members|buyers)\b"
)
_OTHER = frozenset({"draft", "send", "personal", "why", "define", "offtopic", "others"})
"""Cues of another wish in the same question."""


def diagnosing(question: str, earlier: Step | None, known: Step | None) -> Step | None:
    """The step that diagnoses or plans; None where something else is asked.

    `earlier` is the last step, `known` the last one of this kind: answers that were given stay known.
    """
    words = normalise(question)
    if earlier and earlier.focus in {DIAGNOSIS, WHY} and _WHY.match(words):
        return replace(earlier, focus=WHY, asks="")
    if lexicon().cues_in(words) & _OTHER or lexicon().tiers.find(words):
        return None
    if _PLAN.search(words) and not _EXPLAIN.search(words) or (_BEFORE.search(words) and named_event(question)[0]):
        return _plan(question, known)
    if topics := _topics(words, known):
        return _step(topics, question, known)
    if earlier is None or earlier.focus not in STEPS:
        return None
    if _THEN.match(words):
        return _step(["stage", "quadrant", "focus"], question, known or earlier)
    return _answered(question, earlier)


def diagnosed(step: Step, findings: Findings, language: str) -> str:
    """The diagnosis or the plan in words."""
    return diagnosis_text(findings.diagnosis, language)


def remembering(step: Step, findings: Findings) -> Step:
    """The step as the next turn should know it: with every answer known so far, and the question that was put."""
    found = findings.diagnosis
    if found is None:
        return step
    return replace(step, asks=found.ask, arguments=step.arguments | {"answers": found.answers})


def options(findings: Findings, language: str) -> list[str]:
    """Replies to the question that a diagnosis puts; [] where it puts none, or an open one."""
    asked = findings.diagnosis.ask if findings.diagnosis else ""
    return [reading_of(asked, each, language) for each in rules().questions[asked].options] if asked else []


def _topics(words: str, known: Step | None) -> list[str]:
    """What is to be diagnosed; [] for nothing."""
    if _EXPLAIN.search(words):
        return []
    named = [topic for topic, pattern in _TOPICS.items() if pattern.search(words)]
    placed = [topic for topic in named if topic in {"stage", "quadrant", "maturity"}]
    if _ALL.search(words) and not placed:
        return list(USUAL)
    advised = [topic for topic in named if topic in {"focus", "cases"}]
    if advised and not (_NOW.search(words) or _describes(words) or (known and "cases" in advised)):
        advised = []  # advice in general is in the cards
    if advised == ["cases"] and known and not _describes(words):
        return ["cases"]
    return [*dict.fromkeys(["stage", "quadrant", *placed]), *advised] if advised else placed


def _describes(words: str) -> bool:
    """Whether a brand is described, its own and not brands in general."""
    said = described(words)
    return bool(said) and bool(re.search(rf"{_US}|{_WE}", words))


def _step(topics: list[str], question: str, known: Step | None) -> Step:
    before = known.arguments if known else {}
    answers = before.get("answers", {}) | described(question)
    description = question.strip() if described(question) else before.get("description", "")
    arguments = {"topics": topics, "description": description, "answers": answers}
    return Step(DIAGNOSIS, "diagnose", {name: value for name, value in arguments.items() if value}, Slots())


def _plan(question: str, known: Step | None) -> Step:
    """A plan for the event that is named; without its day, which one is asked."""
    event, on, dated = named_event(question)
    arguments = {"event": event, "on": on, "answers": known.arguments.get("answers", {}) if known else {}}
    kept = {name: value for name, value in arguments.items() if value}
    return Step(QUICKWIN, "quick_win_plan", kept, Slots()) if dated else Step(ASK, "", kept, Slots())


def _answered(question: str, earlier: Step) -> Step | None:
    """The same again with what a short reply adds."""
    if len(question) > _SHORT or question.rstrip().endswith(("?", "？", "吗", "呢")):
        return None
    if earlier.focus == ASK:
        event, on, dated = named_event(question)
        kept = earlier.arguments | {name: value for name, value in (("event", event), ("on", on)) if value}
        return Step(QUICKWIN, "quick_win_plan", kept, Slots()) if dated else None
    said = described(question) | (reply(question, earlier.asks) if earlier.asks else {})
    if not said:
        return None
    answers = earlier.arguments.get("answers", {}) | said
    return replace(earlier, arguments=earlier.arguments | {"answers": answers}, asks="")
