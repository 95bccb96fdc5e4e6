"""Goals: categories and statements, each where known; sentences that claim nothing else."""

import importlib.util
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmmatch import Programme, Scorer
from cmmatch.compatibility.goals import Goals
from cmmatch.compatibility.texts import telling_words
from cmmatch.errors import ModelError
from cmmatch.testing import check_component

SAYS = "leading a small team of engineers"
CATEGORIES, STATEMENTS = Goals(category_share=1.0), Goals(category_share=0.0)


def programme_of(mentee, mentor, **config):
    return Programme.from_frames({"id": ["o"], **mentor}, {"id": ["e"], **mentee}, config=config)


def one(mentee, mentor, component=Goals(), **config):  # noqa: B008 - frozen settings
    """The value of one pair, and the sentence about it; (categories, statement) a person."""
    sides = [{"goals": [goals], "statement": [statement]} for goals, statement in (mentee, mentor)]
    prepared = component.prepare(programme_of(*sides, **config))
    return float(prepared.rows(np.array([0]))[0, 0]), prepared.reason(0, 0)


@pytest.mark.parametrize("count", range(1, 41))
def test_sharing_every_category_is_exactly_one(count):
    goals = "; ".join(f"goal {k}" for k in range(count))

    assert 1.0 == one((goals, ""), (goals, ""), CATEGORIES)[0]


@pytest.mark.parametrize("said", [SAYS, "Führungskräfte entwickeln und Teams leiten"])
def test_two_statements_in_the_same_words_are_exactly_one(said):
    assert 1.0 == one(("", said), ("", f"  {said.upper()} "), STATEMENTS)[0]


@pytest.mark.parametrize(
    ("mentee", "mentor", "worth"),
    [
        (("a; b", ""), ("a; b", ""), 0.6 + 0.4 * 0.5),
        (("a; b", ""), ("a", ""), 0.6 * 0.5 + 0.4 * 0.5),
        (("a; b", ""), ("c", ""), 0.4 * 0.5),
        (("", SAYS), ("", SAYS), 0.6 * 0.5 + 0.4),
        (("", "zebra jumps"), ("", "quick fox"), 0.6 * 0.5),  # not one run of letters in common
    ],
)
def test_a_part_that_nobody_answers_counts_a_half_and_the_other_keeps_its_share(
    mentee, mentor, worth
):
    assert worth == pytest.approx(one(mentee, mentor)[0])


def test_the_first_statements_of_a_programme_leave_the_say_of_the_categories_as_it_is():
    """Two mentors without a statement are as far apart as before others wrote theirs."""
    mentors = {"id": ["o", "p", "q"], "goals": ["a", "b", "b"]}
    mentees = {"id": ["e", "f"], "goals": ["a", "b"]}
    written = Programme.from_frames(
        {**mentors, "statement": ["", "", SAYS]}, {**mentees, "statement": ["", SAYS]}
    )
    apart = [
        float(row[0] - row[1])
        for row in (
            Goals().prepare(each).rows(np.array([0]))[0]
            for each in (Programme.from_frames(mentors, mentees), written)
        )
    ]

    assert [0.6, 0.6] == pytest.approx(apart)


def test_naming_what_the_mentee_does_not_name_changes_nothing():
    few, _ = one(("a; b", ""), ("a", ""), CATEGORIES)
    many, _ = one(("a; b", ""), ("a; c; d; e; f", ""), CATEGORIES)

    assert 0.5 == few == many


@pytest.mark.parametrize(("share", "worth"), [(1.0, 0.5), (0.0, 1.0), (0.25, 0.875)])
def test_the_share_of_the_categories_can_be_set(share, worth):
    found, _ = one(("a; b", SAYS), ("a", SAYS), Goals(category_share=share))

    assert worth == pytest.approx(found)


@pytest.mark.parametrize("share", [-0.1, 1.5, math.nan])
def test_a_share_outside_of_its_range_is_refused(share):
    with pytest.raises(ModelError, match="'category_share' must be from 0 to 1; given"):
        Goals(category_share=share)


@pytest.mark.parametrize(
    ("mentee", "mentor", "said"),
    [
        (("", ""), ("a", ""), "Not known: the coachee names no goal."),
        (("a", ""), ("", ""), "Not known: the coach names no goal."),
        (("", ""), ("", ""), "Not known: the coachee names no goal, nor does the coach."),
        # who wrote something is not told to have named nothing
        (("", "n/a"), ("", SAYS), "Not known: the coachee does not write enough to compare."),
        (
            ("", "5"),
            ("", "n/a"),
            "Not known: the coachee does not write enough to compare, nor does the coach.",
        ),
        (
            ("", ""),
            ("", "5"),
            "Not known: the coachee names no goal and the coach does not write enough to compare.",
        ),
        (("a", ""), ("", SAYS), "Not known: the two do not answer the same question about goals."),
    ],
)
def test_what_is_not_known_is_said_truly(mentee, mentor, said):
    roles = {"mentor": "coach", "mentee": "coachee"}
    value, found = one(mentee, mentor, programme={"roles": roles})

    assert math.isnan(value)
    assert said == found


def test_at_most_three_shared_words_are_named_the_rarest_first():
    mentees = {"id": ["e", "f"], "statement": [f"{SAYS} abroad", "leading engineers"]}
    mentors = {"id": ["o"], "statement": [f"{SAYS} at home"]}
    prepared = Goals().prepare(Programme.from_frames(mentors, mentees))

    assert "Both statements speak of small, team, engineers." == prepared.reason(0, 0)


def in_words(value):
    return "little or nothing" if value < 0.2 else "something" if value < 0.5 else "much"


NO_WORD = "No telling word of three letters or more was found in both statements; compared by "


@pytest.mark.parametrize(
    ("mine", "theirs", "least"),
    [
        ("leading teams", "to lead a team", 0.2),  # most of the letters in common
        (
            "mentoring on UX and AI: design",
            "UX, AI mentor wanted",
            0.2,
        ),  # words of two letters, too
        ("cooking soups", "painting walls", 0.01),  # an ending
        ("красить стены", "painting walls", 0.0),  # nothing
    ],
)
def test_statements_without_a_word_in_common_are_said_to_be_as_alike_as_they_count(
    mine, theirs, least
):
    value, said = one(("", mine), ("", theirs), STATEMENTS)

    assert value == 0 if least == 0 else value > least
    assert said == f"{NO_WORD}their letters they have {in_words(value)} in common."


def test_the_goals_that_are_not_shared_are_named():
    assert one(("b; a", ""), ("c", ""))[1] == "Shares none of the goals a, b."


@pytest.mark.parametrize(
    ("mentee", "mentor", "applies"),
    [
        ({"goals": ["a"]}, {"goals": ["b"]}, True),
        ({"statement": [SAYS]}, {"statement": ["painting houses"]}, True),
        ({"goals": ["a"]}, {"statement": [SAYS]}, False),  # not the same question
        ({"statement": [SAYS]}, {"statement": ["n/a"]}, False),  # no answer on one side
        ({"goals": ["a"]}, {"goals": [""]}, False),
    ],
)
def test_it_applies_where_both_sides_answer_the_same_question(mentee, mentor, applies):
    assert applies == Goals().applies(programme_of(mentee, mentor))


def achieved(mentors, mentee="a; b", **goals):
    """Categories of one mentee against mentors given as (offered, achieved)."""
    offered, done = zip(*mentors, strict=True)
    columns = {"goals": list(offered), "goals_achieved": list(done)}
    ids = [f"o{k}" for k in range(len(mentors))]
    programme = Programme.from_frames(
        {"id": ids, **columns}, {"id": ["e"], "goals": [mentee]}, config={"goals": goals}
    )
    component = replace(CATEGORIES, offered=programme.config.goals.offered)
    prepared = component.prepare(programme)
    return prepared.rows(np.array([0]))[0].tolist(), prepared


def test_a_goal_that_the_mentor_has_reached_counts_more_than_one_that_he_offers():
    values, _ = achieved([("a; b", "a; b"), ("a; b", "a"), ("a; b", "c"), ("c", "c")])

    assert [1.0, (1 + 0.75) / 2, 0.75, 0.0] == values


def test_a_goal_reached_counts_whether_or_not_it_is_offered_too():
    values, _ = achieved([("", "a; b"), ("a; b", "a; b")])

    assert [1.0, 1.0] == values


def test_a_mentor_who_does_not_say_what_he_reached_counts_as_the_others_do_on_average():
    """Others have reached one of the two goals that they name: half of the quarter is added."""
    values, _ = achieved([("a; b", "a"), ("a; b", "")])

    assert (1 + 0.75) / 2 == values[1] == values[0]


def test_where_no_mentor_says_what_he_reached_an_offered_goal_counts_in_full():
    assert [1.0, 0.5] == achieved([("a; b", ""), ("a", "")])[0]


def test_the_worth_of_an_offered_goal_can_be_set():
    assert [0.25, 1.0] == achieved([("a; b", "c"), ("", "a; b")], offered=0.25)[0]


def test_reaching_what_the_mentee_does_not_name_changes_nothing():
    few, _ = achieved([("a; b", "a")])
    many, _ = achieved([("a; b; d", "a; c; d; e; f")])

    assert few == many


@pytest.mark.parametrize(
    ("offered", "done", "said"),
    [
        ("a; b", "b", "Shares both goals: a, b. The mentor says they have reached b."),
        ("a", "z", "Shares 1 of 2 goals: a. The mentor says they have reached none of them."),
        ("a", "", "Shares 1 of 2 goals: a."),
        ("c", "z", "Shares none of the goals a, b."),
    ],
)
def test_what_the_mentor_says_to_have_reached_is_told(offered, done, said):
    assert said == achieved([(offered, done)])[1].reason(0, 0)


GOALS_ = st.lists(st.sampled_from("abcdef"), unique=True)


@settings(max_examples=60)
@given(GOALS_, GOALS_, GOALS_, st.sampled_from("abcdef"))
def test_one_more_goal_of_the_mentor_adds_at_most_its_share(wanted, offered, done, more):
    if not (wanted and done):
        return
    before, after = (
        achieved([("; ".join(each), "; ".join(done)), ("", "a")], "; ".join(wanted))[0][0]
        for each in (offered, [*offered, more])
    )

    assert before - 1e-12 <= after <= before + (more in wanted) / len(wanted) + 1e-12


def test_who_writes_no_statement_does_not_gain_by_it():
    """Statements of agreeing people are little alike; leaving it out is worth the usual value."""
    mentors = {
        "id": ["o", "p", "q"],
        "goals": ["a", "a", "a"],
        "statement": ["leading small teams", "painting houses", ""],
    }
    mentees = {"id": ["e"], "goals": ["a"], "statement": ["leading teams of engineers"]}
    prepared = Goals().prepare(Programme.from_frames(mentors, mentees))
    near, other, blank = prepared.rows(np.array([0]))[0]

    assert min(near, other) < blank < max(near, other)
    assert (near + other) / 2 == pytest.approx(blank, abs=0.001)


# Encoders.


def by_letters(texts):
    """A toy encoder: how often each letter occurs."""
    return [[text.casefold().count(letter) for letter in "abcdefghilmnoprst"] for text in texts]


def by_length(texts):
    """Another: all texts of one length are the same, whatever they say."""
    return [[float(len(text)), 20.0] for text in texts]


SAID = ["leading small teams", "to paint houses", "painting a house", "a bit", "", "teams of ten"]


@st.composite
def spoken(draw):
    sides = []
    for letter in "oe":
        said = draw(st.lists(st.sampled_from(SAID), min_size=1, max_size=6))
        goals = draw(st.lists(st.sampled_from(["a", "", "a; b"]), min_size=6, max_size=6))
        ids = [f"{letter}{k}" for k in range(len(said))]
        sides.append({"id": ids, "statement": said, "goals": goals[: len(said)]})
    return Programme.from_frames(*sides)


@settings(max_examples=25)
@given(spoken())
def test_any_callable_keeps_the_contract_of_a_component(programme):
    check_component(Goals(by_letters), programme)


def test_a_callable_gets_each_statement_once_in_sorted_order():
    asked = []

    def encoder(texts):
        asked.append(texts)
        return by_letters(texts)

    mentors = {"id": ["o", "p"], "statement": ["paint houses", "lead  teams"]}
    mentees = {"id": ["e", "f"], "statement": ["paint houses", "hm"]}
    component = Goals(encoder, category_share=0.0)
    prepared = component.prepare(Programme.from_frames(mentors, mentees))

    assert [["lead teams", "paint houses"]] == asked
    assert 1.0 == pytest.approx(prepared.rows(np.array([0]))[0, 0], abs=2e-6)


@pytest.mark.parametrize(
    ("encoder", "problem"),
    [
        (lambda texts: by_letters(texts)[1:], "one row a text; given 1 rows for 2 texts"),
        (lambda texts: [math.nan] * len(texts), "one row a text, all of one length"),
        (lambda texts: [[1.0], [1.0, 2.0]], "one row a text, all of one length"),
        (lambda texts: "vectors", "given str of shape"),
        (lambda texts: [[1.0, math.inf]] * len(texts), "finite numbers; 2 of 2 rows hold others"),
        (lambda texts: np.zeros((2, 0)), "all of one length"),
    ],
)
def test_what_an_encoder_returns_is_checked(encoder, problem):
    programme = programme_of({"statement": [SAYS]}, {"statement": ["painting houses"]})

    with pytest.raises(ModelError, match=problem):
        Goals(encoder).prepare(programme)


def test_an_unknown_encoder_is_refused():
    with pytest.raises(ModelError, match="'tfidf', 'minilm' or a callable; given 'bert'"):
        Goals("bert")


def test_cosines_below_zero_count_as_nothing_and_vectors_of_zeros_too():
    opposite = {SAYS: [1.0, 0.0], "painting houses": [-1.0, 0.2], "writing novels": [0.0, 0.0]}
    mentors = {"id": ["o", "p"], "statement": ["painting houses", "writing novels"]}
    programme = Programme.from_frames(mentors, {"id": ["e"], "statement": [SAYS]})
    component = Goals(lambda texts: [opposite[text] for text in texts], category_share=0.0)
    prepared = component.prepare(programme)

    assert [0.0, 0.0] == prepared.rows(np.array([0]))[0].tolist()
    assert f"{NO_WORD}an encoder they have little or nothing in common." == prepared.reason(0, 0)


@pytest.mark.parametrize(
    ("cosine", "words"),
    [
        (0.0, "little or nothing"), (0.19, "little or nothing"), (0.21, "something"),
        (0.49, "something"), (0.51, "much"), (1.0, "much"),
    ],
)  # fmt: skip
def test_how_much_two_statements_have_in_common_is_said_in_words_and_no_figure(cosine, words):
    """A figure would stand beside the value of the pair, which is another one."""
    vectors = {SAYS: [1.0, 0.0], "painting houses": [cosine, math.sqrt(1 - cosine**2)]}
    programme = programme_of({"statement": ["painting houses"]}, {"statement": [SAYS]})
    prepared = Goals(lambda texts: [vectors[text] for text in texts]).prepare(programme)

    assert f"{NO_WORD}an encoder they have {words} in common." == prepared.reason(0, 0)


@settings(max_examples=25)
@given(spoken(), st.sampled_from(["tfidf", by_letters, by_length]))
def test_how_alike_two_statements_are_said_to_be_is_what_they_count(programme, encoder):
    """Under every encoder; with no weight on categories the value is that of the statements."""
    prepared = Goals(encoder, category_share=0.0).prepare(programme)
    _, parts = prepared.parts(np.arange(len(programme.mentees)))
    for mentee, mentor in np.argwhere(~np.isnan(parts)):
        said = prepared.reason(mentee, mentor)
        shares = "Both statements speak of " in said
        words = [
            set(telling_words(people.statement[k]))
            for people, k in ((programme.mentees, mentee), (programme.mentors, mentor))
        ]

        assert bool(words[0] & words[1]) == shares
        assert shares or said.endswith(f" they have {in_words(parts[mentee, mentor])} in common.")


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ROOT = Path(__file__).parents[2]
tiny_encoder = load(Path(__file__).with_name("tiny_encoder.py"))


def test_minilm_of_the_settings_is_read_from_the_folder_named_and_kept_outside(tmp_path):
    home = tmp_path / "programme"
    home.mkdir()
    tiny_encoder.write_encoder(tmp_path / "weights", tiny_encoder.random_weights())
    (home / "mentors.csv").write_text("id,statement\no,leading teams\np,a paint leader\n")
    (home / "mentees.csv").write_text("id,statement\ne,lead some teams\n")
    toml = '[goals]\nencoder = "minilm"\nweights = "../weights"\ncache = "../kept"\n'
    (home / "programme.toml").write_text(toml)
    programme = Programme.from_files(home)
    scorer = Scorer.for_programme(programme)
    first = scorer.prepare(programme).values(np.array([0, 0]), np.array([0, 1]))
    kept = list((tmp_path / "kept").iterdir())
    again = scorer.prepare(programme).values(np.array([0, 0]), np.array([0, 1]))
    moved = Programme.from_files(home).replace(config=programme.config)

    assert 1 == len(kept)
    assert np.array_equal(first, again)
    assert "model.safetensors" in {each.name for each in programme.inputs}
    assert moved.fingerprint == programme.fingerprint
    (minilm,) = [each for each in scorer.components if each.name == "goals"]
    check_component(minilm, programme)


def test_where_the_weights_lie_does_not_change_the_fingerprint_but_the_encoder_does():
    programme = programme_of({"goals": ["a"]}, {"goals": ["a"]})
    goals = programme.config.goals

    def with_goals(**changes):
        config = programme.config.model_copy(update={"goals": goals.model_copy(update=changes)})
        return replace(programme, config=config).fingerprint

    assert with_goals(weights="x", cache="y") == programme.fingerprint
    assert with_goals(encoder="minilm") != programme.fingerprint


bench = load(ROOT / "benchmarks" / "encoders.py")


def test_the_paraphrases_are_many_and_those_apart_share_no_telling_word():
    goals, offers = bench.read_pairs("apart")

    assert 45 == len(goals) == len(set(goals)) == len(set(offers))
    assert 0 == bench.telling_shares(goals, offers)
    assert 0.7 == bench.telling_shares(*bench.read_pairs("near"))


@pytest.mark.parametrize(("group", "least"), [("all", 0.25), ("near", 0.9)])
def test_tfidf_ranks_the_right_mentor_far_above_chance(group, least):
    goals, offers = bench.read_pairs(group)
    found = bench.ranked(bench.tfidf_cosines(goals, offers))

    assert found["mrr"] > least > 3 * bench.chance(len(goals))["mrr"]


def test_tfidf_is_no_better_than_chance_where_no_word_is_shared():
    """The figure that the documentation gives; a reason to ask for categories."""
    goals, offers = bench.read_pairs("apart")
    found = bench.ranked(bench.tfidf_cosines(goals, offers))

    assert bench.chance(len(goals))["mrr"] == pytest.approx(found["mrr"], abs=0.03)


def test_ranks_are_the_worst_among_equals_and_chance_is_the_mean_over_all_ranks():
    cosines = np.array([[0.9, 0.1], [0.5, 0.5]])

    assert {"hit_at_1": 0.5, "mrr": 0.75} == bench.ranked(cosines)
    assert {"hit_at_1": 0.5, "mrr": 0.75} == bench.chance(2)
