"""Week grids: both shapes, lengths of rows, zones, and who is meant."""

from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmmatch import Programme
from cmmatch.programme.calendar import parse_availability
from cmmatch.programme.faults import FaultList
from cmmatch.programme.loading import load
from cmmatch.programme.tables import from_frame
from cmmatch.programme.week_grids import parse_slot, read_week_grid

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def read(frame):
    """The answers by person, and the codes of the faults."""
    faults = FaultList()
    answers = read_week_grid(from_frame(frame, "grid", faults), faults)
    return {each.person: each.free for each in answers}, [fault.code for fault in faults]


def folder(path, grids, mentors="id,timezone\nA1,Europe/Berlin\n", toml=""):
    """A programme's folder with week grids by file name."""
    (path / "programme.toml").write_text(
        f"[programme]\nstarts = 2026-12-07\n{toml}", encoding="utf-8"
    )
    (path / "mentors.csv").write_text(mentors, encoding="utf-8")
    (path / "mentees.csv").write_text("id,timezone\nE1,Europe/Berlin\n", encoding="utf-8")
    for name, text in grids.items():
        (path / name).write_text(text, encoding="utf-8")
    return path


def hours(text):
    return parse_availability(text).tolist()


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("Monday 09:00:00 AM", (0, 36)),
        ("Monday 12:00:00 AM", (0, 0)),
        ("Sunday 12:45:00 PM", (6, 51)),
        ("Tue 9 pm", (1, 84)),
        ("wed, 09:15", (2, 37)),
        ("Thu 23:45:00", (3, 95)),
        ("00:00", (None, 0)),
        ("9:30pm", (None, 86)),
    ],
)
def test_times_are_read_in_12_and_24_hours(text, slot):
    assert slot == parse_slot(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Monday",
        "Mon 9",  # neither minutes nor half of the day
        "Mon 09:10",  # not on a quarter-hour
        "Mon 24:00",  # no row begins there
        "Mon 0:00 AM",
        "Mon 13:00 PM",
        "Mo 09:00",
        "2026-12-07 09:00",  # a date is no day of every week
        "09:00 Mon",
    ],
)
def test_other_times_are_refused(text):
    with pytest.raises(ValueError, match="must be"):
        parse_slot(text)


def test_a_polls_export_is_read_by_quarter_hours():
    """Times down the first column, a person over each further one, 1 where free."""
    answers, codes = read(
        {
            "Time": [
                "Monday 09:00:00 AM",
                "Monday 09:15:00 AM",
                "Monday 01:00:00 PM",
                "Tuesday 09:00:00 AM",
            ],
            "A1": ["1", "1", "0", "0"],
            "A2": ["0", "0", "1", "1"],
        }
    )

    assert [] == codes
    assert hours("Mon 09:00-09:30") == answers["A1"].tolist()
    assert hours("Mon 13:00-13:15; Tue 09:00-09:15") == answers["A2"].tolist()


def test_days_may_stand_over_the_columns_and_people_in_the_rows():
    answers, codes = read(
        {
            "ID": ["A1", "A1", "A2", "A2"],
            "Time": ["09:00", "10:00", "09:00", "10:00"],
            "Mon": ["x", "", "", "x"],
            "Sunday": ["", "x", "", ""],
        }
    )

    assert [] == codes
    assert hours("Mon 09:00-10:00; Sun 10:00-11:00") == answers["A1"].tolist()
    assert hours("Mon 10:00-11:00") == answers["A2"].tolist()


def test_a_last_row_on_sunday_night_ends_with_the_week_or_runs_into_monday():
    answers, _ = read({"Time": ["Sun 23:30", "Sun 22:30", "Sun 21:30"], "A1": ["1", "0", "0"]})

    assert hours("Sun 23:30-00:30") == answers["A1"].tolist()


def test_blank_cells_are_no_answer_or_not_free_but_never_both():
    """Nobody's blanks are guessed where the same person also writes 0."""
    answers, codes = read(
        {
            "Time": ["Mon 09:00", "Mon 09:30", "Mon 10:00"],
            "silent": ["", "", ""],
            "marks": ["x", "", "x"],
            "mixed": ["1", "", "0"],
        }
    )

    assert ["marks"] == list(answers)
    assert hours("Mon 09:00-09:30; Mon 10:00-10:30") == answers["marks"].tolist()
    assert ["grid-cell-unreadable"] == codes


@pytest.mark.parametrize(
    "times",
    [
        [],
        ["Mon 09:00"],
        ["Mon 09:00", "Tue 09:00"],  # one row a day does not say how long it is
        ["Mon 09:00", "Mon 09:30", "Mon 10:15"],
        ["Mon 09:00", "Mon 17:00"],  # beyond 4 hours
    ],
)
def test_the_length_of_a_row_is_known_or_it_is_a_fault(times):
    answers, codes = read({"Time": times, "A1": ["1"] * len(times)})

    assert {} == answers
    assert ["grid-rows-uneven"] == codes


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.sampled_from([1, 2, 4]))
def test_a_grid_written_is_the_grid_read(seed, step):
    """In any order of rows, in 12 or 24 hours."""
    rng = Random(seed)
    free = [rng.random() < 0.3 for _ in range(672)]
    rows = []
    for start in range(0, 672, step):
        day, quarter = divmod(start, 96)
        hour, minute = quarter // 4, quarter % 4 * 15
        half = f"{(hour + 11) % 12 + 1:02}:{minute:02}:00 {'AM' if hour < 12 else 'PM'}"
        clock = rng.choice([half, f"{hour:02}:{minute:02}"])
        rows.append((f"{rng.choice([DAYS[day], DAYS[day][:3]])} {clock}", int(free[start])))
    rng.shuffle(rows)
    wanted = np.repeat(free[::step], step)
    answers, codes = read({"when": [row[0] for row in rows], "A1": [row[1] for row in rows]})

    assert [] == codes
    assert wanted.tolist() == answers["A1"].tolist()


def test_a_grid_in_the_folder_is_found_joined_and_listed(tmp_path):
    grid = "Time,ADA@example.org\nMon 09:00,1\nMon 09:30,0\n"
    mentors = "id,email,timezone\nA1,ada@example.org,Europe/Berlin\nA2,,Europe/Berlin\n"
    made = Programme.from_files(folder(tmp_path, {"mentor_grid.csv": grid}, mentors))

    assert hours("Mon 09:00-09:30") == made.mentors.free[0].tolist()
    assert [True, False] == made.mentors.free_known.tolist()
    assert not made.mentors.free.flags.writeable
    assert "mentor_grid.csv" in [each.name for each in made.inputs]


def test_the_grid_and_the_same_words_in_the_cell_are_one_programme(tmp_path):
    (tmp_path / "grid").mkdir()
    (tmp_path / "cell").mkdir()
    grid = "Time,A1\nMon 09:00,1\nMon 10:00,0\n"
    cell = "id,timezone,availability\nA1,Europe/Berlin,Mon 09:00-10:00\n"
    one = Programme.from_files(folder(tmp_path / "grid", {"mentor_grid.csv": grid}))
    other = Programme.from_files(folder(tmp_path / "cell", {}, cell))
    both = Programme.from_files(folder(tmp_path / "cell", {"mentor_grid.csv": grid}, cell))

    assert one.fingerprint == other.fingerprint == both.fingerprint
    (tmp_path / "grid" / "mentor_grid.csv").write_text(
        "Time,A1\nMon 09:00,0\nMon 10:00,1\n", encoding="utf-8"
    )
    moved = Programme.from_files(tmp_path / "grid")
    assert one.fingerprint != moved.fingerprint


def test_one_file_may_hold_the_answers_of_both_sides(tmp_path):
    toml = '[files]\nmentor_grid = "poll.csv"\nmentee_grid = "poll.csv"\n'
    grid = "Time,A1,E1,P1,ghost\nMon 09:00,1,0,1,1\nMon 10:00,0,1,0,0\n"
    place = folder(tmp_path, {"poll.csv": grid, "people.csv": "id\nP1\n"}, toml=toml)
    loaded = load(place)

    assert hours("Mon 09:00-10:00") == loaded.programme.mentors.free[0].tolist()
    assert hours("Mon 10:00-11:00") == loaded.programme.mentees.free[0].tolist()
    assert [("grid-person-elsewhere", "P1"), ("grid-person-unknown", "ghost")] == [
        (fault.code, fault.value) for fault in loaded.faults
    ]
    assert 1 == [each.name for each in loaded.programme.inputs].count("poll.csv")


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("Europe/Berlin", "Mon 00:00-01:00"),
        ("Asia/Kathmandu", "Mon 04:45-05:45"),
        ("America/New_York", "Sun 18:00-19:00"),
    ],
)
def test_a_grid_of_another_zone_is_turned_as_clocks_stand_on_the_first_day(tmp_path, zone, local):
    toml = '[availability]\ngrid_timezone = "Europe/Berlin"\n'
    grid = "Time,A1\nMon 00:00,1\nMon 01:00,0\n"
    place = folder(tmp_path, {"mentor_grid.csv": grid}, f"id,timezone\nA1,{zone}\n", toml)

    assert hours(local) == Programme.from_files(place).mentors.free[0].tolist()


def test_an_unknown_zone_of_the_grid_is_a_fault_of_the_settings(tmp_path):
    toml = '[availability]\ngrid_timezone = "Berlin"\n'
    grid = "Time,A1\nMon 00:00,1\nMon 01:00,0\n"
    both = {"mentor_grid.csv": grid, "mentee_grid.csv": grid.replace("A1", "E1")}
    (fault,) = load(folder(tmp_path, both, toml=toml)).faults

    assert ("setting-timezone", "availability.grid_timezone") == (fault.code, fault.column)


def test_two_people_of_a_name_are_not_offered(tmp_path):
    mentors = "id,name\nA1,Ada\nA2,Ada\n"
    grid = "Time,Ada\nMon 09:00,1\nMon 10:00,0\n"
    (fault,) = load(folder(tmp_path, {"mentor_grid.csv": grid}, mentors)).faults

    assert "grid-person-unknown" == fault.code
    assert "Did you mean" not in fault.remedy


def test_grids_are_read_from_excel_too(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["Time", "A1"], ["Mon 09:00", 1], ["Mon 09:30", 0]):
        book.active.append(row)
    place = folder(tmp_path, {})
    book.save(Path(place) / "mentor_grid.xlsx")

    assert hours("Mon 09:00-09:30") == Programme.from_files(place).mentors.free[0].tolist()
