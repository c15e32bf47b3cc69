"""A store that went elsewhere refuses whoever opens it: the word stands in a file beside it."""

import os
from datetime import datetime
from pathlib import Path

from data.store import StoreUnavailable

_TOLD = (
    "The store {path} was moved to PostgreSQL ({where}) and is used no more. Name that database in DATABASE."
    " Should it be empty, because the move was broken off at its end, run the same move again first."
)


class Moved(StoreUnavailable):
    """Waiting will not help."""


def refuse(path: Path) -> None:
    """Raises Moved where the store was."""
    if where := went(path):
        raise Moved(_TOLD.format(path=path, where=where))


def went(path: Path) -> str:
    """Where the store is now, and since when; empty where it was not moved."""
    file = _file(path)
    return file.read_text(encoding="utf-8").strip() if file.exists() else ""


def note(path: Path, where: str, now: datetime) -> None:
    """From here on nobody opens the store; durable when it returns. Where StoreUnavailable is raised, it was not."""
    try:
        _write(path, f"{where}, {now:%-d %b %Y %H:%M} UTC\n".encode())
    except OSError as trouble:
        withdraw(path)  # half of a word would be no word
        told = f"{_file(path)} cannot be written: {trouble.strerror}. Nothing was moved."
        raise StoreUnavailable(told) from trouble


def _write(path: Path, line: bytes) -> None:
    file = os.open(_file(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.write(file, line)
        os.fsync(file)
        os.fsync(folder)
    finally:
        os.close(file)
        os.close(folder)


def withdraw(path: Path) -> None:
    """It did not go there after all."""
    _file(path).unlink(missing_ok=True)


def _file(path: Path) -> Path:
    return path.with_name(path.name + ".moved")
