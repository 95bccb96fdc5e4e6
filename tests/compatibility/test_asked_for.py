"""What was not asked for wins nothing: properties of the components and of the whole score.

Those of skills with levels, aliases and related skills are in test_skills.py, those of hours with
zones in test_availability.py; here are goals, wishes, and everything at once.
"""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from cmmatch import Programme, Scorer
from cmmatch.compatibility.goals import Goals
from cmmatch.compatibility.neutral import NEUTRAL_UNKNOWN
from cmmatch.compatibility.preferences import COMBINE, Preferences

GOALS = ("lead", "change field", "be heard", "balance", "settle in")
SKILLS = ("C", "C++", "Go", "negotiation", "public speaking")
ROUNDING = 2
"""Scores are whole millionths; the difference of two differences may be off by two."""
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
STATEMENTS = ("", "leading a small team of engineers", "saying no without burning bridges")
TWO_STATEMENTS = st.tuples(*[st.sampled_from(STATEMENTS)] * 2)
LEAST = (1 - Goals().category_share) * NEUTRAL_UNKNOWN
"""Of a mentor who shares no goal, where nobody writes a statement."""
SOME_GOALS = st.lists(st.sampled_from(GOALS), unique=True)
WANTED_GOALS = st.lists(st.sampled_from(GOALS), unique=True, min_size=1)
LEVEL = st.sampled_from(["", ":1", ":3", ":5"])


def goal_values(wanted, statement, mentors):
    """Values of one mentee with mentors of one programme, each (goals, statement)."""
    made = Programme.from_frames(
        {
            "id": [f"o{k}" for k in range(len(mentors))],
            "goals": ["; ".join(goals) for goals, _ in mentors],
            "statement": [text for _, text in mentors],
        },
        {"id": ["e"], "goals": ["; ".join(wanted)], "statement": [statement]},
    )
    return Goals().prepare(made).rows(np.array([0]))[0]


@given(WANTED_GOALS, SOME_GOALS, st.sampled_from(GOALS), TWO_STATEMENTS)
def test_a_goal_that_was_not_asked_for_never_raises_a_value(wanted, offered, extra, statements):
    """Naming it where none was named makes an unknown value known: the least there is."""
    assume(extra not in wanted and extra not in offered)
    mine, theirs = statements
    before, after = goal_values(wanted, mine, [(offered, theirs), ([*offered, extra], theirs)])

    assert after == LEAST if np.isnan(before) else after <= before
    if offered:
        assert before == after


@given(WANTED_GOALS, SOME_GOALS, TWO_STATEMENTS, st.data())
def test_a_goal_that_was_asked_for_raises_a_value_by_its_share_at_most(
    wanted, offered, statements, data
):
    mine, theirs = statements
    extra = data.draw(st.sampled_from(wanted))
    few = [goal for goal in offered if goal != extra] or ["sing"]
    before, after = goal_values(wanted, mine, [(few, theirs), ([*few, extra], theirs)])
    share = Goals().category_share / len(wanted)

    assert before < after <= before + share + 1e-12


@given(WANTED_GOALS, TWO_STATEMENTS)
def test_no_list_of_goals_beats_the_one_that_covers_what_is_wanted(wanted, statements):
    mine, theirs = statements
    covers, everything = goal_values(wanted, mine, [(wanted, theirs), (GOALS, theirs)])

    assert covers == everything


@given(st.sampled_from(["cooking and gardening", "xyz qqq", "Führung"]))
def test_words_that_the_other_does_not_use_never_raise_a_value(extra):
    said = "planning larger projects"
    mentors = [([], "planning projects"), ([], f"planning projects {extra}")]
    before, after = goal_values([], said, mentors)

    assert 0 < after < before


NAMED = st.lists(
    st.tuples(st.sampled_from(["e0", "e1", "e2"]), st.sampled_from(["prefer", "avoid"])),
    unique_by=lambda row: row[0],
)


def wish_values(rows, combine):
    columns = ("mentee_id", "mentor_id", "kind", "by")
    pairs = {name: [row[k] for row in rows] for k, name in enumerate(columns)}
    made = Programme.from_frames({"id": ["o0"]}, {"id": ["e0", "e1", "e2"]}, pairs=pairs)
    return Preferences(combine).prepare(made).rows(np.arange(3))[:, 0]


@given(NAMED, NAMED, st.sampled_from(COMBINE))
def test_a_mentee_whom_the_mentor_does_not_name_gains_nothing_by_it(by_mentees, by_mentor, combine):
    """Naming somebody in general, by any side and with ranks, is in test_preferences.py."""
    assume(not any(who == "e2" for who, _ in by_mentor))
    mine = [(who, "o0", kind, "mentee") for who, kind in by_mentees]
    theirs = [(who, "o0", kind, "mentor") for who, kind in by_mentor]
    before = wish_values([*mine, *theirs], combine)
    after = wish_values([*mine, *theirs, ("e2", "o0", "prefer", "mentor")], combine)

    for k in (0, 1):
        assert np.isnan(before[k]) or after[k] <= before[k]


HELD = st.dictionaries(st.sampled_from(SKILLS), LEVEL)
WISHES = st.dictionaries(
    st.sampled_from(SKILLS), st.tuples(LEVEL, st.sampled_from(["", "!"])), min_size=1
)
HOURS = st.lists(st.sampled_from(DAYS), unique=True, min_size=1)


def scores(mentee, mentors):
    """Scores of one mentee with mentors who differ in these columns and in nothing else."""
    names = ("skills", "goals", "availability")
    same = {
        "timezone": "Europe/Berlin",
        "statement": "planning larger projects",
        "years_experience": "12",
        "openness": "4",
        "consent_personality": "yes",
    }
    columns = {name: [each[name] for each in mentors] for name in names}
    columns |= {name: [cell] * len(mentors) for name, cell in same.items()}
    columns["id"] = [f"o{k}" for k in range(len(mentors))]
    own = {name: [cell] for name, cell in {**same, "years_experience": "5", **mentee}.items()}
    made = Programme.from_frames(columns, {"id": ["e"], **own})
    scored = Scorer.for_programme(made).prepare(made)
    assert {"skills", "goals", "availability", "experience", "personality"} <= set(scored.names)
    everybody = np.arange(len(mentors))
    return scored.pairs(np.zeros(len(mentors), dtype=int), everybody)


@given(WISHES, HELD, WANTED_GOALS, HOURS)
def test_ticking_everything_never_beats_a_specialist_in_the_whole_score(wish, held, goals, days):
    mentee = {
        "skills_wanted": "; ".join(f"{k}{level}{must}" for k, (level, must) in wish.items()),
        "skills": "; ".join(f"{k}{level}" for k, level in held.items()),
        "goals": "; ".join(goals),
        "availability": "; ".join(f"{day} 09:00-12:00" for day in days),
    }
    specialist = {
        "skills": "; ".join(f"{k}:5" for k in wish),
        "goals": "; ".join(goals),
        "availability": f"{days[0]} 09:00-11:00",
    }
    everything = {
        "skills": "; ".join(f"{k}:5" for k in SKILLS),
        "goals": "; ".join(GOALS),
        "availability": "Mon-Sun 00:00-24:00",
    }
    one, other = scores(mentee, [specialist, everything])

    assert one >= other


@given(WISHES, HELD, WANTED_GOALS, HOURS, st.data())
def test_one_more_tick_raises_the_score_only_if_it_was_asked_for(wish, offer, goals, days, data):
    """And by no more than a specialist in all that is wanted would lose without it."""
    mentee = {
        "skills_wanted": "; ".join(f"{k}{level}{must}" for k, (level, must) in wish.items()),
        "goals": "; ".join(goals),
        "availability": "; ".join(f"{day} 09:00-12:00" for day in days),
    }
    mentor = {
        "skills": "; ".join(["cooking", *(f"{k}{level}" for k, level in offer.items())]),
        "goals": goals[0],
        "availability": "Mon 09:00-10:00",
    }
    column, extra, asked = data.draw(
        st.sampled_from(
            [
                *(("skills", skill, skill in wish) for skill in SKILLS if skill not in offer),
                *(("goals", goal, goal in goals) for goal in GOALS if goal != goals[0]),
                *(("availability", f"{day} 09:00-10:00", day in days) for day in DAYS[1:]),
            ]
        )
    )
    covers = {
        "skills": ["cooking", *(f"{k}:5" for k in wish)],
        "goals": goals,
        "availability": ["Sun 09:00-10:00", extra],
    }
    item = f"{extra}:5" if column == "skills" else extra
    full = {**mentor, column: "; ".join(covers[column])}
    rest = {**mentor, column: "; ".join(each for each in covers[column] if each != item)}
    more = {**mentor, column: f"{mentor[column]}; {extra}"}
    before, after, everything, without = scores(mentee, [mentor, more, full, rest])

    if asked:
        assert before <= after <= before + everything - without + ROUNDING
    else:
        assert before == after
