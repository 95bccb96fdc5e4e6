"""Figures of fairness against plain loops over people, and the layout of what is printed."""

import math

import numpy as np
import pytest
from tests.tiny_matchings import tiny_matching

from cmmatch import Candidates, Matching
from cmmatch.analysis.fairness import Fairness
from cmmatch.analysis.groups import Groups, mean_of, share_of
from cmmatch.analysis.load import Load
from cmmatch.analysis.measuring import measures
from cmmatch.analysis.standings import ranks, standings, worst_mean
from cmmatch.errors import ModelError


def by_hand(tiny, side):
    """Score and rank of each person as the mean over their pairs, None without a pair."""
    pairs = [
        (int(i), int(j), s / 10**6)
        for i, j, s in zip(
            tiny.candidates.mentee, tiny.candidates.mentor, tiny.candidates.score, strict=True
        )
    ]
    made = set(zip(tiny.matching.mentee.tolist(), tiny.matching.mentor.tolist(), strict=True))
    people = []
    for person in range(tiny.candidates.shape[side]):
        options = [pair for pair in pairs if pair[side] == person]
        mine = [pair for pair in options if pair[:2] in made]
        ranked = [1 + sum(other[2] > pair[2] for other in options) for pair in mine]
        people.append(
            (
                round(sum(pair[2] for pair in mine) / len(mine), 12),
                sum(ranked) / len(mine),
                1 in ranked,
            )
            if mine
            else None
        )
    return people


@pytest.mark.parametrize("block", range(3))
def test_every_person_and_every_figure_is_what_a_loop_finds(block):
    seen = 0
    for seed in range(100 * block, 100 * (block + 1)):
        tiny = tiny_matching(seed)
        room = {"places": tiny.places, "demand": tiny.demand}
        both = standings(tiny.candidates, tiny.matching, **room)
        for side, standing in enumerate(both):
            expected = by_hand(tiny, side)
            for k, figures in enumerate(expected):
                if figures is None:
                    assert math.isnan(standing.score[k])
                    assert math.isnan(standing.rank[k])
                    assert not standing.first[k]
                else:
                    found = (standing.score[k], standing.rank[k], standing.first[k])
                    assert pytest.approx(figures) == found
            scores = sorted(figures[0] for figures in expected if figures)
            seen += len(scores)
            spread = standing.distribution
            if not scores:
                assert spread.mean is spread.lowest is spread.worst is spread.quartiles is None
                continue
            worst = scores[: math.ceil(len(scores) / 10)]
            middle = (scores[(len(scores) - 1) // 2] + scores[len(scores) // 2]) / 2
            ranked = [figures[1] for figures in expected if figures]
            first = [figures[2] for figures in expected if figures]
            assert pytest.approx(sum(scores) / len(scores)) == spread.mean
            assert pytest.approx(scores[0]) == spread.lowest
            assert pytest.approx(sum(worst) / len(worst)) == spread.worst
            assert pytest.approx(middle) == spread.quartiles[1]
            assert spread.lowest <= spread.quartiles[0] <= middle <= spread.quartiles[2]
            assert pytest.approx(sum(ranked) / len(ranked)) == spread.mean_rank
            assert pytest.approx(sum(first) / len(first)) == spread.first
    assert seen > 200


def test_quartiles_lie_on_the_line_between_two_people():
    candidates = Candidates.from_matrix(np.diag([0.1, 0.2, 0.4, 0.8]) + 0.0)
    everybody = np.arange(4)
    ids = [str(k) for k in range(4)]
    made = Matching(everybody, everybody, np.array(ids, object), np.array(ids, object))
    ones = np.ones(4, np.int64)

    found = standings(candidates, made, places=ones, demand=ones)[0].distribution.quartiles
    assert pytest.approx((0.175, 0.3, 0.5)) == found


@pytest.mark.parametrize(("people", "counted"), [(1, 1), (10, 1), (11, 2), (30, 3), (70, 7)])
def test_the_worst_tenth_is_rounded_up_to_whole_people(people, counted):
    values = np.arange(people, 0, -1.0)

    assert sum(range(1, counted + 1)) / counted == worst_mean(values)
    assert worst_mean(values[:0]) is None


def test_equals_share_a_rank_and_the_next_is_left_out():
    person, score = np.array([1, 1, 0, 1, 1]), np.array([-3, 7, 0, 7, 2])

    assert [4, 1, 1, 1, 3] == ranks(person, score, np.arange(5)).tolist()
    assert [3, 4] == ranks(person, score, np.array([4, 0])).tolist()
    assert [] == ranks(person, score, np.array([], int)).tolist()


@pytest.mark.parametrize("seed", range(40))
def test_load_is_what_a_loop_finds(seed):
    tiny = tiny_matching(seed)
    load = Load.of(tiny.matching, tiny.places)
    counts = [
        int((tiny.matching.mentor == j).sum()) for j in range(len(tiny.places)) if tiny.places[j]
    ]

    assert (len(counts), sum(counts), sum(tiny.places)) == (load.mentors, load.used, load.places)
    if not counts:
        assert load.mean is load.gini is load.variation is None
        return
    mean = sum(counts) / len(counts)
    assert (mean, max(counts) - min(counts)) == (load.mean, load.spread)
    if not mean:
        assert load.gini is load.variation is None
        return
    apart = sum(abs(a - b) for a in counts for b in counts) / len(counts) ** 2
    variance = sum((a - mean) ** 2 for a in counts) / len(counts)
    assert pytest.approx(apart / (2 * mean)) == load.gini
    assert pytest.approx(math.sqrt(variance) / mean) == load.variation


@pytest.mark.parametrize(("part", "whole"), [(0, 5), (5, 5), (1, 7), (40, 80), (199, 200)])
def test_the_ends_of_wilsons_interval_solve_its_equation(part, whole):
    """Both ends p0 lie z standard errors sqrt(p0 (1 - p0) / n) from the share."""
    found = share_of(part, whole)

    assert part / whole == found.value
    assert 0 <= found.low <= found.value <= found.high <= 1
    for end in (found.low, found.high):
        if end not in (0.0, 1.0):
            error = math.sqrt(end * (1 - end) / whole)
            assert pytest.approx(1.959964, abs=1e-6) == abs(found.value - end) / error
    assert share_of(0, 0) is None


def test_the_t_interval_is_that_of_the_tables():
    """Nine degrees of freedom: t = 2.262157."""
    values = np.arange(10.0)
    found = mean_of(values)
    error = np.std(values, ddof=1) / math.sqrt(10)

    assert 4.5 == found.value
    assert pytest.approx((4.5 - 2.262157 * error, 4.5 + 2.262157 * error), abs=1e-5) == (
        found.low,
        found.high,
    )
    assert (0.5, None, None) == (mean_of(values[:1] + 0.5).value, *_ends(mean_of(values[:1])))
    assert mean_of(values[:0]) is None


def _ends(interval):
    return interval.low, interval.high


@pytest.mark.parametrize("seed", range(150))
def test_measures_add_up_to_the_parts_they_are_made_of(seed):
    tiny = tiny_matching(seed)
    row = measures(tiny.candidates, tiny.matching, places=tiny.places, demand=tiny.demand)
    made = tiny.candidates.index(tiny.matching.mentee, tiny.matching.mentor)
    people = [each for each in by_hand(tiny, 0) if each]
    scores = sorted(each[0] for each in people)

    assert (len(tiny.matching), len(people)) == (row.pairs, row.matched)
    assert pytest.approx(sum(tiny.candidates.score[made].tolist()) / 10**6) == row.total
    assert (scores[0] if scores else None) == (row.worst and pytest.approx(row.worst))
    if scores:
        assert pytest.approx(scores[0]) == row.bottom
        assert pytest.approx(sum(each[1] for each in people) / len(people)) == row.rank


@pytest.mark.parametrize("seed", range(40))
def test_the_order_of_people_changes_no_digit(seed):
    tiny = tiny_matching(seed)
    n, m = tiny.candidates.shape
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(n), rng.permutation(m)
    matrix = np.full((n, m), np.nan)
    matrix[tiny.candidates.mentee, tiny.candidates.mentor] = tiny.candidates.score / 10**6
    pairs = np.zeros((n, m), bool)
    pairs[tiny.matching.mentee, tiny.matching.mentor] = True
    other = Candidates.from_matrix(matrix[rows][:, columns])
    source = other.source
    moved = Matching(*np.nonzero(pairs[rows][:, columns]), source.mentee_ids, source.mentor_ids)
    there = measures(other, moved, places=tiny.places[columns], demand=tiny.demand[rows])

    assert there == measures(tiny.candidates, tiny.matching, places=tiny.places, demand=tiny.demand)


def test_kept_candidates_are_refused_since_ranks_speak_of_all():
    source = Candidates.from_matrix([[0.5, 0.75]]).source
    kept = Candidates.from_source(source, keep=1)
    made = Matching(np.array([0]), np.array([1]), source.mentee_ids, source.mentor_ids)

    with pytest.raises(ModelError, match="without 'keep'"):
        standings(kept, made, places=np.array([1, 1]), demand=np.array([1]))


@pytest.fixture
def towns():
    """30 mentees of two towns and a village, two mentors a town; the village is small."""
    rng = np.random.default_rng(5)
    candidates = Candidates.from_matrix(rng.integers(1, 1000, (30, 12)) / 1000)
    source = candidates.source
    mentee = np.arange(0, 30, 3)
    made = Matching(mentee, np.arange(10), source.mentee_ids, source.mentor_ids)
    labels = ["Uppsala"] * 14 + ["Lund"] * 13 + ["Å"] * 3
    room = {"places": np.ones(12, np.int64), "demand": np.ones(30, np.int64)}
    return lambda **how: Fairness.of(
        candidates, made, **room, column="town", mentee_groups=labels, **how
    )


def test_a_text_fits_a_terminal_and_names_what_is_not_shown(towns):
    text = str(towns(words=("coachees of the first year", "coaches")))

    assert max(map(len, text.splitlines())) <= 80
    assert "Coachees of the first year by town" in text
    assert "Not shown: 2 groups (Lund; Å)" in text
    assert "Uppsala" in text


def test_with_a_minimum_of_one_everything_is_shown(towns):
    found = towns(minimum=1)

    assert ["Lund", "Uppsala", "Å"] == sorted(each.label for each in found.by_mentees.shown)
    assert () == found.by_mentees.hidden
    assert "Gap in share matched" in str(found)


def test_a_notebook_shows_names_as_text():
    candidates = Candidates.from_matrix([[0.5]] * 6)
    source = candidates.source
    made = Matching(np.array([0]), np.array([0]), source.mentee_ids, source.mentor_ids)
    found = Fairness.of(
        candidates,
        made,
        places=np.array([1]),
        demand=np.ones(6, np.int64),
        column="<i>",
        mentee_groups=["<b>"] * 6,
    )
    page = found._repr_html_()

    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert "<i>" not in page


def test_a_minimum_below_one_is_refused(towns):
    with pytest.raises(ModelError, match="1 or more; given 0"):
        towns(minimum=0)


def test_the_unmatched_count_in_the_share_and_not_in_the_score(towns):
    groups = towns(minimum=1).by_mentees
    (uppsala,) = (each for each in groups.shown if each.label == "Uppsala")

    assert (14, 14, 5) == (uppsala.members, uppsala.wanting, uppsala.matched)
    assert 5 / 14 == uppsala.share.value
    scores = towns().mentees.score[:14]
    assert pytest.approx(np.nanmean(scores)) == uppsala.score.value


def test_groups_come_the_worst_served_first_and_blanks_are_a_group():
    tiny = tiny_matching(2)
    mentees = standings(tiny.candidates, tiny.matching, places=tiny.places, demand=tiny.demand)[0]
    labels = ["a", " ", ""] * 3
    groups = Groups.of(mentees, labels[: len(mentees.ids)], column="x", minimum=1)
    shares = [each.share.value for each in groups.shown if each.share]

    assert {"a", "(blank)"} == {each.label for each in groups.shown}
    assert sorted(shares) == shares
