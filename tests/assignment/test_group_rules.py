"""Limits on groups, budgets and soft rules: what they say to people, and what they refuse."""

from fractions import Fraction

import numpy as np
import pytest

from cmmatch import Candidates, Model
from cmmatch.assignment.builder import FormBuilder
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
from cmmatch.assignment.matching import Matching
from cmmatch.assignment.objectives import MostMatched, TotalScore
from cmmatch.errors import ModelError

MENTEES, MENTORS = ["ann", "bob", "cem"], ["max", "mia"]
CANDIDATES = Candidates.from_matrix(np.ones((3, 2)), mentee_ids=MENTEES, mentor_ids=MENTORS)


def made(*pairs):
    return Matching.from_ids(pairs, mentee_ids=MENTEES, mentor_ids=MENTORS)


ALL_WITH_MAX = made(("ann", "max"), ("bob", "max"), ("cem", "max"))


def said(rule, matching=ALL_WITH_MAX):
    return [str(each) for each in rule.violations(matching)]


def refused(make):
    with pytest.raises(ModelError) as error:
        make()
    return str(error.value)


def refused_by_people(rule):
    """Told when written, and when recounted too."""
    told = refused(lambda: rule.write(FormBuilder(CANDIDATES)))

    assert told == refused(lambda: rule.violations(ALL_WITH_MAX))

    return told


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            GroupLimit("with mia", minimum=1, mentors=["mia"]),
            "with mia: 0 pairs of 3 count; at least 1 must.",
        ),
        (
            GroupLimit("with max", maximum=2, mentors=[True, False]),
            "with max: 3 pairs of 3 count; at most 2 may.",
        ),
        (
            GroupLimit("ann", exactly=2, mentees=["ann"], pairs=[("ann", "max"), ("bob", "mia")]),
            "ann: 1 pair of 3 counts; at least 2 must.",
        ),
        (
            GroupLimit.of_pairs("across", ["n", "s", ""], ["n", "s"], minimum_share=0.5),
            "across: 1 pair of 3 counts; at least 50 %, 2, must.",
        ),
        (
            GroupLimit.of_pairs(
                "one site", ["n", "s", "n"], ["n", "s"], same=True, maximum_share=Fraction(1, 3)
            ),
            "one site: 2 pairs of 3 count; at most 33.33 %, 1, may.",
        ),
        (
            Budget("hours", {"Operations": 5}, mentor_cost=2, by_mentors=["Operations", ""]),
            "hours: Operations: 6 of at most 5 are used.",
        ),
        (
            Budget("money", 1000, 900.25, mentee_cost=[100, 200.5, 0], unit="euros"),
            "money: 300.5 of at least 900.25 euros are used.",
        ),
        (
            NoneOrAtLeast([4, 2]),
            "none or at least: max has 3 mentees; none or at least 4 are needed.",
        ),
    ],
)
def test_a_broken_rule_says_by_how_much(rule, sentence):
    assert [sentence] == said(rule)


def test_every_mentee_who_breaks_a_rule_is_named():
    matching = made(("ann", "max"), ("ann", "mia"), ("bob", "mia"))
    one_of_each = PerMenteeGroup("departments", maximum=1, by=["HR", "HR"])
    senior = PerMenteeGroup("senior", ["max"], minimum=1)
    everybody = PerMenteeGroup("senior", ["max"], minimum=1, only_if_matched=False)

    assert ["departments: ann has 2 mentors of 'HR'; at most 1 is allowed."] == said(
        one_of_each, matching
    )
    assert ["senior: bob has 0 mentors of the group; at least 1 is needed."] == said(
        senior, matching
    )
    assert ["bob", "cem"] == [line.split()[1] for line in said(everybody, matching)]


def test_a_violation_says_the_amount_in_the_unit_of_the_rule():
    hours = Budget("hours", 4.5, mentor_cost=2)

    assert [1.5] == [each.amount for each in hours.violations(ALL_WITH_MAX)]


def test_rounding_never_breaks_a_budget():
    """A third is 0.34 of a maximum and 0.33 of a minimum; what is whole hundredths stays so."""
    third = Budget("thirds", 1, 1, mentor_cost=1 / 3)

    assert [
        "thirds: 1.02 of at most 1 are used.",
        "thirds: 0.99 of at least 1 are used.",
    ] == said(third)
    assert [] == said(Budget("tenths", 0.3, 0.3, mentor_cost=0.1))


def test_a_share_of_no_pairs_is_kept():
    assert [] == said(GroupLimit("half", minimum_share=0.5, mentors=["mia"]), made())


def test_a_rule_that_degrees_imply_writes_nothing():
    """One mentor each cannot be two of a department, and no row keeps the model a flow."""
    form = FormBuilder(CANDIDATES)
    for rule in (
        MenteeDemand(1),
        PerMenteeGroup("departments", maximum=1, by=["HR", "IT"]),
        NoneOrAtLeast([1, 0]),
        Soft(GroupLimit("watched", maximum=0), price=0),
    ):
        rule.write(form)

    assert ([], []) == (form.families, form.extras)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        # Nothing to keep to.
        (
            lambda: GroupLimit("x"),
            "x: Give a minimum, a maximum, an exact number or a share.",
        ),
        # Every number that is wrong, at once.
        (
            lambda: GroupLimit("x", minimum=-1, maximum=1.5, maximum_share=2),
            "x: The number 'minimum' must be whole and 0 or more; given -1. The number 'maximum' "
            "must be whole and 0 or more; given 1.5. The share 'maximum_share' must lie in 0..1; "
            "given 2.",
        ),
        # Bounds that leave nothing between them.
        (
            lambda: GroupLimit("x", 3, 2, minimum_share=0.5, maximum_share=0.25),
            "x: The minimum, 3, must not be above the maximum, 2. The least share, 0.5, must not "
            "be above the most, 0.25.",
        ),
        # Two ways of saying a number.
        (
            lambda: GroupLimit("x", 1, exactly=1),
            "x: Give 'exactly' alone, without 'minimum' and 'maximum'.",
        ),
        # A fraction so fine that sums of it may not be exact.
        (
            lambda: GroupLimit("x", minimum_share=Fraction(1, 10_001)),
            "x: The share 'minimum_share' must be a fraction with a denominator up to 10,000; "
            "given Fraction(1, 10001).",
        ),
        # A mentee cannot have less than none.
        (
            lambda: PerMenteeGroup("x", minimum=-1, maximum=True),
            "x: The minimum must be whole and 0 or more; given -1. The maximum must be whole and "
            "0 or more; given True.",
        ),
        (lambda: PerMenteeGroup("x"), "x: Give a minimum or a maximum."),
        (
            lambda: PerMenteeGroup("x", minimum=2, maximum=1),
            "x: The minimum, 2, must not be above the maximum, 1.",
        ),
        # Costs and amounts, all at once.
        (
            lambda: Budget("x", -1, mentor_cost=[1, -2], mentee_cost=["a"], decimals=7),
            "x: The decimals must be 0 to 6; given 7. The costs of the mentors must lie from 0 to "
            "1e+09; given -2 at position 1. The costs of the mentees must be numbers; given <U1. "
            "The maximum must be a number from 0 to 1e+09; given -1.",
        ),
        (
            lambda: Budget("x", np.nan, mentor_cost=np.inf),
            "x: The costs of the mentors must lie from 0 to 1e+09; given inf. The maximum must be "
            "a number from 0 to 1e+09; given nan.",
        ),
        (lambda: Budget("x", 1), "x: Give a cost of the mentors or of the mentees."),
        (
            lambda: Budget("x", 1, 2, mentor_cost=1),
            "x: The minimum must not be above the maximum.",
        ),
        (
            lambda: Budget("x", {"HR": 1}, mentor_cost=1),
            "x: The maximum is given by label; give the labels by 'by_mentors' or 'by_mentees'.",
        ),
        (
            lambda: Budget("x", 1, mentor_cost=1, by_mentors=["a", "b"], by_mentees=["a"] * 3),
            "x: Give labels of the mentors or of the mentees, not of both.",
        ),
        (
            lambda: NoneOrAtLeast([-1, 2]),
            "none or at least: The minimum must be 0 or more; it is -1 at position 0.",
        ),
        (
            lambda: NoneOrAtLeast(2.0),
            "none or at least: The minimum must be a whole number; given float64.",
        ),
        # Only what counts over pairs can be missed by an amount.
        (
            lambda: Soft(MentorCapacity(1), -1),
            "mentor capacity: A rule that counts over pairs is needed, such as GroupLimit; given "
            "MentorCapacity. The price must be finite and 0 or more; given -1.",
        ),
    ],
)
def test_numbers_that_cannot_be_are_refused_all_at_once(make, told):
    assert told == refused(make)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (
            GroupLimit("x", 1, mentees=[True], mentors=["mia", "moe", "joe", "moe"]),
            "x: A mask of the mentees must have shape (3,); given (1,). None of the mentors has "
            "the id 'moe', 'joe'.",
        ),
        (
            GroupLimit("x", 1, mentees=[0, 1], mentors="mia", pairs=[("ann", "moe"), ("x", "mia")]),
            "x: The mentees must be a bool for each of them, or ids as texts; given 0. The mentors "
            "must be a list of ids or a mask; given the text 'mia'. None of the mentees has the "
            "id 'x'. None of the mentors has the id 'moe'.",
        ),
        (
            GroupLimit("x", 1, pairs=LabelledPairs(["n"], ["n", "s", "n"])),
            "x: One label for each of the 3 mentees is needed; given 1. One label for each of the "
            "2 mentors is needed; given 3.",
        ),
        (
            PerMenteeGroup("x", ["moe"], 1, mentees=["joe"], by=["HR"]),
            "x: None of the mentees has the id 'joe'. None of the mentors has the id 'moe'. One "
            "label for each of the 2 mentors is needed; given 1.",
        ),
        (
            Budget("x", {"IT": 1}, mentor_cost=[1, 2, 3], by_mentors=["HR", "HR"], mentees=["joe"]),
            "x: None of the mentees has the id 'joe'. One cost for each of the 2 mentors, or one "
            "for all, is needed; given (3,). The maximum is given for 'IT', a label that nobody "
            "has.",
        ),
        (
            NoneOrAtLeast([2, 2, 2]),
            "none or at least: One number for each of the 2 mentors is needed; given (3,).",
        ),
    ],
)
def test_what_does_not_fit_the_people_is_named(rule, told):
    assert told == refused_by_people(rule)


def test_many_unknown_ids_are_counted():
    rule = GroupLimit("x", 1, mentors=[f"m{k}" for k in range(8)])

    assert refused_by_people(rule).endswith("'m0', 'm1', 'm2', 'm3', 'm4' and 3 more.")


def test_a_rule_that_is_only_reported_is_checked_too():
    soft = Soft(GroupLimit("x", 1, mentors=["moe"]), price=0)

    assert "x: None of the mentors has the id 'moe'." == refused(
        lambda: soft.write(FormBuilder(CANDIDATES))
    )


@pytest.mark.parametrize(
    ("price", "told"),
    [
        (1e-8, "x: The price must be 0 or at least 0.0001; given 1e-08."),
        (1e12, "x: The price 1e+12 is too high; make the rule hard."),
    ],
)
def test_a_price_that_integers_cannot_hold_is_refused(price, told):
    soft = Soft(Budget("x", 1, mentor_cost=1), price)

    assert told == refused(lambda: soft.write(FormBuilder(CANDIDATES)))


def test_a_soft_rule_tells_what_is_missed_and_what_that_costs():
    soft = Soft(Budget("hours", 4.5, mentor_cost=2, unit="hours"), price=0.2)
    (told,) = soft.report(ALL_WITH_MAX, resolution=1e-6)

    assert "hours: 6 of at most 4.5 hours are used." == str(told)
    assert (1.5, 0.3) == (told.amount, told.cost)
    assert 300_000 == soft.penalty(ALL_WITH_MAX, resolution=1e-6)


def test_the_value_of_a_matching_is_less_what_soft_rules_cost():
    soft = [Soft(GroupLimit(name, maximum=0), price=0.5) for name in ("first", "second")]
    model = Model(CANDIDATES, soft, [MostMatched(), TotalScore()])

    assert [3, 0] == [model.value(each, ALL_WITH_MAX) for each in model.objectives]
    assert ["first", "second"] == [each.rule for each in model.missed(ALL_WITH_MAX)]


def test_a_price_without_an_objective_that_counts_it_is_refused():
    soft = Soft(GroupLimit("with max", maximum=1, mentors=["max"]), price=0.5)

    assert (
        "The price of a soft rule (with max) counts in total_score alone; given: most_matched. "
        "Add it, make the rule hard, or set its price to 0."
    ) == refused(lambda: Model(CANDIDATES, [soft], [MostMatched()]))
    assert Model(CANDIDATES, [Soft(soft.constraint, 0)], [MostMatched()]).soft
