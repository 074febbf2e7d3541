"""The diagnosis of one workspace: asks the data and the knowledge base, and lets the rules decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from copilot.diagnosis import focus as focusing
from copilot.diagnosis import quickwin as planning
from copilot.diagnosis.answers import checked, described
from copilot.diagnosis.cards import CASE, Cards, cards
from copilot.diagnosis.cases import cases as matching
from copilot.diagnosis.events import event as event_of
from copilot.diagnosis.evidence import Evidence
from copilot.diagnosis.maturity import maturity
from copilot.diagnosis.results import Diagnosis, Verdict
from copilot.diagnosis.rules import Rules, rules
from copilot.diagnosis.verdicts import quadrant, stage
from knowledge.search import KnowledgeIndex
from tools.errors import BadArgument
from tools.segment_data import SegmentData
from tools.selection.results import SegmentList

if TYPE_CHECKING:
    from copilot.workspace import Workspace

TOPICS = ("stage", "quadrant", "maturity", "focus", "cases", "quickwin")
USUAL = ("stage", "quadrant", "focus", "cases")
"""What "diagnose us" means."""
_NEEDS = {"focus": ("stage", "quadrant"), "cases": ("stage", "quadrant"), "quickwin": ("maturity",)}
_LONGEST = 2000


class DiagnosisDesk:
    """Diagnoses of a workspace's brand, as its data is now."""

    def __init__(
        self,
        data: Callable[[], SegmentData | None],
        index: Callable[[], KnowledgeIndex],
        today: Callable[[], date],
        segments: Callable[[], SegmentList | None] = lambda: None,
    ) -> None:
        self._data = data
        self._index = index
        self._today = today
        self._segments = segments
        self._kept: Evidence | None = None

    @classmethod
    def over(cls, workspace: Workspace) -> DiagnosisDesk:
        def saved() -> SegmentList | None:
            desk = workspace.segments()
            return desk.list() if desk else None

        return cls(workspace.data, workspace.knowledge, lambda: workspace.today, saved)

    @property
    def today(self) -> date:
        return self._today()

    def diagnose(
        self, topics: Sequence[str] = USUAL, answers: Mapping[str, str] | None = None, description: str = "",
        *, event: str = "", on: date | None = None,
    ) -> Diagnosis:  # fmt: skip
        """Diagnose the brand in these topics.

        `answers` outweigh what the description says of the same thing. `event` and `on` are for a quick-win plan.
        Raises BadArgument for an unknown topic, question, answer or event.
        """
        unknown = [topic for topic in topics if topic not in TOPICS]
        if unknown:
            raise BadArgument("diagnosis_topic", given=unknown[0], alternatives=list(TOPICS))
        description = description.strip()[:_LONGEST]
        known = described(description) | checked(answers or {})
        look = _Look(rules(), cards(), self._evidence(), known, self._today())
        wanted = {*topics, *(need for topic in topics for need in _NEEDS.get(topic, ()))}
        found = look.verdicts(wanted)
        parts = look.advice(wanted, found, lambda: self._scores(description), event, on)
        return look.diagnosis(list(topics), description, found, parts)

    def _evidence(self) -> Evidence:
        """Figures of the loaded data; kept while the data stays the same, except for what people save meanwhile."""
        data = self._data()
        if self._kept is None or self._kept.data is not data:
            self._kept = Evidence(rules(), data, self._segments)
        self._kept.forget_saved()
        return self._kept

    def _scores(self, description: str) -> dict[str, float]:
        """Best passage's score of each case, for a description; {} without one."""
        if not description:
            return {}
        hits = self._index().search(description, k=20, type="case").results
        known = set(cards().ids(CASE))
        return {hit.document: hit.score for hit in reversed(hits) if hit.document in known}


class _Look:
    """One diagnosis in the making."""

    def __init__(
        self, rules: Rules, shelf: Cards, evidence: Evidence, answers: dict[str, str], today: date
    ) -> None:
        self._rules, self._cards, self._evidence = rules, shelf, evidence
        self._answers, self._today = answers, today

    def verdicts(self, wanted: set[str]) -> dict[str, Verdict]:
        makers = {"stage": stage, "quadrant": quadrant, "maturity": maturity}
        return {
            name: make(self._rules, self._answers, self._evidence) for name, make in makers.items() if name in wanted
        }

    def advice(
        self, wanted: set[str], found: Mapping[str, Verdict], scores: Callable[[], dict[str, float]], event: str,
        on: date | None,
    ) -> dict:  # fmt: skip
        parts: dict = {}
        if {"focus", "cases"} & wanted:
            place = (found["stage"], found["quadrant"], self._answers, self._evidence)
            plays, also = focusing.focus(self._rules, self._cards, *place)
            if "focus" in wanted:
                parts |= {"focus": plays, "also": also}
            if "cases" in wanted:
                parts["cases"] = matching(
                    self._rules, self._cards, *place[:2], plays, self._answers, self._evidence, scores()
                )
        if "quickwin" in wanted:
            day = event_of(event, on, self._today)
            parts["quickwin"] = planning.quickwin(
                self._rules.quickwin, self._cards, day, self._today, found["maturity"], self._evidence
            )
        return parts

    def diagnosis(self, topics: list[str], description: str, found: dict[str, Verdict], parts: dict) -> Diagnosis:
        data = self._evidence.data
        bare = Diagnosis(
            topics=topics, on=self._today, as_of=data.last_day if data else None,
            history=self._evidence.history, answers=self._answers,
            description=description, **found, **parts,
        )  # fmt: skip
        return bare.model_copy(update={
            "figures": self._evidence.figures(figure_keys(bare)), "cards": cited(bare), "ask": ask(self._rules, bare),
        })  # fmt: skip


def figure_keys(found: Diagnosis) -> list[str]:
    """Keys of the figures that a diagnosis names, in the order in which it does."""
    keys = [one.figure for verdict in found.verdicts for one in verdict.inputs]
    keys += [kpi.figure for play in found.focus for kpi in play.kpis]
    keys += [need.figure for play in found.focus for need in play.prerequisites]
    plan = found.quickwin
    if plan:
        keys += [kpi.figure for kpi in (*plan.kpis, *plan.last_time)] + ([plan.group.figure] if plan.group else [])
    return list(dict.fromkeys(key for key in keys if key))


def leading(found: Diagnosis) -> list[str]:
    """Keys of the figures to show as cards: what decided a verdict, and the KPIs of the first scenario or plan."""
    keys = [one.figure for verdict in found.verdicts if verdict.topic != "maturity" for one in verdict.inputs]
    kpis = [*(found.focus[0].kpis if found.focus else []), *(found.quickwin.kpis if found.quickwin else [])]
    return list(dict.fromkeys(key for key in [*keys, *(kpi.figure for kpi in kpis)] if key))


def cited(found: Diagnosis) -> list[str]:
    """Cards that a diagnosis leans on."""
    ids = [id for verdict in found.verdicts for id in verdict.cards]
    ids += [id for play in found.focus for id in (play.card, *(id for one in play.reasons for id in one.cards))]
    ids += ["scenario-overview"] if found.also else []
    ids += [case.card for case in found.cases]
    if found.cases:
        ids.append("case-overview")
    if found.quickwin:
        ids += ["quickwin-overview", *(id for phase in found.quickwin.phases for id in phase.cards)]
    return list(dict.fromkeys(ids))


def ask(rules: Rules, found: Diagnosis) -> str:
    """The question to put: of the least sure verdict, the one whose answer weighs most."""
    order = {"open": 0, "leaning": 1}
    unsure = sorted((one for one in found.verdicts if one.level in order), key=lambda one: order[one.level])
    for verdict in unsure:
        missing = [key for key in verdict.missing if rules.questions[key].options or key == "industry"]
        if missing:
            moving = {change.input for change in verdict.changes}
            return max(missing, key=lambda key: (key in moving, _worth(rules, verdict, key)))
    return ""


def _worth(rules: Rules, verdict: Verdict, key: str) -> int:
    """Points that the answer would bring; the industry places both axes at once."""
    if verdict.topic == "maturity":
        return -verdict.missing.index(key)
    lines = rules.stage if verdict.topic == "stage" else [*rules.penetration, *rules.frequency]
    return sum(line.weight for line in lines if line.id == key)
