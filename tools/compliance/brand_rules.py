"""A brand's own rules: `rules.yaml` in its workspace.

    vendor: aliyun                 # generic, aliyun, huawei, tencent or qiniu
    signature: 悦购                 # of Chinese SMS, where it is not the brand's name
    hosts: [yuegou.example]        # links may lead to these hosts and their subdomains only
    forbid:
      - {words: 亲爱的, why: 品牌不用这个称呼, fix: 您好}
      - {words: cheap, languages: [en], severity: warn}
    require:
      - {words: 悦购会员中心, channels: [wecom]}
    emoji: {email: 0, push: 1}     # most emoji a message may carry, by channel
    severity: {L15: off, L2: block}  # block, warn or off; by rule or by one form of it ("L5-date")
    evidence: {销量第一: 2026年Q1第三方报告 No. 118}  # claims that can be proven: no longer remarked on
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, field_validator

from tools.compliance.rules import Rule, rule_book
from tools.compliance.vendors import VendorName
from tools.definitions import BadDefinitions, Problem, Strict, checked, file_text, line_of, parsed

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Severity = Literal["block", "warn"]
ChannelName = Literal["sms", "push", "wecom", "email", "banner"]
FILE = "rules.yaml"


class _Phrase(Strict):
    words: Words
    channels: list[ChannelName] = ["sms", "push", "wecom", "email", "banner"]
    languages: list[Literal["zh", "en"]] = ["zh", "en"]
    severity: Severity = "block"


class Forbidden(_Phrase):
    why: str = ""
    fix: str = ""


class BrandRules(Strict):
    vendor: VendorName = "generic"
    signature: str = ""
    hosts: list[Words] = []
    forbid: list[Forbidden] = []
    require: list[_Phrase] = []
    emoji: dict[ChannelName, Annotated[int, Field(ge=0, le=50)]] = {}
    severity: dict[str, Literal["block", "warn", "off"]] = {}
    evidence: dict[Words, Words] = {}
    """Claim -> what proves it."""

    @field_validator("severity", mode="before")
    @classmethod
    def _off_is_a_word(cls, given: Any) -> Any:
        # YAML 1.1 reads a bare `off` as false.
        return {key: "off" if value is False else value for key, value in given.items()} \
            if isinstance(given, Mapping) else given

    @property
    def version(self) -> str:
        """Short hash; it changes with every entry."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]

    def owns(self, host: str) -> bool:
        return any(host == own or host.endswith(f".{own}") for own in map(str.lower, self.hosts))

    def weight(self, rule: Rule) -> str:
        """Severity of a rule here: block, warn or off. A form's own entry goes before its rule's."""
        return self.severity.get(rule.key) or self.severity.get(rule.id) or rule.severity


def read_brand_rules(text: str, source: str = FILE) -> BrandRules:
    """Check a rules.yaml. Raises BadDefinitions with every mistake and its line."""
    root, data = parsed(text, source)
    rules = checked(BrandRules, data, root, source)
    known = {name for rule in rule_book().values() for name in (rule.key, rule.id)}
    unknown = [Problem(line=line_of(root, ("severity", name)), where=f"severity.{name}", code="unknown_rule",
                       params={"given": name}) for name in rules.severity if name not in known]
    if unknown:
        raise BadDefinitions(source, unknown)
    return rules


def load_brand_rules(directory: Path) -> BrandRules:
    """The rules.yaml of a workspace's directory; none there adds nothing. Raises as `read_brand_rules` does."""
    path = directory / FILE
    return read_brand_rules(file_text(path), path.name) if path.is_file() else BrandRules()
