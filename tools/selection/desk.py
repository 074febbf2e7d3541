"""Selecting people from words to file: read, preview, save, compare, export; what every face of the product calls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from tools import catalog as metric_catalog
from tools.errors import BadArgument
from tools.results import Bilingual, Frozen, Window
from tools.roles import Role, require
from tools.selection.export import Exported, columns_for, write_export
from tools.selection.lists import read_list
from tools.selection.reading import MarkedReading, Reading, RuleReader
from tools.selection.results import Base, Definition, Exclusion, Overlap, Saved, SegmentList, Selection
from tools.selection.rule import Condition, Group, Node, Rule, tidy
from tools.selection.selector import Members, Names, Selector, kept, left_out
from tools.selection.store import SegmentStore
from tools.selection.wording import rule_words


class Change(Frozen):
    """What one version of a segment has that another has not, in words."""

    name: str
    before: int
    after: int
    added: list[Bilingual]
    removed: list[Bilingual]


class SegmentDesk:
    """Selections over one generation of data, with the workspace's saved segments and lists."""

    def __init__(self, selector: Selector, store: SegmentStore, generation: str, role: Role = "operator") -> None:
        """`generation` tells this data from any loaded later; a data directory made anew may give the name again.
        `role` is whose desk it is."""
        self._selector = selector
        self._role: Role = role
        self._store = store
        self._generation = f"{generation}-{selector.loaded}"

    @property
    def _names(self) -> Names:
        return Names(
            segment=lambda name: self._store.get(name).definition.whole, entries=self._store.entries,
            segments=self._store.names(), lists=self._store.list_names(),
        )  # fmt: skip

    def read(self, words: str) -> Reading:
        """The rule that plain words ask for; proposals of its questions are looked up in the data."""
        reading = self._reader.read(words)
        questions = [
            each.model_copy(update={"value": self._selector.share(each.condition)}) for each in reading.questions
        ]
        return reading.model_copy(update={"questions": questions})

    def read_marks(self, marks: Sequence[tuple[str, str, bool]]) -> MarkedReading:
        """The rule that marked words ask for."""
        return self._reader.read_marks(marks)

    @property
    def _reader(self) -> RuleReader:
        key = (tuple(self._store.names()), tuple(self._store.list_names()), tuple(self._selector.catalog.traits))
        if self._compiled is None or self._compiled[0] != key:
            reader = RuleReader(
                self._selector.catalog, self._values, as_of=self._selector.last_day,
                first_day=self._selector.first_day, segments=key[0], lists=key[1],
            )  # fmt: skip
            self._compiled = (key, reader)
        return self._compiled[1]

    _compiled: tuple[tuple, RuleReader] | None = None

    @cached_property
    def _values(self) -> dict[str, list[str]]:
        return self._selector.values.dimensions

    def keep_list(self, file: Path, at: datetime) -> str:
        """Keep a file of customer numbers, phones or e-mails as a list of the file's name; returns that name.

        Raises NotAllowed for a role that may not.
        """
        require(self._role, "save")
        self._store.keep_list(file.stem, read_list(file), at)
        return file.stem

    def exclusions(self, given: Sequence[str]) -> list[Exclusion]:
        """Exclusions named by a list, a saved segment, or in plain words.

        Raises BadArgument for words that are not understood whole.
        """
        return [self._exclusion(each) for each in given]

    def _exclusion(self, given: str) -> Exclusion:
        for trait, names in (("list", self._store.list_names()), ("segment", self._store.names())):
            if given in names:
                return Exclusion(name=given, rule=Group(all=[Condition(trait=trait, op="in", value=[given])]))
        reading = self.read(given)
        if not reading.settled:
            known = [*self._store.list_names(), *self._store.names()]
            raise BadArgument("exclusion_unclear", given=given, alternatives=known[:20])
        return Exclusion(name=given, rule=reading.rule)

    def preview(self, words: str = "", rule: Rule | None = None, exclusions: Sequence[Exclusion] = (),
                of: str = "") -> Selection:  # fmt: skip
        """Who plain words, or a rule, select: size, profile, reach, and what was (not) understood of the words.

        With `of`, plain words too, only of those people, and what share of them they are.

        Raises BadArgument for words of which nothing was understood, NotAllowed for a role that may not select people.
        """
        require(self._role, "select")
        reading = None if rule is not None else self.read(words)
        if reading and reading.rule.empty and words.strip() and reading.unknown:
            raise BadArgument("selection_not_understood", words=" · ".join(reading.unknown))
        asked, base = reading.rule if reading else rule, self._of(of)
        whole = tidy(Group(all=[base, asked])) if base else asked
        definition = Definition(rule=whole, exclusions=list(exclusions))
        found = self._selector.describe(self._selector.members(definition, self._names))
        if base is not None:
            found = found.model_copy(update={"base": self._base(base, asked, found.customers)})
        if reading is None:
            return found
        told = {"understood": reading.understood, "unknown": reading.unknown, "questions": reading.questions}
        return found.model_copy(update=told)

    def _of(self, words: str) -> Rule | None:
        """Raises BadArgument for words that are not understood whole."""
        if not words.strip():
            return None
        reading = self.read(words)
        if not reading.settled:
            raise BadArgument("selection_not_understood", words=" · ".join(reading.unknown) or words)
        return reading.rule

    def _base(self, base: Rule, asked: Rule, both: int) -> Base:
        customers = self._selector.members(Definition(rule=base), self._names).selected.num_rows
        words = [rule_words(rule, self._selector.catalog) for rule in (base, asked)]
        return Base(words=words[0], asked=words[1], customers=customers, share=both / customers if customers else None)

    def save(self, name: str, selection: Selection, *, said: str = "", owner: str = "", at: datetime,
             acknowledged: bool = False) -> Saved:  # fmt: skip
        """Save what was previewed as the next version of `name`.

        Raises BadArgument while words are not understood or values only proposed, unless that is acknowledged, and
        for a segment within itself; NotAllowed for a role that may not.
        """
        require(self._role, "save")
        if not acknowledged:
            _check_clear(selection, "selection_unclear")
        self._check_is_no_value(name)
        definition = _definition(selection)
        self._check_cycle(name, definition.whole)
        return self._store.save(Saved(
            name=name, version=1, said=said, definition=definition, words=self._definition_words(definition),
            owner=owner, data_day=selection.as_of, customers=selection.customers, generation=self._generation,
            saved_at=at,
        ))  # fmt: skip

    def _definition_words(self, definition: Definition) -> Bilingual:
        return rule_words(definition.rule, self._selector.catalog)

    def _check_is_no_value(self, name: str) -> None:
        """A segment of that name would hide the value from every reader of plain words."""
        if any(name.casefold() == value.casefold() for values in self._values.values() for value in values):
            raise BadArgument("segment_name_is_value", given=name)

    def _check_cycle(self, name: str, rule: Rule, through: frozenset[str] = frozenset()) -> None:
        for _place, condition in rule.conditions():
            if condition.trait != "segment":
                continue
            for other in condition.value if isinstance(condition.value, list) else [condition.value]:
                if other == name:
                    raise BadArgument("segment_cycle", given=name)
                if other not in through:
                    self._check_cycle(name, self._store.get(str(other)).definition.whole, through | {str(other)})

    def saved(self, name: str) -> Saved:
        """A saved segment ("name" or "name@2"). Raises BadArgument for an unknown one."""
        return self._store.get(name)

    def versions(self, name: str) -> list[Saved]:
        return self._store.versions(name)

    def show(self, name: str) -> Selection:
        """A saved segment evaluated on the data as it is now."""
        require(self._role, "select")
        saved = self._store.get(name)
        found = self._selector.describe(self._members(saved))
        return found.model_copy(update={"name": saved.name, "version": saved.version})

    def list(self) -> SegmentList:
        """The saved segments."""
        rows = self._store.newest()
        return SegmentList(
            metric="segment_list", unit="items", value=len(rows), n=len(rows), rows=rows,
            window=Window(start=None, end=self._selector.last_day, label="all"), as_of=self._selector.last_day,
            definition=metric_catalog.definition("segment_list"), query="", notes=[] if rows else ["empty"],
        )  # fmt: skip

    def difference(self, name: str, before: int, after: int) -> Change:
        """What changed between two versions of a segment, condition by condition."""
        old, new = (self._parts(self._store.get(name, version).definition) for version in (before, after))
        return Change(
            name=name, before=before, after=after,
            added=[words for key, words in new.items() if key not in old],
            removed=[words for key, words in old.items() if key not in new],
        )  # fmt: skip

    def _parts(self, definition: Definition) -> dict[str, Bilingual]:
        """Every part of a definition that stands by itself, in words."""
        rule = definition.rule
        alone: list[Node] = [
            *rule.all,
            *([Group(any=rule.any)] if rule.any else []),
            *(Group(none=[node]) for node in rule.none),
        ]
        found = {node.model_dump_json(): rule_words(Group(all=[node]), self._selector.catalog) for node in alone}
        for exclusion in definition.exclusions:
            left_out = Group(none=[exclusion.rule])
            found[exclusion.model_dump_json()] = rule_words(left_out, self._selector.catalog)
        return found

    def overlap(self, name: str, others: Sequence[str] = ()) -> Overlap:
        """A saved segment against other saved ones (all by default) and the tiers."""
        require(self._role, "select")
        chosen = [self._store.get(other).name for other in others] or [
            each for each in self._store.names() if each != name
        ]
        members = {other: self._members(self._store.get(other)) for other in chosen}
        return self._selector.overlap(name, self._members(self._store.get(name)), members)

    def overlap_of(self, selection: Selection, others: Sequence[str]) -> Overlap:
        """A previewed selection against saved segments and the tiers."""
        definition = _definition(selection)
        found = {other: self._members(self._store.get(other)) for other in others or self._store.names()}
        return self._selector.overlap(selection.name, self._selector.members(definition, self._names), found)

    def members(self, definition: Definition) -> Members:
        """Who meets a definition on the data as it is now."""
        return self._selector.members(definition, self._names)

    def _members(self, saved: Saved) -> Members:
        return self.members(saved.definition)

    def export(self, selection: Selection, path: Path, *, role: Role, personal: bool = False, at: datetime,
               acknowledged: bool = False) -> Exported:  # fmt: skip
        """Write the members of a saved segment (as first exported on this data) or of a preview to CSV or XLSX.

        Raises BadArgument where the role may not, the format is unknown, or, unless that is acknowledged, words of a
        preview are not understood or values only proposed.
        """
        if not (selection.version or acknowledged):
            _check_clear(selection, "export_unclear")
        columns = columns_for(role, personal)
        members = self._frame(selection)
        selected = kept(members)
        manifest = self._manifest(selection, members, at) | {"role": role, "personal_data": personal}
        return write_export(path, columns, self._selector.rows(selected, columns), manifest)

    def _frame(self, selection: Selection) -> pa.Table:
        """The membership to export, exclusions marked.

        Who meets the rule of a saved version stays as it was at the first export; who is left out never does: whoever
        has opted out since must not be in the file.
        """
        frozen = None
        if selection.version:
            frozen = self._store.frozen(selection.name, selection.version, self._generation)
        if frozen is not None:
            return self._marked(frozen, selection)
        found = self._selector.members(_definition(selection), self._names).frame
        if not selection.version:
            return found
        return self._store.freeze(selection.name, selection.version, self._generation, found)

    def _marked(self, frozen: pa.Table, selection: Selection) -> pa.Table:
        """The frozen members with the reasons that the exclusions, as they are now, leave them out for."""
        everybody = Definition(exclusions=selection.exclusions)
        reasons = self._selector.members(everybody, self._names).frame
        return frozen.select(["customer_id"]).join(reasons, "customer_id", join_type="inner")

    def _manifest(self, selection: Selection, members: pa.Table, at: datetime) -> dict[str, Any]:
        excluded = left_out(members, _definition(selection))
        return {
            "segment": selection.name or None, "version": selection.version, "rule": selection.rule.dump(),
            "rule_words": selection.words.model_dump(), "data_day": selection.as_of.isoformat(),
            "data_generation": self._generation, "customers": kept(members).num_rows, "matched": members.num_rows,
            "excluded": {row.reason: row.customers for row in excluded}, "exported_at": at.isoformat(),
            "cuts": [{"words": cut.words.model_dump(), "value": cut.value} for cut in selection.cuts],
            "counted_by": selection.counted_by,
        }  # fmt: skip


def _definition(selection: Selection) -> Definition:
    return Definition(rule=selection.rule, exclusions=selection.exclusions)


def _check_clear(selection: Selection, code: str) -> None:
    """Raises BadArgument where words of a selection are not understood or values only proposed."""
    open_points = [*selection.unknown, *(question.words for question in selection.questions)]
    if open_points:
        raise BadArgument(code, words=" · ".join(open_points))
