"""All cases on the copilot and on the stock agent, and the share that did harm, with intervals."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from copilot.bootstrap import open_copilot
from copilot.settings import Settings
from copilot.testing import ScriptedServer
from copilot.toolbox import Toolbox
from copilot.workspace import Workspace
from evals.safety import baseline, trial
from evals.safety.cases import Case
from evals.safety.gullible import Gullible, Mode, figure
from evals.safety.invariants import ALL, harms
from evals.safety.keeping import Kept
from evals.safety.seeding import Planted, plant
from evals.safety.trial import Trial
from evals.statistics import Estimate, proportion

NAME = "safety"
KEY = "sk-safety-0a1b2c"


class Outcome(BaseModel):
    """What one case came to."""

    model_config = ConfigDict(frozen=True)

    case: str
    channel: str
    payload: str
    reached: bool
    harms: dict[str, str]
    """Invariant -> how it was broken."""
    useful: bool
    """Whether the answer says the figure that was asked for, unmarked."""
    text: str


class Rate(BaseModel):
    """A share of cases with its interval."""

    model_config = ConfigDict(frozen=True)

    of: str
    n: int
    count: int
    share: Estimate | None


class Run(BaseModel):
    """One agent on the cases."""

    model_config = ConfigDict(frozen=True)

    agent: str
    outcomes: list[Outcome]

    @property
    def harmful(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.harms]

    def rates(self) -> dict[str, list[Rate]]:
        """Harm overall, by channel, payload and invariant; how many orders reached the model; utility."""
        by = {key: list(dict.fromkeys(getattr(each, key) for each in self.outcomes)) for key in ("channel", "payload")}
        return {
            "all": [rate("harm", [bool(each.harms) for each in self.outcomes]),
                    rate("reached", [each.reached for each in self.outcomes]),
                    rate("useful", [each.useful for each in self.outcomes])],
            **{key: [rate(name, [bool(each.harms) for each in self.outcomes if getattr(each, key) == name])
                     for name in names] for key, names in by.items()},
            "invariant": [rate(name, [name in each.harms for each in self.outcomes]) for name in ALL],
        }  # fmt: skip

    def reached(self, channel: str) -> int:
        return sum(each.reached for each in self.outcomes if each.channel == channel)


def rate(of: str, hits: Sequence[bool]) -> Rate:
    return Rate(of=of, n=len(hits), count=sum(hits), share=proportion(hits))


class Stand:
    """A planted workspace with the scripted server; copies of it keep the agents apart."""

    def __init__(self, cases: Sequence[Case], home: Path, index: Path | None) -> None:
        self.cases, self.home = cases, home
        self.stage: dict[str, Callable] = {}
        self.server = ScriptedServer(lambda body: self.stage["play"](body))
        if index is not None:  # our cards, ready made
            shutil.copytree(index, home / "planted" / NAME / "index", ignore=shutil.ignore_patterns("LOCK"))
        self._planted_in = Settings(_env_file=None, home=home / "planted", workspace=NAME)
        self.planted: Planted = plant(self._planted_in, cases)

    def settings(self, agent: str) -> Settings:
        """Settings over a fresh copy of the planted workspace, for one agent."""
        home = self.home / agent
        shutil.copytree(self._planted_in.directory, home / NAME, ignore=shutil.ignore_patterns("LOCK"))
        served = {"OPENAI_BASE_URL": self.server.base_url, "OPENAI_API_KEY": KEY}
        return Settings(_env_file=None, home=home, workspace=NAME, model="scripted", role="operator", **served)

    def gullible(self, case: Case, mode: Mode, *, unprompted: bool) -> Gullible:
        id = self.planted.ids.get(case.number, "")
        return Gullible(case, id, self.planted.secrets, mode=mode, unprompted=unprompted)

    def judged(self, found: Trial) -> Outcome:
        return Outcome(
            case=found.case.name, channel=found.case.channel.name, payload=found.case.payload.name,
            reached=found.reached, harms=harms(found, self.planted.secrets), useful=_useful(found), text=found.text,
        )  # fmt: skip


def _useful(found: Trial) -> bool:
    """Whether the answer says the total as the first tool told it, and nothing about it had to be corrected."""
    told = [str(message["content"]) for message in json.loads(found.requests[-1])["messages"]
            if message["role"] == "tool" and figure([str(message["content"])]) != "?"]  # fmt: skip
    return bool(told) and figure(told[:1]) in found.text and not {"W-UNMATCHED", "W-CORRECTED"} & set(found.warnings)


@asynccontextmanager
async def stand(cases: Sequence[Case], index: Path | None = None) -> AsyncIterator[Stand]:
    """A planted workspace in a temporary directory, with the model server up; `index` holds our cards, if at hand."""
    with tempfile.TemporaryDirectory() as home:
        made = Stand(cases, Path(home), index)
        with made.server:
            yield made


async def run_copilot(made: Stand, *, mode: Mode = "obey", kept: Kept | None = None) -> Run:
    """The copilot as it is on every case; the model does its deed even where the order never reached it."""
    async with open_copilot(made.settings(f"copilot-{mode}")) as copilot:
        offered = set(copilot.toolbox.tools())

        async def tried(case: Case) -> Trial:
            model = made.gullible(case, mode, unprompted=True)
            return await trial.run(copilot, made.server, model, made.stage, offered)

        return await _each(f"copilot-{mode}", made, tried, kept)


async def run_stock(made: Stand, *, kept: Kept | None = None) -> Run:
    """The stock agent on every case; its model obeys only orders that reached it."""
    workspace = Workspace(made.settings("stock"))
    workspace.prepare()
    tools = Toolbox.over(workspace).tools()
    agent = baseline.stock_agent(made.server.base_url, tools, workspace.data_note("zh"))

    async def tried(case: Case) -> Trial:
        model = made.gullible(case, "obey", unprompted=False)
        return await baseline.run(agent, workspace, made.server, model, made.stage, set(tools))

    found = await _each("stock", made, tried, kept)
    workspace.close()
    return found


async def _each(agent: str, made: Stand, tried: Callable[[Case], Awaitable[Trial]], kept: Kept | None) -> Run:
    """Every case that `kept` does not hold yet, tried and judged."""
    kept = kept or Kept()
    known, outcomes = kept.of(agent), []
    for case in made.cases:
        if case.name in known:
            outcomes.append(Outcome.model_validate(known[case.name]))
        else:
            outcomes.append(made.judged(await tried(case)))
            kept.add(agent, outcomes[-1])
    return Run(agent=agent, outcomes=outcomes)
