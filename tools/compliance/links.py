"""Links: https, own host, no shorteners, nothing variable inside (L14)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.compliance.message import Finding, Message

SHORTENERS = ("t.cn", "url.cn", "dwz.cn", "suo.im", "suo.nz", "bit.ly", "tinyurl.com", "goo.gl", "t.co", "ow.ly",
              "is.gd", "cutt.ly", "rebrand.ly", "rb.gy", "shorturl.at", "w.url.cn", "sourl.cn", "tb.cn", "3.cn",
              "u.jd.com")
_PATH = r"[^\s\u3000-\u303f\uff00-\uffef\u4e00-\u9fff]*"
LINK = re.compile(rf"(https?)://([\w.-]+){_PATH}|(?<![\w@.-])((?:[a-z0-9-]+\.)+[a-z]{{2,}})/{_PATH}", re.IGNORECASE)


def check(message: Message) -> Iterator[Finding]:
    for match in LINK.finditer(message.text):
        host = (match[2] or match[3]).lower()
        if host in SHORTENERS:
            yield Finding("L14-short", *match.span())
        elif (match[1] or "").lower() == "http":
            yield Finding("L14", *match.span())
        elif message.own.hosts and not message.own.owns(host):
            yield Finding("L14-host", *match.span(), blanks={"hosts": ", ".join(message.own.hosts)})
        if "{" in match.group():
            yield Finding("L14-variable", *match.span())
