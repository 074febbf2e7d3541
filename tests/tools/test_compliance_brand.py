"""What a brand and its SMS vendor change: rules.yaml, vendors, the version of the rule set."""

from __future__ import annotations

import pytest

from tools.compliance import VENDORS, BrandRules, check_message, load_brand_rules, read_brand_rules, vendors, version_of
from tools.definitions import BadDefinitions

OWN = read_brand_rules("""
vendor: aliyun
signature: 悦购会员
hosts: [yuegou.example]
forbid:
  - {words: 亲爱的, why: 品牌不用这个称呼。, fix: 您好}
  - {words: cheap, languages: [en], severity: warn}
require:
  - {words: 悦购会员中心, channels: [wecom]}
emoji: {email: 0, push: 1}
severity: {L2: block, L6: off, L5-date: warn}
evidence: {销量第一: 2026年第一季度第三方报告}
""")


def found(text, channel="push", language="zh", own=OWN, **more):
    issues = check_message(text, channel=channel, language=language, own=own, **more)
    return [(issue.rule, issue.severity, issue.words) for issue in issues]


def test_words_a_brand_forbids_and_requires():
    assert found("亲爱的，夏装到店") == [("B1", "block", "亲爱的")]
    (issue,) = check_message("親 愛的，夏装到店", channel="push", language="zh", own=OWN)
    assert (issue.words, issue.why.zh[-9:], issue.fix.zh) == ("親 愛的", "品牌不用这个称呼。"[-9:], "您好")
    assert found("Not cheap at all", language="en") == [("B1", "warn", "cheap")]
    assert found("A cheaper way", language="en") == []
    assert ("B2", "block", "") in found("到店了，不想收到回我一声", "wecom")
    assert ("B2", "block", "") not in found("到店了。悦购会员中心，不想收到回我一声", "wecom")


def test_severities_change_by_rule_and_by_form():
    assert found("绝对好用的伞") == [("L2", "block", "绝对")]
    assert found("仅剩3件") == []
    assert found("限时开放") == [("L5", "warn", "限时")]


def test_a_claim_with_evidence_is_left_alone():
    assert found("销量第一的电饭煲") == []
    assert found("口碑第一的电饭煲") == [("L2", "block", "口碑第一")]


def test_signature_hosts_and_emoji_are_the_brands_own():
    assert found("【悦购会员】夏装到店。拒收请回复R", "sms", brand="悦购") == []
    assert found("【悦购】夏装到店。拒收请回复R", "sms", brand="悦购") == [("L8", "block", "【悦购】")]
    assert found("看 https://m.yuegou.example/a 吧") == []
    assert found("看 https://yuegou.example.evil.test/a 吧") == [("L14", "block", "https://yuegou.example.evil.test/a")]
    assert found("到店了🎉") == []
    assert [rule for rule, *_ in found("到店了🎉新色😊")] == ["Q5"]
    assert ("Q5", "block", "🎉") in found("悦购到店了🎉，回复退订即可", "email", title="广告：到店")


@pytest.mark.parametrize(("vendor", "text", "rules"), [
    ("aliyun", "夏装到店。回T退订", ["L9"]), ("aliyun", "夏装到店。拒收请回复R", []),
    ("qiniu", "夏装到店。拒收请回复R", ["L9"]), ("qiniu", "夏装到店。回TD退订", []),
    ("huawei", "{name}您好，夏装到店。拒收请回复R", ["L16"]), ("tencent", "{name}您好，夏装到店。拒收请回复R", []),
    ("generic", "红包到账。回T退订", ["L15"]), ("aliyun", "红包到账。拒收请回复R", []),
])
def test_vendors_differ(vendor, text, rules):
    issues = check_message(f"【悦购】{text}", channel="sms", language="zh", vendor=vendor)
    assert [issue.rule for issue in issues] == rules


def test_every_vendor_is_described():
    assert set(vendors()) == set(VENDORS)
    assert all(first < last <= 22 for first, last in (vendor.sending for vendor in vendors().values()))


@pytest.mark.parametrize(("text", "line", "where", "code"), [
    ("vendor: acme", 1, "vendor", "choice"), ("hosts: yuegou.example", 1, "hosts", "wrong_type"),
    ("forbid:\n  - {why: x}", 2, "forbid", "missing"), ("severity: {L99: block}", 1, "severity.L99", "unknown_rule"),
    ("severity: {L2: loud}", 1, "severity.L2", "choice"), ("colour: red", 1, "colour", "extra"),
    ("emoji: {push: -1}", 1, "emoji.push", "greater_than_equal"), ("hosts: [", 1, "", "yaml"),
])
def test_a_wrong_file_is_refused_with_its_line(text, line, where, code):
    with pytest.raises(BadDefinitions) as refusal:
        read_brand_rules(text)
    (problem,) = refusal.value.problems
    assert (problem.line, problem.code) == (line, code)
    assert problem.where.startswith(where)


def test_the_version_follows_the_rules(tmp_path):
    assert load_brand_rules(tmp_path) == BrandRules()
    (tmp_path / "rules.yaml").write_text("severity: {L6: off}\n", encoding="utf-8")
    assert load_brand_rules(tmp_path).severity == {"L6": "off"}
    assert len({version_of(), version_of(OWN), version_of(load_brand_rules(tmp_path))}) == 3
    assert version_of(BrandRules()) == version_of()
