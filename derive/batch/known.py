"""Answers that are known, in an SQLite file: duplicates are decided once, and a run that was killed
goes on where it was."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

FORMAT = 1  # of an answer
_CREATE = "create table if not exists answer (digest blob primary key, said text) without rowid"


class Busy(Exception):
    """Another run works with this file."""


class Broken(Exception):
    """The file cannot be read or written, or is not ours; the message says why."""


@dataclass(slots=True)
class Known:
    """The open file at ``path`` ("": one that is gone at the end); nobody else can open it.

    ``version``: the program and its version; what another one said is forgotten.
    Raises Busy and Broken.
    """

    path: str
    version: str
    connection: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        try:
            self._open()
            self._run("pragma locking_mode = exclusive")
            self._run("begin exclusive")  # the lock stays after the end of this transaction
            tables = {row[0] for row in self._run("select name from sqlite_master")}
            if tables - {"answer", "made_by"}:
                raise Broken("this is the file of another program")
            self._run("create table if not exists made_by (version text)")
            by = f"{self.version} {FORMAT}"
            if self._run("select version from made_by").fetchall() != [(by,)]:
                self._run("drop table if exists answer")
                self._run("delete from made_by")
                self._run("insert into made_by values (?)", (by,))
            self._run(_CREATE)
            self._run("commit")
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _open(self) -> None:
        try:
            self.connection = sqlite3.connect(self.path, timeout=0, isolation_level=None)
        except sqlite3.OperationalError as error:
            raise Broken(str(error)) from None

    def _run(self, sql: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        assert self.connection is not None
        try:
            return self.connection.execute(sql, values)
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise Busy from None
            raise Broken(str(error)) from None
        except sqlite3.DatabaseError as error:
            raise Broken(str(error)) from None

    def answer(self, digest: bytes) -> dict[str, Any] | None:
        row = self._run("select said from answer where digest = ?", (digest,)).fetchone()
        return None if row is None else json.loads(row[0])

    def write(self, answers: Iterable[tuple[bytes, dict[str, Any]]]) -> None:
        """All of them or none."""
        self._run("begin")
        for digest, said in answers:
            row = (digest, json.dumps(said))
            self._run("insert or replace into answer values (?, ?)", row)
        self._run("commit")
