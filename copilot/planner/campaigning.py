"""Hear that a campaign is wanted, that it goes to review, or that somebody asks for what only a person does."""

from __future__ import annotations

import re
from dataclasses import replace

from copilot.campaigns.aiming import aimed
from copilot.campaigns.reading import says_only_fields
from copilot.campaigns.wording import brief_rows, gap_lines, text_check_lines, told
from copilot.catalogue import text
from copilot.findings import Findings
from copilot.language import language_of
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import normalise
from copilot.planner.prose import join
from copilot.planner.step import Step
from tools.drafting.wishes import read_wishes
from tools.errors import BadArgument
from tools.results import Draft

CAMPAIGN, BY_HAND = "campaign", "say.send"
STEPS = frozenset({CAMPAIGN})
_PLEASE = (
    r"(?:请|麻烦|帮忙|帮我们|帮我|给我|替我|我们|我|打算|准备|计划|想|要|需要"
    r"|能不能|可以|能|你|现在|再|先|那么?|就|好的?|行|嗯|[, ])*"
)
_PLEASE_EN = (
    r"(?:(?:please|pls|can you|could you|would you|ok|okay|now|then|and|so|yes|great|good|hi|hello|next|let's|let us"
    r"|(?:i|we)(?: would|'d) like (?:you )?to|(?:i|we) (?:want|need)(?: you)? to|help (?:me|us)(?: to)?)\b[, ]*)*"
)
_MAKE = (
    r"(?:策划|筹划|规划|设计|新建|创建|建立|发起|组织|举办|起草|安排|建|做|搞|办|来|弄|开)(?:一下|上)?"
    r"(?![的过了得])"
)
_OTHER = (
    r"(?!\s*的?(?:复盘|效果|分析|报告|报表|总结|评估|对比|数据|列表|日历|排期|预算|文案|短信|推送|邮件|话术"
    r"|海报|消息|名单|结果|规则"
    r"|建议|案例|例子|策略|思路|页面|期间|前|后)|是|有|带来|中)"
)
_OTHER_EN = (
    r"(?!s|'s| (?:reviews?|reports?|analysis|calendar|results?|effects?|performance|post-mortem|debrief"
    r"|copy|texts?|messages?|sms|e-?mails?|push|ideas?|budget|comparison|list|work|did|was|has)\b)"
)
_CREATED = re.compile(
    rf"(?:给|为|针对|对|面向|围绕).{{1,40}}?{_MAKE}[^,。;!?]{{0,30}}?(?:活动|campaign){_OTHER}"
    rf"|^{_PLEASE}{_MAKE}?一?(?:个|场|次|波|档|期|轮)[^,。;!?]{{0,30}}?(?:活动|campaign){_OTHER}"
    rf"|^{_PLEASE_EN}(?:for [^,]{{3,40}}, ?)?(?:run|set up|setup|plan|create|build|start|launch|make|prepare|design"
    r"|propose|put together|organi[sz]e|do|draft) (?:me |us )?(?:an?|another|one|the|our|some|new)\b"
    rf"[^.?!:]{{0,60}}?\bcampaign{_OTHER_EN}"
    rf"|^(?:so |now )?(?:i|we) (?:want|need|would like) (?:an?|another)\b[^.?!:]{{0,60}}?\bcampaign{_OTHER_EN}"
)
_QUICK = re.compile(r"快赢|速赢|quick[- ]win")
"""A plan of quick wins is no campaign."""
_ASKS = re.compile(
    r"什么(?!样)|哪些|哪个|怎么|如何|怎样|为什么|多少|值得|该不该|要不要|有用|有没有|是否|应该"
    r"|\b(?:what|which|how|why|when|whether|should|worth)\b"
)
_OPEN = re.compile(r"(?:[吗呢么]|\?)\W*$")
_ASKED = re.compile(r"^(?:请|麻烦)?(?:你|您)?(?:能|可以|能不能|可不可以|能否|可否)|\b(?:can|could|would) you\b")
_REVIEW = r"(?:提交(?:去|给)?(?:审核人?|审批|评审|复核)|送审|送去审核|提审|报审)"
_REVIEW_EN = r"(?:in |over |off |on )?(?:for|to|into) (?:the |a )?(?:review(?:ers?)?|approval|sign-?off)"
_THEN_REVIEW = re.compile(
    rf"{_REVIEW}|(?:[,。;! 并再]|然后|直接)提交(?:它)?(?=[,。;! 吧]|$)|\b(?:and|then) submit (?:it|this)\b"
    rf"|\b(?:submit|send|hand) (?:(?:it|this) )?{_REVIEW_EN}"
)
_NOT_YET = re.compile(
    r"(?:不|别|不要|不用|暂不|先不)(?:要|用|急着)?(?:提交|送审)|\b(?:don't|do not|without) (?:yet )?submit"
)
_ID = r"(?:campaign|活动)[ -]?\d{1,6}号?"
_NUMBER = re.compile(r"(?:campaign|活动)[ -]?(\d{1,6})")
_IT = rf"(?:它|这个?|那个|该|刚才的?|最新的|上面的|一下)*[ ]*(?:{_ID}|活动|草稿|方案|campaign)?[ ]*"
_IT_EN = rf"(?:it|this|that|them|(?:the |this |that )?(?:latest )?(?:{_ID}|campaign|draft))"
_SUBMIT = re.compile(
    rf"{_PLEASE}(?:把|将)?{_IT}(?:直接|马上|现在)?(?:{_REVIEW}|提交)(?:吧|了|一下|谢谢|{_ID}|[,。! ])*"
    rf"|{_PLEASE_EN}(?:submit|send|hand|put|pass)(?: {_IT_EN})? {_REVIEW_EN}(?:please|now|thanks|[,.! ])*"
    rf"|{_PLEASE_EN}submit {_IT_EN}(?:please|now|thanks|[,.! ])*"
)
_CLEAR = re.compile(rf"{_REVIEW}|{_REVIEW_EN}|活动|campaign")
""" "Submit it" alone may mean anything; "submit campaign-3" does not."""
_BY_HAND = re.compile(
    rf"{_PLEASE}(?:把|将)?{_IT}(?:直接|马上|现在)?"
    r"(?:批准|审批通过|审核通过|导出|发送|发出去|发布|上线|投放|群发)"
    rf"(?:它|这个|活动|{_ID}|吧|了|掉|一下|[,。! ])*"
    rf"|{_PLEASE_EN}(?:approve|export|publish|launch|release|send|send out|activate|schedule) {_IT_EN}"
    r"(?: (?:out|now|please|right away|today|to everyone|live))*[,.! ]*"
)
_THEN_OUT = re.compile(
    r"发出去|发送出去|群发|批准|导出"
    r"|\b(?:send it(?! (?:in |over |off )?(?:for|to)\b)|export it|approve it|launch it now)\b"
)
_REASON = re.compile(
    r"[,，;；。.\s]*(?:理由|原因)(?:就?是|为|[:：])\s*(?P<zh>.+)"
    r"|[,;.\s]*\b(?:the )?reason(?: is|:)\s*(?P<en>.+)|[,;.\s]+because\s+(?P<why>.+)", re.I | re.S,
)  # fmt: skip
_THE_ONE = re.compile(rf"{_ID}|(?:这个?|那个|刚才的?|该|上面的?)活动|\b(?:the|this|that) campaign\b")
_EVERYBODY = re.compile(
    r"人群|所有|全部|全体|新客|老客|\b(?:segment|audience|all|every\w*|new|newcomers?|existing)\b", re.I
)
"""Somebody else than the tier spoken of."""
_NOT_OURS = frozenset({"select", "segments"})
"""What "export them" means after these is a list of people."""


def campaigning(question: str, earlier: Step | None, made: Step | None) -> list[Step]:
    """The steps about a campaign; [] where something else is wanted. `made` is the thread's last campaign step."""
    said, why = _reasoned(question)
    words, note = normalise(said), {"note": why} if why else {}
    if _created(words):
        submit = bool(_THEN_REVIEW.search(words)) and not _NOT_YET.search(words)
        given = {"words": said, "submit": True} | note if submit else {"words": question.strip()}
        step = Step(CAMPAIGN, "propose_campaign", given)
        return [step, Step(BY_HAND)] if _THEN_OUT.search(words) else [step]
    after = earlier is not None and earlier.focus in STEPS
    handed_in = after and bool(earlier.arguments.get("submit"))
    if _SUBMIT.fullmatch(words) and (after or _CLEAR.search(words)) or why and not words and handed_in:
        return [Step(CAMPAIGN, "propose_campaign", {"campaign": _which(words, made), "submit": True} | note)]
    wish = _THEN_REVIEW.sub(" ", said).strip(" ,，。;；")
    if (after or made and _THE_ONE.search(words)) and _amends(wish, words, after=after):
        submit = {"submit": True} | note if wish != said and not _NOT_YET.search(words) else {}
        return [Step(CAMPAIGN, "propose_campaign", {"words": wish, "campaign": _which(words, made)} | submit)]
    if _BY_HAND.fullmatch(words) and not (earlier and earlier.focus in _NOT_OURS):
        return [Step(BY_HAND)]
    return []


def for_those(tiers: tuple[str, ...], steps: list[Step]) -> list[Step]:
    """A campaign that names nobody is for the tier that was spoken of."""
    first = steps[0]
    words = first.arguments.get("words", "")
    aimed_at = lexicon().tiers.find(normalise(words)) or _EVERYBODY.search(words)
    if len(tiers) != 1 or not words or "campaign" in first.arguments or aimed_at:
        return steps
    language = language_of(words)
    told = text("planner.campaign_for", language, tier=text(f"tier.{tiers[0]}", language), words=words)
    return [replace(first, arguments=first.arguments | {"words": told}), *steps[1:]]


def campaign_text(step: Step, findings: Findings, language: str) -> str:
    """What was proposed, what is missing of it, its texts, and whether it may go to review."""
    made, check = findings.campaign.campaign, findings.campaign.check
    # An id in code is no figure to be checked.
    lead = told(made, language).replace(made.id, f"`{made.id}`", 1)
    if made.state != "draft":
        return lead
    brief = [text("planner.campaign_row", language, name=name, value=value)
             for _field, name, value in brief_rows(made.brief, language)]  # fmt: skip
    gaps = [f"- {line}" for line in gap_lines(check, language)]
    remarks = [f"- {line}" for line in text_check_lines(check, language)]
    mend = text("planner.campaign_mend", language) if gaps else ""
    return join(lead, "\n".join(brief), "\n".join(gaps), mend, *(_quoted(draft, language) for draft in made.texts),
                "\n".join(remarks))  # fmt: skip


def next_of(findings: Findings, language: str) -> list[str]:
    """What may be said next: a campaign that is ready may go to review."""
    found = findings.campaign
    if found is None or found.campaign.state != "draft" or not found.check.ready or found.check.warnings:
        return []
    return [text("planner.campaign_submit", language)]


def proposing(step: Step, findings: Findings) -> Step:
    """The step as the next turn should know it: with the campaign that it came to."""
    found = findings.campaign
    return replace(step, arguments=step.arguments | {"campaign": found.campaign.id}) if found else step


def _created(words: str) -> bool:
    if not _CREATED.search(words) or _QUICK.search(words) or _ASKS.search(words):
        return False
    return not _OPEN.search(words) or bool(_ASKED.search(words))


def _reasoned(question: str) -> tuple[str, str]:
    """What is asked, and the reason that the person gives for it: "提交审核，理由：老客都认识这个品"."""
    match = _REASON.search(question)
    if match is None:
        return question.strip(), ""
    return question[: match.start()].strip(), next(filter(None, match.groups())).strip().rstrip("。.")


def _amends(said: str, words: str, *, after: bool) -> bool:
    """Whether words complete or change the campaign before, and ask nothing."""
    if _ASKS.search(words) or _OPEN.search(words):
        return False
    return says_only_fields(_THE_ONE.sub(" ", said)) or after and (_is_wish(said) or bool(aimed(said)[0]))


def _is_wish(said: str) -> bool:
    try:
        return bool(read_wishes(said))
    except BadArgument:
        return False


def _which(words: str, made: Step | None) -> str:
    if named := _NUMBER.search(words):
        return f"campaign-{int(named[1])}"
    return (made.arguments.get("campaign") if made else "") or "latest"


def _quoted(draft: Draft, language: str) -> str:
    parts = [draft.title, draft.preheader, draft.body, draft.button]
    lines = "\n".join(part for part in parts if part).split("\n")
    head = f"**{text(f'draft.channel.{draft.channel}', language)}**"
    return f"{head}\n\n" + "\n".join(f"> {line}" if line else ">" for line in lines)
