"""What an atom asks for, as conditions: the one place that knows how people's words map to traits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tools.selection.reading.atom import Atom
from tools.selection.reading.atoms import fits
from tools.selection.reading.figures import (
    LISTED,
    Meaning,
    compared,
    dated,
    measured,
    one_of,
    shared,
    window_of,
    windowed,
)
from tools.selection.reading.lexicon import raw
from tools.selection.rule import OPPOSITE, Condition, Group, Node, Op, Share
from tools.traits.trait import TraitCatalog

CONSENTS = ("consent_sms", "consent_push", "consent_wecom", "consent_email")
BOUGHT = {"category": "bought_category", "product": "bought_product", "channel": "bought_channel"}
_KINDS = {"bought_category": "categories", "bought_channel": "channels"}
"""Counts of what was bought of a kind."""
PREFERRED = {"category": "preferred_category", "product": "preferred_product", "channel": "preferred_channel"}


def meaning(atom: Atom, catalog: TraitCatalog) -> Meaning | None:
    """The conditions of an atom; None where it asks for nothing that there is a trait for."""
    found = _READERS[atom.kind](atom, catalog)
    if found is not None:
        if atom.side and not _of_a_day(atom, catalog):
            found.unused += [token for token in atom.tokens if token.kind in ("before", "after", "ago")]
        found.assumed += ["same_window"] if atom.shared_window else []
        if atom.kind not in ("buy", "pay"):
            found.unused += [token for token in atom.tokens if token.kind == "windows"]
        only = [atom.only] if atom.only and not (atom.kind in ("buy", "values") and _alone(atom)) else []
        found.unused += [*atom.unused, *only, *([atom.hanging] if atom.hanging else [])]
    return found


def _of_a_day(atom: Atom, catalog: TraitCatalog) -> bool:
    """Whether the atom speaks of a day, which can lie before or after another."""
    return atom.kind in ("first", "last", "register") or (
        atom.kind == "trait" and catalog.traits[atom.anchor.key].kind == "date"
    )


def _buying(atom: Atom, catalog: TraitCatalog) -> Meaning | None:
    if atom.times is not None:
        return _in_each(atom, catalog)
    if atom.values is not None:
        return _bought(atom, BOUGHT[atom.values.key[0]])
    if atom.share is not None:
        return shared(atom, "spend" if atom.kind == "pay" else "orders")
    if not atom.numbers:
        never: Op = "=" if atom.negated else ">="
        return Meaning([Condition(trait="orders", op=never, value=0 if atom.negated else 1, window=window_of(atom))])
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
        found.nodes.append(compared(trait, op, number, window_of(atom), atom.negated))
    return found


def _alone(atom: Atom) -> bool:
    """Whether nothing else was bought, or nowhere else: "只在京东买过"; products are not counted."""
    if not atom.only or atom.negated or len(atom.values.key[1]) > 1:
        return False
    return BOUGHT.get(atom.values.key[0]) in _KINDS


def _in_each(atom: Atom, catalog: TraitCatalog) -> Meaning | None:
    """ "In August and September" is in each of them; whether "8月9月" means either or both is not said."""
    token = next(token for token in atom.tokens if token.kind == "windows")
    counted = atom.numbers or atom.share or atom.duration
    if counted or (atom.times.how == "either" and not atom.negated):
        return Meaning(unused=[token])
    each = [_buying(replace(atom, times=None, window=span), catalog) for span in atom.times.spans]
    nodes = [node for found in each for node in found.nodes]
    any_of = atom.times.how == "any" and not atom.negated
    return Meaning([Group(any=nodes)] if any_of else nodes, each[0].unused, assumed=each[0].assumed)


def _bought(atom: Atom, trait: str) -> Meaning:
    _, names, how = atom.values.key
    op: Op = "not_in" if atom.negated else "in"
    window = window_of(atom)
    if _alone(atom):
        return Meaning([
            Condition(trait=trait, op=op, value=list(names), window=window),
            Condition(trait=_KINDS[trait], op="=", value=1, window=window),
        ])
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
    if dimension == "campaign":
        got = one_of(LISTED["touches", dimension], atom)
        return Meaning([got.model_copy(update={"window": window_of(atom)})], unused)
    if dimension in BOUGHT:
        found = _bought(atom, BOUGHT[dimension])
        found.assumed.append("value_bought")
        return found
    if atom.window is not None:
        unused += [token for token in atom.tokens if token.kind == "window"]
    return Meaning([one_of(dimension, atom)], unused)


def _of_values(traits: dict[str, str]) -> Callable[[Atom, TraitCatalog], Meaning | None]:
    def read(atom: Atom, catalog: TraitCatalog) -> Meaning | None:
        if atom.values is None:
            return None
        unused = [token for token in atom.tokens if token.kind in ("window", "number", "share", "duration")]
        return Meaning([one_of(traits[atom.values.key[0]], atom)], unused)

    return read


def _trait(atom: Atom, catalog: TraitCatalog) -> Meaning | None:
    trait = catalog.traits[atom.anchor.key]
    listed = LISTED.get((trait.name, atom.values.key[0])) if atom.values else None
    if listed:
        return Meaning([one_of(listed, atom).model_copy(update={"window": windowed(catalog.traits[listed], atom)})])
    if trait.kind == "text":
        if atom.values is None or not fits(trait.name, atom.values.key[0]):
            return None
        return Meaning([one_of(trait.name, atom).model_copy(update={"window": windowed(trait, atom)})])
    if trait.kind == "flag":
        unused = [token for token in atom.tokens if token.kind in ("window", "number", "share", "duration", "values")]
        return Meaning([Condition(trait=trait.name, op="is", value=not atom.negated)], unused)
    if trait.kind == "date":
        return dated(atom, trait.name, None)
    return measured(atom, trait)


def _counted(trait: str) -> Callable[[Atom, TraitCatalog], Meaning | None]:
    return lambda atom, catalog: measured(atom, catalog.traits[trait])


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
        return Meaning([Condition(trait="unsubscribes", op=op, value=0 if atom.negated else 1, window=window_of(atom))])
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
        return measured(atom, trait)
    op = OPPOSITE[entry["op"]] if atom.negated else entry["op"]
    share = Share(**entry["share"])
    if atom.negated:
        share = Share(bottom=round(1 - share.top, 6)) if share.top else Share(top=round(1 - share.bottom, 6))
        op = "<=" if share.bottom else ">="
    window = window_of(atom) if trait.windowed else ""
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
    "first": lambda atom, catalog: dated(atom, "first_order_day", "days_since_first_order"),
    "last": lambda atom, catalog: dated(atom, "last_order_day", "recency_days"),
    "register": lambda atom, catalog: dated(atom, "registered_at", None),
    "touch": _counted("touches"),
    "last_touch": lambda atom, catalog: measured(atom, catalog.traits["last_touched_days"]),
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
