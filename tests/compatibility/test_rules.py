"""Each hard rule against a reference that looks at one pair at a time, and its sentences."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmmatch.compatibility.column_rules import DifferentColumn, SameColumn, SameTeam
from cmmatch.compatibility.grade_rule import GradeBand
from cmmatch.compatibility.line_rules import Appraiser, OwnLine, SameManager
from cmmatch.compatibility.rule import ALLOWED, REFUSED, UNVERIFIED, PreparedRule, Rule
from cmmatch.compatibility.rules import (
    CommonLanguage,
    Forbidden,
    Inactive,
    MinimumOverlap,
    NotSelf,
    built_in_rules,
)
from cmmatch.programme.config import EligibilitySettings

IDS = tuple(f"P{k}" for k in range(7))
LANGUAGES = ("English", "ENGLISH", "german", "Welsh")


@st.composite
def small_programmes(draw):
    """Up to seven people, some on both sides, some in people.csv only, one boss in no table."""
    managers = {
        person: draw(st.sampled_from(("", "Nobody", *IDS[:k]))) for k, person in enumerate(IDS)
    }
    sides = [draw(st.lists(st.sampled_from(IDS), unique=True, max_size=5)) for _ in range(2)]
    rows = [[draw(_person(each, managers[each])) for each in side] for side in sides]
    pairs = [(a, b) for a in sides[0] for b in sides[1]]
    kinds = st.sampled_from(("forbid", "declined", "prefer", "avoid", "require", "previous"))
    requests = draw(st.lists(st.tuples(st.sampled_from(pairs), kinds), max_size=6)) if pairs else []
    hours = st.sampled_from((math.nan, 0.0, 0.75, 1.0, 5.5))
    return {
        "mentees": rows[0],
        "mentors": rows[1],
        "managers": managers,
        "requests": [(*pair, kind) for pair, kind in requests],
        "hours": [[draw(hours) for _ in sides[1]] for _ in sides[0]],
    }


def _person(label, manager):
    return st.fixed_dictionaries(
        {
            "id": st.just(label),
            "manager_id": st.just(manager),
            "email": st.sampled_from(("", "a@x.org", "b@x.org")),
            "team": st.sampled_from(("", "Red", "red ", "Blue  Sky", "blue sky")),
            "shirt": st.sampled_from(("", "S", "s", "M")),
            "grade": st.sampled_from(("", "junior", "Senior ", "LEAD", "wizard")),
            "status": st.sampled_from(("active", "active", "paused", "left")),
            "appraiser_id": st.sampled_from(("", "Nobody", *IDS)),
            "languages": st.lists(st.sampled_from(LANGUAGES), unique=True, max_size=2),
        }
    )


def expected(name, spec, i, j):
    """The verdict of one rule on one pair, from the dictionaries, by its definition."""
    mentee, mentor = spec["mentees"][i], spec["mentors"][j]
    both = mentee, mentor
    if name == "not_self":
        same_email = mentee["email"] == mentor["email"] != ""
        return REFUSED if mentee["id"] == mentor["id"] or same_email else ALLOWED
    if name == "own_line":
        return _own_line(spec["managers"], mentee["id"], mentor["id"])
    if name == "same_manager":
        return _compared([each["manager_id"] for each in both], refuse_equal=True)
    if name in ("same_team", "different:shirt", "same:shirt"):
        values = [each["team" if name == "same_team" else "shirt"] for each in both]
        return _compared([" ".join(v.lower().split()) for v in values], name != "same:shirt")
    if name == "appraiser":
        if mentee["appraiser_id"] == mentor["id"] or mentor["appraiser_id"] == mentee["id"]:
            return REFUSED
        return UNVERIFIED if "" in (mentee["appraiser_id"], mentor["appraiser_id"]) else ALLOWED
    if name == "inactive":
        return REFUSED if {mentee["status"], mentor["status"]} != {"active"} else ALLOWED
    if name == "forbidden":
        blocked = [(a, b) for a, b, kind in spec["requests"] if kind in ("forbid", "declined")]
        return REFUSED if (mentee["id"], mentor["id"]) in blocked else ALLOWED
    if name == "minimum_overlap":
        hours = spec["hours"][i][j]
        return UNVERIFIED if math.isnan(hours) else REFUSED if hours < 1 else ALLOWED
    if name == "grade_band":
        order = {"junior": 0, "senior": 1, "lead": 2}
        below, above = (order.get(" ".join(each["grade"].lower().split())) for each in both)
        if None in (below, above):
            return UNVERIFIED
        return ALLOWED if above - below == 1 else REFUSED
    assert name == "common_language"
    spoken = [{word.lower() for word in each["languages"]} for each in both]
    if not all(spoken):
        return UNVERIFIED
    return ALLOWED if spoken[0] & spoken[1] else REFUSED


def _own_line(managers, one, other):
    lines = []
    for person in (one, other):
        first = managers.get(person, "")
        lines.append((first, managers.get(first, "")))
    if other in lines[0] or one in lines[1]:
        return REFUSED
    return ALLOWED if all(all(line) for line in lines) else UNVERIFIED


def _compared(values, refuse_equal):
    if not all(values):
        return UNVERIFIED
    return REFUSED if (values[0] == values[1]) is refuse_equal else ALLOWED


GRADES = ("Junior", "Senior", "Lead")
ALL = built_in_rules(
    EligibilitySettings(same=("shirt",), different=("shirt",), grade_band=(1, 1), grades=GRADES)
)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
@settings(max_examples=60, deadline=None)
@given(spec=small_programmes())
def test_every_verdict_is_that_of_the_definition(by_hand, rule, spec):
    """Blocks, single pairs and sentences agree with a reference that sees one pair at a time."""
    prepared = rule.prepare(by_hand(**spec, extra=("shirt",)))
    n, m = len(spec["mentees"]), len(spec["mentors"])
    wanted = [[expected(rule.name, spec, i, j) for j in range(m)] for i in range(n)]

    block = prepared.block(np.arange(n))
    mentee, mentor = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    reversed_pairs = prepared.pairs(mentee[::-1], mentor[::-1])[::-1]

    assert np.int8 == block.dtype == reversed_pairs.dtype
    assert (n, m) == block.shape
    assert wanted == block.tolist()
    assert [each for row in wanted for each in row] == reversed_pairs.tolist()
    for i in range(n):
        for j in range(m):
            assert (wanted[i][j] != ALLOWED) == bool(prepared.sentence(i, j))


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
@settings(max_examples=20, deadline=None)
@given(spec=small_programmes(), data=st.data())
def test_rows_asked_for_in_any_order_and_number_get_the_same_verdicts(by_hand, rule, spec, data):
    """A block of some rows holds the rows of the block of all."""
    prepared = rule.prepare(by_hand(**spec, extra=("shirt",)))
    n = len(spec["mentees"])
    rows = np.array(data.draw(st.permutations(range(n))), dtype=np.intp)
    rows = rows[: data.draw(st.integers(0, n))]

    assert prepared.block(np.arange(n))[rows].tolist() == prepared.block(rows).tolist()


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_every_rule_keeps_the_contract_and_is_frozen(by_hand, rule):
    """Rule and PreparedRule are satisfied; a rule is a value."""
    prepared = rule.prepare(by_hand([{"id": "A1"}], [{"id": "M1"}], hours=[[1.0]]))

    assert isinstance(rule, Rule)
    assert isinstance(prepared, PreparedRule)
    assert rule.name == prepared.name
    assert rule == type(rule)(**{name: getattr(rule, name) for name in rule.__dataclass_fields__})
    assert hash(rule) is not None


def test_lines_are_followed_as_many_levels_as_are_asked_for(by_hand):
    """Three levels: the great-grandmanager is refused at 3, not at 2, and is unverified at 4."""
    chain = {"A1": "B", "B": "C", "C": "M1", "M1": "Top", "Top": "Over", "Over": "Board"}
    programme = by_hand([{"id": "A1"}], [{"id": "M1"}], managers=chain | {"Board": "Owner"})
    row = np.array([0])

    assert [OwnLine(levels).prepare(programme).block(row).tolist() for levels in (2, 3)] == [
        [[ALLOWED]],
        [[REFUSED]],
    ]
    assert (
        OwnLine(3).prepare(programme).sentence(0, 0)
    ) == "M1 is in the reporting line of A1, three levels up."
    short = by_hand([{"id": "A1"}], [{"id": "M2", "manager_id": "X"}], managers=chain)
    assert [OwnLine(levels).prepare(short).block(row).tolist() for levels in (1, 2)] == [
        [[ALLOWED]],
        [[UNVERIFIED]],
    ]


SENTENCES = {
    "the mentor manages": (
        OwnLine(2),
        {"id": "A12", "manager_id": "M07"},
        {"id": "M07"},
        "M07 is the line manager of A12, one level up.",
    ),
    "the mentee manages": (
        OwnLine(2),
        {"id": "A12", "name": "Ada Lovelace"},
        {"id": "M07", "manager_id": "A12"},
        "Ada Lovelace is the line manager of M07, one level up.",
    ),
    "a line that is not known": (
        OwnLine(2),
        {"id": "A12", "manager_id": "X"},
        {"id": "M07"},
        "Not given: the reporting line, two levels up, of A12 and of M07.",
    ),
    "one manager for both": (
        SameManager(),
        {"id": "A12", "manager_id": "X9"},
        {"id": "M07", "manager_id": "X9"},
        "Both report to X9.",
    ),
    "no manager named": (
        SameManager(),
        {"id": "A12", "manager_id": "X9"},
        {"id": "M07"},
        "Not given: the manager of M07.",
    ),
    "one team": (
        SameTeam(),
        {"id": "A12", "team": " Payments"},
        {"id": "M07", "team": "payments"},
        "Both are in the team Payments.",
    ),
    "no team": (
        SameTeam(),
        {"id": "A12", "name": "Kim"},
        {"id": "M07", "name": "Kim", "team": "Red"},
        "Not given: the team of Kim (A12).",
    ),
    "the mentor appraises": (
        Appraiser(),
        {"id": "A12", "appraiser_id": "M07"},
        {"id": "M07"},
        "M07 appraises A12.",
    ),
    "the mentee appraises": (
        Appraiser(),
        {"id": "A12", "appraiser_id": "X"},
        {"id": "M07", "appraiser_id": "A12"},
        "A12 appraises M07.",
    ),
    "no appraiser": (
        Appraiser(),
        {"id": "A12"},
        {"id": "M07"},
        "Not given: the appraiser of A12 and of M07.",
    ),
    "one id": (NotSelf(), {"id": "A12"}, {"id": "A12"}, "A12 stands on both sides."),
    "one address": (
        NotSelf(),
        {"id": "A12", "email": "a@x.org"},
        {"id": "M07", "email": "a@x.org"},
        "A12 and M07 have the same e-mail address: they are one person.",
    ),
    "not there": (
        Inactive(),
        {"id": "A12", "status": "paused"},
        {"id": "M07", "status": "left"},
        "A12 is paused and M07 has left.",
    ),
    "no language": (
        CommonLanguage(),
        {"id": "A12", "languages": ["Polish", "English"]},
        {"id": "M07", "languages": ["Welsh"]},
        "No language in common: A12 has English, Polish; M07 has Welsh.",
    ),
    "languages not given": (
        CommonLanguage(),
        {"id": "A12"},
        {"id": "M07", "languages": ["Welsh"]},
        "Not given: the languages of A12.",
    ),
    "another place": (
        SameColumn("location"),
        {"id": "A12", "location": "Bonn"},
        {"id": "M07", "location": "Leeds"},
        "The location must be the same: A12 has Bonn, M07 has Leeds.",
    ),
    "the same grade": (
        DifferentColumn("grade"),
        {"id": "A12", "grade": "G5"},
        {"id": "M07", "grade": "g5"},
        "Both have the grade G5; it must differ.",
    ),
    "nothing against it": (SameTeam(), {"id": "A", "team": "x"}, {"id": "M", "team": "y"}, ""),
}


@pytest.mark.parametrize("case", SENTENCES)
def test_the_sentence_names_the_fact(by_hand, case):
    """Names where they are given, ids where not; no guess about anybody."""
    rule, mentee, mentor, sentence = SENTENCES[case]

    assert sentence == rule.prepare(by_hand([mentee], [mentor])).sentence(0, 0)


def test_the_sentence_of_a_manager_who_takes_part_gives_the_name(by_hand):
    """The manager of both is a mentor too and has a name."""
    programme = by_hand(
        [{"id": "A1", "manager_id": "M2"}],
        [{"id": "M1", "manager_id": "M2"}, {"id": "M2", "name": "Grace Hopper"}],
    )

    assert SameManager().prepare(programme).sentence(0, 0) == "Both report to Grace Hopper."


@pytest.mark.parametrize(
    ("mentee", "mentor", "band", "verdict"),
    [
        ("3", "5", (1, 3), ALLOWED),
        ("3", "6.5", (1, 3), REFUSED),
        ("3", "3", (0, 0), ALLOWED),
        ("5", "3", (-2, -1), ALLOWED),  # reverse mentoring
        ("3", "inf", (1, 3), UNVERIFIED),
        ("3", "C4", (1, 3), UNVERIFIED),
    ],
)
def test_grades_that_are_numbers_need_no_list(by_hand, mentee, mentor, band, verdict):
    programme = by_hand([{"id": "A1", "grade": mentee}], [{"id": "M1", "grade": mentor}])

    assert verdict == GradeBand(band).prepare(programme).block(np.array([0]))[0, 0]


def test_the_sentences_about_grades_name_what_is_wrong(by_hand):
    mentors = [{"id": "M1", "grade": "Senior"}, {"id": "M2", "grade": "wizard"}]
    prepared = GradeBand((1, 2), GRADES).prepare(
        by_hand([{"id": "A1", "grade": "Senior"}], mentors)
    )

    assert prepared.sentence(0, 0) == (
        "The grade of M1, Senior, is not 1 to 2 levels above that of A1, Senior."
    )
    assert prepared.sentence(0, 1) == "Not given: a known grade of M2."


@pytest.mark.parametrize(
    "given", [{"grade_band": [2, 1]}, {"grade_band": [1, 2], "grades": ["A", "b", " a"]}]
)
def test_a_band_or_grades_that_contradict_themselves_are_refused(given):
    with pytest.raises(ValueError, match="must"):
        EligibilitySettings(**given)


@pytest.mark.parametrize(
    ("kinds", "sentence"),
    [
        (("prefer", "forbid", "declined"), "The pair is forbidden in pairs, row 3."),
        (("declined", "forbid"), "The pair was declined in pairs, row 2."),
    ],
)
def test_a_blocked_pair_points_at_its_first_row(by_hand, kinds, sentence):
    """Who asked and why stays in the table; the sentence says where to look."""
    requests = [("A1", "M1", kind) for kind in kinds]
    programme = by_hand([{"id": "A1"}], [{"id": "M1"}], requests=requests)

    assert sentence == Forbidden().prepare(programme).sentence(0, 0)


OVERLAPS = {
    "too little in one week, after the clocks change in one place only": (
        {"free": "Mon 09:00-11:00", "timezone": "America/New_York"},
        {"free": "Mon 14:30-15:30", "timezone": "Europe/London"},
        {"starts": "2026-10-19", "weeks": 4},
        "Only 0.5 common free hours in the week of 2026-10-26; at least 1 is needed.",
    ),
    "the same too little in every week": (
        {"free": "Mon 09:00-09:45"},
        {"free": "Mon 09:00-12:00"},
        {"starts": "2026-10-19"},
        "Only 0.75 common free hours in any week; at least 1 is needed.",
    ),
    "nothing in some week of a year, since no start is given": (
        {"free": "Mon 09:00-10:00", "timezone": "America/New_York"},
        {"free": "Mon 14:00-15:00", "timezone": "Europe/London"},
        {},
        "No common free hours in the worst week of a year; at least 1 is needed.",
    ),
    "hours and zone not given": (
        {"name": "Ada"},
        {"free": "Mon 09:00-12:00"},
        {},
        "Not given: the availability of Ada.",
    ),
    "a zone on one side only": (
        {"free": "Mon 09:00-10:00", "timezone": "Europe/London"},
        {"free": "Mon 09:00-12:00"},
        {},
        "Not given: the timezone of M1.",
    ),
    "hours of one and zone of the other": (
        {"timezone": "Europe/London"},
        {"free": "Mon 09:00-12:00"},
        {},
        "Not given: the availability of A1. Not given: the timezone of M1.",
    ),
    "enough": ({"free": "Mon 09:00-10:00"}, {"free": "Mon 09:00-10:00"}, {}, ""),
}


@pytest.mark.parametrize("case", OVERLAPS)
def test_the_sentence_about_free_hours_is_that_of_the_calendar(by_hand, case):
    """The worst week is named where there is one, and whose answer is missing."""
    mentee, mentor, times, sentence = OVERLAPS[case]
    people = [{"id": "A1", **mentee}], [{"id": "M1", **mentor}]
    programme = by_hand(*people, config={"programme": times})

    assert MinimumOverlap().prepare(programme).sentence(0, 0) == sentence


def test_the_hours_needed_are_those_of_the_settings(by_hand):
    """At the minimum a pair is allowed; a quarter-hour below it is not."""
    people = [{"id": "A1", "free": "Mon 09:00-11:00"}], [{"id": "M1", "free": "Mon 09:00-12:00"}]
    rules = MinimumOverlap(2.0), MinimumOverlap(2.25)
    verdicts = [rule.prepare(by_hand(*people)).block(np.array([0])).tolist() for rule in rules]

    assert verdicts == [[[ALLOWED]], [[REFUSED]]]
    assert "at least 2.25 are needed." in rules[1].prepare(by_hand(*people)).sentence(0, 0)


def test_more_languages_than_bits_in_a_word(by_hand):
    """A hundred and thirty people speak a language each; only those of one language may meet."""
    sides = [
        [{"id": f"{side}{k}", "languages": [f"{word} {k}"]} for k in range(130)]
        for side, word in (("A", "Language"), ("M", "LANGUAGE"))
    ]
    verdicts = CommonLanguage().prepare(by_hand(*sides)).block(np.arange(130))

    assert ((verdicts == ALLOWED) == np.eye(130, dtype=bool)).all()
    assert np.count_nonzero(verdicts == REFUSED) == 130 * 129


def test_many_single_pairs_get_the_verdicts_of_their_blocks(by_hand):
    """More mentees than are looked at together, in any order."""
    hours = np.arange(700 * 3).reshape(700, 3) % 7 / 4
    programme = by_hand(
        [{"id": f"A{k}"} for k in range(700)], [{"id": f"M{k}"} for k in range(3)], hours=hours
    )
    prepared = MinimumOverlap().prepare(programme)
    mentee, mentor = np.arange(1400)[::-1] % 700, np.arange(1400) % 3
    verdicts = prepared.pairs(mentee, mentor)

    assert (verdicts == prepared.block(np.arange(700))[mentee, mentor]).all()
    assert {ALLOWED, REFUSED} == set(verdicts.tolist())


@pytest.mark.parametrize(
    ("rule", "blank", "given"),
    [
        (OwnLine(), {}, {"manager_id": "X"}),
        (SameManager(), {}, {"manager_id": "X"}),
        (SameTeam(), {"team": "  "}, {"team": "Red"}),
        (Appraiser(), {}, {"appraiser_id": "X"}),
        (MinimumOverlap(), {}, {"free": "Mon 09:00-10:00"}),
        (CommonLanguage(), {}, {"languages": ["Welsh"]}),
        (SameColumn("shirt"), {}, {"shirt": "S"}),
        (DifferentColumn("shirt"), {}, {"shirt": "S"}),
        (SameColumn("no such column"), {"shirt": "S"}, None),
        (NotSelf(), None, {}),
        (Inactive(), None, {}),
        (Forbidden(), None, {}),
    ],
    ids=lambda value: value.name if isinstance(value, Rule) else "",
)
def test_a_rule_is_in_play_as_soon_as_one_person_on_either_side_feeds_it(
    by_hand, rule, blank, given
):
    """With no answer at all it is not in play."""
    if blank is not None:
        empty = by_hand([{"id": "A1", **blank}], [{"id": "M1", **blank}], extra=("shirt",))
        assert not rule.applies(empty)
    if given is not None:
        for sides in (({}, given), (given, {})):
            fed = by_hand([{"id": "A1", **sides[0]}], [{"id": "M1", **sides[1]}], extra=("shirt",))
            assert rule.applies(fed)
