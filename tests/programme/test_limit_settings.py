"""``[[limits]]``: what may stand together, and which columns and values there must be."""

import pytest

from cmmatch.programme.limit_groups import group_labels, in_group
from cmmatch.programme.loading import load_frames

MENTORS = {
    "id": ["m1", "m2", "m3"],
    "department": ["Operations", " OPERATIONS", ""],
    "floor": "nsn",
}
MENTEES = {"id": ["e1"], "team": ["Sales"]}


def loaded(*limits, **config):
    mentors = {heading: list(cells) for heading, cells in MENTORS.items()}
    return load_frames(mentors, MENTEES, config={"limits": list(limits), **config})


def told(limit, **config):
    return [(f.column, f.code, f.problem) for f in loaded({"name": "x", **limit}, **config).faults]


def codes(limit, **config):
    return [(column, code) for column, code, _ in told(limit, **config)]


@pytest.mark.parametrize(
    ("limit", "problem"),
    [
        # Nothing to keep to.
        (
            {"where": {"department": "Operations"}},
            "Limit 'x' must have one of min, max, exactly, min_share, max_share, "
            "max_hours_per_month.",
        ),
        # Bounds that leave nothing between them.
        ({"min": 3, "max": 2}, "Limit 'x' must have 'min' not above 'max'; given 3 and 2."),
        (
            {"min_share": 0.5, "max_share": 0.25},
            "Limit 'x' must have 'min_share' not above 'max_share'; given 0.5 and 0.25.",
        ),
        # Two ways of saying a number.
        ({"exactly": 3, "max": 4}, "Limit 'x' must have 'exactly' without 'min' and 'max'."),
        # No pair is both.
        (
            {"same": "floor", "differ": "floor", "max": 1},
            "Limit 'x' must have 'same' or 'differ', not both.",
        ),
        # A value of whom?
        (
            {"each": "floor", "side": "both", "max": 1},
            "Limit 'x' must say whose column 'each' is; set 'side'.",
        ),
        # What speaks of all pairs cannot be for each mentee.
        (
            {"per_mentee": True, "min_share": 0.5},
            "Limit 'x' with 'per_mentee' must not have 'min_share'.",
        ),
        (
            {"per_mentee": True, "max": 1, "differ": "floor"},
            "Limit 'x' with 'per_mentee' must not have 'differ'.",
        ),
        (
            {"per_mentee": True, "max": 1, "side": "mentees"},
            "Limit 'x' with 'per_mentee' must have side 'mentors'.",
        ),
        (
            {"per_mentee": True, "min": 0},
            "Limit 'x' with 'per_mentee' must have a 'min' above 0 or a 'max'.",
        ),
    ],
)
def test_settings_that_do_not_go_together_are_a_fault(limit, problem):
    assert [("limits.1", "setting-inconsistent", problem)] == told(limit)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ({"max": -1}, [("limits.1.max", "setting-range")]),
        ({"min": 1.5}, [("limits.1.min", "setting-type")]),
        ({"min": True, "max": 2}, [("limits.1.min", "setting-type")]),
        ({"max_share": 1.2}, [("limits.1.max_share", "setting-range")]),
        ({"max": 1, "price": -0.5}, [("limits.1.price", "setting-range")]),
        ({"maximum": 1, "max": 2}, [("limits.1.maximum", "setting-unknown")]),
        ({"max": 1, "side": "mentor"}, [("limits.1.side", "setting-choice")]),
        ({"max": 1, "per_mentee": "yes please"}, [("limits.1.per_mentee", "setting-type")]),
    ],
)
def test_a_value_that_cannot_be_is_a_fault_beside_the_limit(limit, expected):
    assert expected == codes(limit)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ({"where": {"departmnt": "HR"}, "max": 1}, [("limits.1.where", "column-unknown")]),
        # The mentors have it; the mentees are asked.
        (
            {"where": {"floor": "n"}, "side": "mentees", "max": 1},
            [("limits.1.where", "column-unknown")],
        ),
        ({"each": "team", "max": 1}, [("limits.1.each", "column-unknown")]),
        ({"differ": "city", "min": 1}, [("limits.1.differ", "column-unknown")]),
        # Only one table has it: no pair can be compared.
        ({"differ": "floor", "min": 1}, [("limits.1.differ", "column-one-sided")]),
        ({"where": {"floor": "n"}, "max": 1}, []),
        ({"where": {"floor": "N"}, "max": 1}, []),
        ({"where": {"floor": "x"}, "max": 1}, [("limits.1.where.floor", "limit-value-unknown")]),
    ],
)
def test_columns_and_values_that_are_not_there_are_told(limit, expected):
    assert expected == codes(limit)


def test_the_values_of_a_protected_column_are_not_told():
    faults = loaded(
        {"name": "x", "where": {"floor": "x"}, "max": 1}, privacy={"protected": ["floor"]}
    ).faults

    assert ["protected-column"] == [each.code for each in faults]


def test_a_price_that_no_objective_counts_is_a_fault():
    order = {"order": ["most_matched"]}

    assert [("limits.1.price", "limit-price-not-counted")] == codes(
        {"max": 1, "price": 0.5}, objectives=order
    )
    assert [] == codes({"where": {"floor": "n"}, "max": 1, "price": 0}, objectives=order)


def test_a_group_is_found_in_any_case_and_run_of_blanks():
    mentors = loaded().programme.mentors

    assert [True, True, False] == in_group(mentors, {"department": "operations "}).tolist()
    assert [True, False, False] == in_group(
        mentors, {"department": "operations", "floor": "n"}
    ).tolist()
    assert ["OPERATIONS", "OPERATIONS", ""] == group_labels(mentors, "department")
