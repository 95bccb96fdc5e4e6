"""The contract of a component: what all of ours keep, and what the check catches in others."""

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmmatch import Programme
from cmmatch.compatibility.component import RowComponent, not_known
from cmmatch.compatibility.products import SparseProduct
from cmmatch.compatibility.scorer import built_in_components
from cmmatch.programme.config import Config
from cmmatch.testing import check_component

COMPONENTS = built_in_components(Config())

SKILLS = ("Go", "go:2", "SQL:5", "sql!", "C++:3", "C", "R:1", "rust:4!")
CELLS = {
    "skills": st.lists(st.sampled_from(["Go:2", "SQL", "C++:3", "C", "rust:5"]), unique=True),
    "goals": st.lists(st.sampled_from(["Lead a team", "lead a TEAM", "balance", "change field"])),
    "statement": st.lists(
        st.sampled_from(["leading small teams", "to paint houses", "a bit of all", "5"]), max_size=2
    ),
    "availability": st.lists(
        st.sampled_from(["Mon 09:00-12:00", "Mon 11:00-18:30", "Sun 22:00-02:00"]), max_size=2
    ),
    "timezone": st.sampled_from([[], ["Europe/Berlin"], ["America/New_York"]]),
    "years_experience": st.sampled_from([[], ["0"], ["4.5"], ["12"], ["40"]]),
    "openness": st.sampled_from([[], ["1"], ["3.7"], ["5"]]),
    "conscientiousness": st.sampled_from([[], ["2"], ["4.1"]]),
}
REACHED = {"goals_achieved": st.lists(st.sampled_from(["lead a team", "balance", "retire"]))}
WISHES = {"skills_wanted": st.lists(st.sampled_from(["go:4", "sql!", "C++", "juggling:2!"]))}


@st.composite
def programmes(draw):
    """One to five people a side, every answer drawn, each blank at times."""
    sides = []
    for letter, cells in (("o", CELLS | REACHED), ("e", CELLS | WISHES)):
        count = draw(st.integers(1, 5))
        columns = {
            name: ["; ".join(draw(cell)) for _ in range(count)] for name, cell in cells.items()
        }
        sides.append({"id": [f"{letter}{k}" for k in range(count)], **columns})
    config = {
        "programme": {"starts": "2026-10-19", "weeks": 2},
        "privacy": {"personality": "given"},
    }
    return Programme.from_frames(*sides, config=config)


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda each: each.name)
@settings(max_examples=15)
@given(programmes())
def test_every_component_keeps_its_contract_on_any_programme(component, programme):
    check_component(component, programme)


def test_a_pair_alone_has_the_bits_that_it_has_in_a_crowd():
    """However the pairs are ordered, repeated and cut into chunks."""
    rng = np.random.default_rng(0)
    table = rng.random((300, 7))

    class Table(RowComponent):
        def rows(self, mentees):
            return table[mentees]

    mentee, mentor = rng.integers(0, 300, 5000), rng.integers(0, 7, 5000)

    assert np.array_equal(table[mentee, mentor], Table().pairs(mentee, mentor))
    assert (0,) == Table().pairs(mentee[:0], mentor[:0]).shape


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_a_row_of_a_sparse_product_has_the_same_bits_in_any_block(seed):
    from scipy.sparse import random as random_sparse

    rng = np.random.default_rng(seed)
    asked, given_ = (random_sparse(n, 40, density=0.4, format="csr", rng=rng) / 40 for n in (9, 6))
    product = SparseProduct.of(asked.tocsr(), given_.tocsr())
    whole = product.rows(np.arange(9))
    alone = np.vstack([product.rows(np.array([k])) for k in range(9)])
    order = rng.permutation(9)

    assert np.array_equal(whole, alone)
    assert np.array_equal(whole[order], product.rows(order))
    assert (asked @ given_.T).toarray() == pytest.approx(whole)


def test_shares_of_a_whole_add_up_to_exactly_one():
    from scipy.sparse import csr_matrix

    for parts in range(1, 60):
        asked, offered = np.full((1, parts), 1 / parts), np.ones((1, parts))
        product = SparseProduct.of(csr_matrix(asked), csr_matrix(offered))

        assert [[1.0]] == product.rows(np.array([0])).tolist()


@pytest.mark.parametrize(
    ("blanks", "said"),
    [
        ([("a", "gives no hours")], "Not known: the a gives no hours."),
        (
            [("a", "gives no x"), ("b", "gives no x")],
            "Not known: the a gives no x, nor does the b.",
        ),
        (
            [("a", "gives no x"), ("b", "gives no y")],
            "Not known: the a gives no x and the b gives no y.",
        ),
    ],
)
def test_who_left_what_blank_is_one_sentence(blanks, said):
    assert said == not_known(*blanks)


# What the check must catch: each of these breaks one promise and keeps the others.


@dataclass(frozen=True, eq=False)
class Kept(RowComponent):
    """Keeps every promise: the share of letters that two ids have in common."""

    programme: Any
    state: dict = field(default_factory=dict)

    def rows(self, mentees):
        one, other = self.programme.mentees.ids[mentees], self.programme.mentors.ids
        known = np.array([[(int(a[1:]) * 7 + int(b[1:]) * 3) % 10 for b in other] for a in one])
        values = known.reshape(len(one), len(other)) / 9
        values[known == 5] = np.nan
        return values

    def reason(self, mentee, mentor):
        return "Both have an id."


@dataclass(frozen=True)
class Of:
    """A component whose prepared object is of the class given."""

    kind: type
    name: str = "example"
    does_apply: bool = True

    def applies(self, programme):
        return self.does_apply

    def prepare(self, programme):
        return self.kind(programme)


class FlatPairs(Kept):
    def pairs(self, mentee, mentor):
        return super().pairs(mentee, mentor)[:, None]


class CoarsePairs(Kept):
    def pairs(self, mentee, mentor):
        return super().pairs(mentee, mentor).astype(np.float32)


class TooLarge(Kept):
    def rows(self, mentees):
        return super().rows(mentees) * 1.1


class Negative(Kept):
    def rows(self, mentees):
        return super().rows(mentees) - 0.1


class Endless(Kept):
    def rows(self, mentees):
        return np.where(super().rows(mentees) > 0.8, np.inf, 0.5)


class FineBlocks(Kept):
    def block(self, rows):
        return self.rows(rows)


class NarrowBlocks(Kept):
    def block(self, rows):
        return super().block(rows)[:, :-1]


class BlocksApart(Kept):
    def block(self, rows):
        return super().block(rows) * np.float32(0.999)


class BlocksThatGuess(Kept):
    def block(self, rows):
        return np.nan_to_num(super().block(rows), nan=0.5)


class BlocksOfManyKinds(Kept):
    def block(self, rows):
        return super().block(rows) * np.float32(1 - 1e-4 / len(rows) if len(rows) else 1)


class Company(Kept):
    def pairs(self, mentee, mentor):
        return super().pairs(mentee, mentor) * (1 - 1e-12 / max(len(mentee), 1))


class Positions(Kept):
    def rows(self, mentees):
        return super().rows(mentees) * (1 - 1e-9 * np.arange(len(self.programme.mentors)))


class Places(Kept):
    def rows(self, mentees):
        return super().rows(mentees) / (1 + self.programme.mentors.capacity)


class Hours(Kept):
    def rows(self, mentees):
        return super().rows(mentees) / (1 + np.nan_to_num(self.programme.mentors.hours_per_month))


class Demands(Kept):
    def rows(self, mentees):
        return super().rows(mentees) / (1 + self.programme.mentees.demand[mentees])[:, None]


class Tired(Kept):
    """The exact values change with every call."""

    def pairs(self, mentee, mentor):
        self.state["calls"] = self.state.get("calls", 0) + 1
        return super().pairs(mentee, mentor) / (1 + 1e-9 * self.state["calls"])


class TiredBlocks(Kept):
    def block(self, rows):
        self.state["calls"] = self.state.get("calls", 0) + 1
        return super().block(rows) * np.float32(1 - 1e-7 * self.state["calls"])


class Lender(Kept):
    """Hands out its own array, which the next to write into spoils."""

    def block(self, rows):
        key = rows.tobytes()
        return self.state.setdefault(key, super().block(rows))


class Grabber(Kept):
    def pairs(self, mentee, mentor):
        values = super().pairs(mentee, mentor)
        mentee[:] = 0
        return values


class RowGrabber(Kept):
    def block(self, rows):
        values = super().block(rows)
        rows[:] = 0
        return values


class Vandal(Kept):
    def reason(self, mentee, mentor):
        self.programme.mentees.extra["example"] = self.programme.mentees.ids
        return super().reason(mentee, mentor)


class Silent(Kept):
    def reason(self, mentee, mentor):
        return " "


class OnlyAStop(Kept):
    def reason(self, mentee, mentor):
        return "."


class Endlessly(Kept):
    def reason(self, mentee, mentor):
        return "Both have an id"


class Chatty(Kept):
    def reason(self, mentee, mentor):
        return "Both have an id.\nAnd a name."


class Fickle(Kept):
    def reason(self, mentee, mentor):
        self.state["calls"] = self.state.get("calls", 0) + 1
        return f"Asked {self.state['calls']} times."


class Recommends(Kept):
    def recommendation(self, mentee, mentor):
        return "Both have an id." if (mentee + mentor) % 2 else ""


class Boastful(Kept):
    def recommendation(self, mentee, mentor):
        return "Both have an id.\nAnd a name."


class Unfinished(Kept):
    def recommendation(self, mentee, mentor):
        return "Both have an id"


class Moody(Kept):
    def recommendation(self, mentee, mentor):
        self.state["asked"] = not self.state.get("asked", False)
        return "Both have an id." if self.state["asked"] else ""


BROKEN = [
    (Boastful, "recommendation is one line or blank"),
    (Unfinished, "recommendation is one line or blank"),
    (Moody, "recommendation says the same twice"),
    (FlatPairs, "pairs have the shape"),
    (CoarsePairs, "pairs are float64"),
    (TooLarge, "values lie in 0..1 or are NaN"),
    (Negative, "values lie in 0..1 or are NaN"),
    (Endless, "values lie in 0..1 or are NaN"),
    (FineBlocks, "blocks are float32"),
    (NarrowBlocks, "blocks have the shape"),
    (BlocksApart, "blocks and pairs agree to 1e-5"),
    (BlocksThatGuess, "blocks and pairs know the same"),
    (BlocksOfManyKinds, "blocks and pairs agree to 1e-5"),
    (Company, "the bits of a pair depend on no other"),
    (Positions, "the order of people changes no bit"),
    (Places, "places, hours and demand change nothing"),
    (Hours, "places, hours and demand change nothing"),
    (Demands, "places, hours and demand change nothing"),
    (Tired, "two calls of pairs are equal"),
    (TiredBlocks, "two calls of block are equal"),
    (Lender, "what it hands out is not its own"),
    (Grabber, "pairs leave their arguments alone"),
    (RowGrabber, "blocks leave their argument alone"),
    (Vandal, "the programme is left as it was"),
    (Silent, "reason is one sentence in one line"),
    (OnlyAStop, "reason is one sentence in one line"),
    (Endlessly, "reason is one sentence in one line"),
    (Chatty, "reason is one sentence in one line"),
    (Fickle, "reason says the same twice"),
]


@pytest.fixture
def ids_only():
    """Six mentees and five mentors who have given nothing but their ids and hours."""
    mentors = {"id": [f"o{k}" for k in range(5)], "hours_per_month": ["4"] * 5}
    return Programme.from_frames(mentors, {"id": [f"e{k}" for k in range(6)]})


def test_a_component_that_keeps_its_promises_passes(ids_only):
    check_component(Of(Kept), ids_only)
    check_component(Of(Recommends), ids_only)


@pytest.mark.parametrize(
    ("kind", "promise"), BROKEN, ids=lambda each: getattr(each, "__name__", "")
)
def test_a_broken_promise_is_caught_and_named(kind, promise, ids_only):
    programme = replace(ids_only, mentees=replace(ids_only.mentees, extra={}))

    with pytest.raises(AssertionError, match=rf"must keep its contract: .*{promise}"):
        check_component(Of(kind), programme)


def test_a_component_that_does_not_apply_may_know_nothing(ids_only):
    class Blank(Kept):
        def rows(self, mentees):
            return np.full((len(mentees), len(self.programme.mentors)), math.nan)

    check_component(Of(Blank, does_apply=False), ids_only)
    with pytest.raises(AssertionError, match="what does not apply knows no pair"):
        check_component(Of(Kept, does_apply=False), ids_only)


def test_a_thing_that_is_no_component_is_named(ids_only):
    with pytest.raises(AssertionError, match="a component has name, applies and prepare"):
        check_component(object(), ids_only)


def test_a_programme_without_anybody_proves_nothing():
    empty = Programme.from_frames({"id": []}, {"id": ["e"]})

    with pytest.raises(ValueError, match="at least one mentee and one mentor"):
        check_component(Of(Kept), empty)
