from knowledge import lexical


def test_knows_the_words_of_the_field():
    assert "五打通" in lexical.words("两到位三原则五打通")
    assert "复购率" in lexical.words("如何提高复购率")


def test_equal_words_become_one():
    assert lexical.words("客户") == lexical.words("用户") == lexical.words("Customers")
    assert lexical.content_words("多少钱") == lexical.content_words("价格") == lexical.content_words("prices")


def test_words_of_asking_carry_no_content():
    assert lexical.content_words("请问会员的年费是什么？") == ["会员", "年费"]
    assert lexical.content_words("What is it?") == []


def test_english_is_stemmed():
    assert lexical.stems("paying") == lexical.stems("pays") != lexical.stems("price")
    assert lexical.stems("复购率") == ("复购率",)
    assert lexical.stems("?") == ()
