"""Fairness and stability of a result, by the columns of its people."""

import numpy as np
import pytest

import cmmatch
from cmmatch.errors import InputFaults


@pytest.fixture(scope="module")
def result():
    """24 mentees of three sites, one of them small; 8 mentors; gender is protected."""
    n, m = 24, 8
    rng = np.random.default_rng(2)
    mentees = {
        "id": [f"e{k:02}" for k in range(n)],
        "skills_wanted": rng.choice(["sql", "tax", "law"], n).tolist(),
        "Gender": ["f", "m"] * (n // 2),
        "site": ["north"] * 12 + ["south"] * 10 + ["isle"] * 2,
        "place": ["Oslo"] * n,
        "neuroticism": ["1"] * n,
    }
    mentors = {
        "id": [f"o{k}" for k in range(m)],
        "skills": rng.choice(["sql:5", "tax:3", "law:4"], m).tolist(),
        "capacity": [2] * m,
        "years_experience": [20] * m,
    }
    config = {
        "privacy": {"protected": ["gender"]},
        "columns": {"mentees": {"location": "place"}},
        "programme": {"roles": {"mentor": "coach", "mentee": "coachee"}},
    }
    return cmmatch.match(cmmatch.Programme.from_frames(mentors, mentees, config=config))


def test_figures_are_those_of_the_pairs(result):
    found = result.fairness()
    scores = {view.mentee_id: view.score for view in result.pair_views}
    ranks = {view.mentee_id: view.rank for view in result.pair_views}

    assert pytest.approx(sum(scores.values()) / len(scores)) == found.mentees.distribution.mean
    assert pytest.approx(sum(ranks.values()) / len(ranks)) == found.mentees.distribution.mean_rank
    assert (16, 16) == (found.load.used, found.load.places)
    assert found.by_mentees is found.by_mentors is None
    assert "coachees" in str(found)


def test_a_protected_column_may_be_audited_on_the_side_that_has_it(result):
    found = result.fairness("Gender")

    assert {"f", "m"} == {each.label for each in found.by_mentees.shown}
    assert found.by_mentors is None
    assert 16 == sum(each.matched for each in found.by_mentees.shown)


def test_a_small_site_is_hidden_with_the_next_one(result):
    found = result.fairness("site")

    assert ("isle", "south") == found.by_mentees.hidden
    assert ["north"] == [each.label for each in found.by_mentees.shown]
    assert 3 == len(result.fairness("site", minimum=1).by_mentees.shown)


def test_a_renamed_column_goes_by_its_heading_too(result):
    for name in ("place", "location"):
        assert ["Oslo"] == [each.label for each in result.fairness(name).by_mentees.shown]


def test_a_misspelt_column_is_refused_with_the_near_one(result):
    with pytest.raises(InputFaults, match="Did you mean 'Gender'"):
        result.fairness("gendre")


@pytest.mark.parametrize("column", ["neuroticism", "Neuroticism "])
def test_answers_on_personality_make_no_groups(result, column):
    with pytest.raises(InputFaults, match="personality-column"):
        result.fairness(column)


def test_numbers_are_no_groups(result):
    with pytest.raises(InputFaults, match="column-unknown"):
        result.fairness("years_experience")


def test_stability_speaks_in_the_words_of_the_programme(result):
    found = result.stability

    assert found.envy.matched == 16
    assert "matched coachees" in " ".join(str(found).split())
