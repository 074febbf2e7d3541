"""SMS vendors: which opt-out, variables, topics and hours each accepts (`vendors.yaml`)."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal, get_args

from tools.definitions import Strict, read_definitions

VendorName = Literal["generic", "aliyun", "huawei", "tencent", "qiniu"]
VENDORS: tuple[VendorName, ...] = get_args(VendorName)
Topic = Literal["coupon", "points", "recall", "visit", "cashback", "draw", "social", "alcohol", "cosmetic"]


class Vendor(Strict):
    opt_out: list[str]
    """Forms of the opt-out it takes; empty for any of the usual ones."""
    variables: bool
    refuses: list[Topic]
    sending: tuple[int, int]
    """Hours between which promotions may be sent, the last one excluded."""


class _Vendors(Strict):
    generic: Vendor
    aliyun: Vendor
    huawei: Vendor
    tencent: Vendor
    qiniu: Vendor


@cache
def vendors() -> dict[str, Vendor]:
    text = resources.files("tools.compliance").joinpath("vendors.yaml").read_text(encoding="utf-8")
    return dict(read_definitions(text, "vendors.yaml", _Vendors))
