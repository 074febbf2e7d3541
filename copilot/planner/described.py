"""Metrics that a ranking describes instead of naming them: "customers who come back most often", "最忠诚的客户"."""

from __future__ import annotations

import re

from copilot.planner.matching import Match

_BUYERS = r"(?:customers?|buyers?|shoppers?|users?|people|members?|clients?|fans?)"
_BUYERS_ZH = r"(?:客户|客人|顾客|用户|会员|买家|人)"
_DESCRIBED = {
    "repurchase_rate": (
        r"\b(?:come|comes|coming|came) back\b.{0,16}?\b(?:most|more|least|less|best|again and again)\b"
        r"|\b(?:most|least|more|less)\b.{0,6}\b(?:loyal|faithful|sticky|likely to (?:come back|return|stay|re\w+"
        r"|(?:buy|order) again))"
        rf"|\b(?:best|strongest|highest|worst|weakest|lowest) (?:{_BUYERS} )?(?:loyalty|stickiness)"
        r"|\b(?:buy|order|shop)s? (?:from us )?again (?:the )?(?:most|more|least)"
        r"|忠诚|忠实|[粘黏]性|最(?:爱|常|容易|愿意|会)(?:回头|回来|再买|再来|复购|回购)|回来(?:再)?(?:买|下单)?得?的?最(?:多|勤|频繁)"
    ),
    "purchase_frequency": (
        r"\b(?:buy|order|shop|purchase)s? (?:from us )?(?:the )?(?:most|more|least|less) (?:often|frequently)"
        rf"|\bmost frequent {_BUYERS}|(?:买|下单|消费)得?最(?:勤|频繁)|最(?:常|经常)(?:买|下单|消费)"
    ),
    "aov": (
        r"\bspend(?:s|ing)?\b.{0,14}\bper (?:order|basket|purchase|visit|trip)"
        r"|\b(?:biggest|largest|highest|smallest|lowest) (?:baskets?|orders|tickets?)\b"
        r"|(?:每|一|单)(?:单|笔|次)(?:订单)?.{0,4}(?:花|买|消费|金额).{0,4}最"
    ),
    "ltv_to_date": (
        rf"\bmost valuable {_BUYERS}|\b{_BUYERS}\b.{{0,16}}\bworth (?:the )?(?:most|least)"
        rf"|{_BUYERS_ZH}.{{0,2}}最(?:值钱|有价值)|最(?:值钱|有价值)的{_BUYERS_ZH}"
    ),
    "arpu": (
        r"\b(?:big(?:gest)?|heav(?:y|iest)) spenders?"
        r"|\bspends? (?:the )?(?:most|more|least|less) (?:each|per (?:head|person|customer))"
        rf"|最(?:能|舍得|肯|会)花钱|{_BUYERS_ZH}(?:均|平均|人均).{{0,3}}花.{{0,3}}最"
    ),
    "churn_rate": (
        rf"\blos(?:e|es|ing|t) (?:the )?(?:most|more|fewest) {_BUYERS}(?!.{{0,24}}\b(?:compared|versus|vs|than)\b)"
        rf"|\b{_BUYERS}\b.{{0,10}}\b(?:leav(?:e|es|ing)|left|quit|drop off|drift(?:s|ing)? away)\b"
        r".{0,8}\b(?:most|fastest|more)\b"
        rf"|(?:{_BUYERS_ZH}[^，,。?？]{{0,8}}?)?(?:跑|走|丢|流走|流失)(?:得|掉|了)+最(?:多|快|凶|厉害|严重)|最(?:容易|爱)(?:流失|跑掉?)|(?:丢|跑)(?:的|掉的?){_BUYERS_ZH}最多"
    ),
    "retention_rate": (
        r"\b(?:stay|stick)s?\b.{0,14}\b(?:longest|most|best)\b|\bkeeps? (?:(?:the|its|their) )?(?:most )?"
        rf"{_BUYERS} (?:best|longest)|最(?:留得住|能留住)|留得最(?:久|好)"
    ),
    "discount_rate": (
        r"\b(?:most|more) (?:price|discount)[- ](?:sensitive|driven|dependent|hungry)"
        r"|最(?:依赖|靠|爱|吃)(?:打折|优惠|折扣|促销)"
    ),
    "open_rate": r"\b(?:messages?|mails?|texts?)\b.{0,20}\b(?:opened|read)\b"
                 r"|(?:消息|短信|邮件|推送).{0,4}(?:打开|点开|阅读)得?最",
}  # fmt: skip
_ACTIVE = re.compile(
    r"\b(?:share|percent\w*|proportion|part|fraction|how much)\b.{0,40}(?<!per )(?<!each )\b(?:still )?active\b"
    r"|活跃.{0,6}(?:比例|占比|百分之几|占多少|几成)|(?:比例|百分之几|几成|占比).{0,12}活跃"
)
_PATTERNS = {metric: re.compile(pattern) for metric, pattern in _DESCRIBED.items()}


def described(words: str, cues: frozenset[str]) -> list[Match]:
    """Metrics that a ranking (or a share of active customers) in normalised text describes, and by which words."""
    if active := _ACTIVE.search(words):
        return [Match("active_rate", active.start(), active.end())]
    if not cues & {"top", "bottom", "split"}:
        return []
    found = [
        Match(metric, match.start(), match.end())
        for metric, pattern in _PATTERNS.items() if (match := pattern.search(words))
    ]  # fmt: skip
    return [match for match in found if not any(match.inside(other) and match != other for other in found)]
