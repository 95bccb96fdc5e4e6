"""Synthetic programmes: repeatable, well-formed, with the truth that was planted."""

import hashlib

import numpy as np
import pytest

from cmmatch.programme.calendar import parse_availability
from cmmatch.synthesis import make_programme

DEFAULT = "8aa5774081332683564b41c4205f04f3b6641ef8acccbd4b6738817445b79a3d"
WITHOUT_ACHIEVED = "0d387f5193c5d607ac3cd50ab97fe4bc006bfcb0b5a3862b931af9a044880218"


@pytest.fixture(scope="module")
def made():
    return make_programme(mentees=120, mentors=50, seed=3)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    files = [make_programme(mentees=30, mentors=10, seed=seed).files() for seed in (1, 1, 2)]

    assert files[0] == files[1]
    assert files[0] != files[2]


def test_ids_are_unique_and_never_blank(made):
    ids = [*made.mentors["id"], *made.mentees["id"]]

    assert len(ids) == len(set(ids))
    assert all(ids)


def test_free_time_can_be_read(made):
    for table in (made.mentors, made.mentees):
        for cell in filter(None, table["availability"]):
            assert parse_availability(cell).any()


def test_the_planted_partner_is_the_best_in_truth(made):
    truth = made.truth()
    best = [made.mentors["id"][j] for j in truth.argmax(axis=1)]

    assert best == [made.planted[label] for label in made.mentees["id"]]
    assert 0 <= truth.min()
    assert truth.max() <= 1


def test_the_truth_of_some_rows_is_the_same_as_of_all(made):
    assert np.array_equal(made.truth()[[4, 2]], made.truth([4, 2]))


def test_blanks_come_at_the_rate_asked_for():
    full = make_programme(mentees=300, mentors=100, seed=1, blanks=0.0)
    thin = make_programme(mentees=300, mentors=100, seed=1, blanks=0.5)

    assert all(full.mentees["skills_wanted"])
    assert 0.4 < np.mean([not cell for cell in thin.mentees["skills_wanted"]]) < 0.6


def test_nobody_reports_in_a_circle(made):
    manager = dict(zip(made.people["id"], made.people["manager_id"], strict=True))
    for person in manager:
        seen = {person}
        while person := manager.get(person, ""):
            assert person not in seen
            seen.add(person)


def test_there_are_fewer_places_than_wishes_by_default():
    made = make_programme()

    assert sum(int(cell) for cell in made.mentors["capacity"]) < len(made.mentees["id"])


def test_the_default_programme_stays_what_it_is():
    """Figures in the documents, and results of users, hang on these bytes."""
    made = make_programme()
    content = [b"".join(made.files().values())]
    made.mentors.pop("goals_achieved")
    content.append(b"".join(made.files().values()))
    truth = make_programme().truth([0, 1, 5]).tobytes()

    assert [DEFAULT, WITHOUT_ACHIEVED] == [
        hashlib.sha256(each + truth).hexdigest() for each in content
    ]


def test_mentors_have_reached_some_of_their_goals_and_no_others():
    full = make_programme(mentees=20, mentors=400, seed=1, blanks=0.0).mentors
    goals, reached = (
        [set(filter(None, cell.split("; "))) for cell in full[name]]
        for name in ("goals", "goals_achieved")
    )

    assert all(done <= offered for done, offered in zip(reached, goals, strict=True))
    assert 0.55 < sum(map(len, reached)) / sum(map(len, goals)) < 0.65


def test_blanks_of_the_goals_reached_come_at_the_rate_asked_for():
    told, thin = (
        make_programme(mentees=20, mentors=400, seed=1, blanks=share).mentors["goals_achieved"]
        for share in (0.0, 0.5)
    )
    kept = [cell for cell, before in zip(thin, told, strict=True) if before]

    assert all(cell in ("", before) for cell, before in zip(thin, told, strict=True))
    assert 0.4 < np.mean([not cell for cell in kept]) < 0.6
