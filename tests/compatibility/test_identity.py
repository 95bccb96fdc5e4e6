"""Identity: counts for those who ask, with mentors who agree, and is seen by nobody else."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cmmatch
from cmmatch import Programme, Scorer
from cmmatch.compatibility.identity import Identity
from cmmatch.compatibility.presets import PRESETS
from cmmatch.errors import InputFaults
from cmmatch.programme.unprotected import unprotected
from cmmatch.synthesis import make_programme
from cmmatch.testing import check_component

COLUMNS = ("gender", "first_language")
CONFIG = {
    "identity": {"columns": list(COLUMNS)},
    "privacy": {"protected": ["gender"]},
    "scoring": {"preset": "belonging"},
}
NOT_KNOWN = "Not known: nothing is asked for, or answers are missing or may not be used."


def programme_of(mentees, mentors, **config):
    """Mentees as (gender, first language, request), mentors as (gender, first language, agrees).

    Most have years and goals, so that there is something else to be ranked by, and to be unknown.
    """
    sides = []
    for letter, people, last in (
        ("o", mentors, "consent_identity"),
        ("e", mentees, "wants_mentor_like_me"),
    ):
        sides.append(
            {
                "id": [f"{letter}{k}" for k in range(len(people))],
                "years_experience": [
                    "" if k % 3 == 1 else str(5 * k % 17) for k in range(len(people))
                ],
                "goals": [
                    ("lead", "lead; be heard", "", "sing")[k % 4] for k in range(len(people))
                ],
                **{
                    name: [person[k] for person in people]
                    for k, name in enumerate((*COLUMNS, last))
                },
            }
        )
    return Programme.from_frames(*sides, config={**CONFIG, **config})


def values_of(programme):
    return Identity(COLUMNS).prepare(programme).rows(np.arange(len(programme.mentees)))


GENDER, LANGUAGE = st.sampled_from(["", "f", " F", "m"]), st.sampled_from(["", "Welsh", "Polish"])
REQUEST = st.sampled_from(["", "gender", "First language", "gender; first_language"])
MENTEES = st.lists(st.tuples(GENDER, LANGUAGE, REQUEST), min_size=1, max_size=4)
MENTORS = st.lists(
    st.tuples(GENDER, LANGUAGE, st.sampled_from(["yes", "yes", "no", ""])), min_size=1, max_size=4
)


@given(MENTEES, MENTORS)
def test_it_is_the_share_of_the_request_that_is_met_where_all_of_it_is_known(mentees, mentors):
    found = values_of(programme_of(mentees, mentors))
    for i, (*mine, request) in enumerate(mentees):
        asked = [k for k, name in enumerate(("gender", "first")) if name in request.lower()]
        asked = [k for k in asked if mine[k]]
        for j, (*theirs, agrees) in enumerate(mentors):
            known = asked and agrees == "yes" and all(theirs[k] for k in asked)
            same = [mine[k].strip().lower() == theirs[k].strip().lower() for k in asked]
            expected = sum(same) / len(asked) if known else math.nan
            assert found[i, j] == pytest.approx(expected, nan_ok=True)


@given(MENTEES, MENTORS)
def test_it_keeps_its_contract(mentees, mentors):
    check_component(Identity(COLUMNS), programme_of(mentees, mentors))


@given(MENTEES, MENTORS)
def test_it_applies_exactly_where_some_pair_is_known(mentees, mentors):
    made = programme_of(mentees, mentors)

    assert Identity(COLUMNS).applies(made) == bool((~np.isnan(values_of(made))).any())


@given(MENTEES, MENTORS)
def test_what_others_ask_never_turns_the_order_of_who_does_not(mentees, mentors):
    """A millionth more or less is rounding; one mentor above another stays above."""
    silent = [(gender, language, "") for gender, language, _ in mentees]
    before, after = (
        Scorer.for_programme(made).prepare(made)
        for made in (programme_of(each, mentors) for each in (silent, mentees))
    )
    every = np.arange(len(mentors))
    for i, (_, _, request) in enumerate(mentees):
        if not request:
            row = np.full(len(mentors), i)
            one, other = before.pairs(row, every), after.pairs(row, every)
            above = one[:, None] > one + 1
            assert not (above & (other[:, None] < other)).any()


@given(MENTEES, MENTORS, st.data())
def test_a_request_matters_in_the_row_of_the_one_who_asks_alone(mentees, mentors, data):
    k = data.draw(st.integers(0, len(mentees) - 1))
    others = list(mentees)
    others[k] = (*mentees[k][:2], data.draw(REQUEST))
    one, other = (values_of(programme_of(each, mentors)) for each in (mentees, others))

    assert np.array_equal(np.delete(one, k, 0), np.delete(other, k, 0), equal_nan=True)


@given(MENTEES, MENTORS, st.data())
def test_leaving_out_an_answer_makes_a_value_unknown_or_leaves_it_as_it_is(mentees, mentors, data):
    j, column = data.draw(st.integers(0, len(mentors) - 1)), data.draw(st.integers(0, 1))
    blanked = list(mentors)
    blanked[j] = tuple("" if k == column else cell for k, cell in enumerate(mentors[j]))
    one, other = (values_of(programme_of(mentees, each))[:, j] for each in (mentors, blanked))
    known = ~np.isnan(other)

    assert (other[known] == one[known]).all()


def test_where_nobody_asks_every_score_and_word_is_as_without_the_columns():
    mentors = [("f", "Welsh", "yes"), ("m", "Polish", "yes"), ("f", "", "")]
    mentees = [("f", "Welsh", ""), ("m", "", "")]
    made = programme_of(mentees, mentors)
    bare = programme_of(mentees, mentors, identity={}, privacy={"protected": ["gender"]})
    one, other = cmmatch.match(made), cmmatch.match(bare)

    assert "identity" in one.scored.idle
    assert one.pairs.to_csv() == other.pairs.to_csv()
    assert [str(one.explain(each)) for each in ("e0", "e1")] == [
        str(other.explain(each)) for each in ("e0", "e1")
    ]


def test_the_preset_belonging_ranks_as_before_where_nobody_asks():
    """Its other weights are nine tenths of 10, 15, 35, 20, 10, 5, 5, whichever are in play."""
    shares = {
        "skills": 10, "goals": 15, "preferences": 35, "working_style": 20, "availability": 10,
        "learning_orientation": 5, "experience": 5, "personality": 0,
    }  # fmt: skip
    weights = dict(PRESETS["belonging"].weights)

    assert 10 == weights.pop("identity")
    assert {name: share / 100 for name, share in shares.items()} == {
        name: weight / 90 for name, weight in weights.items()
    }


def test_no_other_preset_has_a_weight_for_it():
    assert ["belonging"] == [name for name, each in PRESETS.items() if each.weights["identity"]]
    assert {100.0} == {sum(each.weights.values()) for each in PRESETS.values()}


@pytest.mark.parametrize("preset", sorted(set(PRESETS) - {"belonging"}))
def test_a_weight_in_the_settings_turns_it_on_in_any_preset(preset):
    people = [("f", "", "gender")], [("f", "", "yes")]
    plain, weighted = (
        programme_of(*people, scoring={"preset": preset}, weights=weights)
        for weights in ({}, {"identity": 4})
    )

    assert "identity" in Scorer.for_programme(plain).prepare(plain).idle
    assert "identity" in Scorer.for_programme(weighted).prepare(weighted).names


@pytest.mark.parametrize(
    ("mentee", "mentor", "said"),
    [
        (("f", "Welsh", "gender"), ("F", "Polish", "yes"), "met"),
        (("f", "Welsh", "gender"), ("m", "Welsh", "yes"), "not met"),
        (("f", "Welsh", "gender; first_language"), ("m", "welsh", "yes"), "met in part"),
        (("f", "", "gender; first_language"), ("f", "", "yes"), "met"),
    ],
)
def test_the_sentence_tells_how_far_and_not_what(mentee, mentor, said):
    roles = {"roles": {"mentor": "coach", "mentee": "coachee"}}
    made = programme_of([mentee], [mentor], programme=roles)

    assert f"The coachee's own request about the coach is {said}." == (
        Identity(COLUMNS).prepare(made).reason(0, 0)
    )


@pytest.mark.parametrize(
    ("mentee", "mentor"),
    [
        (("f", "Welsh", ""), ("f", "Welsh", "yes")),
        (("", "Welsh", "gender"), ("f", "Welsh", "yes")),
        (("f", "Welsh", "gender"), ("", "Welsh", "yes")),
        (("f", "Welsh", "gender"), ("f", "Welsh", "no")),
        (("f", "Welsh", "gender"), ("f", "Welsh", "")),
        (("f", "Welsh", "gender; first_language"), ("f", "", "yes")),
    ],
)
def test_who_is_silent_or_does_not_agree_is_not_told(mentee, mentor):
    made = programme_of([mentee], [mentor])

    assert NOT_KNOWN == Identity(COLUMNS).prepare(made).reason(0, 0)
    assert np.isnan(values_of(made)).all()


class TestWalls:
    """Nothing but this one class may see who asks, who agrees, and what is protected."""

    @pytest.fixture
    def asking(self):
        return programme_of([("f", "", "gender")], [("f", "", "yes"), ("m", "", "yes")])

    def test_it_reads_what_no_other_may_see(self, asking):
        scored = Scorer.for_programme(asking).prepare(asking)

        assert [1.0, 0.0] == scored.values(np.array([0, 0]), np.array([0, 1]))[
            :, scored.names.index("identity")
        ].tolist()

    def test_others_see_neither_the_column_nor_the_requests_nor_the_agreements(self, asking):
        seen = unprotected(asking)

        assert "gender" not in {*seen.mentees.extra, *seen.mentors.extra}
        assert 0 == len(seen.mentees.wants_mentor_like_me.term)
        assert not seen.mentors.consent_identity.any()
        assert asking.mentors.consent_identity.all()

    def test_requests_are_hidden_where_nothing_is_protected_too(self):
        made = programme_of([("f", "", "gender")], [("f", "", "yes")], privacy={})

        assert 0 == len(unprotected(made).mentees.wants_mentor_like_me.term)

    def test_a_relative_of_it_is_refused_as_any_component_of_ones_own(self, asking):
        class Nosy(Identity):
            weight = 1.0

        with pytest.raises(InputFaults, match="'nosy' reads it"):
            cmmatch.match(asking, components=[Nosy(("gender",), name="nosy")])

    def test_what_is_kept_of_the_people_is_numbers(self, asking):
        prepared = Identity(COLUMNS).prepare(asking)

        assert {"mentee", "mentor", "mentee_role", "mentor_role"} == set(vars(prepared))
        assert [[0, -1]] == prepared.mentee.tolist()

    def test_an_answer_that_nobody_asked_for_has_no_number(self, asking):
        """A column that is offered and not asked for is not even read."""
        silent = replace(asking.mentees, wants_mentor_like_me=unprotected(asking).mentees
                         .wants_mentor_like_me)  # fmt: skip

        assert [[-1, -1]] == Identity(COLUMNS).prepare(
            asking.replace(mentees=silent)
        ).mentee.tolist()


def test_blanks_are_a_full_answer_that_check_does_not_ask_for_again():
    from cmmatch.compatibility.answers import answers_of

    made = programme_of([("f", "", "gender"), ("", "", "")], [("f", "", "yes"), ("m", "", "")])
    scored = Scorer.for_programme(made).prepare(made)

    assert "identity" in scored.names
    assert "identity" not in answers_of(scored)


def company(seed, *, asking):
    """A made-up company in which every other mentee asks, or nobody, and most mentors agree."""
    made = make_programme(mentees=40, mentors=15, seed=seed, blanks=0.3)
    mentors, mentees = dict(made.mentors), dict(made.mentees)
    genders = [["f", "m", ""][(k * k + seed) % 3] for k in range(40)]
    mentors |= {"gender": genders[:15], "consent_identity": ["yes", "yes", ""] * 5}
    mentees |= {"gender": genders[::-1]}
    mentees["wants_mentor_like_me"] = ["gender", ""] * 20 if asking else [""] * 40
    config = {
        **made.config,
        **CONFIG,
        "identity": {"columns": ["gender"]},
    }
    return Programme.from_frames(mentors, mentees, pairs=made.pairs, config=config)


@pytest.mark.parametrize("seed", range(6))
def test_what_an_unknown_answer_counts_as_elsewhere_does_not_depend_on_who_asks(seed):
    """So a request turns nobody else's order through the fitted values either."""
    silent, asking = (
        Scorer.for_programme(made).prepare(made)
        for made in (company(seed, asking=False), company(seed, asking=True))
    )
    every = np.arange(15)

    assert ("identity",) == asking.names[len(silent.names) :]
    assert silent.neutral.tolist() == asking.neutral[:-1].tolist()
    for quiet in range(1, 40, 2):
        row = np.full(15, quiet)
        one, other = silent.pairs(row, every), asking.pairs(row, every)
        assert not ((one[:, None] > one + 1) & (other[:, None] < other)).any()


def test_a_pair_that_is_hardly_known_never_says_to_ask_for_a_request():
    """The mentee without a request has goals and years to be asked about, or nothing at all."""
    people = [("f", "", ""), ("f", "", "gender")], [("f", "", "yes"), ("", "", "")]
    told = {}
    for weight in (30, 1000):
        result = cmmatch.match(programme_of(*people, weights={"identity": weight}))
        assert "identity" in result.scored.names
        assert result.pairs.identity.isna().any()
        told[weight] = set(result.pairs.provisional)

    assert not [text for texts in told.values() for text in texts if "identity" in text]
    assert any(text.startswith("ask about ") for texts in told.values() for text in texts)
