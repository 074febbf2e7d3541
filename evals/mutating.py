"""Break the program in one place at a time, in a copy of the source, and see whether a test notices.

The tests run in processes forked from one that has imported the libraries, which take longer to import than the tests
take to run. What the tests share, the small brand's home, is made once in each copy, by the run on the unbroken source.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import Literal

from pydantic import BaseModel, ConfigDict

from evals.mutants import ROOT, Mutant

PACKAGES = ("copilot", "evals", "knowledge", "tools", "ui", "tests")
LIBRARIES = ("pytest", "hypothesis", "ibis", "duckdb", "pandas", "scipy.stats", "openpyxl", "opencc", "sqlalchemy",
             "langchain.agents", "langchain_openai", "langgraph.checkpoint.sqlite.aio", "pydantic_settings",
             "fastapi.testclient", "inspect_ai.scorer", "inspect_ai.solver")  # fmt: skip
"""Imported before the fork."""
SECONDS = 600
"""After which a run counts as noticed: the break made it hang."""
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.M)
Verdict = Literal["noticed", "missed", "invalid"]
_VERDICTS: dict[int | None, Verdict] = {0: "missed", 1: "noticed", None: "noticed"}
"""By pytest's exit code, None for a run that did not end; any other says that the tests could not be run."""


class Tried(BaseModel):
    """What became of one mutant."""

    model_config = ConfigDict(frozen=True)

    mutant: Mutant
    verdict: Verdict
    by: str
    """The first test that failed."""
    seconds: float

    @property
    def line(self) -> str:
        mark = {"noticed": "ok", "missed": "!!", "invalid": "??"}[self.verdict]
        test = self.by.partition("[")[0]
        return f"{mark} {self.mutant.kind}  {self.mutant.file}: {self.mutant.breaks}  {test}  {self.seconds:.0f} s"


class Unsound(Exception):
    """The tests do not pass on the unbroken source; holds the first that failed."""


class Workshop:
    """A copy of the source to break."""

    def __init__(self, place: Path) -> None:
        self._source, self._home, self._said = place / "source", place / "home", place / "said.txt"
        for name in PACKAGES:
            shutil.copytree(ROOT / name, self._source / name)
        shutil.copy(ROOT / "pyproject.toml", self._source)
        self._forks = multiprocessing.get_context("forkserver")
        self._forks.set_forkserver_preload([*LIBRARIES])

    def proven(self, tests: Sequence[str]) -> None:
        """Run the tests on the unbroken source. Raises Unsound where one fails."""
        if tests and (code := self._run(tests)) != 0:
            raise Unsound(self._first() or f"exit code {code}")

    def tried(self, mutant: Mutant) -> Tried:
        """Break the copy, run the tests that must notice, and mend it. Raises ValueError where it does not fit."""
        file, began = self._source / mutant.file, time.monotonic()
        words, times = file.read_text(encoding="utf-8"), file.stat()
        file.write_text(mutant.applied(words), encoding="utf-8")
        try:
            verdict = _VERDICTS.get(self._run(mutant.noticed_by), "invalid")
        finally:
            file.write_text(words, encoding="utf-8")
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))  # the compiled file of old is right again
        by = self._first() if verdict == "noticed" else ""
        return Tried(mutant=mutant, verdict=verdict, by=by, seconds=round(time.monotonic() - began, 1))

    def _run(self, tests: Sequence[str]) -> int | None:
        run = self._forks.Process(target=_pytest, args=(self._source, [*tests], self._home, self._said))
        run.start()
        run.join(SECONDS)
        if run.exitcode is None:
            run.kill()
            run.join()
            return None
        return run.exitcode

    def _first(self) -> str:
        found = _FAILED.search(self._said.read_text(encoding="utf-8", errors="replace"))
        return found[1] if found else ""


@contextmanager
def workshops(n: int) -> Iterator[list[Workshop]]:
    with TemporaryDirectory() as place:
        yield [Workshop(Path(place) / str(at)) for at in range(n)]


def proven(shops: Sequence[Workshop], tests: Iterable[str]) -> None:
    """Run each of the tests on the unbroken source, a share in every copy. Raises Unsound where one fails."""
    files: dict[str, list[str]] = {}
    for test in dict.fromkeys(tests):
        files.setdefault(test.partition("::")[0], []).append(test)
    shares = [[test for of in list(files.values())[at :: len(shops)] for test in of] for at in range(len(shops))]
    with ThreadPoolExecutor(len(shops)) as at_once:
        list(at_once.map(Workshop.proven, shops, shares))


def tried(shops: Sequence[Workshop], mutants: Sequence[Mutant]) -> Iterator[Tried]:
    """What becomes of each mutant, in their order; as many at once as there are copies."""
    free: SimpleQueue[Workshop] = SimpleQueue()
    for shop in shops:
        free.put(shop)

    def one(mutant: Mutant) -> Tried:
        shop = free.get()
        try:
            return shop.tried(mutant)
        finally:
            free.put(shop)

    with ThreadPoolExecutor(len(shops)) as at_once:
        yield from at_once.map(one, mutants)


def _pytest(source: Path, tests: list[str], home: Path, said: Path) -> None:
    """In the fork: run tests of the copy, with nothing of ours imported from elsewhere."""
    for name in [name for name in sys.modules if name.partition(".")[0] in PACKAGES]:
        del sys.modules[name]
    sys.dont_write_bytecode = False  # what is compiled serves the next run
    os.chdir(source)
    sys.path.insert(0, str(source))
    os.environ["PYTHONPATH"] = str(source)  # for what the tests start
    written = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(written, 1)
    os.dup2(written, 2)
    import pytest

    sys.exit(pytest.main(["-x", "--tb=short", "-p", "no:cacheprovider", "--home", str(home), *tests]))
