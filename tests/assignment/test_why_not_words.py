"""How conflicts and changes are told."""

import numpy as np

from cmmatch import Candidates, Model, constraints, objectives, solve
from cmmatch.assignment.infeasibility import Words

WANTED = [objectives.MostMatched(), objectives.TotalScore()]


def solved(scores, *rules, mentee_ids, mentor_ids):
    candidates = Candidates.from_matrix(scores, mentee_ids=mentee_ids, mentor_ids=mentor_ids)
    return solve(Model(candidates, rules, WANTED))


def six_for_four():
    """Ada, Ben and Cleo want two each; only a to d may be with them."""
    scores = np.full((5, 4), 0.5)
    scores[4, :3] = np.nan
    return solved(
        scores,
        constraints.MentorCapacity(3, np.array([2, 2, 2, 0])),
        constraints.MenteeDemand(1),
        mentee_ids=list("abcde"),
        mentor_ids=["Ada", "Ben", "Cleo", "Dan"],
    )


def test_people_on_both_sides_are_named_with_counts():
    result = six_for_four()

    assert (
        "Ada, Ben and Cleo must have at least 6 in all (their minimum loads) but can have at most "
        "4: only a, b, c and d may be with any of them.",
    ) == result.obstacles
    assert (("Ada", "Ben", "Cleo", "a", "b", "c", "d"),) == result.why_not.groups


def test_each_kind_of_change_is_told_twice_at_most():
    remedies = six_for_four().why_not.remedies

    assert (
        "With the minimum load of Ada at 0, not 2, all rules can be kept: 5 pairs.",
        "With the minimum load of Ben at 0, not 2, all rules can be kept: 5 pairs.",
        "With 2 more mentors for a, all rules can be kept: 7 pairs.",
        "With 2 more mentors for b, all rules can be kept: 7 pairs.",
    ) == remedies


def test_one_more_place_lets_everybody_have_their_minimum():
    result = solved(
        [[0.5, np.nan], [0.5, np.nan], [0.5, 0.5]],
        constraints.MentorCapacity(1),
        constraints.MenteeDemand(1, 1),
        mentee_ids=["ann", "bob", "cem"],
        mentor_ids=["max", "mia"],
    )

    assert (
        "ann and bob must have at least 2 in all (their minimum loads) but can have at most 1: "
        "only max may be with any of them.",
    ) == result.obstacles
    assert (
        "With one more place with max, all rules can be kept: 3 pairs." in result.why_not.remedies
    )


def test_rules_and_a_minimum_load_in_conflict_are_told_with_their_bounds():
    result = solved(
        np.full((4, 3), 0.5),
        constraints.MentorCapacity(2, np.array([2, 1, 0])),
        constraints.MenteeDemand(1),
        constraints.GroupLimit("few", maximum=2, mentors=["Ada", "Ben"]),
        constraints.GroupLimit("some", minimum=1, mentors=["Cleo"]),
        mentee_ids=list("abcd"),
        mentor_ids=["Ada", "Ben", "Cleo"],
    )

    assert (
        "These cannot all be kept, but without any one of them the others can: the minimum load of "
        "Ada (at least 2); the minimum load of Ben (at least 1); 'few' (pairs: at most 2).",
    ) == result.obstacles
    assert ("few",) == result.why_not.rules
    assert "With 'few' raised by 1, all rules can be kept." in result.why_not.remedies


def test_required_pairs_beyond_the_places_are_dropped_one_by_one():
    result = solved(
        [[0.5], [0.5], [0.5]],
        constraints.MentorCapacity(2),
        constraints.MenteeDemand(1),
        constraints.Required((("a", "max"), ("b", "max"), ("c", "max"))),
        mentee_ids=list("abc"),
        mentor_ids=["max"],
    )

    assert ("max has 3 required pairs but may have at most 2.",) == result.obstacles
    assert (
        "With c with max no longer required, all rules can be kept: 2 pairs.",
    ) == result.why_not.remedies


def test_people_have_their_names_and_html_is_escaped():
    why = six_for_four().why_not.called(Words({("mentor", "Ada"): "<b>Ada</b> (m-1)"}))

    assert str(why).startswith("<b>Ada</b> (m-1), Ben and Cleo must have at least 6")
    assert "&lt;b&gt;Ada&lt;/b&gt; (m-1), Ben" in why._repr_html_()
    assert "<b>" not in why._repr_html_()


def test_the_order_of_rows_changes_no_word():
    rng = np.random.default_rng(3)
    scores = np.where(rng.random((8, 6)) < 0.5, np.nan, 0.5)
    rows, columns = rng.permutation(8), rng.permutation(6)
    mentees, mentors = [f"e{k}" for k in range(8)], [f"o{k}" for k in range(6)]
    told = [
        solved(
            scores[np.ix_(some, others)],
            constraints.MentorCapacity(3, 2),
            constraints.MenteeDemand(1),
            mentee_ids=[mentees[k] for k in some],
            mentor_ids=[mentors[k] for k in others],
        ).why_not
        for some, others in ((np.arange(8), np.arange(6)), (rows, columns))
    ]

    assert told[0].conflicts
    assert str(told[0]) == str(told[1])
