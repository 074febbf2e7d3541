"""What a story keeps, masked as a model would see it."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

from copilot.grounding.facts import strings
from copilot.privacy import PeopleIn, outgoing


class Veil:
    """Masks for one turn; what the person typed has the same stand-in in every step."""

    def __init__(self, question: str, people_in: PeopleIn) -> None:
        self._typed: list[AnyMessage] = [HumanMessage(question)]
        self._ask = people_in
        self._asked: set[str] = set()
        self._people: set[str] = set()

    def learn(self, messages: list[AnyMessage]) -> None:
        """Take in what was typed in the whole thread, from its messages as they are kept."""
        self._typed = [message for message in messages if isinstance(message, HumanMessage)] or self._typed

    def messages(self, messages: list[AnyMessage]) -> list[AnyMessage]:
        """The messages as a model outside would be sent them."""
        return outgoing(messages, self._people_in).messages

    def typed(self, words: str) -> str:
        """A person's own words."""
        return outgoing([*self._typed, HumanMessage(words)], self._people_in).messages[-1].text

    def value(self, value: Any) -> Any:
        """JSON of any shape with all its texts masked."""
        # In the content the customers are looked for, in the arguments every text is masked by itself.
        message = AIMessage("\n".join(strings(value)), tool_calls=[{"name": "-", "args": {"value": value}, "id": "-"}])
        return outgoing([*self._typed, message], self._people_in).messages[-1].tool_calls[0]["args"]["value"]

    def _people_in(self, words: str) -> list[str]:
        """Customers named in this turn so far: a line is looked up once, however often it is sent."""
        lines = set(words.split("\n")) - self._asked
        if lines:
            self._people.update(self._ask("\n".join(lines)))
            self._asked |= lines
        return sorted(self._people, key=len, reverse=True)
