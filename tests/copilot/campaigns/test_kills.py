"""A process killed while it drafts, approves or exports: nothing is lost or doubled, no half export looks whole."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from copilot.campaigns.desk import CampaignDesk
from copilot.campaigns.files import write_all
from copilot.campaigns.store import CampaignStore
from copilot.drafting.desk import DraftDesk, Request
from copilot.settings import Settings
from copilot.workspace import Workspace
from tools.exporting.desk import MANIFEST
from tools.exporting.manifest import Manifest

KILLS = int(os.environ.get("KILLS", "20"))
"""More of them by hand: `KILLS=50 pytest tests/copilot/campaigns/test_kills.py`."""
NOW = datetime(2025, 11, 1, 9, tzinfo=UTC)
SENTENCE = "给潜力用户做一个二单转化活动，满199减30，企微加短信，2099年12月1日截止"
PHASES = ("began", "drafted", "created", "submitted", "approved", "exported")


def opened(home: Path) -> Workspace:
    return Workspace(Settings(_env_file=None, home=home, workspace="small", role="admin", user="a", four_eyes=False))


def work(home: Path, run: int, told: Connection) -> None:
    """Take one campaign from its drafts to its files, telling each step once it is done; asked again it goes on."""
    workspace = opened(home)
    desk = CampaignDesk(workspace, "page")
    told.send(("began", ""))
    batch = DraftDesk(workspace).write(Request(tier="potential", offer="满199减30", seed=run, writer="library"))
    told.send(("drafted", " ".join(draft.id for draft in batch.drafts)))
    made = desk.create(desk.read(SENTENCE, {"name": f"run {run}"}), NOW, key=f"run-{run}")
    told.send(("created", made.id))
    if made.state == "draft":
        made = desk.submit(made.id, made.version, NOW, note="looked at")
    told.send(("submitted", made.id))
    if made.state == "in_review":
        made = desk.approve(made.id, made.version, NOW)
    told.send(("approved", made.id))
    write_all(workspace, desk, made.id, NOW)
    told.send(("exported", made.id))


def begun(home: Path, run: int) -> tuple[BaseProcess, Connection]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["copilot.campaigns.files", "copilot.drafting.desk", "copilot.workspace"])
    mine, its = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(home, run, its))
    process.start()
    its.close()
    return process, mine


def heard(told: Connection) -> dict[str, str]:
    """What a process tells until it ends."""
    found: dict[str, str] = {}
    while True:
        try:
            found |= [told.recv()]
        except EOFError:
            return found


def timed(home: Path) -> dict[str, float]:
    """Seconds of each phase of a run that nobody kills."""
    process, told = begun(home, 0)
    took, last = {}, time.monotonic()
    for phase in PHASES:
        assert told.recv()[0] == phase
        took[phase], last = time.monotonic() - last, time.monotonic()
    process.join()
    return took


def killed(home: Path, run: int, phase: str, wait: float) -> dict[str, str]:
    """What a process told that was killed so many seconds into the step after `phase`."""
    process, told = begun(home, run)
    known: dict[str, str] = {}
    while phase not in known:
        known |= [told.recv()]
    time.sleep(wait)
    process.kill()
    process.join()
    assert process.exitcode in (-signal.SIGKILL, 0)
    return known | heard(told)


def finished_exports(home: Path) -> dict[str, Manifest]:
    """Every export that looks finished, each held against its own manifest."""
    found = {}
    for place in sorted((home / "small" / "exports").glob("campaign-*")):
        manifest = Manifest.model_validate_json((place / MANIFEST).read_text(encoding="utf-8"))
        files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in place.iterdir()}
        assert files.pop(MANIFEST)
        assert files == {file.name: file.sha256 for file in manifest.files}
        found[place.name] = manifest
    return found


def test_killed_anywhere_nothing_is_lost_or_doubled(copy_home: Callable[[], Path]) -> None:
    """Again and again a campaign is killed somewhere between its drafts and its files; then it goes on to the end."""
    home, draw, cut, told, run = copy_home(), random.Random(6), Counter(), {}, 1
    took = timed(home)
    after = {phase: took[then] for phase, then in zip(PHASES, PHASES[1:], strict=False)}
    while cut.total() < KILLS:
        known = killed(home, run, phase := PHASES[cut.total() % len(after)], after[phase] * draw.uniform(0, 1))
        told.setdefault(run, {}).update(known)
        last = list(known)[-1]
        cut[last] += last != "exported"
        run += last == "exported"
        finished_exports(home)
        store = CampaignStore.open(home / "small" / "store")
        assert store.verify().flaws == [], known
        assert [step for step, id in known.items() if id.startswith("campaign-") and not store.get(id).last(step)] == []
        store.close()
    process, pipe = begun(home, run)
    assert list(heard(pipe)) == list(PHASES)
    process.join()
    told.setdefault(run, {})
    assert len(+cut) >= 4, cut  # it was cut short in every kind of work
    _whole(home, told)


def _whole(home: Path, told: dict[int, dict[str, str]]) -> None:
    workspace = opened(home)
    campaigns = workspace.campaign_store.all()
    assert sorted(each.brief.name for each in campaigns) == sorted(f"run {run}" for run in [0, *told])
    assert {each.state for each in campaigns} == {"exported"}
    for each in campaigns:
        steps = Counter(step.action for step in each.history)
        assert (steps["created"], steps["submitted"], steps["approved"]) == (1, 1, 1)
        assert steps["exported"] == len(each.brief.channels)
    exports = finished_exports(home)
    assert len(exports) == sum(len(each.brief.channels) for each in campaigns)
    assert len({manifest.export_id for manifest in exports.values()}) == len(exports)
    noted = {digest for each in campaigns for step in each.history for digest in step.files.values()}
    assert {file.sha256 for manifest in exports.values() for file in manifest.files} <= noted
    for known in told.values():
        for id in known.get("drafted", "").split():
            assert workspace.draft_shelf.get(id).draft.id == id
    assert json.dumps([path.name for path in (home / "small").rglob("*.part")]) == "[]"
    workspace.close()
