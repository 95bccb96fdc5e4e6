"""The hard rules together: what may be made, what each rule removes, and faults of settings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmmatch.compatibility.eligibility import (
    REFUSED,
    UNVERIFIED,
    Eligibility,
    LineGaps,
    RuleCount,
    column_faults,
    required_faults,
    setting_faults,
)
from cmmatch.compatibility.rule import FormulaRule, decide, pairs_table
from cmmatch.errors import InputFaults
from cmmatch.programme.files import InputFile

TEAMS = ("", "Red", "Blue")
STATUS = ("active", "active", "active", "left")
SHIRTS = ("", "S", "M")


@st.composite
def small_programmes(draw):
    """Up to five mentees and four mentors with teams, managers, shirts and requests."""
    mentees = [f"A{k}" for k in range(draw(st.integers(0, 5)))]
    mentors = [f"M{k}" for k in range(draw(st.integers(0, 4)))]
    bosses = st.sampled_from(("", "Boss", *mentors))
    pairs = [(a, b) for a in mentees for b in mentors]
    kinds = st.sampled_from(("forbid", "declined", "require", "keep", "prefer"))
    requests = draw(st.lists(st.tuples(st.sampled_from(pairs), kinds), max_size=4)) if pairs else []
    return {
        "mentees": [{"id": a, "manager_id": draw(bosses), **draw(_facts())} for a in mentees],
        "mentors": [{"id": b, "manager_id": "Boss", **draw(_facts())} for b in mentors],
        "requests": [(*pair, kind) for pair, kind in requests],
        "managers": {"Boss": draw(st.sampled_from(("", "Board")))},
        "config": {
            "eligibility": {
                "unknown": draw(st.sampled_from(("pass", "refuse"))),
                "same": ["shirt"],
                "off": draw(st.lists(st.sampled_from(("same_manager", "own_line")), unique=True)),
            }
        },
    }


def _facts():
    return st.fixed_dictionaries(
        {
            "team": st.sampled_from(TEAMS),
            "status": st.sampled_from(STATUS),
            "shirt": st.sampled_from(SHIRTS),
        }
    )


def prepare(programme):
    return Eligibility.for_programme(programme).prepare(programme)


def every_pair(programme):
    n, m = len(programme.mentees), len(programme.mentors)
    return np.repeat(np.arange(n), m), np.tile(np.arange(m), n)


@settings(max_examples=60, deadline=None)
@given(spec=small_programmes())
def test_blocks_pairs_and_refusals_tell_the_same(by_hand, spec):
    """A pair may be made exactly if no rule refuses it, however it is asked."""
    programme = by_hand(**spec, extra=("shirt",))
    prepared = prepare(programme)
    refuses_from = REFUSED if prepared.unknown == "pass" else UNVERIFIED
    block = prepared.block(np.arange(len(programme.mentees)))
    mentee, mentor = every_pair(programme)

    assert np.bool_ == block.dtype
    assert block.ravel().tolist() == prepared.pairs(mentee, mentor).tolist()
    for i, j in zip(mentee, mentor, strict=True):
        verdicts = {rule.name: int(rule.block(np.array([i]))[0, j]) for rule in prepared.rules}
        refusals = dict(prepared.refusals(i, j))
        assert block[i, j] == (not refusals)
        assert list(refusals) == [name for name, v in verdicts.items() if v >= refuses_from]
        assert all(refusals.values())
        unverified = tuple(name for name, v in verdicts.items() if v == UNVERIFIED)
        assert unverified == prepared.unverified(i, j)


@settings(max_examples=60, deadline=None)
@given(spec=small_programmes(), chunk=st.integers(1, 6))
def test_counts_are_those_of_a_walk_over_all_pairs(by_hand, spec, chunk):
    """Removed, removed alone, unverified and left without anyone, whatever the block size."""
    programme = by_hand(**spec, extra=("shirt",))
    prepared = prepare(programme)
    count = prepared.count(chunk=chunk)
    n, m = len(programme.mentees), len(programme.mentors)
    pairs = [(int(i), int(j)) for i, j in zip(*every_pair(programme), strict=True)]
    refusals = {pair: [name for name, _ in prepared.refusals(*pair)] for pair in pairs}
    eligible = [pair for pair in pairs if not refusals[pair]]

    assert n * m == count.pairs_total
    assert len(eligible) == count.pairs_eligible
    assert [
        sum(i == k for i, _ in eligible) for k in range(n)
    ] == count.eligible_per_mentee.tolist()
    assert [
        sum(j == k for _, j in eligible) for k in range(m)
    ] == count.eligible_per_mentor.tolist()
    assert [rule.name for rule in prepared.rules] == [rule.name for rule in count.rules]
    for rule in count.rules:
        alone = [pair for pair in pairs if refusals[pair] == [rule.name]]
        unchecked = [pair for pair in pairs if rule.name in prepared.unverified(*pair)]
        stuck = {i for i, _ in alone} - {i for i, _ in eligible}
        assert rule == RuleCount(
            rule.name,
            removed=sum(rule.name in names for names in refusals.values()),
            removed_alone=len(alone),
            unverified=sum(not refusals[pair] for pair in unchecked),
            unchecked=len(unchecked),
            mentees_left_without_anyone=len(stuck),
        )


@settings(max_examples=40, deadline=None)
@given(spec=small_programmes(), data=st.data())
def test_the_order_of_rows_changes_nothing(by_hand, spec, data):
    """Shuffled tables give every pair the same answer and the same counts."""
    shuffled = {
        **spec,
        "mentees": data.draw(st.permutations(spec["mentees"])),
        "mentors": data.draw(st.permutations(spec["mentors"])),
    }
    answers = []
    for each in (spec, shuffled):
        programme = by_hand(**each, extra=("shirt",))
        prepared = prepare(programme)
        ids = programme.mentees.ids, programme.mentors.ids
        told = {
            (ids[0][i], ids[1][j]): (prepared.refusals(i, j), prepared.unverified(i, j))
            for i, j in zip(*every_pair(programme), strict=True)
        }
        by_rule = {label: prepared.refused_by_rule(k) for k, label in enumerate(ids[0])}
        count = prepared.count()
        answers.append((told, by_rule, count.rules, count.not_checked, count.line_gaps))

    assert answers[0] == answers[1]


@settings(max_examples=40, deadline=None)
@given(spec=small_programmes())
def test_switching_a_rule_off_frees_exactly_the_pairs_that_it_alone_removed(by_hand, spec):
    """``removed_alone`` is what lifting the rule would gain."""
    programme = by_hand(**spec, extra=("shirt",))
    rules = Eligibility.for_programme(programme)
    count = rules.prepare(programme).count()
    for rule in count.rules:
        fewer = replace(rules, rules=tuple(each for each in rules.rules if each.name != rule.name))
        lifted = fewer.prepare(programme).count()
        assert rule.removed_alone == lifted.pairs_eligible - count.pairs_eligible
        freed = np.count_nonzero(lifted.eligible_per_mentee) - np.count_nonzero(
            count.eligible_per_mentee
        )
        assert rule.mentees_left_without_anyone == freed


def test_a_rule_that_no_column_feeds_is_listed_with_the_column(by_hand):
    """Never silently absent: not in play, switched off, or set to nothing."""
    programme = by_hand(
        [{"id": "A1"}],
        [{"id": "M1", "team": "Red"}],
        config={"eligibility": {"off": ["not_self"], "min_overlap_hours_per_week": 0}},
    )
    prepared = prepare(programme)

    assert [rule.name for rule in prepared.rules] == ["same_team", "inactive", "forbidden"]
    assert dict(prepared.not_checked) == {
        "not_self": "Not checked: switched off in eligibility.off.",
        "minimum_overlap": "Not checked: eligibility.min_overlap_hours_per_week is 0.",
        "own_line": "Not checked: the column 'manager_id' is missing or blank for everybody.",
        "same_manager": "Not checked: the column 'manager_id' is missing or blank for everybody.",
        "appraiser": "Not checked: the column 'appraiser_id' is missing or blank for everybody.",
        "common_language": "Not checked: the column 'languages' is missing or blank for everybody.",
    }
    assert prepared.not_checked == prepared.count().not_checked


def test_no_levels_switch_the_line_rule_off(by_hand):
    """``line_manager_levels = 0`` lets a manager be matched, and says that it does."""
    programme = by_hand(
        [{"id": "A1", "manager_id": "M1"}],
        [{"id": "M1"}],
        config={"eligibility": {"line_manager_levels": 0}},
    )
    prepared = prepare(programme)

    assert prepared.refusals(0, 0) == ()
    assert (
        dict(prepared.not_checked)["own_line"]
        == "Not checked: eligibility.line_manager_levels is 0."
    )
    assert prepared.count().line_gaps is None


def test_what_cannot_be_checked_is_refused_if_the_settings_say_so(by_hand):
    """The sentence says what is missing and why that is enough."""
    people = [{"id": "A1"}], [{"id": "M1", "team": "Red"}]
    strict = by_hand(*people, config={"eligibility": {"unknown": "refuse"}})
    lenient = by_hand(*people)

    assert prepare(lenient).refusals(0, 0) == ()
    assert ("same_team",) == prepare(lenient).unverified(0, 0) == prepare(strict).unverified(0, 0)
    assert prepare(strict).refusals(0, 0) == (
        (
            "same_team",
            "Not given: the team of A1. The settings refuse what cannot be checked.",
        ),
    )


def test_one_mentee_is_told_how_many_each_rule_refuses(by_hand):
    """Most first, then by name; somebody refused twice is counted twice."""
    mentors = [
        {"id": "M1", "team": "Red", "status": "left"},
        {"id": "M2", "team": "Red"},
        {"id": "M3", "team": "Blue", "status": "paused"},
        {"id": "M4", "team": "Red"},
        {"id": "M5", "team": "Blue"},
    ]
    requests = [("A1", "M5", "forbid"), ("A1", "M1", "declined")]
    prepared = prepare(by_hand([{"id": "A1", "team": "Red"}], mentors, requests=requests))

    assert list(prepared.refused_by_rule(0).items()) == [
        ("same_team", 3),
        ("forbidden", 2),
        ("inactive", 2),
    ]


def test_gaps_of_the_reporting_line_are_counted_by_their_cause(by_hand):
    """B, over A1, and M1 lack a manager; A2's manager is in no table."""
    programme = by_hand(
        [{"id": "A1", "manager_id": "B"}, {"id": "A2", "manager_id": "Gone"}],
        [{"id": "M1"}, {"id": "M2", "manager_id": "C"}, {"id": "B"}],
        managers={"B": "", "C": "D"},
    )
    count = prepare(programme).count()

    # A1 with B is refused; the other five pairs each hold somebody whose line is short.
    assert LineGaps(pairs=5, without_manager=2, manager_in_no_table=1) == count.line_gaps
    assert count.rule("own_line").removed == 1
    assert count.rule("own_line").unchecked == 5


def test_somebody_whose_manager_is_in_no_table_is_one_gap_however_many_report_to_them(by_hand):
    """A1 and A2 report to E, whose manager Gone has no row: E is the gap, once."""
    programme = by_hand(
        [{"id": "A1", "manager_id": "E"}, {"id": "A2", "manager_id": "E"}],
        [{"id": "M1", "manager_id": "B"}],
        managers={"E": "Gone", "B": "C", "C": "D", "D": ""},
        config={"eligibility": {"line_manager_levels": 3}},
    )

    assert prepare(programme).count().line_gaps == LineGaps(
        pairs=2, without_manager=0, manager_in_no_table=1
    )


def test_a_count_of_a_rule_that_is_not_in_play_is_an_error_that_names_those_that_are(by_hand):
    """A misspelt name does not count as zero."""
    count = prepare(by_hand([{"id": "A1"}], [{"id": "M1"}])).count()

    with pytest.raises(KeyError, match=r"same_teams.*in play: not_self, inactive, forbidden"):
        count.rule("same_teams")


def test_counts_are_read_only_and_progress_ends_at_the_number_of_rows(by_hand):
    """Whoever holds a count cannot change it."""
    told = []
    prepared = prepare(by_hand([{"id": f"A{k}"} for k in range(5)], [{"id": "M1"}]))
    count = prepared.count(lambda *each: told.append(each), 2)

    assert [("eligibility", done, 5) for done in (0, 2, 4, 5)] == told
    with pytest.raises(ValueError, match="read-only"):
        count.eligible_per_mentee[0] = 7


@dataclass(frozen=True)
class RefuseAll:
    """A rule from outside that refuses everything."""

    name: str
    columns: tuple[str, ...] = ()

    def applies(self, programme):
        return True

    def prepare(self, programme):
        return PreparedRefuseAll(self.name, programme)


class PreparedRefuseAll(FormulaRule):
    """Its bound form."""

    def verdicts(self, mentee, mentor):
        return decide(np.ones(np.broadcast_shapes(mentee.shape, mentor.shape), dtype=np.bool_))

    def refusal(self, mentee, mentor):
        return "Nobody may meet."


@pytest.mark.parametrize("rules", [0, 1, 256])
def test_any_number_of_rules_from_outside_is_counted(by_hand, rules):
    """Two hundred and fifty-six refusals of one pair are not none."""
    eligibility = Eligibility(tuple(RefuseAll(f"rule {k}") for k in range(rules)))
    prepared = eligibility.prepare(by_hand([{"id": "A1"}], [{"id": "M1"}, {"id": "M2"}]))
    count = prepared.count()

    assert (0 if rules else 2) == count.pairs_eligible
    assert [2] * rules == [rule.removed for rule in count.rules]
    assert [2] * (rules == 1) == [each.removed_alone for each in count.rules if each.removed_alone]


def test_nobody_on_one_side_leaves_nothing_to_count(by_hand):
    """No mentor, no mentee: empty answers, no error."""
    for people in (([{"id": "A1"}], []), ([], [{"id": "M1"}]), ([], [])):
        programme = by_hand(*people, hours=[])
        prepared = prepare(programme)
        assert (len(people[0]), len(people[1])) == prepared.block(np.arange(len(people[0]))).shape
        assert prepared.count().pairs_eligible == 0
        assert required_faults(programme) == []


def test_a_required_pair_that_rules_refuse_is_one_fault_that_names_them(by_hand):
    """The row, each rule with its sentence, and what to do."""
    programme = by_hand(
        [{"id": "A1", "team": "Red"}, {"id": "A2", "team": "Blue"}],
        [{"id": "M1", "team": "red", "status": "paused"}, {"id": "M2", "team": "Red"}],
        requests=[
            ("A2", "M2", "require"),
            ("A1", "M1", "keep"),
            ("A1", "M2", "prefer"),
            ("A2", "M2", "keep"),
            ("A2", "M1", "require"),
        ],
    )
    first, second = required_faults(programme)

    assert (
        first.table,
        first.row,
        first.column,
        first.value,
        first.code,
    ) == ("pairs", 3, "kind", "keep", "required-pair-refused")
    assert first.problem == (
        "A pair that must be made has to be eligible, and A1 with M1 is not. "
        "The rule same_team refuses it: Both are in the team Red. "
        "The rule inactive refuses it: M1 is paused."
    )
    assert first.remedy == (
        "Remove the row; or, if the pair is wanted, "
        "correct what same_team reads or put 'same_team' into eligibility.off and "
        "correct what inactive reads or put 'inactive' into eligibility.off."
    )
    assert (second.row, second.value) == (6, "require")


def test_a_pair_both_required_and_forbidden_is_a_fault(by_hand):
    """The remedy is to remove one of the two rows, not to switch all vetoes off."""
    requests = [("A1", "M1", "require"), ("A1", "M1", "declined")]
    (fault,) = required_faults(by_hand([{"id": "A1"}], [{"id": "M1"}], requests=requests))

    assert fault.row == 2
    assert "The rule forbidden refuses it: The pair was declined in pairs, row 3." in fault.problem
    assert (
        fault.remedy == "Remove the row; or, if the pair is wanted, remove the row that blocks it."
    )


def test_the_fault_of_a_required_pair_names_the_file_of_the_settings(by_hand):
    """A renamed table is named as its owner named it."""
    programme = by_hand(
        [{"id": "A1", "status": "left"}],
        [{"id": "M1"}],
        requests=[("A1", "M1", "require")],
        config={"files": {"pairs": "input/wishes.xlsx"}},
    )
    (fault,) = required_faults(programme)

    assert fault.table == "wishes.xlsx"


def test_settings_without_faults_have_none(by_hand):
    """The rules that are switched off may be those that the same settings bring."""
    programme = by_hand(
        [{"id": "A1", "team": "Red"}],
        [{"id": "M1", "team": "Red"}],
        config={"eligibility": {"same": ["location"], "off": ["same_team", "same:location"]}},
    )

    assert [] == setting_faults(programme.config) == column_faults(programme)
    assert prepare(programme).refusals(0, 0) == ()
    assert "same:location" in dict(prepare(programme).not_checked)


@pytest.mark.parametrize(
    ("config", "column", "value", "code", "hint"),
    [
        # one letter too many
        (
            {"eligibility": {"off": ["same_teams"]}},
            "off",
            "same_teams",
            "rule-unknown",
            "'same_team'",
        ),
        # a column that serves audits only
        (
            {"eligibility": {"same": ["Gender"]}, "privacy": {"protected": ["gender"]}},
            "same",
            "Gender",
            "protected-column",
            "[privacy] protected",
        ),
        (
            {"eligibility": {"different": ["gender"]}, "privacy": {"protected": ["gender"]}},
            "different",
            "gender",
            "protected-column",
            "[privacy] protected",
        ),
        # no pair could satisfy both
        (
            {"eligibility": {"same": ["grade"], "different": ["grade"]}},
            "different",
            "grade",
            "rule-contradiction",
            "not in both",
        ),
    ],
)
def test_a_fault_of_the_settings_names_the_setting(by_hand, config, column, value, code, hint):
    """The setting, the value, a stable code, and what to write instead."""
    programme = by_hand([{"id": "A1"}], [{"id": "M1"}], config=config, extra=("gender", "Gender"))
    (fault,) = setting_faults(programme.config) + column_faults(programme)

    assert ("settings", f"eligibility.{column}", value, code) == (
        fault.table,
        fault.column,
        fault.value,
        fault.code,
    )
    assert hint in fault.remedy
    with pytest.raises(InputFaults, match=code):
        Eligibility.for_programme(programme)


def test_faults_of_settings_from_a_file_name_the_file(by_hand):
    """The file as its owner named it, for both kinds of fault."""
    programme = by_hand(
        [{"id": "A1"}],
        [{"id": "M1"}],
        config={"eligibility": {"off": ["xyz"], "same": ["shoe"]}},
    ).replace(
        inputs=tuple(InputFile(name, "", Path(name)) for name in ("spring.toml", "pairs.xlsx"))
    )

    with pytest.raises(InputFaults) as caught:
        Eligibility.for_programme(programme)
    assert [each.table for each in caught.value.faults] == ["spring.toml", "spring.toml"]
    assert pairs_table(programme) == "pairs.xlsx"


def test_an_unknown_rule_lists_the_valid_names(by_hand):
    """Every rule that there is, those of the settings included."""
    config = {"eligibility": {"off": ["xyz"], "same": ["location"]}}
    (fault,) = setting_faults(by_hand([], [], config=config).config)

    assert fault.remedy == (
        "Use names from: not_self, own_line, same_manager, same_team, appraiser, inactive, "
        "forbidden, minimum_overlap, common_language, same:location."
    )


def test_a_column_that_no_table_has_is_a_fault_with_a_near_spelling(by_hand):
    """A rule that was asked for is not dropped because of a misspelt column."""
    programme = by_hand(
        [{"id": "A1"}],
        [{"id": "M1"}],
        config={"eligibility": {"same": ["locaton"], "different": ["languages", "team"]}},
        extra=("site",),
    )
    found = column_faults(programme)

    assert [(fault.column, fault.value) for fault in found] == [
        ("eligibility.same", "locaton"),
        ("eligibility.different", "languages"),
    ]
    assert {fault.code for fault in found} == {"column-unknown"}
    assert found[0].remedy.startswith("Did you mean 'location'? Use one of: appraiser_id,")
    assert "site" in found[0].remedy
    with pytest.raises(InputFaults, match="2 faults"):
        Eligibility.for_programme(programme)


def test_a_column_that_one_table_lacks_leaves_every_pair_unverified(by_hand):
    """Nobody is refused for a column that their table does not have, and every pair is counted."""
    both = by_hand(
        [{"id": "A1", "site": "Bonn"}],
        [{"id": "M1"}, {"id": "M2"}],
        config={"eligibility": {"same": ["site"]}},
        extra=("site",),
    )
    mentors = replace(both.mentors, extra={})
    prepared = prepare(both.replace(mentors=mentors))

    assert column_faults(both.replace(mentors=mentors)) == []
    assert prepared.count().rule("same:site").unverified == 2
    assert prepared.count().pairs_eligible == 2
