"""A tool that keeps something runs only where the person asked for it, and with the person's own promises.

A model may have been talked into it by a document, a product's name or an old text. So the person's words decide:
what they quote or paste is not asked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from langchain.agents.middleware import AgentMiddleware
from langchain.agents.middleware.types import ToolCallRequest
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage
from langgraph.types import Command

from copilot.guard.messages import REMARK
from copilot.screening import own_words
from copilot.settings import PLANNER
from tools.errors import BadArgument
from tools.numerals import chinese_number

_MAKE = (
    r"策划|筹划|规划|设计|新建|创建|建立|发起|组织|起草|安排|准备|建|做|搞|办|来|弄|开|推出|上线|拟|出|写|改|换|加"
    r"|\b(?:run|set ?up|plan|create|build|start|launch|make|prepare|design|propose|put together|organi[sz]e|draft|want"
    r"|need|write|change|add|use|do an?)\b"
)
_CAMPAIGN = (
    r"活动|方案|战役|促销|大促|拉新|唤醒|转化|促活|召回|复购|campaign|promotion|win.?back|activation|programme|program\b"
)
_REVIEW = r"提交|送审|审核|审批|复核|报审|提审|\b(?:submit|review|approval|sign-?off|hand (?:it|this|the))\b"
_DRAFT = (
    r"写|拟|起草|文案|短信|话术|草稿|推送|企微|邮件|模板|通知|标题|改|润色|换"
    r"|\b(?:write|draft|compose|re-?write|word|copy|sms|push|e-?mails?|banner|template|subject line"
    r"|teaser|wording|revise|rephrase|variants?"
    r"|(?:need|want|give me|some|few|two|three|\d) (?:\w+ ){0,3}(?:texts?|messages?))\b"
)
_REVISE = (
    rf"{_DRAFT}|短|长|活泼|正式|语气|口吻|亲切|去掉|删|加|不要|别提|再来|俏皮|简洁"
    r"|\b(?:short|long|livel|formal|tone|warm|friendl|remove|without|mention|another|punch|simpl|less|more|version)"
)
_AMEND = (
    rf"{_REVISE}|{_CAMPAIGN}|调|截止|结束|开始|优惠|门槛|满|减|折|渠道|链接|对照|周|月|号|日"
    r"|\b(?:until|from|starts?|ends?|through|offer|threshold|minimum|off|channels?|dates?|holdout|voice|by)\b"
)
_LESSON = (
    r"记住|记下|记一|记录|记成|记为|存|沉淀|收录|写进|写入|加入|提一条|提议|归纳成|总结成|当作经验"
    r"|\b(?:remember|note (?:down|that|this|it)|take (?:a )?note|save|record|keep|store|propose|write (?:down|up)"
    r"|lesson (?:that|:)|add)\b"
)
_PEOPLE = r"人群|分群|客群|群组|名单|包|[客用]户|会员|顾客|人"
_AUDIENCE = r"segment|audience|list|group|cohort|people|customers|buyers|members|everybody|everyone|who\b"
_SEGMENT = (
    rf"存(?![在量留续货款])|圈|命名|取名|叫[做作它「“\"]|建(?!议)(?:(?!活动|方案)[^，。；？！]){{0,16}}?(?:{_PEOPLE})"
    rf"|\b(?:save|store)\b|\b(?:create|build|make|keep) (?:(?!campaign|draft|text|message)\w+ ){{0,5}}?(?:{_AUDIENCE})"
    r"|\b(?:name|call|keep) (?:it|them|this|that|these|those)\b"
)
_AGREED = re.compile(
    r"^\W*(?:好的?|可以|行|嗯+|对|是的?|没问题|就这样|就这么办|照办|同意|确认|要|请|ok(?:ay)?|yes|yep|sure|please"
    r"|go ahead|do it|do that|sounds good|agreed|great|fine)\b.{0,20}$", re.I | re.S,
)  # fmt: skip
_QUOTED = re.compile(r"「[^」]*」|『[^』]*』|“[^”]*”|\"[^\"]*\"|```.*?```|<[^>]+>.*?</[^>]+>|^\s*>[^\n]*", re.S | re.M)
_END = r"\s，。；、（）()<>\"'"
_LINK = re.compile(rf"(?:https?://|www\.)[^{_END}]+|\b[\w-]+(?:\.[\w-]+)+/[^{_END}]*", re.I)
_DATE = re.compile(r"20\d\d\s*[-/.年]\s*\d{1,2}(?:\s*[-/.月]\s*\d{1,2})?|20\d\d年?")
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_PROMISE = re.compile(
    rf"(?P<a>{_NUMBER})\s*(?:折|%|元|块|积分|倍|percent|off\b|yuan|rmb|dollars?)"
    rf"|(?:[¥￥$€£]|满|减|立减|返|送|赢|rmb ?)\s*(?P<b>{_NUMBER})|(?<![\d,.])(?P<c>\d{{1,3}}(?:,\d{{3}})+|\d{{3,}})",
    re.I,
)  # fmt: skip
_COUNTER = "(?![个条场份次款封版下些位名种档波])"
"""Words after a number that only counts what is to be made: "写3条" offers nothing."""


class Asked(AgentMiddleware):
    """Refuse, with `not_asked` or `not_said`, a language model's call of a keeping tool that nobody asked for."""

    async def awrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[ToolMessage | Command]]
    ) -> ToolMessage | Command:
        check(request.tool_call["name"], request.tool_call["args"], request.state["messages"])
        return await handler(request)


def check(tool: str, arguments: dict[str, Any], messages: list[AnyMessage]) -> None:
    """Raise BadArgument for a call that keeps something the person has not asked for, or promises what nobody said.

    The planner works from the person's words alone and is not held up.
    """
    last = next((each for each in reversed(messages) if isinstance(each, AIMessage)), None)
    if last is not None and last.response_metadata.get("model_name") == PLANNER:
        return
    said = [each.text for each in messages if isinstance(each, HumanMessage) and REMARK not in each.additional_kwargs]
    if (wanted := _wanted(tool, arguments, messages)) and not _asks(wanted, said):
        raise BadArgument("not_asked")
    for words, figures in _free_words(tool, arguments):
        if foreign := next(_unsaid(words, own_words("\n".join(said)), figures), ""):
            raise BadArgument("not_said", given=foreign)


def _wanted(tool: str, arguments: dict[str, Any], messages: list[AnyMessage]) -> list[str]:
    """Patterns that the person's words must all hold for this call; none for a tool that keeps nothing."""
    match tool:
        case "propose_campaign":
            made = [_AMEND] if arguments.get("campaign") else [_MAKE, _CAMPAIGN]
            made = made if arguments.get("words") else []
            return [*made, *([_REVIEW] if arguments.get("submit") else [])]
        case "draft_messages":
            return [_DRAFT]
        case "revise_draft":
            return [_REVISE]
        case "propose_lesson":
            return [_LESSON]
        case "select_customers" if arguments.get("save_as"):
            return [_SEGMENT]
    return []


def _asks(wanted: list[str], said: list[str]) -> bool:
    if not said:
        return False
    last = _QUOTED.sub(" ", said[-1])
    words = "\n".join([_QUOTED.sub(" ", said[-2]), last]) if len(said) > 1 and _AGREED.match(last) else last
    return all(re.search(pattern, words, re.I) for pattern in wanted)


def _free_words(tool: str, arguments: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Arguments that end in a text for customers or colleagues, and whether their promises must be the person's."""
    for name in {"propose_campaign": ["words"], "draft_messages": ["offer", "category"], "revise_draft": ["wish"],
                 "propose_lesson": ["note"], "select_customers": ["save_as"]}.get(tool, []):  # fmt: skip
        yield str(arguments.get(name) or ""), tool != "propose_lesson"  # a lesson tells what the data showed


def _unsaid(words: str, said: str, figures: bool) -> Iterator[str]:
    plain, known = unicodedata.normalize("NFKC", words), unicodedata.normalize("NFKC", said)
    yield from (match.group() for match in _LINK.finditer(plain) if match.group() not in known)
    if figures:
        values = _values(known)
        for match in _PROMISE.finditer(_DATE.sub(" ", _LINK.sub(" ", plain))):
            value = float(next(filter(None, match.groups())).replace(",", ""))
            if value not in values:
                yield match.group().strip()


def _values(said: str) -> set[float]:
    """Numbers of a text, Chinese ones too; "20% off" is also said by "8折"."""
    plain = {float(each.replace(",", "")) for each in re.findall(rf"{_NUMBER}(?!\d){_COUNTER}", said)}
    plain |= {float(chinese_number(each)) for each in re.findall(f"[零一二三四五六七八九十百千万两]++{_COUNTER}", said)}
    off = {100 - 10 * value for value in plain if value < 10} | {100 - value for value in plain if value < 100}
    return plain | off | {(100 - value) / 10 for value in plain if value < 100} | {value / 10 for value in plain}
