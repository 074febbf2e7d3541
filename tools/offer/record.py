"""The offer of a campaign as a record, and the everyday phrases people say it with.

Every price, discount, date and code in a draft comes from here; nothing is made up.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Literal

from tools.results import Frozen

Language = Literal["zh", "en"]
OfferKind = Literal["amount_off", "percent_off", "gift", "points", "free_shipping", "early_access", "text"]

SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
UNITS_ZH = {"CNY": "元", "USD": "美元", "EUR": "欧元", "GBP": "英镑"}
# Everyday gift words that both languages should read natively; any other item is shown as said.
_ITEMS = {"小样": "sample", "新品": "new arrivals", "赠品": "gift", "礼物": "gift", "帆布袋": "tote bag"}
_ITEMS_ZH = {english: chinese for chinese, english in _ITEMS.items()}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Offer(Frozen):
    """What the customer is promised."""

    kind: OfferKind
    value: Decimal | None = None
    """amount_off: money; percent_off: share taken off (0.2 = 20 % off, 8折); points: times the usual points."""
    threshold: Decimal | None = None
    """Least order amount, in `currency`."""
    item: str = ""
    """What the gift is, or what early access opens."""
    code: str = ""
    start: date | None = None
    end: date | None = None
    """Last day, included."""
    terms: str = ""
    currency: str = "CNY"
    base_price: Decimal | None = None
    """Price that a discount is measured against."""
    base_price_source: str = ""
    """Where the base price comes from, e.g. "lowest deal price of the last 7 days"."""
    said: str = ""
    """The offer in the words it was given in; the whole content of kind "text"."""

    def text(self, language: Language) -> str:
        """The promise as a short phrase that stands after 可享 or "enjoy": "满199减30", "¥30 off orders over ¥199"."""
        return _CHINESE[self.kind](self) if language == "zh" else _ENGLISH[self.kind](self)

    def details(self, language: Language) -> str:
        """First and last day, code and terms as one sentence; "" when there are none."""
        zh = language == "zh"
        parts = []
        if self.end and self.start:
            first, last = day(self.start, language), day(self.end, language)
            parts.append(f"活动{first}至{last}" if zh else f"{first} to {last}")
        elif self.end:
            parts.append(f"活动至{day(self.end, language)}" if zh else f"Ends {day(self.end, language)}")
        if self.code:
            parts.append(f"优惠码{self.code}" if zh else f"{'code' if parts else 'Code'} {self.code}")
        if self.terms:
            parts.append(self.terms.rstrip("。."))
        if not parts:
            return ""
        return "，".join(parts) + "。" if zh else ", ".join(parts) + "."


def day(value: date, language: Language) -> str:
    """6月18日 / Jun 18."""
    return f"{value.month}月{value.day}日" if language == "zh" else f"{MONTHS[value.month - 1]} {value.day}"


def number(value: Decimal) -> str:
    """The shortest plain form: 30, 8.5, 199.9."""
    return f"{value.normalize():f}"


def zhe(share_off: Decimal) -> str:
    """Share off as the Chinese 折 figure: 0.2 -> "8", 0.15 -> "8.5"."""
    return number((1 - share_off) * 10)


def _money(offer: Offer, value: Decimal | None) -> str:
    return SIGNS.get(offer.currency, f"{offer.currency} ") + number(value or Decimal(0))


def _money_zh(offer: Offer, value: Decimal | None, *, always: bool = False) -> str:
    unit = UNITS_ZH.get(offer.currency, offer.currency)
    return number(value or Decimal(0)) + (unit if always or offer.currency != "CNY" else "")


def _from_zh(offer: Offer) -> str:
    return f"满{_money_zh(offer, offer.threshold)}" if offer.threshold else ""


def _over(offer: Offer) -> str:
    return f" orders over {_money(offer, offer.threshold)}" if offer.threshold else ""


def _amount_zh(offer: Offer) -> str:
    if offer.threshold:
        return f"{_from_zh(offer)}减{_money_zh(offer, offer.value)}"
    return f"立减{_money_zh(offer, offer.value, always=True)}"


def _percent_zh(offer: Offer) -> str:
    return (f"{_from_zh(offer)}打" if offer.threshold else "") + f"{zhe(offer.value or Decimal(0))}折"


def _points_zh(offer: Offer) -> str:
    times = "双倍" if offer.value in (None, 2) else f"{number(offer.value)}倍"
    return (f"{_from_zh(offer)}得" if offer.threshold else "") + f"{times}积分"


def _points_en(offer: Offer) -> str:
    times = {2: "double", 3: "triple"}.get(int(offer.value or 2)) if offer.value in (None, 2, 3) else None
    where = f" on{_over(offer)}" if offer.threshold else ""
    return f"{times or number(offer.value or Decimal(2)) + 'x'} points{where}"


def _item_zh(offer: Offer) -> str:
    return _ITEMS_ZH.get(offer.item, offer.item)


def _gift_en(offer: Offer) -> str:
    item = re.sub(r"^(\d+)积分$", r"\1 points", _ITEMS.get(offer.item, offer.item))
    item = item if re.match(r"(?i)(a|an|the)\b|\d", item) else f"a free {item}"
    return item + (f" on{_over(offer)}" if offer.threshold else "")


_CHINESE = {
    "amount_off": _amount_zh,
    "percent_off": _percent_zh,
    "gift": lambda o: f"{_from_zh(o)}送{_item_zh(o)}" if o.threshold else f"{_item_zh(o)}赠礼",
    "points": _points_zh,
    "free_shipping": lambda o: f"{_from_zh(o)}包邮" if o.threshold else "免邮",
    "early_access": lambda o: f"{_item_zh(o) or '新品'}抢先购",
    "text": lambda o: o.said,
}
_ENGLISH = {
    "amount_off": lambda o: f"{_money(o, o.value)} off{_over(o)}",
    "percent_off": lambda o: f"{number((o.value or Decimal(0)) * 100)}% off{_over(o)}",
    "gift": _gift_en,
    "points": _points_en,
    "free_shipping": lambda o: "free shipping" + (f" on{_over(o)}" if o.threshold else ""),
    "early_access": lambda o: f"early access to {_ITEMS.get(o.item, o.item) or 'new arrivals'}",
    "text": lambda o: o.said,
}
