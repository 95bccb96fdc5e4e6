"""The settings: every mistake a fault, no mistake hides another."""

from datetime import date
from typing import get_args

import pytest

from cmmatch.programme.component_settings import SCORING_VERSIONS, ScoringSettings
from cmmatch.programme.config import Config
from cmmatch.programme.faults import FaultList
from cmmatch.programme.settings import parse_settings, read_settings, settings_name


def faults_of(given):
    faults = FaultList()
    parse_settings(given, faults)
    return [(fault.column, fault.code) for fault in faults]


def test_no_settings_are_the_defaults():
    faults = FaultList()

    assert Config() == read_settings(None, faults)
    assert Config() == parse_settings(None, faults)
    assert Config() == parse_settings({}, faults)
    assert not list(faults)


def test_settings_are_read_from_a_file_with_a_byte_order_mark(tmp_path):
    file = tmp_path / "programme.toml"
    file.write_text('[programme]\nname = "Größe"\nstarts = 2026-12-01\n', encoding="utf-8-sig")
    faults = FaultList()
    config = parse_settings(file, faults)

    assert not list(faults)
    assert ("Größe", date(2026, 12, 1)) == (config.programme.name, config.programme.starts)


def test_settings_given_ready_are_taken_as_they_are():
    config = Config.model_validate({"programme": {"seed": 7}})

    assert config is parse_settings(config, FaultList())


def test_all_mistakes_are_found_at_once_and_the_rest_is_kept():
    faults = FaultList()
    given = {
        "programme": {"seed": -1, "weeks": 12, "hours_per_pair": "two"},
        "eligibility": {"same": "team", "different": ["team"]},
        "wieghts": {},
    }
    config = parse_settings(given, faults)

    assert [
        ("eligibility.same", "setting-type"),
        ("programme.hours_per_pair", "setting-type"),
        ("programme.seed", "setting-range"),
        ("wieghts", "setting-unknown"),
    ] == [(fault.column, fault.code) for fault in faults]
    assert (0, 12, 2.0) == (
        config.programme.seed,
        config.programme.weeks,
        config.programme.hours_per_pair,
    )
    assert ((), ("team",)) == (config.eligibility.same, config.eligibility.different)


def test_what_the_caller_gave_is_not_changed():
    given = {"programme": {"seed": -1}, "limits": [{"name": "x"}]}
    parse_settings(given, FaultList())

    assert given == {"programme": {"seed": -1}, "limits": [{"name": "x"}]}


def test_two_mistakes_in_one_list_leave_the_rest_of_the_section():
    given = {"eligibility": {"same": [1, 2], "off": ["not_self"]}}
    faults = FaultList()
    config = parse_settings(given, faults)

    assert ["eligibility.same.1", "eligibility.same.2"] == [fault.column for fault in faults]
    assert config.eligibility.off == ("not_self",)


@pytest.mark.parametrize(
    "given",
    [
        {"programme": {"weeks": True}},
        {"programme": {"name": True}},
        {"weights": {"skills": False}},
        {"eligibility": {"same": [True]}},
    ],
)
def test_true_and_false_are_refused_once(given):
    (found,) = faults_of(given)

    assert found[1] == "setting-type"


def test_an_unknown_setting_that_is_true_is_only_unknown():
    assert [("programme.sed", "setting-unknown")] == faults_of({"programme": {"sed": True}})


def test_a_setting_in_the_wrong_section_is_told_where_it_belongs():
    faults = FaultList()
    parse_settings({"weeks": 12}, faults)

    assert next(iter(faults)).remedy == "It belongs in [programme]; move it there."


def test_objectives_that_there_are_not_are_refused():
    given = {"objectives": {"order": ["most_matched", "fairest"]}}
    expected = [("objectives.order", "objective-not-supported")]

    assert expected == faults_of(given)
    assert expected == faults_of(Config.model_validate(given))


@pytest.mark.parametrize(
    ("order", "fine"),
    [
        (["total_score", "most_matched"], True),
        (["most_matched", "worst_off", "leximin", "total_score"], True),
        (["generous_maximum", "leximin"], True),
        # each at most once
        (["total_score", "total_score"], False),
        # how many pairs there are must be settled before
        (["leximin"], False),
        (["total_score", "worst_off", "most_matched"], False),
        (["rank_maximal", "worst_off"], False),
        (["most_matched", "group_gap", "bottom_share", "nash", "even_load"], True),
        (["even_load", "most_matched"], False),
        (["fewest_changes"], True),
    ],
)
def test_what_looks_at_the_pairs_made_comes_after_what_counts_them(order, fine):
    found = [] if fine else [("objectives.order", "objective-order-not-supported")]

    assert found == faults_of({"objectives": {"order": order}})


def test_a_settings_file_that_is_not_there_is_a_fault(tmp_path):
    faults = FaultList()

    assert parse_settings(tmp_path / "none.toml", faults) is None
    assert [("none.toml", "settings-missing")] == [(f.table, f.code) for f in faults]


def test_the_line_of_a_toml_mistake_is_given(tmp_path):
    file = tmp_path / "programme.toml"
    file.write_text("[programme]\nseed = 1\nseed = 2\n", encoding="utf-8")
    faults = FaultList()

    assert read_settings(file, faults) is None
    assert [(3, "setting-syntax")] == [(f.row, f.code) for f in faults]


def test_settings_are_called_by_their_file_if_they_have_one(tmp_path):
    assert "own.toml" == settings_name(tmp_path / "own.toml")
    assert "settings" == settings_name({}) == settings_name(None) == settings_name(Config())


@pytest.mark.parametrize("version", [2, 0, "1"])
def test_another_version_of_the_score_is_refused_and_says_which_there_is(version):
    faults = FaultList()
    config = parse_settings({"scoring": {"version": version, "preset": "belonging"}}, faults)
    (fault,) = faults.faults

    assert ("scoring.version", str(version), "setting-choice") == (
        fault.column,
        fault.value,
        fault.code,
    )
    assert "The value must be 1." == fault.problem
    assert "newer" in fault.remedy or "later" in fault.remedy
    assert (1, "belonging") == (config.scoring.version, config.scoring.preset)


def test_an_unknown_preset_offers_a_near_one():
    faults = FaultList()
    parse_settings({"scoring": {"preset": "leadershp"}}, faults)
    (fault,) = faults.faults

    assert ("scoring.preset", "setting-choice") == (fault.column, fault.code)
    assert "leadership" in fault.remedy


def test_the_versions_of_the_score_are_those_that_the_settings_take():
    assert SCORING_VERSIONS == get_args(ScoringSettings.model_fields["version"].annotation)
