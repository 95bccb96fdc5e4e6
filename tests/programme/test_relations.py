"""Requests, reporting lines and circles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch.programme.relations import ReportingLines, Request, Requests, circles


def request(mentee, mentor, kind, row):
    return Request(mentee, mentor, kind, np.nan, "", "", row)


def test_requests_are_sorted_by_pair_and_kind():
    rows = [request(1, 0, "keep", 2), request(0, 1, "require", 3), request(0, 1, "forbid", 4)]
    requests = Requests.from_rows(rows)

    assert [0, 0, 1] == requests.mentee.tolist()
    assert ["forbid", "require", "keep"] == requests.kind.tolist()
    assert [4, 3, 2] == requests.row.tolist()


def test_no_requests_are_empty_columns():
    requests = Requests.from_rows([])

    assert len(requests) == 0
    assert (0, 2) == requests.pairs("require").shape
    assert [] == requests.of_kind("require").tolist()


def test_a_pair_that_is_asked_for_twice_is_one_pair():
    rows = [request(1, 0, "keep", 2), request(1, 0, "require", 3), request(0, 0, "forbid", 4)]

    assert [[1, 0]] == Requests.from_rows(rows).pairs("require", "keep").tolist()


def test_requests_cannot_be_changed():
    requests = Requests.from_rows([request(0, 0, "keep", 2)])

    with pytest.raises(ValueError, match="read-only"):
        requests.mentee[0] = 1


def test_managers_are_named_nearest_first():
    lines = ReportingLines({"a": "b", "b": "c"}, frozenset("abc"))

    assert ("b", "c") == lines.above("a", 5)
    assert ("b",) == lines.above("a", 1)
    assert () == lines.above("c", 2)


def test_a_line_is_complete_when_every_level_is_named():
    lines = ReportingLines({"a": "b", "b": "c"}, frozenset("abc"))

    assert lines.complete("a", 2)
    assert not lines.complete("a", 3)


def test_each_circle_is_found_once_and_starts_with_its_smallest_id():
    manager = {"z": "y", "y": "z", "c": "a", "b": "c", "a": "b", "d": "a", "e": "f"}

    assert [("a", "b", "c"), ("y", "z")] == circles(manager)


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), st.randoms())
def test_circles_do_not_depend_on_the_order_of_people(manager, random):
    shuffled = list(manager.items())
    random.shuffle(shuffled)

    assert circles(manager) == circles(dict(shuffled))


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")))
def test_who_is_in_a_circle_comes_back_to_oneself(manager):
    found = {person for circle in circles(manager) for person in circle}
    for person in "abcdefgh":
        seen, at = set(), manager.get(person)
        while at is not None and at not in seen and at != person:
            seen.add(at)
            at = manager.get(at)

        assert (person in found) == (at == person)
