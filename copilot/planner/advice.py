"""Hear that somebody asks for advice, and what a question tells before it asks."""

from __future__ import annotations

import re
from collections.abc import Iterable

from copilot.planner.lexicon import lexicon
from copilot.planner.matching import normalise

_HOW = re.compile(  # how to do a thing; not how it came about, and not how it is reckoned
    r"(?:怎么|怎样|咋)(?!样|算|计|定|分|划|界|回事|这么|那么|会|看|查|变|流|移|了|还|$|[呢？?])|如何(?!$|计算"
    r"|定义|[呢？?])"
    r"|\bhow (?:do|can|should|could|to|would)\b(?! (?:i |we |you )?(?:see|calculate|define|compute|compare))"
)
_HOW_TO_REACH = re.compile(r"怎么(?!样)|如何(?!$)|咋(?!样)|\bhow (?:do|can|should|could|to|would)\b")
_ADVICE = re.compile(  # "what perks should our best customers get", "is it worth sending more coupons"
    r"\bshould (?:i|we|our|my|one)\b(?! expect)|\b(?:how|what|which|where)\b.{0,20}\bshould\b(?!.{0,12}\bexpect)"
    r"|\bhow (?:do|can|could|would) i\b|\bhow can we\b|\bworth (?:it|\w+ing)\b|\ballowed to\b|\bwhat would you do\b"
    r"|\bwhy (?:bother|care|invest|spend|would)\b|\b(?:may|can|could) (?:we|i) (?:merge|join|combine|link|use|share)\b"
    r"|\bwhat makes? (?:a|an|the)\b|\bwhat does (?:a|an) (?:good|healthy|normal)\b"
    r"|\bwho should\b(?! we (?:target|reach|text|message|write|send|exclude))"
    r"|\bwhat (?:exactly |precisely )?d(?:o|id|oes) (?:we|they|it|he|she|one) do\b"
    r"|应该(?:从|先|怎|用|把|选|去|抓|重点)|该(?:先|从|选|用|抓)|第一步|(?:从|去)哪里?(?:来|找|要)增长"
    r"|增长.{0,6}从哪|该干(?:嘛|什么|啥)"
    r"|\bbest (?:time|moment|day) to\b|\bwhen (?:is|should|do)\b.{0,30}\b(?:best|contact|send|message|write)\b"
    r"|(?:先|该|按|用|做|选|靠).{1,14}还是(?:先|按|用|做|选|该|靠|全面|单独)"
    r"|真(?:的)?(?:能|有用|管用)|能(?:不能)?(?:直接|拿来)|什么时候.{0,8}(?:最好|合适|联系|发|做)"
    r"|何时.{0,6}(?:合适|最好|联系)|划算"
    r"|值得|值不值|该不该|应不应该|要不要|划不划算|从(?:哪|什么|何处).{0,6}(?:下手|入手|着手|开始|做起|抓起)"
    r"|注意(?:什么|哪些|啥)|要注意|入手|切入|怎么(?:搭|设计|结合|配合|着手|落地)"
    r"|结合起来|制胜|靠(?:什么|啥)赢|关键(?:点|因素)?(?:是|在)|有什么(?:讲究|窍门|诀窍|用处|用$)|适合(?:做|从|用|先)"
    r"|\b(?:ideas|tips|suggestions|advice)\b(?: (?:for|on|to|please|pls)\b|\W*$)"
    r"|(?:还能|能|该|可以|应该|要)(?:给|送|做|推|搞|发)(?:他们|她们|些|点)?(?:什么|啥|哪些|多大|多少)"
    r"|发(?:多大|多少钱|什么样)的?(?:券|优惠|红包)|(?:发|送|推|做|聊|说)(?:点|些)?(?:什么|啥)(?:好|合适|比较好"
    r"|呢|最好|给)"
    r"|\bwhat (?:to|can (?:we|i)|could (?:we|i)|would you) (?:send|offer|give|say|write|do for)\b"
    r"|\bsend .{0,20}\bwhat\b"
)
_SIZES = re.compile(  # how large a control group should be, whatever figure it is to show
    r"\bhow (?:big|large|many|much)\b.{0,24}\b(?:hold ?out|control group|test group)\b"
    r"|留(?:多少|多大).{0,4}(?:对照|不发)|(?:多大|多少).{0,4}对照组|对照组.{0,6}(?:多大|多少)"
)
_USUAL = re.compile(
    r"(?:多少|怎样|什么样)(?:才)?算(?:是)?(?:正常|高|低|好|合理|健康|及格)"
    r"|算(?:不算)?(?:正常|高|低|好|合理)(?:吗|么)|正常水平|行业(?:平均|水平|均值)"
    r"|\bwhat(?:'s| is| would be) (?:a |an )?(?:good|normal|typical|healthy|decent|usual)\b"
    r"|\bis (?:it|that|this|an?|our|\d[\d.]*) ?%?.{0,30}? (?:good|normal|healthy|decent|too high|too low)\b(?! for)"
)
_WONDERS = re.compile(
    r"(?:怎么|咋|为何)(?:又|就|突然|一下子?|都|还|会)?(?:比.{1,12}?)?(?:这么|那么)?"
    r"(?:多了|少了|掉(?!头)|跌|降了|下降|下滑|涨了?(?!粉)|上涨|变多|变少|变[高低差]|[高低差](?:了|这么|那么|这|那))"
)
_BARE = re.compile(  # asks what to do and names nothing to do it about
    r"^(?:那么?|所以|请问|我们?|咱们?|你说|这(?:周|个?月)?|本[周月]|今天|下(?:周|个?月)|接下来|下一步"
    r"|现在)*(?:又|到底|究竟)?(?:该|应该|要|得|可以|能)?"
    r"(?:怎么办|咋办|咋整|咋弄|怎么整|怎么搞|怎么弄|怎么处理|怎么改善|怎么做|如何做|如何应对|怎么应对|怎么解决"
    r"|怎么破|怎么做到的|做什么|做些什么|做点什么)(?:才好"
    r"|比较好|好|呢|啊)*\W*$"
    r"|^(?:so|and|then|now)?\W*what (?:exactly |precisely )?(?:should|can|could|do|would|did)"
    r" (?:we|i|you|one|it|they) do"
    r"(?: (?:now|next|then|here|first|today|this (?:week|month)|next (?:week|month)|about (?:it|that|this"
    r"|them)))*(?:,? and (?:how (?:fast|soon|quickly)|when))?\W*$"
    r"|^(?:so |and )?(?:what to do"
    r"|how (?:do|can|should|could) (?:we|i) (?:fix|solve|change|turn|handle|stop|improve) (?:it|that|this)(?: around)?"
    r"|how (?:do|can|should|could) (?:we|i) (?:react|respond|proceed))(?: to (?:it|that|this))?"
    r"(?: (?:now|next|then|about it|about that))*\W*$"
    r"|^(?:so |ok |okay |and |right )*(?:what (?:now|next|then)|now what|any (?:ideas|suggestions|tips|thoughts"
    r"|advice))\W*$"
    r"|^(?:那|所以)?(?:你)?有(?:什么|啥|没有?)(?:好)?(?:招|办法|法子|建议|思路|想法|主意)(?:吗|呢|没|不)?\W*$"
)
_TELLS = re.compile(
    r"^(?:i|i'm|i am|i've|we|we're|we've|our|my|people|nobody|everyone|everybody|customers|they|the boss|management)\b"
    r"|^(?:我|咱|老板|领导|公司|团队|同事|最近|有些|很多|大家|顾客|客户|用户|会员|新人)"
)
_OWN = 8
"""Characters beside "怎么用" or "how do I use" from which a question is about something else than the copilot."""
_ASKING = frozenset({
    "amount", "count", "share", "trend", "top", "bottom", "what_is", "howto", "why", "define", "draft", "compare_year",
    "compare_previous", "versus", "case", "select", "daily", "weekly", "quarterly",
})  # fmt: skip


def advises(words: str, cues: Iterable[str], goal: str) -> bool:
    """Whether normalised text asks what to do or how, rather than for a figure."""
    if "help" in cues and len(_without_help(words)) < _OWN:
        return False
    if _ADVICE.search(words) or _SIZES.search(words) or (goal and _HOW_TO_REACH.search(words)):
        return True
    return bool(_HOW.search(words))


def _without_help(words: str) -> str:
    """What a question asks beside how the copilot is used."""
    for match in reversed(lexicon().cues["help"].find(words)):
        words = words[: match.start] + words[match.end :]
    return words.strip(" ?？!！,，。.")


def asks_why(words: str) -> bool:
    """Whether the words wonder at a change: "京东9月怎么掉这么多"; "怎么降低" asks how to bring one about."""
    return bool(_WONDERS.search(words))


def wants_advice(words: str) -> bool:
    """Whether the words ask for advice in so many words, whatever amounts they name."""
    return bool(_ADVICE.search(words)) or sizes_holdout(words)


def sizes_holdout(words: str) -> bool:
    """Whether somebody asks how large a control group should be: that is in the cards, not in the data."""
    return bool(_SIZES.search(words))


def asks_whether_usual(words: str) -> bool:
    """Whether a figure is to be judged, not only told: "召回率多少算正常", "is that good?"."""
    return bool(_USUAL.search(words))


def bare(sentence: str) -> bool:
    """Whether a sentence asks what to do without naming about what: "该怎么办？", "what should we do about it?"."""
    return bool(_BARE.match(normalise(sentence)))


def states(sentence: str) -> bool:
    """Whether a sentence tells how things are and asks for nothing."""
    return not sentence.rstrip().endswith(("?", "？")) and not lexicon().cues_in(normalise(sentence)) & _ASKING


def introduces(sentence: str) -> bool:
    """Whether a sentence only tells who asks or what troubles them: "I'm new to the team", "老板砍了预算"."""
    return bool(_TELLS.match(normalise(sentence))) and states(sentence)
