"""Which Chinese characters sound alike, tones aside.

GB 2312-80 lists its 3,755 common characters ("level 1") by their sound in pinyin, so the first
character of each of the 396 syllables is all that is needed to tell a character's syllable: the
last of these that does not come after it. A character with several readings has the one that it
is listed under; a rarer character sounds like itself only.
"""

from __future__ import annotations

from bisect import bisect_right

_FIRST = (
    "啊埃鞍肮凹芭白斑邦苞杯奔崩逼鞭标鳖彬兵玻哺擦猜餐苍操厕层插拆搀昌超车郴撑吃充抽初揣川疮吹春戳疵聪凑粗"
    "蹿摧村磋搭呆耽当刀德蹬堤颠碉跌丁丢东兜都端堆墩掇蛾恩而发藩坊菲芬丰佛否夫噶该干冈篙哥给根耕工钩辜刮乖"
    "棺光瑰辊锅哈骸酣夯壕呵嘿痕哼轰喉呼花槐欢荒灰荤豁击嘉歼僵蕉揭巾荆炯揪鞠捐撅均喀开刊康考坷肯坑空抠枯夸"
    "块宽匡亏坤括垃莱蓝琅捞勒雷棱厘俩联粮撩列琳玲溜龙楼芦驴峦掠抡萝妈埋瞒芒猫么玫门萌眯棉苗蔑民明谬摸谋拇"
    "拿氖南囊挠呢馁嫩能妮蔫娘鸟捏您柠牛脓奴女暖虐挪哦欧啪拍攀乓抛呸喷砰坯篇飘撇拼乒坡扑期掐牵枪橇切钦青琼"
    "秋趋圈缺裙然瓤饶惹壬扔日戎揉茹软蕊闰若撒腮三桑搔瑟森僧莎筛珊墒梢奢砷声师收蔬刷摔栓霜谁吮说斯松搜嗽酸"
    "虽孙蓑塌胎坍汤掏特藤梯天挑贴厅通偷凸湍推吞拖挖歪豌汪威瘟嗡挝巫昔瞎掀相萧楔薪星兄休墟轩靴勋压焉殃邀椰"
    "一茵英哟拥幽淤鸳曰耘匝栽咱赃遭责贼怎增扎摘瞻樟招遮珍蒸芝中舟珠抓拽专桩椎谆捉兹鬃邹租钻嘴尊昨"
)
_STARTS = [character.encode("gb2312") for character in _FIRST]
_LAST = "座".encode("gb2312")


def syllable(character: str) -> int | str:
    """Return the number of a common character's syllable, from 1; any other character itself."""
    try:
        code = character.encode("gb2312")
    except UnicodeEncodeError:
        return character
    return bisect_right(_STARTS, code) if _STARTS[0] <= code <= _LAST else character


def sound(word: str) -> tuple[int | str, ...]:
    """Return what is equal for words that sound alike."""
    return tuple(syllable(character) for character in word)
