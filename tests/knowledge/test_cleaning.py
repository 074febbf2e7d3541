import pytest

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
