"""Skills: what the mentee wants against what the mentor can teach."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.answered import Answers, SideAnswers
from cmmatch.compatibility.component import not_known
from cmmatch.compatibility.products import KnownProduct, SparseProduct
from cmmatch.programme.labels import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from cmmatch.programme.people import Terms
    from cmmatch.programme.programme import Programme
    from cmmatch.programme.vocabulary import Vocabulary

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

    ``credit`` is the best that any one skill of the mentor earns, times 1 where it is the skill
    wanted, times the credit of the vocabulary, less than 1, where it is related to it (see
    :class:`~cmmatch.programme.taxonomy.Taxonomy`; by default nothing is related). Several related
    skills earn no more than the best of them.

    The target is the level wanted, and at least one above the level that the mentee holds, at
    most 5. A mentor at the target or above earns 1 (more is not better); one below earns level /
    target, and nothing if not above the mentee. Where the mentor, or both wish and mentee, give no
    level, naming the skill earns 1.

    Unknown where the mentee wants nothing or the mentor names nothing. Labels are one skill if the
    programme's vocabulary says so: the same but for capitals and blanks, or the one an alias of the
    other; ``C``, ``C++`` and ``C#`` stay apart. What the mentee does not ask for, and what is not
    related to it, never counts, so naming more never helps.

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
        offers = _held(programme.mentors.skills, words)
        held = _held(mentees.skills, words)
        wishes = _wishes(mentees.skills_wanted, words, held=held, rarity=_rarity(offers))
        blank = (_empty(wishes), _empty(offers))
        product = KnownProduct(_product(wishes, offers, words), blank)
        return PreparedSkills(programme, wishes, offers, product)


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


Offer = dict[str, tuple[float, str]]
"""Level (NaN if none) and spelling of each skill that somebody has, by key."""

Kind = tuple[str, int, int]
"""A wish as offers see it: key, target and held level."""


def _entries(terms: Terms, words: Vocabulary) -> Iterable[list[tuple[str, str, float, bool]]]:
    """Yield the key, label, level and must of every entry, person by person."""
    keys = [words.skill(label) for label in terms.labels]
    term, level, must = terms.term.tolist(), terms.level.tolist(), terms.must.tolist()
    start = terms.start.tolist()
    for person in range(len(terms)):
        here = range(start[person], start[person + 1])
        yield [(keys[term[k]], terms.labels[term[k]], level[k], must[k]) for k in here]


def _held(terms: Terms, words: Vocabulary) -> list[Offer]:
    """Return what each person has; of one skill in two spellings the highest level counts."""
    people = []
    for entries in _entries(terms, words):
        found: Offer = {}
        for key, label, level, _ in entries:
            known = found.get(key)
            if known is None or math.isnan(known[0]) or level > known[0]:
                found[key] = (level, label)
        people.append(found)
    return people


def _rarity(offers: Sequence[Offer]) -> Mapping[str, float]:
    m = len(offers)
    count: dict[str, int] = {}
    for offer in offers:
        for key in offer:
            count[key] = count.get(key, 0) + 1
    return {key: 1 + math.log((m + 1) / (n + 1)) / math.log(m + 1) for key, n in count.items()}


def _wishes(
    terms: Terms, words: Vocabulary, *, held: Sequence[Offer], rarity: Mapping[str, float]
) -> list[dict[str, Wish]]:
    """Return the wishes of each mentee by key; given twice, the weightier counts."""
    people = []
    for entries, own in zip(_entries(terms, words), held, strict=True):
        wishes: dict[str, Wish] = {}
        for key, label, level, must in entries:
            own_level = own[key][0] if key in own else math.nan
            much = 1.0 if math.isnan(level) else level / 3
            weight = (2.0 if must else 1.0) * much * rarity.get(key, 2.0)
            if key not in wishes or weight > wishes[key].weight:
                wishes[key] = Wish(label, weight, *_levels(level, own_level))
        people.append(wishes)
    return people


def _levels(wanted: float, own: float) -> tuple[int, int]:
    """Return the target and the level held; 0 stands for none."""
    held = 0 if math.isnan(own) else int(own)
    least = held + 1 if held else ANY
    return min(max(ANY if math.isnan(wanted) else int(wanted), least), TOP), held


def _credit(level: float, target: int, held: int) -> float:
    if math.isnan(level) or target == ANY:
        return 1.0
    if level >= target:
        return 1.0
    return level / target if level > held else 0.0


def _product(
    wishes: Sequence[dict[str, Wish]], offers: Sequence[Offer], words: Vocabulary
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
    earned = _Earnings(_teachable(kinds, offers, words))
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

    def __init__(self, teachable: Mapping[str, list[tuple[int, Kind, float]]]) -> None:
        self._teachable = teachable
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
                (column, share * _credit(level, target, held))
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
        ranked = sorted(wishes.items(), key=lambda item: (-item[1].weight, item[0]))
        taught, related, missed = [], [], []
        for key, wish in ranked:
            if key in offers and _earns(wish, offers[key]):
                taught.append(_taught(wish, offers[key]))
            elif helper := self._helper(key, wish, offers):
                related.append(f"{wish.label} by its relation to {helper}")
            else:
                missed.append(wish.label)
        head = f"Can teach {_amount(len(taught), len(wishes))}"
        if not (taught or related):
            return f"{head}: {', '.join(missed)}."
        parts = [", ".join(taught)] if taught else []
        parts += [f"in part {', '.join(related)}"] if related else []
        parts += [f"not {', '.join(missed)}"] if missed else []
        return f"{head}: {'; '.join(parts)}."

    def _helper(self, key: str, wish: Wish, offers: Offer) -> str:
        """Name the related skill that earns most, or nothing."""
        found = [
            (-share * _credit(level, wish.target, wish.held), -np.nan_to_num(level), label, level)
            for other, share in self.programme.vocabulary.related(key).items()
            if other in offers
            for level, label in (offers[other],)
        ]
        credit, _, label, level = min(found, default=(0.0, 0.0, "", math.nan))
        return "" if not credit else label if math.isnan(level) else f"{label} (level {level:.0f})"

    def _missing(self, mentee: int, mentor: int) -> str:
        roles = self.programme.config.roles
        blanks = []
        if not self.wishes[mentee]:
            blanks.append((roles.mentee, "names no skill that is wanted"))
        if not self.offers[mentor]:
            blanks.append((roles.mentor, "names no skill"))
        return not_known(*blanks)


def _earns(wish: Wish, offer: tuple[float, str]) -> bool:
    return _credit(offer[0], wish.target, wish.held) > 0


def _taught(wish: Wish, offer: tuple[float, str]) -> str:
    """Name a skill as the mentee spells it, with the mentor's level and spelling if they matter."""
    level, label = offer
    said = []
    if folded(label) != folded(wish.label):
        said.append(f"as {label!r}")
    if not (math.isnan(level) or wish.target == ANY):
        below = f", below the {wish.target} wanted" if level < wish.target else ""
        said.append(f"level {level:.0f}{below}")
    return f"{wish.label} ({', '.join(said)})" if said else wish.label


def _amount(met: int, wanted: int) -> str:
    if wanted == 1:
        return "the skill wanted" if met else "nothing of what is wanted"
    if met in (0, wanted):
        which = "both" if wanted == 2 else f"all {wanted}"
        return f"{which if met else f'none of the {wanted}'} skills wanted"
    return f"{met} of the {wanted} skills wanted"
