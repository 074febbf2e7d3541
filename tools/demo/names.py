"""Invented people: names from generic parts, some awkward ones, and contacts that belong to nobody."""

from __future__ import annotations

import numpy as np

from tools.demo.draw import choose

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红鑫宇晨欣怡梓涵子轩雨桐诗琪浩然一诺思远佳宁若溪安然"
AWKWARD = (
    "", " ", "䶮小川", "𠮷田惠", "李𬭎", "王𡋾", "欧阳娜仁托娅", "迪丽努尔·阿卜杜热合曼江", "司徒",
    "Alexandra Montgomery-Fitzgerald", "Li Wei", "O'Brien", "José Núñez", "小鹿🦌", "🌸桃桃🌸", "=_=困", "@小满",
    "-晚风-", "+小糖+", "A", "null", "测试用户", "爱吃糖的\"糖糖\"", "张三,李四", "乔治R", "王　丽",
)
AWKWARD_SHARE = 0.015
FAKE_RANGE = 100_000
"""Phones are 199000 and five digits; above this many customers the tail grows by a digit."""


def full_names(rng: np.random.Generator, size: int) -> np.ndarray:
    """Chinese names of two or three characters, a few of them awkward."""
    weights = 1 / (np.arange(len(SURNAMES)) + 4)
    given = np.array(list(GIVEN), dtype=object)
    surname = np.array(list(SURNAMES), dtype=object)[choose(rng, weights, size)]
    names = surname + given[rng.integers(len(GIVEN), size=size)]
    long = rng.random(size) < 0.62
    names[long] = names[long] + given[rng.integers(len(GIVEN), size=int(long.sum()))]
    odd = np.flatnonzero(rng.random(size) < AWKWARD_SHARE)
    names[odd] = np.array(AWKWARD, dtype=object)[np.arange(len(odd)) % len(AWKWARD)]
    return names


def phones(rng: np.random.Generator, size: int) -> np.ndarray:
    """Distinct eleven-digit numbers, all from 1990000 0000 on."""
    numbers = rng.choice(max(FAKE_RANGE, 2 * size), size, replace=False)
    return np.array([f"1990{number:07d}" for number in numbers], dtype=object)


def emails(rng: np.random.Generator, size: int) -> np.ndarray:
    """Distinct addresses at example.com, a domain reserved for examples (RFC 2606)."""
    numbers = rng.choice(10 * size, size, replace=False)
    return np.array([f"member{number}@example.com" for number in numbers], dtype=object)
