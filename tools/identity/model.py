"""The probabilistic part: a Fellegi-Sunter model of account pairs, trained and scored by Splink.

Fellegi, Sunter (1969), "A Theory for Record Linkage", JASA 64(328). A field's match weight is
log2(m / u): m the chance of its agreement between two accounts of one person, u between accounts
of two. u is counted in a sample of pairs; m is learned by expectation maximisation among pairs
that share a phone or an e-mail where there are enough of them, else it is the prior below.
"""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any

import duckdb
import yaml

from tools.identity.accounts import KEYS
from tools.identity.settings import LinkSettings
from tools.results import Frozen

PAIRS_FOR_U = 500_000
PAIRS_FOR_M = 100
"""Certain pairs that share a field, below which m of the other fields is not learned: EM would fit noise."""
SHARED_KEY = 0.01
"""Assumed share of accounts whose phone (e-mail, member number, device) is somebody else's too."""
LEAST_M = 0.01
"""No level's m is learned to be less: one field that never differed so far is no veto."""
RECALL_OF_RULES = 0.7
"""Assumed share of true pairs that the rules find; it sets the prior chance that two accounts are one person."""
ROUND = 6
"""Decimals of a probability: floating sums differ in the last digits from run to run."""

Progress = Callable[[float], None]


class Level(Frozen):
    """One degree of agreement: its name, the SQL that tells it ("" for the rest) and the prior m."""

    name: str
    sql: str = ""
    m: float
    weigh_by_frequency: bool = False


@cache
def comparisons() -> dict[str, list[Level]]:
    """Field -> its levels, the strongest first."""
    text = resources.files("tools.identity").joinpath("comparisons.yaml").read_text(encoding="utf-8")
    return {field: [Level(**level) for level in levels] for field, levels in yaml.safe_load(text)["fields"].items()}


def blocks() -> list[list[str]]:
    """Columns that a pair must share to be compared at all."""
    text = resources.files("tools.identity").joinpath("comparisons.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["blocks"]


def score(
    con: duckdb.DuckDBPyConnection, settings: LinkSettings, progress: Progress = lambda share: None
) -> dict[str, Any]:
    """Fill the temporary table `scored` from `accounts` and `ruled`; return the model.

    scored: one, other, probability, evidence (JSON, field -> [level, bits]); pairs from the review
    threshold on, and every ruled pair that could be compared. The model: prior, fields -> levels -> m, u.
    """
    columns = "one VARCHAR, other VARCHAR, probability DOUBLE, evidence VARCHAR"
    con.execute(f"CREATE OR REPLACE TEMP TABLE scored ({columns})")
    filled = con.execute(
        f"SELECT count(*), {', '.join(f'count(DISTINCT {field}) AS {field}' for field in comparisons())} FROM accounts"
    ).fetchall()[0]
    fields = [name for name, distinct in zip(comparisons(), filled[1:], strict=True) if distinct > 1]
    if len(fields) < 2:
        return {}
    accounts = con.sql("SELECT * FROM accounts ORDER BY customer_id").to_arrow_table()
    ruled = con.sql("SELECT one, other, rule FROM ruled").to_arrow_table()
    with duckdb.connect(":memory:", config={"enable_external_access": "false"}) as apart, _quiet():
        apart.register("given", accounts)
        apart.execute("CREATE TABLE accounts AS SELECT customer_id AS unique_id, * EXCLUDE customer_id FROM given")
        apart.register("ruled", ruled)
        model = _predict(apart, fields, settings, progress)
        found = apart.sql(_scored(fields, settings)).to_arrow_table()
    con.register("found", found)
    con.execute("INSERT INTO scored SELECT * FROM found")
    con.unregister("found")
    return model


def _predict(
    apart: duckdb.DuckDBPyConnection, fields: list[str], settings: LinkSettings, progress: Progress
) -> dict[str, Any]:
    """Train on `accounts` and fill the table `predicted`."""
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    ((size,),) = apart.execute("SELECT count(*) FROM accounts").fetchall()
    rules = [block_on(*columns) for columns in blocks() if _filled(apart, columns)]
    described = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(field, size) for field in fields],
        blocking_rules_to_generate_predictions=rules,
        probability_two_random_records_match=_prior(apart, size),
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
        linker_uid="accounts",
    )
    api = DuckDBAPI(apart)
    linker = Linker(api.register("accounts"), described, log_level=logging.ERROR)
    # One pass: in chunks it could stop early, but the rare levels need every pair of the sample.
    linker.training.estimate_u_using_random_sampling(PAIRS_FOR_U, seed=settings.seed, num_chunks=1)
    progress(0.4)
    learned = [key for key in KEYS if key in fields and _ruled_by(apart, key) >= PAIRS_FOR_M]
    for key in learned:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(key))
    progress(0.6)
    model = _floored(linker.misc.save_model_to_json())
    trained = Linker(api.register("accounts"), model, log_level=logging.ERROR)
    predicted = trained.inference.predict(warning_mode="never")
    apart.execute(f"CREATE TABLE predicted AS SELECT * FROM {predicted.physical_name}")
    progress(1.0)
    return _description(model, learned)


def _floored(model: dict[str, Any]) -> dict[str, Any]:
    """No level is out of the question for one person, though the certain pairs may not show it."""
    for comparison in model["comparisons"]:
        for level in comparison["comparison_levels"]:
            if "m_probability" in level:
                level["m_probability"] = max(level["m_probability"], LEAST_M)
    return model


def _filled(apart: duckdb.DuckDBPyConnection, columns: list[str]) -> bool:
    where = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    return bool(apart.execute(f"SELECT 1 FROM accounts WHERE {where} LIMIT 1").fetchall())


def _prior(apart: duckdb.DuckDBPyConnection, size: int) -> float:
    ((certain,),) = apart.execute("SELECT count(*) FROM ruled").fetchall()
    return max(certain, 1) / RECALL_OF_RULES / (size * (size - 1) / 2)


def _ruled_by(apart: duckdb.DuckDBPyConnection, key: str) -> int:
    return apart.execute("SELECT count(*) FROM ruled WHERE list_contains(split(rule, '+'), ?)", [key]).fetchall()[0][0]


def _comparison(field: str, size: int) -> Any:
    from splink.comparison_level_library import CustomLevel, ElseLevel, ExactMatchLevel, NullLevel
    from splink.comparison_library import CustomComparison

    levels: list[Any] = [NullLevel(field)]
    for level in comparisons()[field]:
        if level.name == "same":
            made = ExactMatchLevel(field, term_frequency_adjustments=level.weigh_by_frequency)
        else:
            made = CustomLevel(level.sql, label_for_charts=level.name) if level.sql else ElseLevel()
        key = level.name == "same" and field in KEYS
        # A rare agreement may not occur in the sample: it is then taken to be as rare as three in all of it.
        chance = {"u_probability": SHARED_KEY / size if key else 3 / PAIRS_FOR_U} if level.sql or key else {}
        levels.append(made.configure(m_probability=level.m, fix_u_probability=key, **chance))
    return CustomComparison(output_column_name=field, comparison_levels=levels)


def _scored(fields: list[str], settings: LinkSettings) -> str:
    """one, other, probability and evidence of the pairs worth keeping."""
    entries = ", ".join(f"{field} := {_entry(field)}" for field in fields)
    return (
        "SELECT least(unique_id_l, unique_id_r) AS one, greatest(unique_id_l, unique_id_r) AS other, "
        f"round(match_probability, {ROUND}) AS probability, to_json(struct_pack({entries}))::VARCHAR AS evidence "
        "FROM predicted LEFT JOIN ruled ON ruled.one = least(unique_id_l, unique_id_r) "
        "AND ruled.other = greatest(unique_id_l, unique_id_r) "
        f"WHERE match_probability >= {settings.review} OR ruled.rule IS NOT NULL ORDER BY 1, 2"
    )


def _entry(field: str) -> str:
    levels = comparisons()[field]
    names = " ".join(f"WHEN {len(levels) - 1 - at} THEN '{level.name}'" for at, level in enumerate(levels))
    weight = f"mw_{field} + mw_tf_adj_{field}" if any(level.weigh_by_frequency for level in levels) else f"mw_{field}"
    return f"{{'level': CASE gamma_{field} {names} ELSE 'missing' END, 'bits': round({weight}, 2)}}"


def _description(model: dict[str, Any], learned: list[str]) -> dict[str, Any]:
    """What Splink arrived at, short enough to keep with the run."""
    fields = {}
    for comparison in model["comparisons"]:
        names = [level.name for level in comparisons()[comparison["output_column_name"]]]
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        fields[comparison["output_column_name"]] = {
            name: {"m": level.get("m_probability"), "u": level.get("u_probability")}
            for name, level in zip(names, levels, strict=True)
        }
    return {"prior": model["probability_two_random_records_match"], "learned_by": learned, "fields": fields}


class _quiet(warnings.catch_warnings):
    """Splink warns of what is decided here on purpose, such as levels that keep their prior."""

    def __enter__(self) -> Any:
        entered = super().__enter__()
        warnings.simplefilter("ignore")
        return entered


def as_json(model: dict[str, Any]) -> str:
    return json.dumps(model, ensure_ascii=False, sort_keys=True)
