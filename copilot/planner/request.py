"""How people ask for a message to be checked; every pattern is of normalised text and covers it whole."""

from __future__ import annotations

import re

_PLEASE = (
    r"(?:你好|您好|请|麻烦|劳烦|帮忙|帮我们|帮我|帮|给我|替我|我想|想|能不能|可不可以|能|可以"
    r"|你|再|先|那么?|好的|嗯|把|对|给|[, ])*"
)
_LOOK = r"(?:检查|核查|审核|审查|审校|审审|校对|核对|检测|查查|看看|瞧瞧|查|审|看|过)(?:一下|一遍|一眼|下|看看|看)*"
_STRICT = r"(?:检查|核查|审核|审查|审校|审审|校对|审)(?:一下|一遍|下|看看|看)*"
_KIND = (
    r"(?:短信|推送|push|sms|企微|企业微信|微信|邮件|edm|横幅|弹窗|banner|通知|验证码"
    r"|文案|消息|话术|内容|文字|正文|标题|广告语|广告词|广告)"
)
_NOUN = rf"(?:(?:营销|推广|促销|群发|服务|订单|物流|英文版?|中文版?|手机|app|应用内|新|的)*{_KIND})+"
_THIS = r"(?:(?:这|那|下面|下边|以下|如下|上面)这?一?(?:条|段|封|句|则|篇|版|份|个)?(?:话|的)?)"
_ONE = rf"(?:{_THIS}|我们?(?:的|写的|拟的)(?:这(?:条|段|封|句|则|篇|版|份|个))?|一?(?:条|段|封|则|篇)|)"
_WORDS = r"(?:(?:违规|违禁|敏感|极限|违法|不合规|不合法|不能发|踩线)的?(?:词语?|字眼|用语|用词|表述|内容|地方|说法)?)"
_LAWFUL = (
    r"(?:合规(?:吗|么|不|嘛)|合不合规|是否合规|是不是合规|违规(?:了?吗|么|没有?)|违不违规|是否违规|会不会违规|会违规吗|违法吗|违不违法"
    rf"|有没有(?:什么|哪些)?{_WORDS}|(?:含|带|有)(?:什么|哪些)?{_WORDS}(?:吗|么)|有没有违反(?:广告法|规定|规则)|违反(?:广告法|规定|规则)了?吗"
    r"|符不符合(?:规定|规则|广告法)|符合(?:规定|规则|广告法)(?:吗|么)|会不会被(?:拦截?|退回))"
)
_MAY = (
    r"(?:(?:能不能|可不可以|能否|可否|是否可以|是否能)(?:直接|这样|就这样)*(?:发出去|发送|发|用|过审)"
    r"|(?:能|可以)(?:直接|这样|就这样)*(?:发出去|发送|发|用|过审)了?(?:吗|么|不|嘛)|有没有问题|有问题吗|行不行|行吗|可以吗)"
)
_ENDS = r"(?:吧|呢|啊|呀|谢谢|多谢|吗|[,。!?; ])*"
_TOLD_ZH = rf"{_THIS}(?:{_NOUN})?[, ]*(?:到底|现在|这样|内容|都)*(?:{_LAWFUL}|{_MAY})"
_FIRM_ZH = (
    rf"(?:{_LOOK}{_THIS}{_NOUN}?(?:合规性?)?|{_STRICT}{_ONE}{_NOUN}|(?:{_LOOK})?[, ]*{_TOLD_ZH}|(?:{_LOOK})?{_LAWFUL}"
    rf"|{_ONE}{_NOUN}(?:做个?|进行)?(?:合规)?(?:{_STRICT}|把把?关)|{_THIS}(?:做个?)?(?:合规)?{_STRICT})"
)
_BARE_ZH = (
    rf"(?:{_STRICT}(?:合规性?)?|做个?合规检查|合规检查|{_LOOK}{_ONE}{_NOUN}|(?:{_LOOK})?{_MAY}"
    rf"|{_NOUN}(?:这么|这样|像这样)?(?:写|发)?(?:{_LAWFUL}|{_MAY}))"
)

_PLEASE_EN = (
    r"(?:(?:please|pls|can you|could you|would you|will you|hi|hello|hey|kindly|help me|i need you to|i want you to"
    r"|just|quickly|also|now|then|so|and|ok|okay|first)\b[, ]*)*"
)
_LOOK_EN = (
    r"(?:double-?check|check|review|proofread|proof|vet|scan|screen|validate|audit|look over|look at|go over"
    r"|have a look at|take a look at|run (?:a |the )?(?:compliance |rule )?check on)"
)
_KIND_EN = (
    r"(?:sms|text messages?|texts?|messages?|push notifications?|push|notifications?|e-?mails?|banners?|pop-?ups?"
    r"|notices?|copy|wording|wecom|wechat|drafts?|subject lines?|subject|verification codes?|verification)"
)
_NOUN_EN = (
    rf"(?:(?:marketing|promo|promotional|order|delivery|service|chinese|english|campaign|in-app|new|short"
    rf"|{_KIND_EN})[ -])*"
    rf"{_KIND_EN}"
)
_THIS_EN = r"(?:this|that|the following|following|these|my|our)(?: one)?"
_GIVEN_EN = rf"(?:{_THIS_EN}(?: {_NOUN_EN})?)"
_MORE_EN = (
    r"(?: (?:below|here|please|for me|for us|now|first|again|out|as it is|as is|like this"
    r"|before (?:i|we) send(?: it)?|before it(?:'s| is) sent|before it goes out"
    r"|for (?:compliance|violations?|rule violations?|problems|issues|(?:forbidden|banned) words)"
    r"|against (?:the |our )?(?:rules|advertising law|ad law|law|regulations)"
    r"|(?:as|for|by|via|over|on|through) (?:an? )?(?:sms|text|push|wecom|wechat|e-?mail|banner|notice)))*"
)
_STATE_EN = (
    r"(?:really |legally )?(?:compliant|legal|lawful|allowed|permitted|okay|ok|fine|safe|alright|all right|acceptable"
    r"|good|within the rules|against (?:the |any )?(?:rules?|law))"
    r"(?: (?:to send|to go out|to use))?(?: (?:by|with|under) (?:the |our )?(?:rules|advertising law|ad law|law))?"
)
_BREAK_EN = (
    r"(?:break|violate|breach|comply with|pass|meet|follow)s?(?: (?:any|the|all|our|of|advertising|ad|sms|vendor"
    r"|chinese|rules?|laws?|regulations?|checks?|rule check))*"
)
_BAD_EN = (
    r"any (?:forbidden|banned|prohibited|illegal|sensitive|risky|non-compliant)"
    r" (?:words?|phrases?|terms?|claims?|wording)"
)
_OF_EN = (
    rf"(?:(?:is|are) {_GIVEN_EN} {_STATE_EN}|(?:can|may|could|should) (?:i|we) (?:legally |safely )?send {_GIVEN_EN}"
    rf"|(?:can|may|could|should) {_GIVEN_EN} (?:legally |safely )?(?:go|be sent|be used|run)(?: out)?"
    rf"|(?:does|do|would|will) {_GIVEN_EN} (?:{_BREAK_EN}|(?:have|contain|use) {_BAD_EN})"
    rf"|(?:(?:are|is) there )?(?:{_BAD_EN}|any (?:rule )?(?:violations?|problems?|issues?)) (?:in|with) {_GIVEN_EN}"
    rf"|(?:{_LOOK_EN}|see|tell me|verify) (?:whether|if) (?:{_GIVEN_EN} (?:(?:is|are) {_STATE_EN}|{_BREAK_EN})"
    rf"|(?:i|we) (?:can|may) send {_GIVEN_EN}))"
)
_FIRM_EN = rf"(?:{_LOOK_EN} {_THIS_EN} {_NOUN_EN}|{_OF_EN}|(?:is|are) (?:it|they) {_STATE_EN}|does it {_BREAK_EN})"
_BARE_EN = (
    rf"(?:{_LOOK_EN} (?:{_THIS_EN}|(?:an? |the |some )?{_NOUN_EN})"
    rf"|(?:can|may|should) (?:i|we) send (?:it|the {_NOUN_EN})"
    rf"|(?:compliant|legal|ok to send|okay to send)|(?:(?:are|is) there )?{_BAD_EN}|compliance check)"
)
_AND = r"(?:[,;.!? ]+(?:and )?)"
_ENDS_EN = r"[,;.!? ]*(?:thanks|thank you)?[,;.!? ]*"
_IT_ALONE = re.compile(r"(?:is|are|does) (?:it|they)\b")


def _whole(please: str, asks: str, ends: str, between: str, more: str = "") -> re.Pattern[str]:
    return re.compile(rf"{please}{asks}{more}(?:{between}{please}{asks}{more}){{0,2}}{ends}")


_FIRM = (_whole(_PLEASE, _FIRM_ZH, _ENDS, r"[, ]*"), _whole(_PLEASE_EN, _FIRM_EN, _ENDS_EN, _AND, _MORE_EN))
_BARE = (_whole(_PLEASE, _BARE_ZH, _ENDS, r"[, ]*"), _whole(_PLEASE_EN, _BARE_EN, _ENDS_EN, _AND, _MORE_EN))
_OF_IT = (_whole(_PLEASE, _TOLD_ZH, _ENDS, r"[, ]*"), _whole(_PLEASE_EN, _OF_EN, _ENDS_EN, _AND, _MORE_EN))


def asks_check(words: str) -> bool:
    """Whether words ask for a message to be checked, whether or not it is there."""
    return any(pattern.fullmatch(words) for pattern in _FIRM) and not _IT_ALONE.match(words)


def asks_bare(words: str) -> bool:
    """Whether words may ask for it, where a message follows: "审一下：", "check the SMS:", "is it compliant:"."""
    return any(pattern.fullmatch(words) for pattern in (*_FIRM, *_BARE))


def asks_of_it(words: str) -> bool:
    """Whether words ask about a message that stands before them: "这条能发吗", "can I send this?"."""
    return any(pattern.fullmatch(words) for pattern in _OF_IT)
