"""What was marked so far, in an SQLite file: a run that was killed goes on where it was.

Each submission is one transaction.  A result counts as long as nothing that it was made from has
changed: files, exercises, this program, and what the teacher decided of its steps.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from derive.grade.marks import StudentMark, student_from

FORMAT = 2  # of what is stored
_CREATE = """
create table if not exists result (
  student text primary key, digest text not null, mark text not null, asked text not null
)
"""


class Busy(Exception):
    """Another run works on this folder."""


class Broken(Exception):
    """The journal cannot be read or written; the message says why."""


@dataclass(slots=True)
class Journal:
    """The open journal at ``path``; nobody else can open it meanwhile.

    Raises Busy, and Broken on a full disk or a file that is no journal.
    """

    path: str
    connection: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        try:
            self.connection = sqlite3.connect(self.path, timeout=0, isolation_level=None)
            self._run("pragma locking_mode = exclusive")
            version = self._run("pragma user_version").fetchone()[0]
            if version not in (0, FORMAT):
                self._run("drop table if exists result")
            self._run("begin exclusive")  # the lock stays after the end of this transaction
            self._run(_CREATE)
            self._run(f"pragma user_version = {FORMAT}")
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

    def _run(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        assert self.connection is not None
        try:
            return self.connection.execute(sql, values)
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise Busy from None
            raise Broken(str(error)) from None
        except sqlite3.DatabaseError as error:
            raise Broken(str(error)) from None

    def known(self, student: str, digest: str, decisions: Mapping[str, str]) -> bool:
        """Is there a result for these files under these decisions?"""
        row = self._run("select digest, asked from result where student = ?", (student,)).fetchone()
        if row is None or row[0] != digest:
            return False
        asked = json.loads(row[1])
        return all(decisions.get(number, "") == verdict for number, verdict in asked.items())

    def write(self, student: str, digest: str, mark: StudentMark, asked: Mapping[str, str]) -> None:
        """``asked``: the numbers of the steps that a teacher may decide, and what was decided."""
        row = (student, digest, json.dumps(mark), json.dumps(asked, sort_keys=True))
        self._run("insert or replace into result values (?, ?, ?, ?)", row)

    def mark(self, student: str) -> StudentMark:
        row = self._run("select mark from result where student = ?", (student,)).fetchone()
        return student_from(json.loads(row[0]))

    def forget(self, students: Sequence[str]) -> list[str]:
        """Removes whoever is none of these; their ids."""
        present = set(students)
        rows = self._run("select student from result").fetchall()
        gone = sorted(student for (student,) in rows if student not in present)
        for student in gone:
            self._run("delete from result where student = ?", (student,))
        return gone

    def marks(self, students: Sequence[str]) -> Iterator[StudentMark]:
        """One after the other: a class need not fit into memory."""
        return map(self.mark, students)
