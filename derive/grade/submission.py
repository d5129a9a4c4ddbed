"""What was handed in: files by student, from a folder, a zip archive or one file.

Everything here is hostile.  Nothing is unpacked to disk, no link is followed, no archive inside of
an archive's member is opened, and sizes are bounded before anything is read.
"""

from __future__ import annotations

import lzma
import os
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from derive.check.sources import KINDS
from derive.grade.marks import Said

MAX_BYTES = 20_000_000  # of one file
MAX_FILES = 40  # of one student
MAX_MEMBERS = 20_000  # of an archive
MAX_DEPTH = 8
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError)
SKIPPED = ("__MACOSX", "__pycache__", "node_modules")


class File(NamedTuple):
    """``name``: as the student sees it; ``path`` on disk, ``member`` in the archive there."""

    name: str
    path: str
    member: str = ""

    @property
    def kind(self) -> str:
        return KINDS.get(os.path.splitext(self.name)[1].lower(), "txt")


class Submission(NamedTuple):
    """``student``: unique in a class.  ``notes``: what was handed in and is not looked at."""

    student: str
    name: str
    files: tuple[File, ...]
    notes: tuple[Said, ...] = ()


class Unusable(Exception):
    """A file, or all that was handed in, that cannot be used; ``said`` is why."""

    def __init__(self, said: Said) -> None:
        super().__init__(said.english.format(**said.values))
        self.said = said


def together(path: str) -> Submission:
    """All that lies at ``path`` as the submission of one student."""
    found = submissions(path)
    files = tuple(file for s in found for file in s.files)
    notes = [note for s in found for note in s.notes]
    if len(files) > MAX_FILES:
        left = str(len(files) - MAX_FILES)
        notes.append(Said("{number} more files were not read", {"number": left}))
    name = found[0].name if len(found) == 1 else os.path.basename(os.path.abspath(path))
    return Submission(name, name, files[:MAX_FILES], tuple(notes))


def submissions(path: str) -> tuple[Submission, ...]:
    """One student for each file, folder or archive in the folder (or archive) at ``path``, by
    name; files that differ in their ending only are one student's.

    Raises Unusable where ``path`` is none of them or holds nothing.
    """
    if os.path.isdir(path):
        found = _grouped(_in_folder(path))
    elif zipfile.is_zipfile(path):
        found = _grouped(_in_archive(path, ""))
    elif os.path.isfile(path):
        found = [Submission(_stem(path), _stem(path), (File(os.path.basename(path), path),))]
    else:
        raise Unusable(Said("there is no folder, archive or file {path}", {"path": path}))
    if not found:
        kinds = ", ".join(sorted(KINDS))
        raise Unusable(Said("no submissions ({kinds}) in {path}", {"kinds": kinds, "path": path}))
    return tuple(found)


def data(file: File) -> bytes:
    """The content of a file.  Raises Unusable where it is too large or cannot be read."""
    try:
        return _member(file) if file.member else _plain(file)
    except (OSError, RuntimeError, EOFError, *BROKEN) as error:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        said = Said("{file} cannot be read: {why}", {"file": file.name, "why": why})
        raise Unusable(said) from None


def _plain(file: File) -> bytes:
    """A regular file, opened without following a link that was put there meanwhile."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with open(os.open(file.path, flags | getattr(os, "O_BINARY", 0)), "rb") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError("not a regular file")
        return _bounded(file, status.st_size, stream.read(MAX_BYTES + 1))


def _member(file: File) -> bytes:
    with zipfile.ZipFile(file.path) as archive:
        info = archive.getinfo(file.member)
        if info.file_size > MAX_BYTES:
            return _bounded(file, info.file_size, b"")
        with archive.open(info) as stream:  # a header may lie: no more than the bound is unpacked
            content = stream.read(MAX_BYTES + 1)
        return _bounded(file, len(content), content)


def _bounded(file: File, size: int, content: bytes) -> bytes:
    if max(size, len(content)) > MAX_BYTES:
        most = {"file": file.name, "most": str(MAX_BYTES // 1_000_000)}
        raise Unusable(Said("{file} is larger than {most} MB: it was not read", most))
    return content


# --- finding files -----------------------------------------------------------------------------


class _Found(NamedTuple):
    """A file below a top entry, or a note on what is there instead."""

    top: str
    file: File | None
    note: Said | None = None


def _in_folder(folder: str) -> Iterator[_Found]:
    for entry in sorted(os.scandir(folder), key=lambda e: e.name):
        if not _skipped(entry.name):
            top = entry.name if entry.is_dir(follow_symlinks=False) else _stem(entry.name)
            yield from _entry(entry, top, entry.name, 0)


def _entry(entry: os.DirEntry[str], top: str, name: str, depth: int) -> Iterator[_Found]:
    if entry.is_symlink():
        yield _Found(top, None, Said("{file} is a link: it was not followed", {"file": name}))
    elif entry.is_dir():
        if depth < MAX_DEPTH:
            for inner in sorted(os.scandir(entry.path), key=lambda e: e.name):
                if not _skipped(inner.name):
                    yield from _entry(inner, top, f"{name}/{inner.name}", depth + 1)
    elif name.lower().endswith(".zip"):
        yield from (found._replace(top=top) for found in _in_archive(entry.path, name + "/"))
    else:
        yield _file(top, File(name, entry.path))


def _in_archive(path: str, before: str) -> Iterator[_Found]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        name = before.rstrip("/") or path
        said = Said("{file} cannot be read: {why}", {"file": name, "why": str(error)})
        yield _Found(_stem(name), None, said)
        return
    inner = [m for m in members[:MAX_MEMBERS] if not m.is_dir() and not _hidden(m.filename)]
    shared = _shared_folder([m.filename for m in inner]) if not before else ""
    for member in sorted(inner, key=lambda m: m.filename):
        name = member.filename[len(shared) :]
        parts = name.replace("\\", "/").split("/")
        top = parts[0] if len(parts) > 1 else _stem(name)
        if ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0]:
            said = Said("{file} lies outside of the archive: it was left out", {"file": name})
            yield _Found(_stem(parts[-1]), None, said)
        elif stat.S_ISLNK(member.external_attr >> 16):
            yield _Found(top, None, Said("{file} is a link: it was not followed", {"file": name}))
        else:
            yield _file(top, File(before + name, path, member.filename))


def _file(top: str, file: File) -> _Found:
    if os.path.splitext(file.name)[1].lower() in KINDS:
        return _Found(top, file)
    kinds = {"file": file.name, "kinds": ", ".join(sorted(KINDS))}
    return _Found(top, None, Said("{file} is none of {kinds}: it was not read", kinds))


def _grouped(found: Iterable[_Found]) -> list[Submission]:
    by_top: dict[str, list[_Found]] = {}
    for one in found:
        by_top.setdefault(one.top, []).append(one)
    return [_submission(top, by_top[top]) for top in sorted(by_top)]


def _submission(top: str, found: Sequence[_Found]) -> Submission:
    files = [one.file for one in found if one.file is not None]
    notes = [one.note for one in found if one.note is not None]
    if len(files) > MAX_FILES:
        more = {"number": str(len(files) - MAX_FILES)}
        notes.append(Said("{number} more files were not read", more))
    return Submission(top, top, tuple(files[:MAX_FILES]), tuple(notes))


def _shared_folder(names: Sequence[str]) -> str:
    """The one folder that all of an archive lies in, if there are folders in that again."""
    first = names[0].split("/", 1)[0] + "/" if names and "/" in names[0] else ""
    return first if first and all(name.startswith(first) for name in names) else ""


def _stem(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0] or os.path.basename(path)


def _skipped(name: str) -> bool:
    return name.startswith(".") or name in SKIPPED


def _hidden(name: str) -> bool:
    return any(_skipped(part) for part in name.split("/") if part not in ("..", "."))
