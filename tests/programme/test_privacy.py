"""Protected columns are for audits only, and settings name columns that are there."""

import pytest

from cmmatch.programme.config import Config
from cmmatch.programme.loading import load, load_frames
from cmmatch.programme.privacy import looks_protected, uses

MENTORS = {"id": ["A1"], "Gender": ["f"], "department": ["HR"], "campus": ["Bern"]}
MENTEES = {"id": ["E1"], "Gender": ["m"], "department": ["HR"], "campus": ["Rome"]}


def found(config, mentors=MENTORS, mentees=MENTEES, people=None):
    loaded = load_frames(mentors, mentees, people=people, config=config)
    return [(fault.column, fault.code) for fault in loaded.faults.faults]


def test_every_setting_that_names_a_column_is_listed():
    config = Config.model_validate(
        {
            "eligibility": {"same": ["a"], "different": ["b"]},
            "limits": [{"name": "x", "where": {"c": "1"}, "max_hours_per_month": 1}],
            "report": {"columns": ["d"]},
            "columns": {"mentors": {"team": "e"}, "pairs": {"kind": "f"}},
            "personality": {"key": {"openness": ["g", "-h"]}},
        }
    )

    assert [
        ("eligibility.same", "a"),
        ("eligibility.different", "b"),
        ("limits.1.where", "c"),
        ("report.columns", "d"),
        ("columns.mentors.team", "e"),
        ("columns.pairs.kind", "f"),
        ("personality.key.openness", "g"),
        ("personality.key.openness", "h"),
    ] == uses(config)


def test_the_items_of_an_instrument_are_uses():
    config = Config.model_validate({"personality": {"instrument": "ipip_25"}})

    assert ("personality.key.agreeableness", "A1") in uses(config)


@pytest.mark.parametrize("name", ["Gender", "gender", "GENDER "])
@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("eligibility.same", {"eligibility": {"same": ["Gender"]}}),
        ("eligibility.different", {"eligibility": {"different": ["Gender"]}}),
        ("report.columns", {"report": {"columns": ["Gender"]}}),
        ("columns.mentees.team", {"columns": {"mentees": {"team": "Gender"}}}),
    ],
)
def test_no_setting_may_use_a_protected_column(name, path, section):
    assert (path, "protected-column") in found({"privacy": {"protected": [name]}, **section})


def test_a_personality_item_may_not_be_a_protected_column():
    config = {
        "privacy": {"protected": ["Gender"]},
        "personality": {"key": {"openness": ["-Gender"]}},
    }

    assert ("personality.key.openness", "protected-column") in found(config)


@pytest.mark.parametrize("name", ["department", "Department"])
def test_a_column_that_cmmatch_reads_itself_cannot_be_protected(name):
    config = {"privacy": {"protected": [name]}}

    assert [("privacy.protected", "protected-column")] == found(config)


def test_a_protected_column_is_kept_for_audits():
    loaded = load_frames(MENTORS, MENTEES, config={"privacy": {"protected": ["gender"]}})

    assert {"columns-not-read"} == {note.code for note in loaded.faults}
    assert all("Gender" not in note.problem for note in loaded.faults)
    assert ["f"] == loaded.programme.mentors.extra["Gender"].tolist()


def test_a_protected_column_that_no_table_has_is_a_fault():
    config = {"privacy": {"protected": ["gendre"]}}

    assert ("privacy.protected", "column-unknown") in found(config)


@pytest.mark.parametrize("column", ["campus", "department"])
def test_a_column_may_be_named_by_heading_or_by_cmmatchs_name(column):
    assert not found(
        {
            "privacy": {"protected": ["gender"]},
            "eligibility": {"same": [column]},
            "report": {"columns": [column]},
        }
    )


def test_a_heading_that_stands_for_a_column_of_cmmatch_is_named_by_that_column():
    mentors = {"id": ["A1"], "Business unit": ["HR"]}
    mentees = {"id": ["E1"], "Business unit": ["HR"]}
    loaded = load_frames(mentors, mentees, config={"eligibility": {"same": ["Business unit"]}})
    (fault,) = loaded.faults

    assert fault.code == "column-unknown"
    assert fault.remedy.startswith("Did you mean 'department'?")


def test_a_list_cannot_be_compared_as_one_text():
    mentors, mentees = {"id": ["A1"], "skills": ["R"]}, {"id": ["E1"], "skills": ["R"]}
    config = {"eligibility": {"same": ["skills"]}, "report": {"columns": ["skills"]}}

    assert [("eligibility.same", "column-unknown"), ("report.columns", "column-unknown")] == found(
        config, mentors, mentees
    )


def test_a_column_that_people_csv_gives_is_there():
    people = {"id": ["A1", "E1"], "team": ["x", "y"]}
    config = {"eligibility": {"different": ["team"]}}

    assert not found(config, {"id": ["A1"]}, {"id": ["E1"]}, people)


@pytest.mark.parametrize(
    "heading",
    [
        "Gender",
        "Sex",
        "ethnicity",
        "Race/Ethnicity",
        "Religion",
        "disability status",
        "Nationality",
        "sexual_orientation",
        "marital status",
        "Age",
        "AgeGroup",
        "date of birth",
        "dateOfBirth",
        "DOB",
        "Pregnancy",
    ],
)
def test_a_protected_heading_is_recognised(heading):
    assert looks_protected(heading)


@pytest.mark.parametrize("heading", ["language", "average", "manager", "Essex office", "stage"])
def test_a_harmless_heading_is_left_alone(heading):
    assert not looks_protected(heading)


def test_each_undeclared_column_is_noted_and_stops_nothing():
    loaded = load_frames(MENTORS, MENTEES)

    assert [("mentees", "Gender"), ("mentors", "Gender")] == [
        (note.table, note.column)
        for note in loaded.faults.notes
        if note.code == "protected-undeclared"
    ]
    assert not loaded.faults.faults


def test_a_column_may_be_protected_that_only_the_table_of_everyone_has():
    people = {"id": ["A1", "E1"], "Religion": ["x", "y"]}
    config = {"privacy": {"protected": ["religion"]}}
    loaded = load_frames(MENTORS, MENTEES, people=people, config=config)

    told = [each for each in loaded.faults if each.code == "protected-undeclared"]
    assert ["Gender", "Gender"] == [each.column for each in told]
    assert all("Religion" not in each.problem for each in loaded.faults)


def test_a_column_may_be_protected_that_only_the_pairs_have():
    pairs = {"mentee_id": ["E1"], "mentor_id": ["A1"], "kind": ["prefer"], "Age gap": ["3"]}
    config = {"privacy": {"protected": ["age_gap", "gender"]}}
    loaded = load_frames(MENTORS, MENTEES, pairs=pairs, config=config)

    assert ["mentees", "mentors"] == [each.table for each in loaded.faults]
    assert {"columns-not-read"} == {each.code for each in loaded.faults}


def survey(folder, config):
    """A survey export whose third question asks for the gender."""
    first = "Status,RecordedDate,ResponseId,Q1,Q3\nStatus,Recorded,Response ID,Id?,"
    text = first + "What is your gender?\n{ID},{ID},{ID},{ID},{ID}\nIP,2026,R_1,A1,f\n".replace(
        "{ID}", '"{""ImportId"":""x""}"'
    )
    (folder / "mentors.csv").write_text(text, encoding="utf-8")
    (folder / "mentees.csv").write_text("id\nE1\n", encoding="utf-8")
    settings = '[columns.mentors]\nid = "Q1"\n' + config
    (folder / "programme.toml").write_text(settings, encoding="utf-8")
    return load(folder)


def test_a_question_that_asks_for_something_protected_is_noted(tmp_path):
    (note,) = survey(tmp_path, "").faults

    assert ("protected-undeclared", "Q3") == (note.code, note.column)
    assert "What is your gender?" == note.value


@pytest.mark.parametrize("name", ["What is your gender?", "Q3"])
def test_a_column_is_protected_by_its_question_as_by_its_heading(tmp_path, name):
    loaded = survey(tmp_path, f'[privacy]\nprotected = ["{name}"]\n')

    assert [] == list(loaded.faults)
    assert ("Q3",) == loaded.programme.config.privacy.protected


def test_nothing_may_use_a_column_that_is_protected_by_its_question(tmp_path):
    config = '[privacy]\nprotected = ["what is your gender"]\n[eligibility]\ndifferent = ["Q3"]\n'
    (fault,) = survey(tmp_path, config).faults.faults

    assert ("protected-column", "eligibility.different") == (fault.code, fault.column)


@pytest.mark.parametrize("protected", ["Q3", "What is your gender?"])
@pytest.mark.parametrize("heading", ["Q3", "What is your gender?"])
def test_a_protected_question_cannot_be_renamed_to_a_column(tmp_path, protected, heading):
    config = f'team = "{heading}"\n[privacy]\nprotected = ["{protected}"]\n'
    found = {(each.code, each.column) for each in survey(tmp_path, config).faults.faults}

    assert {("protected-column", "columns.mentors.team")} == found


@pytest.mark.parametrize("key", ["where", "same", "differ", "each"])
def test_a_limit_must_not_use_a_protected_column(key):
    limit = {"name": "x", key: {"gender": "f"} if key == "where" else "gender", "max": 1}
    config = {"privacy": {"protected": ["gender"]}, "limits": [limit]}

    assert [(f"limits.1.{key}", "protected-column")] == found(config)


def test_a_protected_column_in_another_spelling_is_not_said_to_be_unknown():
    mentors, mentees = ({**each, "gender": ["f"]} for each in ({"id": ["A1"]}, {"id": ["E1"]}))
    config = {"privacy": {"protected": ["gender"]}, "eligibility": {"same": ["Gender"]}}

    assert [("eligibility.same", "protected-column")] == found(config, mentors, mentees)


def test_a_protected_column_is_never_advised():
    config = {"privacy": {"protected": ["gender"]}, "eligibility": {"same": ["Gendr"]}}
    (fault,) = load_frames(MENTORS, MENTEES, config=config).faults.faults

    assert "column-unknown" == fault.code
    assert "Gender" not in fault.remedy


@pytest.mark.parametrize("column", ["consent_personality", "skills", "capacity", "languages"])
def test_a_report_shows_only_columns_of_one_text_a_person(column):
    mentors = {"id": ["A1"], column: ["3"]}
    mentees = {"id": ["E1"]}

    assert ("report.columns", "column-unknown") in found(
        {"report": {"columns": [column]}}, mentors, mentees
    )
