"""From a job to a send list: reach, preview, export; what every face of the product calls."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tools.compliance.checker import version_of
from tools.errors import BadArgument
from tools.exporting.choices import Tell, codes, with_choices
from tools.exporting.files import open_file
from tools.exporting.job import Approval, Format, SendJob
from tools.exporting.manifest import Draw, FileNote, Manifest, Reached, TextNote, headers_of
from tools.exporting.people import Chosen, choose
from tools.exporting.place import whole_directory
from tools.exporting.senders import GENERIC, Sender, load_senders, sender_for
from tools.exporting.sheet import MessageSheet
from tools.merge_fields import check_template
from tools.personalize.arms import HOLDOUT, TREATED, salt_of
from tools.personalize.bulk import SENT, Renderer
from tools.personalize.preview import Preview, awkward_customers, preview_text
from tools.personalize.template import PARTS
from tools.roles import Role, require
from tools.segment_data import SegmentData
from tools.selection.desk import SegmentDesk

MANIFEST = "manifest.json"
ARMS = ("campaign_id", "customer_id", "arm", "tier", "text", "sent")
Progress = Callable[[int, int], None]


class SendDesk:
    """Exports of one workspace: its data, its saved segments and lists, its senders."""

    def __init__(
        self, data: SegmentData, desk: SegmentDesk, senders: Path | None = None, *, tell: Tell = codes
    ) -> None:
        """`senders` is the workspace's own senders.yaml, which may be missing; `tell` words why a choice is next."""
        self._data = data
        self._desk = desk
        self._senders = senders
        self._tell = tell

    def check(self, job: SendJob) -> None:
        """Check what a job is made of, before anybody is looked up. Raises BadArgument saying what to mend."""
        job.check()
        lacking = self._data.merging.lacking()
        for text in job.texts:
            check_template(*(getattr(text, part) for part in PARTS), lacking=lacking)

    def reach(self, job: SendJob) -> Reached:
        """How many of the audience would get a message, and why the others would not; nothing is rendered."""
        self.check(job)
        chosen = choose(job, self._data, self._desk)
        return Reached(audience=chosen.frame.num_rows, left_out=chosen.left_out, sent=chosen.receivers.num_rows)

    def preview(self, job: SendJob) -> list[Preview]:
        """The texts for some of the real receivers, the awkward names first of all, and for made-up awkward ones."""
        self.check(job)
        people = choose(job, self._data, self._desk).receivers
        renderer = Renderer(job.texts, job.setting)
        real = self._data.merging.awkward(renderer.fields, people) if people.num_rows else []
        found = [preview_text(job.texts[row["text"]], job.setting, [row])[0] for row in real]
        for text in job.texts:
            found += preview_text(text, job.setting, awkward_customers(job.language))
        return found

    def export(self, job: SendJob, out: Path, *, at: datetime, role: Role, approval: Approval | None = None,
               sender: str = GENERIC, kind: Format = "csv", by: str = "",
               progress: Progress = lambda done, total: None) -> Manifest:  # fmt: skip
        """Write messages, arms, what was set aside and the manifest into the new directory `out`.

        Without an approval the files are a dry run: marked so, addresses masked. The same export into the same place
        again returns what is there. The directory appears whole or not at all.

        Raises NotAllowed where the role may not export, BadArgument where the job, the sender or the place is wrong,
        NoData for an audience of nobody, Busy while another process writes there.
        """
        require(role, "export")
        self.check(job)
        if job.channel == "email" and approval and not job.unsubscribe_url:
            raise BadArgument("unsubscribe_missing")
        chosen_sender = sender_for(load_senders(self._senders), sender, job.channel)
        export_id = self._export_id(job, approval, chosen_sender, kind)
        if (done := _done(out, export_id)) is not None:
            return done
        chosen = choose(job, self._data, self._desk)
        with whole_directory(out) as draft:
            writing = _Writing(self._data, job, chosen, chosen_sender, kind, draft, masked=approval is None,
                               tell=self._tell)  # fmt: skip
            writing.run(progress)
            manifest = self._manifest(job, chosen, writing, approval, export_id, at, by)
            (draft / MANIFEST).write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
        return manifest

    def _export_id(self, job: SendJob, approval: Approval | None, sender: Sender, kind: Format) -> str:
        """Tells this export from any other; who asks for it twice gets one."""
        # The trail grows with the export itself.
        given = approval.model_dump(mode="json", exclude={"trail"}) if approval else None
        parts = [job.model_dump(mode="json"), given, sender.model_dump(mode="json"), kind, self._data.selector.loaded,
                 version_of(job.own)]  # fmt: skip
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]

    def _manifest(self, job: SendJob, chosen: Chosen, writing: _Writing, approval: Approval | None, export_id: str,
                  at: datetime, by: str) -> Manifest:  # fmt: skip
        tally, left_out = writing.renderer.tally, dict(chosen.left_out)
        if failed := sum(tally.failed.values()):
            left_out["failed_check"] = failed
        reached = Reached(audience=chosen.frame.num_rows, left_out=left_out, sent=tally.messages - failed,
                          failed_rules=dict(tally.failed))  # fmt: skip
        draw = Draw(share=job.holdout, seed=job.seed, salt=writing.salt, customers=left_out.get(HOLDOUT, 0),
                    by_tier=chosen.by_tier, together=job.together)  # fmt: skip
        return Manifest(
            export_id=export_id, campaign=job.name, campaign_id=job.campaign_id, approved=approval is not None,
            approval=approval, channel=job.channel, language=job.language,
            sender=writing.sender.name, audience=job.audience,
            segment=job.segment or job.audience.segment, segment_version=chosen.segment_version,
            exclusions=chosen.exclusions, texts=[TextNote.of(text) for text in job.texts],
            offer=job.offer.text(job.language) if job.offer else "", rules_version=version_of(job.own),
            data_day=self._data.last_day, data_version=self._data.selector.loaded,
            counted_by=self._data.selector.counted_by, reached=reached, holdout=draw, warnings=dict(tally.warnings),
            fallbacks=dict(tally.fallbacks), segments=tally.segments, send_at=job.send_at, headers=headers_of(job),
            send_window=[f"{hour:%H:%M}" for hour in job.window],
            files=writing.files, exported_at=at, exported_by=by,
        )  # fmt: skip


class _Writing:
    """The files of one export."""

    def __init__(self, data: SegmentData, job: SendJob, chosen: Chosen, sender: Sender, kind: Format, draft: Path, *,
                 masked: bool, tell: Tell) -> None:  # fmt: skip
        self._data = data
        self.renderer = Renderer(job.texts, job.setting)
        self.salt = salt_of(job.campaign_id or job.name, job.seed)
        self.sender = sender
        self.files: list[FileNote] = []
        self._job = job
        self._chosen = chosen
        self._kind = kind
        self._draft = draft
        self._sheet = MessageSheet(draft, job, sender, kind, salt=self.salt, masked=masked,
                                   choices=lambda rows: with_choices(
                                       rows, data.next_best.choose, lambda row: tell(row, job.language)
                                   ))  # fmt: skip
        self._failed: list[pa.Array] = []

    def run(self, progress: Progress) -> None:
        data, people = self._data, self._chosen.receivers
        aside = open_file(self._draft / "set-aside", ["customer_id", "reason", "words", "text"], self._kind)
        batches = data.merging.rows(self.renderer.fields, people) if people.num_rows else iter(())
        for messages in self.renderer.render(batches):
            sent = pc.equal(messages["reason"], SENT)
            self._sheet.write(messages.filter(sent))
            if not pc.all(sent).as_py():
                failed = messages.filter(pc.invert(sent))
                self._failed.append(failed["customer_id"].combine_chunks())
                texts = pa.array([text.id for text in self._job.texts]).take(failed["text"].combine_chunks())
                aside.write([*(failed[name].combine_chunks() for name in ("customer_id", "reason", "words")), texts])
            progress(self.renderer.tally.messages, people.num_rows)
        aside.close()
        self.files = [*self._sheet.close(), aside.note("set_aside"), self._arms()]

    def _arms(self) -> FileNote:
        """Who was treated and who held out, in the words of the touches table, to be measured by later."""
        file = open_file(self._draft / "arms", ARMS, self._kind)
        for frame in self._arm_rows():
            file.write(frame)
        file.close()
        return file.note("arms")

    def _arm_rows(self) -> Iterator[list[pa.Array]]:
        frame = self._chosen.frame
        drawn = frame.filter(pc.is_in(frame["reason"], value_set=pa.array([SENT, HOLDOUT]))).combine_chunks()
        if not drawn.num_rows:
            return
        held = pc.equal(drawn["reason"], HOLDOUT)
        failed = pa.concat_arrays(self._failed) if self._failed else pa.array([], pa.string())
        unsent = pc.or_(held, pc.is_in(drawn["customer_id"], value_set=failed))
        texts = pa.array([*(text.id for text in self._job.texts), ""]).take(
            pc.if_else(held, len(self._job.texts), drawn["text"]).combine_chunks()
        )
        campaign = pa.array([self._job.campaign_id or self._job.name])
        yield [campaign.take(pa.array(np.zeros(drawn.num_rows, dtype=np.int32))), drawn["customer_id"].combine_chunks(),
               pc.if_else(held, HOLDOUT, TREATED).combine_chunks(), drawn["tier"].combine_chunks(), texts,
               pc.if_else(unsent, "false", "true").combine_chunks()]  # fmt: skip


def _done(out: Path, export_id: str) -> Manifest | None:
    """The manifest of this export where it is there already."""
    path = out / MANIFEST
    if not path.exists():
        return None
    try:
        found = Manifest.model_validate_json(path.read_text(encoding="utf-8"))
    except ValueError:
        return None
    return found if found.export_id == export_id else None
