"""From a job to files: every customer is counted once, the files hold what the manifest says, or there are none."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime
from datetime import time as clock
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tools.errors import BadArgument, Busy, NotAllowed
from tools.exporting.desk import MANIFEST, SendDesk
from tools.exporting.job import Approval, Audience, SendJob
from tools.exporting.manifest import Manifest
from tools.exporting.place import whole_directory
from tools.exporting.senders import load_senders, sender_for
from tools.offer import parse_offer
from tools.personalize.template import Text
from tools.results import TIERS
from tools.segment_data import SegmentData
from tools.selection.desk import SegmentDesk
from tools.selection.store import SegmentStore

AT = datetime(2026, 11, 1, 9, 30)
BODY = "【山禾集】{name}，上次的{last_category}还在用吗？离您上次下单有{days_since_last_order}天了，来看看吧。拒收请回复R"
APPROVAL = Approval(campaign_id="campaign-1", version=2, approved_by="李审", approved_at=AT, rules_version="abc")


@pytest.fixture(scope="module")
def tables(brand):
    """The shared brand with numbers and consents: some of them wrong, refused, missing or twice the same."""
    customers = brand["customers"].copy()
    number = customers["customer_id"].str[1:].astype(int)
    customers["phone"] = "138" + number.astype(str).str.zfill(8)
    customers["email"] = "Member" + number.astype(str) + "@Example.com"
    customers.loc[number % 40 == 1, "phone"] = "12345"
    customers.loc[number % 40 == 2, "phone"] = None
    customers.loc[number == 8, "phone"] = "+86 138-0000-0007"
    customers.loc[number == 7, "phone"] = "13800000007"
    customers.loc[number % 25 == 3, "name"] = None
    customers.loc[number % 50 == 4, "name"] = '=HYPERLINK("https://a.example")'
    customers.loc[number % 50 == 5, "name"] = "张\u202e三\x07"
    customers["member_level"] = "金卡"
    consents = pd.DataFrame({"customer_id": customers["customer_id"]}).merge(
        pd.DataFrame({"channel": ["sms", "email", "push", "wecom"]}), how="cross")  # fmt: skip
    asked = consents["customer_id"].str[1:].astype(int)
    consents["consented"] = asked % 10 != 0
    consents["updated_at"] = pd.Timestamp("2023-01-01")
    return brand | {"customers": customers, "consents": consents[asked % 11 != 0]}


@pytest.fixture(scope="module")
def stored(tables, open_tables) -> SegmentData:
    return open_tables(tables)


@pytest.fixture
def desk(stored, tmp_path) -> SendDesk:
    return SendDesk(stored, SegmentDesk(stored.selector, SegmentStore.open(tmp_path), "g1"), tmp_path / "senders.yaml")


def job(**changes) -> SendJob:
    given = {"name": "春季焕新", "texts": [Text(id="t1", body=BODY, draft_id="d1", writer="model", model="qwen3")],
             "audience": Audience(tiers=list(TIERS)), "channel": "sms", "brand": "山禾集", "holdout": 0.2}  # fmt: skip
    return SendJob(**given | changes)


def export(desk, out: Path, given: SendJob | None = None, **how) -> Manifest:
    return desk.export(given or job(), out, at=AT, role="operator", **how)


def rows(path: Path, file: str) -> list[dict[str, str]]:
    frame = pd.read_csv(path / file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return frame.to_dict("records")


def test_everybody_is_counted_once(desk, stored, tables, tmp_path):
    made = export(desk, tmp_path / "out", approval=APPROVAL)
    bought = tables["orders"].query("kind == 'sale'")["customer_id"].nunique()
    reached = made.reached
    assert reached.audience == bought
    assert reached.sent + sum(reached.left_out.values()) == bought
    assert {"opted_out", "no_consent", "no_contact", "invalid_contact", "duplicate_address", "holdout"} <= reached.left_out.keys()
    assert len(rows(tmp_path / "out", "messages-1.csv")) == reached.sent
    assert desk.reach(job()).left_out == {reason: n for reason, n in reached.left_out.items() if reason != "failed_check"}


def test_the_holdout_is_exact_in_every_tier_and_gets_nothing(desk, tmp_path):
    made = export(desk, tmp_path / "out", approval=APPROVAL)
    arms = rows(tmp_path / "out", "arms.csv")
    sizes = Counter(row["tier"] for row in arms)
    held = Counter(row["tier"] for row in arms if row["arm"] == "holdout")
    assert held == Counter({tier: n for tier, size in sizes.items() if (n := round(size * 0.2))})
    assert made.holdout.by_tier == {tier: [held[tier], sizes[tier]] for tier in sorted(sizes)}
    out = {row["customer_id"] for row in arms if row["arm"] == "holdout"}
    assert not out & {row["customer_id"] for row in rows(tmp_path / "out", "messages-1.csv")}
    largest = max(sizes, key=sizes.get)
    same = [row for row in arms if row["tier"] == largest]
    drawn = sorted(same, key=lambda row: hashlib.sha256(f"春季焕新:0:holdout:{row['customer_id']}".encode()).digest())
    assert {row["arm"] for row in drawn[: held[largest]]} == {"holdout"}
    assert {row["arm"] for row in drawn[held[largest] :]} == {"treated"}


def test_the_manifest_tells_who_approved_what_and_every_file(desk, tmp_path):
    made = export(desk, tmp_path / "out", approval=APPROVAL, by="小王")
    told = json.loads((tmp_path / "out" / MANIFEST).read_text(encoding="utf-8"))
    assert told["approval"]["approved_by"] == "李审"
    assert told["texts"][0] | {"sha256": ""} == {"id": "t1", "tier": "", "draft_id": "d1", "ai_generated": True,
                                                 "writer": "model", "model": "qwen3", "editor": "", "sha256": ""}  # fmt: skip
    assert told["data_day"] == str(desk._data.last_day)
    assert len(told["rules_version"]) == 12
    for file in told["files"]:
        content = (tmp_path / "out" / file["name"]).read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert {path.name for path in (tmp_path / "out").iterdir()} == {MANIFEST, *(file.name for file in made.files)}


def test_no_personal_data_is_in_the_manifest(desk, tables, tmp_path):
    export(desk, tmp_path / "out", approval=APPROVAL)
    told = (tmp_path / "out" / MANIFEST).read_text(encoding="utf-8")
    people = tables["customers"]
    values = [*people["phone"].dropna(), *people["email"], *people["name"].dropna()]
    assert not [value for value in values if value in told]


def test_a_dry_run_cannot_be_sent(desk, tmp_path):
    made = export(desk, tmp_path / "out")
    assert made.approved is False
    messages = rows(tmp_path / "out", "not-approved-messages-1.csv")
    assert all(row["address"][3:7] == "****" for row in messages)
    told = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir())
    assert "13800000007" not in told


def test_no_message_has_a_formula_a_mark_or_a_gap(desk, tmp_path):
    export(desk, tmp_path / "out", approval=APPROVAL)
    for row in rows(tmp_path / "out", "messages-1.csv"):
        assert row["body"].startswith("【山禾集】")
        assert "HYPERLINK" not in row["body"]
        assert not set(row["body"]) & set("\u202e\x07{}")


def test_the_same_export_twice_is_one(desk, tmp_path):
    first = export(desk, tmp_path / "out", approval=APPROVAL)
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    assert export(desk, tmp_path / "out", approval=APPROVAL) == first
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()} == before
    with pytest.raises(BadArgument, match="export_place_taken"):
        export(desk, tmp_path / "out", job(seed=9), approval=APPROVAL)


def test_a_place_with_something_else_in_it_is_left_alone(desk, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("x")
    with pytest.raises(BadArgument, match="export_place_taken"):
        export(desk, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_what_fails_half_way_leaves_nothing(desk, tmp_path):
    def stop(done: int, total: int) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        export(desk, tmp_path / "here" / "out", progress=stop)
    assert [path.name for path in (tmp_path / "here").iterdir()] == [".out.lock"]


def test_texts_go_to_their_tiers_and_are_shared_out(desk, tmp_path):
    texts = [Text(id="a", body=BODY), Text(id="b", body=BODY.replace("来看看吧", "看看吧")),
             Text(id="h", body="【山禾集】{name}，{member_level}会员的新品到了。拒收请回复R", tier="high")]  # fmt: skip
    export(desk, tmp_path / "out", job(texts=texts), approval=APPROVAL)
    found = Counter((row["tier"] == "high", row["text"]) for row in rows(tmp_path / "out", "messages-1.csv"))
    assert set(found) == {(True, "h"), (False, "a"), (False, "b")}
    only = desk.reach(job(texts=texts[2:]))
    assert only.left_out["no_text"] > 0


def test_customers_by_number_and_those_left_out(desk, tables, tmp_path):
    asked = job(audience=Audience(customer_ids=["C0013", "C0014", "C0013", "nobody"]), holdout=0)
    reached = desk.reach(asked)
    assert (reached.audience, reached.sent) == (3, 2)
    assert reached.left_out == {"no_contact": 1}
    desk._desk._store.keep_list("员工", ["C0014"], AT)
    made = export(desk, tmp_path / "out", asked.model_copy(update={"exclude": ["员工"]}))
    assert made.exclusions == {"员工": 1}
    assert made.reached.left_out == {"exclusion_list": 1, "no_contact": 1}


def test_a_saved_segment_and_its_version(desk, tmp_path):
    segments = desk._desk
    saved = segments.save("常客", segments.preview("消费超过300"), said="消费超过300", at=AT)
    made = export(desk, tmp_path / "out", job(audience=Audience(segment="常客")))
    assert (made.segment, made.segment_version) == ("常客", 1)
    assert made.reached.audience == saved.customers


@pytest.mark.parametrize("sender", ["aliyun-sms", "tencent-sms"])
def test_a_sender_that_merges_gets_a_file_for_each_wording(desk, tmp_path, sender):
    made = export(desk, tmp_path / "out", approval=APPROVAL, sender=sender, kind="xlsx")
    files = [file for file in made.files if file.role == "messages"]
    assert sum(file.rows for file in files) == made.reached.sent
    assert len({file.template for file in files}) == len(files) > 1
    whole = next(file for file in files if len(file.columns) == 4)
    places = {"aliyun-sms": "${name}，上次的${last_category}", "tencent-sms": "{1}，上次的{2}"}
    assert places[sender] in whole.template
    sheet = openpyxl.load_workbook(tmp_path / "out" / whole.name).active
    first = [cell.value for cell in next(sheet.iter_rows(min_row=2))]
    assert first[0].isdigit()
    assert all(first)


def test_files_are_no_longer_than_the_sender_takes(desk, tmp_path):
    (tmp_path / "senders.yaml").write_text("mine:\n  channels: [sms]\n  rows: 50\n  columns: [{header: 手机, value: phone}]\n", encoding="utf-8")
    made = export(desk, tmp_path / "out", approval=APPROVAL, sender="mine")
    sizes = [file.rows for file in made.files if file.role == "messages"]
    assert sizes[:-1] == [50] * (len(sizes) - 1)
    assert sum(sizes) == made.reached.sent


@pytest.mark.parametrize(("text", "code"), [
    ("mine: {channels: [sms], columns: [{header: a, value: wallet}]}", "bad_definition"),
    ("mine: {channels: [sms], columns: []}", "bad_definition"),
    ("mine: {channels: [sms], placeholder: '{x}', columns: [{header: a, value: phone}]}", "bad_definition"),
    ("mine: [", "bad_definition"),
])  # fmt: skip
def test_a_wrong_mapping_is_refused(tmp_path, text, code):
    (tmp_path / "senders.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadArgument, match=code):
        load_senders(tmp_path / "senders.yaml")


def test_senders_say_what_they_send():
    with pytest.raises(BadArgument, match="sender_unknown"):
        sender_for(load_senders(), "nobody", "sms")
    with pytest.raises(BadArgument, match="sender_channel"):
        sender_for(load_senders(), "mailchimp", "sms")


def test_e_mails_carry_a_way_out_of_their_own(desk, tmp_path):
    letter = Text(id="e", title="广告：{name}，新品到了", body="{name}：\n山禾集新品到了，欢迎来看。\n山禾集会员中心 敬上，回复退订即可不再收到。")
    asked = job(texts=[letter], channel="email", unsubscribe_url="https://a.example/out?u={token}")
    made = export(desk, tmp_path / "out", asked, approval=APPROVAL)
    assert made.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = rows(tmp_path / "out", "messages-1.csv")
    assert len({row["list_unsubscribe"] for row in found}) == len(found) > 0
    assert not [row for row in found if row["customer_id"] in row["list_unsubscribe"]]
    with pytest.raises(BadArgument, match="unsubscribe_missing"):
        export(desk, tmp_path / "b", asked.model_copy(update={"unsubscribe_url": ""}), approval=APPROVAL)


@pytest.mark.parametrize(("changes", "code"), [
    ({"audience": Audience()}, "send_audience"),
    ({"audience": Audience(tiers=["mid"], segment="a")}, "send_audience"),
    ({"send_at": datetime(2026, 11, 1, 22, 30)}, "send_quiet_hours"),
    ({"unsubscribe_url": "http://a.example"}, "unsubscribe_not_https"),
    ({"texts": [Text(id="a", body="  ")]}, "template_empty"),
    ({"texts": [Text(id="a", body="{{name}}，您好")]}, "template_braces"),
    ({"texts": [Text(id="a", body="{ name }，您好")]}, "template_braces"),
    ({"texts": [Text(id="a", body="${name}，您好")]}, "template_braces"),
    ({"texts": [Text(id="a", body="{name，您好")]}, "template_braces"),
    ({"texts": [Text(id="a", body="{nick}，您好")]}, "template_unknown_field"),
    ({"texts": [Text(id="a", body="{points}分，您好")]}, "template_field_lacks"),
    ({"texts": [Text(id="a", body="{name}{last_category}，您好")]}, "template_fields_touch"),
    ({"holdout": 0.7}, "holdout_share"),
])  # fmt: skip
def test_what_is_wrong_with_a_job_is_said(desk, tmp_path, changes, code):
    with pytest.raises(BadArgument, match=code):
        export(desk, tmp_path / "out", job(**changes))
    assert not (tmp_path / "out").exists()


def test_a_viewer_exports_nothing(desk, tmp_path):
    with pytest.raises(BadArgument, match="role_not_allowed"):
        desk.export(job(), tmp_path / "out", at=AT, role="viewer")


def test_the_preview_shows_real_and_awkward_names(desk):
    shown = desk.preview(job(offer=parse_offer("满199减30", "zh")))
    real = [each for each in shown if not each.customer_id.startswith("awkward")]
    assert any("name" in each.fallbacks for each in real)
    assert any("HYPERLINK" in (each.body or "") for each in shown) is False
    assert {each.segments for each in shown} == {1}


WRITER = """
import sys
from pathlib import Path
from tools.exporting.place import whole_directory
for number in range(10_000):
    with whole_directory(Path(sys.argv[1]) / f"out-{number}") as draft:
        for part in range(4):
            (draft / f"{part}.csv").write_bytes(b"x" * 200_000)
        (draft / "manifest.json").write_text("{}")
"""


def test_a_process_that_is_killed_leaves_nothing_half(tmp_path):
    dice = random.Random(5)
    whole = {"0.csv", "1.csv", "2.csv", "3.csv", "manifest.json"}
    for turn in range(8):
        place = tmp_path / str(turn)
        place.mkdir()
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(place)], cwd=Path(__file__).parents[2])
        while process.poll() is None and not (place / "out-0").exists():
            time.sleep(0.01)
        time.sleep(dice.random() * 0.05)
        process.kill()
        process.wait()
        done = [path for path in place.iterdir() if not path.name.startswith(".")]
        assert done
        assert all({file.name for file in path.iterdir()} == whole for path in done)
        with whole_directory(place / f"out-{len(done)}") as draft:  # what the killed one left is swept
            assert list(draft.iterdir()) == []


def test_two_writers_do_not_meet(tmp_path):
    with whole_directory(tmp_path / "out"), pytest.raises(Busy), whole_directory(tmp_path / "out"):
        pass


def test_a_campaign_on_every_channel_holds_a_customer_out_of_all_of_them(desk, tmp_path):
    """Drawn by channel, one person could be held out on one and written to on another: then nobody is held out."""
    whole = {"together": ["sms", "wecom"], "holdout": 0.3}
    wecom = Text(id="w", body="{name}，山禾集的新品到了，有想看的回我一声。我是山禾集的顾问，不想收到就回“不用”。")
    export(desk, tmp_path / "sms", job(**whole), approval=APPROVAL)
    export(desk, tmp_path / "wecom", job(**whole, channel="wecom", texts=[wecom]), approval=APPROVAL)
    arms = {channel: {row["customer_id"]: row["arm"] for row in rows(tmp_path / channel, "arms.csv")} for channel in whole["together"]}
    both = arms["sms"].keys() & arms["wecom"].keys()
    assert len(both) > 50
    assert [each for each in both if arms["sms"][each] != arms["wecom"][each]] == []
    tiers = {row["customer_id"]: row["tier"] for place in arms for row in rows(tmp_path / place, "arms.csv")}
    held = Counter(tiers[each] for each, arm in (arms["sms"] | arms["wecom"]).items() if arm == "holdout")
    assert held == Counter({tier: n for tier, size in Counter(tiers.values()).items() if (n := round(size * 0.3))})


def test_quiet_hours_of_a_brief_narrow_the_sending_window(desk, tmp_path):
    late = job(earliest=clock(10), latest=clock(22))
    assert export(desk, tmp_path / "out", late, approval=APPROVAL).send_window == ["10:00", "20:00"]
    with pytest.raises(BadArgument, match="send_quiet_hours"):
        desk.check(late.model_copy(update={"send_at": datetime(2026, 11, 1, 9)}))


NEXT = ["next_mention", "next_channel", "next_hour", "next_discount", "next_reason"]


def test_the_columns_of_a_sender_are_those_of_its_mapping(desk, tmp_path):
    made = export(desk, tmp_path / "out", approval=APPROVAL, sender="generic-next-best")
    (file,) = [file for file in made.files if file.role == "messages"]
    assert file.columns == ["customer_id", "address", "title", "preheader", "body", "button", "tier", *NEXT]
    found = rows(tmp_path / "out", file.name)
    assert list(found[0]) == file.columns
    assert {row["next_discount"] for row in found} <= {"", "not_needed", "needed", "test"}


def test_why_a_choice_is_next_is_said_in_the_words_of_the_message(stored, tmp_path):
    segments = SegmentDesk(stored.selector, SegmentStore.open(tmp_path), "g1")
    export(SendDesk(stored, segments, tell=lambda row, language: f"{language} {row.mention.reason}"), tmp_path / "out",
           approval=APPROVAL, sender="generic-next-best")  # fmt: skip
    assert all(row["next_reason"].startswith("zh ") for row in rows(tmp_path / "out", "messages-1.csv"))


def test_a_viewer_writes_no_send_list(desk, tmp_path):
    with pytest.raises(NotAllowed, match="role_not_allowed"):
        desk.export(job(), tmp_path / "out", at=datetime(2026, 3, 1), role="viewer")
    assert not (tmp_path / "out").exists()
