"""Pairs within a programme whose two tables hold the same people."""

import pytest

import cmmatch
from cmmatch import Programme
from cmmatch.errors import InputFaults, ModelError

IDS = ["ann", "bob", "cleo", "dan"]


def programme(*, mentors=None, mentees=None, **rest):
    """ann and dan suit each other both ways, bob and cleo too."""
    offers = {"id": IDS, "skills": ["sql", "r", "excel", "go"]} | (mentors or {})
    wants = {"id": IDS, "skills_wanted": ["go", "excel", "r", "sql"]} | (mentees or {})
    return Programme.from_frames(offers, wants, **rest)


def test_people_who_suit_each_other_both_ways_are_paired():
    found = cmmatch.peers_of(programme())

    assert (("ann", "dan"), ("bob", "cleo")) == found.pairs
    assert found.proven
    assert 4.0 == found.total


def test_the_order_of_the_two_tables_changes_nothing():
    turned = programme(
        mentees={"id": IDS[::-1], "skills_wanted": ["sql", "r", "excel", "go"]},
    )

    assert cmmatch.peers_of(programme()).pairs == cmmatch.peers_of(turned).pairs


def test_a_veto_of_one_direction_rules_the_pair_out():
    vetoed = programme(pairs={"mentee_id": ["dan"], "mentor_id": ["ann"], "kind": ["forbid"]})

    assert ("ann", "dan") not in cmmatch.peers_of(vetoed).pairs


def test_a_required_pair_is_made_whatever_its_score():
    wanted = programme(
        pairs={"mentee_id": ["dan"], "mentor_id": ["bob"], "kind": ["require"]},
        config={"quality": {"min_score": 0.9}},
    )
    found = cmmatch.peers_of(wanted)

    assert (("bob", "dan"),) == found.pairs
    assert "with a score of at least 0.9 each way" in found.scope


@pytest.mark.parametrize(
    "change", [{"mentees": {"demand": [1, 1, 1, 0]}}, {"mentors": {"capacity": [1, 1, 1, 0]}}]
)
def test_whoever_wants_nobody_is_paired_with_nobody(change):
    found = cmmatch.peers_of(programme(**change))

    assert "dan" in found.alone
    assert "dan wants nobody: the demand or the places are 0." == found.reasons[-1]


def test_the_order_of_objectives_and_the_third_are_those_asked_for():
    three = programme(
        mentors={"id": IDS[:3], "skills": ["sql", "r", "excel"]},
        mentees={"id": IDS[:3], "skills_wanted": ["excel; r", "excel", "r"]},
        config={"objectives": {"order": ["total_score"]}},
    )
    found = cmmatch.peers_of(three, both="least", odd="three")

    assert ["total_score"] == [stage.name for stage in found.stages]
    assert (("bob", "cleo"),) == found.pairs
    assert ("ann",) == found.alone


def test_tables_with_other_people_are_refused():
    other = programme(mentors={"id": ["ann", "bob", "cleo", "eve"]})

    with pytest.raises(ModelError, match="mentees only: dan; among the mentors only: eve"):
        cmmatch.peers_of(other)


def test_faults_that_show_late_are_told():
    with pytest.raises(InputFaults, match="weight"):
        cmmatch.peers_of(programme(config={"weights": {"nonsense": 3}}))
