"""Free text as vectors: character n-grams weighted by tf-idf, compared by cosine."""

from __future__ import annotations

import math
import re
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
    from scipy.sparse import csr_matrix

    counts = [_grams(text) for text in texts]
    vocabulary = {gram: k for k, gram in enumerate(sorted({g for each in counts for g in each}))}
    frequency = np.zeros(len(vocabulary), dtype=np.int64)
    for each in counts:
        frequency[[vocabulary[gram] for gram in each]] += 1
    present = sum(bool(each) for each in counts)
    idf = 1 + np.log((1 + present) / (1 + frequency))
    starts, columns, values = [0], [], []
    for each in counts:
        ordered = sorted((vocabulary[gram], count) for gram, count in each.items())
        weights = [count * float(idf[k]) for k, count in ordered]
        norm = math.sqrt(math.fsum(w * w for w in weights))
        columns += [k for k, _ in ordered]
        values += [w / norm for w in weights]
        starts.append(len(columns))
    return csr_matrix(
        (np.array(values), np.array(columns, dtype=np.int64), np.array(starts, dtype=np.int64)),
        shape=(len(counts), max(len(vocabulary), 1)),
    )


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
