"""Statements compared: from texts, by one of the encoders, to a value in 0..1 for any pair."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.compatibility.minilm import MiniLM
from cmmatch.compatibility.products import SparseProduct
from cmmatch.compatibility.texts import character_tfidf
from cmmatch.compatibility.vector_cache import CachedEncoder
from cmmatch.errors import ModelError
from cmmatch.programme.picking import picked, rows_are_quicker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from cmmatch.compatibility.products import Product
    from cmmatch.programme.text_model import TextModel

    Encoder = Callable[[Sequence[str]], Any]

__all__ = ["ENCODERS", "FULL", "VectorProduct", "compared", "encoder_of", "unit_vectors"]

ENCODERS = ("tfidf", "minilm")

FULL = {"tfidf": 1.0, "minilm": 0.8}
"""Cosine that counts in full. Vectors of MiniLM from English statements of a sentence or two reach
about 0.8 where one rewords the other and lie about 0 where they have nothing in common; see
docs/goals.md."""

PAIRS = 8_192
"""Single pairs that are worked on together; it changes no bit."""

GRID = 2.0**20
"""Steps of a unit vector's numbers: 2⁴⁰ in a cosine, so that float64 adds it up exactly."""


@dataclass(frozen=True, eq=False)
class VectorProduct:
    """Cosines of dense vectors, the same bits in any block.

    Numbers of unit vectors are rounded to multiples of 2⁻²⁰. A cosine is then a sum of whole
    numbers below 2⁴¹, which float64 holds exactly, however it is added up: one
    matrix product a block.

    Parameters
    ----------
    vectors : float32, shape (distinct texts, D)
        Whole numbers, in steps of 2⁻²⁰.
    mentee, mentor : intp, shapes (N,) and (M,)
        The text of each person.
    full : float
        The cosine that counts as 1.
    """

    vectors: NDArray[np.float32]
    mentee: NDArray[np.intp]
    mentor: NDArray[np.intp]
    full: float

    def rows(self, mentees: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return ``clip(cosine / full, 0, 1)`` of some mentees, exact, shape (rows, M)."""
        asked = self.vectors[self.mentee[mentees]].astype(np.float64)
        total: NDArray[np.float64] = asked @ self.vectors[self.mentor].T.astype(np.float64)
        return self._clipped(total)

    def block(self, mentees: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return the same, multiplied in float32."""
        asked, given = self._rough
        total: NDArray[np.float32] = asked[self.mentee[mentees]] @ given
        return np.clip(total, 0.0, 1.0, out=total)

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the same of single pairs, exact, shape (P,)."""
        if rows_are_quicker(mentee, len(self.mentor)):
            return picked(self.rows, mentee, mentor)
        total = np.empty(len(mentee))
        for start in range(0, len(mentee), PAIRS):
            here = slice(start, start + PAIRS)
            asked = self.vectors[self.mentee[mentee[here]]].astype(np.float64)
            given = self.vectors[self.mentor[mentor[here]]]
            total[here] = np.einsum("pd,pd->p", asked, given, dtype=np.float64)
        return self._clipped(total)

    def _clipped(self, total: NDArray[np.float64]) -> NDArray[np.float64]:
        total /= GRID * GRID * self.full
        return np.clip(total, 0.0, 1.0, out=total)

    @cached_property
    def _rough(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Vectors whose product is cosine / full, those of the mentors turned."""
        asked = self.vectors / np.float32(GRID)
        given = asked[self.mentor].T / np.float32(self.full)
        return asked, np.ascontiguousarray(given, dtype=np.float32)


def encoder_of(encoder: str | Encoder, model: TextModel) -> Encoder:
    """Return what makes dense vectors: the user's callable, or MiniLM from where it lies."""
    if not isinstance(encoder, str):
        return encoder
    minilm = MiniLM.from_folder(model.folder)
    return minilm if model.cache is None else CachedEncoder(minilm, model.cache)


def compared(
    encoder: str | Encoder, sides: tuple[Sequence[str], Sequence[str]], model: TextModel
) -> Product:
    """Make the comparison of two lists of texts.

    Parameters
    ----------
    encoder : "tfidf", "minilm" or callable
        A callable gets distinct texts, sorted, once; it returns a vector for each.
    sides : two sequences of str
        Of the mentees and of the mentors; "" where there is nothing to compare.
    model : TextModel
        Where MiniLM lies.

    Returns
    -------
    Product
        In 0..1; of a blank text it means nothing.
    """
    mentees, mentors = sides
    if encoder == "tfidf":
        vectors = character_tfidf([*mentees, *mentors])
        return SparseProduct.of(vectors[: len(mentees)], vectors[len(mentees) :])
    texts = sorted({text for text in (*mentees, *mentors) if text})
    position = {text: k + 1 for k, text in enumerate(texts)}
    found = unit_vectors(encoder_of(encoder, model), texts)
    grid = np.zeros((len(texts) + 1, found.shape[1]), dtype=np.float32)
    grid[1:] = np.rint(found * GRID)
    places = [
        np.array([position.get(text, 0) for text in side], dtype=np.intp)
        for side in (mentees, mentors)
    ]
    full = FULL[encoder] if isinstance(encoder, str) else 1.0
    return VectorProduct(grid, places[0], places[1], full)


def unit_vectors(encoder: Encoder, texts: Sequence[str]) -> NDArray[np.float64]:
    """Ask an encoder for vectors, check them and bring them to length 1.

    Raises
    ------
    ModelError
        They are not one row of finite numbers for each text.

    Examples
    --------
    >>> unit_vectors(lambda texts: [[3.0, 4.0] for _ in texts], ["lead a team"]).tolist()
    [[0.6, 0.8]]
    """
    if not texts:
        return np.zeros((0, 1))
    given = encoder(list(texts))
    try:
        vectors = np.array(given, dtype=np.float64)
    except (TypeError, ValueError):
        vectors = np.zeros(0)
    if vectors.ndim != 2 or not vectors.shape[1]:
        message = (
            "An encoder must return an array of numbers, one row a text, all of one length; given "
            f"{type(given).__name__} of shape {np.shape(vectors)} for {len(texts)} texts."
        )
        raise ModelError(message)
    if len(vectors) != len(texts):
        message = (
            f"An encoder must return one row a text; given {len(vectors)} rows for "
            f"{len(texts)} texts."
        )
        raise ModelError(message)
    bad = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(bad):
        message = (
            f"An encoder must return finite numbers; {len(bad)} of {len(texts)} rows hold others, "
            f"the first for the text {texts[bad[0]][:40]!r}."
        )
        raise ModelError(message)
    # By the largest number first, so that squares neither overflow nor vanish.
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    vectors /= np.where(largest > 0, largest, 1.0)
    length = np.sqrt(np.square(vectors).sum(axis=1, keepdims=True))
    unit: NDArray[np.float64] = vectors / np.where(length > 0, length, 1.0)
    return unit
