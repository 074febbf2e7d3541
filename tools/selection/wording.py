"""A rule in words, Chinese or English: what people check, edit and read back."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml

from tools.definitions import LOADER
from tools.results import Bilingual
from tools.selection.rule import Condition, Node, Rule, Share
from tools.traits.trait import Trait, TraitCatalog

Language = Literal["zh", "en"]


def rule_words(rule: Rule, catalog: TraitCatalog) -> Bilingual:
    """The rule in both languages: "近180天没有下单，消费金额超过2,000"."""
    return Bilingual(zh=Wording(catalog, "zh").rule(rule), en=Wording(catalog, "en").rule(rule))


@cache
def _templates() -> dict[str, Any]:
    text = resources.files("tools.selection").joinpath("wording.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=LOADER)


class Wording:
    """Words of rules in one language."""

    def __init__(self, catalog: TraitCatalog, language: Language) -> None:
        self._catalog = catalog
        self._say = _templates()[language]
        self._language = language

    def rule(self, rule: Rule) -> str:
        parts = [self._node(node) for node in rule.all]
        if rule.any:
            parts.append(self._bracketed(self._say["or"].join(self._node(node) for node in rule.any)))
        parts += [self._none(node) for node in rule.none]
        return self._say["and"].join(parts) or self._say["everyone"]

    def condition(self, condition: Condition) -> str:
        """One condition in words; one on an unknown trait by its name."""
        if condition.trait in self._say["special"]:
            return self._special(condition)
        trait = self._catalog.traits.get(condition.trait)
        if trait is None or condition.op in ("is", "is_not"):
            title = self._title(trait) if trait else condition.trait
            wanted = (condition.op == "is") == (condition.value is True)
            kind = "consent" if condition.trait.startswith("consent_") else "flag"
            return self._say[kind if wanted else f"not_{kind}"].format(title=title)
        if trait.kind == "date":
            return self._date(condition, trait)
        if trait.kind == "text":
            return self._text(condition, trait)
        return self._measured(condition, trait)

    def _node(self, node: Node) -> str:
        if isinstance(node, Condition):
            return self.condition(node)
        if node.any and not node.all and not node.none:
            return self._bracketed(self._say["or"].join(self._node(each) for each in node.any))
        if node.none and not node.all and not node.any and len(node.none) == 1:
            return self._bracketed(self._none(node.none[0]))
        parts = [self._node(each) for each in node.all]
        parts += [self._bracketed(self._say["or"].join(self._node(each) for each in node.any))] if node.any else []
        parts += [self._bracketed(self._none(each)) for each in node.none]
        return self._bracketed(self._say["inner_and"].join(parts))

    def _none(self, node: Node) -> str:
        return self._say["none"].format(words=self._bracketed(self._node(node)))

    def _bracketed(self, words: str) -> str:
        template = self._say["group"]
        opening, closing = template[0], template[-1]
        inner = words[1:-1]
        whole = words[:1] == opening and words[-1:] == closing and opening not in inner and closing not in inner
        return words if whole else template.format(words=words)

    def _title(self, trait: Trait) -> str:
        title = getattr(trait.title, self._language)
        return title[0].lower() + title[1:] if title.split()[0][1:].islower() else title

    def _special(self, condition: Condition) -> str:
        positive, negative, *after = self._say["special"][condition.trait]
        said = self._values(condition)
        verb = negative if condition.op in ("not_in", "!=", "is_not") else positive
        if self._language == "zh":
            return f"{self.window(condition.window)}{verb}{said}{''.join(after)}"
        return f"{verb} {said}{self._within(condition)}"

    def _measured(self, condition: Condition, trait: Trait) -> str:
        window = self.window(condition.window) if self._language == "zh" else self._within(condition)
        names = {"window": window, "title": self._title(trait)}
        if condition.trait == "orders" and (condition.op, condition.value) in ((">=", 1), (">", 0), ("=", 0)):
            return self._say["no_orders" if condition.op == "=" else "some_orders"].format(**names)
        if isinstance(condition.value, Share):
            end = "top" if condition.value.top else "bottom"
            share = f"{(condition.value.top or condition.value.bottom) * 100:g}%"
            return self._say[f"share_{end}"].format(**names, value=share)
        if condition.op == "between":
            low, high = condition.value
            return self._say["between"].format(**names, low=self._figure(low, trait), high=self._figure(high, trait))
        op = self._say["ops"].get(condition.op, condition.op)
        return self._say["measured"].format(**names, op=op, value=self._figure(condition.value, trait))

    def _figure(self, value: Any, trait: Trait) -> str:
        if isinstance(value, (bool, str, list)):
            return str(value)
        number = value * 100 if trait.unit == "percent" else value
        text = f"{number:,.10f}".rstrip("0").rstrip(".")
        return text + self._say["units"].get(trait.unit or "", "")

    def _text(self, condition: Condition, trait: Trait) -> str:
        window = self.window(condition.window) if self._language == "zh" else self._within(condition)
        negative = condition.op in ("not_in", "!=")
        template = self._say["is_not_one" if negative else "is_one"]
        return template.format(window=window, title=self._title(trait), value=self._values(condition, trait))

    def _values(self, condition: Condition, trait: Trait | None = None) -> str:
        values = condition.value if isinstance(condition.value, list) else [condition.value]
        titles = {value.name: getattr(value.title, self._language) for value in trait.values} if trait else {}
        return self._say["values"].join(titles.get(str(value), str(value)) for value in values)

    def _date(self, condition: Condition, trait: Trait) -> str:
        value = condition.value
        if condition.op == "between":
            value = f"{value[0]}..{value[1]}"
        elif isinstance(value, list):
            value = ", ".join(str(day) for day in value)
        named = {"in": "date_in", "between": "date_in", "=": "date_in", "not_in": "date_not_in", "!=": "date_not_in",
                 ">=": "date_since", ">": "date_after", "<=": "date_until", "<": "date_before"}  # fmt: skip
        return self._say[named[condition.op]].format(title=self._title(trait), value=self.window(str(value)))

    def _within(self, condition: Condition) -> str:
        named = condition.window in self._say["windows"]
        return f"{' ' if named else ' in '}{self.window(condition.window)}" if condition.window else ""

    def window(self, label: str) -> str:
        """A window's name in words: last_90_days -> 近90天; "" for all history; what is no window as it stands."""
        say = self._say
        if not label or label == "all":
            return ""
        if label in say["windows"]:
            return say["windows"][label]
        match = re.fullmatch(r"last_(\d+)_(\w+)", label)
        if match and match[2] in say["spans"]:
            return say["spans"][match[2]].format(n=match[1])
        if label.count("..") == 1:
            start, end = label.split("..")
            return say["range"].format(start=start, end=end)
        if match := re.fullmatch(r"(\d{4})-Q(\d)", label):
            return say["quarter"].format(year=match[1], number=match[2])
        if match := re.fullmatch(r"(\d{4})-H([12])", label):
            return say["half"].format(year=match[1], half=say["halves"][int(match[2])])
        if match := re.fullmatch(r"(\d{4})-(\d\d)", label):
            return say["month"].format(year=match[1], month=int(match[2]))
        return say["year"].format(year=label) if re.fullmatch(r"\d{4}", label) else label
