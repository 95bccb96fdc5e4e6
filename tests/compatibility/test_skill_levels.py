"""Levels: one left out counts as an average mentor's; entries of one skill are put together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch import Programme
from cmmatch.compatibility.skills import Skills
from cmmatch.programme.skill_aliases import SkillAliases
from cmmatch.programme.taxonomy import Taxonomy
from cmmatch.programme.taxonomy_files import Statements
from cmmatch.programme.vocabulary import Vocabulary

WORDS = Vocabulary.of(
    SkillAliases({"golang": "go"}),
    Taxonomy(Statements(credit=(("go", "rust", 0.5), ("sql", "python", 0.9)))),
)
LABELS = ("go", "rust", "sql", "python", "cooking")
LEVEL = st.sampled_from([None, 1, 2, 3, 4, 5])
SKILLS = st.dictionaries(st.sampled_from(LABELS), LEVEL, max_size=4)
SOME_SKILLS = st.dictionaries(st.sampled_from(LABELS), LEVEL, min_size=1, max_size=4)
MENTORS = st.lists(SOME_SKILLS, min_size=1, max_size=4)


def cell(skills):
    return "; ".join(f"{label}:{level}" if level else label for label, level in skills.items())


def values(wanted, held, mentors):
    """The value of one mentee with each mentor, related skills included."""
    made = Programme.from_frames(
        {"id": [f"o{k}" for k in range(len(mentors))], "skills": [cell(each) for each in mentors]},
        {"id": ["e"], "skills_wanted": [cell(wanted)], "skills": [cell(held)]},
    )
    return Skills().prepare(made.replace(vocabulary=WORDS)).rows(np.array([0]))[0]


def told(mentors):
    return sum(level is not None for each in mentors for level in each.values())


def target(label, wanted, held):
    """The level that earns 1, 0 for any."""
    own = held.get(label)
    return min(max(wanted[label] or 0, own + 1 if own else 0), 5)


def highest(wanted, held):
    return max(target(label, wanted, held) for label in wanted)


def without(mentors, label):
    """The same mentors, but that the first one leaves the level of one skill out."""
    return [{**mentors[0], label: None}, *mentors[1:]]


@st.composite
def levels_given(draw):
    """(wanted, held, mentors, a skill to which the first mentor gives a level)."""
    wanted, held, mentors = draw(SOME_SKILLS), draw(SKILLS), draw(MENTORS)
    label = draw(st.sampled_from(sorted(mentors[0])))
    mentors[0][label] = draw(st.integers(1, 5))
    return wanted, held, mentors, label


@given(levels_given())
def test_who_leaves_out_a_level_at_or_above_all_targets_never_gains(drawn):
    """And, the other way round, who adds such a level never loses; whoever the mentee is."""
    wanted, held, mentors, label = drawn
    mentors[0][label] = max(mentors[0][label], highest(wanted, held))
    given, left_out = (values(wanted, held, each)[0] for each in (mentors, without(mentors, label)))

    assert left_out <= given + 1e-12


@given(levels_given())
def test_who_leaves_out_a_level_at_or_above_its_own_target_gains_next_to_nothing(drawn):
    """Of n levels given, one less moves what other levels left out are worth by 1 / (n + 5)."""
    wanted, held, mentors, label = drawn
    # What is related to nothing else that may be wanted, so that it counts for its own skill alone.
    label = "sql" if label == "sql" else "cooking"
    least = target(label, wanted, held) if label in wanted else 1
    mentors[0][label] = max(mentors[0].get(label) or 1, least)
    given, left_out = (values(wanted, held, each)[0] for each in (mentors, without(mentors, label)))

    assert left_out <= given + 1 / (told(mentors) + 5) + 1e-12


@given(st.integers(2, 5), st.integers(0, 5), st.integers(1, 5), MENTORS)
def test_one_who_leaves_out_a_level_that_is_enough_loses_where_the_skill_is_all_that_is_wanted(
    wanted, own, level, others
):
    """Whatever others say, somebody may stand below; the old rule took the level for the top."""
    wish, held = {"go": wanted}, {"go": own} if own else {}
    mentors = [{"go": max(level, target("go", wish, held))}, *others]
    given, left_out = (values(wish, held, each)[0] for each in (mentors, without(mentors, "go")))

    assert 0 < left_out < given == 1


@given(st.integers(1, 5), st.integers(0, 5), MENTORS)
def test_a_level_added_at_or_above_the_target_never_lowers_the_value(wanted, own, mentors):
    wish, held = {"go": wanted}, {"go": own} if own else {}
    for level in range(target("go", wish, held), 6):
        before = values(wish, held, [{**mentors[0], "go": None}, *mentors[1:]])[0]
        after = values(wish, held, [{**mentors[0], "go": level}, *mentors[1:]])[0]

        assert before <= after


@given(
    st.integers(1, 5),
    st.integers(0, 5),
    st.integers(1, 3).flatmap(
        lambda k: st.lists(st.tuples(*[st.integers(1, 5)] * k), min_size=1, max_size=4)
    ),
)
def test_leaving_out_all_levels_gains_on_average_what_an_even_spread_is_better_by(
    wanted, own, rows
):
    """All mentors name the same k skills, all wanted alike, n levels in all; one leaves out his k.

    With u what the levels 1 to 5 earn on average and m what those given do, it gains
    ``5 (u - m) / (n + 5 - k)`` on average over the mentors: a loss where mentors stand higher than
    an even spread, and in any case less the more levels are given.
    """
    names = ("go", "sql", "cooking")[: len(rows[0])]  # not related to each other
    wish, held = dict.fromkeys(names, wanted), dict.fromkeys(names, own or None)
    mentors = [dict(zip(names, row, strict=True)) for row in rows]
    silent = dict.fromkeys(names)
    gains = []
    for k, row in enumerate(mentors):
        others = mentors[:k] + mentors[k + 1 :]
        given, left_out = (values(wish, held, [one, *others])[0] for one in (row, silent))
        gains.append(left_out - given)
    earned = {level: values(wish, held, [dict.fromkeys(names, level)])[0] for level in range(1, 6)}
    even = sum(earned.values()) / 5
    mean = sum(earned[level] for row in rows for level in row) / (len(rows) * len(names))
    n = len(rows) * len(names)

    assert 5 * (even - mean) / (n + 5 - len(names)) == pytest.approx(
        sum(gains) / len(gains), abs=1e-12
    )


@given(SOME_SKILLS, SKILLS, MENTORS, st.randoms())
def test_the_order_of_mentors_changes_no_bit_of_what_a_level_left_out_is_worth(
    wanted, held, mentors, random
):
    order = list(range(len(mentors)))
    random.shuffle(order)
    shuffled = values(wanted, held, [mentors[k] for k in order])

    assert np.array_equal(values(wanted, held, mentors)[order], shuffled)


@pytest.mark.parametrize("label", ["go", "cooking"])
def test_levels_of_all_skills_and_mentors_count_alike(label):
    """Four at level 5 of any skill: (1/5 + 2/5 + 3/5 + 4/5 + 5) / 9."""
    others = [{label: 5}] * 4

    assert 7 / 9 == pytest.approx(values({"go": 5}, {}, [{"go": None}, *others])[0])


def test_two_spellings_of_one_mentor_are_one_level_the_highest():
    """One 4 beside one of each: (1/5 + 2/5 + 3/5 + 2 * 4/5 + 1) / 6."""
    for spelt in ({"go": 2, "golang": 4}, {"golang": 4, "go": None}, {"go": 4}):
        assert 3.8 / 6 == pytest.approx(values({"rust": 5}, {}, [{"rust": None}, spelt])[0])


def wishes(*mentees):
    """What each mentee wants, by skill."""
    made = Programme.from_frames(
        {"id": ["o"], "skills": ["golang:4; sql"]},
        {"id": [f"e{k}" for k in range(len(mentees))], "skills_wanted": list(mentees)},
    )
    return Skills().prepare(made.replace(vocabulary=WORDS)).wishes


@pytest.mark.parametrize(
    ("twice", "once", "label"),
    [
        ("go:5; golang!", "go:5!", "golang"),  # a must weighs 2, level 5 weighs 5/3
        ("go!; golang:2", "go:2!", "go"),
        ("go:2!; golang:5", "go:5!", "golang"),
        ("go:1; golang", "go:1", "golang"),  # no level weighs as much as level 3
        ("golang:3; go", "go:3", "go"),  # alike in weight: the first by spelling
        ("golang!; go!", "go!", "go"),
    ],
)
def test_a_wish_in_two_spellings_keeps_the_highest_level_and_the_must(twice, once, label):
    """It is spelt as the entry that weighs more alone."""
    first, second = twice.split("; ")
    (found,), (swapped,), (expected,) = (
        each.values() for each in wishes(twice, f"{second}; {first}", once)
    )

    assert (label, expected.weight, expected.target) == (found.label, found.weight, found.target)
    assert found == swapped


@given(
    st.lists(
        st.tuples(st.sampled_from(["go", "golang", "sql"]), LEVEL, st.booleans()),
        min_size=1,
        unique_by=lambda entry: entry[0],
    ),
    st.sampled_from(["GO; Golang", "Go:5!; GOLANG", "SQL", ""]),
    st.randoms(),
)
def test_neither_the_order_of_entries_nor_what_others_write_changes_a_wish(entries, other, random):
    cells = [f"{label}{f':{level}' if level else ''}{'!' * must}" for label, level, must in entries]
    (alone,) = wishes("; ".join(cells))
    random.shuffle(cells)
    _, again = wishes(other, "; ".join(cells))
    held = {WORDS.skill(label): [] for label, _, _ in entries}
    for label, level, must in entries:
        held[WORDS.skill(label)].append((level or 0, must))

    assert alone == again
    for key, same in held.items():
        level, must = max(level for level, _ in same), any(must for _, must in same)
        assert (level, (1 + must) * (level or 3) / 3) == (
            alone[key].target,
            pytest.approx(alone[key].weight),
        )
