"""Metrics that everyday sentences say in several words: "signed up but never ordered", "前20%的客户贡献了多少"."""

from __future__ import annotations

import re

from copilot.planner.matching import Match

_PHRASED = {
    "prospects": (
        r"注册.{0,6}(?:没|未|从不)\w{0,3}(?:买|下单|消费|下过单)(?:过)?"
        r"|\b(?:signed up|registered|sign(?:ed)?-?ups?)\b.{0,16}\b(?:never|not|no|without)\b.{0,10}"
        r"\b(?:order\w*|b(?:uy|ought)|purchas\w*)"
        r"(?: anything| yet)?"
        r"|\b(?:have |has |had )?never (?:yet )?(?:ordered|bought|purchased)(?: anything| from us)?(?=\W*$)"
        r"|(?:从来没|从没|从未|一次都没|一单都没|还没)(?:有)?(?:下过?单|买过(?:东西)?|消费过)"
        r"(?=的?(?:客户|用户|会员|人|有|$|[?？]))"
    ),
    "top20_revenue_share": (
        r"前\s*(?:20\s*%|20\s*percent|百分之二十|两成)的?(?:客户|用户|会员|顾客|人)?.{0,6}(?:贡献|占|带来|撑起).{0,8}"
        r"|\btop (?:20 ?%|20 percent|fifth)(?!\d).{0,30}"
        r"\b(?:share|contribut\w+|of (?:our |the |total )?(?:revenue|sales)|bring\w*|account\w*)\b"
        r"|(?:share|percent\w*|part|how much) of (?:our |the |total |20\d\d |last year's |\s)*"
        r"(?:revenue|sales) .{0,24}\btop (?:20 ?%|20 percent|fifth)"
    ),
    "cross_sell_rate": (
        r"(?:买|购买|消费)(?:过|了)?\s*(?:2|两|二|多)\s*个?(?:以上)?的?(?:品类|类目)(?:以上)?"
        r"|(?:2|两|二)个(?:及)?以上的?(?:品类|类目)"
        r"|(?:\bbuyers? )?(?:who )?\b(?:b(?:uy|ought)|order\w*|shop\w*)\b.{0,12}"
        r"\b(?:2|two|several|multiple|more than one)\b(?: or more)? (?:product )?categor(?:y|ies)"
    ),
    "messages_sent": (
        r"发(?:了|过|出|出去)(?:多少|几)[条封次](?:短信|企微|邮件|推送|消息)?"
        r"|\bhow many (?:sms|texts?|e-?mails?|push(?:es| messages)?|messages?|wecom messages?)\b"
        r"(?= (?:did|have|were|was|we))"
        r"(?:.{0,12}\bs(?:end|ent)\b)"
    ),
    "purchase_frequency": (
        r"(?:一个|每个|每位|平均|一般)(?:客户|客人|顾客|用户|会员|人)[^，,。?？]{0,8}(?:买|下单|消费|来)(?:多少|几)(?:次|单|回)"
        r"|\bhow many (?:times|orders) (?:does|do|will) (?:a|an|each|the average|one|our)\b.{0,24}"
        r"\b(?:a|per|each|every) (?:year|month|quarter)\b"
    ),
    "days_to_second_order": (
        r"\bdays? (?:\w+ ){0,3}?(?:between|from) (?:\w+ ){0,2}?first (?:order |purchase )?(?:and|to) "
        r"(?:the |their )?second(?: (?:order|purchase))?"
        r"|首[单购](?:到|和|与|跟)(?:第二单|二单|二购|复购)[^，,。?？]{0,6}(?:多少天|几天|多久|天数|间隔)"
    ),
    "reactivated_customers": r"\bdormant (?:ones|customers?|people|users?|buyers?)? ?(?:who )?(?:have )?c[ao]me back\b",
    "conversion_lift": (
        r"\bdid (?:the|our|that|those|this|it)\b.{0,48}?\b(?:do anything|make (?:a|any) difference|pay off|help at all"
        r"|(?:really |actually )?work)\b"
        r"|(?:到底|究竟|真的)?(?:有用[吗么没]|起(?:了|没起)?作用|有没有起作用|管不管用)"
    ),
    "churned_customers": (
        r"(?:变成|变为|转为|成了|成为|新增|新变)了?(?:多少|几个)?(?:沉睡|休眠)(?:的)?(?:客户|用户|会员)?"
        r"|\b(?:went|gone|go|became|become|turned) (?:dormant|silent|inactive)\b"
    ),
}  # fmt: skip
_ALONE = frozenset({"churned_customers"})
"""Said so of no tier in particular; with one it is a move between two."""
_TIER = re.compile(r"高价值|潜力|中价值|低价值|\b(?:high|potential|mid|low|top)\b")
_IN_TIME = re.compile(
    r"近|过去|内|以来|\d\s*(?:天|日|周|个?月)|\b(?:last|past|since|within|days?|weeks?|months?)\b"
)
"""With a time, who has not ordered is a condition on people."""
_PATTERNS = {metric: re.compile(pattern) for metric, pattern in _PHRASED.items()}


def phrased(words: str) -> list[Match]:
    """Metrics that normalised text says in several words, and by which."""
    return [
        Match(metric, match.start(), match.end()) for metric, pattern in _PATTERNS.items()
        if (match := pattern.search(words)) and not (metric in _ALONE and _TIER.search(words))
        and not (metric == "prospects" and "注册" not in words and _IN_TIME.search(words))
    ]  # fmt: skip
