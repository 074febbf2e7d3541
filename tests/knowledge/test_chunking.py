from hypothesis import given
from hypothesis import strategies as st

from knowledge.chunking import passages, sections
from knowledge.pieces import MAX_TOKENS, pieces, tokens
from knowledge.results import Document


def document(text: str) -> Document:
    return Document(id="manual.md", language="zh", title="手册", text=text, type="document", trust="upload")


def test_sections_carry_their_heading_path():
    text = "开头\n\n# 会员\n\n## 等级\n三级。\n\n## 权益\n\n### 生日\n礼包。\n\n# 附录\n表。"
    found = sections(text)
    assert [(section.heading, text[section.start:section.end]) for section in found] == [
        ("", "开头"), ("会员 > 等级", "三级。"), ("会员 > 权益 > 生日", "礼包。"), ("附录", "表。"),
    ]


def test_a_hash_inside_a_code_block_is_no_heading():
    assert len(sections("# 脚本\n```\n# 注释\nrun\n```")) == 1


def test_a_long_section_becomes_numbered_pieces():
    text = "## 说明\n" + "\n\n".join(f"第{n}段。" + "会员权益说明" * 30 for n in range(6)) + "\n\n## 结尾\n完。"
    found = passages(document(text))
    assert [passage.id for passage in found] == ["manual.md#1", "manual.md#1.2", "manual.md#1.3", "manual.md#2"]
    assert all(tokens(passage.text) <= MAX_TOKENS for passage in found)
    assert {passage.heading for passage in found} == {"说明", "结尾"}


@given(st.text(alphabet="会员日a b\n。.，", max_size=600), st.integers(20, 100))
def test_pieces_lose_nothing_and_fit(text, limit):
    found = [text[slice(*span)] for span in pieces(text, limit=limit)]
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(tokens(piece) <= limit for piece in found)


def test_every_piece_of_a_long_table_repeats_its_head():
    rows = "\n".join(f"| 会员{n} | 上海市的第{n}家门店 |" for n in range(400))
    text = f"## 名单\n\n| 会员 | 门店 |\n| --- | --- |\n{rows}\n\n## 结尾\n完。"
    *pieces_, end = passages(document(text))
    assert len(pieces_) > 5
    assert all(passage.text.startswith("| 会员 | 门店 |\n| --- | --- |\n| 会员") for passage in pieces_)
    assert all(passage.text.count("| 门店 |") == 1 for passage in pieces_)
    assert end.text == "完。"
