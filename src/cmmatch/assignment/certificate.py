"""Certificate: prices from which anyone can recompute what no matching exceeds, in a few lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from cmmatch.assignment.columns import among
from cmmatch.assignment.form import UNBOUNDED
from cmmatch.compatibility.selection import block_rows
from cmmatch.errors import SolverDisagreement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.links import Link
    from cmmatch.assignment.result import Value
    from cmmatch.assignment.space import Space
    from cmmatch.compatibility.source import PairSource

__all__ = ["Certificate", "Claim", "Proof"]


class Claim(Protocol):
    """A bound that anyone can recompute from a source."""

    @property
    def name(self) -> str:
        """Of the stage."""
        ...

    @property
    def claimed(self) -> tuple[int, ...]:
        """What the bound is said to be, after the bounds of the stages before."""
        ...

    def bound(self, source: PairSource) -> tuple[int, ...]:
        """Recompute it."""
        ...

    def shown(self, bound: tuple[int, ...]) -> Value:
        """Return the part of the bound that is about this stage."""
        ...


@dataclass(frozen=True, eq=False)
class Proof:
    """Prices that bound one aim, over every pair that its space allows.

    Any prices do: with the reduced profit ``r[i, j] = w[i, j] - u[i] - p[j] - y . a[i, j]``, no set
    of pairs within the rules is worth more than

    ``sum over i of max(u[i] d) + sum over j of max(p[j] c) + rows + sum of r[i, j] above 0``

    where d and c run over the loads allowed to a person, what the steps of loads add is counted
    with them, each row counts ``max(y b)`` over its two bounds, each extra its reduced profit at
    its better bound, and a pair that must be made counts its r of either sign (weak duality). With
    several stages in order every term is a row of numbers, compared like words in a dictionary.

    Parameters
    ----------
    name : str
        The stage.
    space : Space
        The rules, and the earlier stages with their prices.
    link : Link
        The aim, its prices, and the bound that they are said to prove.
    """

    name: str
    space: Space
    link: Link

    @property
    def links(self) -> tuple[Link, ...]:
        """The stages that are compared, in order; the last is the one that is proven."""
        return (*self.space.links, self.link)

    @property
    def claimed(self) -> tuple[int, ...]:
        """The bound of each stage."""
        return tuple(link.value for link in self.links)

    def bound(self, source: PairSource) -> tuple[int, ...]:
        """Recompute the bound of each stage from the prices and every pair of a source."""
        nothing = np.zeros(len(self.links), dtype=np.int64)
        total = [nothing, *_people(self, "mentee"), *_people(self, "mentor")]
        total += [_rows(self)] if self.link.rows else []
        n, m = source.shape
        step = block_rows(m)
        for first in range(0, n, step):
            rows = np.arange(first, min(first + step, n))
            mentee, mentor = np.repeat(rows, m), np.tile(np.arange(m), len(rows))
            total.append(self._pairs(source, mentee, mentor))
        return tuple(int(each) for each in np.sum(total, axis=0))

    def shown(self, bound: tuple[int, ...]) -> Value:
        """Return the bound of the stage itself, in whole units, without those before."""
        return bound[-1] // self.link.scale

    def _pairs(
        self, source: PairSource, mentee: NDArray[np.intp], mentor: NDArray[np.intp]
    ) -> NDArray[np.int64]:
        """Add up the reduced profits of pairs that the prices would make."""
        key = mentee * self.space.width + mentor
        must = among(key, self.space.required)
        score = source.pairs(mentee, mentor)
        may = source.eligible(mentee, mentor) & self.space.allows(mentee, mentor, score)
        if self.space.kept is not None:
            may &= among(key, self.space.kept)
        some = np.flatnonzero(may | must)
        families = self.space.families if self.link.rows else ()
        r = np.array(
            [link.reduced(families, mentee[some], mentor[some], score[some]) for link in self.links]
        )
        counted = _positive(r) | must[some]
        added: NDArray[np.int64] = r[:, counted].sum(axis=1)
        return added


@dataclass(frozen=True, eq=False)
class Certificate:
    """The proofs of a result, one or more a stage.

    Where a stage has several, each is about a part of what the stages before leave, and the highest
    bound is that of the stage.
    """

    proofs: tuple[Claim, ...] = ()

    def check(self, source: PairSource) -> dict[str, Value]:
        """Recompute every bound from the prices, over every eligible pair of a source.

        It uses no solver: prices, rules and scores are all there is.

        Returns
        -------
        dict of str to int or tuple of int
            For each stage what no matching exceeds, among those that are best by the stages before.

        Raises
        ------
        SolverDisagreement
            The prices do not give the bound that was claimed.
        """
        found: dict[str, Value] = {}
        for proof in self.proofs:
            bound = proof.bound(source)
            if bound != proof.claimed:
                message = f"{proof.name}: the prices prove {bound}, not {proof.claimed}."
                raise SolverDisagreement(message)
            shown = proof.shown(bound)
            found[proof.name] = max(shown, found.get(proof.name, shown), key=_in_order)
        return found


def _in_order(value: Value) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,)


def _positive(r: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the first number of each column that is not 0 is above 0; shape (stages, P)."""
    above = np.zeros(r.shape[1], dtype=np.bool_)
    even = np.ones(r.shape[1], dtype=np.bool_)
    for row in r:
        above |= even & (row > 0)
        even &= row == 0
    return above


def _people(proof: Proof, side: str) -> list[NDArray[np.int64]]:
    """For each person the best load at their prices: price times load, and what steps add."""
    rules = proof.space.rules
    lower, upper = getattr(rules, f"{side}_lower"), getattr(rules, f"{side}_upper")
    prices = np.array([getattr(link, side) for link in proof.links])
    steps = [getattr(link.aim, f"{side}_steps") for link in proof.links]
    width = max((each.shape[1] for each in steps if each is not None), default=0)
    totals = []
    for k in range(len(lower)):
        # Between two steps nothing but the price changes, so ends and steps are enough.
        loads = {int(lower[k]), int(upper[k])}
        loads |= set(range(int(lower[k]), int(min(upper[k], width)) + 1)) if width else set()
        worth = [
            tuple(
                int(price) * load + (0 if step is None else int(step[k, :load].sum()))
                for price, step in zip(prices[:, k], steps, strict=True)
            )
            for load in loads
        ]
        totals.append(np.array(max(worth), dtype=np.int64))
    return totals


def _rows(proof: Proof) -> NDArray[np.int64]:
    """Rows at their better bound and extras at theirs; only the last stage has any."""
    total = 0
    space, link = proof.space, proof.link
    profit = np.zeros(len(space.extras), dtype=np.int64)
    if link.aim.extra is not None:
        profit[: len(link.aim.extra)] = link.aim.extra * link.scale
    for family, price in zip(space.families, link.rows, strict=True):
        bound = np.where(price > 0, family.upper, family.lower)
        charged = price != 0
        if (np.abs(bound[charged]) >= UNBOUNDED).any():
            message = f"{family.name}: a row without a bound must not have a price."
            raise SolverDisagreement(message)
        total += int((price * bound)[charged].sum())
        for row, extra, amount in family.entries:
            profit[extra] -= price[row] * amount
    low = np.array([extra.lower for extra in space.extras], dtype=np.int64)
    up = np.array([extra.upper for extra in space.extras], dtype=np.int64)
    total += int(np.maximum(profit * low, profit * up).sum())
    vector = np.zeros(len(proof.links), dtype=np.int64)
    vector[-1] = total
    return vector
