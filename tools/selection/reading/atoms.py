"""Gathers the tokens of one clause around what they speak of: "近90天 | 没 | 买过 | 护肤" is one atom.

A word for buying, a trait, a value or a consent is what an atom speaks of; negations, windows and
figures belong to the atom beside them. A clause without its own ("但近30天没有") takes that of the clause before.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tools.selection.reading.atom import Atom, Memory, alone, placed
from tools.selection.reading.figures import LISTED
from tools.selection.reading.lexicon import AGAIN, EVER
from tools.selection.reading.phrases import Clause
from tools.selection.reading.scan import Token

ANCHORS = ("buy", "pay", "trait", "values", "reachs", "consent", "refuse", "touch", "first", "last", "register",
           "refund", "ordinal", "score", "presets", "vague", "segment", "list", "prefer", "acquire")  # fmt: skip
GOODS = ("category", "product", "channel")

# What an atom of one kind takes in: kind of the atom -> kind of the next anchor -> kind that both are then.
_MERGES: dict[tuple[str, str], str] = {
    ("values", "buy"): "buy", ("buy", "values"): "buy", ("values", "pay"): "pay", ("pay", "values"): "pay",
    ("values", "prefer"): "prefer", ("prefer", "values"): "prefer",
    ("values", "acquire"): "acquire", ("acquire", "values"): "acquire",
    ("first", "values"): "first", ("last", "values"): "last", ("values", "first"): "first",
    ("trait", "values"): "trait", ("values", "trait"): "trait",
    ("reachs", "consent"): "consent", ("consent", "reachs"): "consent",
    ("reachs", "refuse"): "refuse", ("refuse", "reachs"): "refuse",
    ("buy", "buy"): "buy", ("buy", "ordinal"): "ordinal", ("ordinal", "buy"): "ordinal", ("ordinal", "pay"): "ordinal",
    ("first", "buy"): "first", ("last", "buy"): "last", ("register", "register"): "register",
    ("first", "acquire"): "first", ("touch", "touch"): "touch", ("consent", "consent"): "consent",
    ("last", "last"): "last", ("first", "first"): "first",
    ("prefer", "buy"): "prefer", ("refund", "buy"): "refund", ("refund", "refund"): "refund",
    ("last", "touch"): "last_touch", ("pay", "pay"): "pay", ("prefer", "prefer"): "prefer",
}  # fmt: skip
_DIMENSIONS = {"buy": GOODS, "pay": GOODS, "prefer": GOODS, "acquire": ("channel",), "first": ("channel",),
               "last": ("channel", "category", "product")}  # fmt: skip
_COUNTED = ("buy", "pay", "trait", "touch", "refund", "last", "first", "register", "last_touch")
_DATED = ("buy", "pay", "trait", "touch", "refund", "first", "last", "register", "acquire")


_SIDES = ("before", "after", "ago", "unknown")


@dataclass
class _Gathering:
    memory: Memory
    done: list[Atom] = field(default_factory=list)
    atom: Atom | None = None
    pending: list[Token] = field(default_factory=list)
    stray: list[Token] = field(default_factory=list)

    def take(self, token: Token) -> None:
        if token.kind not in ANCHORS:
            self.pending.append(token)
        elif self.atom is not None and (kind := _merged(self.atom, token, self.pending)):
            self.atom = _with(_joined(self.atom, token, kind), self.pending, self.memory)
            self.pending = []
        else:
            own = self._wanted() if self.atom else 0
            self.close(self.pending[:own])
            said, rest = _before_negation(self.pending[own:])
            if counted := _implied(said):
                self._finish(_with(counted, said, self.memory))
            if token.kind not in _COUNTED and (counted := _implied(rest)):
                self._finish(_with(counted, rest, self.memory))
                rest = []
            self.atom = _with(_atom(token), rest, self.memory)
            self.pending = []

    def close(self, trailing: list[Token]) -> None:
        """The atom is complete with what trails it; a count that it cannot take is an atom of its own."""
        if self.atom is None:
            return
        trailing, after = _without_later(trailing)
        denied = tuple(token for token in trailing if _denies_late(token, self.atom))
        if denied and self.atom.kind in ("buy", "pay"):  # a Chinese negation stands before what it denies
            self.atom = replace(self.atom, unused=(*self.atom.unused, *denied))
            trailing = [token for token in trailing if token not in denied]
        own = [] if self.atom.kind in _COUNTED else trailing
        counted = _implied(own)
        self._finish(_with(self.atom, [] if counted else trailing, self.memory))
        if counted:
            self._finish(_with(counted, trailing, self.memory))
        if after:
            self._finish(_with(Atom("buy", (), after[0]), after, self.memory))
        self.atom = None

    def _finish(self, atom: Atom) -> None:
        atom = placed(alone(atom), self.memory)
        timeless = not (atom.window or atom.times or atom.duration or atom.ever)
        if atom.negated and timeless and atom.kind in ("buy", "pay", "refund", "touch"):
            atom = replace(atom, window=self.memory.window, shared_window=self.memory.window is not None)
        self.done.append(atom)
        self.memory.atom = atom
        if atom.kind in _DATED and atom.window:
            self.memory.window = atom.window
        if atom.kind not in ("buy", "pay", "last"):
            self.memory.since = None if atom.kind in ("first", "register", "acquire") else self.memory.since
        elif atom.window and not atom.shared_window:
            self.memory.since = atom.window
        elif atom.times:
            self.memory.since = max(atom.times.spans, key=lambda span: span.end)

    def _wanted(self) -> int:
        """How many of the pending tokens still belong to the atom before them."""
        count = 0
        for place, token in enumerate(self.pending):
            after = self.pending[place + 1].kind if place + 1 < len(self.pending) else ""
            if not _wants(self.atom, token, after) and not (token.kind in _SIDES and count == place):
                break
            count = place + 1
        return count


def _wants(atom: Atom, token: Token, after: str) -> bool:
    """Whether an atom still lacks what the token behind it gives; `after` is the kind of the next token."""
    uncounted = atom.kind in _COUNTED and not (atom.numbers or atom.share or atom.duration)
    if token.kind in ("number", "duration", "share"):
        return uncounted
    if token.kind == "op":
        return token.key[1].startswith("or_") or (uncounted and after in ("number", "duration"))
    # An English window follows its verb, a Chinese one goes before it.
    untimed = atom.window is None and atom.times is None
    return token.kind in ("window", "windows", "back") and atom.kind in _DATED and untimed and token.english


def gather(clause: Clause, memory: Memory) -> tuple[list[Atom], list[Token]]:
    """The atoms of a clause, and tokens that belong to none."""
    state = _Gathering(memory)
    for token in clause.tokens:
        state.take(token)
    if state.atom is None and not state.done and (counted := _implied(state.pending)):
        state.atom = counted
    elif state.atom is None and not state.done and memory.atom is not None and _elliptic(state.pending, memory.atom):
        before = memory.atom
        state.atom = Atom(before.kind, (), before.anchor, before.values, before.reaches)
    elif state.atom is None:
        state.stray = state.pending
        state.pending = []
    state.close(state.pending)
    if sum(atom.values is not None for atom in state.done) > 1:  # "只在京东买过护肤": skincare there only, or all?
        state.done = [
            replace(atom, only=None, unused=(*atom.unused, atom.only)) if atom.only else atom for atom in state.done
        ]
    # What the second order was of is no trait.
    if any(atom.values and atom.values.key[0] in GOODS for atom in state.done):
        state.done = [
            replace(atom, unused=(*atom.unused, atom.anchor)) if atom.kind == "ordinal" else atom for atom in state.done
        ]
    return state.done, state.stray


def _denies_late(token: Token, atom: Atom) -> bool:
    return token.kind == "not" and not token.english and token.start > atom.anchor.start


def _without_later(trailing: list[Token]) -> tuple[list[Token], list[Token]]:
    """What trails an atom, and what is denied of later without a verb: "买过礼盒 | 后来没再"."""
    kinds = [(token.kind, token.key) for token in trailing]
    starts = [place for place, (kind, key) in enumerate(kinds) if kind == "then" or (kind, key) == ("not", AGAIN)]
    denied = bool(starts) and any(kind == "not" for kind, _ in kinds[starts[0] :])
    return (trailing[: starts[0]], trailing[starts[0] :]) if denied else (trailing, [])


def _implied(pending: list[Token]) -> Atom | None:
    """An atom of orders or money for a figure that says by its unit what it counts: "3单以上"."""
    for token in pending:
        if token.kind == "number" and (kind := {"orders": "buy", "items": "buy", "money": "pay"}.get(token.key.unit)):
            return Atom(kind, (), token)
    return None


def _before_negation(pending: list[Token]) -> tuple[list[Token], list[Token]]:
    """A figure said before a negation, which stands for itself, and the rest: "有2单以上 | 近60天没下单"."""
    kinds = [token.kind for token in pending]
    if "number" not in kinds or "not" not in kinds[kinds.index("number") :]:
        return [], pending
    end = kinds.index("number") + 1
    end += end < len(pending) and kinds[end] == "op" and pending[end].key[1].startswith("or_")
    return (pending[:end], pending[end:]) if _implied(pending[:end]) else ([], pending)


def _elliptic(pending: list[Token], before: Atom) -> bool:
    kinds = {token.kind for token in pending}
    figures = bool(kinds & {"number", "duration"}) and before.kind in _COUNTED
    return figures or (bool(kinds & {"window", "windows", "back", "then"}) and before.kind in _DATED)


def _atom(token: Token) -> Atom:
    values = token if token.kind == "values" else None
    reaches = token if token.kind == "reachs" else None
    return Atom(token.kind, (token,), token, values, reaches)


def _merged(atom: Atom, token: Token, pending: list[Token]) -> str | None:
    """Kind of the atom that both make together, or None where they are two."""
    kind = _MERGES.get((atom.kind, token.kind))
    if kind is None:
        return None
    values = atom.values or (token if token.kind == "values" else None)
    if token.kind == "values" and atom.values is not None:
        return None
    if values is not None and kind in _DIMENSIONS and values.key[0] not in _DIMENSIONS[kind]:
        return None
    if kind == "trait" and not fits((atom.anchor if atom.kind == "trait" else token).key, values.key[0]):
        return None
    negated = any(each.kind == "not" for each in pending)
    if negated and atom.kind not in ("values", "reachs", "ordinal", "first", "last", "trait"):
        return None
    if kind == "buy" and token.kind == "buy" and (atom.numbers or any(each.kind != "op" for each in pending)):
        return None
    return kind


def fits(trait: str, dimension: str) -> bool:
    """Whether a trait's values are those of a dimension: preferred_channel takes channels."""
    return trait == dimension or trait.endswith(f"_{dimension}") or (trait, dimension) in LISTED


def _joined(atom: Atom, token: Token, kind: str) -> Atom:
    anchor = atom.anchor if atom.kind == kind else token if token.kind == kind else atom.anchor
    return replace(
        atom, kind=kind, tokens=(*atom.tokens, token), anchor=anchor,
        values=token if token.kind == "values" else atom.values,
        reaches=token if token.kind == "reachs" else atom.reaches,
    )  # fmt: skip


def _with(atom: Atom, modifiers: list[Token], memory: Memory) -> Atom:
    """The atom with its negation, window and figures."""
    op, hanging = (atom.hanging.key[0], atom.hanging) if atom.hanging else ("", None)
    atom = replace(atom, hanging=None)
    for token in modifiers:
        atom = replace(atom, tokens=(*atom.tokens, token))
        if token.kind == "op" and token.key[1].startswith("or_"):
            if atom.numbers:
                atom = replace(atom, numbers=(*atom.numbers[:-1], (token.key[0], atom.numbers[-1][1])))
            elif atom.duration:
                atom = replace(atom, duration=(token.key[0], *atom.duration[1:]))
            else:
                atom = replace(atom, unused=(*atom.unused, token))
        elif token.kind == "op":
            op, hanging = token.key[0], token
        else:
            atom = _modified(atom, token, op, memory)
            op, hanging = ("", None) if token.kind in ("number", "duration") else (op, hanging)
    return replace(atom, hanging=hanging)


def _modified(atom: Atom, token: Token, op: str, memory: Memory) -> Atom:
    if token.kind == "not":
        then = token if token.key == AGAIN else atom.then
        return replace(atom, negated=not atom.negated, ever=token.key == EVER, then=then)
    if token.kind == "then":
        return replace(atom, then=token)
    if token.kind == "windows" and atom.window is None and atom.kind in ("buy", "pay"):
        return replace(atom, times=token.key)
    if token.kind == "number":
        return replace(atom, numbers=(*atom.numbers, (op, token.key)))
    if token.kind == "duration" and atom.duration is None:
        return replace(atom, duration=(op, *token.key))
    if token.kind == "window" and atom.window is None and atom.times is None:
        unit = token.key.label.rsplit("_", 1)[-1]
        memory.unit = unit if token.key.label.startswith("last_") and unit.endswith("s") else memory.unit
        return replace(atom, window=token.key)
    if token.kind == "back" and atom.window is None and atom.duration is None:
        return replace(atom, duration=("", token.key, memory.unit))
    if token.kind == "share" and atom.share is None:
        return replace(atom, share=token.key)
    if token.kind in ("before", "after", "ago"):
        return replace(atom, side=atom.side if token.kind == "ago" and atom.side else token.kind)
    if token.kind == "between":
        return atom
    return replace(atom, unused=(*atom.unused, token))
