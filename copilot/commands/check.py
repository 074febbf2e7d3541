"""`wellspring check`: what a message, or a file of messages, breaks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from copilot.catalogue import localise, text
from copilot.cli_output import emit, out
from copilot.commands.options import Json, Ws, checked_language, place_of, spoken

if TYPE_CHECKING:
    from copilot.checking import Pasted
    from tools.compliance import TextCheck


def check(
    message: Annotated[str, typer.Argument(metavar="TEXT|FILE", help="The text, or a .txt, .md or .csv file.")] = "",
    channel: Annotated[
        Literal["sms", "push", "wecom", "email", "banner"], typer.Option(help="Where it is to be sent.")
    ] = "sms",
    title: Annotated[str, typer.Option(help="Push title or e-mail subject.")] = "",
    kind: Annotated[
        Literal["promotion", "notice"], typer.Option(help="A promotion or a service notice.")
    ] = "promotion",
    vendor: Annotated[
        Literal["generic", "aliyun", "huawei", "tencent", "qiniu"] | None,
        typer.Option(help="Who carries the SMS; default: as rules.yaml says, else generic."),
    ] = None,
    rules: Annotated[bool, typer.Option("--rules", help="List the rules instead.")] = False,
    workspace: Ws = None,
    lang: Annotated[
        str | None, typer.Option("--lang", help="zh or en: the text's language; default: told from it.")
    ] = None,
    json_: Json = False,
) -> None:
    """Check a message against the rules: each finding with its words, reason, fix and source."""
    from copilot.checking import Pasted, check_pasted, names_file, read_file

    if rules:
        _print_rules(spoken(lang), json_)
        return
    given, place, reader = checked_language(lang) or "", place_of(workspace), spoken(lang)
    several = names_file(message) and message.lower().endswith(".csv")
    pasted = read_file(Path(message)) if names_file(message) else [Pasted(message, title)]
    checks = [
        (each, check_pasted(place, each, channel=channel, language=given, kind=kind, vendor=vendor or ""))
        for each in pasted
    ]
    if several:
        _print_all(checks, reader, json_)
    elif json_:
        emit(dumped(checks[0][1], reader))
    else:
        _print(checks[0][1], reader)


def dumped(found: TextCheck, language: str) -> dict[str, Any]:
    """The check as JSON with its sentences in one language."""
    return localise(found.model_dump(mode="json"), language)


def _print_rules(language: str, json_: bool) -> None:
    from copilot.checktext import rules_table
    from tools.compliance import rules_version
    from tools.compliance.rules import rule_book

    if json_:
        listed = [rule.model_dump(mode="json", exclude={"find", "unless"}) for rule in rule_book().values()]
        emit({"version": rules_version(), "rules": localise(listed, language)})
    else:
        out.print(rules_table(language))


def _print(found: TextCheck, language: str) -> None:
    from copilot.checktext import check_text

    out.print(check_text(found, language))


def _print_all(checks: list[tuple[Pasted, TextCheck]], language: str, json_: bool) -> None:
    from copilot.checktext import check_text

    blocked = sum(found.blocked for _, found in checks)
    remarked = sum(bool(found.issues) and not found.blocked for _, found in checks)
    if json_:
        messages = [{"line": each.line} | dumped(found, language) for each, found in checks]
        emit({"messages": messages, "blocked": blocked, "remarks": remarked})
        return
    for each, found in checks:
        if found.issues:
            out.print(text("check.line", language, line=each.line, rest=check_text(found, language)))
    out.print(text("check.total", language, n=len(checks), blocked=blocked, remarks=remarked))
