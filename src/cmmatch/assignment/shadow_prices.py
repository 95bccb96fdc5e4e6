"""Shadow prices: what one more place, or one more unit of a limit, is worth.

Exact for degrees (:mod:`cmmatch.assignment.worth`). Beyond, the certificate of each stage holds the
prices of a linear relaxation: what a whole programme would gain if pairs could be split, while the
stages before stay where they are. They show where a limit hurts; what a change brings is for
:func:`cmmatch.assignment.loosening.exact_worth` to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cmmatch.assignment.builder import FormBuilder
from cmmatch.assignment.certificate import Proof
from cmmatch.assignment.constraints.rows import RowRule
from cmmatch.assignment.constraints.soft import Soft
from cmmatch.assignment.residual import Residual
from cmmatch.assignment.worth import PlacePrices, RowWorth, Worth, exact_prices, limit_of
from cmmatch.errors import UnsupportedModel

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from cmmatch.assignment.model import Model
    from cmmatch.assignment.result import Result, Value

__all__ = ["place_prices"]


def place_prices(model: Model, result: Result) -> PlacePrices:
    """Say for everybody what one more place, or one more wish for a mentor, is worth.

    Where rules are about degrees only and all objectives add up, it is exact and proven over all
    pairs that may be made. Beyond, it is an estimate by the prices of the certificate.

    Parameters
    ----------
    model : Model
        What was solved.
    result : Result
        Its answer, proven optimal.

    Raises
    ------
    NoMatching
        There is none.
    SolverDisagreement
        The matching is not the best of this model.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives, solve
    >>> candidates = Candidates.from_matrix([[0.9], [0.8], [0.7]])
    >>> rules = [constraints.MentorCapacity(2), constraints.MenteeDemand(1)]
    >>> model = Model(candidates, rules, [objectives.MostMatched(), objectives.TotalScore()])
    >>> (place,) = place_prices(model, solve(model)).mentors
    >>> place.more, place.fewer
    ((1, 700000), (1, 800000))
    """
    try:
        residual = Residual.of_result(model, result)
    except UnsupportedModel:
        return _estimated(model, result)
    return exact_prices(residual)


def _estimated(model: Model, result: Result) -> PlacePrices:
    """Take prices from the certificate, stage by stage; the last proof of a stage counts."""
    proofs = {proof.name: proof for proof in result.certificate.proofs if isinstance(proof, Proof)}
    names = tuple(objective.name for objective in model.objectives)
    own = [proofs.get(name) for name in names]
    return PlacePrices(
        names,
        _of_side("mentor", model, result, own),
        _of_side("mentee", model, result, own),
        exact=False,
        limits=tuple(each for proof in own if proof for each in _of_rows(proof, _units(model))),
    )


def _of_side(
    side: str, model: Model, result: Result, proofs: list[Proof | None]
) -> tuple[Worth, ...]:
    upper = getattr(model.compiled()[0].rules, f"{side}_upper")
    load = getattr(result.matching, f"{side}_load")
    ids: NDArray[np.object_] = getattr(result.matching, f"{side}_ids")
    found = []
    for k in range(len(ids)):
        prices: tuple[Value | None, ...] = tuple(
            None if proof is None else _price(proof, side, k) for proof in proofs
        )
        fewer = prices if upper[k] > 0 else None
        found.append(Worth(str(ids[k]), limit_of(upper[k]), int(load[k]), prices, fewer))
    return tuple(found)


def _price(proof: Proof, side: str, person: int) -> int:
    price = int(getattr(proof.link, side)[person])
    return round(max(price, 0) / proof.link.scale)


def _units(model: Model) -> Mapping[tuple[str, str], int]:
    """How much of a row one unit of its rule is, by the names of both."""
    form, found = FormBuilder(model.candidates), {}
    for constraint in model.constraints:
        constraint.write(form)
    for constraint in model.constraints:
        rule = constraint.constraint if isinstance(constraint, Soft) else constraint
        if isinstance(rule, RowRule):
            for each in rule.rows(form):
                for label in each.family.labels:
                    found[each.family.name, label] = each.step * rule.per
    return found


def _of_rows(proof: Proof, units: Mapping[tuple[str, str], int]) -> list[RowWorth]:
    """Return the rows with a price; floors under earlier stages are no limit of anybody's."""
    if not proof.link.rows:
        return []
    return [
        RowWorth(
            family.name,
            label,
            proof.name,
            abs(int(price)) * units[family.name, label] / proof.link.scale,
            bool(price < 0),
        )
        for family, prices in zip(proof.space.families, proof.link.rows, strict=True)
        for label, price in zip(family.labels, prices, strict=True)
        if price and (family.name, label) in units
    ]
