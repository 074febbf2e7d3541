"""The fictional brand as data: everything one would turn to change the picture."""

from __future__ import annotations

from dataclasses import dataclass

from tools.results import Tier

NAME = "山禾集"
NAME_EN = "Shanhe"
HISTORY_DAYS = 730
EVENT_DAYS = 60
"""Web events are kept this long, as trackers do."""

# Share of new customers by sales channel, in the first and in the last month.
CHANNELS = {
    "天猫": (0.36, 0.27), "京东": (0.17, 0.14), "微信小程序": (0.15, 0.23), "抖音": (0.17, 0.27),
    "线下门店": (0.15, 0.09),
}
STORE = "线下门店"
LOYALTY = 0.82
"""Chance that an order comes through the customer's own channel."""

CITIES = {
    "上海": 14, "北京": 11, "广州": 10, "深圳": 10, "杭州": 9, "成都": 8, "武汉": 6, "南京": 6, "重庆": 5, "苏州": 5,
    "西安": 4, "长沙": 4, "青岛": 3, "郑州": 3, "昆明": 2,
}
LEVELS = {"普卡": 0, "银卡": 500, "金卡": 1_500, "黑金卡": 4_000}
"""Member level by lifetime paid yuan."""

CATEGORIES = {
    "护肤": 0.22, "零食": 0.21, "洗护": 0.12, "茶饮": 0.11, "家居": 0.10, "糕点": 0.09, "香氛": 0.08, "餐厨": 0.07,
}
DEVOTION = 0.6
"""Chance that a line is from the customer's favourite category; else any, by the shares above."""


@dataclass(frozen=True)
class Process:
    """BG/NBD with seasons: rates are per season-adjusted day (mean 1 over the history).

    Purchase rate ~ Gamma(r, scale 1/alpha); after each order a customer leaves with a
    probability ~ Beta(a, b). Spend scale is lognormal with mean 1.
    Fader, Hardie, Lee (2005), "Counting Your Customers the Easy Way", Marketing Science 24(2).
    """

    r: float = 1.2
    alpha: float = 116.0
    a: float = 0.5
    b: float = 5.0
    spend_sigma: float = 0.5
    prospects: float = 0.04
    """Share registered without an order."""
    refunds: float = 0.035
    """Share of orders sent back, whole or in part."""


PROCESS = Process()

CONSENT = {"sms": 0.81, "push": 0.64, "wecom": 0.72, "email": 0.61}
MESSAGE_PRICE = {"sms": 0.045, "push": 0.004, "wecom": 0.02, "email": 0.008}
"""Yuan a message."""
RESPONSE = {  # delivered; opened of delivered; clicked of opened; unsubscribed of delivered
    "sms": (0.965, 0.32, 0.18, 0.008), "push": (0.88, 0.09, 0.30, 0.004),
    "wecom": (0.985, 0.46, 0.27, 0.006), "email": (0.93, 0.17, 0.12, 0.005),
}
ADVERTISING = {"天猫": 38.0, "京东": 34.0, "微信小程序": 16.0, "抖音": 46.0}
"""Advertising cost in yuan for each new customer."""


@dataclass(frozen=True)
class CampaignPlan:
    """A past campaign; `lift` is added to the chance of an order within 14 days of the send."""

    title: str
    tier: Tier
    channel: str
    goal: str
    offer: str
    days_before: int
    """Start, in days before the last day of the data."""
    holdout: float
    lift: float


WINDOW_DAYS = 14
CAMPAIGNS = (
    CampaignPlan("高价值会员专属礼遇", "high", "wecom", "repurchase", "满399赠香氛小样", 338, 0.20, 0.10),
    CampaignPlan("沉睡会员唤醒短信", "dormant", "sms", "win_back", "满99减20", 305, 0.15, 0.035),
    CampaignPlan("低频会员推送激活", "low", "push", "activate", "满79减10", 262, 0.20, 0.0),
    CampaignPlan("新客二单企微关怀", "potential", "wecom", "second_order", "满159减30", 222, 0.20, 0.09),
    CampaignPlan("高价值会员高频短信", "high", "sms", "upsell", "满599减60", 150, 0.20, -0.09),
    CampaignPlan("会员周期购提醒", "mid", "push", "repurchase", "满199减30", 116, 0.20, 0.08),
    CampaignPlan("沉睡会员企微回访", "dormant", "wecom", "win_back", "满129减40", 88, 0.10, 0.05),
    CampaignPlan("会员换季加购邮件", "mid", "email", "cross_sell", "第二件八折", 44, 0.20, 0.06),
)


@dataclass(frozen=True)
class ShockPlan:
    """From `days_before` on, these customers leave `hazard_ratio` times as fast as their peers."""

    tier: Tier = "high"
    category: str = "零食"
    channel: str = "抖音"
    days_before: int = 213
    hazard_ratio: float = 12.0


SHOCK = ShockPlan()
