"""Notes on columns that nothing reads."""

import pytest

from cmmatch import api
from cmmatch.compatibility.own_components import component
from cmmatch.programme.loading import load, load_frames


def unread(mentees, *, mentors=None, **more):
    """What the notes say of columns that nothing reads, by table."""
    loaded = load_frames(mentors or {"id": ["A1"]}, mentees, **more)
    return {note.table: note.problem for note in loaded.faults if note.code == "columns-not-read"}


def columns(*headings):
    return {"id": ["E1"], **{heading: ["x"] for heading in headings}}


def test_every_column_that_nothing_reads_is_named_once_a_table_near_misses_first():
    said = unread(columns("Campus", "goalz", "gaols", "years_exp", "Shoe size", "skills"))

    assert {
        "mentees": "Nothing reads these columns; own components see them: 'goalz' (did you mean "
        "'goals'?), 'gaols' (did you mean 'goals'?), 'years_exp' (did you mean "
        "'years_experience'?), 'Campus', 'Shoe size'."
    } == said


def test_nothing_is_said_where_everything_is_read():
    assert {} == unread(columns("goals", "Years of experience", "skills"))


@pytest.mark.parametrize("heading", ["capacity2", "goal list", "Level", "Company"])
def test_a_heading_that_is_like_no_name_is_not_called_a_misspelling(heading):
    mentors = {"id": ["A1"], "capacity": ["1"], "goals": [""], heading: ["x"]}

    assert "did you mean" not in unread({"id": ["E1"]}, mentors=mentors)["mentors"]


def test_a_column_that_the_settings_say_is_not_there_is_not_offered():
    said = unread(columns("goalz"), config={"columns": {"mentees": {"goals": ""}}})

    assert "did you mean" not in said["mentees"]


@pytest.mark.parametrize(
    "config",
    [
        {"eligibility": {"same": ["pace"]}},
        {"eligibility": {"different": ["pace"]}},
        {"report": {"columns": ["pace"]}},
        {"privacy": {"protected": ["Pace"]}},
        {"identity": {"columns": ["pace"]}},
        {"working_style": {"columns": ["pace"], "scale": [1, 5]}},
        {"columns": {"mentees": {"goals": "pace"}, "mentors": {"goals": "pace"}}},
    ],
)
def test_what_a_setting_names_is_read(config):
    people = {"pace": ["3"]}
    said = unread({"id": ["E1"], **people}, mentors={"id": ["A1"], **people}, config=config)

    assert {} == said


def test_while_a_setting_that_may_name_it_has_a_fault_nothing_is_said():
    people = columns("gender")

    assert {} == unread(people, config={"report": {"columns": 7}})
    assert {} == unread(people, config={"eligibility": {"same": ["gendre"]}})


def test_pairs_are_looked_at_too_and_no_component_sees_those():
    pairs = {"mentee_id": ["E1"], "mentor_id": ["A1"], "kind": ["prefer"], "expirs": [""]}
    said = unread({"id": ["E1"]}, pairs=pairs)

    assert {"pairs": "Nothing reads these columns: 'expirs' (did you mean 'expires'?)."} == said


def test_after_twenty_the_rest_is_counted():
    said = unread(columns(*(f"Q{k}" for k in range(25)), "goalz"))

    assert said["mentees"].endswith("'Q18' and 6 more.")
    assert "goalz" in said["mentees"]


def folder(path, mentees):
    (path / "programme.toml").write_text(
        '[files]\nmentors = "all.csv"\nmentees = "all.csv"\n', encoding="utf-8"
    )
    (path / "all.csv").write_text(mentees, encoding="utf-8")
    return path


def test_one_file_for_both_sides_is_read_by_either(tmp_path):
    home = folder(tmp_path, "id,capacity,skills_wanted,Campus\nA1,1,go,N\n")
    (note,) = load(home).faults

    assert ("all.csv", "columns-not-read") == (note.table, note.code)
    assert note.problem.endswith("see them: 'Campus'.")


def test_what_a_component_of_ones_own_says_it_reads_is_read(tmp_path):
    home = folder(tmp_path, "id,Campus,Shift\nA1,N,early\nA2,N,late\n")

    @component(name="same_campus", weight=10, columns=["Campus"])
    def same_campus(mentees, mentors):
        return mentees.Campus.to_numpy()[:, None] == mentors.Campus.to_numpy()

    (note,) = api.check(home, components=[same_campus]).notes
    (alone,) = api.check(home).notes

    assert note.problem.endswith("see them: 'Shift'.")
    assert alone.problem.endswith("see them: 'Campus', 'Shift'.")
