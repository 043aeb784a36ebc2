"""One run on one folder: a lock that the system lets go when its holder dies."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from framing.errors import FramingError

__all__ = ["LOCK_NAME", "hold"]

LOCK_NAME = "run.lock"

BUSY = (
    "{folder} is being written by another run (process {pid} on {host}). Wait for it to end, or "
    "write to another folder."
)
FOREIGN = (
    "{folder} was being written by process {pid} on {host}, and whether that run is gone cannot be "
    "seen from here. If it is, delete {path} and start again."
)


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Keep every other run out of a folder while the block runs.

    A lock left by a run that was killed is taken over where that run was on this computer: the
    system has let go of it. One that was left on another computer is refused, since not every
    network file system tells.

    Parameters
    ----------
    folder : Path
        It exists.

    Raises
    ------
    FramingError
        If another run holds it, or may.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, hold(Path(folder)):
    ...     (Path(folder) / LOCK_NAME).exists()
    True
    """
    path = folder / LOCK_NAME
    file = _take(path, folder)
    try:
        held = _holder(file)
        if held and held["host"] != socket.gethostname():
            raise FramingError(FOREIGN.format(folder=folder, path=path, **held))
        note = {"host": socket.gethostname(), "pid": os.getpid()}
        os.ftruncate(file, 0)
        os.write(file, json.dumps(note).encode())
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(file)


def _take(path: Path, folder: Path) -> int:
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(file)
        except OSError:
            held = _holder(file) or {"host": "this computer", "pid": "unknown"}
            os.close(file)
            raise FramingError(BUSY.format(folder=folder, **held)) from None
        # The run before may have removed the file between our opening and our locking it.
        try:
            if os.path.samestat(os.fstat(file), os.stat(path)):
                return file
        except FileNotFoundError:
            pass
        os.close(file)


def _lock(file: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _read(file: int) -> bytes:
    os.lseek(file, 0, os.SEEK_SET)
    data = os.read(file, 4096)
    os.lseek(file, 0, os.SEEK_SET)
    return data


def _holder(file: int) -> dict[str, object] | None:
    """Read who wrote the lock; None where nobody did, or was killed while writing."""
    try:
        found = json.loads(_read(file))
        return {"host": str(found["host"]), "pid": found["pid"]}
    except (ValueError, KeyError, TypeError):
        return None
