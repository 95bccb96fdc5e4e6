"""Answers on personality count by ``[personality]`` alone, with consent; nothing else uses them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cmmatch
from cmmatch import Programme
from cmmatch.compatibility.column_rules import DifferentColumn, SameColumn
from cmmatch.compatibility.rule_faults import column_faults
from cmmatch.compatibility.working_style import WorkingStyle
from cmmatch.errors import InputFaults
from cmmatch.programme.config import Config
from cmmatch.programme.instruments import INSTRUMENTS
from cmmatch.programme.loading import load_frames
from cmmatch.programme.trait_columns import TraitColumns

CODE = "trait-column-used"
OWN_KEY = {"personality": {"key": {"openness": ["Q1", "-Q2"]}}}


def side(label, *headings, consent="no", **cells):
    columns = {heading: ["5"] for heading in headings}
    return {"id": [label], "consent_personality": [consent], **columns, **cells}


def used(config, *headings, consent="no"):
    """Return (setting, column) of each use that is refused, and that nothing else is refused."""
    tables = side("M1", *headings, consent=consent), side("E1", *headings, consent=consent)
    faults = load_frames(*tables, config=config).faults.faults
    assert {CODE} >= {each.code for each in faults}
    return [(each.column, each.value) for each in faults if each.code == CODE]


def items_of(name):
    return [item.removeprefix("-") for key in INSTRUMENTS[name].key.values() for item in key]


@pytest.mark.parametrize("section", ["working_style", "learning_orientation"])
@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("consent", ["no", "yes"])
@pytest.mark.parametrize(
    ("column", "heading"),
    [
        ("openness", "openness"),
        ("Openness", "Openness"),  # other capitals
        ("OPENNESS", "openness"),  # other capitals than the table
        ("neuroticism", "Neuroticism"),
        ("Openness to Experience", "Openness to Experience"),  # another name of the trait
        ("extroversion", "extroversion"),  # another spelling
        ("Mentor openness", "Mentor openness"),  # with the word for the side
        ("ipip5", "ipip5"),  # an item that bears the name of its questionnaire
        ("IPIP_5", "IPIP 5"),
        ("tipi3", "TIPI3"),
        ("bfi10", "bfi10"),
    ],
)
def test_no_rating_is_a_trait_or_an_item(section, sign, consent, column, heading):
    config = {section: {"columns": [sign + column]}}

    assert [(f"{section}.columns", column)] == used(config, heading, consent=consent)


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_no_rating_is_an_item_of_the_instrument_in_use(instrument):
    items = items_of(instrument)
    for column in items:
        config = {
            "personality": {"instrument": instrument},
            "working_style": {"columns": [f"-{column}"]},
        }

        assert [("working_style.columns", column)] == used(config, *items)


@pytest.mark.parametrize("column", ["Q1", "q2", "Q 1", "-Q2"])
def test_no_rating_is_an_item_of_the_own_key(column):
    config = {**OWN_KEY, "working_style": {"columns": [column]}}

    assert [("working_style.columns", column.removeprefix("-"))] == used(config, "Q1", "Q2")


def test_what_is_no_item_may_be_rated():
    config = {**OWN_KEY, "working_style": {"columns": ["Q3", "open_door", "E1"]}}

    assert [] == used(config, "Q1", "Q2", "Q3", "open_door", "E1", consent="yes")


SETTINGS = [
    ("eligibility.same", lambda column: {"eligibility": {"same": [column]}}),
    ("eligibility.different", lambda column: {"eligibility": {"different": [column]}}),
    ("report.columns", lambda column: {"report": {"columns": [column]}}),
    ("identity.columns", lambda column: {"identity": {"columns": [column]}}),
    ("working_style.columns", lambda column: {"working_style": {"columns": [column]}}),
    (
        "limits.1.where",
        lambda column: {
            "limits": [{"name": "x", "where": {column: "5"}, "max_hours_per_month": 1}]
        },
    ),
    *(
        (
            f"limits.1.{key}",
            lambda column, key=key: {"limits": [{"name": "x", key: column, "max": 1}]},
        )
        for key in ("same", "differ", "each")
    ),
]


@pytest.mark.parametrize(("path", "setting"), SETTINGS, ids=[path for path, _ in SETTINGS])
@pytest.mark.parametrize(
    ("column", "more", "headings"),
    [
        ("openness", {}, ["openness"]),
        ("ipip5", {}, ["ipip5"]),
        ("O1", {}, items_of("ipip_25")),  # a whole questionnaire that no setting names
        ("O1", {"personality": {"instrument": "ipip_25"}}, items_of("ipip_25")),
        ("Q1", OWN_KEY, ["Q1", "Q2"]),
    ],
)
def test_no_setting_uses_answers_on_personality(path, setting, column, more, headings):
    assert [(path, column)] == used({**more, **setting(column)}, *headings)


@pytest.mark.parametrize("column", ["Openness", "ipip5"])
@pytest.mark.parametrize("kind", ["mentors", "mentees"])
def test_no_other_column_is_read_from_answers_on_personality(column, kind):
    config = {"columns": {kind: {"team": column}}}

    assert [(f"columns.{kind}.team", column)] == used(config, column)


def test_consent_recorded_elsewhere_changes_nothing():
    config = {"privacy": {"personality": "given"}, "working_style": {"columns": ["openness"]}}

    assert [("working_style.columns", "openness")] == used(config, "openness")


@pytest.mark.parametrize(
    ("renames", "column", "headings"),
    [
        ({"pace": "openness"}, "pace", ["openness"]),  # a trait under another name
        ({"tipi1": "Q9", "pace": "Q9"}, "pace", ["Q9"]),  # one heading for both
        ({"openness": "Q9"}, "Q9", ["Q9"]),  # the heading that is read as the trait
        ({"openness": ""}, "openness", ["openness"]),  # said not to be there
    ],
)
def test_a_renaming_hides_no_trait(renames, column, headings):
    config = {
        "personality": {"key": {"neuroticism": ["tipi1"]}} if "tipi1" in renames else {},
        "columns": {"mentors": renames, "mentees": renames},
        "working_style": {"columns": [column]},
    }

    assert [("working_style.columns", column)] == used(config, *headings)


def test_traits_and_items_may_be_renamed():
    config = {
        "personality": {"key": {"openness": ["ipip5"]}},
        "columns": {
            "mentors": {"ipip5": "Q1", "neuroticism": "Openness to experience"},
            "mentees": {"ipip5": "IPIP-05"},
        },
    }
    tables = side("M1", "Q1", "Openness to experience"), side("E1", "IPIP-05")

    assert [] == list(load_frames(*tables, config=config).faults.faults)


def test_the_question_of_a_survey_is_a_name_too(tmp_path):
    ids = ",".join(['"{""ImportId"":""x""}"'] * 3)
    text = f"Q1,consent_personality,Q3\nId?,Consent?,Openness\n{ids}\nA1,no,4\n"
    (tmp_path / "mentors.csv").write_text(text, encoding="utf-8")
    (tmp_path / "mentees.csv").write_text("id,Q3\nE1,4\n", encoding="utf-8")
    settings = '[columns.mentors]\nid = "Q1"\n[working_style]\ncolumns = ["Q3"]\n'
    (tmp_path / "programme.toml").write_text(settings, encoding="utf-8")

    with pytest.raises(InputFaults) as raised:
        cmmatch.read_programme(tmp_path)

    assert [(CODE, "working_style.columns")] == [(f.code, f.column) for f in raised.value.faults]


def test_the_fault_names_the_setting_the_column_and_what_to_do(tmp_path):
    for name in ("mentors", "mentees"):
        text = f"id,Openness,consent_personality\n{name},5,no\n"
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    settings = '[working_style]\ncolumns = ["-Openness"]\n'
    (tmp_path / "programme.toml").write_text(settings, encoding="utf-8")

    with pytest.raises(InputFaults) as raised:
        cmmatch.read_programme(tmp_path)

    assert [
        "programme.toml, setting 'working_style.columns': Answers on personality must be used by "
        "[personality] alone, which asks for consent; this column is the trait openness. Given: "
        "'Openness'. Take it out here and let [personality] compare it; if it is something else, "
        "give the column another heading. [trait-column-used]"
    ] == [str(each) for each in raised.value.faults]


def test_a_column_that_is_only_called_like_an_item_is_none():
    assert [] == used({"eligibility": {"same": ["E1"]}}, "E1")


def test_a_survey_in_numbered_sections_is_no_questionnaire():
    sections = [f"{letter}{k}" for letter in "ABCDE" for k in range(1, 6)]

    assert [] == used({"report": {"columns": ["E2"]}, "eligibility": {"same": ["A1"]}}, *sections)


@given(st.sets(st.sampled_from(items_of("ipip_25"))))
def test_a_questionnaire_is_known_by_half_of_each_trait(there):
    known = bool(TraitColumns.of(Config(), there).what("o1"))

    assert known == all(sum(item[0] == trait for item in there) >= 3 for trait in "OCEAN")


HIDDEN = [("openness", {"openness": ""}), ("ipip5", {})]


def hiding(column, renames):
    """A programme in which an answer on personality is a column that nothing has taken."""
    config = {"columns": {"mentors": renames, "mentees": renames}}
    return Programme.from_frames(side("M1", column), side("E1", column), config=config)


@pytest.mark.parametrize(("column", "renames"), HIDDEN)
class TestInPython:
    def test_a_rule_that_reads_one_is_refused(self, column, renames):
        from dataclasses import replace

        programme = hiding(column, renames)
        scorer = cmmatch.Scorer.for_programme(programme)
        for rule in (SameColumn(column.upper()), DifferentColumn(column)):
            with_rule = replace(scorer, eligibility=replace(scorer.eligibility, rules=(rule,)))
            with pytest.raises(InputFaults, match=CODE):
                cmmatch.match(programme, scorer=with_rule)

    def test_ratings_of_one_are_refused(self, column, renames):
        from dataclasses import replace

        programme = hiding(column, renames)
        scorer = cmmatch.Scorer.for_programme(programme)
        style = replace(scorer, components=(WorkingStyle((column,)),))
        with pytest.raises(InputFaults, match=f"'working_style' reads .*{CODE}"):
            cmmatch.match(programme, scorer=style)

    def test_a_function_does_not_get_to_see_one(self, column, renames):
        @cmmatch.component(name="own", weight=1.0)
        def alike(mentees, mentors):
            assert column not in {*mentees.columns, *mentors.columns}
            return np.ones((len(mentees), len(mentors)))

        result = cmmatch.match(hiding(column, renames), components=[alike])

        assert ("own",) == result.scored.names
        assert column in result.programme.mentors.extra

    def test_settings_that_were_changed_since_are_checked_again(self, column, renames):
        programme = hiding(column, renames)
        config = programme.config.model_copy(
            update={
                "eligibility": Config.model_validate(
                    {"eligibility": {"same": [column]}}
                ).eligibility
            }
        )

        assert [CODE] == [each.code for each in column_faults(programme.replace(config=config))]


def test_a_component_that_declares_an_item_is_refused():
    @cmmatch.component(name="own", weight=1.0, columns=["ipip5"])
    def alike(mentees, mentors):
        raise AssertionError

    with pytest.raises(InputFaults, match="'own' reads an item of mini_ipip"):
        cmmatch.match(hiding("ipip5", {}), components=[alike])


@given(st.sampled_from(["1", "3", "5", "9", "high", ""]), st.sampled_from(["no", ""]))
def test_without_consent_no_answer_changes_a_matching(answer, consent):
    def matched(cell):
        tables = [
            side(label, consent=consent, openness=[cell], ipip5=[cell], pace=["4"])
            for label in ("M1", "E1")
        ]
        config = {"working_style": {"columns": ["pace"]}}
        result = cmmatch.match(Programme.from_frames(*tables, config=config))
        return str(result.explain("E1"))

    assert matched("2") == matched(answer)
