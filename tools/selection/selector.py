"""Selecting people in one generation of data: who meets a definition, how they compare, whom they overlap with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _
from ibis.expr.types import Table

from tools import catalog as metric_catalog
from tools.compiled import EXPRESSIONS
from tools.engines.engine import Frame
from tools.results import TIERS, Bilingual, Window
from tools.selection import profile
from tools.selection.check import Known, checked
from tools.selection.members import People, cuts, key_of, list_matches, shares, with_cuts
from tools.selection.results import Cut, Definition, Excluded, ListMatch, Overlap, OverlapRow, Selection
from tools.selection.rule import Condition, Group, Rule
from tools.selection.values import TraitValues
from tools.selection.wording import rule_words
from tools.tables import table
from tools.traits.build import TraitRef
from tools.traits.tagging import Tagging
from tools.traits.trait import TraitCatalog
from tools.warehouse import Warehouse

KEPT = ""
"""Reason of those who are not left out."""


@dataclass(frozen=True)
class Names:
    """What a rule may name besides traits: saved segments and lists of people."""

    segment: Callable[[str], Rule]
    """Rule of a saved segment, what it leaves out included. Raises BadArgument for an unknown one."""
    entries: Callable[[str], pa.Table]
    """Entries of a list, see `SegmentStore.entries`."""
    segments: Sequence[str] = ()
    lists: Sequence[str] = ()


@dataclass(frozen=True)
class Members:
    """Who meets a definition: `frame` has customer_id and the reason for leaving them out ("" for none)."""

    frame: pa.Table
    everybody: int
    definition: Definition
    """With every value in the data's own spelling."""
    cuts: list[Cut]
    query: str
    lists: Mapping[str, pa.Table] = field(default_factory=dict)
    """The lists that the definition names, by name."""

    @cached_property
    def selected(self) -> pa.Table:
        """Column customer_id: those who are not left out."""
        return kept(self.frame)


def kept(frame: pa.Table) -> pa.Table:
    """Column customer_id of the rows of a membership that are not left out."""
    return frame.filter(pc.equal(frame["reason"], KEPT)).select(["customer_id"])


def left_out(frame: pa.Table, definition: Definition) -> list[Excluded]:
    """How many of a membership each exclusion leaves out."""
    counted = {row["values"]: row["counts"] for row in frame["reason"].value_counts().to_pylist()}
    return [
        Excluded(reason=exclusion.name, customers=counted.get(str(place), 0))
        for place, exclusion in enumerate(definition.exclusions)
    ]


class Selector:
    """Evaluates definitions on one warehouse, on the last day of its data."""

    def __init__(self, warehouse: Warehouse, tagging: Callable[[], Tagging]) -> None:
        """`tagging()` gives the traits as they are defined now: a brand may change its tags meanwhile."""
        self._warehouse = warehouse
        self._tagging_now = tagging
        self.values = TraitValues(warehouse)

    @property
    def _tagging(self) -> Tagging:
        return self._tagging_now()

    @property
    def catalog(self) -> TraitCatalog:
        return self._tagging.catalog

    @property
    def counted_by(self) -> str:
        """What one customer is: account or person."""
        return self._warehouse.count_by

    @property
    def last_day(self) -> date:
        return self._warehouse.last_day

    @property
    def first_day(self) -> date:
        return self._warehouse.first_day

    @cached_property
    def loaded(self) -> str:
        """Tells this data from other data under the same generation number: how many loads, and when the last was."""
        loads = table("loads")
        (row,) = self._warehouse.run(loads.agg(count=loads.count(), last=loads.loaded_at.max())).records
        return f"{row['count']}-{row['last']:%Y%m%dT%H%M%S%f}" if row["last"] else str(row["count"])

    def members(self, definition: Definition, names: Names) -> Members:
        """Who meets a definition. Raises BadArgument or NoData naming the condition that cannot be evaluated."""
        known = self._known(names)
        definition = Definition(
            rule=checked(definition.rule, known),
            exclusions=[each.model_copy(update={"rule": checked(each.rule, known)}) for each in definition.exclusions],
        )
        people = People(self._tagging, self._warehouse.last_day, self._warehouse.first_day, names.segment)
        rules = [people.unfolded(rule) for rule in (definition.rule, *(each.rule for each in definition.exclusions))]
        lists = {name: names.entries(name) for name in _lists(rules)}
        beside = {f"list:{name}": entries for name, entries in lists.items()}
        found, explicit = self._explicit(rules, people)
        rows, query = self._rows(explicit, people)
        reason = [(people.holds(rule, rows), str(place)) for place, rule in enumerate(explicit[1:])]
        told = ibis.cases(*reason, else_=KEPT) if reason else ibis.literal(KEPT)
        marked = rows.select("customer_id", reason=told, matched=people.holds(explicit[0], rows))
        matched = marked.filter(marked.matched).select("customer_id", "reason")
        met = self._warehouse.whole(matched, beside | {"profile_base": self._base.rows})
        return Members(met.rows, self._everybody, definition, found, ";\n\n".join([*query, met.sql]), lists)

    def _rows(self, rules: list[Rule], people: People) -> tuple[Table, list[str]]:
        """The traits that rules name, of every customer: from the remembered base where it has them all.

        With it comes the query that the base is from.
        """
        conditions = [condition for rule in rules for _place, condition in rule.conditions()]
        held = {*profile.MIX, *profile.WHOLE} & {*self._base.rows.column_names}
        if not self._warehouse.engine.unchanging or any(each.trait not in held or each.window for each in conditions):
            return people.table(conditions), []
        return profile.base_frame(self._base.rows.column_names), [self._base.sql]

    def describe(self, members: Members) -> Selection:
        """The aggregates of a membership: size, profile against the rest, reach."""
        selected = members.selected
        base = self._base.rows
        columns = tuple(base.column_names)
        frame = profile.base_frame(base.column_names, inside="boolean")
        inside = pc.is_in(base["customer_id"], value_set=selected["customer_id"].combine_chunks())
        beside = {"profile_base": base.append_column("inside", inside)}
        totals = EXPRESSIONS.get(("totals", columns), lambda: profile.totals(frame))
        sums = self._warehouse.run(totals, beside)
        inside, rest = (_row(sums.records, flag) for flag in (True, False))
        size = selected.num_rows
        traits = [name for name in profile.MIX if name in base.column_names]
        mix = EXPRESSIONS.get(("mix", columns), lambda: profile.mix(frame, traits))
        counted = self._warehouse.run(mix, beside).records
        paid = [float(row["revenue"] or 0) if row else 0.0 for row in (inside, rest)]
        return Selection(
            metric="selection", unit="customers", value=size, n=members.everybody, window=self._window,
            as_of=self._warehouse.last_day, definition=metric_catalog.definition("selection"), query=members.query,
            counted_by=self._warehouse.count_by, notes=_notes(size), rule=members.definition.rule,
            words=rule_words(members.definition.rule, self._tagging.catalog), exclusions=members.definition.exclusions,
            customers=size, everybody=members.everybody, share=size / members.everybody if members.everybody else 0.0,
            revenue_share=paid[0] / sum(paid) if sum(paid) else 0.0, matched=members.frame.num_rows,
            excluded=left_out(members.frame, members.definition), cuts=members.cuts,
            lists=[self._matches(name, entries) for name, entries in members.lists.items()],
            figures=profile.figures(inside, rest),
            profile=profile.profile_rows(counted, size, members.everybody - size),
            reach=profile.reach(inside, size) if self._warehouse.has("consents") else None,
        )  # fmt: skip

    def _matches(self, name: str, entries: pa.Table) -> ListMatch:
        people = ibis.table({"customer_id": "string"}, name="everybody")
        beside = {f"list:{name}": entries, "everybody": self._base.rows.select(["customer_id"])}
        (row,) = self._warehouse.run(list_matches(name, people), beside).records
        return ListMatch(name=name, **row)

    def overlap(self, name: str, members: Members, others: Mapping[str, Members]) -> Overlap:
        """What a selection shares with other selections and with each tier."""
        selected = members.selected
        rows = [
            self._shared("segment", other, selected, found.selected["customer_id"]) for other, found in others.items()
        ]
        for tier in TIERS:
            base = self._base.rows
            ids = base.filter(pc.equal(base["tier"], tier))["customer_id"]
            rows.append(self._shared("tier", tier, selected, ids))
        return Overlap(
            metric="segment_overlap", unit="customers", value=selected.num_rows, n=members.everybody,
            window=self._window, as_of=self._warehouse.last_day, query=members.query, name=name, rows=rows,
            definition=metric_catalog.definition("segment_overlap"), counted_by=self._warehouse.count_by,
        )  # fmt: skip

    def rows(self, selected: pa.Table, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The selected customers with columns of the customers table, by customer number; for a file only."""
        customers = table("customers").group_by("customer_id").agg(**{name: _[name].max() for name in columns[1:]})
        people = profile.SELECTED.left_join(customers, "customer_id", rname="{name}_known")
        return self._warehouse.stream(people.select(*columns).order_by("customer_id"), {"selected": selected})

    def share(self, condition: Condition) -> float | None:
        """What a condition's share comes to in the data."""
        people = People(self._tagging, self._warehouse.last_day, self._warehouse.first_day, lambda name: Group())
        (row,) = self._warehouse.run(cuts([condition], people)).records
        return row["cut_0"]

    @staticmethod
    def _shared(kind: str, name: str, selected: pa.Table, other: pa.ChunkedArray) -> OverlapRow:
        both = pc.sum(pc.is_in(selected["customer_id"], value_set=other.combine_chunks())).as_py() or 0
        either = selected.num_rows + len(other) - both
        return OverlapRow(
            kind=kind, name=name, customers=len(other), both=both,
            share=both / selected.num_rows if selected.num_rows else 0.0, jaccard=both / either if either else 0.0,
        )  # fmt: skip

    def _explicit(self, rules: list[Rule], people: People) -> tuple[list[Cut], list[Rule]]:
        """What each share in the rules comes to, and the rules with that in its place."""
        asked = {key_of(condition): condition for rule in rules for condition in shares(rule)}
        if not asked:
            return [], rules
        (row,) = self._warehouse.run(cuts(list(asked.values()), people)).records
        values = {key: row[f"cut_{number}"] for number, key in enumerate(asked)}
        found = [
            Cut(condition=condition, words=self._words(condition), value=values[key])
            for key, condition in asked.items()
        ]
        return found, [with_cuts(rule, values) for rule in rules]

    def _words(self, condition: Condition) -> Bilingual:
        return rule_words(Group(all=[condition]), self._tagging.catalog)

    def _known(self, names: Names) -> Known:
        return Known(
            catalog=self._tagging.catalog, as_of=self._warehouse.last_day, first_day=self._warehouse.first_day,
            spelling=self.values.spelling, values=self.values.some, missing=self._tagging.lacking,
            names={"segment": list(names.segments), "list": list(names.lists)},
        )  # fmt: skip

    @property
    def _window(self) -> Window:
        return Window(start=None, end=self._warehouse.last_day, label="all")

    @property
    def _everybody(self) -> int:
        return self._base.rows.num_rows

    @cached_property
    def _base(self) -> Frame:
        """Every customer with what a profile is counted on: each preview needs it."""
        wanted = [*profile.MIX, *(f"consent_{channel}" for channel in profile.CONSENTS), *profile.MEASURES]
        catalog = self._tagging.catalog
        usable = [name for name in wanted if not self._tagging.lacking(catalog.traits[name])]
        rows = self._tagging.table([TraitRef(name) for name in usable], self._warehouse.last_day)
        return self._warehouse.told(profile.base(rows))


def _row(records: list[Mapping], inside: bool) -> Mapping | None:
    return next((row for row in records if row["inside"] is inside), None)


def _lists(rules: list[Rule]) -> list[str]:
    named = [condition.value for rule in rules for _place, condition in rule.conditions() if condition.trait == "list"]
    return list(dict.fromkeys(str(name) for value in named for name in (value if isinstance(value, list) else [value])))


SMALL = 30


def _notes(size: int) -> list[str]:
    return ["empty"] if not size else ["small_sample"] if size < SMALL else []
