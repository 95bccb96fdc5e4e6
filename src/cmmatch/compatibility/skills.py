"""Skills: what the mentee wants against what the mentor can teach."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.answered import Answers, SideAnswers
from cmmatch.compatibility.component import not_known
from cmmatch.compatibility.products import KnownProduct, SparseProduct
from cmmatch.compatibility.skill_levels import (
    Credits,
    Offer,
    Wish,
    rarity_of,
    skills_held,
    skills_wanted,
)
from cmmatch.compatibility.skill_sentences import skill_recommendation, skill_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from cmmatch.programme.programme import Programme
    from cmmatch.programme.vocabulary import Vocabulary

__all__ = ["PreparedSkills", "Skills"]


@dataclass(frozen=True)
class Skills:
    r"""Share of what the mentee wants that the mentor can teach.

    .. math:: value = \frac{\sum_k w_k \, credit_k}{\sum_k w_k}

    over the skills k that the mentee wants, with :math:`w_k = must_k \cdot much_k \cdot rarity_k`:

    - ``must`` is 2 for a skill marked with ``!``, else 1;
    - ``much`` is (level wanted) / 3 where a level is given, else 1: level 3 of 5 is an ordinary
      wish;
    - ``rarity`` is ``1 + log((M + 1) / (n + 1)) / log(M + 1)``, in 1..2, where n of M mentors name
      the skill: what few can teach should not be lost to what everybody can (the idea of Crews
      2020, "The Mentor Matching Problem").

    ``credit`` is the best that any one skill of the mentor earns, times 1 where it is the skill
    wanted, times the credit of the vocabulary, less than 1, where it is related to it (see
    :class:`~cmmatch.programme.taxonomy.Taxonomy`; by default nothing is related). Several related
    skills earn no more than the best of them.

    The target is the level wanted, and at least one above the level that the mentee holds, at
    most 5. A mentor at the target or above earns 1 (more is not better); one below earns level /
    target, and nothing if not above the mentee. A mentor who names the skill without a level earns
    what an average mentor would: the mean of this credit over the levels that mentors of the
    programme give, of all skills together, and one more at each of 1 to 5 (see
    :class:`~cmmatch.compatibility.skill_levels.Credits`). Where neither wish nor mentee gives a
    level, naming the skill earns 1.

    Unknown where the mentee wants nothing or the mentor names nothing. Labels are one skill if the
    programme's vocabulary says so: the same but for capitals and blanks, or the one an alias of the
    other; ``C``, ``C++`` and ``C#`` stay apart. Of one skill named twice by one person the highest
    level counts, and a wish is a must if either entry is. What the mentee does not ask for, and
    what is not related to it, earns nothing. Naming it moves two figures of the programme only, for
    all mentors alike: what a level left out is worth, and rarity, as each mentor more who names a
    skill makes it a little less rare.

    Weight 25 of 100 by default: agreement on task and goal carries more than the bond in coaching
    (de Haan et al. 2016).
    """

    name: str = "skills"

    def applies(self, programme: Programme) -> bool:
        """Whether some mentee wants a skill and some mentor names one."""
        return bool(
            programme.mentees.skills_wanted.counts.any() and programme.mentors.skills.counts.any()
        )

    def prepare(self, programme: Programme) -> PreparedSkills:
        """Weigh every wish and credit every offer."""
        mentees, words = programme.mentees, programme.vocabulary
        offers = skills_held(programme.mentors.skills, words)
        held = skills_held(mentees.skills, words)
        wishes = skills_wanted(mentees.skills_wanted, words, held=held, rarity=rarity_of(offers))
        credits = Credits.among(offers)
        blank = (_empty(wishes), _empty(offers))
        product = KnownProduct(_product(wishes, offers, credits, words), blank)
        return PreparedSkills(programme, wishes, offers, credits, product)


Kind = tuple[str, int, int]
"""A wish as offers see it: key, target and held level."""


def _product(
    wishes: Sequence[dict[str, Wish]],
    offers: Sequence[Offer],
    credits: Credits,
    words: Vocabulary,
) -> SparseProduct:
    """Make credit linear: one column for each skill, target and held level that occurs."""
    from scipy.sparse import csr_matrix

    kinds = sorted({(key, w.target, w.held) for each in wishes for key, w in each.items()})
    column = {kind: k for k, kind in enumerate(kinds)}
    asked = _rows(
        [
            sorted(
                (column[key, w.target, w.held], w.weight / _total(each)) for key, w in each.items()
            )
            for each in wishes
        ]
    )
    earned = _Earnings(_teachable(kinds, offers, words), credits)
    given = _rows([earned.of(offer) for offer in offers])
    width = max(len(kinds), 1)
    return SparseProduct.of(
        csr_matrix(asked, shape=(len(wishes), width)), csr_matrix(given, shape=(len(offers), width))
    )


def _teachable(
    kinds: Sequence[Kind], offers: Sequence[Offer], words: Vocabulary
) -> dict[str, list[tuple[int, Kind, float]]]:
    """Return for each offered skill the columns that it helps with, and the share it earns."""
    offered = {key for offer in offers for key in offer}
    found: dict[str, list[tuple[int, Kind, float]]] = {}
    shares: dict[str, dict[str, float]] = {}
    for k, kind in enumerate(kinds):
        key = kind[0]
        if key not in shares:
            related = words.related(key)
            shares[key] = {key: 1.0} | {each: related[each] for each in related if each in offered}
        for each, share in shares[key].items():
            found.setdefault(each, []).append((k, kind, share))
    return found


class _Earnings:
    """What a mentor's skills earn in each column; worked out once for each skill and level."""

    def __init__(
        self, teachable: Mapping[str, list[tuple[int, Kind, float]]], credits: Credits
    ) -> None:
        self._teachable = teachable
        self._credits = credits
        self._known: dict[tuple[str, int], list[tuple[int, float]]] = {}

    def of(self, offer: Offer) -> list[tuple[int, float]]:
        """Return (column, credit), sorted; of several skills in a column the best one counts."""
        best: dict[int, float] = {}
        for key, (level, _) in offer.items():
            for column, credit in self._alone(key, level):
                if credit > best.get(column, 0.0):
                    best[column] = credit
        return sorted(best.items())

    def _alone(self, key: str, level: float) -> list[tuple[int, float]]:
        code = key, 0 if math.isnan(level) else int(level)
        if code not in self._known:
            earned = [
                (column, share * self._credits.of(level, target, held))
                for column, (_, target, held), share in self._teachable.get(key, ())
            ]
            self._known[code] = [(column, credit) for column, credit in earned if credit > 0]
        return self._known[code]


def _empty(people: Sequence[Mapping[str, object]]) -> NDArray[np.bool_]:
    return np.array([not each for each in people], dtype=np.bool_)


def _total(wishes: Mapping[str, Wish]) -> float:
    return math.fsum(w.weight for w in wishes.values())


def _rows(
    entries: list[list[tuple[int, float]]],
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Return data, indices and row starts of a CSR matrix."""
    flat = [entry for row in entries for entry in row]
    return (
        np.array([value for _, value in flat], dtype=np.float64),
        np.array([index for index, _ in flat], dtype=np.int64),
        np.cumsum([0, *(len(row) for row in entries)], dtype=np.int64),
    )


@dataclass(frozen=True, eq=False)
class PreparedSkills:
    """Skills bound to a programme."""

    programme: Programme
    wishes: list[dict[str, Wish]]
    offers: list[Offer]
    credits: Credits
    product: KnownProduct

    def rows(self, mentees: NDArray[np.intp]) -> NDArray[np.float64]:
        """Share of the wishes met, exact, shape (rows, M)."""
        return self.product.rows(mentees)

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Share of the wishes met, computed in float32, shape (rows, M)."""
        return self.product.block(rows)

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Share of the wishes met of single pairs, shape (P,)."""
        return self.product.pairs(mentee, mentor)

    def answers(self) -> Answers:
        """Tell which mentees want a skill and which mentors name one."""
        wanted, named = (~blank for blank in self.product.blank)
        return Answers(SideAnswers.one("skills_wanted", wanted), SideAnswers.one("skills", named))

    def reason(self, mentee: int, mentor: int) -> str:
        """Say which of the skills wanted the mentor can teach, by what, and which not."""
        wishes, offers = self.wishes[mentee], self.offers[mentor]
        if not (wishes and offers):
            return self._missing(mentee, mentor)
        return skill_sentence(wishes, offers, credits=self.credits, words=self.programme.vocabulary)

    def recommendation(self, mentee: int, mentor: int) -> str:
        """Say which of the skills wanted the mentor can teach, and by what."""
        return skill_recommendation(
            self.wishes[mentee],
            self.offers[mentor],
            credits=self.credits,
            words=self.programme.vocabulary,
        )

    def _missing(self, mentee: int, mentor: int) -> str:
        roles = self.programme.config.roles
        blanks = []
        if not self.wishes[mentee]:
            blanks.append((roles.mentee, "names no skill that is wanted"))
        if not self.offers[mentor]:
            blanks.append((roles.mentor, "names no skill"))
        return not_known(*blanks)
