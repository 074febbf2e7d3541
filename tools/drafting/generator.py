"""Chooses among the candidates: different angles, openings and calls to action, and nothing that breaks a rule."""

from __future__ import annotations

import hashlib
import random
from itertools import islice

from tools.compliance import check_message, sms_segments
from tools.drafting.brief import Angle, DraftBrief
from tools.drafting.compose import Candidate, candidates
from tools.drafting.diversity import NEAR_DUPLICATE, opening, similarity
from tools.drafting.library import plays
from tools.errors import BadArgument
from tools.merge_fields import fields_in, longest
from tools.offer import day
from tools.results import Bilingual, Draft, Issue

_CHECKS = 30
"""Candidates of one angle that are checked before the least bad one is taken."""


def draft_messages(brief: DraftBrief, *, brand: str, seed: int = 0) -> list[Draft]:
    """Return up to `brief.n` checked drafts, each from another angle while angles last.

    A draft with a blocking issue is returned only when every candidate has one (for example when the
    offer itself breaks a rule). The same brief, brand and seed give the same drafts.

    Raises BadArgument `brand_missing`, `offer_over` when the offer has ended, and `draft_words_exclude_all`
    when must_not_say leaves no sentence.
    """
    _refuse_impossible(brief, brand)
    drafts: list[Draft] = []
    taken: list[Candidate] = []
    order = _angles(brief, seed)
    for turn in range(brief.n):
        angle = order[turn % len(order)]
        rng = random.Random(f"{seed}/{turn}/{brief.tier}/{brief.channel}/{brief.goal}/{brief.language}")
        chosen = _choose(candidates(brief, angle, brand, rng), taken, brief, brand)
        if chosen:
            taken.append(chosen[0])
            drafts.append(_draft(*chosen, angle, brief))
    if not drafts:
        raise BadArgument("draft_words_exclude_all", words=", ".join(brief.must_not_say + brief.avoid_openings))
    return drafts


def _refuse_impossible(brief: DraftBrief, brand: str) -> None:
    if not brand.strip():
        raise BadArgument("brand_missing")
    if brief.offer and brief.offer.end and brief.as_of and brief.offer.end < brief.as_of:
        raise BadArgument("offer_over", end=day(brief.offer.end, brief.language))


def _angles(brief: DraftBrief, seed: int) -> list[Angle]:
    """Benefit first when there is one, then the goal's angle, then the tier's; a seed turns the tier's order."""
    if brief.angles:
        return [angle for angle in brief.angles if brief.offer or angle != "benefit"] or ["service"]
    usual = plays().tiers[brief.tier].angles
    turned = usual[seed % len(usual):] + usual[: seed % len(usual)]
    first: list[Angle] = ["benefit"] if brief.offer else []
    return list(dict.fromkeys([*first, plays().goals[brief.goal], *turned]))


def _choose(options: list[Candidate], taken: list[Candidate], brief: DraftBrief,
            brand: str) -> tuple[Candidate, list[Issue]] | None:
    """The first candidate that passes, else the one with the fewest blocking issues; None when none is permitted."""
    called = {candidate.cta for candidate in taken if candidate.cta}
    new_call_first = sorted(options, key=lambda c: c.cta in called)
    fresh = (c for c in new_call_first if _permitted(c, brief, brand) and _unlike(c, taken, brief, brand))
    checked = []
    for candidate in islice(fresh, _CHECKS):
        issues = check(candidate.body, candidate.title, brief, brand)
        if not any(issue.severity == "block" for issue in issues):
            return candidate, issues
        checked.append((candidate, issues))
    return min(checked, key=lambda pair: sum(issue.severity == "block" for issue in pair[1]), default=None)


def _permitted(candidate: Candidate, brief: DraftBrief, brand: str) -> bool:
    whole = f"{candidate.title}\n{candidate.preheader}\n{candidate.body}".casefold()
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


def _opening(candidate: Candidate, brief: DraftBrief, brand: str) -> str:
    return opening(candidate.title, candidate.body, brief.channel, brand=brand)


def check(body: str, title: str, brief: DraftBrief, brand: str) -> list[Issue]:
    """Check a text against its brief: the figures it may hold are those of the offer, the link and must_say."""
    return check_message(body, title=title, channel=brief.channel, language=brief.language, offer=brief.offer,
                         brand=brand, allowed=[brief.link, *brief.must_say], as_of=brief.as_of)


def _draft(candidate: Candidate, issues: list[Issue], angle: Angle, brief: DraftBrief) -> Draft:
    whole = longest(candidate.body, brief.language, brief.offer)
    sms = brief.channel == "sms"
    counted = sms_segments(whole, market="cn" if brief.language == "zh" else "other")
    tier_reason, angle_reason = plays().tiers[brief.tier].reason, plays().angles[angle]
    identity = "\x1f".join((brief.tier, brief.channel, brief.goal, brief.language, candidate.title, candidate.body))
    return Draft(
        id=hashlib.sha256(identity.encode()).hexdigest()[:12],
        tier=brief.tier, channel=brief.channel, goal=brief.goal, language=brief.language, angle=angle,
        title=candidate.title, preheader=candidate.preheader, body=candidate.body,
        reason=Bilingual(zh=tier_reason.zh + angle_reason.zh, en=f"{tier_reason.en} {angle_reason.en}"),
        merge_fields=fields_in(candidate.title, candidate.preheader, candidate.body),
        characters=counted.characters if sms else len(candidate.body),
        segments=counted.segments if sms else 0, encoding=counted.encoding if sms else "", issues=issues,
    )
