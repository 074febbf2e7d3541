"""Drafts for a campaign's brief: proposed by the copywriter, chosen, or worded by hand; always checked anew."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date

from copilot.campaigns.brief import Brief
from copilot.campaigns.results import Content, TextIssues
from tools.compliance import BrandRules, check_message
from tools.drafting import Channel, DraftBrief, Goal, Part, revise
from tools.drafting.finish import Words, check, finished
from tools.errors import BadArgument
from tools.results import Draft, Issue, Tier

VARIANTS = 3


def proposed(
    brief: Brief, *, tier: Tier, goal: Goal, as_of: date, write: Callable[[DraftBrief], list[Draft]]
) -> list[Draft]:
    """Several variants for each of the brief's channels, in their order.

    Raises BadArgument where the copywriter refuses the brief, see `draft_messages`.
    """
    said = brief.promise.said or brief.promise.text(brief.language) if brief.promise else ""
    return [
        draft.model_copy(update={"offer": said})
        for channel in brief.channels
        for draft in write(_ask(brief, tier, goal, channel, as_of))
    ]


def first_of_each(drafts: Sequence[Draft]) -> list[Draft]:
    """One draft a channel: the first that breaks no rule."""
    ranked = sorted(drafts, key=lambda draft: (len(draft.issues) if draft.sendable else 1000))
    chosen: dict[str, Draft] = {}
    for draft in ranked:
        chosen.setdefault(draft.channel, draft)
    return [chosen[channel] for channel in dict.fromkeys(draft.channel for draft in drafts)]


def reworded(draft: Draft, words: Words, brief: Brief, *, brand: str, as_of: date) -> Draft:
    """The draft in a person's own words."""
    asked = _ask(brief, draft.tier, draft.goal, draft.channel, as_of)
    more = {"writer": "person", "version": draft.version + 1, "parent": draft.id, "offer": draft.offer}
    return finished(words, asked, draft.angle, check(words, asked, brand), **more)


def revised(draft: Draft, *, wish: str, brief: Brief, brand: str, as_of: date, locked: Collection[Part] = ()) -> Draft:
    """The draft changed as wished. Raises BadArgument as `tools.drafting.revise` does."""
    return revise(draft, wish, brief=_ask(brief, draft.tier, draft.goal, draft.channel, as_of), brand=brand,
                  locked=locked).draft  # fmt: skip


def with_changed(content: Content, channel: str, change: Callable[..., Draft]) -> Content:
    """A channel's texts changed, the others as they are. Raises BadArgument for a channel without text."""
    known = [draft.channel for draft in content.texts]
    if channel not in known:
        raise BadArgument("campaign_no_text", channel=channel, alternatives=known)
    changed = [change(draft, brief=content.brief) if draft.channel == channel else draft for draft in content.texts]
    return content.model_copy(update={"texts": changed})


def each_revised(drafts: Sequence[Draft], revised: Callable[[Draft], Draft]) -> list[Draft]:
    """The drafts, changed where the wish leaves something to change. Raises its BadArgument where it does nowhere."""
    made, refused = [], []
    for draft in drafts:
        try:
            made.append(revised(draft))
        except BadArgument as error:
            refused.append(error)
            made.append(draft)
    if len(refused) == len(made):
        raise refused[0]
    return made


def issues(content: Content, *, brand: str, as_of: date, own: BrandRules) -> list[TextIssues]:
    """What each chosen text breaks under the rules as they are now, the brand's own among them."""
    brief = content.brief
    given = {"offer": brief.promise, "brand": brand, "allowed": [brief.link, *brief.must_say], "as_of": as_of}

    def found(draft: Draft) -> list[Issue]:
        whole = "\n".join(part for part in (draft.body, draft.button, draft.preheader) if part)
        return check_message(
            whole, title=draft.title, channel=draft.channel, language=draft.language, own=own, **given
        )

    return [TextIssues(channel=draft.channel, draft=draft.id, issues=found(draft)) for draft in content.texts]


def obstacles(content: Content, found: Sequence[TextIssues]) -> list[str]:
    """Codes of what keeps the texts from review."""
    brief, texts = content.brief, content.texts
    whole = ["\n".join(words_of(draft)).casefold() for draft in texts]
    wrong = {
        "no_text": bool({*brief.channels} - {draft.channel for draft in texts}) or not texts,
        "foreign_text": any(draft.channel not in brief.channels or draft.language != brief.language for draft in texts),
        "blocked": any(issue.severity == "block" for text in found for issue in text.issues),
        "must_say": any(words.casefold() not in text for words in brief.must_say for text in whole),
        "must_not_say": any(words.casefold() in text for words in brief.must_not_say for text in whole),
    }
    return [code for code, holds in wrong.items() if holds]


def words_of(draft: Draft) -> Words:
    return Words(draft.title, draft.preheader, draft.body, draft.button)


def _ask(brief: Brief, tier: Tier, goal: Goal | str, channel: Channel, as_of: date) -> DraftBrief:
    return DraftBrief(
        tier=tier, channel=channel, goal=goal, language=brief.language, offer=brief.promise, n=VARIANTS,
        voice=brief.voice, link=brief.link, must_say=brief.must_say, must_not_say=brief.must_not_say, as_of=as_of,
    )  # fmt: skip
