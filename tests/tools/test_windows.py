from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import BadArgument, NoData
from tools.windows import EXAMPLES, find_windows, parse_window, previous_window, same_window_last_year

AS_OF, FIRST = date(2024, 11, 15), date(2022, 12, 1)


def days(text: str) -> str:
    window = parse_window(text, AS_OF, FIRST)
    return f"{window.start}..{window.end}"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["last_7_days", "近7天", "最近七天", "过去 7 日", "past 7 days", "last seven days"], "2024-11-09..2024-11-15"),
        (["last_30_days", "近30天", "最近", "in the last 30 days", "30天内"], "2024-10-17..2024-11-15"),
        (["近90天", "过去九十天", "last 90 days"], "2024-08-18..2024-11-15"),
        (["过去三个月", "past 3 months", "last_3_months", "近三个月"], "2024-08-16..2024-11-15"),
        (["近半年", "last 6 months"], "2024-05-16..2024-11-15"),
        (["最近一年", "over the past year", "last_12_months"], "2023-11-16..2024-11-15"),
        (["last_month", "上个月", "上月", "last month", "in October", "10月", "2024年10月", "二〇二四年十月"],
         "2024-10-01..2024-10-31"),
        (["this_month", "本月", "这个月", "2024-11", "month to date"], "2024-11-01..2024-11-15"),
        (["last_quarter", "上季度", "上个季度", "Q3", "2024-Q3", "第三季度", "third quarter of 2024"],
         "2024-07-01..2024-09-30"),
        (["this_year", "今年", "今年以来", "年初至今", "ytd", "2024", "2024年"], "2024-01-01..2024-11-15"),
        (["last_year", "去年", "2023", "2023年全年"], "2023-01-01..2023-12-31"),
        (["今年上半年", "H1 2024", "2024-H1", "first half of the year"], "2024-01-01..2024-06-30"),
        (["last week", "上周", "上个星期"], "2024-11-04..2024-11-10"),
        (["yesterday", "昨天", "2024-11-14", "Nov 14", "14 November 2024"], "2024-11-14..2024-11-14"),
        (["双11", "双十一期间", "Double 11", "2024-11-01..2024-11-11", "from Nov 1 to Nov 11"],
         "2024-11-01..2024-11-11"),
        (["去年双11", "2023年双十一", "last year's Double 11", "Double 11 last year"], "2023-11-01..2023-11-11"),
        (["618", "618大促期间", "今年618"], "2024-06-01..2024-06-18"),
        (["since March", "从3月到现在", "自2024年3月以来", "3月以来"], "2024-03-01..2024-11-15"),
        (["from 2024-03-01 to 2024-04-15", "3月1日到4月15日", "2024年3月1日至4月15日"], "2024-03-01..2024-04-15"),
        (["March to May 2024", "2024年3月到5月", "between March and May"], "2024-03-01..2024-05-31"),
        (["from November to January"], "2023-11-01..2024-01-31"),
        (["December", "12月", "last December"], "2023-12-01..2023-12-31"),
        (["2023年Q3", "2023q3", "去年Q3", "去年的第三季度", "Q3 of last year"], "2023-07-01..2023-09-30"),
        (["11月1日到11日", "2024年11月1日到11日", "11月1-11日", "Nov 1 to 11", "1-11 November 2024"],
         "2024-11-01..2024-11-11"),
        (["前年", "the year before last"], "2022-01-01..2022-12-31"),
        (["october last year", "oct last year", "去年10月", "去年的十月"], "2023-10-01..2023-10-31"),
        (["last November"], "2023-11-01..2023-11-30"),
        (["last October"], "2024-10-01..2024-10-31"),
        (["黑五", "Black Friday", "黑色星期五"], "2023-11-24..2023-11-24"),
        (["黑五那周", "Black Friday week", "the week of Black Friday"], "2023-11-20..2023-11-26"),
        (["圣诞", "去年圣诞节", "Christmas", "last Christmas"], "2023-12-24..2023-12-26"),
        (["this half year", "下半年"], "2024-07-01..2024-11-15"),
        (["all", "全部时间", "all time", "历史累计"], "None..2024-11-15"),
    ],
)  # fmt: skip
def test_reads_names_and_phrases_in_both_languages(texts: list[str], expected: str) -> None:
    assert {text: days(text) for text in texts} == dict.fromkeys(texts, expected)


@pytest.mark.parametrize("text", ["", "garbage", "next month", "下个月", "2024-13", "last 0 days", "月"])
def test_refuses_what_is_no_window(text: str) -> None:
    with pytest.raises(BadArgument) as refused:
        parse_window(text, AS_OF, FIRST)
    assert refused.value.code == "unknown_window"
    assert refused.value.alternatives == EXAMPLES


@pytest.mark.parametrize("text", ["2019", "2025-03", "2022年10月", "2021-01-01..2021-02-01"])
def test_refuses_a_window_outside_the_data_and_names_its_range(text: str) -> None:
    with pytest.raises(NoData) as refused:
        parse_window(text, AS_OF, FIRST)
    assert (refused.value.params["first_day"], refused.value.params["last_day"]) == (FIRST, AS_OF)


@given(st.sampled_from([*EXAMPLES, "上周", "近3个月", "last 2 quarters", "双11", "since March", "H1 2024", "昨天"]))
def test_a_label_reads_back_as_the_same_window(text: str) -> None:
    window = parse_window(text, AS_OF, FIRST)
    assert parse_window(window.label, AS_OF, FIRST) == window


@given(st.text(max_size=30))
def test_any_text_is_a_window_or_a_clear_refusal(text: str) -> None:
    try:
        window = parse_window(text, AS_OF, FIRST)
    except (BadArgument, NoData):
        return
    assert window.end <= AS_OF
    assert window.start is None or window.start <= window.end


@pytest.mark.parametrize(
    ("text", "before", "last_year"),
    [
        ("last_30_days", "2024-09-17..2024-10-16", "2023-10-17..2023-11-15"),
        ("last_month", "2024-09-01..2024-09-30", "2023-10-01..2023-10-31"),
        ("this_month", "2024-10-01..2024-10-15", "2023-11-01..2023-11-15"),
        ("last_quarter", "2024-04-01..2024-06-30", "2023-07-01..2023-09-30"),
        ("2024", "2023-01-01..2023-11-15", "2023-01-01..2023-11-15"),
        ("last_week", "2024-10-28..2024-11-03", "2023-11-06..2023-11-12"),
        ("双11", "2024-10-21..2024-10-31", "2023-11-01..2023-11-11"),
        ("2024-02", "2024-01-01..2024-01-31", "2023-02-01..2023-02-28"),
        ("last_3_months", "2024-05-16..2024-08-15", "2023-08-16..2023-11-15"),
    ],
)
def test_sets_a_window_against_an_earlier_one(text: str, before: str, last_year: str) -> None:
    window = parse_window(text, AS_OF, FIRST)
    earlier = [previous_window(window), same_window_last_year(window)]
    assert [f"{each.start}..{each.end}" for each in earlier] == [before, last_year]


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("上个月沉睡用户多了多少？", ["last_month"]),
        ("this month vs last month", ["this_month", "last_month"]),
        ("对比双11和去年双11", ["2024-11-01..2024-11-11", "2023-11-01..2023-11-11"]),
        ("What was our AOV from March to May?", ["2024-03-01..2024-05-31"]),
        ("revenue in October and November", ["2024-10", "2024-11"]),
        ("Q3和Q2的销售额", ["2024-Q3", "2024-Q2"]),
        ("10月和9月", ["2024-10", "2024-09"]),
        ("去年双十一和前年比", ["2023-11-01..2023-11-11", "2022-11-01..2022-11-11"]),
        ("双十一去年和前年差多少", ["2023-11-01..2023-11-11", "2022-11-01..2022-11-11"]),
        ("去年和前年双十一", ["2023-11-01..2023-11-11", "2022-11-01..2022-11-11"]),
        ("Double 11 last year and the year before last", ["2023-11-01..2023-11-11", "2022-11-01..2022-11-11"]),
        ("去年和今年的销售额", ["last_year", "this_year"]),
        ("2024年5个品类的销售额", ["2024"]),
        ("2024年第五季度的销售额", []),
        ("去年春节的销售额", ["2023-01-21..2023-01-28"]),
        ("一百五一单", []),
        ("revenue in the fifth quarter of 2024", []),
        ("revenue in summer 2024", []),
        ("which tier may churn, and who bought 2 times?", []),
    ],
)
def test_finds_the_windows_of_a_sentence(sentence: str, labels: list[str]) -> None:
    assert find_windows(sentence, AS_OF, FIRST) == labels


@pytest.mark.parametrize(("said", "days"), [
    ("七夕", "2024-08-10"), ("中秋节", "2024-09-17"), ("元宵", "2024-02-24"), ("除夕", "2024-02-09"),
    ("五一", "2024-05-01..2024-05-05"), ("六一", "2024-06-01"), ("三八节", "2024-03-08"), ("情人节", "2024-02-14"),
    ("母亲节", "2024-05-12"), ("Father's Day", "2024-06-16"), ("cyber monday 2023", "2023-11-27"),
    ("lunar new year", "2024-02-09..2024-02-16"), ("new year's day", "2024-01-01"), ("去年端午", "2023-06-22"),
    ("十一黄金周", "2024-10-01..2024-10-07"), ("清明", "2024-04-04"), ("thanksgiving 2023", "2023-11-23"),
    ("valentines day", "2024-02-14"), ("Mid-Autumn Festival", "2024-09-17"),
])  # fmt: skip
def test_festivals_go_by_their_names(said: str, days: str) -> None:
    assert find_windows(said, AS_OF, FIRST) == [days]


def test_a_lunisolar_festival_beyond_the_table_is_no_window() -> None:
    assert find_windows("七夕", date(2060, 9, 1), FIRST) == []


def test_last_december_said_in_december_is_a_year_ago() -> None:
    window = parse_window("last December", date(2011, 12, 9), date(2009, 12, 1))
    assert (window.start, window.end) == (date(2010, 12, 1), date(2010, 12, 31))


def test_a_window_that_outlasts_the_data_says_so() -> None:
    assert {text: parse_window(text, AS_OF, FIRST).cut for text in ("2024", "双12", "2024-11", "2024-10", "this_month")} == {
        "2024": True, "双12": False, "2024-11": True, "2024-10": False, "this_month": False,
    }  # fmt: skip


@pytest.mark.parametrize(("asked", "before"), [
    ("2024年618", "2023-06-01..2023-06-18"), ("2024年双11", "2023-11-01..2023-11-11"),
    ("Black Friday 2024", "2023-11-24"), ("week of Black Friday 2024", "2023-11-20..2023-11-26"),
])  # fmt: skip
def test_a_sale_is_set_against_its_own_days_last_year(asked: str, before: str) -> None:
    found = same_window_last_year(parse_window(asked, date(2024, 12, 31), date(2022, 1, 1)))
    assert found.label == before


def test_a_sale_under_way_is_set_against_as_many_of_its_days_last_year() -> None:
    found = same_window_last_year(parse_window("双11", date(2024, 11, 5), date(2022, 1, 1)))
    assert (found.start, found.end) == (date(2023, 11, 1), date(2023, 11, 5))


@pytest.mark.parametrize(("said", "found"), [
    ("到现在一共多少客户", ["all"]), ("到今天为止卖了多少", ["all"]), ("customers up to now", ["all"]),
    ("从七月到现在拉新多少", ["2024-07-01..2024-11-15"]), ("今天卖了多少", ["2024-11-15"]),
    ("8、9、10三个月的老客数", ["2024-08", "2024-09", "2024-10"]), ("8、9月", ["2024-08", "2024-09"]),
])  # fmt: skip
def test_today_as_an_end_has_every_day_before_it_and_months_may_share_a_word(said: str, found: list[str]) -> None:
    assert find_windows(said, AS_OF, FIRST) == found
