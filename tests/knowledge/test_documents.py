import pytest

from knowledge.documents import find_files, read_cards, read_document
from knowledge.errors import BadDocument


def test_reads_cards_in_both_languages(content):
    cards = read_cards(content)
    assert len(cards) == 8
    card = next(card for card in cards if (card.id, card.language) == ("paid-membership", "zh"))
    assert (card.title, card.type, card.tier, card.trust) == ("付费会员", "scenario", ["high"], "card")
    assert card.source == "某某研究《增长报告》，2020 年"
    assert card.questions == ["要不要收年费？"]
    assert card.text.startswith("## 是什么")


def test_names_a_card_without_front_matter_or_with_an_unknown_source(content):
    path = content / "zh" / "journey.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[report]", "[rumour]"), encoding="utf-8")
    with pytest.raises(BadDocument, match="rumour"):
        read_cards(content)
    path.write_text("no front matter", encoding="utf-8")
    with pytest.raises(BadDocument, match="journey.md"):
        read_cards(content)


def test_reads_a_gb18030_text_in_traditional_characters(tmp_path):
    path = tmp_path / "運營 手冊.txt"
    path.write_bytes("# 運營手冊\n\n會員體驗與召回(huí)流程，請參閱各章節說明。".encode("gb18030"))
    document = read_document(path)
    assert (document.id, document.title, document.language) == ("運營-手冊.txt", "運營手冊", "zh")
    assert (document.trust, document.traditional) == ("upload", True)
    assert "召回流程" in document.text


def test_refuses_what_it_cannot_read(tmp_path):
    empty, picture, broken = tmp_path / "a.txt", tmp_path / "b.png", tmp_path / "c.pdf"
    for path in (empty, picture, broken):
        path.write_bytes(b" \n")
    with pytest.raises(BadDocument, match="document_empty"):
        read_document(empty)
    with pytest.raises(BadDocument, match="document_format") as caught:
        find_files([picture])
    assert ".pdf" in caught.value.alternatives
    with pytest.raises(BadDocument, match="document_missing"):
        find_files([tmp_path / "none.md"])


def test_finds_the_readable_files_of_a_folder(tmp_path):
    for name in ("b.md", "a.txt", "c.png", ".hidden.md", "deep/d.MD"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", encoding="utf-8")
    folder = tmp_path.name
    assert list(find_files([tmp_path])) == [f"{folder}/a.txt", f"{folder}/b.md", f"{folder}/deep/d.MD"]
    assert list(find_files([tmp_path / "b.md"])) == ["b.md"]


def test_files_of_one_name_keep_apart_or_are_refused(tmp_path):
    for name in ("hr/readme.md", "shop/readme.md", "more/hr/readme.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"About {name}", encoding="utf-8")
    hr, shop, other = tmp_path / "hr", tmp_path / "shop", tmp_path / "more" / "hr"
    assert list(find_files([hr, shop])) == ["hr/readme.md", "shop/readme.md"]
    assert list(find_files([hr, hr])) == ["hr/readme.md"]
    for pair in ([hr, other], [hr / "readme.md", shop / "readme.md"]):
        with pytest.raises(BadDocument, match="document_twice") as caught:
            find_files(pair)
        assert "hr" in caught.value.params["first"]
