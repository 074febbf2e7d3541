"""Chooses among the candidates: different angles, openings and calls to action, and nothing that breaks a rule."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain, islice, tee

from tools.drafting.brief import Angle, DraftBrief, Taste
from tools.drafting.compose import Candidate, candidates
from tools.drafting.diversity import NEAR_DUPLICATE, opening, opening_of, similarity
from tools.drafting.finish import Words, check, finished
from tools.drafting.library import plays
from tools.drafting.tone import retoned, tone_of
from tools.errors import BadArgument
from tools.offer import day
from tools.results import TIERS, Draft, Issue

_CHECKS = 30
"""Candidates of one angle that are checked before the least bad one is taken."""
_PASSED = 5
"""Candidates that pass with a remark before the one with the fewest is taken."""


def draft_messages(
    brief: DraftBrief, *, brand: str, seed: int = 0, taste: Taste = Taste(), recent: Sequence[Draft] = ()
) -> list[Draft]:
    """Return up to `brief.n` checked drafts, each from another angle while angles last.

    A draft with a blocking issue is returned only when every candidate has one (for example when the
    offer itself breaks a rule). No draft says what `taste` rejects; sentences that `recent` drafts use are taken
    last. The same arguments give the same drafts.

    Raises BadArgument `brand_missing`, `offer_over` when the offer has ended, `draft_category` for an unknown
    category, and `draft_words_exclude_all` when must_not_say and rejected phrases leave no sentence.
    """
    _refuse_impossible(brief, brand)
    brief = brief.model_copy(update={"must_not_say": [*brief.must_not_say, *taste.rejected]})
    drafts: list[Draft] = []
    taken: list[Candidate] = []
    used = _Used(recent)
    order = angles_of(brief, seed)
    for turn in range(brief.n):
        angle = order[turn % len(order)]
        rng = random.Random(f"{seed}/{turn}/{brief.tier}/{brief.channel}/{brief.goal}/{brief.language}")
        ways = candidates(brief, angle, brand, rng, turn=turn + seed + TIERS.index(brief.tier))
        chosen = _choose(ways, taken, used, brief, brand, recent)
        if chosen:
            taken.append(chosen[0])
            words, issues = _voiced(_words(chosen[0]), chosen[1], brief, brand)
            drafts.append(finished(words, brief, angle, issues))
    if not drafts:
        raise BadArgument("draft_words_exclude_all", words=", ".join(brief.must_not_say + brief.avoid_openings))
    return drafts


def angles_of(brief: DraftBrief, seed: int = 0) -> list[Angle]:
    """Benefit first when there is one, then the goal's angle, then the tier's; a seed turns the tier's order."""
    if brief.angles:
        return [angle for angle in brief.angles if brief.offer or angle != "benefit"] or ["service"]
    usual = plays().tiers[brief.tier].angles
    turned = usual[seed % len(usual):] + usual[: seed % len(usual)]
    first: list[Angle] = ["benefit"] if brief.offer else []
    return list(dict.fromkeys([*first, plays().goals[brief.goal], *turned]))


class _Used:
    """How often the lines of the library stand in recent drafts."""

    def __init__(self, recent: Sequence[Draft]) -> None:
        self._text = "\n".join(f"{draft.title}\n{draft.preheader}\n{draft.body}" for draft in recent)
        self._counted: Counter[str] = Counter()

    def __call__(self, lines: Sequence[str]) -> float:
        """Mean number of times that a line of these has been used."""
        for line in lines:
            if line not in self._counted:
                self._counted[line] = self._text.count(line) if self._text and len(line) > 3 else 0
        return sum(self._counted[line] for line in lines) / max(len(lines), 1)


def _refuse_impossible(brief: DraftBrief, brand: str) -> None:
    if not brand.strip():
        raise BadArgument("brand_missing")
    if brief.offer and brief.offer.end and brief.as_of and brief.offer.end < brief.as_of:
        raise BadArgument("offer_over", end=day(brief.offer.end, brief.language))


def _choose(options: list[Candidate], taken: list[Candidate], used: Callable[[Sequence[str]], float], brief: DraftBrief,
            brand: str, recent: Sequence[Draft]) -> tuple[Candidate, list[Issue]] | None:
    """The first candidate without a remark, else the one with the fewest; None when none is permitted."""
    called = {candidate.cta for candidate in taken if candidate.cta}
    said = {line for candidate in taken for line in candidate.lines}
    order = sorted(options, key=lambda c: (
        c.overflow, bool(brief.category) and c.make, c.cta in called, len(said.intersection(c.lines)), used(c.lines),
        c.make, c.repeats))
    fresh, again = tee(c for c in order if _permitted(c, brief, brand) and _unlike(c, taken, brief, brand))
    new = (c for c in fresh if not _like_any(c, recent, brief, brand))
    checked: list[tuple[Candidate, list[Issue]]] = []
    for candidate in chain(islice(new, _CHECKS), islice(again, _CHECKS)):
        checked.append((candidate, check(_words(candidate), brief, brand)))
        if not checked[-1][1] or sum(not _blocks(issues) for _, issues in checked) >= _PASSED:
            break
    return min(checked, key=lambda pair: (_blocks(pair[1]), len(pair[1])), default=None)


def _voiced(words: Words, issues: list[Issue], brief: DraftBrief, brand: str) -> tuple[Words, list[Issue]]:
    """The words in the brand's voice, as far as the library knows it and no rule is broken for it."""
    tone, _unknown = tone_of(brief.voice)
    if tone is None:
        return words, issues
    said = retoned(words, brief, tone)
    found = check(said, brief, brand)
    return (said, found) if len(found) <= len(issues) else (words, issues)


def _blocks(issues: list[Issue]) -> int:
    return sum(issue.severity == "block" for issue in issues)


def _permitted(candidate: Candidate, brief: DraftBrief, brand: str) -> bool:
    whole = "\n".join(_words(candidate)).casefold()
    if any(words.casefold() in whole for words in brief.must_not_say if words):
        return False
    start = _opening(candidate, brief, brand)
    avoided = [opening(text, text, "sms") for text in brief.avoid_openings]
    return not any(text and (start.startswith(text) or text.startswith(start)) for text in avoided)


def _unlike(candidate: Candidate, taken: list[Candidate], brief: DraftBrief, brand: str) -> bool:
    """Whether it opens and reads unlike those taken."""
    start = _opening(candidate, brief, brand)
    return all(_opening(other, brief, brand) != start and similarity(candidate.body, other.body) < NEAR_DUPLICATE
               for other in taken)


def _like_any(candidate: Candidate, recent: Sequence[Draft], brief: DraftBrief, brand: str) -> bool:
    start = _opening(candidate, brief, brand)
    return any(start == opening_of(draft) or similarity(candidate.body, draft.body) >= NEAR_DUPLICATE
               for draft in recent if (draft.language, draft.channel) == (brief.language, brief.channel))


def _opening(candidate: Candidate, brief: DraftBrief, brand: str) -> str:
    return opening(candidate.title, candidate.body, brief.channel, brand=brand)


def _words(candidate: Candidate) -> Words:
    return Words(candidate.title, candidate.preheader, candidate.body, candidate.button)
