"""The planner's own words (`lexicon.yaml`), compiled once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from copilot.planner.matching import Matcher
from tools.definitions import LOADER


@dataclass(frozen=True)
class Lexicon:
    tiers: Matcher
    all_tiers: Matcher
    lifecycle: Matcher
    message_channels: Matcher
    goals: Matcher
    angles: Matcher
    message_languages: Matcher
    cues: dict[str, Matcher]
    any_cue: Matcher
    aliases: dict[str, list[str]]
    conditions: Matcher
    people: Matcher
    """Conditions on people."""
    asking: Matcher
    """Words of a question around the people it asks about."""
    adding: Matcher
    dropping: Matcher
    weekdays: Matcher
    hours: Matcher
    subjects: list[tuple[Matcher, dict[str, str]]]
    """What everyday words are about: those words, and the subject's name by language."""
    metric_words: dict[str, list[str]]
    dimension_words: dict[str, list[str]]
    short_forms: dict[str, str]
    """Short form -> written out."""
    plain: frozenset[str]
    """Words without a condition in them."""
    speech: frozenset[str]
    """Words around a question that bear none where they stand free."""

    def knows(self, word: str) -> bool:
        """Whether a word is one of a cue or of a condition."""
        return any(matcher.find(word) for matcher in (self.any_cue, self.people, self.conditions, self.dropping))

    def spellings(self, value: str) -> list[str]:
        """A value of the data and the other words people use for it."""
        return [value, *(word for part, words in self.aliases.items() if part in value for word in words)]

    def cues_in(self, words: str) -> frozenset[str]:
        """Names of the cues that occur in normalised text."""
        return frozenset(name for name, matcher in self.cues.items() if matcher.find(words))


@cache
def lexicon() -> Lexicon:
    raw, speech = _read("lexicon.yaml"), _read("speech.yaml")
    return Lexicon(
        tiers=Matcher(raw["tiers"]),
        all_tiers=Matcher({"all": raw["all_tiers"]}),
        lifecycle=Matcher(raw["lifecycle"]),
        message_channels=Matcher(raw["message_channels"]),
        goals=Matcher(raw["goals"]),
        angles=Matcher(raw["angles"]),
        message_languages=Matcher(raw["message_languages"]),
        cues={name: Matcher({name: words}) for name, words in raw["cues"].items()},
        any_cue=Matcher({"cue": [word for words in raw["cues"].values() for word in words]}),
        aliases=raw["aliases"],
        conditions=Matcher({"condition": raw["conditions"]}),
        **{name: Matcher({name: raw[name]}) for name in ("people", "asking", "adding", "dropping")},
        **{name: Matcher(raw[name]) for name in ("weekdays", "hours")},
        subjects=[(Matcher({"subject": each["words"]}), each) for each in raw["subjects"]],
        metric_words=raw["metric_words"],
        dimension_words=raw["dimension_words"],
        short_forms=raw["short_forms"],
        plain=frozenset(word for words in raw["plain"].values() for word in words),
        speech=frozenset(word for kinds in speech.values() for words in kinds.values() for word in words),
    )


def _read(name: str) -> dict:
    text = resources.files("copilot.planner").joinpath(name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=LOADER)
