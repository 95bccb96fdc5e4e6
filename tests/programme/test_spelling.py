"""Hints for names and ids that nobody has."""

import pytest

from cmmatch.programme.spelling import PATIENCE, Spellings, near_names


@pytest.mark.parametrize("given", ["123", "0123", "P-17", "p 17", "ANN.LEE@example.org"])
def test_an_id_that_differs_in_zeros_signs_or_case_is_near(given):
    known = Spellings(["00123", "P17", "ann.lee@example.org"])

    assert len(known.near(given)) == 1


def test_ids_with_other_digits_are_other_people():
    assert [] == Spellings(["P0017", "P0018"]).near("P0019")


def test_a_slip_of_the_pen_is_near():
    assert ["anna.smith@example.org"] == Spellings(["anna.smith@example.org"]).near(
        "ana.smith@example.org"
    )


def test_after_many_strangers_only_plain_differences_are_looked_for():
    known = Spellings(["anna", "00123"])
    for k in range(PATIENCE):
        known.near(f"stranger {k}")

    assert [] == known.near("annna")
    assert ["00123"] == known.near("123")


def test_the_order_of_the_known_does_not_change_the_hint():
    names = ["teams", "team", "Team"]

    assert near_names("tem", names) == near_names("tem", reversed(names))
