"""What is in conflict, and what settles it: both recounted over every set of pairs."""

import itertools
from dataclasses import replace

import numpy as np
from tests.assignment.tiny import Tiny

from cmmatch import Candidates, Model, Termination, constraints, objectives, solve
from cmmatch.assignment.form import UNBOUNDED
from cmmatch.assignment.infeasibility import Requirement
from cmmatch.assignment.space import Bounds
from cmmatch.testing import tiny_model
from cmmatch.testing.oracle import keeps, matching_of, subsets

WANTED = [objectives.MostMatched(), objectives.TotalScore()]


def feasible(model, space):
    """Whether some set of candidates is in a space."""
    for chosen in subsets(len(model.candidates)):
        matching = matching_of(model.candidates, chosen)
        if keeps(space, matching, model.candidates.score[chosen]):
            return True
    return False


def positions(model):
    source = model.candidates.source
    return {
        side: {label: k for k, label in enumerate(getattr(source, f"{side}_ids"))}
        for side in ("mentee", "mentor")
    }


def only(model, space, requirements):
    """The space with nothing but places, demand, eligibility and some requirements, by name."""
    at = positions(model)
    lower = {side: np.zeros(len(at[side]), dtype=np.int64) for side in at}
    keys, kept = set(), set()
    for each in requirements:
        if each.kind == "minimum":
            who = each.mentor or each.mentee
            lower[each.side][at[each.side][who]] = int(each.amount)
        elif each.kind == "required":
            keys.add(at["mentee"][each.mentee] * space.width + at["mentor"][each.mentor])
        else:
            kept.add((each.rule, each.label, each.bound))
    families = []
    for family in space.families:
        names = [(family.name, label) for label in family.labels]
        low = [(*name, "least") in kept for name in names]
        up = [(*name, "most") in kept for name in names]
        families.append(
            replace(
                family,
                lower=np.where(low, family.lower, -UNBOUNDED),
                upper=np.where(up, family.upper, UNBOUNDED),
            )
        )
    rules = Bounds(
        lower["mentee"], space.rules.mentee_upper, lower["mentor"], space.rules.mentor_upper
    )
    required = np.array(sorted(keys), dtype=np.int64)
    return replace(space, rules=rules, required=required, families=tuple(families))


def changed(model, space, steps, *, less=0):
    """The space after a change; with ``less`` each step goes less far."""
    at = positions(model)
    e_low, e_up, o_low, o_up = (each.copy() for each in space.rules)
    keys, families = set(space.required.tolist()), list(space.families)
    for step in steps:
        amount = int(step.amount) - less
        e, o = at["mentee"].get(step.mentee), at["mentor"].get(step.mentor)
        if step.kind == "required":
            keys -= {e * space.width + o} if not less else set()
        elif step.kind == "place":
            o_up[o] += amount
        elif step.kind == "demand":
            e_up[e] += amount
        elif step.kind == "minimum" and step.mentor:
            o_low[o] -= amount
        elif step.kind == "minimum":
            e_low[e] -= amount
        else:
            families = [
                replace(
                    family,
                    lower=np.where(family.lower > -UNBOUNDED, family.lower - amount, -UNBOUNDED),
                    upper=np.where(family.upper < UNBOUNDED, family.upper + amount, UNBOUNDED),
                )
                if family.name == step.rule
                else family
                for family in families
            ]
    return replace(
        space,
        rules=Bounds(e_low, e_up, o_low, o_up),
        required=np.array(sorted(keys), dtype=np.int64),
        families=tuple(families),
    )


def assert_told_truly(model, result, seed):
    space, why = model.compiled()[0], result.why_not
    assert why.conflicts, seed
    assert why.reasons == result.obstacles, seed
    named = [each for conflict in why.conflicts for each in conflict.requirements]
    assert len(named) == len(set(named)), seed
    for conflict in why.conflicts:
        held = conflict.requirements
        assert not feasible(model, only(model, space, held)), seed
        for k in range(len(held)):
            fewer = held[:k] + held[k + 1 :]
            assert feasible(model, only(model, space, fewer)), (seed, held[k])
        if conflict.smallest and not space.families:
            assert len(held) <= len(smallest(model, space)), seed
    for change in why.changes:
        assert feasible(model, changed(model, space, change.steps)), (seed, change)
        assert change.size == sum(step.amount for step in change.steps), seed
        if change.least and len(change.steps) == 1:
            assert not feasible(model, changed(model, space, change.steps, less=1)), (seed, change)
    sizes = [change.size for change in why.changes]
    assert sizes == sorted(sizes), seed


def smallest(model, space):
    """The fewest minimum loads and required pairs in conflict, by trying all."""
    at = {side: {k: label for label, k in each.items()} for side, each in positions(model).items()}
    keys = [divmod(int(key), space.width) for key in space.required]
    named = [Requirement("required", at["mentee"][e], at["mentor"][o]) for e, o in keys]
    for side, lower in (("mentee", space.rules.mentee_lower), ("mentor", space.rules.mentor_lower)):
        named += [
            Requirement("minimum", bound="least", amount=float(lower[k]), **{side: at[side][k]})
            for k in np.flatnonzero(lower)
        ]
    return next(
        some
        for count in range(1, len(named) + 1)
        for some in itertools.combinations(named, count)
        if not feasible(model, only(model, space, some))
    )


def test_conflicts_of_loads_and_pairs_and_their_changes_are_true():
    conflicts, several, changes = 0, 0, 0
    for seed in range(350):
        tiny = Tiny.drawn(seed)
        model = tiny.model(WANTED)
        result = solve(model)
        if result.termination is not Termination.INFEASIBLE:
            assert result.why_not is None
            continue
        assert_told_truly(model, result, seed)
        conflicts += 1
        several += len(result.why_not.conflicts[0].requirements) > 1
        changes += len(result.why_not.changes)

    assert conflicts > 40
    assert several > 2
    assert changes > 50


def crowded(seed):
    """Many minimum loads on one side, and on the other not enough who may be with them."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(2, 5)), 3
    scores = np.where(rng.random((n, m)) < 0.3, np.nan, rng.integers(1, 5, (n, m)) / 4)
    places = rng.integers(1, 4, m)
    least = np.minimum(rng.integers(0, 3, m), places)
    needed = rng.integers(0, 2, n) * int(rng.integers(0, 2))
    candidates = Candidates.from_matrix(scores)
    rules = [
        constraints.MentorCapacity(places, least),
        constraints.MenteeDemand(np.maximum(rng.integers(1, 3, n), needed), needed),
    ]
    if rng.random() < 0.5 and len(candidates):
        some = rng.permutation(len(candidates))[: rng.integers(1, 3)]
        rules.append(
            constraints.Required(
                tuple((str(candidates.mentee[k]), str(candidates.mentor[k])) for k in some)
            )
        )
    return Model(candidates, rules, WANTED, seed=seed)


def test_conflicts_among_many_minimum_loads_are_true():
    several, required, smallest_told = 0, 0, 0
    for seed in range(260):
        model = crowded(seed)
        result = solve(model)
        if result.termination is not Termination.INFEASIBLE:
            continue
        assert_told_truly(model, result, seed)
        first = result.why_not.conflicts[0]
        several += len(first.requirements) > 1
        required += any(each.kind == "required" for each in first.requirements)
        smallest_told += first.smallest and len(first.requirements) > 1

    assert several > 30
    assert required > 5
    assert smallest_told > 5


def test_conflicts_with_rows_beyond_loads_are_true():
    found, several = 0, 0
    for seed in range(160):
        model = tiny_model(seed, rows=True)
        result = solve(model)
        if result.termination is not Termination.INFEASIBLE:
            continue
        assert_told_truly(model, result, seed)
        found += any(each.rule for c in result.why_not.conflicts for each in c.requirements)
        several += len(result.why_not.conflicts[0].requirements) > 1

    assert found > 20
    assert several > 5
