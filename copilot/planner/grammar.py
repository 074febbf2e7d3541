"""What the build of a clause says, whatever words fill it: "A比B多", "the slowest month", "那批人"."""

from __future__ import annotations

import re

from copilot.planner.matching import Match

_MORE = r"(?:多|少|高|低|好|差|贵|便宜|涨|跌|快|慢|增|降)"
_BUILDS = {
    "versus": re.compile(
        r"放(?:在)?一?[起块]|摆一起|并排|^(?:那|再)?(?:跟|和|与|同)[^,，]{1,8}比(?:一?比|一?下)?\W*$|"
        rf"比[^，,。?？]{{1,10}}?{_MORE}|谁(?:卖|做|干)?得?(?:更|比较)?{_MORE}"
        r"|\b(?:did|does|do|is|are|was|were|has|have)\b.{1,40}\bor\b.{1,30}\b(?:better|worse|more|best|most"
        r"|bigger|higher)\b"
        r"|\b(?:overtak\w+|overtook|outs(?:ell|old)\w*|outperform\w*|surpass\w*|(?:catch(?:ing)?|caught) up with)\b"
        r"|反超|赶超|追上|赶上|\b(?:higher|lower|bigger|larger|smaller|better|worse|more|fewer)\b.{1,30}\bthan\b"
    ),
    "their": re.compile(
        r"[这那](?:一)?(?:批|些|群|拨|波|帮|伙|部分|类)(?:人|客户|用户|会员|顾客)?|^(?:那|这)?里[面头]"
        r"|\bof (?:those|these|them)\b|\b(?:these|those) (?:people|users?|shoppers?|folks|guys|buyers?)\b"
    ),
    "again": re.compile(r"\bcom(?:e|es|ing) back (?:as|more|less)\b"),
    "moved": re.compile(
        r"\b(?:get(?:ting)?|becom(?:e|ing)|gone|going) (?:any |much )?(?:worse|better|higher|lower|deeper|bigger"
        r"|smaller|stronger|weaker|slower|faster|cheaper)\b|(?:变|越来越)(?:好|差|高|低|多|少|大|小|深|浅|贵"
        r"|便宜|频繁)了?"
        r"|(?:涨|跌|掉|降|升|[多少]了)了?(?:没有?|吗|么|嘛)"
        r"|\b(?:gone|going|goes?|went|com(?:e|es|ing)|came|crept|creep\w*|edg\w+|tick\w*|trend\w*) (?:up|down"
        r"|higher|lower)\b"
        r"|\b(?:slid|slid(?:e|es|ing)|slip(?:s|ped|ping)|tank(?:s|ed|ing)|plung\w+|plummet\w*|crash(?:es|ed"
        r"|ing)|soar\w*"
        r"|surg(?:es|ed|ing)|jump(?:s|ed|ing)|spik(?:es|ed|ing)|rebound\w*|worsen\w*|deteriorat\w*|improv(?:es"
        r"|ed|ing))\b"
        r"|\b(?:held|holding|hold) (?:up|steady)\b|\bpick(?:ed|ing) up\b"
        r"|\bdid\b.{1,30}\bimprove\b|回升|回落|反弹|滑坡|走低|走高|缩水|腰斩|翻倍|翻番|暴涨|暴跌|猛增|锐减|攀升|走弱|回暖|好转|有起色"
    ),
    "why": re.compile(
        r"\b(?:drag|pull|push|weigh|hold|held|dr[io]v)\w* (?!notif|message)(?:\w+ ){1,3}(?:down|up|back)\b"
        r"|拖(?:了|的|着)?.{0,4}后腿|拉[胯垮]"
    ),
    "case": re.compile(
        r"谁(?:家)?(?:做|搞|干)得(?:比较|最|更)?(?:好|成功)|"
        r"(?:别人|别家|人家|同行|其他(?:品牌|公司|人|家)|别的(?:品牌|公司|家))(?:家)?(?:都|也|是|们)*(?:怎么|咋"
        r"|如何)(?:做|搞|干|弄|玩|办)"
        r"|(?:有谁|谁家|还有谁|有没有(?:人|谁|品牌|公司|哪家))(?:也|是)?(?:这么|这样)?(?:做|干|搞|试|弄)过?"
        r"|\b(?:who else|anyone else|anybody else|has (?:anyone|anybody|another brand)|(?:other"
        r"|another) (?:brands?|compan\w+|people|shops?))"
        r"\b.{0,24}\b(?:do|did|done|does|doing|tried|try|handled?|manag\w+|solv\w+)\b"
    ),
    "bottom": re.compile(r"\b(?:worst|lowest|smallest|fewest) first\b|[从由](?:低到高|少到多|小到大)|升序"),
    "top": re.compile(r"\b(?:best|highest|largest|biggest|most) first\b|[从由](?:高到低|多到少|大到小)|降序"),
    "health": re.compile(
        r"数据.{0,4}(?:有没有|有啥|有什么|有点|没啥|存在).{0,3}(?:毛病|问题|异常|坑)"
        r"|\bwrong with (?:my|our|the|this) data\b"
        r"|\b(?:anything|something|is it) (?:off|wrong|odd|missing|weird|broken|fishy)\b(?: (?:with|in"
        r"|about) (?:it|that|the data|them|there))?"
    ),
    "next_best": re.compile(r"\b(?:number|no\.?|#) ?(?:2|two)\b|^(?:那)?(?:第[二2](?:名|位|个)?|老二)(?:是|呢)"),
}
"""Cue -> how it is built."""
NEXT_BEST = re.compile(
    r"\bnext[- ]best(?: (?:choices?|actions?|offers?|steps?|moves?|things?))?|下一步(?:的)?最佳"
    r"|最佳(?:的)?下一步|下一最佳"
)
"""What to do next with each customer."""
_HIGH = r"(?:best|highest|busiest|biggest|peak|strongest|top)"
_LOW = r"(?:worst|lowest|slowest|weakest|quietest|poorest)"
_PERIOD = r"(?:(?P<day>day|天|日)|(?P<week>week|周|星期)|(?P<month>month|个?月份?)|(?P<quarter>quarter|季度))"


_OVERTAKES = re.compile(r"\b(?:overtak\w+|overtook|outs(?:ell|old)\w*|outperform\w*|surpass\w*)\b|反超|赶超|追上|赶上")


def _overtaking(words: str) -> list[Match]:
    return [Match("build", match.start(), match.end()) for match in _OVERTAKES.finditer(words)]


def _ranked(words: str, words_zh: str) -> re.Pattern[str]:
    """ "the slowest sales month", "最高的那个月"."""
    zh = _PERIOD.replace("?P<", "?P<zh_")
    between = r"(?:(?!last|this|past|next|order|in\b)\w+ )?"
    english = rf"\b{words} {between}{_PERIOD}\b(?! of the week)"
    return re.compile(rf"{english}|最{words_zh}的?(?:那|是|哪)?[一个]*{zh}")


_RANKED = ((_ranked(_HIGH, "(?:高|好|多|旺|忙|大)"), "top"), (_ranked(_LOW, "(?:低|差|少|淡|小)"), "bottom"))
_PEOPLE = re.compile(_BUILDS["their"].pattern.split("|^")[0])


_CHANGED_MOST = re.compile(
    r"\b(?:grew|grow|grown|growing|rose|risen|rise|gain(?:ed)?|increased?|improved|fell|fallen|dropped|declined|shrank"
    r"|declining|dropping|falling|shrinking|improving|rising)\b.{0,12}\b(?:more|most|fastest|faster|least|less)\b"
    r"|\blos(?:t|e|es|ing) (?:the )?(?:most|more)(?: (?:customers|shoppers|buyers|people|revenue|sales|orders"
    r"|money))?(?=\W*$| (?:vs|versus|compared|against|since|in|from|this|last|over)\b)"
    r"|\b(?:fastest|slowest)[- ](?:growing|rising|shrinking)"
    r"|(?:涨|增长|增|升|跌|降|下滑|掉)(?:得|的|幅)?(?:更|最)(?:多|快|大|猛|高|少|慢)"
)


_DIFFERENCE = re.compile(
    r"[相]?差(?:距|额|别|异|了?多少|多大|几)|(?:高|低|多|少|贵|便宜|好|差|大|小|强)(?:出|了)?多少|(?:高|低|多|少)几个?"
    r"|\bby how (?:much|many)\b|\bhow (?:much|many) (?:more|less|fewer|higher|lower|bigger|smaller|better|worse)\b"
    r"|\b(?:difference|gap)\b|\bhow far apart\b"
)
_JUDGED = re.compile(
    r"要不要(?:管|理|处理|干预|重视|关注|紧|担心|着急)(?:一下|它|他们)?|(?:严不严重|要紧|打不打紧|正不正常"
    r"|需不需要(?:管|担心|处理))(?:吗|么)?"
    r"|\b(?:should|do) (?:we|i) (?:need to )?(?:worry|care|be (?:worried|concerned))(?: about (?:it|that|them))?\b"
    r"|\bis (?:it|that) (?:serious|a (?:problem|worry|concern))\b"
)
"""Asks to judge the figure; whoever sees it can."""
_FALLEN = re.compile(r"fell|fallen|drop|declin|shr[aiu]nk|lost|least|less|slowest|[跌降掉]|下滑")


def asks_difference(words: str) -> bool:
    """Whether it is asked how far two figures are apart."""
    return bool(_DIFFERENCE.search(words))


def ranks_changes(words: str) -> bool:
    """Whether rows are set in order by how they changed, not by how large they are: "which one grew more"."""
    return bool(_CHANGED_MOST.search(words))


def told_by_structure(words: str) -> frozenset[str]:
    """Cues of a normalised clause by how it is built."""
    found = {cue for cue, build in _BUILDS.items() if build.search(words)}
    found |= {end for pattern, end in _RANKED if pattern.search(words)}
    if changed := _CHANGED_MOST.search(words):  # "which city is growing fastest"
        found |= {"bottom" if _FALLEN.search(changed.group()) else "top"}
    return frozenset(found)


def drags(words: str) -> bool:
    """Whether something is said to pull a figure down or up: "哪个品类拖后腿了"."""
    return bool(_BUILDS["why"].search(words))


def ranked_period(words: str) -> list[str]:
    """The period of time that is ranked, at most one."""
    match = next((found for pattern, _ in _RANKED if (found := pattern.search(words))), None)
    return [name.removeprefix("zh_") for name, said in match.groupdict().items() if said][:1] if match else []


def bound(words: str) -> list[Match]:
    """Words that these builds take up."""
    patterns = [*_BUILDS.values(), NEXT_BEST, _DIFFERENCE, _CHANGED_MOST, _JUDGED, *(pattern for pattern, _ in _RANKED)]
    return [Match("build", match.start(), match.end()) for pattern in patterns for match in pattern.finditer(words)
            if pattern is not _BUILDS["versus"]] + _overtaking(words)  # fmt: skip
