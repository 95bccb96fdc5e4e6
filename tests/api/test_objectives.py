"""Objectives by their names in the settings: made from the programme, told in words and figures."""

import json

import pytest

import cmmatch
from cmmatch import Programme
from cmmatch.api.matching import OBJECTIVES
from cmmatch.api.summary import WORDS, proof
from cmmatch.errors import InputFaults
from cmmatch.programme import unsupported

SKILLS = {"a": "sql:4", "b": "sql:2", "c": "go:1"}


def programme(order, *, pairs=(), config=None):
    """Three mentors and three mentees, of whom each wants more than some mentors have."""
    columns = ("mentee_id", "mentor_id", "kind", "rank", "by")
    return Programme.from_frames(
        {"id": list(SKILLS), "skills": list(SKILLS.values())},
        {"id": ["x", "y", "z"], "skills_wanted": ["sql:4", "sql:2; go:1", "sql:4; go:1"]},
        pairs={name: [row[k] for row in pairs] for k, name in enumerate(columns)}
        if pairs
        else None,
        config={"objectives": {"order": order}, **(config or {})},
    )


def values(result):
    return {stage.name: stage.value for stage in result.result.stages}


def test_the_settings_know_the_same_names_as_whoever_makes_and_tells_them():
    assert set(unsupported.OBJECTIVES) == set(OBJECTIVES) == set(WORDS)
    made = [OBJECTIVES[name](programme(["most_matched"]), None) for name in unsupported.OBJECTIVES]

    assert list(unsupported.OBJECTIVES) == [each.name for each in made]
    assert set(unsupported.COUNTING) == {o.name for o in made if getattr(o, "settles_count", 0)}
    assert set(unsupported.COUNTED) == {o.name for o in made if getattr(o, "needs_count", 0)}


def test_the_worst_off_pair_is_better_and_the_total_no_higher():
    plain = cmmatch.match(programme(["most_matched", "total_score"]))
    fair = cmmatch.match(programme(["most_matched", "worst_off", "total_score"]))

    assert fair.summary["score_lowest"] > plain.summary["score_lowest"]
    assert values(fair)["total_score"] < values(plain)["total_score"]
    assert values(fair)["worst_off"] == round(fair.summary["score_lowest"] * 10**6)
    assert fair.result.proven


def test_a_required_pair_is_not_what_the_worst_off_are_measured_by():
    required = [("x", "c", "require", "", "")]
    result = cmmatch.match(programme(["most_matched", "worst_off", "total_score"], pairs=required))
    chosen = [
        view.score for view in result.pair_views if (view.mentee_id, view.mentor_id) != ("x", "c")
    ]

    assert result.summary["score_lowest"] < min(chosen)
    assert values(result)["worst_off"] == round(min(chosen) * 10**6)


def test_levels_of_scores_stand_in_the_figures_as_a_list(tmp_path):
    result = cmmatch.match(programme(["most_matched", "leximin", "total_score"]))
    result.write(tmp_path)
    for file in ("summary.json", "manifest.json"):
        told = json.loads((tmp_path / file).read_text(encoding="utf-8"))["objectives"][1]

        assert {"name": "leximin", "proven": True} == {k: told[k] for k in ("name", "proven")}
        assert told["value"] == told["bound"] == list(values(result)["leximin"])
    scores = [int(view.score * 100 + 1e-9) for view in result.pair_views]
    assert [-scores.count(k) for k in range(100)] == result.summary["objectives"][1]["value"]


def test_what_is_wanted_is_told_in_words():
    result = cmmatch.match(programme(["most_matched", "worst_off", "leximin", "total_score"]))

    assert (
        "Wanted: as many pairs as possible, then the lowest score as high as possible, then as few "
        "pairs as possible in each level of scores, from the lowest up, then the highest total "
        "score."
    ) == proof(result).splitlines()[0]


WISHES = [
    ("x", "c", "prefer", "1", "mentee"),
    ("y", "c", "prefer", "2", ""),
    ("y", "b", "prefer", "3", ""),
    # without a rank: the first choice
    ("z", "b", "prefer", "", "mentee"),
    # not the mentee's own
    ("z", "a", "prefer", "1", "mentor"),
    # named and not wanted
    ("x", "a", "prefer", "1", "mentee"),
    ("x", "a", "avoid", "", "mentee"),
]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rank_maximal", (2, 0, 0, 1)),
        ("greedy_maximum", (3, 2, 0, 0)),
        # without a wish, third, second
        ("generous_maximum", (3, -1, 0, 0)),
    ],
)
def test_ranks_are_the_wishes_of_mentees_in_person(name, value):
    result = cmmatch.match(programme([name, "total_score"], pairs=WISHES))

    assert value == values(result)[name]
    assert {("x", "c"), ("z", "b")} <= set(result.matching.pairs)


def test_of_two_ranks_of_a_pair_the_last_choice_counts():
    twice = [("x", "a", "prefer", "1", "mentee"), ("x", "a", "prefer", "4", "mentee")]
    result = cmmatch.match(
        programme(["greedy_maximum"], pairs=[*twice, ("y", "a", "prefer", "2", "")])
    )

    assert ("y", "a") in result.matching.pairs


def test_the_lowest_scores_that_the_settings_ask_for_are_lifted():
    half = {"order": ["most_matched", "bottom_share", "total_score"], "share": 0.5}
    result = cmmatch.match(programme([], config={"objectives": half}))
    scores = sorted(round(view.score * 10**6) for view in result.pair_views)

    assert sum(scores[:2]) == values(result)["bottom_share"]
    assert result.result.proven


def test_earlier_pairs_are_those_handed_in_as_previous():
    before = [("x", "b", "previous", "", ""), ("y", "b", "previous", "", "")]
    kept = cmmatch.match(programme(["most_matched", "fewest_changes"], pairs=before))

    assert 1 == values(kept)["fewest_changes"]
    assert len({("x", "b"), ("y", "b")} & set(kept.matching.pairs)) == 1


def grouped(column, department, demand):
    """Ten mentees who want the same, and as many mentors of whom half have it."""
    return Programme.from_frames(
        {"id": [f"m{k}" for k in range(10)], "skills": ["sql"] * 5 + ["go"] * 5},
        {
            "id": [f"e{k}" for k in range(10)],
            "skills_wanted": ["sql"] * 10,
            "department": department,
            "demand": demand,
        },
        config={"objectives": {"order": ["most_matched", "group_gap"], "group": column}},
    )


def test_groups_of_a_column_are_served_alike():
    # Spellings of a department are one; five of each share the five mentors who have the skill.
    people = grouped("department", ["Sales"] * 4 + ["sales "] + ["Works"] * 5, ["1"] * 10)
    result = cmmatch.match(people)
    good = [
        int(view.mentee_id[1:]) < 5 for view in result.pair_views if int(view.mentor_id[1:]) < 5
    ]

    assert {2, 3} == {sum(good), len(good) - sum(good)}
    assert result.result.proven


@pytest.mark.parametrize(
    ("column", "demand"),
    [
        # no column is named
        ("", ["1"] * 10),
        # whoever wants nobody is not counted
        ("department", ["1"] * 9 + ["0"]),
    ],
)
def test_two_groups_large_enough_are_needed(column, demand):
    with pytest.raises(InputFaults, match="objective-without-groups"):
        cmmatch.match(grouped(column, ["Sales"] * 5 + ["Works"] * 5, demand))


def test_a_column_that_mentees_do_not_have_is_a_fault():
    with pytest.raises(InputFaults, match="column-unknown"):
        grouped("departement", ["Sales"] * 5 + ["Works"] * 5, ["1"] * 10)


def test_ranks_that_nobody_has_given_are_a_fault():
    avoided = [("x", "a", "avoid", "", "mentee"), ("y", "a", "prefer", "1", "mentor")]

    with pytest.raises(InputFaults, match="objective-without-ranks"):
        cmmatch.match(programme(["rank_maximal"], pairs=avoided))
    assert cmmatch.match(programme(["most_matched"], pairs=avoided)).result.proven
