"""Selections in words: for people, and, with small counts hidden, for a model."""

from __future__ import annotations

from collections.abc import Callable

from copilot.catalogue import text
from copilot.formatting import figure
from tools.catalog import dimensions
from tools.results import Bilingual
from tools.selection.results import ListMatch, Overlap, Saved, SegmentList, Selection
from tools.small_groups import LEAST
from tools.traits.catalog import builtin

_JOINT = {"zh": "、", "en": ", "}


def segment_lines(item: Selection, language: str, *, exact: bool = True) -> list[str]:
    """What a selection is, one statement a line; not `exact` hides counts below ten, as a model must read them."""
    say = _Say(language, exact=exact)
    lines = [say.lead(item), *say.of_base(item), *say.left_out(item), *say.understanding(item)]
    if not item.customers:
        return [*lines, text("segment.none", language)]
    if not exact and item.customers < LEAST:
        return lines  # shares and averages of so few would tell them one by one
    return [*lines, *say.profile(item)]


def understood_lines(item: Selection, language: str) -> list[str]:
    """What shares come to, which defaults were taken, and what is still open, one statement a line."""
    return _Say(language, exact=True).understanding(item)


def overlap_lines(item: Overlap, language: str, *, exact: bool = True) -> list[str]:
    return [_Say(language, exact=exact).overlap(row) for row in item.rows]


def list_lines(item: SegmentList, language: str, *, exact: bool = True) -> list[str]:
    if not item.rows:
        return [text("segment.no_segments", language)]
    return [_Say(language, exact=exact).saved(row) for row in item.rows]


def customers(count: int, language: str) -> str:
    return text("segment.customer" if count == 1 else "segment.customers", language, n=f"{count:,}")


class _Say:
    def __init__(self, language: str, exact: bool) -> None:
        self._language = language
        self._exact = exact

    def __call__(self, key: str, **params: object) -> str:
        return text(f"segment.{key}", self._language, **params)

    def count(self, number: int) -> str:
        return self("few") if not self._exact and 0 < number < LEAST else f"{number:,}"

    def people(self, number: int) -> str:
        if not self._exact and 0 < number < LEAST:
            return self("customers", n=self("few"))
        return customers(number, self._language)

    def words(self, said: Bilingual) -> str:
        return getattr(said, self._language)

    def joined(self, parts: list[str]) -> str:
        return _JOINT[self._language].join(parts)

    def hidden(self, number: int) -> bool:
        return not self._exact and 0 < number < LEAST

    def lead(self, item: Selection) -> str:
        named = self("named", name=item.name, version=item.version) if item.name else ""
        words = self.words(item.words)
        words = f"{named} ({words})" if named else words
        share, revenue = ("—", "—") if self.hidden(item.customers) else (item.share, item.revenue_share)
        shown = [
            figure(each, "percent", self._language) if not isinstance(each, str) else each for each in (share, revenue)
        ]
        return self("lead", words=words, customers=self.people(item.customers), share=shown[0], revenue=shown[1])

    def of_base(self, item: Selection) -> list[str]:
        base = item.base
        if base is None:
            return []
        told = base.share is not None and not self.hidden(item.customers) and not self.hidden(base.customers)
        share = figure(base.share, "percent", self._language) if told else "—"
        return [self("base", words=self.words(base.words), customers=self.people(base.customers), share=share)]

    def left_out(self, item: Selection) -> list[str]:
        lists = [self.listed(row) for row in item.lists]
        if not item.excluded:
            return lists
        reasons = [self("reason", reason=row.reason, customers=self.count(row.customers)) for row in item.excluded]
        left = item.matched - item.customers
        reasons = self.joined(reasons)
        return [self("kept", matched=self.count(item.matched), left=self.count(left), reasons=reasons), *lists]

    def listed(self, row: ListMatch) -> str:
        key = "list_matched" if row.matched else "list_unmatched"
        return self(key, name=row.name, matched=self.count(row.matched), entries=self.count(row.entries))

    def understanding(self, item: Selection) -> list[str]:
        lines = [
            self("cut", words=self.words(cut.words), value=self._cut(cut.condition.op, cut.value)) for cut in item.cuts
        ]
        lines += [
            self("assumed", words=part.words, meaning=self(f"meaning.{key}"))
            for part in item.understood
            for key in part.assumed
        ]
        lines += [self("question", words=each.words, meaning=self._proposed(item, each.condition),
                       value=self._cut(each.condition.op, each.value)) for each in item.questions]  # fmt: skip
        return lines + ([self("unknown", words=self.joined(item.unknown))] if item.unknown else [])

    def _proposed(self, item: Selection, condition: object) -> str:
        return next((self.words(cut.words) for cut in item.cuts if cut.condition == condition), "")

    def _cut(self, op: str, value: float | None) -> str:
        if value is None:
            return self("nobody")
        return self("at_least" if op == ">=" else "at_most", value=f"{value:,.2f}".rstrip("0").rstrip("."))

    def profile(self, item: Selection) -> list[str]:
        rest = item.everybody - item.customers
        told = [] if self.hidden(rest) else [
            self("figure", title=self(f"metric.{row.name}"), value=figure(row.value, row.unit, self._language),
                 rest=figure(row.rest, row.unit, self._language))
            for row in item.figures
        ]  # fmt: skip
        lines = [f"{self('profile')}: {'; '.join(told)}"] if told and rest else []
        for trait in dict.fromkeys(row.trait for row in item.profile):
            shown = [
                row for row in item.profile if row.trait == trait and row.customers and not self.hidden(row.customers)
            ]
            if shown:
                lines.append(self("mix", title=_trait_title(trait, self._language),
                                  rows=self.joined([self._mix(row) for row in shown])))  # fmt: skip
        if item.reach is not None:
            rows = [
                self("reach_row", channel=_channel(row.channel, self._language), customers=self.count(row.customers))
                for row in item.reach
            ]
            lines.append(self("reach", rows=self.joined(rows)))
        return lines + ([self("small")] if "small_sample" in item.notes else [])

    def _mix(self, row) -> str:  # noqa: ANN001
        index = "—" if row.index is None else f"{row.index:.2f}"
        chance = "" if row.significant or row.index is None else self("chance")
        return self("mix_row", value=_value_title(row.trait, row.value, self._language),
                    share=figure(row.share, "percent", self._language), index=index, chance=chance)  # fmt: skip

    def overlap(self, row) -> str:  # noqa: ANN001
        tier = row.kind == "tier"
        other = _value_title("tier", row.name, self._language) if tier else self("of_segment", name=row.name)
        hidden = self.hidden(row.both) or self.hidden(row.customers)
        share = "—" if hidden else figure(row.share, "percent", self._language)
        return self("overlap", other=other, customers=self.people(row.customers), both=self.count(row.both),
                    share=share, jaccard="—" if hidden else f"{row.jaccard:.2f}")  # fmt: skip

    def saved(self, row: Saved) -> str:
        return self("list_row", name=row.name, version=row.version, day=row.data_day,
                    customers=self.people(row.customers), words=self.words(row.words))  # fmt: skip


def version_lines(saved: list[Saved], changes: Callable[[int, int], tuple[list[Bilingual], list[Bilingual]]],
                  language: str) -> list[str]:  # fmt: skip
    """The versions of a segment, the newest first, each with what it changed."""
    say = _Say(language, exact=True)
    lines = []
    for row in reversed(saved):
        at, owner = row.saved_at.date().isoformat(), row.owner or say("owner_unset")
        lines.append(say("version", version=row.version, at=at, owner=owner, customers=say.people(row.customers)))
        if row.version > 1:
            added, removed = changes(row.version - 1, row.version)
            lines += [say("added", words=say.words(words)) for words in added]
            lines += [say("removed", words=say.words(words)) for words in removed]
    return lines


def _trait_title(trait: str, language: str) -> str:
    return getattr(builtin().traits[trait].title, language)


def _value_title(trait: str, value: str, language: str) -> str:
    known = (
        {each.name: getattr(each.title, language) for each in dimensions()["tier"].values} if trait == "tier" else {}
    )
    return known.get(value, value)


def _channel(channel: str, language: str) -> str:
    return text(f"draft.channel.{channel}", language)
