import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge import cleaning
from knowledge.errors import BadDocument


def test_removes_pinyin_that_a_converter_injected():
    assert cleaning.clean("用戶運(yùn)營與精細(xì)化") == "用戶運營與精細化"
    assert cleaning.clean("获客成本（CAC）与平台(CDP)、会员(vip)") == "获客成本（CAC）与平台(CDP)、会员(vip)"


def test_keeps_one_of_repeated_paragraphs_but_short_lines_and_tables():
    paragraph = "这是一段足够长的正文，它在网页里被重复抽取了两次，所以只留一次。"
    assert cleaning.clean(f"{paragraph}\n\n{paragraph}") == paragraph
    assert cleaning.clean("- 是\n- 是") == "- 是\n- 是"
    row = "| 一列很长很长很长很长很长的表格内容 | 另一列 |"
    assert cleaning.clean(f"{row}\n{row}").count("|") == 6


def test_removes_what_breaks_an_index():
    assert cleaning.clean("会\x00员\ud800\u200b日\r\n开始") == "会员日\n开始"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_reads_the_usual_encodings(encoding):
    assert cleaning.decode("会员日：全场八折".encode(encoding), name="a.txt") == "会员日：全场八折"


def test_names_the_file_that_cannot_be_decoded():
    with pytest.raises(BadDocument, match="a.txt"):
        cleaning.decode(b"\xff\xfe\x00\xd8\x00", name="a.txt")


def test_tells_traditional_from_simplified_text():
    assert cleaning.is_traditional("用戶體驗管理有哪些指標")
    assert not cleaning.is_traditional("用户体验管理有哪些指标，乾隆年间")
    assert not cleaning.is_traditional("customer experience")
    assert cleaning.simplified("用戶體驗") == "用户体验"


@pytest.mark.parametrize(("text", "language"), [
    ("会员日", "zh"), ("member day", "en"), ("RFM 怎么分层", "zh"), ("123", "en"),
    ("what does 聪明泉 mean in this model", "en"),
])
def test_tells_the_language(text, language):
    assert cleaning.language_of(text) == language


def test_takes_bare_readings_and_leaves_words_of_other_kinds():
    assert cleaning.clean("用戶運yùn營與精細xì化，价格（jiàgé）与app运营、SEO优化") == "用戶運營與精細化，价格（jiàgé）与app运营、SEO优化"


def test_joins_lines_that_a_page_broke_and_keeps_headings_and_lists():
    text = ("一、会员运营\n\n会员运营的关键是让老客回来，先看清谁在流失，再决定给\n什么权益、在哪个渠道说、什么时候说，最后用对照组检验这\n"
            "一轮动作到底有没有用。\n\n- 第一步先看数据\n- 第二步再定权益\n")
    assert cleaning.clean(text).split("\n") == [
        "一、会员运营", "", "会员运营的关键是让老客回来，先看清谁在流失，再决定给什么权益、在哪个渠道说、什么时候说，最后用对照组检验这一轮动作到底有没有用。",
        "", "- 第一步先看数据", "- 第二步再定权益"]
    english = "Retention work begins with knowing who is leaving, and with deci-\nding early what to offer them in which\nchannel."
    assert cleaning.clean(english).count("\n") == 0


def test_joins_what_an_author_broke_amid_a_sentence_and_keeps_an_address():
    text = "会员等级每年按照消费金额重新评定一次，\n没有达到的会员下调一级，保留积分。\n\n尊敬的会员，\n地址：某路一号\n电话：客服热线"
    assert cleaning.clean(text).split("\n") == [
        "会员等级每年按照消费金额重新评定一次，没有达到的会员下调一级，保留积分。", "", "尊敬的会员，", "地址：某路一号", "电话：客服热线"]


@pytest.mark.parametrize("foot", ["第 3 页 共 10 页", "第3页/共10页", "共 10 页 第 3 页", "页码：3 / 10", "- 3 -"])
def test_takes_a_page_number_wherever_it_stands(foot):
    assert cleaning.clean(f"退货在七天之内办理。\n\n{foot}\n\n换货也是。") == "退货在七天之内办理。\n\n换货也是。"


def test_takes_running_heads_and_page_numbers_but_no_figures():
    pages = [f"聪明泉手册\n{name}的会员有 {n * 137} 人。\n合计 {n * 991}\n{n + 4}" for n, name in enumerate("天地玄黄宇", 1)]
    cleaned = cleaning.clean_pages(pages)
    assert "聪明泉手册" not in cleaned.text
    assert cleaned.repairs["furniture"] == 10
    for n in range(1, 6):
        assert f"{n * 137} 人" in cleaned.text
        assert f"合计 {n * 991}" in cleaned.text
    assert [page for _, page in cleaned.pages] == [0, 1, 2, 3, 4]


def test_takes_what_a_website_puts_around_a_text_but_not_the_same_words_in_a_handbook():
    page = "登录 注册\n会员日怎么办\n会员日要先定目标，再定权益。\n联系我们\n返回顶部\n© 2024 某某公司 版权所有"
    assert cleaning.clean(page) == "会员日怎么办\n会员日要先定目标，再定权益。"
    handbook = "联系我们\n门店电话由店长公布，工作日接听。"
    assert cleaning.clean(handbook) == handbook


def test_keeps_one_copy_of_a_text_that_stands_there_twice():
    text = "会员日方案\n目标是让两成沉睡用户在活动当天回来，预算十万元。\n权益分三档，按近一年消费金额来定，封顶一百元。\n节奏是提前七天预告，当天两次提醒，之后停止打扰。\n第四条写给店长：先培训再上线，遇到投诉及时上报。"
    assert cleaning.clean(f"{text}\n{text}") == text
    rules = "# 银卡\n有效期：自领取之日起 7 天内有效\n# 金卡\n有效期：自领取之日起 7 天内有效"
    assert cleaning.clean(rules) == rules


@pytest.mark.parametrize(("wrong", "right"), [("gb18030", "utf-8"), ("latin-1", "gb18030"), ("cp1252", "utf-8")])
def test_mends_text_that_was_decoded_wrongly(wrong, right):
    words = "会员运营要先看清用户是谁" if right == "utf-8" and wrong == "gb18030" else "用户" * 3 if wrong == "latin-1" else "café"
    garbled = words.encode(right).decode(wrong)
    assert cleaning.clean(garbled) == words


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32", "big5"])
def test_reads_rarer_encodings(encoding):
    assert cleaning.decode("會員體驗與流程, 2024\n請參閱".encode(encoding), name="a.txt") == "會員體驗與流程, 2024\n請參閱"


LINES = st.lists(st.text(alphabet="会员运营权益的，。：；“”1234567890%abAB .-|#>(（）)ùì第章一、\n", max_size=70), max_size=14)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES.map("\n".join), min_size=1, max_size=4))
@example(["0000000000、、、、、、、" + "\n0" * 10])  # each pass joins one line more
def test_cleaning_is_idempotent_and_invents_nothing(pages):
    cleaned = cleaning.clean_pages(pages)
    assert cleaning.clean(cleaned.text) == cleaned.text
    before = iter("".join("\n".join(pages).split()))
    if not cleaned.repairs.get("encoding"):  # what was decoded wrongly reads as other characters once mended
        assert all(char in before for char in "".join(cleaned.text.split()))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(alphabet="会员运营权益到店，0123456789%", min_size=1, max_size=50), max_size=20, unique=True))
def test_keeps_every_digit_of_the_text(lines):
    text = "\n".join(f"{line}人。" for line in lines)
    digits = [char for char in text if char.isdigit()]
    assert [char for char in cleaning.clean(text) if char.isdigit()] == digits


def test_puts_the_characters_back_that_a_pdf_writes_as_radicals():
    found = cleaning.clean_pages(["⻔店⽤⼾⼿册：⾸单⻓期有效，运营者⾃⾏解释。"])
    assert found.text == "门店用户手册：首单长期有效，运营者自行解释。"
    assert found.repairs == {"radicals": 8}
    assert cleaning.clean("部首「丿」照旧") == "部首「丿」照旧"


def test_the_same_head_on_every_sheet_or_slide_is_no_furniture():
    pages = [f"| 地区 | 时效 |\n| --- | --- |\n| {place} | {days} |" for place, days in (("江浙沪", 1), ("新疆", 6), ("西藏", 7))]
    assert cleaning.clean_pages(pages).text.count("| 地区 | 时效 |") == 3
    slides = [f"# 节奏\n\n第 {n} 周要做的事各不相同，{what}。" for n, what in ((1, "先预热"), (2, "再开门红"), (3, "最后返场"))]
    assert cleaning.clean_pages(slides).text.count("# 节奏") == 3


@pytest.mark.parametrize("wrong", ["latin-1", "cp1252"])
def test_text_of_a_wrong_encoding_is_text(wrong):
    right = "加盟政策说明\n\n加盟费一次性收取6万元，三年不变。封箱胶带不得重复使用。"
    # Windows keeps the five bytes that its code page lacks.
    read = "".join(chr(byte) if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([byte]).decode(wrong)
                   for byte in right.encode("utf-8"))  # fmt: skip
    text = cleaning.decode(read.encode("utf-8"), name="a.txt")
    assert cleaning.clean(text) == right


def test_a_path_of_a_site_is_no_text():
    assert cleaning.clean("首页 > 运营 > 私域\n\n社群分三类。") == "社群分三类。"
    assert cleaning.clean("首页的转化率比去年高。") == "首页的转化率比去年高。"


def test_a_bracket_that_a_line_ends_in_is_no_reading():
    assert cleaning.clean_pages(["一(ì\n)"]).repairs.get("pinyin", 0) == 0
