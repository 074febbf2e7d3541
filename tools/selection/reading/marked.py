"""What marked words ask for: each mark says of which kind its condition is, so that only the days, names and numbers in
it need to be read ("<not haven't been back since July>" is no order since July, however it is said).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tools.calendar import Span
from tools.selection.reading.figures import LISTED, compared
from tools.selection.reading.parts import Parts
from tools.selection.reading.scan import Number
from tools.selection.reading.times import all_before, rest_after
from tools.selection.rule import Condition, Group, Node, Op
from tools.traits.trait import TraitCatalog

KINDS = (
    "did", "not", "again", "first", "last", "only", "once", "joined", "is", "is.not", "can", "cannot", "refund",
    "refund.not", "aov", "order", "cart", "msg", "habit", "other",
)  # fmt: skip
"""Kinds of marks; evals/README.md says what each is of."""
BUYING = frozenset({"did", "not", "again", "first", "last", "only", "once", "joined"})
"""Those of what somebody bought, or when."""
_BOUGHT = {"category": "bought_category", "product": "bought_product", "channel": "bought_channel"}
_COUNTED = {"category": "categories", "channel": "channels"}
_DAYS = {"days": 1, "weeks": 7, "months": 30, "quarters": 91, "years": 365}
_YEARS = range(2000, 2100)
_CARTED = {
    r"加购|加进?了?购物|购物车|\b(?:cart|basket|bag)": "carts", r"收藏|favou?rit|wish ?list|\bsaved": "favourites",
    r"浏览|看|\bview|\blooked|\bbrows": "views",
}  # fmt: skip
_MESSAGED = {
    r"收到|[推发]|\b(?:got|get|received|sent|hit|reached)\b": "touches",
    r"退订|\b(?:unsubscrib|opt)": "unsubscribes",
    r"点(?!开)|\b(?:click|tap)": "clicked",
    r"打开|[点没]开|[看读]|\b(?:open|read|saw|seen|looked)": "opened",
}
"""Words for what was done, and the trait that counts it; where none is said it is the first."""
_SENT_TOO = frozenset({"opened", "clicked"})
_NOT = re.compile(r"[没未]|n['’]t\b|\b(?:not|never|no|without|didnt|havent)\b")
_MONEY_FROM = 50
"""A bare number from which it is money where something is paid."""


@dataclass(frozen=True)
class Before:
    """What the marks before one say."""

    kind: str = ""
    span: Span | None = None
    values: tuple[str, ...] = ()
    """Dimensions of the names in it."""


class MarkReader:
    """Reads the marks of one clause one after another."""

    def __init__(self, catalog: TraitCatalog, as_of: date, first_day: date) -> None:
        self._catalog = catalog
        self._as_of = as_of
        self._first_day = first_day
        self._before = Before()

    def nodes(self, kind: str, parts: Parts) -> list[Node]:
        """Return the conditions of a mark; none where there is no trait for what it asks."""
        reader = _READERS.get(kind)
        nodes = reader(self, parts) if reader else []
        if kind in ("did", "first", "only"):
            span = parts.spans[0] if len(parts.spans) == 1 else None
            self._before = Before(kind, span, tuple(parts.values))
        return nodes

    def _did(self, parts: Parts) -> list[Node]:
        if parts.others:
            return self._elsewhere(">", parts)
        if parts.only and parts.values and not parts.numbers:
            return self._only(parts)
        if len(parts.values) > 1 or (parts.values and parts.numbers):
            return []
        spans = self._spans(parts)
        each = [self._in(span, parts) for span in spans] if spans else [self._in(None, parts)]
        if not all(each):
            return []
        if parts.how in ("any", "either") and len(each) > 1:  # "9月10月还在买"
            return [Group(any=[nodes[0] if len(nodes) == 1 else Group(all=nodes) for nodes in each])]
        return [node for nodes in each for node in nodes]

    def _in(self, span: Span | None, parts: Parts) -> list[Node]:
        window = _label(span)
        if parts.values:
            return _bought(parts, "in", window)
        if not parts.numbers:
            return [Condition(trait="orders", op=">=", value=1, window=window)]
        return [node for op, number in parts.numbers for node in _counted(op, number, window, parts)]

    def _not(self, parts: Parts) -> list[Node]:
        if parts.others:
            return self._elsewhere("=", parts)
        if len(parts.values) > 1 or any(number.value > 1 for _, number in parts.numbers):
            return []  # "一单没有" counts nothing
        spans = self._spans(parts)
        if not spans and not parts.values and self._before.kind == "first":
            return [Condition(trait="order_days", op="=", value=1)]
        if not spans and self._before.span and self._before.kind == "did" and not (parts.ever and parts.values):
            beside = self._beside(self._before.span, parts)
            if beside is None:
                return []
            spans = (beside,)
        windows = [_label(span) for span in spans] or [""]
        if parts.values:
            return [node for window in windows for node in _bought(replace(parts, any_value=True), "not_in", window)]
        return [Condition(trait="orders", op="=", value=0, window=window) for window in windows]

    def _elsewhere(self, op: Op, parts: Parts) -> list[Node]:
        """Bought nothing, or something, besides what the mark before names: "only on Douyin, nowhere else"."""
        counted = [_COUNTED[dimension] for dimension in self._before.values if dimension in _COUNTED]
        if len(counted) != 1 or parts.values or parts.numbers:
            return []
        span = (parts.spans or (self._before.span,))[0] if self._before.kind == "did" else next(iter(parts.spans), None)
        return [Condition(trait=counted[0], op=op, value=1, window=_label(span))]

    def _beside(self, span: Span, parts: Parts) -> Span | None:
        """The days that a denial without its own speaks of: "but no snacks", "never before that", "nothing since"."""
        if parts.side == "before":
            return all_before(span, self._first_day)
        return span if parts.values else rest_after(span, self._as_of)

    def _again(self, parts: Parts) -> list[Node]:
        if parts.others:
            return self._elsewhere(">", parts)
        if parts.duration or parts.numbers or len(parts.values) > 1 or not self._before.kind:
            return []  # within days of each one's own order is no trait
        if not parts.spans and not parts.values and self._before.kind == "first":
            return [Condition(trait="order_days", op=">=", value=2)]
        rest = rest_after(self._before.span, self._as_of) if self._before.span else None
        spans = parts.spans or ((rest,) if rest else ())
        if not spans or (self._before.span and spans[0].start and spans[0].start <= self._before.span.end):
            return []
        return self._did(replace(parts, spans=spans))

    def _first(self, parts: Parts) -> list[Node]:
        many = any(number.value > 1 for _, number in parts.numbers)  # "第一次" is no number of them
        if many or parts.values.keys() - {"channel"} or len(parts.spans) > 1 or parts.duration:
            return []
        nodes: list[Node] = [Condition(trait="first_channel", op="in", value=names) for names in parts.values.values()]
        return [*nodes, *_on(parts, "first_order_day")]

    def _last(self, parts: Parts) -> list[Node]:
        if parts.values or len(parts.spans) > 1:
            return []
        if parts.duration:
            op, count, unit = parts.duration
            return [compared("recency_days", op or ">=", Number(count * _DAYS[unit], "days"), "", False)]
        return _on(parts, "last_order_day")

    def _only(self, parts: Parts) -> list[Node]:
        if parts.numbers or parts.duration or len(parts.values) > 1:
            return []
        if parts.values:
            dimension, names = next(iter(parts.values.items()))
            if dimension not in _COUNTED or len(names) > 1 or len(parts.spans) > 1:
                return []
            window = _label(parts.spans[0]) if parts.spans else ""
            return [Condition(trait=_BOUGHT[dimension], op="in", value=names, window=window),
                    Condition(trait=_COUNTED[dimension], op="=", value=1, window=window)]  # fmt: skip
        return self._only_in(sorted(parts.spans, key=lambda span: span.start or date.min))

    def _only_in(self, spans: list[Span]) -> list[Node]:
        """Who ordered in the spans, and on no day outside them."""
        if not spans:
            return []
        within: list[Node] = [Condition(trait="orders", op=">=", value=1, window=_label(span)) for span in spans]
        gaps, at = [], self._first_day
        for span in spans:
            if span.start and span.start > at:
                gaps.append(Span.between(at, span.start - timedelta(days=1)))
            at = span.end + timedelta(days=1)
        if at <= self._as_of:
            gaps.append(Span.between(at, self._as_of))
        none: list[Node] = [Condition(trait="orders", op="=", value=0, window=_label(gap)) for gap in gaps]
        return [within[0] if len(within) == 1 else Group(any=within), *none]

    def _once(self, parts: Parts) -> list[Node]:
        if parts.values or len(parts.numbers) > 1 or len(parts.spans) > 1:
            return []
        _, number = parts.numbers[0] if parts.numbers else ("=", Number(1, "orders"))
        if number.unit not in ("orders", "") or number.upper is not None:
            return []
        return [compared("orders", "=", number, _label(parts.spans[0]) if parts.spans else "", False)]

    def _joined(self, parts: Parts) -> list[Node]:
        return _on(parts, "registered_at") if len(parts.spans) == 1 and not parts.values else []

    def _is(self, parts: Parts) -> list[Node]:
        return self._traits_in(parts, "in")

    def _is_not(self, parts: Parts) -> list[Node]:
        return self._traits_in(parts, "not_in")

    def _traits_in(self, parts: Parts, op: Op) -> list[Node]:
        if parts.values.keys() & _BOUGHT.keys() or parts.spans or parts.numbers:
            return []
        return [Condition(trait=dimension, op=op, value=names) for dimension, names in parts.values.items()]

    def _can(self, parts: Parts) -> list[Node]:
        return [Condition(trait=name, op="is", value=True) for name in parts.reaches]

    def _cannot(self, parts: Parts) -> list[Node]:
        return [Condition(trait=name, op="is", value=False) for name in parts.reaches]

    def _refund(self, parts: Parts) -> list[Node]:
        return self._refunds(parts, ">=", 1)

    def _refund_not(self, parts: Parts) -> list[Node]:
        return [] if parts.numbers else self._refunds(parts, "=", 0)

    def _refunds(self, parts: Parts, op: Op, value: int) -> list[Node]:
        if parts.values or len(parts.spans) > 1 or any(number.unit == "money" for _, number in parts.numbers):
            return []
        window = _label(parts.spans[0]) if parts.spans else ""
        if parts.numbers:
            return [compared("refunds", said or ">=", number, window, False) for said, number in parts.numbers]
        return [Condition(trait="refunds", op=op, value=value, window=window)]

    def _aov(self, parts: Parts) -> list[Node]:
        if parts.values or len(parts.spans) > 1:
            return []
        window = _label(parts.spans[0]) if parts.spans else ""
        return [compared("aov", op or ">=", number, window, False) for op, number in parts.numbers]

    def _order(self, parts: Parts) -> list[Node]:
        """Who has one order of so much; of all of them, or of those below an amount, no trait tells."""
        amounts = [(op, number) for op, number in parts.numbers if number.unit != "orders"]  # "one order of 300"
        if parts.values or len(parts.spans) > 1 or len(amounts) != 1:
            return []
        op, number = amounts[0]
        if op not in ("", ">=", ">") or number.upper is not None or number.unit not in ("money", ""):
            return []
        return [compared("largest_order", op or ">=", number, _label(next(iter(parts.spans), None)), False)]

    def _cart(self, parts: Parts) -> list[Node]:
        return self._done(parts, _CARTED)

    def _msg(self, parts: Parts) -> list[Node]:
        return self._done(parts, _MESSAGED)

    def _done(self, parts: Parts, acts: dict[str, str]) -> list[Node]:
        """What was done with messages or goods, and what was not: "got it but never opened it"."""
        if parts.numbers or parts.duration or parts.reaches or len(parts.spans) > 1 or len(parts.values) > 1:
            return []
        did, denied = _acts(parts.words, acts)
        if denied == "unknown":
            return []
        usual = next(iter(acts.values()))
        if denied in _SENT_TOO or not (did or denied):
            did = did or usual  # who did not open one was sent one
        nodes = [self._act(trait, parts, negated=trait == denied) for trait in (did, denied) if trait]
        return [node for node in nodes if node] if all(nodes) else []

    def _act(self, trait: str, parts: Parts, *, negated: bool) -> Node | None:
        """An act by the trait that counts it, or the one that lists with what."""
        window = _label(next(iter(parts.spans), None))
        if not parts.values:
            return Condition(trait=trait, op="=" if negated else ">=", value=0 if negated else 1, window=window)
        dimension, names = next(iter(parts.values.items()))
        listed = LISTED.get((trait, dimension))
        if listed is None:
            return None
        return Condition(trait=listed, op="not_in" if negated else "in", value=names, window=window)

    def _habit(self, parts: Parts) -> list[Node]:
        flags = [name for name in parts.traits if name in self._catalog.traits]
        if len(flags) != 1 or parts.spans or parts.numbers or self._catalog.traits[flags[0]].kind != "flag":
            return []
        return [Condition(trait=flags[0], op="is", value=True)]

    def _spans(self, parts: Parts) -> tuple[Span, ...]:
        """The mark's spans, with what lies before or after one, or the last so many days."""
        if parts.duration and not parts.spans:
            _, count, unit = parts.duration
            start = self._as_of - timedelta(days=count * _DAYS[unit] - 1)
            return (Span(start=start, end=self._as_of, label=f"last_{count}_{unit}"),)
        if parts.side == "before" and len(parts.spans) == 1:
            before = all_before(parts.spans[0], self._first_day)
            return (before,) if before else ()
        return parts.spans


def _acts(words: str, acts: dict[str, str]) -> tuple[str, str]:
    """The traits of what was done and of what was not: "" where nothing is said of it, "unknown" for another act."""
    said = _NOT.search(words)
    before, after = (words[: said.start()], words[said.start() :]) if said else (words, "")
    did, denied = ([trait for pattern, trait in acts.items() if re.search(pattern, part)] for part in (before, after))
    return (did[-1] if did else ""), (denied[-1] if denied else "unknown" if said else "")


def _label(span: Span | None) -> str:
    return "" if span is None or span.label == "all" else span.label


def _bought(parts: Parts, op: Op, window: str) -> list[Node]:
    dimension, names = next(iter(parts.values.items()))
    if dimension not in _BOUGHT:
        return []
    every = [names] if parts.any_value or op == "not_in" else [[name] for name in names]
    return [Condition(trait=_BOUGHT[dimension], op=op, value=some, window=window) for some in every]


def _counted(op: str, number: Number, window: str, parts: Parts) -> list[Node]:
    trait = {"money": "spend", "orders": "orders", "items": "units"}.get(number.unit, "")
    if not number.unit or (parts.kinds and trait == "units"):
        if not op and number.value in _YEARS:  # "2026 buyers"
            return []
        trait = parts.kinds or ("spend" if parts.pays or number.value >= _MONEY_FROM else "orders")
    if trait == "unknown":
        return []
    return [compared(trait, op or ">=", number, window, False)] if trait else []


def _on(parts: Parts, trait: str) -> list[Node]:
    """A day in the mark's span, before or after it."""
    if not parts.spans:
        return []
    span = parts.spans[0]
    if parts.side in ("before", "ago") and span.start is not None:
        return [Condition(trait=trait, op="<", value=str(span.start))]
    return [Condition(trait=trait, op="in", value=span.label)]


_READERS: dict[str, Callable[[MarkReader, Parts], list[Node]]] = {
    "did": MarkReader._did, "not": MarkReader._not, "again": MarkReader._again, "first": MarkReader._first,
    "last": MarkReader._last, "only": MarkReader._only, "once": MarkReader._once, "joined": MarkReader._joined,
    "is": MarkReader._is, "is.not": MarkReader._is_not, "can": MarkReader._can, "cannot": MarkReader._cannot,
    "refund": MarkReader._refund, "refund.not": MarkReader._refund_not, "aov": MarkReader._aov,
    "order": MarkReader._order, "cart": MarkReader._cart, "msg": MarkReader._msg, "habit": MarkReader._habit,
}  # fmt: skip
