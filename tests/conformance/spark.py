"""A real local Spark with the brand's tables in a database of its catalogue."""

from __future__ import annotations

from pathlib import Path


def started(paths: dict[str, Path], where: str) -> str:
    """Start a session with the Parquet files as tables of the database `where`; returns its URL."""
    from pyspark.sql import SparkSession

    home = next(iter(paths.values())).parent
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.warehouse.dir", str(home / "warehouse"))
        .config("spark.sql.catalogImplementation", "in-memory")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    session.sql(f"CREATE DATABASE {where}")
    for name, path in paths.items():
        session.sql(f"CREATE TABLE {where}.{name} USING parquet LOCATION '{path}'")
    return "pyspark://"
