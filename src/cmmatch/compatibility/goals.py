"""Goals: shared categories, and free text that speaks of the same things."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.component import RowComponent, not_known
from cmmatch.compatibility.products import SparseProduct, folded
from cmmatch.compatibility.texts import character_tfidf, telling_words
from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.programme.people import Terms
    from cmmatch.programme.programme import Programme

__all__ = ["Goals", "PreparedGoals"]

SHOWN = 3
LEAST_WORDS = 2
"""Telling words that make a statement worth comparing: "All of them." twice is no common goal."""


@dataclass(frozen=True)
class Goals:
    """How far the mentor's goals and statement meet the mentee's.

    Two parts: the share of the mentee's goal categories that the mentor names too, and the cosine
    of the two statements (character tf-idf). Where both are known the value is
    ``category_share * categories + (1 - category_share) * cosine``; where one is known, that one;
    else unknown. A statement with fewer than two telling words is not known. A cosine of statements
    is small as a rule, 0.05 to 0.3, also between people who agree: ask for categories.

    Weight 20 of 100 by default: the task and goal parts of a working alliance carry its effect (de
    Haan et al. 2016).

    Parameters
    ----------
    category_share : float, default 0.6
        Weight of the categories against the statements, 0..1. Categories lead, since word overlap
        finds few paraphrases.

    Raises
    ------
    ModelError
        If the share is not in 0..1.
    """

    category_share: float = 0.6
    name: str = "goals"

    def __post_init__(self) -> None:
        if not 0 <= self.category_share <= 1:
            message = f"'category_share' must be from 0 to 1; given {self.category_share}."
            raise ModelError(message)

    def applies(self, programme: Programme) -> bool:
        """Whether both sides have some category, or both sides some statement that tells."""
        sides = programme.mentees, programme.mentors
        return all(bool(side.goals.counts.any()) for side in sides) or all(
            any(len(telling_words(text)) >= LEAST_WORDS for text in side.statement)
            for side in sides
        )

    def prepare(self, programme: Programme) -> PreparedGoals:
        """Count categories and weigh n-grams."""
        mentees, mentors = programme.mentees, programme.mentors
        n = len(mentees)
        words = [telling_words(text) for text in (*mentees.statement, *mentors.statement)]
        told = np.array([len(each) >= LEAST_WORDS for each in words], dtype=np.bool_)
        statements = [*mentees.statement, *mentors.statement]
        vectors = character_tfidf([t if ok else "" for t, ok in zip(statements, told, strict=True)])
        sides = [
            [_labels(terms, k) for k in range(len(terms))]
            for terms in (mentees.goals, mentors.goals)
        ]
        return PreparedGoals(
            programme,
            self.category_share,
            _category_product(*sides),
            SparseProduct.of(vectors[:n], vectors[n:]),
            tuple(np.array([not each for each in side], dtype=np.bool_) for side in sides),
            (~told[:n], ~told[n:]),
            Counter(word for each in words for word in each),
        )


def _labels(terms: Terms, person: int) -> dict[str, str]:
    return {folded(label): label for label in terms.of(person)}


def _category_product(
    mentees: list[dict[str, str]], mentors: list[dict[str, str]]
) -> SparseProduct:
    from scipy.sparse import csr_matrix

    column = {key: k for k, key in enumerate(sorted({key for each in mentees for key in each}))}

    def matrix(side: list[dict[str, str]], *, shared: bool) -> csr_matrix:
        rows = [sorted(column[key] for key in each if key in column) for each in side]
        worth = [1 / len(row) if shared else 1.0 for row in rows for _ in row]
        starts = np.cumsum([0, *(len(row) for row in rows)])
        flat = np.array([k for row in rows for k in row], dtype=np.int64)
        return csr_matrix((np.array(worth), flat, starts), shape=(len(side), max(len(column), 1)))

    return SparseProduct.of(matrix(mentees, shared=True), matrix(mentors, shared=False))


@dataclass(frozen=True, eq=False)
class PreparedGoals(RowComponent):
    """Goals bound to a programme: who gives nothing, and in how many statements a word stands."""

    programme: Programme
    category_share: float
    categories: SparseProduct
    texts: SparseProduct
    no_category: tuple[NDArray[np.bool_], ...]
    no_text: tuple[NDArray[np.bool_], NDArray[np.bool_]]
    frequency: Counter[str]

    def rows(self, mentees: NDArray[np.intp]) -> NDArray[np.float64]:
        """Both parts where known, shape (rows, M)."""
        categories = self.categories.rows(mentees)
        categories[self.no_category[0][mentees][:, None] | self.no_category[1]] = np.nan
        texts = self.texts.rows(mentees)
        texts[self.no_text[0][mentees][:, None] | self.no_text[1]] = np.nan
        both = self.category_share * categories + (1 - self.category_share) * texts
        one = np.where(np.isnan(categories), texts, categories)
        return np.where(np.isnan(both), one, both)

    def reason(self, mentee: int, mentor: int) -> str:
        """Name shared categories and words, or what is blank."""
        said = [
            each for each in (self._categories(mentee, mentor), self._words(mentee, mentor)) if each
        ]
        if said:
            return " ".join(said)
        return self._missing(mentee, mentor)

    def _missing(self, mentee: int, mentor: int) -> str:
        roles, sides = self.programme.config.roles, (self.programme.mentees, self.programme.mentors)
        blanks = []
        for role, side, person in ((roles.mentee, 0, mentee), (roles.mentor, 1, mentor)):
            if self.no_category[side][person] and self.no_text[side][person]:
                wrote = bool(sides[side].statement[person])
                blanks.append((role, "writes too little to compare" if wrote else "names no goal"))
        if not blanks:
            return "Not known: the two do not answer the same question about goals."
        return not_known(*blanks)

    def _categories(self, mentee: int, mentor: int) -> str:
        if self.no_category[0][mentee] or self.no_category[1][mentor]:
            return ""
        wanted = _labels(self.programme.mentees.goals, mentee)
        offered = _labels(self.programme.mentors.goals, mentor)
        shared = [wanted[key] for key in sorted(wanted) if key in offered]
        if not shared:
            return f"Shares none of the goals {', '.join(wanted[key] for key in sorted(wanted))}."
        amount = f"{len(shared)} of {len(wanted)} goals"
        if len(shared) == len(wanted):
            amount = {1: "the goal", 2: "both goals"}.get(len(wanted), f"all {len(wanted)} goals")
        return f"Shares {amount}: {', '.join(shared)}."

    def _words(self, mentee: int, mentor: int) -> str:
        if self.no_text[0][mentee] or self.no_text[1][mentor]:
            return ""
        one, other = (
            self.programme.mentees.statement[mentee],
            self.programme.mentors.statement[mentor],
        )
        shared = sorted(
            telling_words(one) & telling_words(other), key=lambda word: (self.frequency[word], word)
        )
        if not shared:
            return "The two statements have no telling word in common."
        return f"Both statements speak of {', '.join(shared[:SHOWN])}."
