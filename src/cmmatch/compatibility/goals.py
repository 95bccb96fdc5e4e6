"""Goals: shared categories, what the mentor has reached, and free text about the same things."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from cmmatch.compatibility.answered import Answers, Column, SideAnswers
from cmmatch.compatibility.component import not_known
from cmmatch.compatibility.goal_categories import Categories
from cmmatch.compatibility.neutral import NEUTRAL_UNKNOWN
from cmmatch.compatibility.products import KnownProduct
from cmmatch.compatibility.statements import ENCODERS, compared
from cmmatch.compatibility.texts import telling_words
from cmmatch.errors import ModelError
from cmmatch.programme.labels import tidy
from cmmatch.programme.order import canonical_order

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from cmmatch.programme.programme import Programme

    F = TypeVar("F", bound=np.floating[Any])

__all__ = ["Goals", "PreparedGoals"]

SHOWN = 3
LEAST_WORDS = 2
"""Telling words that make a statement worth comparing: "All of them." twice is no common goal."""

SOMETHING, MUCH = 0.2, 0.5
"""From here on, of 1, two statements are said to have something, or much, in common."""

SAMPLE_SIDE = 200


@dataclass(frozen=True)
class Goals:
    """How far the mentor's goals and statement meet the mentee's.

    Two parts. *Categories*: the mean, over the goals that the mentee names, of 1 where the
    mentor has reached the goal himself, ``offered`` where he only offers it, 0 else. A mentor
    who does not say what he has reached earns ``offered + (1 - offered) * s`` for a goal that
    he offers, with s the share that others have reached of what they name, weighted by how many
    mentees want it; where no mentor says so, an offered goal counts 1. *Statements*: the cosine
    of their vectors, brought to 0..1 by ``clip(cosine / full, 0, 1)``, with full 0.8 for
    ``minilm`` and 1 else.

    The value is ``category_share * categories + (1 - category_share) * statements``. A part that
    one of the two leaves blank counts with the programme's typical value of it (the mean over
    the known pairs of a fixed sample, rounded to 0.001; 0.5 where none is known), so that nobody
    gains by saying nothing, and half of the evidence never has the say of the whole: statements
    alone move the value by 0.4 at most. Where both parts are blank the value is unknown. A
    statement with fewer than two telling words is blank.

    Weight 20 of 100 by default: the task and goal parts of a working alliance carry its effect
    (de Haan et al. 2016). The sizes of ``category_share`` and ``offered`` are judgement, not
    evidence: categories lead, since tf-idf finds few paraphrases; a goal reached counts more
    than one offered, as a mentor who has done it can show how.

    Parameters
    ----------
    encoder : "tfidf", "minilm" or callable, default "tfidf"
        How statements become vectors: character n-grams, see :func:`character_tfidf`; a small
        pretrained encoder for English, see :class:`~cmmatch.compatibility.minilm.MiniLM`; or a
        function from a list of n texts to an array (n, D) of finite numbers. It gets each distinct
        statement once, sorted, and should give a text the same vector whatever is beside it.
    category_share : float, default 0.6
        Weight of the categories against the statements, 0..1.
    offered : float, default 0.75
        Worth of a goal that the mentor offers and does not claim to have reached, 0..1.

    Raises
    ------
    ModelError
        If a share is not in 0..1, or the encoder is neither known nor callable.
    """

    encoder: str | Callable[[Sequence[str]], Any] = "tfidf"
    category_share: float = 0.6
    offered: float = 0.75
    name: str = "goals"

    def __post_init__(self) -> None:
        for name, share in (("category_share", self.category_share), ("offered", self.offered)):
            if not 0 <= share <= 1:
                message = f"'{name}' must be from 0 to 1; given {share}."
                raise ModelError(message)
        if not callable(self.encoder) and self.encoder not in ENCODERS:
            message = f"'encoder' must be 'tfidf', 'minilm' or a callable; given {self.encoder!r}."
            raise ModelError(message)

    def applies(self, programme: Programme) -> bool:
        """Whether both sides have some category, or both sides some statement that tells."""
        sides = programme.mentees, programme.mentors
        named = (
            programme.mentors.goals.counts.any() or programme.mentors.goals_achieved.counts.any()
        )
        return bool(programme.mentees.goals.counts.any() and named) or all(
            any(len(telling_words(text)) >= LEAST_WORDS for text in side.statement)
            for side in sides
        )

    def prepare(self, programme: Programme) -> PreparedGoals:
        """Count categories and make the vectors of statements."""
        mentees, mentors = programme.mentees, programme.mentors
        words = [[telling_words(t) for t in side.statement] for side in (mentees, mentors)]
        blank = [np.array([len(w) < LEAST_WORDS for w in side], dtype=np.bool_) for side in words]
        texts = [
            ["" if no else tidy(text) for text, no in zip(side.statement, none, strict=True)]
            for side, none in zip((mentees, mentors), blank, strict=True)
        ]
        categories = Categories.of(programme, self.offered)
        prepared = PreparedGoals(
            programme=programme,
            category_share=self.category_share,
            categories=categories,
            texts=KnownProduct(
                compared(self.encoder, (texts[0], texts[1]), programme.text_model),
                (blank[0], blank[1]),
            ),
            by_letters=self.encoder == "tfidf",
            frequency=Counter(word for side in words for each in side for word in each),
            typical=(math.nan, math.nan),
        )
        return replace(prepared, typical=prepared.fit_typical())


@dataclass(frozen=True, eq=False)
class PreparedGoals:
    """Goals bound to a programme: both parts, who leaves them blank, and what a blank counts as."""

    programme: Programme
    category_share: float
    categories: Categories
    texts: KnownProduct
    by_letters: bool
    frequency: Counter[str]
    typical: tuple[float, float]

    def parts(self, mentees: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Categories and statements, each of shape (rows, M), NaN where blank."""
        return self.categories.worth.rows(mentees), self.texts.rows(mentees)

    def rows(self, mentees: NDArray[np.intp]) -> NDArray[np.float64]:
        """Both parts together, exact, shape (rows, M); a blank one at its typical value."""
        return self._together(*self.parts(mentees))

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Both parts together, in float32, shape (rows, M)."""
        return self._together(self.categories.worth.block(rows), self.texts.block(rows))

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Both parts together, exact, of single pairs, shape (P,)."""
        return self._together(
            self.categories.worth.pairs(mentee, mentor), self.texts.pairs(mentee, mentor)
        )

    def _together(self, categories: NDArray[F], texts: NDArray[F]) -> NDArray[F]:
        """Weigh both parts, in the arrays given."""
        no_category, no_text = np.isnan(categories), np.isnan(texts)
        np.copyto(categories, self.typical[0], where=no_category)
        np.copyto(texts, self.typical[1], where=no_text)
        categories *= self.category_share
        texts *= 1 - self.category_share
        categories += texts
        np.copyto(categories, np.nan, where=no_category & no_text)
        return categories

    def answers(self) -> Answers:
        """Tell who names goals and who writes a statement that tells: either can be compared."""
        mentee, mentor = (
            SideAnswers(
                ~np.stack([no_goal, no_text], axis=1),
                (
                    Column("goals", no_goal.copy()),
                    Column("statement", no_text.copy(), (1,), counted="blank or too short"),
                ),
            )
            for no_goal, no_text in zip(self.categories.blank, self.no_text, strict=True)
        )
        return Answers(mentee, mentor)

    def fit_typical(self) -> tuple[float, float]:
        """Mean of each part over the known pairs of a fixed sample, rounded; 0.5 without any."""
        seed = self.programme.config.programme.seed
        rows = self._sample(self.programme.mentees.ids, self._no_answer(0), seed)
        columns = self._sample(self.programme.mentors.ids, self._no_answer(1), seed)
        found = []
        for part in self.parts(rows):
            values = part[:, columns]
            known = values[~np.isnan(values)]
            # fsum is exact, so the order of the people cannot tip the rounding.
            found.append(round(math.fsum(known) / len(known), 3) if len(known) else NEUTRAL_UNKNOWN)
        return found[0], found[1]

    @property
    def no_text(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whose statement says too little to compare, shapes (N,) and (M,)."""
        return self.texts.blank

    def _no_answer(self, side: int) -> NDArray[np.bool_]:
        return self.categories.blank[side] & self.no_text[side]

    @staticmethod
    def _sample(ids: NDArray[np.object_], blank: NDArray[np.bool_], seed: int) -> NDArray[np.intp]:
        order = canonical_order(ids, seed=seed)
        return order[~blank[order]][:SAMPLE_SIDE]

    def reason(self, mentee: int, mentor: int) -> str:
        """Name shared categories and words, or what is blank."""
        said = [
            each
            for each in (self.categories.reason(mentee, mentor), self._words(mentee, mentor))
            if each
        ]
        if said:
            return " ".join(said)
        return self._missing(mentee, mentor)

    def recommendation(self, mentee: int, mentor: int) -> str:
        """Name shared categories; of statements that share a word, only that they do.

        What somebody wrote in free text is not handed on in words.
        """
        alike = "Both wrote about similar things." if self._shared_words(mentee, mentor) else ""
        return f"{self.categories.recommendation(mentee, mentor)} {alike}".strip()

    def _missing(self, mentee: int, mentor: int) -> str:
        roles, sides = self.programme.config.roles, (self.programme.mentees, self.programme.mentors)
        blanks = []
        for role, side, person in ((roles.mentee, 0, mentee), (roles.mentor, 1, mentor)):
            if self._no_answer(side)[person]:
                wrote = bool(sides[side].statement[person])
                blanks.append(
                    (role, "does not write enough to compare" if wrote else "names no goal")
                )
        if not blanks:
            return "Not known: the two do not answer the same question about goals."
        return not_known(*blanks)

    def _words(self, mentee: int, mentor: int) -> str:
        if self.no_text[0][mentee] or self.no_text[1][mentor]:
            return ""
        shared = self._shared_words(mentee, mentor)
        if shared:
            return f"Both statements speak of {', '.join(shared[:SHOWN])}."
        # Statements without a word in common may well be alike: "leading teams", "to lead a team".
        worth = float(self.texts.rows(np.array([mentee]))[0, mentor])
        how = "their letters" if self.by_letters else "an encoder"
        return (
            "No telling word of three letters or more was found in both statements; "
            f"compared by {how} they have {_likeness(worth)} in common."
        )

    def _shared_words(self, mentee: int, mentor: int) -> list[str]:
        """Telling words of both statements, the rarest first; none where one is blank."""
        if self.no_text[0][mentee] or self.no_text[1][mentor]:
            return []
        one, other = (
            telling_words(side.statement[person])
            for side, person in ((self.programme.mentees, mentee), (self.programme.mentors, mentor))
        )
        return sorted(one & other, key=lambda word: (self.frequency[word], word))


def _likeness(worth: float) -> str:
    """Say how alike two statements are; a second figure beside the value would confuse."""
    return "much" if worth >= MUCH else "something" if worth >= SOMETHING else "little or nothing"
