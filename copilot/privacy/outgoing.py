"""The messages of a request as they may leave the machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage

from copilot.privacy import people
from copilot.privacy.detectors import CUSTOMER, STAND_IN, replaced
from copilot.privacy.fence import fence
from copilot.privacy.people import PeopleIn
from copilot.privacy.spelling import outside
from copilot.privacy.vault import Vault, mapped


class Outgoing(NamedTuple):
    messages: list[AnyMessage]
    vault: Vault
    """Puts back what people typed; what came from data or documents stays masked."""


def outgoing(messages: list[AnyMessage], people_in: PeopleIn) -> Outgoing:
    """The messages as a language model may see them.

    What people typed gets numbered stand-ins, everything else bare ones; `people_in` names the brand's customers.
    A tool's refusal may quote the data, so it is fenced.
    """
    mask = _Mask(people.named("\n".join(_words(message) for message in messages), people_in))
    for message in messages:
        if isinstance(message, HumanMessage):
            mask.typed(_words(message))
    return Outgoing([mask.message(message) for message in messages], mask.vault)


def _words(message: AnyMessage) -> str:
    return message.content if isinstance(message.content, str) else message.text


class _Mask:
    def __init__(self, customers: list[str]) -> None:
        self.vault = Vault()
        self._customers = customers
        # A member number of digits only may stand in any figure; in a person's own words it is one.
        self._unmistakable = [person for person in customers if not person.isdigit()]

    def typed(self, words: str) -> str:
        return self._known(replaced(words, self._hide), self._customers, partial(self.vault.hide, CUSTOMER))

    def other(self, words: str) -> str:
        words = replaced(words, lambda kind, value: self.vault.known(value) or f"[{kind}]")
        return self._known(words, self._unmistakable, lambda person: f"[{CUSTOMER}]")

    def _hide(self, kind: str, value: str) -> str:
        return self.vault.hide(CUSTOMER if kind == "name" and value in self._customers else kind, value)

    def _known(self, words: str, customers: list[str], stand_in: Callable[[str], str]) -> str:
        """Without what was hidden elsewhere, and without customers; nothing inside a stand-in is either."""
        words = outside(words, STAND_IN, lambda part: people.replaced(part, self.vault.values, self._again))
        return outside(words, STAND_IN, lambda part: people.replaced(part, customers, stand_in))

    def _again(self, value: str) -> str:
        return self.vault.known(value) or value

    def message(self, message: AnyMessage) -> AnyMessage:
        hide = self.typed if isinstance(message, HumanMessage) else self.other
        update: dict[str, Any] = {"content": mapped(message.content, hide)}
        if isinstance(message, ToolMessage) and message.status == "error":
            update["content"] = fence(str(update["content"]))
        if isinstance(message, AIMessage) and message.tool_calls:
            update["tool_calls"] = [{**call, "args": mapped(call["args"], hide)} for call in message.tool_calls]
        return message.model_copy(update=update)


def incoming(message: AIMessage, vault: Vault) -> AIMessage:
    """A model's message with what people typed put back, in its words and in the arguments of its tool calls."""
    calls = [{**call, "args": vault.show_in(call["args"])} for call in message.tool_calls]
    return message.model_copy(update={"content": vault.show_in(message.content), "tool_calls": calls})
