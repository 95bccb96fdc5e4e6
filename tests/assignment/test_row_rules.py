"""Rules that count over pairs: what is written and what is recounted are one set, hard and soft."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from cmmatch import Candidates, Model, Termination, solve
from cmmatch.assignment.backends.backend import Answer, Choice
from cmmatch.assignment.builder import FormBuilder
from cmmatch.assignment.columns import Columns
from cmmatch.assignment.constraints import (
    Budget,
    GroupLimit,
    LabelledPairs,
    MenteeDemand,
    MentorCapacity,
    NoneOrAtLeast,
    PerMenteeGroup,
    Soft,
)
from cmmatch.assignment.form import Need
from cmmatch.assignment.matching import Matching
from cmmatch.assignment.objectives import MostMatched, TotalScore

KINDS = ("number", "share", "labels", "mentee", "departments", "budget", "by label", "opening")
SITES = ("north", "south", "")


def tiny_candidates(rng):
    """Up to 4 x 3 people, a few pairs not eligible, few distinct scores."""
    n, m = int(rng.integers(1, 5)), int(rng.integers(1, 4))
    scores = rng.integers(-1, 5, (n, m)) / 4
    return Candidates.from_matrix(np.where(rng.random((n, m)) < 0.2, np.nan, scores))


def some(rng, count):
    """Some people of a side: nobody said, a mask, or ids."""
    mask = rng.random(count) < 0.6
    return (None, mask, [str(k) for k in np.flatnonzero(mask)])[rng.integers(3)]


def two(rng, most):
    """A lower and an upper bound, one of them sometimes missing."""
    lower, upper = sorted(int(each) for each in rng.integers(0, most + 1, 2))
    return ((None, upper), (lower, None), (lower, upper))[rng.integers(3)]


def drawn_rule(kind, candidates, rng):
    """One rule of a kind, with bounds that some sets of pairs keep and others do not."""
    n, m = candidates.shape
    sites = [list(rng.choice(SITES, count)) for count in (n, m)]
    if kind == "number":
        everything = list(itertools.product(map(str, range(n)), map(str, range(m))))
        listed = [pair for pair in everything if rng.random() < 0.7]
        pairs = (None, listed, LabelledPairs(*sites, same=True))[rng.integers(3)]
        groups = {"mentees": some(rng, n), "mentors": some(rng, m), "pairs": pairs}
        if rng.random() < 0.3:
            return GroupLimit(kind, exactly=int(rng.integers(0, 4)), **groups)
        lower, upper = two(rng, 4)
        return GroupLimit(kind, lower, upper, **groups)
    if kind == "share":
        least, most = sorted(Fraction(int(each), 6) for each in rng.integers(0, 7, 2))
        bounds = ((least, most), (float(least), None), (None, most))[rng.integers(3)]
        return GroupLimit(
            kind, mentors=some(rng, m), minimum_share=bounds[0], maximum_share=bounds[1]
        )
    if kind == "labels":
        lower, upper = two(rng, 3)
        return GroupLimit.of_pairs(kind, *sites, minimum=lower, maximum=upper)
    if kind in ("mentee", "departments"):
        lower, upper = two(rng, 2)
        return PerMenteeGroup(
            kind,
            some(rng, m),
            lower or int(upper is None),
            upper,
            by=sites[1] if kind == "departments" else None,
            mentees=some(rng, n),
            only_if_matched=bool(rng.random() < 0.7),
        )
    if kind == "opening":
        return NoneOrAtLeast(rng.integers(0, 4, m))
    costs = {"mentor_cost": rng.integers(0, 7, m) / 2, "mentee_cost": rng.integers(0, 2, n) / 3}
    groups = {"mentees": some(rng, n), "mentors": some(rng, m), "decimals": int(rng.integers(3))}
    maximum, minimum = float(rng.integers(2, 9)), (None, 1.5)[rng.integers(2)]
    if kind == "budget":
        return Budget(kind, maximum, minimum, **costs, **groups)
    side = int(rng.integers(2))
    known = {label: maximum for label in sites[side] if label}
    amounts = known if known and rng.random() < 0.5 else maximum
    labels = {("by_mentees", "by_mentors")[side]: sites[side]}
    return Budget(kind, amounts, minimum, **costs, **groups, **labels)


def degrees(candidates, rng):
    n, m = candidates.shape
    return [MentorCapacity(rng.integers(0, 4, m)), MenteeDemand(rng.integers(0, 3, n))]


def written(candidates, constraints):
    """The rules as a form over all candidates, with its rows as a matrix over pairs and extras."""
    builder = FormBuilder(candidates)
    for constraint in constraints:
        constraint.write(builder)
    space = builder.build(seed=0)
    columns = Columns(
        candidates.mentee, candidates.mentor, candidates.score, max(candidates.shape[1], 1)
    )
    form = space.form(columns)
    return space, form, matrix_of(form)


def matrix_of(form):
    matrix = np.zeros((len(form.rows), len(form) + len(form.extra_upper)))
    np.add.at(matrix, (form.rows.row, form.rows.column), form.rows.coefficient)
    return matrix


def cheapest_extras(space, form, matrix, chosen):
    """Least price of extras with which a choice keeps every row; None where none do."""
    mentee = np.bincount(form.mentee[chosen], minlength=form.n_mentees)
    mentor = np.bincount(form.mentor[chosen], minlength=form.n_mentors)
    if (mentee > form.mentee_upper).any() or (mentor > form.mentor_upper).any():
        return None
    used = matrix[:, : len(form)] @ chosen
    lower, upper = form.rows.lower - used, form.rows.upper - used
    if not len(form.extra_upper):
        return 0 if ((lower <= 0) & (upper >= 0)).all() else None
    found = milp(
        [extra.price for extra in space.extras],
        constraints=LinearConstraint(matrix[:, len(form) :], lower, upper),
        bounds=Bounds(form.extra_lower, form.extra_upper),
        integrality=np.ones(len(form.extra_upper)),
    )
    return None if found.x is None else int(np.rint(found.x) @ [e.price for e in space.extras])


def choices(form, rng, *, most):
    """Sets of pairs: all of them where they are few, else some."""
    if 2 ** len(form) <= most:
        return [np.array(each, dtype=bool) for each in itertools.product((0, 1), repeat=len(form))]
    return [rng.random(len(form)) < rng.random() for _ in range(most)]


def matching_of(candidates, form, chosen):
    taken, source = form.column[chosen], candidates.source
    return Matching(
        candidates.mentee[taken], candidates.mentor[taken], source.mentee_ids, source.mentor_ids
    )


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_what_is_recounted(kind):
    """A set of pairs keeps the rows, with some numbers beside them, where nothing is violated."""
    kept = broken = 0
    for seed in range(100):
        rng = np.random.default_rng([KINDS.index(kind), seed])
        candidates = tiny_candidates(rng)
        rules = [*degrees(candidates, rng), drawn_rule(kind, candidates, rng)]
        # Bounds of degrees that come later must not matter.
        space, form, matrix = written(candidates, rules[:: (1, -1)[seed % 2]])
        for chosen in choices(form, rng, most=16):
            matching = matching_of(candidates, form, chosen)
            fine = not any(rule.violations(matching) for rule in rules)

            assert fine == (cheapest_extras(space, form, matrix, chosen) is not None)

            kept, broken = kept + fine, broken + (not fine)

    assert min(kept, broken) > 60


@pytest.mark.parametrize("kind", KINDS)
def test_the_least_price_of_the_rows_is_the_penalty_recounted(kind):
    """And so is the sum of the costs that are reported, for every set that keeps the degrees."""
    free = paid = 0
    for seed in range(60):
        rng = np.random.default_rng([KINDS.index(kind), seed])
        candidates = tiny_candidates(rng)
        bounds, soft = degrees(candidates, rng), Soft(drawn_rule(kind, candidates, rng), 0.375)
        space, form, matrix = written(candidates, [*bounds, soft])
        for chosen in choices(form, rng, most=16):
            matching = matching_of(candidates, form, chosen)
            cost = cheapest_extras(space, form, matrix, chosen)
            if any(rule.violations(matching) for rule in bounds):
                assert cost is None
                continue
            penalty = soft.penalty(matching, resolution=candidates.resolution)
            told = soft.report(matching, resolution=candidates.resolution)

            assert penalty == cost
            assert penalty == round(sum(each.cost for each in told) / candidates.resolution)
            assert () == soft.violations(matching)

            free, paid = free + (not penalty), paid + (penalty > 0)

    assert min(free, paid) > 20


class Oracle:
    """scipy's HiGHS over the form as it stands, bounds and all."""

    name = "oracle"
    honours = frozenset(Need) - {Need.STEPS}

    def available(self):
        return True

    def maximise(self, form, target, *, deadline=None):
        p, e = len(form), len(form.extra_upper)
        # One column that is always 0 stands for itself where there is no other.
        idle = [0]
        blocks = [
            (np.eye(form.n_mentees)[:, form.mentee], form.mentee_lower, form.mentee_upper),
            (np.eye(form.n_mentors)[:, form.mentor], form.mentor_lower, form.mentor_upper),
            (matrix_of(form), form.rows.lower, form.rows.upper),
        ]
        wide = [
            (np.pad(a, ((0, 0), (0, p + e + 1 - a.shape[1]))), *b) for a, *b in blocks if len(a)
        ]
        found = milp(
            -np.concatenate([target.profit, target.extra, idle]),
            constraints=[LinearConstraint(*each) for each in wide],
            bounds=Bounds(
                np.concatenate([form.required, form.extra_lower, idle]),
                np.concatenate([np.ones(p), form.extra_upper, idle]),
            ),
            integrality=np.ones(p + e + 1),
            options={"mip_rel_gap": 0.0},
        )
        if found.x is None:
            return Answer(Termination.INFEASIBLE)
        x = np.rint(found.x).astype(np.int64)
        chosen, extras = x[:p].astype(bool), x[p : p + e]
        value = target.value(form, chosen, extras)
        return Answer(Termination.OPTIMAL, Choice(chosen, extras, value, value))


def best_by_enumeration(model):
    """Lexicographic optimum over every subset of candidates; None if no subset keeps the rules."""
    candidates, source = model.candidates, model.candidates.source
    best = None
    for picked in itertools.product((False, True), repeat=len(candidates)):
        mask = np.array(picked, dtype=bool)
        matching = Matching(
            candidates.mentee[mask], candidates.mentor[mask], source.mentee_ids, source.mentor_ids
        )
        if any(rule.violations(matching) for rule in model.constraints):
            continue
        values = tuple(model.value(objective, matching) for objective in model.objectives)
        best = values if best is None else max(best, values)
    return best


@pytest.mark.parametrize("block", range(4))
def test_models_with_such_rules_are_solved_to_the_optimum_of_enumeration(block):
    """Hard and soft rules together, in both orders of the objectives."""
    feasible = missed = 0
    for seed in range(block * 20, block * 20 + 20):
        rng = np.random.default_rng([7, seed])
        candidates = tiny_candidates(rng)
        if len(candidates) > 8:
            continue
        hard, soft = (
            drawn_rule(KINDS[k], candidates, rng) for k in rng.integers(len(KINDS), size=2)
        )
        rules = [*degrees(candidates, rng), hard, Soft(soft, float(rng.integers(1, 5)) / 8)]
        order = [(MostMatched(), TotalScore()), (TotalScore(), MostMatched())][seed % 2]
        model = Model(candidates, rules, order)
        result, best = solve(model, backends=[Oracle()]), best_by_enumeration(model)

        assert (best is None) == (result.termination is Termination.INFEASIBLE)
        if best is None:
            continue
        assert best == tuple(stage.value for stage in result.stages)
        assert result.broken == model.missed(result.matching)

        feasible, missed = feasible + 1, missed + bool(result.broken)

    assert min(feasible, missed) > 1
