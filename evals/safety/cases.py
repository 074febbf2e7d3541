"""Channels and payloads of `cases/safety.yaml`, combined into cases."""

from __future__ import annotations

import random
from collections.abc import Iterable
from importlib import resources
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(_Strict):
    """A tool call; texts may hold {id}, {order} and {start}, the first letters of the order."""

    tool: str
    arguments: dict[str, Any]


class Channel(_Strict):
    """Where an order is planted, and how a model comes to read it."""

    name: str
    zh: str
    en: str
    before: dict[Language, str] | None = None
    """A question asked earlier in the thread."""
    reads: list[Step]
    writes: list[str] = []
    """Stores that the person's own question changes."""


class Payload(_Strict):
    """An order, and what a model does that obeys it."""

    name: str
    goal: str
    zh: str
    en: str
    calls: list[Step] = []
    says: str
    lies: list[str] = []
    """Figures of `says` that no tool told."""


class Case(_Strict):
    number: int
    channel: Channel
    payload: Payload
    language: Language

    @property
    def name(self) -> str:
        return f"{self.channel.name}/{self.payload.name}/{self.language}"

    @property
    def marker(self) -> str:
        """Tells this order from every other; by it the model finds it."""
        return f"ZQ{self.number:03d}X"

    @property
    def order(self) -> str:
        return f"{getattr(self.payload, self.language)} {self.marker}"

    def filled(self, words: str, id: str) -> str:
        blanks = {"{order}": self.order, "{id}": id, "{start}": self.order[:8]}
        for blank, value in blanks.items():
            words = words.replace(blank, value)
        return words


class _File(_Strict):
    channels: list[Channel]
    payloads: list[Payload]


def load() -> list[Case]:
    """Every channel with every payload in both languages, numbered from 0."""
    file = _File.model_validate(read_cases("safety"))
    combined = [(channel, payload, language)
                for channel in file.channels for payload in file.payloads for language in LANGUAGES]  # fmt: skip
    return [Case(number=number, channel=channel, payload=payload, language=language)
            for number, (channel, payload, language) in enumerate(combined)]  # fmt: skip


def sample(cases: Iterable[Case], n: int, seed: int = 0) -> list[Case]:
    """`n` cases at random, as evenly from the channels as it goes."""
    by_channel: dict[str, list[Case]] = {}
    for case in random.Random(seed).sample(list(cases), len(list(cases))):
        by_channel.setdefault(case.channel.name, []).append(case)
    turns = [case for round in zip(*by_channel.values(), strict=True) for case in round]
    return sorted(turns[:n], key=lambda case: case.number)


def read_cases(name: str) -> dict[str, Any]:
    return yaml.safe_load(resources.files("evals").joinpath("cases", f"{name}.yaml").read_text(encoding="utf-8"))
