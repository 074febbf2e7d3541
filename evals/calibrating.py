"""How far a judge agrees with people: agreement and Cohen's kappa, which takes off what chance would agree on."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from evals.statistics import Estimate, kappa, proportion

TRUSTED = 0.6
"""Kappa from which agreement is called substantial (Landis & Koch 1977)."""


class Said(BaseModel):
    """What people and the judge say of one answer; the judge may say nothing."""

    model_config = ConfigDict(frozen=True)

    id: str
    people: bool
    judge: bool | None
    why: str


class Calibration(BaseModel):
    model_config = ConfigDict(frozen=True)

    examples: int
    judged: int
    agreement: Estimate | None
    """Of the judged ones."""
    kappa: Estimate | None
    support_seen: Estimate | None
    """Share of the supported answers that the judge calls so."""
    lack_seen: Estimate | None
    """Share of the unsupported ones."""

    @property
    def trusted(self) -> bool:
        return self.kappa is not None and self.kappa.low >= TRUSTED


def calibration(said: list[Said]) -> Calibration:
    judged = [each for each in said if each.judge is not None]
    return Calibration(
        examples=len(said), judged=len(judged),
        agreement=proportion([each.judge == each.people for each in judged]),
        kappa=kappa([each.people for each in judged], [bool(each.judge) for each in judged]),
        support_seen=proportion([bool(each.judge) for each in judged if each.people]),
        lack_seen=proportion([not each.judge for each in judged if not each.people]),
    )  # fmt: skip
