"""A language model as a judge of whether an answer is supported by its evidence.

It is only used where a model is configured, and how far it agrees with people is measured on labelled examples
(`cases/judge.yaml`, `wellspring eval judge`). Personal data is masked before it leaves, as in any other request.
"""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import Literal

import yaml
from langchain_core.messages import HumanMessage, SystemMessage
from pydantic import BaseModel, ConfigDict, StrictBool, ValidationError

from copilot.answer import Answer
from copilot.model import build_model
from copilot.privacy import PeopleIn, fence, outgoing
from copilot.settings import Settings

_OBJECT = re.compile(r"\{[^{}]*\}")
MOST = 12_000
"""Characters of evidence that a judge is shown; what is longer is cut and not judged."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Labelled(_Strict):
    """An answer with what people say of it."""

    id: str
    language: Literal["zh", "en"]
    question: str
    evidence: str
    answer: str
    supported: bool
    why: str


class Verdict(BaseModel):
    model_config = ConfigDict(frozen=True)

    supported: StrictBool
    why: str = ""


class Judge:
    """Asks the configured model. Raises ModelFault for one that does not answer."""

    def __init__(self, settings: Settings, people_in: PeopleIn) -> None:
        self.name = settings.model
        self._model = build_model(settings)
        self._people_in = people_in
        self._rules = resources.files("evals").joinpath("judge_prompt.md").read_text(encoding="utf-8")

    async def verdict(self, question: str, evidence: str, answer: str) -> Verdict | None:
        """None where the evidence is too long, or the model's reply holds no verdict."""
        if len(evidence) > MOST:
            return None
        asked = f"QUESTION\n{fence(question)}\n\nEVIDENCE\n{fence(evidence)}\n\nANSWER\n{fence(answer)}"
        sent = outgoing([SystemMessage(self._rules), HumanMessage(asked)], self._people_in).messages
        return read_verdict((await self._model.ainvoke(sent)).text)


def read_verdict(reply: str) -> Verdict | None:
    """The last JSON object of a reply that is a verdict."""
    for written in reversed(_OBJECT.findall(reply)):
        try:
            return Verdict.model_validate_json(written)
        except ValidationError:
            continue
    return None


def evidence_of(answer: Answer) -> str:
    """Everything that an answer shows beside its text: results, quoted passages, drafts."""
    results = [json.dumps(each, ensure_ascii=False) for each in answer.evidence]
    passages = [f"[{each.id}] {each.title}: {each.quote}" for each in answer.citations]
    drafts = [draft.model_dump_json() for draft in answer.drafts]
    return "\n".join([*results, *passages, *drafts])


def labelled() -> list[Labelled]:
    """Raises pydantic's error for a malformed example."""
    raw = resources.files("evals").joinpath("cases", "judge.yaml").read_text(encoding="utf-8")
    return [Labelled(**each) for each in yaml.safe_load(raw)["examples"]]
