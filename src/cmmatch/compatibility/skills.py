"""Skills: what the mentee wants against what the mentor can teach."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.component import RowComponent, not_known
from cmmatch.compatibility.products import SparseProduct, folded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cmmatch.programme.people import Terms
    from cmmatch.programme.programme import Programme

__all__ = ["PreparedSkills", "Skills"]

TOP = 5
ANY = 0
"""Target level of a wish without a level on either side of it: any level will do."""


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

    ``credit`` is 0 if the mentor does not name the skill. The target is the level wanted, and at
    least one above the level that the mentee holds, at most 5. A mentor at the target or above
    earns 1 (more is not better); one below earns level / target, and nothing if not above the
    mentee. Where the mentor, or both wish and mentee, give no level, naming the skill earns 1.

    Unknown where the mentee wants nothing or the mentor names nothing. Labels are compared
    case-folded with blanks collapsed; ``C``, ``C++`` and ``C#`` stay apart. What the mentee does
    not ask for never counts, so naming more never helps.

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
        mentees, mentors = programme.mentees, programme.mentors
        offers = [_held(mentors.skills, j) for j in range(len(mentors))]
        held = [_held(mentees.skills, i) for i in range(len(mentees))]
        rarity = _rarity(offers)
        wishes = [
            _wishes(mentees.skills_wanted, i, held[i], rarity=rarity) for i in range(len(mentees))
        ]
        return PreparedSkills(programme, wishes, offers, _product(wishes, offers))


@dataclass(frozen=True, slots=True)
class Wish:
    """One skill that a mentee wants.

    ``target`` is the level that earns full credit, 0 for any; ``held`` the mentee's own level, 0 if
    none is given.
    """

    label: str
    weight: float
    target: int
    held: int
    wanted: float
    must: bool


def _held(terms: Terms, person: int) -> dict[str, tuple[float, str]]:
    """Level (NaN if none) and spelling of each skill, by folded label; the highest level counts."""
    found: dict[str, tuple[float, str]] = {}
    for k in range(terms.start[person], terms.start[person + 1]):
        label, level = terms.labels[terms.term[k]], float(terms.level[k])
        known = found.get(folded(label))
        if known is None or math.isnan(known[0]) or level > known[0]:
            found[folded(label)] = (level, label)
    return found


def _rarity(offers: list[dict[str, tuple[float, str]]]) -> Mapping[str, float]:
    m = len(offers)
    count: dict[str, int] = {}
    for offer in offers:
        for key in offer:
            count[key] = count.get(key, 0) + 1
    return {key: 1 + math.log((m + 1) / (n + 1)) / math.log(m + 1) for key, n in count.items()}


def _wishes(
    terms: Terms,
    person: int,
    held: dict[str, tuple[float, str]],
    *,
    rarity: Mapping[str, float],
) -> dict[str, Wish]:
    """Return the wishes of one mentee by folded label; given twice, the weightier counts."""
    wishes: dict[str, Wish] = {}
    for k in range(terms.start[person], terms.start[person + 1]):
        label, level, must = terms.labels[terms.term[k]], float(terms.level[k]), bool(terms.must[k])
        key = folded(label)
        own = held.get(key, (math.nan, ""))[0]
        own_level = 0 if math.isnan(own) else int(own)
        least = own_level + 1 if own_level else ANY
        target = min(max(ANY if math.isnan(level) else int(level), least), TOP)
        much = 1.0 if math.isnan(level) else level / 3
        weight = (2.0 if must else 1.0) * much * rarity.get(key, 2.0)
        if key not in wishes or weight > wishes[key].weight:
            wishes[key] = Wish(label, weight, target, own_level, level, must)
    return wishes


def _credit(level: float, target: int, held: int) -> float:
    if math.isnan(level) or target == ANY:
        return 1.0
    if level >= target:
        return 1.0
    return level / target if level > held else 0.0


def _product(
    wishes: list[dict[str, Wish]], offers: list[dict[str, tuple[float, str]]]
) -> SparseProduct:
    """Make credit linear: one column for each skill, target and held level that occurs."""
    from scipy.sparse import csr_matrix

    kinds = sorted({(key, w.target, w.held) for each in wishes for key, w in each.items()})
    column = {kind: k for k, kind in enumerate(kinds)}
    by_skill: dict[str, list[tuple[str, int, int]]] = {}
    for kind in kinds:
        by_skill.setdefault(kind[0], []).append(kind)
    asked = _rows(
        [
            sorted(
                (column[key, w.target, w.held], w.weight / _total(each)) for key, w in each.items()
            )
            for each in wishes
        ]
    )
    given = _rows(
        [
            sorted(
                (column[kind], credit)
                for key, (level, _) in offer.items()
                for kind in by_skill.get(key, ())
                if (credit := _credit(level, kind[1], kind[2])) > 0
            )
            for offer in offers
        ]
    )
    width = max(len(kinds), 1)
    return SparseProduct.of(
        csr_matrix(asked, shape=(len(wishes), width)), csr_matrix(given, shape=(len(offers), width))
    )


def _total(wishes: dict[str, Wish]) -> float:
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
class PreparedSkills(RowComponent):
    """Skills bound to a programme."""

    programme: Programme
    wishes: list[dict[str, Wish]]
    offers: list[dict[str, tuple[float, str]]]
    product: SparseProduct

    def rows(self, mentees: NDArray[np.intp]) -> NDArray[np.float64]:
        """Share of the wishes met, shape (rows, M)."""
        values = self.product.rows(mentees)
        values[[not self.wishes[i] for i in mentees], :] = np.nan
        values[:, [not offer for offer in self.offers]] = np.nan
        return values

    def reason(self, mentee: int, mentor: int) -> str:
        """Say which of the skills wanted the mentor can teach, and which not."""
        wishes, offers = self.wishes[mentee], self.offers[mentor]
        if not (wishes and offers):
            return self._missing(mentee, mentor)
        ranked = sorted(wishes.items(), key=lambda item: (-item[1].weight, item[0]))
        met = [
            (w, offers[key][0])
            for key, w in ranked
            if key in offers and self._earns(w, offers[key][0])
        ]
        missed = [
            w.label for key, w in ranked if not (key in offers and self._earns(w, offers[key][0]))
        ]
        if not met:
            return f"Can teach {_amount(0, len(wishes))}: {', '.join(missed)}."
        taught = ", ".join(_taught(w, level) for w, level in met)
        rest = f"; not {', '.join(missed)}" if missed else ""
        return f"Can teach {_amount(len(met), len(wishes))}: {taught}{rest}."

    def _missing(self, mentee: int, mentor: int) -> str:
        roles = self.programme.config.roles
        blanks = []
        if not self.wishes[mentee]:
            blanks.append((roles.mentee, "names no skill that is wanted"))
        if not self.offers[mentor]:
            blanks.append((roles.mentor, "names no skill"))
        return not_known(*blanks)

    @staticmethod
    def _earns(wish: Wish, level: float) -> bool:
        return _credit(level, wish.target, wish.held) > 0


def _taught(wish: Wish, level: float) -> str:
    if math.isnan(level) or wish.target == ANY:
        return wish.label
    below = f", below the {wish.target} wanted" if level < wish.target else ""
    return f"{wish.label} (level {level:.0f}{below})"


def _amount(met: int, wanted: int) -> str:
    if wanted == 1:
        return "the skill wanted" if met else "nothing of what is wanted"
    if met in (0, wanted):
        return f"{'all' if met else 'none of the'} {wanted} skills wanted"
    return f"{met} of the {wanted} skills wanted"
