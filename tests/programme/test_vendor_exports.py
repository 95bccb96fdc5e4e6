"""Exports of mentoring platforms and HR systems, whole header rows, read without renaming."""

import pytest

from cmmatch.programme.loading import load, load_frames

TOML = '[programme]\nname = "Tiny"\n'


def folder(path, **tables):
    for name, text in {"programme.toml": TOML, **tables}.items():
        file = path / (name if "." in name else f"{name}.csv")
        file.write_text(text, encoding="utf-8")
    return path


def read(path, **tables):
    loaded = load(folder(path, **tables))
    return loaded.programme, [each.code for each in loaded.faults]


TOGETHER = (
    "employeeId,supervisorId,firstName,middleName,lastName,preferredName,email,alternateEmails,"
    "employeeStatusCode,dateOfSeniority,dateInJob,departmentId,departmentName,lastHireDate,"
    "dateOfTermination\n"
    "001,003,Ada,M,Lee,Addie,ada@example.org,[],A,2020-01-01T00:00:00Z,2021-01-01T00:00:00Z,D1,"
    "Finance,2019-05-01T00:00:00Z,\n"
    "002,001,Ben,,Ray,,ben@example.org,[],L,,,D1,Finance,,\n"
    "003,,Cyd,,Orr,,cyd@example.org,[],T,,,D2,Sales,,2026-01-31T00:00:00Z\n"
)


def test_a_directory_as_together_takes_it(tmp_path):
    made, found = read(tmp_path, mentors=TOGETHER, mentees="email\nben@example.org\n")

    assert ["columns-not-read"] == found
    assert ["001", "002", "003"] == made.mentors.ids.tolist()
    assert ["Ada Lee", "Ben Ray", "Cyd Orr"] == made.mentors.name.tolist()
    assert ["active", "paused", "left"] == made.mentors.status.tolist()
    assert ["003", "001", ""] == made.mentors.manager_id.tolist()
    assert ["Finance", "Finance", "Sales"] == made.mentors.department.tolist()
    assert ["002"] == made.mentees.ids.tolist()
    others = "middleName preferredName alternateEmails dateOfSeniority dateInJob departmentId"
    assert {*others.split(), "lastHireDate", "dateOfTermination"} == set(made.mentors.extra)


TEN_KC = (
    "first_name (required),last_name (required),email (required),management_level,job_title,"
    "business_unit,job_function,people_manager,manager_email,city,locale,status\n"
    "Ada,Lee,Ada@example.org,L5,Engineer,Payments,IT,yes,cyd@example.org,Bern,en,active\n"
)


def test_people_as_10kc_takes_them(tmp_path):
    made, found = read(tmp_path, mentors=TEN_KC, mentees="id,email\nE1,eve@example.org\n")

    assert ["columns-not-read", "email-without-id", "manager-unknown"] == found
    assert ["ada@example.org"] == made.mentors.ids.tolist()
    assert ["Ada Lee"] == made.mentors.name.tolist()
    assert (["L5"], ["Payments"]) == (made.mentors.grade.tolist(), made.mentors.department.tolist())
    assert ["cyd@example.org"] == made.mentors.manager_id.tolist()
    assert ["Bern"] == made.mentors.location.tolist()
    assert {"job_title", "job_function", "people_manager", "locale"} == set(made.mentors.extra)


EXCLUSIONS = (
    "email,should_match_with,segment_name,exclude_option\n"
    "eve@example.org,ada@example.org,,exclude\n"
)
BY_EMAIL = {"mentors": "email\nada@example.org\n", "mentees": "email\neve@example.org\n"}


def test_exclusions_as_10kc_writes_them_are_refused_since_the_sides_are_not_told(tmp_path):
    loaded = load(folder(tmp_path, **BY_EMAIL, pairs=EXCLUSIONS))
    (fault,) = loaded.faults

    assert "pairs-sides-unclear" == fault.code
    assert "mentee_id = 'email'" in fault.remedy


def test_and_are_read_as_the_refusal_advises(tmp_path):
    settings = (
        TOML + "[columns.pairs]\nmentee_id = 'email'\nmentor_id = 'should_match_with'\n"
        "[pairs]\nkind = 'forbid'\n"
    )
    made, found = read(tmp_path, **BY_EMAIL, pairs=EXCLUSIONS, **{"programme.toml": settings})

    assert ["columns-not-read"] == found
    assert ["forbid"] == made.requests.kind.tolist()


PUSHFAR = (
    "Program ID,First Name,Last Name,Email,Mentoring Type,Preferred Meeting Type,Maximum Mentees,"
    "Offer Categories,Need Categories,Languages\n"
    "9,Ada,Lee,ada@example.org,Mentor,virtual,3,12;7,,English|||German\n"
    "9,Ben,Ray,ben@example.org,both,both,1,7,12;9,English\n"
    "9,Cyd,Orr,cyd@example.org,mentee,in person,,,7,English\n"
    "9,Dan,Poe,dan@example.org,disabled,virtual,2,12,7,English\n"
)


def test_one_export_of_pushfar_serves_both_sides(tmp_path):
    made, found = read(tmp_path, mentors=PUSHFAR, mentees=PUSHFAR)
    ada, ben, cyd, dan = (f"{name}@example.org" for name in ("ada", "ben", "cyd", "dan"))

    types = ["mentoring-type-disabled", "mentoring-type-elsewhere"]
    assert ["columns-not-read", *types] * 2 == found
    assert [ada, ben, dan] == made.mentors.ids.tolist()
    assert [ben, cyd, dan] == made.mentees.ids.tolist()
    assert ["active", "active", "paused"] == made.mentors.status.tolist()
    assert [3, 1, 0] == made.places.tolist()
    assert [1, 1, 0] == made.demand.tolist()
    assert ("English", "German") == made.mentors.languages.of(0)
    assert ("12", "7") == made.mentors.skills.of(0)
    assert ("12", "9") == made.mentees.skills_wanted.of(0)
    assert {"Program ID"} == set(made.mentors.extra) - {"Need Categories"}


def test_a_mentee_in_the_table_of_mentors_is_told_and_left_out():
    mentors = {"id": ["A1", "A2"], "mentoring_type": ["mentee", ""]}
    loaded = load_frames(mentors, {"id": ["E1"]})
    (note,) = loaded.faults

    assert ["A2"] == loaded.programme.mentors.ids.tolist()
    assert "mentoring-type-elsewhere" == note.code
    assert "1 of 2 rows belong to the other side and are left out of the mentors; row 0" in (
        note.problem
    )


def test_the_programmes_own_words_for_the_sides_are_types_too():
    roles = {"programme": {"roles": {"mentor": "coach", "mentee": "coachee"}}}
    people = {"id": ["A1", "A2", "A3"], "Mentoring type": ["Coach", "coachee", "BOTH"]}
    loaded = load_frames(people, {"id": ["E1"]}, config=roles)

    assert ["mentoring-type-elsewhere"] == [each.code for each in loaded.faults]
    assert ["A1", "A3"] == loaded.programme.mentors.ids.tolist()


CHRONUS = (
    "Mentor Email Address,Mentee Email Address,Mentoring Connection Name\n"
    "ADA@example.org,eve@example.org,Ada and Eve\n"
)


def test_pairs_as_chronus_writes_them_are_kept_with_a_note(tmp_path):
    made, found = read(tmp_path, **BY_EMAIL, pairs=CHRONUS)

    assert ["columns-not-read", "kind-assumed"] == found
    assert ["keep"] == made.requests.kind.tolist()
    assert (0, 0) == (made.requests.mentee[0], made.requests.mentor[0])


def test_the_settings_say_what_pairs_without_a_kind_are(tmp_path):
    settings = TOML + "[pairs]\nkind = 'previous'\n"
    made, found = read(tmp_path, **BY_EMAIL, pairs=CHRONUS, **{"programme.toml": settings})

    assert ["columns-not-read", "requests-not-scored"] == found
    assert ["previous"] == made.requests.kind.tolist()


@pytest.mark.parametrize("column", ["rank", "by"])
def test_wishes_without_a_kind_are_not_taken_for_pairs(column):
    pairs = {"mentee_id": ["E1"], "mentor_id": ["A1"], column: [""]}
    loaded = load_frames({"id": ["A1"]}, {"id": ["E1"]}, pairs=pairs)

    assert [("column-missing", "kind")] == [(each.code, each.column) for each in loaded.faults]
    assert 0 == len(loaded.programme.requests)


@pytest.mark.parametrize(
    ("word", "status", "noted"),
    [
        ("incomplete", "paused", True),
        ("Imported", "paused", True),
        ("available", "active", False),
        ("Partly available", "active", False),
        ("full", "paused", True),
        ("paused", "paused", False),
        ("ineligible", "paused", True),
        ("leaver", "left", False),
    ],
)
def test_states_of_people_on_platforms_are_known(word, status, noted):
    loaded = load_frames({"id": ["A1"], "status": [word]}, {"id": ["E1"]})

    assert [status] == loaded.programme.mentors.status.tolist()
    assert (["status-not-matched"] if noted else []) == [each.code for each in loaded.faults]
    assert (1 if status == "active" else 0) == loaded.programme.places[0]
