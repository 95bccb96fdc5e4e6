"""From tables to a checked draft and all its faults.

``tests/data/faults`` has one folder for each code: a tiny programme with that fault, and
``expected.txt`` with every line that reading it must report. Folders with
``expected_by_check.txt`` have faults that only scoring can see: ``tests/api/test_faults.py``.
"""

import shutil
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from cmmatch.programme.loading import load, load_frames
from cmmatch.programme.people import TRAITS
from cmmatch.programme.programme import Programme

FOLDERS = Path(__file__).parents[1] / "data" / "faults"
EVERYTHING = "everything"
STOP_THE_READING = {
    "file-kind-unknown",
    "text-named-workbook",
    "workbook-named-text",
    "excel-stray-cell",
    "table-missing",
    "table-twice",
    "file-missing",
    "setting-syntax",
    "setting-encoding",
    "column-missing",
}
"""Codes after which there is nothing more to read."""

APART = {
    "timezone-blank",
    "expiry-not-judged",
    "columns-not-read",
    "heading-not-first",
    "excel-stray-cell",
    "file-unreadable",
    "pairs-sides-unclear",
    "kind-assumed",
    "email-without-id",
    "settings-default",
    "starts-missing",
    "table-empty",
    "items-inconsistent",
    "broader-circle",
    "taxonomy-unclear",
    "encoder-unreadable",
    "limit-price-not-counted",
}
"""Codes that need the lack of something that another code needs, or many rows."""

CASES = sorted(file.parent.name for file in FOLDERS.glob("*/expected.txt"))


def reported(folder):
    return [f"{fault.severity.value}: {fault}" for fault in load(folder).faults]


def codes(loaded):
    return [fault.code for fault in loaded.faults]


def column(name, values, side="mentors", **config):
    """Read one column of one side and return the draft's side and the codes found."""
    table = {"id": [f"A{k}" for k in range(len(values))], name: values}
    other = {"id": ["other"]}
    tables = (table, other) if side == "mentors" else (other, table)
    loaded = load_frames(*tables, config=config)
    return getattr(loaded.programme, side), codes(loaded)


@pytest.mark.parametrize("case", CASES)
def test_each_fault_is_reported_in_full_words(case):
    expected = (FOLDERS / case / "expected.txt").read_text(encoding="utf-8").splitlines()

    assert expected == reported(FOLDERS / case)


@pytest.mark.parametrize("case", sorted(set(CASES) - {EVERYTHING}))
def test_each_folder_shows_the_fault_it_is_named_after(case):
    assert case in codes(load(FOLDERS / case))


def test_everything_wrong_at_once_is_reported_at_once():
    """And nothing else is: the set is exactly that of the other folders."""
    found = set(codes(load(FOLDERS / EVERYTHING)))

    assert set(CASES) - {EVERYTHING} - STOP_THE_READING - APART == found


@pytest.mark.parametrize("case", CASES)
def test_a_draft_is_made_unless_a_table_or_its_ids_are_missing(case):
    loaded = load(FOLDERS / case)

    assert (loaded.programme is None) == (case in STOP_THE_READING)


def test_no_fault_is_reported_twice():
    found = list(load(FOLDERS / EVERYTHING).faults)

    assert len(found) == len(set(found))


@pytest.mark.parametrize("case", CASES)
def test_the_order_of_rows_changes_only_row_numbers_of_the_draft(case, tmp_path):
    """The draft's people are the same, whatever is wrong with them."""
    shutil.copytree(FOLDERS / case, tmp_path / case)
    first = load(FOLDERS / case).programme
    for file in (tmp_path / case).glob("ment*.csv"):
        head, *rows = file.read_text(encoding="utf-8").splitlines()
        file.write_text("\n".join([head, *reversed(rows), ""]), encoding="utf-8")
    again = load(tmp_path / case).programme

    assert (first is None) == (again is None)
    if first is not None and again is not None:
        assert sorted(first.mentors.ids) == sorted(again.mentors.ids)
        assert sorted(first.mentees.ids) == sorted(again.mentees.ids)


def test_a_folder_and_its_settings_file_are_the_same_programme():
    folder = FOLDERS / "requests-expired"

    by_folder, by_file = load(folder), load(folder / "programme.toml")
    assert by_folder.programme.fingerprint == by_file.programme.fingerprint
    assert list(by_folder.faults) == list(by_file.faults)


def test_the_files_read_are_listed_with_their_hashes():
    folder = FOLDERS / "requests-expired"
    inputs = load(folder).programme.inputs

    assert ["programme.toml", "mentors.csv", "mentees.csv", "pairs.csv"] == [i.name for i in inputs]
    assert all(len(each.sha256) == 64 for each in inputs)


def test_a_folder_that_is_not_there_is_a_fault():
    loaded = load(FOLDERS / "manager-cycle")

    assert loaded.programme is None
    (fault,) = loaded.faults
    assert fault.code == "programme-missing"
    assert "Did you mean 'manager-circle'" in fault.remedy


def test_usual_names_are_found_in_any_case(tmp_path):
    (tmp_path / "Mentors.CSV").write_text("id\nA1\n", encoding="utf-8")
    (tmp_path / "MENTEES.csv").write_text("id\nE1\n", encoding="utf-8")

    assert ["settings-default"] == codes(load(tmp_path))


def test_settings_may_name_other_files_and_have_another_name(tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "coaches.csv").write_text("id\nA1\n", encoding="utf-8")
    (tmp_path / "mentors.csv").write_text("id\nB1\n", encoding="utf-8")
    (tmp_path / "mentees.csv").write_text("id\nE1\n", encoding="utf-8")
    settings = tmp_path / "own.toml"
    settings.write_text('[files]\nmentors = "tables/coaches.csv"\n', encoding="utf-8")

    assert ["A1"] == Programme.from_files(settings).mentors.ids.tolist()


def test_files_and_frames_give_the_same_programme(tmp_path):
    (tmp_path / "mentors.csv").write_text("id,capacity\nA1,2\n00123,\n", encoding="utf-8")
    (tmp_path / "mentees.csv").write_text("id,skills_wanted\nE1,python:3!; R\n", encoding="utf-8")
    mentors = {"id": ["A1", "00123"], "capacity": ["2", ""]}
    mentees = {"skills_wanted": ["python:3!; R"], "id": ["E1"]}

    assert (
        load(tmp_path).programme.fingerprint == load_frames(mentors, mentees).programme.fingerprint
    )


def test_any_format_and_order_gives_the_same_fingerprint(tmp_path):
    ids, skills = ["00123", "A1", "NA"], ["python:4; R", "", "C++"]
    mentees = {"id": ["E1", "E2"], "years_experience": [2.0, None]}
    frames = [
        {"id": ids, "skills": skills},
        pd.DataFrame({"skills": skills[::-1], "id": ids[::-1]}),
        pl.DataFrame({"id": ids, "skills": [text or None for text in skills]}),
    ]
    book, text = tmp_path / "book", tmp_path / "text"
    for folder in (book, text):
        folder.mkdir()
        (folder / "programme.toml").write_text("", encoding="utf-8")
    frames[1].to_excel(book / "mentors.xlsx", index=False, engine="openpyxl")
    pd.DataFrame(mentees).to_excel(book / "mentees.xlsx", index=False, engine="openpyxl")
    frames[1].to_csv(text / "mentors.tsv", index=False, sep="\t")
    pd.DataFrame(mentees).to_csv(text / "mentees.csv", index=False, sep=";")

    made = [*(load_frames(frame, mentees) for frame in frames), load(book), load(text)]
    assert not [code for each in made for code in codes(each)]
    assert len({each.programme.fingerprint for each in made}) == 1


def test_a_frame_that_is_not_there_is_a_fault():
    loaded = load_frames({"id": ["A1"]}, None)

    assert loaded.programme is None
    assert ["table-missing"] == codes(loaded)


def test_ids_are_kept_as_written():
    loaded = load_frames({"id": ["00123", "NA", "1E5"]}, {"id": ["E1"]})

    assert ["00123", "NA", "1E5"] == loaded.programme.mentors.ids.tolist()
    assert not codes(loaded)


def test_without_an_id_column_the_e_mail_is_the_id():
    loaded = load_frames({"email": ["Ada@Example.org"]}, {"id": ["E1"]})

    assert not codes(loaded)
    assert ["ada@example.org"] == loaded.programme.mentors.ids.tolist()
    assert ["ada@example.org"] == loaded.programme.mentors.email.tolist()


def test_with_an_id_column_a_blank_id_is_a_fault_in_spite_of_an_e_mail():
    loaded = load_frames({"id": [""], "email": ["ada@example.org"]}, {"id": ["E1"]})

    assert ["id-blank"] == codes(loaded)


def test_the_same_e_mail_twice_is_one_fault_where_the_e_mail_is_the_id():
    loaded = load_frames({"email": ["a@b.org", "A@b.org"]}, {"id": ["E1"]})

    assert ["id-twice"] == codes(loaded)


def test_a_person_may_be_on_both_sides():
    loaded = load_frames(
        {"id": ["P1"], "email": ["p@example.org"]}, {"id": ["P1"], "email": ["P@example.org"]}
    )

    assert not codes(loaded)


def test_managers_are_found_by_id_and_by_e_mail_in_any_case():
    mentors = {"id": ["A1", "A2"], "email": ["ada@example.org", ""], "manager_id": ["", "a1"]}
    mentees = {"id": ["E1", "E2"], "manager_id": ["ADA@example.org", "A1"]}
    loaded = load_frames(mentors, mentees)

    assert not codes(loaded)
    assert ["", "A1"] == loaded.programme.mentors.manager_id.tolist()
    assert ["A1", "A1"] == loaded.programme.mentees.manager_id.tolist()


def test_an_id_that_fits_exactly_comes_before_one_in_another_case():
    mentors = {"id": ["a1", "A1", "B"], "manager_id": ["", "", "A1"]}
    loaded = load_frames(mentors, {"id": ["E1"]})

    assert "A1" == loaded.programme.lines.manager["B"]


def test_an_unknown_manager_is_a_node_of_the_line():
    mentors = {"id": ["A1"], "manager_id": ["Boss@Example.org"]}
    mentees = {"id": ["E1"], "manager_id": ["boss@example.org"]}
    lines = load_frames(mentors, mentees).programme.lines

    assert lines.above("A1", 1) == lines.above("E1", 1) == ("boss@example.org",)
    assert "boss@example.org" not in lines.known


def test_people_csv_completes_the_reporting_lines():
    people = {
        "id": ["A1", "B1", "C1"],
        "manager_id": ["B1", "C1", ""],
        "appraiser_id": ["C1", "", ""],
    }
    loaded = load_frames({"id": ["A1"]}, {"id": ["E1"]}, people=people)

    assert not codes(loaded)
    assert ("B1", "C1") == loaded.programme.lines.above("A1", 3)
    assert ["B1"] == loaded.programme.mentors.manager_id.tolist()
    assert ["C1"] == loaded.programme.mentors.appraiser_id.tolist()


def test_a_circle_may_run_through_several_tables():
    loaded = load_frames(
        {"id": ["A1"], "manager_id": ["B1"]},
        {"id": ["E1"], "manager_id": ["A1"]},
        people={"id": ["B1"], "manager_id": ["E1"]},
    )
    (fault,) = loaded.faults

    assert ("manager-circle", "mentors", "B1") == (fault.code, fault.table, fault.value)
    assert "runs from A1 to B1 to E1 to A1." in fault.problem


def test_people_csv_gives_what_the_own_table_has_no_column_for():
    people = {"id": ["A1"], "status": ["left"], "department": ["HR"], "grade": ["L4"]}
    own = {"id": ["A1"], "grade": [""]}
    mentors = load_frames(own, {"id": ["E1"]}, people=people).programme.mentors

    assert ("left", "HR", "") == (mentors.status[0], mentors.department[0], mentors.grade[0])


def test_people_csv_gives_the_status_where_the_own_cell_is_blank():
    mentors, mentees = {"id": ["A1", "A2"], "status": ["", "paused"]}, {"id": ["E1"]}
    people = {"id": ["A1", "A2"], "status": ["left", ""]}
    loaded = load_frames(mentors, mentees, people=people)

    assert not codes(loaded)
    assert ["left", "paused"] == loaded.programme.mentors.status.tolist()


def test_first_and_last_name_are_joined():
    mentors, mentees = {"id": ["1"], "first_name": ["Ann"], "last_name": ["Lee"]}, {"id": ["2"]}

    assert ["Ann Lee"] == load_frames(mentors, mentees).programme.mentors.name.tolist()


def test_columns_that_nobody_knows_are_kept_as_text():
    mentors, found = column("Cost centre", ["0042", ""])

    assert ["columns-not-read"] == found
    assert {"Cost centre": ["0042", ""]} == {k: v.tolist() for k, v in mentors.extra.items()}


def test_a_bad_cell_counts_as_blank_in_the_draft():
    mentors, found = column("capacity", ["3", "many", "2"])

    assert ["capacity-not-whole"] == found
    assert [3, 1, 2] == mentors.capacity.tolist()


def test_a_blank_zone_takes_the_programmes():
    mentors, _ = column("timezone", ["", "Asia/Tokyo"], programme={"timezone": "Europe/Berlin"})

    assert ["Europe/Berlin", "Asia/Tokyo"] == mentors.timezone.tolist()


def test_a_faulty_row_twice_is_reported_but_stands_once_in_the_draft():
    mentors = {"id": ["A1", "A1", ""], "capacity": ["2", "x", "y"]}
    loaded = load_frames(mentors, {"id": ["E1"]})

    assert {"id-twice", "id-blank", "capacity-not-whole"} == set(codes(loaded))
    assert codes(loaded).count("capacity-not-whole") == 2
    assert [2] == loaded.programme.mentors.capacity.tolist()


def traits(table, **config):
    mentors = {"id": [f"A{k}" for k in range(len(next(iter(table.values()))))], **table}
    loaded = load_frames(mentors, {"id": ["E1"]}, config=config)
    return loaded.programme.mentors.traits, codes(loaded)


def test_ready_traits_are_scaled_to_0_to_1():
    values, found = traits({"openness": ["1", "3", "5", ""]}, privacy={"personality": "given"})

    assert not found
    openness = values[:, TRAITS.index("openness")]
    np.testing.assert_array_equal([0.0, 0.5, 1.0, np.nan], openness)


def test_traits_count_only_with_consent():
    values, found = traits(
        {"openness": ["3", "3", "3"], "consent_personality": ["yes", "no", ""]},
    )

    assert not found
    assert [False, True, True] == np.isnan(values[:, 0]).tolist()


def test_answers_without_consent_are_not_even_looked_at():
    _, found = traits({"openness": ["99"], "consent_personality": ["no"]})

    assert not found


def test_traits_without_a_consent_column_do_not_count_and_are_noted():
    values, found = traits({"openness": ["3"]})

    assert ["consent-missing"] == found
    assert np.isnan(values).all()


def keyed(**mentors):
    return load_frames(
        {"id": ["A1"], **mentors},
        {"id": ["E1"], "Q1": ["1"], "Q2": ["1"]},
        config={
            "privacy": {"personality": "given"},
            "personality": {"key": {"openness": ["Q1", "-Q2"]}},
            "columns": {"mentors": {"Q2": "Question two"}},
        },
    )


def test_keyed_items_are_scored_reversed_and_renamed():
    loaded = keyed(**{"Q1": ["5"], "Question two": ["1"]})

    assert not codes(loaded)
    assert 1.0 == loaded.programme.mentors.traits[0, TRAITS.index("openness")]
    assert not loaded.programme.mentors.extra


def test_a_trait_outside_the_key_is_read_from_its_ready_column():
    loaded = keyed(**{"Q1": ["5"], "Question two": ["1"], "neuroticism": ["2"]})

    assert not codes(loaded)
    assert 0.25 == loaded.programme.mentors.traits[0, TRAITS.index("neuroticism")]


PAIRS = {
    "mentee_id": ["E1", "E1", "E2", "E2"],
    "mentor_id": ["A1", "A2", "a@example.org", "A2"],
    "kind": ["require", "Forbid", "prefer", "declined"],
    "rank": ["", "", "1", ""],
    "by": ["manager", "Coachee", "coach", ""],
    "reason": ["same project", "", "", ""],
    "expires": ["", "2026-12-01", "2026-11-30", "2027-01-01"],
}


def requests(**config):
    loaded = load_frames(
        {"id": ["A1", "A2"], "email": ["A@example.org", ""]},
        {"id": ["E1", "E2"]},
        pairs=PAIRS,
        config=config,
    )
    return loaded.programme.requests, codes(loaded)


def test_requests_are_read_by_position_in_order():
    read, found = requests(programme={"roles": {"mentor": "coach", "mentee": "coachee"}})

    assert ["expiry-not-judged"] == found
    assert [(0, 0), (0, 1), (1, 0), (1, 1)] == list(
        zip(read.mentee.tolist(), read.mentor.tolist(), strict=True)
    )
    assert ["require", "forbid", "prefer", "declined"] == read.kind.tolist()
    assert ["manager", "mentee", "mentor", ""] == read.by.tolist()
    assert [0, 1, 2, 3] == read.row.tolist()
    assert 1.0 == read.rank[2]
    assert "same project" == read.reason[0]


def test_requests_that_expire_before_the_first_day_are_left_out():
    read, found = requests(
        programme={"starts": "2026-12-01", "roles": {"mentor": "coach", "mentee": "coachee"}}
    )

    assert ["requests-expired"] == found
    assert ["require", "forbid", "declined"] == read.kind.tolist()


def test_without_a_first_day_nothing_expires_and_a_note_counts_what_would():
    pairs = {"mentee_id": ["E1"] * 3, "mentor_id": ["A1"] * 3, "kind": ["forbid"] * 3}
    pairs["expires"] = ["2019-12-31", "", "2030-01-01"]

    def read(**config):
        return load_frames({"id": ["A1"]}, {"id": ["E1"]}, pairs=pairs, config=config)

    (note,) = read().faults
    assert 3 == len(read().programme.requests)
    assert "here 2 with a day" in note.problem
    assert "[programme] starts" in note.remedy
    # a first day with a fault is not said to be missing
    assert ["setting-type"] == codes(read(programme={"starts": "soon"}))
    assert ["requests-expired"] == codes(read(programme={"starts": "2026-12-01"}))


def test_a_required_pair_is_not_blamed_on_a_cell_that_could_not_be_read():
    pairs = {"mentee_id": ["E1", "E2"], "mentor_id": ["A1", "A1"], "kind": ["require", "require"]}
    mentors = {"id": ["A1"], "capacity": ["two"]}
    loaded = load_frames(mentors, {"id": ["E1", "E2"]}, pairs=pairs)

    assert ["capacity-not-whole"] == codes(loaded)


def test_hours_limit_the_places_of_required_pairs():
    pairs = {"mentee_id": ["E1", "E2"], "mentor_id": ["A1", "A1"], "kind": ["require", "keep"]}
    mentors = {"id": ["A1"], "capacity": ["5"], "hours_per_month": ["3.9"]}
    loaded = load_frames(mentors, {"id": ["E1", "E2"]}, pairs=pairs)

    assert ["required-over-places"] == codes(loaded)


def test_a_pair_required_in_two_rows_counts_once():
    pairs = {"mentee_id": ["E1", "E1"], "mentor_id": ["A1", "A1"], "kind": ["require", "keep"]}

    assert not codes(load_frames({"id": ["A1"]}, {"id": ["E1"]}, pairs=pairs))


def test_words_for_the_two_sides_are_the_programmes_own():
    config = {"programme": {"roles": {"mentor": "coach", "mentee": "coachee"}}}
    loaded = load_frames({"id": ["A1"], "capacity": ["x"]}, {"id": ["E1"]}, config=config)
    (fault,) = loaded.faults

    assert "how many coachees this coach may have" in fault.remedy


def test_twenty_thousand_rows_are_read_completely():
    count = 20_000
    mentors = {
        "id": [f"A{k:05}" for k in range(count)],
        "manager_id": [f"A{k // 10:05}" if k else "" for k in range(count)],
        "capacity": [str(k % 4) for k in range(count)],
        "skills": [f"skill {k % 97}:{k % 5 + 1}; python" for k in range(count)],
        "availability": ["Mon 09:00-12:00; Wed 14:00-16:00"] * count,
        "timezone": ["Europe/Berlin"] * count,
    }
    loaded = load_frames(mentors, {"id": ["E1"], "manager_id": ["A19999"]})

    assert not codes(loaded)
    made = loaded.programme
    assert count == len(made.mentors)
    assert sum(k % 4 for k in range(count)) == int(made.places.sum())
    assert ("A19999", "A01999", "A00199", "A00019", "A00001", "A00000") == made.lines.above("E1", 9)


@pytest.mark.parametrize("name", ["mentors.csv", "mentees.xlsx", "people.csv", "mentor_grid.csv"])
def test_a_folder_where_a_table_should_be_is_a_fault(tmp_path, name):
    for kind in ("mentors", "mentees"):
        if not name.startswith(kind):
            (tmp_path / f"{kind}.csv").write_text("id,capacity\nA1,x\n", encoding="utf-8")
    (tmp_path / name).mkdir()
    found = {(each.table, each.code) for each in load(tmp_path).faults}

    assert (name, "file-unreadable") in found
    assert ("mentors.csv", "capacity-not-whole") in found or name == "mentors.csv"


def test_a_folder_where_the_settings_should_be_is_a_fault(tmp_path):
    for kind in ("mentors", "mentees"):
        (tmp_path / f"{kind}.csv").write_text("id\nA1\n", encoding="utf-8")
    (tmp_path / "programme.toml").mkdir()
    loaded = load(tmp_path)

    assert ["file-unreadable"] == codes(loaded)
    assert loaded.programme is None


def test_a_folder_where_a_calendar_should_be_is_a_fault(tmp_path):
    (tmp_path / "mentors.csv").write_text("id\nA1\n", encoding="utf-8")
    (tmp_path / "mentees.csv").write_text("id\nE1\n", encoding="utf-8")
    (tmp_path / "calendars" / "A1.ics").mkdir(parents=True)
    (tmp_path / "programme.toml").write_text('[files]\ncalendars = "calendars"\n', encoding="utf-8")

    assert ["file-unreadable"] == codes(load(tmp_path))


def test_the_hash_is_that_of_the_bytes_that_were_read(tmp_path, monkeypatch):
    """A file that somebody saves while it is read has the hash of what was read."""
    (tmp_path / "mentors.csv").write_text("id\nA1\n", encoding="utf-8")
    (tmp_path / "mentees.csv").write_text("id\nE1\n", encoding="utf-8")
    before = sha256((tmp_path / "mentors.csv").read_bytes()).hexdigest()
    read_once = Path.read_bytes

    def read_and_change(path):
        data = read_once(path)
        path.write_text("id\nchanged\n", encoding="utf-8")
        return data

    monkeypatch.setattr(Path, "read_bytes", read_and_change)
    made = load(tmp_path).programme

    assert ["A1"] == made.mentors.ids.tolist()
    assert before == next(each.sha256 for each in made.inputs if each.name == "mentors.csv")


def test_broken_settings_hide_no_fault_of_a_cell(tmp_path):
    (tmp_path / "mentors.csv").write_text("id,capacity,openness\nA1,x,9\n", encoding="utf-8")
    (tmp_path / "mentees.csv").write_text("id,demand\n,some\n", encoding="utf-8")
    (tmp_path / "programme.toml").write_text("[programme\n", encoding="utf-8")

    assert ["demand-not-whole", "id-blank", "capacity-not-whole", "setting-syntax"] == codes(
        load(tmp_path)
    )


def test_broken_settings_that_may_name_other_files_and_headings_are_told_alone(tmp_path):
    (tmp_path / "mentors.csv").write_text("id,capacity\nA1,x\n", encoding="utf-8")
    (tmp_path / "mentees.csv").write_text("id\nE1\n", encoding="utf-8")
    (tmp_path / "programme.toml").write_text('[files]\nmentors = "a\n', encoding="utf-8")

    assert ["setting-syntax"] == codes(load(tmp_path))


def test_a_table_instead_of_its_folder_says_which_folder_to_give(tmp_path):
    (tmp_path / "mentors.csv").write_text("id\nA1\n", encoding="utf-8")
    (fault,) = load(tmp_path / "mentors.csv").faults

    assert "programme-is-table" == fault.code
    assert str(tmp_path) in fault.remedy


@pytest.mark.parametrize("name", ["languages", "goals", "skills"])
@pytest.mark.parametrize(
    ("cell", "noted"),
    [("a, b", True), ("a,b", True), ("a, b; c", False), ("a|||b, c", False), ("a,", False)],
)
def test_a_list_of_commas_is_one_entry_with_a_note(name, cell, noted):
    mentors, found = column(name, [cell])

    assert (["list-with-commas"] if noted else []) == found
    assert cell.split(";")[0].split("|||")[0] in getattr(mentors, name).of(0)


@pytest.mark.parametrize("twice", ["id", "Employee ID", "capacity", "note"])
def test_a_heading_that_stands_twice_hides_no_other_fault_and_makes_none(tmp_path, twice):
    ids = "" if twice in ("id", "Employee ID") else "id,"
    (tmp_path / "mentors.csv").write_text(
        f"{ids}{twice},{twice},hours_per_month\n{'A1,' if ids else ''}1,2,x\n", encoding="utf-8"
    )
    (tmp_path / "mentees.csv").write_text("id,demand\nE1,x\n", encoding="utf-8")
    (tmp_path / "programme.toml").write_text("[programme]\nseed = 1\n", encoding="utf-8")
    expected = {"demand-not-whole", "heading-twice"} | (
        {"hours-per-month-not-number"} if ids else set()
    )

    assert expected == set(codes(load(tmp_path)))


def test_a_setting_that_names_a_heading_that_stands_twice_is_not_called_wrong(tmp_path):
    (tmp_path / "mentors.csv").write_text("id,site,site,x,x\nA1,a,b,c,d\n", encoding="utf-8")
    (tmp_path / "mentees.csv").write_text("id,site\nE1,a\n", encoding="utf-8")
    settings = '[eligibility]\nsame = ["site"]\n[columns.mentors]\nteam = "x"\n'
    (tmp_path / "programme.toml").write_text(settings, encoding="utf-8")

    assert {"heading-twice"} == {each.code for each in load(tmp_path).faults.faults}


def test_a_missing_column_of_the_pairs_hides_no_other_fault_of_them():
    pairs = {"mentee_id": ["E9"], "kind": ["forbit"], "rank": ["first"], "expires": ["soon"]}
    loaded = load_frames({"id": ["A1"]}, {"id": ["E1"]}, pairs=pairs)

    assert {
        "column-missing", "expires-not-date", "kind-unknown", "pair-unknown-mentee",
        "rank-not-whole",
    } == set(codes(loaded))  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [("m\ud800", "text-not-unicode", "m\\ud800"), ("a\0b", "nul-byte", "a\\x00b")],
)
@pytest.mark.parametrize("name", ["id", "name", "skills", "anything"])
def test_a_text_that_no_file_can_hold_is_a_fault_of_its_cell(text, code, shown, name):
    mentors = {"id": ["A1", "A2"], name: ["A3", text]}
    fault = next(each for each in load_frames(mentors, {"id": ["E1"]}).faults if each.code == code)

    assert (1, name, shown) == (fault.row, fault.column, fault.value)
    assert str(fault).encode("utf-8")


@pytest.mark.parametrize("config", [[1], 7, ("a",)])
def test_settings_of_no_known_kind_are_a_fault(config):
    loaded = load_frames({"id": ["A1"]}, {"id": ["E1"]}, config=config)

    assert ["settings-kind-unknown"] == codes(loaded)


@pytest.mark.parametrize("suffix", [".xls", ".ods", ".numbers"])
@pytest.mark.parametrize("kind", ["mentors", "people"])
def test_a_table_of_a_kind_that_is_not_read_is_told_to_be_saved_again(tmp_path, suffix, kind):
    for each in ("mentors", "mentees"):
        if each != kind:
            (tmp_path / f"{each}.csv").write_text("id\nA1\n", encoding="utf-8")
    (tmp_path / f"{kind}{suffix}").write_bytes(b"\xd0\xcf\x11\xe0")
    (tmp_path / "programme.toml").write_text("", encoding="utf-8")
    (fault,) = load(tmp_path).faults

    assert ("file-kind-unknown", f"{kind}{suffix}") == (fault.code, fault.table)
    assert "Save it as .xlsx" in fault.remedy


def test_a_table_that_is_read_wins_over_one_of_another_kind(tmp_path):
    for kind in ("mentors", "mentees"):
        (tmp_path / f"{kind}.csv").write_text("id\nA1\n", encoding="utf-8")
        (tmp_path / f"{kind}.xls").write_bytes(b"old")

    assert ["settings-default"] == codes(load(tmp_path))


def test_a_folder_named_for_a_table_says_what_lies_in_it(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "mentors.csv").write_text("id\nA1\n", encoding="utf-8")
    (tmp_path / "mentees.csv").write_text("id\nE1\n", encoding="utf-8")
    (tmp_path / "programme.toml").write_text('[files]\nmentors = "sub"\n', encoding="utf-8")
    (fault,) = load(tmp_path).faults

    assert "file-missing" == fault.code
    assert "this is a folder" in fault.problem
    assert "Did you mean 'sub/mentors.csv'?" in fault.remedy


def events(folder, settings="", name="events.csv"):
    for kind in ("mentors", "mentees"):
        (folder / f"{kind}.csv").write_text("id\nA1\n", encoding="utf-8")
    (folder / "programme.toml").write_text(settings, encoding="utf-8")
    if name:
        (folder / name).write_text("date\n2026-01-01\n", encoding="utf-8")
    return [(each.code, each.value) for each in load(folder).faults]


def test_events_that_are_named_and_not_there_are_a_fault(tmp_path):
    found = events(tmp_path, '[files]\nevents = "events.csv"\n', name="")

    assert [("file-missing", "events.csv")] == found


@pytest.mark.parametrize(
    ("settings", "name", "value"),
    [
        ('[files]\nevents = "events.csv"\n', "events.csv", "events.csv"),
        ("", "Events.xlsx", "Events.xlsx"),
        ('[columns.events]\ndate = "Day"\n', "", ""),
    ],
)
def test_events_are_said_not_to_be_used(tmp_path, settings, name, value):
    assert [("events-not-used", value)] == events(tmp_path, settings, name)


@pytest.mark.parametrize("name", ["mentors.csv", "programme.toml", "aliases.csv"])
def test_a_file_that_the_system_keeps_back_is_a_fault(tmp_path, monkeypatch, name):
    for kind in ("mentors", "mentees"):
        (tmp_path / f"{kind}.csv").write_text("id\nA1\n", encoding="utf-8")
    (tmp_path / "aliases.csv").write_text("alias,skill\njs,javascript\n", encoding="utf-8")
    settings = '[skills]\naliases = "aliases.csv"\n'
    (tmp_path / "programme.toml").write_text(settings, encoding="utf-8")
    read_bytes = Path.read_bytes

    def locked(path):
        if path.name == name:
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", locked)
    (fault,) = load(tmp_path).faults

    assert ("file-unreadable", name) == (fault.code, fault.table)
    assert "the system says: Permission denied" in fault.remedy


class TestWhatHasAFaultIsNotSaidToBeMissing:
    """A cell or a setting that has a fault was given: no note, and no other fault, denies it."""

    def test_a_zone_of_the_programme(self):
        people = {"id": ["a", "b"], "availability": ["Mon 09:00-10:00"] * 2}
        loaded = load_frames(
            people | {"timezone": ["Europe/Berlin", ""]},
            people,
            config={"programme": {"timezone": "Berlin"}},
        )

        assert ["setting-timezone"] == codes(loaded)

    def test_a_zone_of_a_person(self):
        zones = {"timezone": ["Europe/Berlin", "Berlin", ""]}
        people = {"id": ["a", "b", "c"], "availability": ["Mon 09:00-10:00"] * 3, **zones}
        loaded = load_frames(people, {"id": ["e"]})
        blank = next(note for note in loaded.faults.notes)

        assert ["timezone-blank", "timezone-unknown"] == codes(loaded)
        assert "1 has none: c." in blank.problem

    def test_a_first_day(self):
        zones = {"timezone": ["Europe/Berlin", "Asia/Tokyo"]}
        people = {"id": ["a", "b"], "availability": ["Mon 09:00-10:00"] * 2, **zones}

        def found(**settings):
            return codes(load_frames(people, people, config={"programme": settings}))

        assert ["starts-missing"] == found()
        assert ["setting-type"] == found(starts="11.01.2027")

    def test_a_kind_of_all_pairs(self):
        def found(**settings):
            pairs = {"mentee_id": ["e"], "mentor_id": ["a"]}
            return codes(load_frames({"id": ["a"]}, {"id": ["e"]}, pairs=pairs, config=settings))

        assert ["kind-assumed"] == found()
        assert ["setting-choice"] == found(pairs={"kind": "kept"})

    def test_how_consent_is_known_and_what_is_protected(self):
        people = {"id": ["a"], "openness": ["3"], "gender": ["f"]}

        def found(**settings):
            return codes(load_frames(people, {"id": ["e"]}, config={"privacy": settings}))

        assert ["consent-missing", "protected-undeclared"] == sorted(found())
        assert ["setting-choice", "setting-type"] == sorted(found(personality="x", protected=7))
