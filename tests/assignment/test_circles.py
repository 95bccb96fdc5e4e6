"""Circles with one lead and with two: every choice of five mentees is looked at, and no solver."""

import itertools
from collections import Counter

import numpy as np
import pytest

import cmmatch
from cmmatch import Candidates, Termination
from cmmatch.assignment.backends import Answer, Choice
from cmmatch.assignment.circle_result import Circle
from cmmatch.assignment.circle_rules import Asked, recount
from cmmatch.assignment.form import Need
from cmmatch.assignment.panels import PanelSource, panels_of
from cmmatch.errors import ModelError, NoMatching, SolverDisagreement, UnknownPerson

MENTEES, MENTORS = ("ann", "bob", "cem", "dee", "eve"), ("max", "mia", "moe")


def drawn(rng, leads):
    """A case of up to 5 x 3 people: scores in quarters, so that ties are common, and rules."""
    n, m = int(rng.integers(3, 6)), int(rng.integers(2, 4))
    scores = rng.integers(-1, 5, (n, m)) / 4
    scores = np.where(rng.random((n, m)) < 0.15, np.nan, scores)
    least = int(rng.integers(1, 3))
    words = {
        "smallest": least,
        "largest": least + rng.integers(-1, 3, m) if rng.random() < 0.3 else least + 1,
        "mentors": leads,
        "number": (None, None, 1, 2, (None, 1), (1, None), (0, 2))[rng.integers(7)],
        "order": [("most_matched", "total_score"), ("total_score",)][rng.integers(2)],
    }
    words["largest"] = np.maximum(words["largest"], 0)
    if (words["largest"] < least).all():
        words["largest"][0] = least
    kind = rng.integers(4)
    if kind:
        labels = {"team": [str(each) for each in rng.permutation(["a", "b", *["a", "b", ""]])[:n]]}
        if kind == 3:
            labels["level"] = [str(each) for each in rng.permutation(["1", "1", "1", "2", "2"])[:n]]
        known = min(len(set(each) - {""}) for each in labels.values())
        words["labels"] = labels
        words["most_alike"] = {"team": int(rng.integers(1, 3))}
        if kind > 1 and known > 1:
            words["least_different"] = 2 if kind == 2 else {"level": 2}
    if leads == 2:
        words["each_leads"] = int(rng.integers(1, 3))
        if rng.random() < 0.3:
            words["differ"] = [("x", "y", "y", "")[k] for k in [0, *rng.integers(1, 4, m - 1)]]
        if rng.random() < 0.3:
            words["panel_pairs"] = [(MENTORS[1], MENTORS[0]), *[MENTORS[:3:2]] * (m == 3)]
    return scores, words


def panels(words, m):
    """Positions of those who may lead together, by the words alone."""
    if words["mentors"] == 1:
        return [(j,) for j in range(m)]
    labels = words.get("differ", [str(j) for j in range(m)])
    named = words.get("panel_pairs", itertools.combinations(MENTORS[:m], 2))
    allowed = {frozenset(MENTORS.index(who) for who in pair) for pair in named}
    return [
        pair
        for pair in itertools.combinations(range(m), 2)
        if frozenset(pair) in allowed and "" not in {labels[j] for j in pair}
        if labels[pair[0]] != labels[pair[1]]
    ]


def asked_of(value, kind):
    return value.get(kind) if isinstance(value, dict) else value


def allowed(circles, words, m):
    """Whether circles, {panel: members}, keep every rule."""
    largest = np.broadcast_to(words["largest"], m)
    number = words["number"]
    low, high = number if isinstance(number, tuple) else (number, number)
    if (low is not None and len(circles) < low) or (high is not None and len(circles) > high):
        return False
    led = Counter(j for panel in circles for j in panel)
    if max(led.values(), default=0) > words.get("each_leads", 1):
        return False
    for panel, members in circles.items():
        if not words["smallest"] <= len(members) <= min(largest[j] for j in panel):
            return False
        for kind, labels in words.get("labels", {}).items():
            count = Counter(labels[i] for i in members if labels[i])
            most = asked_of(words.get("most_alike"), kind)
            least = asked_of(words.get("least_different"), kind)
            if most is not None and max(count.values(), default=0) > most:
                return False
            if least is not None and len(count) < least:
                return False
    return True


def best_of_all(scores, words):
    """The best values over every way to put mentees into circles; None where none is allowed."""
    n, m = scores.shape
    units = scores * 10**6
    places = panels(words, m)
    worth = np.array([[sum(units[i, j] for j in panel) for panel in places] for i in range(n)])
    options = [
        [None, *(k for k in range(len(places)) if not np.isnan(worth[i, k]))] for i in range(n)
    ]
    best = None
    for choice in itertools.product(*options):
        circles = {}
        for i, k in enumerate(choice):
            if k is not None:
                circles.setdefault(places[k], []).append(i)
        value = {
            "most_matched": sum(k is not None for k in choice),
            "total_score": int(sum(worth[i, k] for i, k in enumerate(choice) if k is not None)),
        }
        values = tuple(value[name] for name in words["order"])
        if (best is None or values > best) and allowed(circles, words, m):
            best = values
    return best


def candidates_of(scores, *, rows=None, columns=None):
    n, m = scores.shape
    rows, columns = (np.arange(k) if p is None else p for p, k in ((rows, n), (columns, m)))
    return Candidates.from_matrix(
        scores[np.ix_(rows, columns)],
        mentee_ids=[MENTEES[i] for i in rows],
        mentor_ids=[MENTORS[j] for j in columns],
    )


@pytest.mark.parametrize("block", range(5))
@pytest.mark.parametrize("leads", [1, 2])
def test_circles_reach_the_best_of_all_choices(leads, block):
    met = Counter()
    for seed in range(40):
        scores, words = drawn(np.random.default_rng([leads, block, seed]), leads)
        if not panels(words, scores.shape[1]):
            with pytest.raises(ModelError, match="two who may lead together"):
                cmmatch.circles(candidates_of(scores), **words)
            continue
        found, best = cmmatch.circles(candidates_of(scores), **words), best_of_all(scores, words)

        assert (Termination.INFEASIBLE if best is None else Termination.OPTIMAL) is (
            found.termination
        )
        met["infeasible"] += best is None
        if best is None:
            continue
        assert best == tuple(stage.value for stage in found.stages)
        assert best[-1] == found.value == found.bound
        assert all(found.check()[s.name] >= s.value for s in found.stages)
        assert {*MENTEES[: len(scores)]} == {
            *found.unmatched,
            *(who for circle in found.groups for who in circle.mentees),
        }
        assert len(found.unmatched) == len(found.reasons)
        met["several"] += len(found.groups) > 1
        met["left over"] += bool(found.unmatched)
        met["labels"] += "labels" in words

    assert min(met[name] for name in ("infeasible", "several", "left over", "labels")) > 0


@pytest.mark.parametrize("leads", [1, 2])
def test_row_order_decides_nothing_even_among_equals(leads):
    moved = 0
    for seed in range(12):
        rng = np.random.default_rng([9, leads, seed])
        scores = np.where(rng.random((5, 3)) < 0.1, np.nan, rng.integers(1, 3, (5, 3)) / 2)
        labels, teams = ["a", "a", "b", "b", "c"], ["x", "y", "z"]
        rows, columns = rng.permutation(5), rng.permutation(3)
        answers = [
            cmmatch.circles(
                candidates_of(scores, rows=r, columns=c),
                smallest=2,
                largest=3,
                mentors=leads,
                labels=[labels[i] for i in r],
                most_alike=1,
                differ=[teams[j] for j in c] if leads == 2 else None,
                each_leads=leads,
            )
            for r, c in ((np.arange(5), np.arange(3)), (rows, columns))
        ]

        assert answers[0].groups == answers[1].groups
        assert answers[0].unmatched == answers[1].unmatched
        assert str(answers[0]) == str(answers[1])
        moved += list(rows) != sorted(rows)
    assert moved > 8


@pytest.mark.parametrize(("each", "total"), [(1, 5.0), (2, 8.0), (3, 9.0)])
def test_two_lead_as_many_circles_as_they_may(each, total):
    """Six mentees in twos, worth 3 with the first mentor and any other, 2 with two others."""
    candidates = Candidates.from_matrix(np.array([[1.0, 0.5, 0.5, 0.5]] * 6))
    found = cmmatch.circles(candidates, smallest=2, largest=2, mentors=2, each_leads=each)
    led = Counter(who for circle in found.groups for who in circle.mentors)

    assert total == found.total
    assert each == led["0"] == max(led.values())


def test_a_mentee_joins_two_mentors_only_if_good_enough_with_both():
    scores = np.array([[0.9, 0.9], [0.9, 0.2], [0.8, 0.8]])
    source = candidates_of(scores).source
    candidates = Candidates.from_source(source, min_score=0.3)
    found = cmmatch.circles(candidates, smallest=1, largest=3, mentors=2)

    assert (("ann", "cem"),) == tuple(circle.mentees for circle in found.groups)
    assert ("bob is eligible with nobody who could lead a circle.",) == found.reasons
    assert "0.3 with each mentor" in found.scope


def test_sizes_of_two_who_lead_together_are_those_of_both():
    candidates = candidates_of(np.ones((5, 2)))
    found = cmmatch.circles(candidates, smallest=[1, 3], largest=[5, 4], mentors=2)

    assert (4,) == tuple(len(circle.mentees) for circle in found.groups)
    assert "no choice of circles takes more mentees" in found.reasons[0]


def test_an_answer_that_is_none_says_so():
    found = cmmatch.circles(candidates_of(np.ones((3, 2))), smallest=2, largest=3, number=2)

    assert not found.has_groups
    assert found.bound is None
    assert ("ann", "bob", "cem") == found.unmatched
    assert {"ann is in no circle, since there is no answer."} < set(found.reasons)
    assert "'circles, number' lowered by 1" in str(found.solved.why_not)
    with pytest.raises(NoMatching, match=r"no circles: infeasible.*'circles, number'"):
        _ = found.groups


def test_what_stands_in_the_way_is_cut_off_where_it_is_long():
    candidates = Candidates.from_matrix(np.ones((3, 5)))
    found = cmmatch.circles(candidates, smallest=2, largest=3, mentors=2, number=2)

    assert len(found.solved.obstacles[0]) > 400
    assert str(found).endswith(" ... and more in solved.obstacles.")
    assert len(str(found)) < 500


class Unsure:
    """Finds the worst of all choices, which is to do nothing, and knows no bound."""

    name = "unsure"
    honours = frozenset(Need)

    def available(self):
        return True

    def maximise(self, form, target, *, deadline=None):
        chosen = np.zeros(len(form), dtype=np.bool_)
        extras = np.zeros(len(form.extra_upper), dtype=np.int64)
        return Answer(Termination.FEASIBLE, Choice(chosen, extras, 0, None))


def test_what_is_not_proven_is_told_with_its_gap():
    candidates = candidates_of(np.full((4, 2), 0.5))
    found = cmmatch.circles(
        candidates, smallest=2, largest=3, order=("total_score",), backends=[Unsure()]
    )

    assert (0, 2_000_000) == (found.value, found.bound)
    assert not found.proven
    assert "total_score = 0, bound 2000000" in str(found)
    assert "whether more mentees could be is not proven" in found.reasons[0]


def test_names_of_panels_are_told_apart():
    candidates = Candidates.from_matrix(
        np.ones((2, 4)), mentor_ids=["a", "b and c", "a and b", "c"]
    )
    found = panels_of(candidates, size=2)

    assert 6 == len(set(found.mentor_ids))


@pytest.mark.parametrize("floor", [None, 300_000])
def test_a_source_of_panels_keeps_the_contract_of_a_source(floor):
    rng = np.random.default_rng(3)
    scores = np.where(rng.random((7, 5)) < 0.2, np.nan, rng.random((7, 5)))
    single = Candidates.from_matrix(np.round(scores, 6)).source
    source = panels_of(Candidates.from_source(single), size=2)
    source = PanelSource(
        source.source, source.rows, source.members, source.mentor_ids, floor, source.resolution
    )
    rows = np.arange(7)
    block = source.block(rows)
    mentee, panel = np.repeat(rows, 10), np.tile(np.arange(10), 7)
    may = source.eligible(mentee, panel)

    assert (7, 10) == source.shape == block.shape
    assert np.array_equal(may, ~np.isnan(block.ravel()))
    assert 0 < may.sum() < 70
    assert np.abs(block.ravel()[may] - source.pairs(mentee, panel)[may]).max() <= source.block_error


def asked(**changes):
    known = {
        "sizes": {"max": (2, 3), "mia": (2, 3)},
        "number": (1, 1),
        "labels": {"team": {"ann": "a", "bob": "a", "cem": "b", "dee": "", "eve": ""}},
        "most_alike": {"team": 2},
        "least_different": {"team": 1},
        "each_leads": 1,
    }
    return Asked(**{**known, **changes})


GOOD = Circle(("max",), ("ann", "bob"), 2_000_000)


@pytest.mark.parametrize(
    ("groups", "changes", "said"),
    [
        ([GOOD], {"sizes": {"max": (3, 3)}}, "has 2 mentees; 3 to 3"),
        ([GOOD], {"number": (2, None)}, "There are 1 circles"),
        ([GOOD], {"most_alike": {"team": 1}}, "2 of max have the same team"),
        ([GOOD], {"least_different": {"team": 2}}, "The circle of max has 1 team"),
        ([GOOD, GOOD], {"number": (None, None)}, "ann is in 2 circles"),
        ([GOOD, GOOD], {"number": (None, None)}, "max leads 2 circles"),
        ([Circle(("max",), ("ann", "bob"), 1)], {}, "is worth 2000000, not 1"),
        ([Circle(("max",), ("ann", "eve"), 1_000_000)], {}, "eve with max is not possible"),
        ([Circle(("max", "mia"), ("ann", "bob"), 4_000_000)], {}, "may not lead a circle together"),
    ],
)
def test_the_recount_finds_what_is_wrong(groups, changes, said):
    scores = np.ones((5, 2))
    scores[4, 0] = np.nan
    candidates = candidates_of(scores)
    single = panels_of(candidates, size=1)

    assert 2_000_000 == recount(candidates, single, [GOOD], asked())
    with pytest.raises(SolverDisagreement, match=said):
        recount(candidates, single, groups, asked(**changes))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"mentors": 3}, "'mentors' must be 1 or 2"),
        ({"order": ("worst_off",)}, "'order' must be"),
        ({"each_leads": 2}, "leads one circle"),
        ({"differ": ["x", "y"]}, "are for two mentors"),
        ({"mentors": 2, "differ": ["x"]}, "One label for each of the 2 mentors"),
        ({"mentors": 2, "differ": ["x", "x"]}, "two who may lead together"),
        ({"mentors": 2, "panel_pairs": [("max", "max")]}, "has max twice"),
        ({"mentors": 2, "each_leads": 0}, "'each_leads' must be whole and 1 or more"),
        ({"smallest": 0}, "'smallest' must be 1 or more; given 0"),
        ({"smallest": 2.5}, "'smallest' must be in whole numbers"),
        ({"smallest": 4}, "The smallest circle, 4, must not be above the largest, 3"),
        ({"largest": [3, 3, 3]}, "One largest size for each of the 2 mentors"),
        ({"number": -1}, "'number' must be whole and 0 or more; given -1"),
        ({"number": (3, 1)}, "At least 3 circles must not be above at most 1"),
        ({"number": (1, 2, 3)}, "one number or two"),
        ({"most_alike": 1}, "'most_alike' counts labels: give 'labels'"),
        ({"labels": ["a"] * 5}, "give one of them"),
        ({"labels": ["a"] * 4, "most_alike": 1}, "One label for each of the 5 mentees"),
        ({"labels": ["a"] * 5, "most_alike": {"level": 1}}, "speaks of 'level'"),
        ({"labels": ["a"] * 5, "most_alike": 0}, "'most_alike' must be whole and 1 or more"),
        ({"labels": ["a", ""] * 2 + ["a"], "least_different": 2}, "have 1 different one"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(words, said):
    with pytest.raises(ModelError, match=said):
        cmmatch.circles(candidates_of(np.ones((5, 2))), **{"smallest": 2, "largest": 3, **words})


def test_too_many_pairs_of_mentors_are_refused_with_what_to_do():
    candidates = Candidates.from_matrix(np.ones((2, 64)))
    with pytest.raises(ModelError, match=r"2,016 may lead together, of 64 mentors. Say which"):
        cmmatch.circles(candidates, smallest=1, largest=2, mentors=2)
    with pytest.raises(UnknownPerson):
        cmmatch.circles(candidates, smallest=1, largest=2, mentors=2, panel_pairs=[("0", "nobody")])
