"""`wellspring personalize`, and the send list of an approved campaign."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from copilot import cli
from copilot.campaigns.desk import CampaignDesk
from copilot.sending import export_campaign
from copilot.settings import Settings
from copilot.workspace import Workspace
from tools.errors import BadArgument

NOW = datetime(2025, 11, 1, 9, tzinfo=UTC)
BODY = "【山禾集】{name}，上次的{last_category}还在用吗？来看看吧。拒收请回复R"


@pytest.fixture
def wellspring(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Call `wellspring personalize ARGS --workspace small`; gives exit code, output and error."""
    monkeypatch.setenv("WELLSPRING_HOME", str(home))
    monkeypatch.setenv("WELLSPRING_BRAND", "山禾集")
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def call(*arguments: object, role: str = "operator") -> tuple[int, str, str]:
        monkeypatch.setenv("WELLSPRING_ROLE", role)
        given = ["wellspring", "personalize", *map(str, arguments), "--workspace", "small"]
        monkeypatch.setattr(sys, "argv", given)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, *capsys.readouterr()

    return call


def test_a_text_is_previewed_and_written_as_a_dry_run(wellspring, tmp_path):
    code, said, _ = wellspring("--text", BODY, "--tier", "potential", "--tier", "mid", "--json")
    found = json.loads(said)
    assert code == 0
    assert found["reach"]["sent"] > 0
    assert all(each["body"].startswith("【山禾集】") for each in found["preview"])
    code, said, _ = wellspring("--text", BODY, "--tier", "mid", "--out", tmp_path / "a", "--seed", 3, "--json")
    made = json.loads(said)
    assert (code, made["approved"], made["holdout"]["seed"]) == (0, False, 3)
    assert (tmp_path / "a" / "not-approved-messages-1.csv").exists()
    code, said, _ = wellspring("--text", BODY, "--tier", "mid", "--out", tmp_path / "b", "--lang", "zh")
    assert "未经审批" in said


def test_a_text_may_stand_in_a_file(wellspring, tmp_path):
    (tmp_path / "text.txt").write_text(BODY, encoding="utf-8")
    code, said, _ = wellspring("--text", tmp_path / "text.txt", "--tier", "mid")
    assert code == 0
    assert "customers get a message" in said


@pytest.mark.parametrize(("arguments", "part"), [
    (["--text", "【山禾集】{Name}，来看看。拒收请回复R", "--tier", "mid"], "such as {name}"),
    (["--text", "{points}", "--tier", "mid"], "lacks customers.points"),
    (["--text", BODY], "whom it is for"),
    (["--text", BODY, "--tier", "gold"], 'no tier "gold"'),
    (["--tier", "mid"], "not both"),
    (["--campaign", "campaign-1"], "--out"),
    (["--text", BODY, "--tier", "mid", "--offer", "摇一摇"], "not understood"),
    (["--text", BODY, "--tier", "mid", "--holdout", "0.9"], "between 0 and 0.5"),
])  # fmt: skip
def test_a_refusal_is_one_sentence(wellspring, arguments, part):
    code, said, error = wellspring(*arguments)
    assert (code, said) == (2, "")
    assert part in error
    assert len(error.strip().splitlines()) == 1


def test_a_viewer_sees_no_messages(wellspring):
    assert wellspring("--text", BODY, "--tier", "mid", role="viewer")[0] == 2


@pytest.fixture
def desk_as(copy_home: Callable[[], Path]) -> Callable[[str], CampaignDesk]:
    home = copy_home()

    def opened(role: str) -> CampaignDesk:
        settings = Settings(_env_file=None, home=home, workspace="small", role=role, user=role)
        return CampaignDesk(Workspace(settings), "page")

    return opened


def test_only_an_approved_campaign_gets_its_send_list(desk_as, tmp_path):
    desk = desk_as("operator")
    later = (desk.checks.as_of + timedelta(days=20)).isoformat()
    sentence = "给潜力用户做一个二单转化活动，满199减30，企微加短信"
    made = desk.create(desk.read(sentence, {"end": later, "exit": "ordered"}), NOW)
    place = desk._workspace
    with pytest.raises(BadArgument, match="campaign_state"):
        export_campaign(place, desk, made.id, tmp_path / "early", at=NOW, channel="sms")
    desk.submit(made.id, made.version, NOW, note="looked at")
    desk_as("reviewer").approve(made.id, made.version, NOW)
    with pytest.raises(BadArgument, match="send_channel"):
        export_campaign(place, desk, made.id, tmp_path / "which", at=NOW)
    manifest = export_campaign(place, desk, made.id, tmp_path / "sms", at=NOW, channel="sms")
    assert (manifest.approval.approved_by, manifest.approval.campaign_id) == ("reviewer", made.id)
    assert manifest.reached.sent > 0
    reach = next(each for each in desk.check(made).reach.channels if each.channel == "sms")
    failed = manifest.reached.left_out.get("failed_check", 0)
    assert reach.customers + reach.holdout == manifest.reached.sent + manifest.holdout.customers + failed
    assert desk.get(made.id).state == "exported"
    assert export_campaign(place, desk, made.id, tmp_path / "sms", at=NOW, channel="sms").export_id == manifest.export_id
