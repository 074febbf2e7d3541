"""Each of the eight cases is found by descriptions that avoid its key words, in both languages."""

from __future__ import annotations

import pytest

from copilot.diagnosis.desk import DiagnosisDesk

DESCRIPTIONS = {
    "case-boutique-gym": [
        "一家新开的门店，课单价很贵，附近的人不敢掏钱试第一次，想找有钱人常去的品牌一起办活动",
        "Upscale group training in a mall: nobody dares the first visit at full price",
    ],
    "case-online-education": [
        "职场人跟我们在线学技能，付费意愿不高，想靠先试后买和老学员介绍新学员",
        "Professionals learn skills with us remotely; we want more of them to pay and to invite colleagues",
    ],
    "case-yoghurt-brand": [
        "我们卖冷藏饮品，想先抓住最死忠的一小撮人，请他们先尝新口味，再让他们影响更多的人",
        "We sell chilled drinks and want the few most devoted buyers to taste new flavours first and influence the many",
    ],
    "case-online-beauty": [
        "线上彩妆店，靠达人带货起来的，现在想把买家沉淀到微信慢慢成交",
        "We sell lipstick on marketplaces and want buyers to join our chat, where a person posts tips and sells again",
    ],
    "case-car-news": [
        "给车主看的资讯网站，用户每天刷，想提高发帖和回答的积极性",
        "We publish reviews for drivers; readers come daily, and we want old readers to answer newcomers and meet offline",
    ],
    "case-fitness-app": [
        "一个教人锻炼的手机软件，想让大家晒成绩互相打气，再卖器材和吃的",
        "A training tool on the phone that wants to turn into a place where people meet and buy kit",
    ],
    "case-danmaku-video": [
        "小众动画爱好者的网站，怕人多了氛围变差",
        "Young people watch anime with us; newcomers must answer a quiz, and we would like viewers to play our games",
    ],
    "case-mother-and-baby": [
        "卖奶粉童装的连锁，孩子一大顾客就走了",
        "A chain for parents loses families once the child grows up",
    ],
}


@pytest.mark.parametrize(
    ("case", "description"), [(case, words) for case, both in DESCRIPTIONS.items() for words in both]
)
def test_a_case_is_found_by_a_description(desk: DiagnosisDesk, case: str, description: str) -> None:
    found = desk.diagnose(("cases",), {}, description)
    assert found.cases[0].card == case
    assert "words" in found.cases[0].alike or "industry" in found.cases[0].alike
