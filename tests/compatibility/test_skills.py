"""Skills: the value of a pair is that of the formula; naming and asking more wins nothing."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmmatch import Programme
from cmmatch.compatibility.skills import Skills
from cmmatch.programme.people import Terms
from cmmatch.programme.skill_aliases import SkillAliases
from cmmatch.programme.taxonomy import BROADER, NARROWER, SIBLING, Taxonomy
from cmmatch.programme.taxonomy_files import Statements
from cmmatch.programme.vocabulary import Vocabulary
from cmmatch.testing import check_component

LABELS = ("C", "C++", "C#", "R", "Go", "public speaking")
LEVELS = st.sampled_from(["", ":1", ":2", ":3", ":4", ":5"])
OFFER = st.dictionaries(st.sampled_from(LABELS), LEVELS)
WISH = st.dictionaries(st.sampled_from(LABELS), st.tuples(LEVELS, st.sampled_from(["", "!"])))


def programme_of(wanted, held, offered, **config):
    mentees = {"id": [f"e{k}" for k in range(len(wanted))], "skills_wanted": wanted, "skills": held}
    mentors = {"id": [f"o{k}" for k in range(len(offered))], "skills": offered}
    return Programme.from_frames(mentors, mentees, config=config)


def one(wanted, held, offered, **config):
    """The value of one pair, and the sentence about it."""
    prepared = Skills().prepare(programme_of([wanted], [held], [offered], **config))
    return float(prepared.rows(np.array([0]))[0, 0]), prepared.reason(0, 0)


def cell(entries):
    return "; ".join(f"{label}{''.join(marks)}" for label, marks in entries.items())


def number(level):
    return int(level[1:]) if level else None


def chances(offers):
    """How likely each level is where it is left out, from all levels that are given."""
    told = [number(level) for each in offers for level in each.values() if level]
    return {level: (told.count(level) + 1) / (len(told) + 5) for level in range(1, 6)}


def earned_at(level, target, own):
    if target is None or level >= target:
        return 1.0
    return level / target if level > own else 0.0


def by_the_formula(wish, held, offer, offers):
    """The value of one pair as the docstring has it, with nothing shared with the code."""
    if not wish or not offer:
        return math.nan
    earned = total = 0.0
    for label, (level, must) in wish.items():
        count, m = sum(label in each for each in offers), len(offers)
        weight = (2 if must else 1) * (number(level) or 3) / 3
        weight *= 1 + math.log((m + 1) / (count + 1)) / math.log(m + 1)
        own, wanted = number(held.get(label, "")), number(level)
        targets = [t for t in (wanted, own and own + 1) if t]
        target = min(max(targets), 5) if targets else None
        theirs = number(offer.get(label, ""))
        likely = {theirs: 1} if theirs else chances(offers)
        credit = sum(p * earned_at(at, target, own or 0) for at, p in likely.items())
        credit *= label in offer
        earned, total = earned + weight * credit, total + weight
    return earned / total


@given(WISH, OFFER, st.lists(OFFER, min_size=1, max_size=4))
def test_every_value_is_that_of_the_formula(wish, held, offers):
    made = programme_of([cell(wish)], [cell(held)], [cell(each) for each in offers])
    found = Skills().prepare(made).rows(np.array([0]))[0]
    expected = [by_the_formula(wish, held, each, offers) for each in offers]

    assert expected == pytest.approx(found.tolist(), abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("wanted", ["go", "go:5"])
@pytest.mark.parametrize("offered", [1, 2, 3, 4])
def test_nobody_below_a_mentee_at_the_top_teaches_them(wanted, offered):
    assert (0.0, "Can teach nothing of what is wanted: go.") == one(wanted, "go:5", f"go:{offered}")


def test_somebody_at_the_top_can_teach_a_mentee_at_the_top():
    assert (1.0, "Can teach the skill wanted: go (level 5).") == one("go:5", "go:5", "go:5")


def test_what_nobody_teaches_weighs_twice_what_everybody_teaches():
    made = programme_of(["sql; juggling"], [""], ["sql", "sql", "sql; go"])

    assert [1 / 3] * 3 == pytest.approx(Skills().prepare(made).rows(np.array([0]))[0].tolist())


@given(st.sets(st.sampled_from(LABELS), min_size=1), OFFER)
def test_a_specialist_in_all_that_is_wanted_is_not_beaten_by_whoever_ticks_everything(wanted, held):
    made = programme_of(
        ["; ".join(sorted(wanted))],
        [cell(held)],
        ["; ".join(f"{label}:5" for label in sorted(each)) for each in (wanted, LABELS)],
    )
    specialist, everything = Skills().prepare(made).rows(np.array([0]))[0]

    assert 1.0 == specialist == everything


def test_one_skill_in_two_spellings_of_one_person_is_one_skill():
    made = programme_of(["sql:3; go"], [""], ["sql:3", "sql; go"])
    twice = Terms.from_lists(
        [
            [("SQL", math.nan, False), ("sql", 3.0, False)],
            [("sql", math.nan, False), ("go", math.nan, False)],
        ]
    )
    spelt = made.replace(mentors=replace(made.mentors, skills=twice))
    values = [Skills().prepare(each).rows(np.array([0])) for each in (made, spelt)]

    assert np.array_equal(*values)


@pytest.mark.parametrize(
    ("wanted", "offered", "said"),
    [
        ("", "go", "Not known: the coachee names no skill that is wanted."),
        ("go", "", "Not known: the coach names no skill."),
        (
            "",
            "",
            "Not known: the coachee names no skill that is wanted and the coach names no skill.",
        ),
    ],
)
def test_a_blank_is_said_in_the_words_of_the_programme(wanted, offered, said):
    roles = {"mentor": "coach", "mentee": "coachee"}
    value, found = one(wanted, "", offered, programme={"roles": roles})

    assert math.isnan(value)
    assert said == found


def test_the_sentence_begins_with_what_weighs_most():
    _, said = one("sql; go!; rust:5", "", "rust:5; sql; go")

    assert said == "Can teach all 3 skills wanted: go, rust (level 5), sql."


def test_the_sentence_says_when_nothing_is_taught():
    assert one("sql; go", "", "rust")[1] == "Can teach none of the 2 skills wanted: go, sql."


@pytest.mark.parametrize(
    ("wanted", "offered", "applies"),
    [("go", "sql", True), ("", "sql", False), ("go", "", False)],
)
def test_it_applies_where_both_sides_name_something(wanted, offered, applies):
    assert applies == Skills().applies(programme_of([wanted], ["go"], [offered]))


WORDS = Vocabulary.of(
    SkillAliases({"cpp": "c++", "golang": "go"}),
    Taxonomy(
        Statements(
            broader=(("c++", "programming"), ("go", "programming"), ("c", "programming")),
            credit=(("public speaking", "go", 0.9),),
        )
    ),
)
MANY = (*LABELS, "cpp", "golang", "programming")
OFFERS = st.dictionaries(st.sampled_from(MANY), LEVELS)
WISHES = st.dictionaries(
    st.sampled_from(MANY), st.tuples(LEVELS, st.sampled_from(["", "!"])), min_size=1
)


def values_of(wish, held, offers, words=WORDS):
    made = programme_of([cell(wish)], [cell(held)], [cell(each) for each in offers])
    return Skills().prepare(made.replace(vocabulary=words)).rows(np.array([0]))[0].tolist()


def key(label):
    return WORDS.skill(label)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(WISHES, OFFERS), min_size=1, max_size=4),
    st.lists(OFFERS, min_size=1, max_size=4),
)
def test_the_contract_holds_with_aliases_and_related_skills(mentees, offers):
    made = programme_of(
        [cell(wish) for wish, _ in mentees],
        [cell(held) for _, held in mentees],
        [cell(offer) for offer in offers],
    )

    check_component(Skills(), made.replace(vocabulary=WORDS))


@given(WISHES, OFFERS, OFFERS, st.sampled_from(MANY), LEVELS)
def test_what_was_not_asked_for_never_raises_a_value(wish, held, offer, extra, level):
    """Nor does it lower one, unless it is related to what was asked for."""
    asked = {key(each) for each in wish}
    if {key(extra), *WORDS.related(key(extra))} & asked or key(extra) in {key(o) for o in offer}:
        return
    if any(key(extra) in WORDS.related(each) for each in asked) or not offer:
        return
    # Both stand in the same programme, so that rarity is the same for both.
    before, after = values_of(wish, held, [offer, offer | {extra: level}])

    assert before == after


@given(WISHES, OFFERS, OFFERS, st.sampled_from(MANY), LEVELS)
def test_one_more_skill_raises_a_value_by_no_more_than_the_items_that_it_helps(
    wish, held, offer, extra, level
):
    if not offer or key(extra) in {key(each) for each in offer}:
        return
    helps = {key(extra)} | {each for each in MANY if key(extra) in WORDS.related(key(each))}
    rest = [each for each in wish if key(each) not in helps and each not in helps]
    specialists = [dict.fromkeys(wish, ":5"), dict.fromkeys(rest, ":5") | {"cooking": ""}]
    # All four stand in one programme, so that rarity is the same for them.
    offers = [offer, offer | {extra: level}, *specialists]
    before, after, _, _ = values_of(wish, held, offers)
    _, _, everything, the_rest = values_of(wish, held, offers, BARE)

    assert everything == 1.0
    assert before <= after <= before + everything - the_rest + 1e-9


BARE = Vocabulary.of(WORDS.aliases, Taxonomy())


@given(st.sampled_from(MANY), LEVELS, LEVELS, st.sampled_from(["", ":1", ":3", ":5"]))
def test_a_related_skill_never_earns_what_the_skill_itself_earns(wanted, asked, level, held):
    wish = {wanted: (asked, "")}
    related = sorted(WORDS.related(key(wanted)))
    offers = [{wanted: level}, *({other: level} for other in related)]
    itself, *others = values_of(wish, {wanted: held}, offers)

    assert all(other < itself or other == itself == 0 for other in others)


@given(WISHES, OFFERS)
def test_nobody_beats_a_specialist_in_all_that_is_wanted(wish, held):
    specialist = dict.fromkeys(wish, ":5")
    one, everything = values_of(wish, held, [specialist, dict.fromkeys(MANY, ":5")])

    assert 1.0 == one == everything


@pytest.mark.parametrize(
    ("offered", "credit"),
    [
        ("Programming:3", 1.0),
        ("C++:4", NARROWER),
        ("go:3; c:4; cpp:5", NARROWER),  # three children teach no more than the best one
        ("programming:1; go:5", NARROWER),  # better than the skill itself at level 1 of 3
        ("programming:1", 1 / 3),
        ("go:1", NARROWER / 3),  # the level counts for related skills too
        ("Programming", (1 / 3 + 2 / 3 + 3) / 5),
        ("C++", NARROWER * (1 / 3 + 2 / 3 + 3) / 5),  # and so does leaving it out
        ("rust", 0.0),
    ],
)
def test_credit_for_a_wish_is_that_of_the_best_single_skill(offered, credit):
    made = programme_of(["programming:3"], [""], [offered]).replace(vocabulary=WORDS)

    assert credit == pytest.approx(Skills().prepare(made).rows(np.array([0]))[0, 0])


@pytest.mark.parametrize(
    ("wanted", "offered", "credit"),
    [
        ("go", "programming", BROADER),
        ("programming", "golang", NARROWER),
        ("go", "CPP", SIBLING),
        ("public speaking", "golang", 0.9),
        ("go", "public speaking", 0.0),  # stated in the other direction only
    ],
)
def test_credit_is_directed(wanted, offered, credit):
    made = programme_of([wanted], [""], [offered]).replace(vocabulary=WORDS)

    assert credit == pytest.approx(Skills().prepare(made).rows(np.array([0]))[0, 0])


def test_the_same_skill_under_two_names_is_one_wish_one_offer_and_one_rarity():
    one = values_of({"go": (":3", "")}, {"go": ":1"}, [{"golang": ":2"}, {"c": ""}])
    two = values_of(
        {"golang": (":3", ""), "go": (":3", "")}, {"golang": ":1"}, [{"go": ":2"}, {"c": ""}]
    )

    assert one == two


@pytest.mark.parametrize(
    ("wanted", "offered", "said"),
    [
        ("K8s", "Kubernetes", "Can teach the skill wanted: K8s (as 'Kubernetes')."),
        ("k8s:3", "Kubernetes:4", "Can teach the skill wanted: k8s (as 'Kubernetes', level 4)."),
        ("KUBERNETES", "Kubernetes", "Can teach the skill wanted: KUBERNETES."),
        (
            "k8s:5; go",
            "kube:4",
            "Can teach 1 of the 2 skills wanted: k8s (as 'kube', level 4, below the 5 wanted); "
            "not go.",
        ),
        (
            "k8s:2; go",
            "kube; go",
            "Can teach both skills wanted: go, k8s (as 'kube', no level given).",
        ),
    ],
)
def test_the_sentence_keeps_the_spelling_of_the_one_and_names_that_of_the_other(
    wanted, offered, said
):
    assert said == one(wanted, "", offered)[1]


@pytest.mark.parametrize(
    ("wanted", "offered", "said"),
    [
        (
            "Programming; rust",
            "golang:4; c:2",
            "Can teach 1 of the 2 skills wanted in part: Programming by its relation to golang "
            "(level 4); not rust.",
        ),
        (
            "go:5; programming!",
            "Programming",
            "Can teach 1 of the 2 skills wanted: programming; in part go by its relation to "
            "Programming (no level given).",
        ),
        (
            "go",
            "cpp",
            "Can teach the skill wanted in part: go by its relation to cpp.",
        ),
    ],
)
def test_the_sentence_says_what_is_related(wanted, offered, said):
    made = programme_of([wanted], [""], [offered]).replace(vocabulary=WORDS)

    assert said == Skills().prepare(made).reason(0, 0)


def test_the_sentence_speaks_of_credit_exactly_where_there_is_some():
    wish, offers = {"go": ("", ""), "R": ("", "!")}, [{o: ""} for o in MANY]
    made = programme_of([cell(wish)], [""], [cell(each) for each in offers])
    prepared = Skills().prepare(made.replace(vocabulary=WORDS))
    silent = [
        "Can teach none of the 2 skills wanted: R, go." == prepared.reason(0, j)
        for j in range(len(MANY))
    ]

    assert [value == 0 for value in prepared.rows(np.array([0]))[0]] == silent
