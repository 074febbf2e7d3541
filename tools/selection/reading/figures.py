"""Figures and days that an atom asks for, as conditions on one trait."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tools.calendar import Span
from tools.selection.reading.atom import Atom
from tools.selection.reading.scan import Number, Token
from tools.selection.rule import OPPOSITE, Condition, Group, Node, Op, Share, Value
from tools.traits.trait import Trait

LAST = {"category": "last_category", "product": "last_product", "channel": "last_channel"}
LISTED = {("touches", "campaign"): "got_campaign", ("opened", "campaign"): "opened_campaign",
          ("clicked", "campaign"): "clicked_campaign", ("carts", "category"): "carted_category"}  # fmt: skip
"""A count of what was done and a dimension of it -> the trait that lists with which."""
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


def one_of(trait: str, atom: Atom) -> Condition:
    return Condition(trait=trait, op="not_in" if atom.negated else "in", value=list(atom.values.key[1]))


def shared(atom: Atom, trait: str) -> Meaning:
    end, share = atom.share
    op: Op = ">=" if end == "top" else "<="
    condition = Condition(trait=trait, op=op, value=Share(**{end: share}), window=window_of(atom))
    return Meaning([Group(none=[condition]) if atom.negated else condition])


def compared(trait: str, op: str, number: Number, window: str, negated: bool, scale: float = 1) -> Node:
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


def measured(atom: Atom, trait: Trait) -> Meaning | None:
    unused = [] if trait.windowed else [token for token in atom.tokens if token.kind == "window"]
    unused += [atom.values] if atom.values else []
    if atom.share is not None:
        return shared(atom, trait.name)
    numbers = list(atom.numbers)
    if trait.kind != "money" and any(number.unit == "money" for _, number in numbers):
        return None
    if atom.duration and not atom.window and trait.windowed and trait.unit != "days":
        # "7天没触达": the days are the window, not a count.
        label, atom = window_of(atom), replace(atom, duration=None)
        found = measured(atom, trait)
        if found:
            found.nodes = [_in_days(node, label) for node in found.nodes]
        return found
    if atom.duration and not numbers:
        op, count, unit = atom.duration
        numbers = [(op, Number(count * _DAYS[unit], "days"))]
    window = windowed(trait, atom)
    if numbers:
        nodes = [
            compared(trait.name, op, number, window, atom.negated, 0.01 if number.unit == "percent" else 1)
            for op, number in numbers
        ]
        return Meaning(nodes, unused)
    if trait.unit in ("orders", "events", "items"):
        op: Op = "=" if atom.negated else ">="
        return Meaning([Condition(trait=trait.name, op=op, value=0 if atom.negated else 1, window=window)], unused)
    asked = Condition(trait=trait.name, op=">=", value=Share(top=0.2), window=window)
    return Meaning([], unused, needs_value=asked)


def windowed(trait: Trait, atom: Atom) -> str:
    return window_of(atom) if trait.windowed and (atom.window or atom.duration and atom.numbers) else ""


def window_of(atom: Atom) -> str:
    if atom.window is not None:
        return "" if atom.window.label == "all" else atom.window.label
    if atom.duration is not None:
        _, count, unit = atom.duration
        return f"last_{count}_{unit}"
    return ""


def dated(atom: Atom, trait: str, since: str | None) -> Meaning | None:
    """A day: in a window, before or after it, or so many days ago (`since` counts the days)."""
    if atom.values is not None and trait in ("first_order_day", "last_order_day"):
        names = {"channel": "first_channel"} if trait == "first_order_day" else LAST
        nodes: list[Node] = [one_of(names[atom.values.key[0]], atom)]
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
    return Meaning([compared(since, op, number, "", atom.negated) for op, number in days])


def _in_window(trait: str, span: Span, atom: Atom) -> Condition:
    if atom.side in ("before", "ago") and span.start is not None:
        return Condition(trait=trait, op=">=" if atom.negated else "<", value=str(span.start))
    if atom.side == "after":
        return Condition(trait=trait, op="<=" if atom.negated else ">", value=str(span.end))
    return Condition(trait=trait, op="not_in" if atom.negated else "in", value=span.label)


def _in_days(node: Node, label: str) -> Node:
    if isinstance(node, Condition):
        return node.model_copy(update={"window": label})
    return Group(none=[_in_days(each, label) for each in node.none])
