"""Reads a selection in plain words; says what was understood of which words, and what was not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from tools.results import Frozen
from tools.selection.reading.atom import Atom, Memory
from tools.selection.reading.atoms import gather
from tools.selection.reading.figures import LISTED
from tools.selection.reading.lexicon import Lexicon
from tools.selection.reading.marked import MarkReader
from tools.selection.reading.meanings import Meaning, meaning
from tools.selection.reading.parts import parts_of
from tools.selection.reading.phrases import Clause, Joined, structure
from tools.selection.reading.scan import Token, scan
from tools.selection.reading.text import Sentence
from tools.selection.reading.times import with_times
from tools.selection.rule import Condition, Group, Node, Rule, tidy
from tools.traits.trait import TraitCatalog


class Understood(Frozen):
    """Words and what was made of them."""

    words: str
    conditions: list[Condition]
    assumed: list[str] = []
    """Documented defaults that were taken, as catalogue keys (`selection.assumed.<key>`)."""


class Question(Frozen):
    """Words that need a value; `condition`, which stands in the rule, proposes one taken from the data."""

    words: str
    condition: Condition
    value: float | None = None
    """What the proposed share comes to in the data; None until it is looked up."""


class Reading(Frozen):
    """A rule and how sure it is."""

    text: str
    rule: Rule
    understood: list[Understood]
    unknown: list[str] = []
    """Words that no condition stands for."""
    questions: list[Question] = []

    @property
    def settled(self) -> bool:
        """Whether nothing was left open and there is something to select by."""
        return not self.unknown and not self.questions and not self.rule.empty


class MarkedReading(Frozen):
    """What the marks of a clause ask for."""

    rule: Rule
    base: Rule | None = None
    """Of whom a share is asked; None for all customers."""
    unread: list[str] = []
    """Marks that no trait tells."""
    unknown: list[str] = []
    """Words within marks that name nothing known."""


class RuleReader:
    """Reads selections over one brand's traits and values."""

    def __init__(
        self,
        catalog: TraitCatalog,
        values: Mapping[str, Iterable[str]],
        *,
        as_of: date,
        first_day: date,
        segments: Iterable[str] = (),
        lists: Iterable[str] = (),
    ) -> None:
        """`values`: dimension (category, channel, city, region, member_level, product) -> the data's own values."""
        self._catalog = catalog
        self._as_of = as_of
        self._first_day = first_day
        self._products = list(values.get("product", ()))
        self._lexicon = Lexicon(catalog, values, as_of, segments, lists)

    def read(self, text: str) -> Reading:
        """The rule that `text` asks for; never raises."""
        sentence = Sentence.of(text, self._as_of)
        tokens = scan(sentence.clean, self._lexicon, self._as_of, self._first_day)
        tokens = [self._product(token, tokens, sentence) for token in tokens]
        tokens = with_times(tokens, self._as_of, self._first_day)
        pass_ = _Pass(sentence, self._catalog, Memory(self._as_of, self._first_day))
        rule = tidy(_as_group(pass_.node(structure(tokens))))
        unknown = [sentence.quote(token.start, token.end) for token in sorted(pass_.unknown, key=lambda t: t.start)]
        return Reading(text=text, rule=rule, understood=pass_.understood, questions=pass_.questions,
                       unknown=[words for words in dict.fromkeys(unknown) if words])  # fmt: skip

    def read_marks(self, marks: Sequence[tuple[str, str, bool]]) -> MarkedReading:
        """The rule of marks in their order: kind (`marked.KINDS`), words, whether of a share's base; never raises."""
        reader = MarkReader(self._catalog, self._as_of, self._first_day)
        rule, base, unread, unknown = [], [], [], []
        for kind, words, of_base in marks:
            sentence = Sentence.of(words, self._as_of)
            tokens = scan(sentence.clean, self._lexicon, self._as_of, self._first_day)
            parts = parts_of(with_times(tokens, self._as_of, self._first_day), sentence.clean)
            nodes = reader.nodes(kind, parts)
            (base if of_base else rule).extend(nodes)
            unread += [] if nodes else [words]
            if kind not in ("can", "cannot"):  # how one may reach them is said in any words
                unknown += [sentence.quote(token.start, token.end) for token in parts.unread]
        return MarkedReading(rule=tidy(Group(all=rule)), base=tidy(Group(all=base)) if base else None,
                             unread=unread, unknown=unknown)  # fmt: skip

    def _product(self, token: Token, tokens: list[Token], sentence: Sentence) -> Token:
        """Unknown words that are part of products' names, where goods are spoken of."""
        if token.kind != "unknown" or token.end - token.start < 2:
            return token
        if not any(other.kind in ("buy", "prefer", "last") for other in tokens):
            return token
        said = sentence.clean[token.start : token.end]
        names = [name for name in self._products if said in name.lower()]
        return (
            Token("values", token.start, token.end, ("product", tuple(names), "any")) if 0 < len(names) <= 50 else token
        )


class _Pass:
    """One reading in progress."""

    def __init__(self, sentence: Sentence, catalog: TraitCatalog, memory: Memory) -> None:
        self._sentence = sentence
        self._catalog = catalog
        self._memory = memory
        self.understood: list[Understood] = []
        self._campaign: Condition | None = None
        """The last one about who got the messages of a campaign."""
        self.unknown: list[Token] = []
        self.questions: list[Question] = []

    def node(self, part: Clause | Joined) -> Node | None:
        """The condition or group that a part asks for; None where nothing in it was understood."""
        if isinstance(part, Clause):
            nodes = self._clause(part)
            return nodes[0] if len(nodes) == 1 else Group(all=nodes) if nodes else None
        if part.item:
            self._memory.window = None
        nodes = [node for each in part.parts if (node := self.node(each)) is not None]
        return Group(**{part.how: nodes}) if nodes else None

    def _clause(self, clause: Clause) -> list[Node]:
        known = [token for token in clause.tokens if token.kind not in ("unknown", "except_end", "between")]
        self.unknown += [token for token in clause.tokens if token.kind == "unknown"]
        atoms, stray = gather(Clause(tuple(known)), self._memory)
        self.unknown += stray
        return [node for atom in atoms for node in self._atom(atom)]

    def _atom(self, atom: Atom) -> list[Node]:
        found = meaning(atom, self._catalog)
        if found is None:
            self.unknown += atom.tokens
            return []
        self.unknown += found.unused
        used = [token for token in atom.tokens if token not in found.unused]
        words = self._quote(used)
        if found.needs_value is not None:
            self.questions.append(Question(words=words, condition=found.needs_value))
            return [found.needs_value]
        found.nodes = [self._of_the_campaign(node) for node in found.nodes]
        if found.nodes:
            self.understood.append(Understood(words=words, conditions=_conditions(found), assumed=found.assumed))
        return found.nodes

    def _of_the_campaign(self, node: Node) -> Node:
        """ "Got the win-back text but never opened it": what was opened is the message spoken of before."""
        if isinstance(node, Group):
            return node
        if node.trait == LISTED["touches", "campaign"] and node.op == "in":
            self._campaign = node
        listed = LISTED.get((node.trait, "campaign"))
        if not (self._campaign and listed) or node.window:
            return node
        one = {(">=", 1): "in", (">", 0): "in", ("=", 0): "not_in"}.get((node.op, node.value))
        if one is None:
            return node
        return self._campaign.model_copy(update={"trait": listed, "op": one})

    def _quote(self, tokens: list[Token]) -> str:
        if not tokens:
            return ""
        return self._sentence.quote(min(token.start for token in tokens), max(token.end for token in tokens))


def _conditions(found: Meaning) -> list[Condition]:
    return [condition for _, condition in Group(all=found.nodes).conditions()]


def _as_group(node: Node | None) -> Group:
    if node is None:
        return Group()
    return node if isinstance(node, Group) else Group(all=[node])
