"""Typed results of selecting people. Counts are exact; who may see small ones is decided where they are shown."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from tools.results import Bilingual, Evidence, Frozen, Unit
from tools.selection.reading import Question, Understood
from tools.selection.rule import Condition, Group, Rule


class Exclusion(Frozen):
    """People left out, with the reason that they are counted under."""

    name: str
    rule: Rule


class Definition(Frozen):
    """What a segment is: its rule, and who is left out of it."""

    rule: Rule = Group()
    exclusions: list[Exclusion] = []

    @property
    def whole(self) -> Rule:
        """One rule that selects the same people."""
        if not self.exclusions:
            return self.rule
        return Group(all=[self.rule], none=[exclusion.rule for exclusion in self.exclusions])


class Excluded(Frozen):
    """Customers who met the rule and were left out, each under the first reason that held."""

    reason: str
    customers: int


class ListMatch(Frozen):
    """How many entries of a named list are customers on file, by number, phone or e-mail."""

    name: str
    entries: int
    matched: int


class Cut(Frozen):
    """What a share comes to in the data: "top 20 % by spend" is 812.50 and more."""

    condition: Condition
    words: Bilingual
    value: float | None


class ProfileFigure(Frozen):
    """One figure of the selected customers beside the rest; None where there is nobody."""

    name: Literal["aov", "orders_per_customer", "revenue_per_customer", "recency_days"]
    unit: Unit
    value: float | None
    rest: float | None


class ProfileRow(Frozen):
    """How frequent one value is among the selected, against the rest."""

    trait: str
    value: str
    customers: int
    share: float
    rest_share: float
    index: float | None
    """Share over the rest's share: 1.2 = a fifth more frequent; None where nobody of the rest has it."""
    significant: bool
    """Whether the difference is beyond chance (two-proportion z-test, 5 %, at least 5 expected in each cell)."""


class Reach(Frozen):
    """Selected customers with consent for one channel."""

    channel: Literal["sms", "push", "wecom", "email"]
    customers: int
    share: float


class Base(Frozen):
    """Of whom a share is told."""

    words: Bilingual
    asked: Bilingual
    """What the selected fulfil besides."""
    customers: int
    share: float | None
    """The selected over these; None where there is nobody."""


class Selection(Evidence):
    """Who a rule selects, as aggregates."""

    kind: Literal["selection"] = "selection"
    name: str = ""
    """Saved segment; "" for a preview."""
    version: int | None = None
    rule: Rule
    words: Bilingual
    """The rule as it was understood."""
    exclusions: list[Exclusion] = []
    customers: int
    everybody: int
    share: float
    revenue_share: float
    """Of what all customers paid to date."""
    matched: int
    """Customers who meet the rule, before exclusions; minus those excluded it is `customers`."""
    excluded: list[Excluded] = []
    lists: list[ListMatch] = []
    """Every list that the rule or an exclusion names."""
    base: Base | None = None
    cuts: list[Cut] = []
    understood: list[Understood] = []
    unknown: list[str] = []
    """Words that no condition stands for; they block saving until they are acknowledged."""
    questions: list[Question] = []
    figures: list[ProfileFigure] = []
    profile: list[ProfileRow] = []
    reach: list[Reach] | None = None
    """None where no consents are loaded."""


class OverlapRow(Frozen):
    """How many customers a selection shares with another group."""

    kind: Literal["segment", "tier"]
    name: str
    customers: int
    """Size of the other group."""
    both: int
    share: float
    """Of the selection that is in the other group."""
    jaccard: float
    """Both over either."""


class Overlap(Evidence):
    """A selection against saved segments and tiers."""

    kind: Literal["segment_overlap"] = "segment_overlap"
    name: str
    rows: list[OverlapRow]


class Saved(Frozen):
    """One version of a saved segment."""

    name: str
    version: int
    said: str = ""
    """Plain words it was made from; "" for a rule that was written."""
    definition: Definition
    words: Bilingual
    owner: str = ""
    data_day: date
    customers: int
    """Size when it was saved."""
    generation: str
    saved_at: datetime


class SegmentList(Evidence):
    """The saved segments, each in its newest version."""

    kind: Literal["segment_list"] = "segment_list"
    rows: list[Saved]
