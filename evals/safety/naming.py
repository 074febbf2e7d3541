"""Names beside other personal data: how many are seen, and how many of those seen are names.

Sentences are in `cases/names.yaml`; names, numbers and addresses are made with a fixed seed, none from a list that the
detector knows but the family names.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from copilot.privacy.detectors import Found, find
from evals.safety.cases import LANGUAGES, Language, read_cases
from evals.safety.run import Rate, rate

SEED = 7
EACH = 10
"""Names that a sentence is tried with."""
SETS = ("open", "apart")
_BLANK = re.compile(r"\{(\w+)\}")
_FAMILIES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪"
    "田任姜"
)
_DOUBLE = ("欧阳", "上官", "司马", "诸葛", "慕容", "令狐")
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国春梅子轩梓涵浩然雨欣思远佳怡晨宇俊凯瑶琪雪婷晓彤志鹏"
    "文博嘉诺可心一鸣若曦"
)
_FIRST = (
    "Emma James Olivia Liam Sophie Noah Grace Lucas Hannah Peter Mary Thomas Julia Daniel Priya Rahul Fatima Omar "
    "Yuki Kenji Carlos Lucia Ingrid Sven Chloe Marcus Nadia Viktor Elena Patrick"
)
_LAST = (
    "Clarke Smith Johnson Brown Taylor Wilson Evans Walker Roberts Wright Patel Sharma Hassan Tanaka Sato Garcia "
    "Lopez Svensson O'Brien Müller Dubois Rossi Novak Kowalski Fraser Murphy Bennett Hughes"
)
_PINYIN = "Wang Li Zhang Liu Chen Yang Zhao Huang Zhou Wu Xu Sun Ma Zhu Hu Lin Guo He Gao Luo"
_SYLLABLES = "xiao ming wei fang na li jun yan hui lei qiang jing yu xin tao hong mei jia hao ran"


class Wrong(BaseModel):
    """One sentence that went wrong."""

    model_config = ConfigDict(frozen=True)

    language: Language
    said: str
    missed: list[str]
    """Names that stayed readable."""
    alarms: list[str]
    """Words taken for a name that are none, or more or less than one."""


class Naming(BaseModel):
    """What share of the names is seen (recall), and of what is taken for a name, how much is one (precision)."""

    model_config = ConfigDict(frozen=True)

    recall: list[Rate]
    precision: list[Rate]
    clean: list[Rate]
    """Sentences without a name that lose nothing."""
    wrong: list[Wrong]


def run(times: int = EACH, seed: int = SEED) -> Naming:
    """Try every sentence with so many seeded names and numbers; a rate is of "zh open", "zh apart" and so on."""
    rng, cases = random.Random(seed), read_cases("names")
    hits: dict[str, dict[str, list[bool]]] = {kind: {} for kind in ("recall", "precision", "clean")}
    wrong: list[Wrong] = []
    for language in LANGUAGES:
        for part in SETS:
            of = f"{language} {part}"
            for frame in (*cases[language]["names"][part], *cases[language]["others"][part]):
                for _ in range(times):
                    said, names = _filled(frame, language, rng)
                    taken = list(find(said))
                    seen = [any(each.start <= at and at + len(name) <= each.end for each in taken)
                            for name, at in names]  # fmt: skip
                    found = [each for each in taken if each.kind == "name"]
                    right = [(said[taken.start : taken.end], taken.start) in names for taken in found]
                    hits["recall"].setdefault(of, []).extend(seen)
                    hits["precision"].setdefault(of, []).extend(right)
                    if not names:
                        hits["clean"].setdefault(of, []).append(not found)
                    if not all((*seen, *right)):
                        wrong.append(_wrong(language, said, names, seen, found, right))
    return Naming(**{kind: [rate(of, tried) for of, tried in by.items()] for kind, by in hits.items()}, wrong=wrong)


def _wrong(
    language: Language, said: str, names: list[tuple[str, int]], seen: list[bool], found: list[Found], right: list[bool]
) -> Wrong:
    missed = [name for (name, _), was in zip(names, seen, strict=True) if not was]
    alarms = [said[taken.start : taken.end] for taken, was in zip(found, right, strict=True) if not was]
    return Wrong(language=language, said=said, missed=missed, alarms=alarms)


def _filled(frame: str, language: Language, rng: random.Random) -> tuple[str, list[tuple[str, int]]]:
    """The sentence with its blanks filled, and where the names stand in it."""
    said, at, names = "", 0, []
    blanks = _values(language, rng)
    for blank in _BLANK.finditer(frame):
        said += frame[at : blank.start()]
        value = next(blanks[blank[1]])
        if blank[1] in ("name", "other", "first"):
            names.append((value, len(said)))
        said, at = said + value, blank.end()
    return said + frame[at:], names


def _values(language: Language, rng: random.Random) -> dict[str, Iterator[str]]:
    def phone() -> str:
        bare = f"1{rng.choice('35789')}{rng.randrange(10)}{rng.randrange(10**8):08d}"
        abroad = f"{rng.randrange(201, 990)}-{rng.randrange(201, 990)}-{rng.randrange(10**4):04d}"
        return rng.choice([bare, f"{bare[:3]} {bare[3:7]} {bare[7:]}", bare if language == "zh" else abroad])

    def email() -> str:
        local = rng.choice([f"{first.lower()}{rng.randrange(100)}", first.lower(), f"{first.lower()}.k"])
        return f"{local}@mail{rng.randrange(100)}.example"

    def forever(make):
        while True:
            yield make()

    first = rng.choice(_FIRST.split())
    name = (lambda: _chinese(rng)) if language == "zh" else (lambda: _latin(rng))
    return {
        "name": forever(name), "other": forever(name), "first": forever(lambda: first), "phone": forever(phone),
        "email": forever(email),
        "id": forever(lambda: f"31010419{rng.randrange(60, 99)}0{rng.randrange(1, 10)}1{rng.randrange(10)}"
                              f"{rng.randrange(1000):03d}X"),
        "card": forever(lambda: "6222020200112233446"),
    }  # fmt: skip


def _chinese(rng: random.Random) -> str:
    family = rng.choice(_DOUBLE) if rng.random() < 0.05 else rng.choice(_FAMILIES)
    return family + "".join(rng.choices(_GIVEN, k=rng.choice([1, 2, 2])))


def _latin(rng: random.Random) -> str:
    family = rng.choice(_PINYIN.split())
    given = "".join(rng.sample(_SYLLABLES.split(), rng.choice([1, 2]))).capitalize()
    western = f"{rng.choice(_FIRST.split())} {rng.choice(_LAST.split())}"
    return rng.choice([western, western, f"{family} {given}", f"{given} {family}", f"{family} {given}".lower()])
