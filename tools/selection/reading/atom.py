"""One thing that a selection asks for, and where what was said before it puts it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from tools.calendar import Span
from tools.selection.reading.scan import Number, Token
from tools.selection.reading.times import Times, all_before, rest_after

_BESIDE = 6
"""Characters between "only" and what it limits, at most: "only ever bought"."""


@dataclass(frozen=True)
class Atom:
    """One thing that is asked for."""

    kind: str
    tokens: tuple[Token, ...]
    anchor: Token
    values: Token | None = None
    reaches: Token | None = None
    negated: bool = False
    ever: bool = False
    """Negated for all time."""
    window: Span | None = None
    shared_window: bool = False
    """Whether the window is that of the atom before it."""
    duration: tuple[str, int, str] | None = None
    """Operator and a bare number of days, weeks, …: "90天没下单"."""
    numbers: tuple[tuple[str, Number], ...] = ()
    """Operator ("" where none was said) and figure."""
    share: tuple[str, float] | None = None
    side: str = ""
    """before, after or ago."""
    times: Times | None = None
    """Several windows in place of one."""
    then: Token | None = None
    """Says that it came after what was said before: "bought in August and not since"."""
    hanging: Token | None = None
    """A comparison whose figure has not come yet: "only | bought once"."""
    only: Token | None = None
    """Says that nothing else was bought, or nowhere else."""
    unused: tuple[Token, ...] = ()


@dataclass
class Memory:
    """What a later clause may leave out."""

    as_of: date
    first_day: date
    atom: Atom | None = None
    unit: str = "days"
    window: Span | None = None
    """Window of this item so far: "近30天加购但没下单" means no order in them either."""
    since: Span | None = None
    """Window of the condition before, which "since" and "before that" count from."""


def placed(atom: Atom, memory: Memory) -> Atom:
    """The atom in the days that "since" or "before that" gives it; what gives it none is left unused."""
    bare = atom.kind in ("buy", "pay") and not (atom.window or atom.times or atom.duration)
    if atom.side == "before" and bare and memory.since and (before := all_before(memory.since, memory.first_day)):
        return replace(atom, window=before, side="")
    if atom.then is None or _follows(atom, memory):
        return atom
    rest = rest_after(memory.since, memory.as_of) if memory.since and bare else None
    # "Bought tea in August and skincare later" may be later in August: only that nothing came since is sure.
    same = atom.negated and (atom.values is None or atom.values.key == getattr(memory.atom.values, "key", None))
    if rest is None or not same or _is_first(memory.atom):
        return replace(atom, unused=(*atom.unused, atom.then))
    return replace(atom, window=rest)


def _follows(atom: Atom, memory: Memory) -> bool:
    """Whether what is said to come later does so by itself: in later days, or elsewhere than the first order."""
    before = memory.atom
    if atom.window or atom.duration or atom.times:
        first = atom.window.start if atom.window else None
        said_so = before is None or memory.since is None or atom.then.kind == "not"
        return said_so or (first is not None and first > memory.since.end)
    elsewhere = _is_first(before) and before.values and atom.values and before.values.key[0] == atom.values.key[0]
    return bool(elsewhere) and not set(before.values.key[1]) & set(atom.values.key[1])


def _is_first(atom: Atom | None) -> bool:
    return atom is not None and atom.kind in ("first", "acquire")


def alone(atom: Atom) -> Atom:
    """The atom with an "only" that stands right beside it as such: "只在京东买过", "on JD only"."""
    said = atom.hanging
    if said is None or said.key[1] != "only" or atom.values is None:
        return atom
    beside = [token for token in atom.tokens if token.kind in ("buy", "values")]
    near = any(0 <= token.start - said.end <= _BESIDE or 0 <= said.start - token.end <= _BESIDE for token in beside)
    return replace(atom, only=said, hanging=None) if near else atom
