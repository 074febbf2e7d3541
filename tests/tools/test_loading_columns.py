"""Which table a file is and what its columns are, from the header alone."""

import pytest

from tools.errors import BadArgument
from tools.loading.columns import canonical, choose_table, normal, table_rules, unit_of
from tools.schema import TABLES


def read(headers, source="file.csv", **mapping):
    positions = {key: headers.index(column) for key, column in mapping.items()}
    chosen = choose_table(source, headers, headers, positions)
    return chosen.rule.name, {name: headers[at] for name, at in chosen.taken.items()}


@pytest.mark.parametrize(
    ("headers", "customer", "day", "paid"),
    [
        (["订单编号", "会员ID", "下单时间", "实付金额(元)"], "会员ID", "下单时间", "实付金额(元)"),
        (["客户ID", "支付时间", "支付金额"], "客户ID", "支付时间", "支付金额"),
        (["User Id", "ORDER_DATE", "GMV"], "User Id", "ORDER_DATE", "GMV"),
        (["ＣｕｓｔｏｍｅｒＩＤ", "date", "dollar_value"], "ＣｕｓｔｏｍｅｒＩＤ", "date", "dollar_value"),
        (["OrderId", "OrderDate", "UserId", "TotalCharges", "PickupDate"], "UserId", "OrderDate", "TotalCharges"),
        (["用户ID", "下单时间", "付款时间", "应付金额", "实付金额"], "用户ID", "下单时间", "实付金额"),
        (["会员ID", "手机号", "日期", "金额"], "会员ID", "日期", "金额"),
    ],
)
def test_orders_in_both_languages(headers, customer, day, paid):
    table, taken = read(headers)
    assert table == "orders"
    assert (taken["customer_id"], taken["ordered_at"], taken["amount"]) == (customer, day, paid)


@pytest.mark.parametrize(
    ("headers", "source", "table"),
    [
        (
            ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"],
            "x",
            "order_items",
        ),
        (["order_id", "product_id", "quantity", "unit_price"], "x", "order_items"),
        (["订单号", "商品编码", "数量", "金额"], "x", "order_items"),
        (["会员ID", "姓名", "手机号", "城市"], "x", "customers"),
        (["会员ID", "城市", "渠道", "日期", "金额"], "customers_2024.csv", "customers"),
        (["商品ID", "商品名称", "类目", "价格"], "x", "products"),
        (["user_id", "item_id", "category_id", "behavior", "ts"], "x", "events"),
        (["campaign_id", "name", "channel", "start_date", "cost"], "x", "campaigns"),
        (["campaign_id", "customer_id", "arm", "sent_at"], "x", "touches"),
        (["日期", "渠道", "花费"], "x", "costs"),
        (["customer_id", "channel", "consented"], "x", "consents"),
        (["会员卡号", "姓名", "性别", "手机号码", "会员等级", "累计消费金额", "最近消费时间"], "会员列表.csv", "customers"),
        (["Customer ID", "First Name", "Email", "City", "Phone", "Total Spent", "Created At"], "x", "customers"),
        (["主订单编号", "子订单编号", "商品标题", "价格", "购买数量", "买家会员名", "实付金额", "订单创建时间"], "x", "order_items"),
        (["Order ID", "Line No", "SKU", "Item Name", "Qty", "Unit Price", "Line Total"], "x", "order_items"),
        (["商品编码", "商品名称", "一级类目", "品牌", "吊牌价", "上架时间"], "x", "products"),
        (["SKU", "Title", "Vendor", "Product Type", "Price"], "products.csv", "products"),
        (["用户ID", "事件名称", "事件时间", "页面", "商品ID"], "x", "events"),
        (["visitorid", "event", "timestamp", "itemid"], "x", "events"),
        (["活动ID", "活动名称", "渠道", "目标人群", "开始时间", "结束时间", "预算"], "x", "campaigns"),
        (["Campaign ID", "Campaign Name", "Channel", "Audience", "Start Date", "End Date", "Budget"], "x", "campaigns"),
        (["计划ID", "用户ID", "分组", "推送时间", "是否送达", "是否点击"], "x", "touches"),
        (["Campaign", "Recipient ID", "Send Time", "Opened", "Clicked"], "x", "touches"),
        (["消耗日期", "平台", "计划ID", "消耗", "曝光", "点击"], "x", "costs"),
        (["Day", "Campaign", "Cost", "Impressions"], "x", "costs"),
        (["用户ID", "触达渠道", "授权状态", "授权时间"], "x", "consents"),
        (["Customer ID", "Channel", "Opt In", "Updated At"], "x", "consents"),
    ],
)
def test_a_table_is_known_by_its_columns(headers, source, table):
    assert read(headers, source)[0] == table


def test_every_canonical_header_is_read_as_its_own_table():
    for table, columns in TABLES.items():
        headers = list(columns)
        chosen, taken = read(headers, f"{table}.csv")
        assert chosen == table
        assert set(headers) - set(taken.values()) <= {"order_date"}, table


def test_a_tie_is_asked_about():
    with pytest.raises(BadArgument) as refusal:
        read(["会员ID", "用户ID", "日期", "金额"])
    assert refusal.value.code == "unclear_column"
    assert refusal.value.alternatives == ["会员ID", "用户ID"]
    assert refusal.value.params["flag"] == "--map customer=会员ID"


def test_numbered_amounts_are_proposed_not_taken():
    with pytest.raises(BadArgument) as refusal:
        read(["customer_id", "date", "amount1", "amount2"])
    assert refusal.value.code == "unclear_column"
    assert refusal.value.alternatives == ["amount1", "amount2"]


def test_a_phone_number_is_no_customer_id_unless_told():
    with pytest.raises(BadArgument) as refusal:
        read(["手机号", "日期", "金额"])
    assert (refusal.value.code, refusal.value.alternatives) == ("unclear_column", ["手机号"])
    assert read(["手机号", "日期", "金额"], customer="手机号")[1]["customer_id"] == "手机号"


def test_a_needed_field_without_candidate_names_columns_and_flag():
    with pytest.raises(BadArgument) as refusal:
        read(["A", "日期", "C"])
    assert refusal.value.code == "missing_column"
    assert refusal.value.params["flag"] == "--map customer=COLUMN --map amount=COLUMN"
    assert refusal.value.alternatives == ["A", "日期", "C"]


def test_a_mapped_column_beats_every_synonym():
    _, taken = read(["会员ID", "日期", "实付金额", "毛额"], amount="毛额")
    assert taken["amount"] == "毛额"


def test_short_names_mean_the_field_of_each_table():
    rules = table_rules()
    assert canonical(rules["orders"], "date") == "ordered_at"
    assert canonical(rules["events"], "date") == "event_at"
    assert canonical(rules["orders"], "order_date") == "ordered_at"
    assert canonical(rules["orders"], "Customer") == "customer_id"
    assert canonical(rules["orders"], "colour") is None


def test_normal_folds_what_does_not_distinguish():
    assert normal(" Total_Charges （USD）") == normal("totalcharges") == "totalcharges"


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("金额(万元)", "10000"), ("金额/万元", "10000"), ("金额_万", "10000"), ("销售额（千元）", "1000"), ("金额（分）", "0.01"),
        ("amount (k)", "1000"), ("Amount (USD '000)", "1000"), ("Amount in thousands", "1000"), ("amount_cents", "0.01"),
        ("amount (RMB)", "1"), ("积分", "1"), ("items", "1"), ("cost_center", "1"),
    ],
)  # fmt: skip
def test_units_in_headers(header, unit):
    assert unit_of(header) == unit
    assert unit == "1" or normal(header) in ("金额", "销售额", "amount")
