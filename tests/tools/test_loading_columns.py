"""Which table a file is and what its columns are, from the header alone."""

import pytest

from tools.errors import BadArgument
from tools.loading.columns import canonical, choose_table, normal, table_rules
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
