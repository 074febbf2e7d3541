"""What an atom asks for, as conditions: the one place that knows how people's words map to traits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tools.calendar import Span
from tools.selection.reading.atoms import Atom, fits
from tools.selection.reading.lexicon import raw
from tools.selection.reading.scan import Number, Token
from tools.selection.rule import OPPOSITE, Condition, Group, Node, Op, Share, Value
from tools.traits.trait import Trait, TraitCatalog

CONSENTS = ("consent_sms", "consent_push", "consent_wecom", "consent_email")
BOUGHT = {"category": "bought_category", "product": "bought_product", "channel": "bought_channel"}
PREFERRED = {"category": "preferred_category", "product": "preferred_product", "channel": "preferred_channel"}
LAST = {"category": "last_category", "product": "last_product", "channel": "last_channel"}
_DAYS = {"days": 1, "weeks": 7, "months": 30, "quarters": 91, "years": 365}


@dataclass
class Meaning:
    """Conditions that must all hold, and what could not be used."""

    nodes: list[Node] = field(default_factory=list)
    unused: list[Token] = field(default_factory=list)
    needs_value: Condition | None = None
    """A condition whose value was not said; its value is a proposal."""
    assumed: list[str] = field(default_factory=list)
    """Keys of the documented defaults that were taken."""


def meaning(atom: Atom, catalog: TraitCatalog) -> Meaning | None:
    """The conditions of an atom; None where it asks for nothing that there is a trait for."""
    found = _READERS[atom.kind](atom, catalog)
    if found is not None:
        if not _of_a_day(atom, catalog):
            found.unused += [token for token in atom.tokens if token.kind in ("before", "after", "ago")]
        found.assumed += ["same_window"] if atom.shared_window else []
        found.unused += [*atom.unused, *([atom.hanging] if atom.hanging else [])]
    return found


def _of_a_day(atom: Atom, catalog: TraitCatalog) -> bool:
    """Whether the atom speaks of a day, which can lie before or after another."""
    return atom.kind in ("first", "last", "register") or (
        atom.kind == "trait" and catalog.traits[atom.anchor.key].kind == "date"
    )


def _buying(atom: Atom, catalog: TraitCatalog) -> Meaning | None:
    if atom.values is not None:
        return _bought(atom, BOUGHT[atom.values.key[0]])
    if atom.share is not None:
        return _shared(atom, "spend" if atom.kind == "pay" else "orders")
    if not atom.numbers:
        never: Op = "=" if atom.negated else ">="
        return Meaning([Condition(trait="orders", op=never, value=0 if atom.negated else 1, window=_window(atom))])
    found = Meaning()
    for op, number in atom.numbers:
        named = {
            "money": "spend",
            "orders": "orders",
            "items": "units",
            "": "spend" if atom.kind == "pay" else "orders",
        }
        if number.unit not in named:
            return None
        trait = named[number.unit]
        if not op and number.upper is None and trait == "spend":
            op = ">="
            found.assumed.append("spend_at_least")
        found.nodes.append(_compared(trait, op, number, _window(atom), atom.negated))
    return found


def _bought(atom: Atom, trait: str) -> Meaning:
    _, names, how = atom.values.key
    op: Op = "not_in" if atom.negated else "in"
    window = _window(atom)
    if how == "all":
        nodes: list[Node] = [Condition(trait=trait, op=op, value=[name], window=window) for name in names]
    else:
        nodes = [Condition(trait=trait, op=op, value=list(names), window=window)]
    # How often or for how much within one category is no trait of a customer.
    unused = [token for token in atom.tokens if token.kind in ("number", "share", "op")]
    assumed = ["any_of"] if how == "either" and len(names) > 1 else []
    return Meaning(nodes, unused, assumed=assumed)


def _values(atom: Atom, catalog: TraitCatalog) -> Meaning:
    dimension = atom.values.key[0]
    unused = [token for token in atom.tokens if token.kind in ("number", "share", "duration")]
    if dimension in BOUGHT:
        found = _bought(atom, BOUGHT[dimension])
        found.assumed.append("value_bought")
        return found
    if atom.window is not None:
        unused += [token for token in atom.tokens if token.kind == "window"]
    return Meaning([_one_of(dimension, atom)], unused)


def _one_of(trait: str, atom: Atom) -> Condition:
    return Condition(trait=trait, op="not_in" if atom.negated else "in", value=list(atom.values.key[1]))


def _of_values(traits: dict[str, str]) -> Callable[[Atom, TraitCatalog], Meaning | None]:
    def read(atom: Atom, catalog: TraitCatalog) -> Meaning | None:
        if atom.values is None:
            return None
        unused = [token for token in atom.tokens if token.kind in ("window", "number", "share", "duration")]
        return Meaning([_one_of(traits[atom.values.key[0]], atom)], unused)

    return read


def _shared(atom: Atom, trait: str) -> Meaning:
    end, share = atom.share
    op: Op = ">=" if end == "top" else "<="
    condition = Condition(trait=trait, op=op, value=Share(**{end: share}), window=_window(atom))
    return Meaning([Group(none=[condition]) if atom.negated else condition])


def _compared(trait: str, op: str, number: Number, window: str, negated: bool, scale: float = 1) -> Node:
    if number.upper is not None:
        value: Value = [_neat(number.value * scale), _neat(number.upper * scale)]
        condition = Condition(trait=trait, op="between", value=value, window=window)
        return Group(none=[condition]) if negated else condition
    said: Op = op or "="
    return Condition(
        trait=trait, op=OPPOSITE[said] if negated else said, value=_neat(number.value * scale), window=window
    )


def _neat(value: float) -> int | float:
    value = round(float(value), 6)
    return int(value) if value.is_integer() else value


def _trait(atom: Atom, catalog: TraitCatalog) -> Meaning | None:
    trait = catalog.traits[atom.anchor.key]
    if trait.kind == "text":
        if atom.values is None or not fits(trait.name, atom.values.key[0]):
            return None
        return Meaning([_one_of(trait.name, atom).model_copy(update={"window": _windowed(trait, atom)})])
    if trait.kind == "flag":
        unused = [token for token in atom.tokens if token.kind in ("window", "number", "share", "duration", "values")]
        return Meaning([Condition(trait=trait.name, op="is", value=not atom.negated)], unused)
    if trait.kind == "date":
        return _dated(atom, trait.name, None)
    return _measured(atom, trait)


def _measured(atom: Atom, trait: Trait) -> Meaning | None:
    unused = [] if trait.windowed else [token for token in atom.tokens if token.kind == "window"]
    unused += [atom.values] if atom.values else []
    if atom.share is not None:
        return _shared(atom, trait.name)
    numbers = list(atom.numbers)
    if atom.duration and not atom.window and trait.windowed and trait.unit != "days":
        # "7天没触达": the days are the window, not a count.
        label, atom = _window(atom), replace(atom, duration=None)
        found = _measured(atom, trait)
        if found:
            found.nodes = [_in_days(node, label) for node in found.nodes]
        return found
    if atom.duration and not numbers:
        op, count, unit = atom.duration
        numbers = [(op, Number(count * _DAYS[unit], "days"))]
    window = _windowed(trait, atom)
    if numbers:
        nodes = [
            _compared(trait.name, op, number, window, atom.negated, 0.01 if number.unit == "percent" else 1)
            for op, number in numbers
        ]
        return Meaning(nodes, unused)
    if trait.unit in ("orders", "events", "items"):
        op: Op = "=" if atom.negated else ">="
        return Meaning([Condition(trait=trait.name, op=op, value=0 if atom.negated else 1, window=window)], unused)
    asked = Condition(trait=trait.name, op=">=", value=Share(top=0.2), window=window)
    return Meaning([], unused, needs_value=asked)


def _windowed(trait: Trait, atom: Atom) -> str:
    return _window(atom) if trait.windowed and (atom.window or atom.duration and atom.numbers) else ""


def _window(atom: Atom) -> str:
    if atom.window is not None:
        return "" if atom.window.label == "all" else atom.window.label
    if atom.duration is not None:
        _, count, unit = atom.duration
        return f"last_{count}_{unit}"
    return ""


def _dated(atom: Atom, trait: str, since: str | None) -> Meaning | None:
    """A day: in a window, before or after it, or so many days ago (`since` counts the days)."""
    if atom.values is not None and trait in ("first_order_day", "last_order_day"):
        names = {"channel": "first_channel"} if trait == "first_order_day" else LAST
        nodes: list[Node] = [_one_of(names[atom.values.key[0]], atom)]
        nodes += [_in_window(trait, atom.window, atom)] if atom.window else []
        return Meaning(nodes, [token for token in atom.tokens if token.kind in ("number", "duration")])
    if atom.window is not None:
        return Meaning([_in_window(trait, atom.window, atom)])
    days = [(op, number) for op, number in atom.numbers if number.unit in ("days", "")]
    if since and atom.duration is not None:
        op, count, unit = atom.duration
        days = [(op or (">=" if atom.side == "ago" else ""), Number(count * _DAYS[unit], "days"))]
    if since is None or not days:
        return None
    if not days[0][0] and days[0][1].upper is None:
        days[0] = (">=", days[0][1])
    return Meaning([_compared(since, op, number, "", atom.negated) for op, number in days])


def _in_window(trait: str, span: Span, atom: Atom) -> Condition:
    if atom.side in ("before", "ago") and span.start is not None:
        return Condition(trait=trait, op=">=" if atom.negated else "<", value=str(span.start))
    if atom.side == "after":
        return Condition(trait=trait, op="<=" if atom.negated else ">", value=str(span.end))
    return Condition(trait=trait, op="not_in" if atom.negated else "in", value=span.label)


def _counted(trait: str) -> Callable[[Atom, TraitCatalog], Meaning | None]:
    return lambda atom, catalog: _measured(atom, catalog.traits[trait])


def _in_days(node: Node, label: str) -> Node:
    if isinstance(node, Condition):
        return node.model_copy(update={"window": label})
    return Group(none=[_in_days(each, label) for each in node.none])


def _ordinal(atom: Atom, catalog: TraitCatalog) -> Meaning:
    """ "第二单还没下" has exactly one order, "下过第二单" at least two."""
    number = next(token.key for token in atom.tokens if token.kind == "ordinal")
    op: Op = "=" if atom.negated else ">="
    unused = [token for token in atom.tokens if token.kind in ("window", "number")]
    return Meaning([Condition(trait="orders", op=op, value=number - 1 if atom.negated else number)], unused)


def _score(atom: Atom, catalog: TraitCatalog) -> Meaning:
    trait, op, value = atom.anchor.key
    return Meaning([Condition(trait=trait, op=OPPOSITE[op] if atom.negated else op, value=value)])


def _consent(atom: Atom, catalog: TraitCatalog) -> Meaning:
    wanted = (atom.kind == "consent") != atom.negated
    if atom.reaches is None and atom.kind == "refuse":
        op: Op = "=" if atom.negated else ">="
        return Meaning([Condition(trait="unsubscribes", op=op, value=0 if atom.negated else 1, window=_window(atom))])
    names, how = (atom.reaches.key[1], atom.reaches.key[2]) if atom.reaches else (CONSENTS, "any")
    flags: list[Node] = [Condition(trait=name, op="is", value=True) for name in names]
    if not wanted:  # none of the channels that were named
        return Meaning([Condition(trait=name, op="is", value=False) for name in names])
    return Meaning([Group(any=flags)] if how == "any" and len(flags) > 1 else flags)


def _preset(atom: Atom, catalog: TraitCatalog) -> Meaning:
    entry = raw()["presets"][atom.anchor.key]
    window = (atom.window.label if atom.window else "") or entry.get("window", "")
    op = OPPOSITE[entry["op"]] if atom.negated else entry["op"]
    condition = Condition(trait=entry["trait"], op=op, value=entry["value"], window=window)
    return Meaning([condition], assumed=[atom.anchor.key] if entry.get("assumed") else [])


def _vague(atom: Atom, catalog: TraitCatalog) -> Meaning:
    entry = raw()["vague"][atom.anchor.key]
    trait = catalog.traits[entry["trait"]]
    if atom.numbers or atom.share:
        return _measured(atom, trait)
    op = OPPOSITE[entry["op"]] if atom.negated else entry["op"]
    share = Share(**entry["share"])
    if atom.negated:
        share = Share(bottom=round(1 - share.top, 6)) if share.top else Share(top=round(1 - share.bottom, 6))
        op = "<=" if share.bottom else ">="
    window = _window(atom) if trait.windowed else ""
    return Meaning(needs_value=Condition(trait=trait.name, op=op, value=share, window=window))


def _named(trait: str) -> Callable[[Atom, TraitCatalog], Meaning]:
    return lambda atom, catalog: Meaning(
        [Condition(trait=trait, op="not_in" if atom.negated else "in", value=[atom.anchor.key])]
    )


def _nothing(atom: Atom, catalog: TraitCatalog) -> None:
    return None


_READERS: dict[str, Callable[[Atom, TraitCatalog], Meaning | None]] = {
    "buy": _buying,
    "pay": _buying,
    "values": _values,
    "prefer": _of_values(PREFERRED),
    "acquire": _of_values({"channel": "first_channel"}),
    "trait": _trait,
    "first": lambda atom, catalog: _dated(atom, "first_order_day", "days_since_first_order"),
    "last": lambda atom, catalog: _dated(atom, "last_order_day", "recency_days"),
    "register": lambda atom, catalog: _dated(atom, "registered_at", None),
    "touch": _counted("touches"),
    "last_touch": lambda atom, catalog: _measured(atom, catalog.traits["last_touched_days"]),
    "refund": _counted("refunds"),
    "ordinal": _ordinal,
    "score": _score,
    "consent": _consent,
    "refuse": _consent,
    "presets": _preset,
    "vague": _vague,
    "segment": _named("segment"),
    "list": _named("list"),
    "reachs": _nothing,
}
