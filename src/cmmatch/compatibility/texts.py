"""Free text as vectors: character n-grams weighted by tf-idf, compared by cosine."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["character_tfidf", "telling_words"]

SHORTEST, LONGEST = 3, 5
WORD = re.compile(r"[^\W\d_]{3,}")

FUNCTION_WORDS = frozenset(
    (
        "about above after again all also although always and another any anyone anything are "
        "around because been before being below best better between both but can could did does "
        "doing don down during each either else enough etc even ever every everyone everything few "
        "for from further get getting good got had has have having help her here hers him his how "
        "however into its itself just know less like likely made make makes making many may maybe "
        "more most much must need needs never none nor not nothing now off often once one "
        "only onto "
        "other others our ours out over own people perhaps quite rather really same shall she "
        "should since some someone something still such than that the their theirs them then there "
        "these they thing things think this those though through too under until upon use used "
        "using very want wants was way well were what whatever when where whether which while who "
        "whom whose why will with within without would yes yet you your yours "
    ).split()
)
"""English words that say nothing about a goal; in other languages none is left out."""


def character_tfidf(texts: Sequence[str]) -> Any:
    """Turn texts into unit vectors of character n-grams.

    Words are case-folded and padded with a blank at both ends; every run of 3 to 5 characters in a
    padded word counts. With T texts that are not blank, df of which contain an n-gram,

    ``weight = count * (1 + log((1 + T) / (1 + df)))``, each row divided by its length.

    This is the usual smoothed tf-idf (Salton and Buckley 1988). Two texts about different things
    still share endings and small words; two about the same thing in other words share little more:
    a cosine here is a hint, not a measure of agreement.

    Parameters
    ----------
    texts : sequence of str, length n
        Blank ones, and ones without a word, become zero rows.

    Returns
    -------
    scipy CSR matrix, float64, shape (n, V)
        Columns in the sorted order of the n-grams, so that the order of texts changes no bit.

    Examples
    --------
    >>> rows = character_tfidf(["lead a team", "leading teams", "learn to paint"])
    >>> cosine = (rows @ rows.T).toarray()
    >>> bool(cosine[0, 1] > cosine[0, 2])
    True
    """
    distinct = sorted(set(texts))
    place = {text: k for k, text in enumerate(distinct)}
    row = np.array([place[text] for text in texts], dtype=np.intp)
    counts = _counts(distinct)
    told = np.bincount(row, minlength=len(distinct)) * (np.diff(counts.indptr) > 0)
    frequency = np.bincount(
        counts.indices, np.repeat(told, np.diff(counts.indptr)), minlength=counts.shape[1]
    )
    weights = counts.data * (1 + np.log((1 + told.sum()) / (1 + frequency)))[counts.indices]
    squares = weights * weights
    # fsum is exact, so the length does not depend on the order of the n-grams.
    lengths = [
        math.sqrt(math.fsum(squares[start:end].tolist())) for start, end in pairwise(counts.indptr)
    ]
    counts.data = weights / np.repeat(lengths, np.diff(counts.indptr))
    return counts[row]


def _counts(texts: Sequence[str]) -> Any:
    """Count n-grams: CSR matrix, float64, shape (texts, V), the n-grams in sorted order."""
    from scipy.sparse import csr_matrix

    number: dict[str, int] = {}
    columns, values, starts = [], [], [0]
    for text in texts:
        grams = _grams(text)
        known = (number.setdefault(gram, len(number)) for gram in grams)
        columns.append(np.fromiter(known, np.int32, len(grams)))
        values.append(np.fromiter(grams.values(), np.float64, len(grams)))
        starts.append(starts[-1] + len(grams))
    rank = np.empty(len(number), dtype=np.int32)
    rank[[number[gram] for gram in sorted(number)]] = np.arange(len(number))
    counted = np.concatenate([[], *values])
    found = rank[np.concatenate([[], *columns]).astype(np.intp)]
    counts = csr_matrix((counted, found, starts), shape=(len(texts), max(len(number), 1)))
    counts.sort_indices()
    return counts


def _grams(text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in re.findall(r"\w+", text.casefold()):
        padded = f" {word} "
        for size in range(SHORTEST, LONGEST + 1):
            for k in range(len(padded) - size + 1):
                gram = padded[k : k + size]
                counts[gram] = counts.get(gram, 0) + 1
    return counts


def telling_words(text: str) -> frozenset[str]:
    """Return the case-folded words of three letters or more that are not function words.

    Examples
    --------
    >>> sorted(telling_words("To lead a Team, and to lead it with all of them"))
    ['lead', 'team']
    """
    return frozenset(WORD.findall(text.casefold())) - FUNCTION_WORDS
