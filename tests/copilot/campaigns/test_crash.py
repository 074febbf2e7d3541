"""A process killed at any moment loses nothing that it was told is done, and doubles nothing."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from copilot.campaigns.brief import Brief
from copilot.campaigns.results import Action, Campaign, Content, Step
from copilot.campaigns.store import CampaignStore, Change
from copilot.lessons.results import Actor

KILLS = 60
AFTER: tuple[Action, ...] = ("submitted", "approved", "exported")
NOW = datetime(2026, 11, 1, tzinfo=UTC)
ACTOR = Actor(name="a", role="admin", reach="cli")


def work(folder: Path, run: int, again: str, told: Connection) -> None:
    """Take campaign after campaign from creation to export, telling what is done once it is; runs until it is killed.

    It starts with the campaign that the run before was at: who got no answer asks again.
    """
    store = CampaignStore.open(folder)
    for key in _keys(run, again):
        told.send((key, "asked"))
        campaign = store.add(key, Content(brief=Brief(name=key)), _step("created"))
        told.send((key, "created"))
        for action in AFTER:
            store.change(campaign.id, lambda now, action=action: _once(now, action))
            told.send((key, action))


def _keys(run: int, again: str) -> Iterator[str]:
    if again:
        yield again
    for number in count():
        yield f"{run}-{number}"


def _once(campaign: Campaign, action: Action) -> Change | None:
    return None if campaign.last(action) else (_step(action), None)


def _step(action: Action) -> Step:
    return Step(action=action, by=ACTOR, at=NOW, version=1)


def killed(folder: Path, run: int, again: str, words: int, wait: float) -> list[tuple[str, str]]:
    """What a process had told when it was killed, some seconds after so many words."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["copilot.campaigns.store"])
    mine, its = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(folder, run, again, its))
    process.start()
    its.close()
    heard = [mine.recv() for _ in range(words)]
    time.sleep(wait)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    while True:
        try:
            heard.append(mine.recv())
        except EOFError:
            return heard


def test_killed_at_random_points_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    rng, told, again = random.Random(6), [], ""
    for run in range(KILLS):
        heard = killed(tmp_path, run, again, rng.randint(1, 9), rng.uniform(0, 0.02))
        told += heard
        again = [key for key, what in heard if what == "asked"][-1]
        store = CampaignStore.open(tmp_path)
        assert store.verify().flaws == [], run
        store.close()
    with closing(sqlite3.connect(tmp_path / "campaigns.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store = CampaignStore.open(tmp_path)
    kept = {campaign.brief.name: Counter(step.action for step in campaign.history) for campaign in store.all()}
    assert len(kept) == len(store.all())
    assert [(key, what) for key, what in told if what != "asked" and kept[key][what] != 1] == []
    assert [name for name, actions in kept.items() if max(actions.values()) > 1] == []
    rows = Counter((entry.object, entry.action) for entry in store.trail.entries())
    assert rows == Counter((one.id, step.action) for one in store.all() for step in one.history)
    assert sum(map(Counter.total, kept.values())) > KILLS  # it did something in between
