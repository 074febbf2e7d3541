"""Large numbers as the other language counts them: Chinese in 万 (10⁴) and 亿 (10⁸), English in thousands."""

from __future__ import annotations

import re

_CHINESE = {"亿": 10**8, "万": 10**4}
_ENGLISH = {"billion": 10**9, "million": 10**6, "thousand": 10**3}
_SHORT = {"bn": "billion", "m": "million", "k": "thousand"}
_IN_ENGLISH = re.compile(rf"(\d[\d,]*(?:\.\d+)?)[ ]?({'|'.join([*_ENGLISH, *_SHORT])})\b", re.IGNORECASE)
_IN_CHINESE = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s?(亿|万)")


def counted_in(language: str, text: str) -> str:
    """Return `text` with its large numbers written as `language` does: "100 million users" is "1亿 users" in "zh"."""
    if language == "zh":
        return _IN_ENGLISH.sub(lambda found: _written(_size(found, _ENGLISH), _CHINESE, ""), text)
    return _IN_CHINESE.sub(lambda found: f" {_written(_size(found, _CHINESE), _ENGLISH, ' ')} ", text)


def _size(found: re.Match[str], units: dict[str, int]) -> float:
    unit = found[2].lower()
    return float(found[1].replace(",", "")) * units[_SHORT.get(unit, unit)]


def _written(size: float, units: dict[str, int], between: str) -> str:
    unit = next((unit for unit in units if size >= units[unit]), "")
    return f"{size / units[unit]:.10g}{between}{unit}" if unit else f"{size:.10g}"
