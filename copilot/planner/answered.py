"""Hear that the answer before is spoken of: doubted, asked where it is from, misread, or wanted in another shape."""

from __future__ import annotations

import re
from dataclasses import replace

from copilot.planner.matching import normalise
from copilot.planner.step import Step
from copilot.planner.thread import FIGURES, Thread

_SHORT = 60
"""Characters of what is said of an answer, at most."""
_OPEN_ZH = (
    r"(?:嗯|诶|欸|哎|啊|额|呃|等等|等下|等一下|不是吧|不是|不对|那个?|可是|但是?|所以|不过|请问|麻烦|帮我|再"
    r"|[,，.。!！?？ ])*"
)
_END_ZH = r"(?:呢|啊|呀|吧|哦|哈|吗|么|嘛|了|的|劲|谢谢|[,，.。!！?？~ ])*"
_IT_ZH = (
    r"(?:(?:你|您)?(?:这|那|刚才|刚刚|上面|前面|给)?(?:的|给)?(?:这|那)?(?:个|些|俩|两个)?"
    r"(?:销售额|人数|数据|数字|数|结果|答案|结论|率|比例|金额|表|它)?的?)"
)
_OPEN_EN = (
    r"(?:(?:hm+|wait|no|nope|but|so|ok(?:ay)?|and|sorry|hold on|um+|well|then|now|please|pls|actually|hang on"
    r"|also|great"
    r"|thanks|nice|can you|could you|can i|could i|can we|i want|i need|i'd like|let me|just|yes)\b[,.!?… ]*)*"
)
_END_EN = (
    r"(?:please|pls|thanks|thx|to me|for me|again|then|now|though|tho|here|at all|[,.!?… ])*"
)
_IT_EN = (
    r"(?:(?:that|this|it|those|these|the|your|all of (?:that|this|it)|them|which)"
    r"(?: (?:number|figure|result|data|answer|total|rate|one|stuff|list|numbers|figures|results))?)"
)
_QUOTING = frozenset({"knowledge", "playbook"})
"""Focuses whose answers quote cards."""
_LEAST = 4
"""Characters of what is left of a question, at least."""
_MOSTLY = 4
"""One part in so many of a question must be left, or what was taken for an aside is the question itself."""
_NAMED = 16
"""Characters of what only names something, at most."""
_METHOD = re.compile(
    rf"{_OPEN_ZH}{_IT_ZH}(?:是|到底|又|都|具体)*(?:怎么|咋|如何)(?:算|来|得|统计|计算|得出|查|取)(?:出来?|来)?{_END_ZH}"
    rf"|{_OPEN_ZH}{_IT_ZH}(?:是|从)*(?:根据|依据|口径|出处|来源|凭)(?:是|在)?(?:什么|啥|哪里?|哪儿)?{_END_ZH}"
    rf"|{_OPEN_ZH}{_IT_ZH}(?:是|都)*(?:从|打)?(?:哪里?|哪儿)(?:来|查|看|弄|得)(?:到|来)?{_END_ZH}"
    rf"|{_OPEN_ZH}{_IT_ZH}(?:口径|定义|公式|算法|出处|来源|依据)(?:是|给|发|说|讲|贴)(?:我)?(?:一?下|什么|啥"
    rf"|看看)*{_END_ZH}"
    rf"|{_OPEN_ZH}(?:你)?(?:凭什么|根据什么)(?:这么说|这样说|说的?)?{_END_ZH}"
    rf"|{_OPEN_EN}(?:how|where|what) (?:did|do|have) (?:you|u) (?:get|got|come up with|calculate|compute"
    rf"|work out|arrive at"
    rf"|find|pull|base|reach|count) {_IT_EN}(?: (?:out|from|up|on|number))*{_END_EN}"
    rf"|{_OPEN_EN}(?:how|where)(?:'?s| is| was| are| were| does| do| did) {_IT_EN}"
    rf" (?:calculated|computed|defined|counted|measured|worked out|from|come from|coming from){_END_EN}"
    rf"|{_OPEN_EN}(?:what(?:'s| is) (?:the|your) (?:source|basis|definition)|source|says who|based on what"
    rf"|how come you say (?:that|so))(?: (?:for|of|behind) {_IT_EN})?{_END_EN}"
)
_DOUBT = re.compile(
    rf"{_OPEN_ZH}{_IT_ZH}(?:好像|是不是|感觉|肯定|怎么|看着|看起来|应该|可能|也|都|有点|有些|太|完全)*"
    rf"(?:不对劲?|[偏太]?[低高少多]|错|算错|搞错|弄错|不准|有问题|有误|离谱|奇怪|怪怪的|对不上|不可能|不太对"
    rf"|不靠谱|不像|准不准|准|可靠|靠谱|可信){_END_ZH}"
    rf"|{_OPEN_ZH}{_IT_ZH}对(?:不对|吗|么|没){_END_ZH}"
    rf"|{_OPEN_ZH}(?:你|您)?(?:真)?(?:确定|没(?:算|搞|弄)错|真的假的|真的|靠谱){_END_ZH}"
    rf"|{_OPEN_ZH}{_IT_ZH}(?:怎么|咋)(?:可能|会)?(?:才|就|还|只有)?(?:这么|那么|这|那)(?:一)?(?:点儿?|少|多|低"
    rf"|高){_END_ZH}"
    rf"|{_OPEN_ZH}(?:我)?不(?:太)?(?:信|相信|可能){_END_ZH}"
    rf"|{_OPEN_ZH}(?:你)?(?:重新|再)?(?:帮我)?(?:查|算|核|核对|核实|复核|确认|检查)(?:一)?(?:下|遍|次)(?:数"
    rf"|数据)?{_END_ZH}"
    rf"|{_OPEN_EN}{_IT_EN}?(?:'?s| is| are| looks?| seems?| sounds?| feels?| can't be| cannot be| doesn't look"
    rf"| isn't| don't look"
    rf"| must be| has to be)*(?: (?:a bit|totally|way|so|pretty|kind of|really|just|very))?"
    rf" ?(?:wrong|off|incorrect|not right|right|not correct|correct|odd|weird|strange|fishy|too low|too high|low|high"
    rf"|impossible|a mistake|nonsense){_END_EN}"
    rf"|{_OPEN_EN}(?:are )?(?:(?:you|u) )?(?:really |absolutely |quite )?sure(?: (?:about|of) {_IT_EN})?{_END_EN}"
    rf"|{_OPEN_EN}(?:really|seriously|no way|i don't (?:believe|trust|buy) {_IT_EN}|(?:double[- ]?check|recheck"
    rf"|check|verify)"
    rf"(?: {_IT_EN})?){_END_EN}"
)
_MISSED = re.compile(
    rf"{_OPEN_ZH}(?:我)?(?:(?:问|要|说|想要|想问)的)?(?:不是|没)(?:问|要|说)?(?:这个|这些|这)?{_END_ZH}"
    rf"|{_OPEN_ZH}(?:你|您)?(?:这)?(?:答非所问|没(?:听|看|理解|搞)(?:懂|明白|清楚)(?:我)?的?(?:意思|问题)?"
    rf"|理解错|(?:会错|误会)(?:我的)?意思?"
    rf"|答的(?:是)?(?:什么|啥)|(?:说|答|扯)(?:到)?哪(?:里|儿)?去|跑题|没回答我?的?(?:问题)?){_END_ZH}"
    rf"|{_OPEN_EN}(?:that|this|it)?(?:'?s| is)? ?not (?:what i(?:'m| am| was)? (?:asked|meant|wanted|said"
    rf"|asking|after|looking for)"
    rf"(?: for| about)?|it|my question){_END_EN}"
    rf"|{_OPEN_EN}(?:you (?:misunderstood|got (?:me|it) wrong|didn't (?:understand|answer)|missed the point"
    rf"|misread)(?: me| it| my"
    rf" question| the question)?|wrong (?:question|answer)|i didn't ask (?:for |about )?{_IT_EN}"
    rf"|(?:that|this) (?:doesn't|does not|didn't) answer (?:my|the) question){_END_EN}"
)
_TAKEN = re.compile(
    r"(?:好的?|行|可以|嗯+|哦+|明白|懂|知道|收到|了解|清楚|ok|okay|没问题|原来如此|这样啊|不错|挺好)(?:了|的|吧"
    r"|啊|呀|嘞|哈|呢|[,，.。!！~ ]|好|明白|知道|谢谢)*"
    r"|(?:ok(?:ay)?|alright|all right|fine|got it|i see|understood|makes sense|great|cool|good|nice|perfect"
    r"|sure|right|fair enough|noted"
    r"|interesting|wow|yes|yep|yeah|thanks)(?:[,.! ]+(?:ok|got it|thanks|thank you|great|good|fine|then|cool"
    r"|makes sense))*[,.! ]*"
)
"""Takes note of an answer."""
_WHY_NOT = re.compile(
    rf"{_OPEN_ZH}(?:为(?:什么|啥|何)|凭什么|咋|怎么)(?:就)?(?:不(?:给|能|行|可以|让|告诉我?|看|提供)*|看不了"
    rf"|查不了){_END_ZH}"
    rf"|{_OPEN_EN}(?:why|how come)(?: (?:not|can't (?:you|i|we)|won't you|can you not"
    rf"|couldn't you))?(?: (?:show|give|tell|see|share)"
    rf"(?: (?:me|it|that|us))*)?{_END_EN}"
)
_FORM_ZH = r"(?:柱状|条形|折线|饼|趋势|曲线|走势)?图表?|表格?|excel|xlsx|csv|ppt|文件"
_SHAPED = re.compile(
    rf"{_OPEN_ZH}(?:能不能|能|可以|把|将|给我|直接|也)*{_IT_ZH}?(?:做|画|出|整理|转|变|弄|列|换|生成|导"
    rf"|下载|存|保存|给|来|要|发|打印)*"
    rf"(?:我|来|成|为|到|下|个|张|一个|一张|一份|份|出)*(?:的)?(?:{_FORM_ZH})(?:形式|格式|给我|看看?|一下"
    rf"|里)*{_END_ZH}"
    rf"|{_OPEN_ZH}(?:能不能|能|可以|把|将|给我|直接|也)*{_IT_ZH}?(?:导出|下载|导)(?:一下|下来|出来|来|下"
    rf"|给我)*{_END_ZH}"
    rf"|{_OPEN_EN}(?:(?:show|give|put|make|plot|draw|turn|see|have|get|export|download|save|send|chart|graph"
    rf"|tabulate|visuali[sz]e"
    rf"|do|print|want|copy)(?: me)? ?)?(?:{_IT_EN} ?)?(?:(?:as|in|into|to|on|of) )?(?:(?:an?|the) )?(?:(?:bar"
    rf"|line|pie|nice|quick) )*"
    rf"(?:chart|graph|table|plot|excel|csv|spreadsheet|xlsx|file|powerpoint|slide|excel file|csv file"
    rf"|excel sheet)(?: of {_IT_EN})?"
    rf"(?: instead)?{_END_EN}"
    rf"|{_OPEN_EN}(?:export|download|plot|chart|graph|tabulate|visuali[sz]e) {_IT_EN}(?: out| down)?{_END_EN}"
)
_MEANT = re.compile(
    r"^.{0,24}?(?:我)?(?:问|要|说|想要|想看|想问|指|看)的是(?P<zh>[^,，。;；]{1,30}?)(?:[,，]?\s*(?:而)?(?:不是"
    r"|不要)[^,，。]{1,20})?[。!！.~]*$"
    r"|^(?:不[是对]?[,，])?(?P<other>[^,，。;；是]{1,14})[,，]\s*(?:而)?不是[^,，。吧]{1,20}[。!！.~]*$"
    r"|^.{0,40}?\bi (?:mean|meant|asked (?:for|about)|was asking (?:for|about)|am asking (?:for"
    r"|about)) (?P<en>[^,.;]{2,60}?)"
    r"(?:,? (?:and )?not [^,.;]{2,40})?[.!]*$"
    r"|^(?:不(?:是|对)?|错了|哦不|不不)[,，。 ]+(?:是|要)?(?P<short>[^,，。;；?？吧]{1,16}?)[。!！.~]*$"
    r"|^(?:不是|不要|别)[^,，。]{1,10}[,，](?:而)?(?:我)?(?:是|要|看|就|只|想看"
    r"|想要)*(?P<rather>[^,，。?？]{1,16}?)[。!！.~]*$"
    r"|^not (?:the |by |for |in )?[^,]{2,24}, ?(?:but |just |only )*(?P<just>[^,.;?!]{2,40}?)[.!]*$"
    r"|^(?:no|nope|not that|sorry|actually|wait|oops)\b[,. ]+(?:i mean |it's )?(?P<brief>[a-z][^,.;?!]{2,40}?)[.!]*$"
    r"|^.{0,20}?\bi (?:said|want|wanted) (?P<want>[^,.;]{2,40}?),? not [^,.;]{2,40}[.!]*$",
    re.I,
)
_BEFORE_IT = re.compile(
    rf"^(?:{_OPEN_ZH}{_IT_ZH}(?:不对|错了|不准)(?:吧|啊|呀|了)*|{_OPEN_EN}(?:{_IT_EN}(?:'s| is| looks?"
    rf"| seems?) )?(?:wrong|off|not right))\s*[,，。.!！]\s*(?=\S)"
)
_BACK = re.compile(
    r"(?:回到|看回|回头看|再看|说回|还是说|返回)(?:刚才|刚刚|前面|之前|最开始|一开始|最初|上面)?的?(?:那个"
    r"|那)?(?P<zh>第一个|最开始|一开始|最初|上一个|前一个|刚才|第二个)(?:那个|的)?(?:问题|数|指标)?"
    r"|\b(?:let's )?(?:go(?:ing)?|get(?:ting)?|coming|come|switch|back) (?:back )?to (?:the|my"
    r"|our) (?P<en>very first|first|original|previous|earlier|second)"
    r"(?: (?:one|question|thing|number|figure|topic))?\b",
    re.I,
)
_ASIDES = re.compile(
    r"^(?:你好|您好|在吗|早|hi|hello|hey)?[,，!！。 ]*(?:我)?(?:就)?(?:想|要)?(?:请|麻烦)?(?:问|咨询|了解|打听"
    r"|请教)(?:一?下)[,，:：]?"
    r"|"
    r"[,，]?\s*(?:like|as if|as though) i(?:'m| am|m) (?:five|5|a \w+|new|stupid|dumb)\b.*$"
    r"|[,，]?\s*\bin (?:plain|simple|layman'?s|everyday) (?:english|words|terms|language)\b"
    r"|(?:请|能不能)?(?:用)?(?:大白话|人话|通俗(?:点|一点|的话)?)(?:地)?(?:来)?(?:说|讲|解释)(?:一?下)?(?:[,，]|什么)?"
    r"|(?:请|帮我)?(?:画|做|出|生成|列|拉|给我?)(?:个|张|一张|一个|成|份)(?:柱状|折线|饼|趋势|曲线|走势|对比"
    r"|数据)?(?:图表?|表格?)(?:给我)?(?:看一?[看下]|看|展示|瞧瞧)?[,，:：]?\s*"
    r"|[,，]?(?:请|帮我)?(?:用|以|做成|画成|列成|整理成|放)(?:个|张|一张)?(?:柱状|折线|饼|趋势|曲线)?(?:图表?"
    r"|表格?)(?:里|的?形式)?(?:展示|给我|看|出来|表示|呈现)*\s*$"
    r"|[,，]?\s*\b(?:as|in) an? (?:\w+ )?(?:chart|graph|table|plot)\b(?: please| pls)?"
    r"|\b(?:any chance|is it possible|would it be possible|do you happen to know|i was wondering if|wondering if)\b"
    r"(?: (?:you|we|i) (?:can|could|might))?(?: to)?(?: (?:tell|show|give|get) me)?"
    r"|^(?:please |can (?:you|u) |could (?:you|u) )*(?:make|draw|plot|show|give|chart|graph|do|get"
    r"|have)(?: me)? (?:an? "
    r"|the )?(?:\w+ )?(?:chart|graph|table|plot)"
    r" (?:of|for|with|showing)\s+",
    re.I,
)
"""How the answer is to be shown or worded, which asks for nothing else."""
_OLDEST = re.compile(
    r"第一个|最开始|一开始|最初|first|original"
)
_SINGLED = re.compile(
    r"^[\s,，。.!?？]*(?:and|then|but|那|然后|再)?[\s,，]*"
)


def about_the_answer(question: str, thread: Thread) -> list[Step]:
    """The steps about the answer before; [] where something else is asked."""
    words, latest = normalise(question), thread.latest
    if len(words) > _SHORT:
        return []
    if latest is None:
        return [Step("ask.subject")] if _MISSED.fullmatch(words) or _DOUBT.fullmatch(words) else []
    if _TAKEN.fullmatch(words) and not latest.asks and not latest.focus.startswith("ask."):
        return [Step("say.ok")]
    if latest.focus == "say.personal" and _WHY_NOT.fullmatch(words):
        return [Step("say.personal_why")]
    if _SHAPED.fullmatch(words):
        return _once_more(thread.told, "shape") or [Step("say.no_figure")]
    if _MISSED.fullmatch(words):
        return [Step("ask.misread", slots=latest.slots)]
    last = thread.last or latest
    if _METHOD.fullmatch(words) and last.focus in FIGURES:
        return _once_more(thread.told, "method")
    if _METHOD.fullmatch(words) and last.focus in _QUOTING:
        return _once_more(thread.turns[0], "source")
    if _DOUBT.fullmatch(words) and last.focus in FIGURES:
        return _once_more(thread.told, "recheck")
    return []


def _once_more(steps: tuple[Step, ...], lead: str) -> list[Step]:
    """The same once more, with a word on why."""
    asked = [step for step in steps if step.tool]
    return [replace(step, lead=lead if at == 0 else "") for at, step in enumerate(asked)]


def as_meant(question: str) -> str:
    """What is asked instead of what was answered: "我问的是人数不是金额" asks "那人数呢"."""
    said = _BEFORE_IT.sub("", question.strip())
    match = _MEANT.match(said)
    if match is None:
        return said
    if meant := (match["zh"] or match["other"] or match["short"] or match["rather"]):
        return f"那{meant.strip()}呢" if len(meant) < _NAMED else meant.strip()
    return f"and {(match['en'] or match['want'] or match['brief'] or match['just']).strip()}"


def notes(clause: str) -> bool:
    """Whether a clause only takes note of what was said: "ok fine"."""
    return bool(_TAKEN.fullmatch(normalise(clause)))


def without_asides(question: str) -> str:
    """The question without how it is to be shown or worded; the question where it says nothing else."""
    rest = _ASIDES.sub("", question).strip()
    return rest if len(rest) >= max(_LEAST, len(question) / _MOSTLY) else question


def back_to(question: str, thread: Thread) -> tuple[str, Step | None]:
    """The question without "go back to the first one", and the figure that it goes back to; None where it does not."""
    match, figures = _BACK.search(question), thread.figures
    if match is None or len(figures) < 2:
        return question, None
    which = figures[-1] if _OLDEST.search(match.group()) else figures[1]
    return _SINGLED.sub("", question[: match.start()] + question[match.end() :]), which
