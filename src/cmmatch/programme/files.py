"""Files as they were read: each once, its hash that of the very bytes that were used."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cmmatch.programme.faults import FaultList

__all__ = ["FileReader", "InputFile", "ReadBytes", "report_unreadable"]

ReadBytes: TypeAlias = "Callable[[Path], bytes]"
"""What gives the bytes of a file; ``Path.read_bytes``, or a :class:`FileReader` that remembers."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file as it was read: its name, the SHA-256 of its bytes, and where it lay."""

    name: str
    sha256: str
    path: Path


class FileReader:
    """Reads the files of one programme and remembers what each held."""

    def __init__(self) -> None:
        self._hashes: dict[Path, str] = {}

    def __call__(self, path: Path) -> bytes:
        """Return the bytes of a file."""
        data = path.read_bytes()
        self._hashes[path] = sha256(data).hexdigest()
        return data

    def __iter__(self) -> Iterator[InputFile]:
        """Go through the files read so far, in that order."""
        return (InputFile(path.name, digest, path) for path, digest in self._hashes.items())


def report_unreadable(path: Path, error: OSError, faults: FaultList) -> None:
    """Report a file that the system does not give (``file-unreadable``)."""
    if path.is_dir():
        faults.add(
            "file-unreadable",
            table=path.name,
            problem="It must be a file; this is a folder.",
            remedy="Rename the folder, and put the file of this name in its place.",
        )
        return
    faults.add(
        "file-unreadable",
        table=path.name,
        problem="The file must be open to reading.",
        remedy=f"Close it elsewhere and check its rights; the system says: {error.strerror}.",
    )
