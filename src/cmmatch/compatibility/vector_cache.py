"""Vectors of texts met before, in one file an encoder, by the hash of the text.

The file is the SHA-256 of what follows, then an ``.npz`` with ``keys`` (the SHA-256 of each text,
sorted) and ``vectors``. It is replaced as a whole or not at all; one that is not sound is ignored
and replaced. It holds no text, but vectors of what people wrote: treat it as personal data.
"""

from __future__ import annotations

import io
import os
import tempfile
import warnings
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.errors import CmmatchWarning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cmmatch.compatibility.minilm import MiniLM

__all__ = ["CachedEncoder"]

DIGEST = 32


@dataclass(frozen=True)
class CachedEncoder:
    """An encoder that reckons only the texts that its folder does not hold yet.

    Parameters
    ----------
    encoder : MiniLM
        Any callable from texts to vectors that has an ``identity``.
    folder : Path
        Made if need be. A folder that cannot be written to is a warning, no error.
    """

    encoder: MiniLM
    folder: Path

    @property
    def file(self) -> Path:
        """The file of this encoder."""
        return self.folder / f"vectors-{self.encoder.identity[:16]}.cache"

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return one vector a text: the very bits that the encoder gives."""
        known = _read(self.file)
        keys = [sha256(text.encode()).digest() for text in texts]
        text_of = dict(zip(keys, texts, strict=True))
        new = sorted(text_of.keys() - known.keys())
        if new:
            known |= dict(zip(new, self.encoder([text_of[key] for key in new]), strict=True))
            self._write(known)
        return np.array([known[key] for key in keys])

    def _write(self, known: dict[bytes, NDArray[np.float64]]) -> None:
        keys = sorted(known)
        buffer = io.BytesIO()
        np.savez(
            buffer,
            keys=np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, DIGEST),
            vectors=np.array([known[key] for key in keys]),
        )
        body = buffer.getvalue()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _replace(self.file, sha256(body).digest() + body)
        except OSError as error:
            warnings.warn(
                f"The vectors of texts could not be kept in '{self.folder}': {error.strerror}. "
                "The results are the same; the next run encodes the texts again.",
                CmmatchWarning,
                stacklevel=2,
            )


def _replace(file: Path, content: bytes) -> None:
    """Write beside the file and move over it, so that a reader sees the old or the new."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _read(file: Path) -> dict[bytes, NDArray[np.float64]]:
    """Read what is kept; nothing where the file is missing or not whole."""
    try:
        content = file.read_bytes()
        if sha256(content[DIGEST:]).digest() != content[:DIGEST]:
            return {}
        with np.load(io.BytesIO(content[DIGEST:]), allow_pickle=False) as kept:
            keys, vectors = kept["keys"], kept["vectors"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
    return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}
