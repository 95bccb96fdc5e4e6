"""The head of a safetensors file: which arrays it holds, of what kind, and where.

The format: eight bytes with the length of the head (little-endian), the head as JSON with
``dtype``, ``shape`` and ``data_offsets`` of every array, then the numbers, row by row.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["Tensor", "read_head"]

KINDS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4"}
LONGEST_HEAD = 100_000_000


@dataclass(frozen=True)
class Tensor:
    """One array: its kind as NumPy writes it, its shape, and its first byte in the file."""

    kind: str
    shape: tuple[int, ...]
    start: int

    def cut(self, content: bytes) -> NDArray[Any]:
        """Return the array from the content of the file, without a copy."""
        flat = np.frombuffer(content, self.kind, math.prod(self.shape), self.start)
        return flat.reshape(self.shape)


def read_head(file: Path, wrong: list[tuple[str, str]]) -> dict[str, Tensor]:
    """Read the arrays of a file by name.

    Parameters
    ----------
    file : Path
        Exists.
    wrong : list of (str, str)
        Takes the file's name and a sentence for everything that is wrong.
    """
    size = file.stat().st_size
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        sound = size >= 8 and length <= min(size - 8, LONGEST_HEAD)
        text = opened.read(length) if sound else b""
    try:
        head = json.loads(text)
    except (UnicodeDecodeError, json.JSONDecodeError):
        head = None
    if not isinstance(head, dict):
        wrong.append((file.name, "The weights must be a whole file in the safetensors format."))
        return {}
    found = {}
    for name, entry in head.items():
        if name != "__metadata__":
            tensor = _tensor(entry, 8 + length, size)
            if isinstance(tensor, Tensor):
                found[name.removeprefix("bert.")] = tensor
            else:
                wrong.append((file.name, f"The array {name!r} must {tensor}."))
    return found


def _tensor(entry: Any, start: int, size: int) -> Tensor | str:
    """Read one entry, or say what it must do."""
    try:
        kind, shape = entry["dtype"], tuple(entry["shape"])
        first, last = entry["data_offsets"]
        whole = all(type(each) is int and each >= 0 for each in (*shape, first, last))
    except (KeyError, TypeError, ValueError):
        whole = False
    if not whole:
        return "have dtype, shape and data_offsets"
    if kind not in KINDS:
        return f"be of one of the kinds {', '.join(KINDS)}; it is {kind!r}"
    if last - first != math.prod(shape) * np.dtype(KINDS[kind]).itemsize or start + last > size:
        return "lie within the file, as long as its shape says"
    return Tensor(KINDS[kind], shape, start + first)
