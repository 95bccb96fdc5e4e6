"""peers(): pairs within one population, exact, with a bound over all pairs and who is left over."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cmmatch.assignment.objectives import MostMatched, TotalScore
from cmmatch.assignment.peer_bound import certify, certify_count, closest
from cmmatch.assignment.peer_left_over import best_to_join, reason_alone
from cmmatch.assignment.peer_pairs import peer_pairs, population, positions
from cmmatch.assignment.peer_result import PeerResult
from cmmatch.assignment.peer_rules import PeerRules, recount
from cmmatch.assignment.result import StageOutcome
from cmmatch.compatibility.candidates import Candidates
from cmmatch.compatibility.source import PairSource
from cmmatch.errors import ModelError, SolverDisagreement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from cmmatch.assignment.peer_bound import PeerCertificate
    from cmmatch.assignment.peer_pairs import Both, PeerPairs

__all__ = ["peers"]

MOST, TOTAL = MostMatched().name, TotalScore().name
ORDERS = ((MOST, TOTAL), (TOTAL,))

SCOPE = "all pairs eligible in both directions"
KEPT = "kept candidates"

PACKAGES = ("cmmatch", "networkx", "numpy", "scipy")


def peers(
    people: Candidates | PairSource | ArrayLike,
    *,
    ids: Sequence[str] | None = None,
    both: Both = "sum",
    order: Sequence[str] = ORDERS[0],
    required: Iterable[tuple[str, str]] = (),
    forbidden: Iterable[tuple[str, str]] = (),
    odd: Literal["alone", "three"] = "alone",
    keep: int | None = 20,
    seed: int = 0,
) -> PeerResult:
    """Pair people of one population with each other: peer mentoring, buddies, learning pairs.

    A pair is possible when each of the two is eligible for the other, in both directions; nobody
    meets themselves, and everybody is in one pair at most. The choice is exact, in integers, and
    checked by code that has not seen the solver.

    Parameters
    ----------
    people : Candidates, PairSource, or array-like of shape (n, n)
        Mentees and mentors are the same ids, in any order. Of a matrix, row i holds what i thinks
        of the others; it need not be symmetric; NaN = not eligible; the diagonal is not read.
    ids : sequence of str, optional
        Of the rows and columns of a matrix; positions as text when left out.
    both : {"sum", "least"}, default "sum"
        The value of a pair: the sum of the two directed scores, or the lesser one.
    order : ("most_matched", "total_score") or ("total_score",)
        As many pairs as possible first, then the highest total value; or the highest total alone,
        where no pair with a value of 0 or less is made.
    required : iterable of (id, id), default ()
        Pairs that are made whatever their score; the others are paired without these people.
    forbidden : iterable of (id, id), default ()
        Pairs that are not made, in either order.
    odd : {"alone", "three"}, default "alone"
        Whether somebody left over stays alone, or one of them joins the pair where the sum of the
        three pairs' values grows most (with ``total_score`` alone, only where it grows). That is
        the best such group given the pairs chosen before, not the best choice of pairs and a group
        together.
    keep : int or None, default 20
        The solver starts from so many best pairs of each person, >= 1, and is given every other
        pair that could lead to more; this changes the time, and no value. ``None`` starts from
        all.
    seed : int, default 0
        Decides between equals, 0 <= seed < 2**63.

    Returns
    -------
    PeerResult
        Pairs, who is left over and why, and for each stage value, bound and whether they meet.

    Raises
    ------
    ModelError
        The two sides are not the same people, an id stands twice, a required pair contradicts
        another, a forbidden one or the rules, or an argument is none of those listed.
    UnknownPerson
        A required or forbidden pair names nobody.
    SolverDisagreement
        The answer breaks a rule or exceeds a proven bound. Nothing is returned.

    Notes
    -----
    Edmonds' blossom algorithm (1965, doi:10.6028/jres.069B.013; Galil 1986, doi:10.1145/6462.6502)
    as ``networkx.max_weight_matching``, in Python integers, O(n**3).

    Examples
    --------
    >>> import cmmatch
    >>> nan = float("nan")
    >>> scores = [[nan, 0.9, 0.4], [0.7, nan, 0.5], [0.2, 0.6, nan]]
    >>> found = cmmatch.peers(scores, ids=["ann", "bob", "cleo"])
    >>> found.pairs, found.alone, found.proven
    ((('ann', 'bob'),), ('cleo',), True)
    """
    _check_words(both=both, order=tuple(order), odd=odd, keep=keep)
    candidates = _candidates(people, ids)
    population_ids = population(candidates.source, seed=seed)
    must, never = (positions(pairs, population_ids) for pairs in (required, forbidden))
    everything = peer_pairs(candidates, population_ids, both=both, always=must)
    task = _Task(PeerRules(everything, must, never), MOST in order)
    answer = _best(task, keep=keep, seed=seed)
    recounted = _recounted(candidates, task, answer, both)
    return _result(candidates, task, answer, recounted, odd=odd, seed=seed)


@dataclass(frozen=True, eq=False)
class _Task:
    """What is asked: the rules, and whether as many pairs as possible come first."""

    rules: PeerRules
    most: bool

    @cached_property
    def free(self) -> PeerPairs:
        """Pairs that the solver may choose from."""
        pairs = self.rules.pairs
        return pairs.some(self.rules.free & (self.most | (pairs.value > 0)))


@dataclass(frozen=True, eq=False)
class _Answer:
    """Where the chosen pairs stand among the free ones, and a certificate a stage."""

    chosen: NDArray[np.int64]
    certificates: tuple[PeerCertificate, ...]

    def made(self, task: _Task) -> NDArray[np.int64]:
        """Positions of all pairs made, the required ones first, shape (Q, 2)."""
        free = task.free
        new = np.stack([free.first[self.chosen], free.second[self.chosen]], axis=1)
        return np.concatenate([task.rules.required, new])


def _best(task: _Task, *, keep: int | None, seed: int) -> _Answer:
    """Solve on pairs that the prices of a bound leave over, else on more until none can matter.

    A choice with a pair in it is worth at most the bound less what the pair lacks of its prices.
    Where the bound is met, every best choice is made of pairs that lack less than a unit: so the
    solver is given these first. Where it is not met, a pair for which that worth is no more than
    what was reached is left out with proof; the others join.
    """
    free, bounds = task.free, _Bounds(task.free, task.most)
    looked = free.best(keep, seed=seed)
    hoped = bounds.hoped(looked)
    if hoped is not None:
        tight = _excess(hoped, free) > -hoped.scale
        chosen = _blossoms(free, tight, most=task.most)
        reached = hoped.bound == int(free.value[chosen].sum())
        if reached and hoped.count in (None, len(chosen)):
            return _Answer(chosen, bounds.certificates(chosen, tight))
        looked |= tight
    chosen = _blossoms(free, looked, most=task.most)
    while (missing := bounds.matter(chosen, looked) & ~looked).any():
        looked |= missing
        chosen = _blossoms(free, looked, most=task.most)
    return _Answer(chosen, bounds.certificates(chosen, looked))


@dataclass(frozen=True, eq=False)
class _Bounds:
    """Certificates over all pairs, each made once."""

    pairs: PeerPairs
    most: bool
    made: dict[int | str | None, PeerCertificate] = field(default_factory=dict)

    def hoped(self, looked: NDArray[np.bool_]) -> PeerCertificate | None:
        """Bound the total before anything is chosen, for as many pairs as halves of groups have.

        ``None`` where the pairs looked at hold no choice of so many.
        """
        count = certify_count(self.pairs).bound if self.most else None
        found = closest(self.pairs, looked, count=count)
        if found is not None:
            self.made[count] = found
        return found

    def total(self, count: int, looked: NDArray[np.bool_]) -> PeerCertificate:
        """Bound the total of so many pairs, or of any number where their number is no stage."""
        key = count if self.most else None
        if key not in self.made:
            self.made[key] = certify(self.pairs, looked, count=key)
        return self.made[key]

    def number(self, reached: int, looked: NDArray[np.bool_]) -> PeerCertificate:
        """Bound how many pairs can be made: by halves of groups, more closely where that fails."""
        if MOST not in self.made:
            by_halves = certify_count(self.pairs)
            met = by_halves.bound == reached
            self.made[MOST] = by_halves if met else certify(self._ones, looked, count=None)
        return self.made[MOST]

    def of(
        self, chosen: NDArray[np.int64], looked: NDArray[np.bool_]
    ) -> list[tuple[PeerCertificate, PeerPairs, int]]:
        """Return for each stage the certificate, the pairs as it values them, and the value."""
        worth = int(self.pairs.value[chosen].sum())
        stages = [(self.total(len(chosen), looked), self.pairs, worth)]
        if self.most:
            stages.insert(0, (self.number(len(chosen), looked), self._ones, len(chosen)))
        return stages

    def certificates(
        self, chosen: NDArray[np.int64], looked: NDArray[np.bool_]
    ) -> tuple[PeerCertificate, ...]:
        """Return the certificate of each stage."""
        return tuple(certificate for certificate, _, _ in self.of(chosen, looked))

    def matter(self, chosen: NDArray[np.int64], looked: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Mark the pairs with which a choice could be worth more than this one."""
        found = np.zeros(len(self.pairs), dtype=np.bool_)
        for certificate, pairs, reached in self.of(chosen, looked):
            lacking = (reached + 1) * certificate.scale - certificate.scaled_bound
            found |= _excess(certificate, pairs) >= lacking
        return found

    @property
    def _ones(self) -> PeerPairs:
        return replace(self.pairs, value=np.ones_like(self.pairs.value))


def _excess(certificate: PeerCertificate, pairs: PeerPairs) -> NDArray[np.int64]:
    """Return by how much each pair exceeds its prices, never above 0, or refuse the prices."""
    if not certificate.holds(pairs.first, pairs.second, pairs.value):
        message = "The prices of a bound must cover every pair; they do not."
        raise SolverDisagreement(message)
    return certificate.excess(pairs.first, pairs.second, pairs.value)


def _blossoms(pairs: PeerPairs, looked: NDArray[np.bool_], *, most: bool) -> NDArray[np.int64]:
    """Choose pairs by Edmonds' algorithm; only Python integers go in, in canonical order."""
    import networkx

    graph = networkx.Graph()
    graph.add_nodes_from(range(len(pairs.ids)))
    some = pairs.some(looked)
    graph.add_weighted_edges_from(
        zip(some.first.tolist(), some.second.tolist(), some.value.tolist(), strict=True)
    )
    matched = networkx.max_weight_matching(graph, maxcardinality=most)
    made = np.array(sorted(sorted(pair) for pair in matched), dtype=np.int64).reshape(-1, 2)
    return pairs.find(made[:, 0], made[:, 1])


def _recounted(candidates: Candidates, task: _Task, answer: _Answer, both: Both) -> tuple[int, int]:
    """Count and add up the pairs made, by code that has not seen the solver."""
    ids = task.rules.pairs.ids

    def named(pairs: NDArray[np.int64]) -> list[tuple[str, str]]:
        return [(ids[a], ids[b]) for a, b in pairs.tolist()]

    made = named(answer.made(task))
    value = recount(
        candidates,
        made,
        both=both,
        required=named(task.rules.required),
        forbidden=named(task.rules.forbidden),
    )
    return len(made), value


def _outcomes(
    task: _Task, answer: _Answer, *, recounted: tuple[int, int]
) -> tuple[StageOutcome, ...]:
    """Put together value and bound of each stage; required pairs stand in both."""
    pairs, required = task.rules.pairs, task.rules.required
    at = pairs.find(required[:, 0], required[:, 1])
    before = (len(required), int(pairs.value[at].sum()))
    names = (MOST, TOTAL) if task.most else (TOTAL,)
    outcomes = []
    for name, value, fixed, certificate in zip(
        names,
        recounted[-len(names) :],
        before[-len(names) :],
        answer.certificates,
        strict=True,
    ):
        bound = certificate.bound + fixed
        if value > bound:
            message = f"{name}: {value} is above the proven bound {bound}."
            raise SolverDisagreement(message)
        outcomes.append(StageOutcome(name, value, bound, value == bound))
    return tuple(outcomes)


def _result(
    candidates: Candidates,
    task: _Task,
    answer: _Answer,
    recounted: tuple[int, int],
    *,
    odd: str,
    seed: int,
) -> PeerResult:
    rules, ids = task.rules, task.rules.pairs.ids
    made = answer.made(task)
    alone = np.setdiff1d(np.arange(len(ids)), made)
    allowed = rules.pairs.some(rules.allowed)
    joined = best_to_join(allowed, made, alone, grow=not task.most) if odd == "three" else None
    pairs = [tuple(sorted(ids[pair])) for pair in made]
    why = reason_alone(rules, task.free, alone, most=task.most)
    trios, notes = [], _notes(rules.pairs)
    if joined is not None:
        pair = pairs.pop(joined.pair)
        trios.append(tuple(sorted((*pair, ids[joined.person]))))
        alone = alone[alone != joined.person]
        notes.insert(0, _joined_note(ids[joined.person], pair, why(joined.person)))
    left = sorted(alone.tolist(), key=ids.__getitem__)
    return PeerResult(
        pairs=tuple(sorted(pairs)),
        trios=tuple(trios),
        alone=tuple(ids[left]),
        reasons=tuple(why(person) for person in left),
        notes=tuple(notes),
        stages=_outcomes(task, answer, recounted=recounted),
        value=recounted[1],
        joined_value=0 if joined is None else joined.value,
        scope=_scope(candidates),
        certificates=answer.certificates,
        seed=seed,
        resolution=candidates.resolution,
        versions={name: version(name) for name in PACKAGES},
    )


def _notes(pairs: PeerPairs) -> list[str]:
    count = int(pairs.one_way.sum()) // 2
    if not count:
        return []
    said = "1 pair is a candidate" if count == 1 else f"{count} pairs are candidates"
    return [f"{said} in one direction only and cannot be made: both directions are needed."]


def _joined_note(who: str, pair: tuple[str, ...], why: str) -> str:
    return (
        f"{who} would be left over and joins {' and '.join(pair)}, where the values of the three "
        f"pairs together grow most, given the pairs chosen before. {why}"
    )


def _scope(candidates: Candidates) -> str:
    scope = SCOPE
    if candidates.keep is not None:
        scope = f"{KEPT}, the best {candidates.keep} of each person in one direction or the other"
    if candidates.floor is None:
        return scope
    least = candidates.to_score(candidates.floor)
    return f"{scope}, with a score of at least {least:g} each way"


def _candidates(people: Any, ids: Sequence[str] | None) -> Candidates:
    """Read what was handed in as candidates."""
    if isinstance(people, Candidates | PairSource):
        if ids is not None:
            message = "'ids' name the rows of a matrix; candidates and sources have their own."
            raise ModelError(message)
        return people if isinstance(people, Candidates) else Candidates.from_source(people)
    matrix = np.asarray(people, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        given = " by ".join(map(str, matrix.shape)) or "a single number"
        message = (
            "Scores of peers must be a square matrix, with the same people in rows and columns; "
            f"given {given}."
        )
        raise ModelError(message)
    return Candidates.from_matrix(matrix, mentee_ids=ids, mentor_ids=ids)


def _check_words(*, both: str, order: tuple[str, ...], odd: str, keep: int | None) -> None:
    said = {"both": (both, ("sum", "least")), "odd": (odd, ("alone", "three"))}
    for name, (given, words) in {**said, "order": (order, ORDERS)}.items():
        if given not in words:
            message = f"{name!r} must be {' or '.join(map(repr, words))}; given {given!r}."
            raise ModelError(message)
    if keep is not None and keep < 1:
        message = f"'keep' must be 1 or more; given {keep}. None starts from all pairs."
        raise ModelError(message)
