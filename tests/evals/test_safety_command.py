"""`wellspring eval safety`: every combination of options works or says why not, before anything long is begun."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from evals.commands import commands


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WELLSPRING_HOME", str(tmp_path / "home"))


def safety(*options: object) -> Result:
    return CliRunner().invoke(commands, ["safety", *map(str, options)])


@pytest.mark.parametrize(
    ("options", "zh", "en"),
    [
        (["--part", "talk", "--epochs", "2"], "只含 injection", "holds the parts injection and utility alone"),
        (["--part", "injection", "--part", "names", "--html", "{dir}/a.html"], "只含 injection", "utility alone"),
        (["--resume", "{dir}/kept", "--out", "{dir}/run.json"], "不能和", "does not go with"),
        (["--resume", "{dir}/kept", "--part", "rendering"], "只保存", "take seconds"),
        (["--seed", "3", "--part", "names"], "要和 --sample 一起用", "give --sample too"),
        (["--part", "names", "--report", "{dir}/no/report.md"], "写不了", "Cannot write"),
        (["--out", "{dir}"], "写不了", "Cannot write"),
        (["--resume", "{dir}/other.txt"], "不是 --resume 存下的结果", "holds no outcomes"),
        (["--part", "everything"], "everything", "everything"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_does_not_go_together_is_said_at_once(
    options: list[str], zh: str, en: str, language: str, tmp_path: Path
) -> None:
    (tmp_path / "other.txt").write_text("something else\nof somebody's\n")
    found = safety(*(each.replace("{dir}", str(tmp_path)) for each in options), "--lang", language)
    assert found.exit_code == 2
    assert {"zh": zh, "en": en}[language] in found.stderr
    assert (tmp_path / "other.txt").read_text() == "something else\nof somebody's\n"


def test_a_part_is_reported_to_a_file_and_as_json(tmp_path: Path) -> None:
    found = safety("--part", "names", "--report", tmp_path / "report.md", "--json", "--lang", "en")
    assert found.exit_code == 0
    assert {rate["of"] for rate in json.loads(found.stdout)["names"]["recall"]} == {
        "zh open", "zh apart", "en open", "en apart"
    }  # fmt: skip
    assert "zh apart" in (tmp_path / "report.md").read_text(encoding="utf-8")
