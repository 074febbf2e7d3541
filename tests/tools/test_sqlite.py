"""A file that many open at once for the first time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import Column, Integer, MetaData, Table, insert, select

from tools.sqlite import open_sqlite

OPENERS = 12


def test_everybody_may_open_a_new_file_at_once(tmp_path):
    metadata = MetaData()
    rows = Table("rows", metadata, Column("id", Integer, primary_key=True), Column("n", Integer, index=True))
    together = Barrier(OPENERS)

    def open_and_write(number):
        together.wait()
        engine = open_sqlite(tmp_path / "new" / "file.sqlite", metadata)
        with engine.begin() as connection:
            connection.execute(insert(rows).values(n=number))
        return engine

    with ThreadPoolExecutor(OPENERS) as pool:
        engines = list(pool.map(open_and_write, range(OPENERS)))
    with engines[0].connect() as connection:
        assert sorted(connection.execute(select(rows.c.n)).scalars()) == list(range(OPENERS))
