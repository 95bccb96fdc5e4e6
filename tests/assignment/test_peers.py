"""Pairs within one population: against every possibility, and whatever the order of rows."""

import itertools
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cmmatch
from cmmatch import Candidates
from cmmatch.assignment import peer_bound
from cmmatch.assignment import peers as peers_module
from cmmatch.assignment.peer_pairs import peer_pairs, population
from cmmatch.assignment.peer_result import BY_ALGORITHM, PROVEN
from cmmatch.compatibility.tabular import MatrixSource
from cmmatch.errors import ModelError, SolverDisagreement, UnknownPerson

NAN = float("nan")
ORDERS = [("most_matched", "total_score"), ("total_score",)]
UNIT = 10**6
KINDS = ("python", "text")


def random_case(seed):
    """Scores of up to 7 people, with ties, negative ones and missing pairs; rules; settings."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 8))
    scores = rng.integers(-3, 5, (n, n)) / 4
    scores = np.where(rng.random((n, n)) < rng.choice([0.0, 0.2, 0.45]), NAN, scores)
    ids = [f"p{k}" for k in rng.permutation(n)]
    both = ("sum", "least")[seed % 2]
    possible = list(values(scores, ids, both))
    rng.shuffle(possible)
    picked = [tuple(str(who) for who in pair) for pair in possible]
    required = picked[:1] if rng.random() < 0.3 else []
    forbidden = picked[1:3] if rng.random() < 0.4 else []
    return scores, {
        "ids": ids,
        "both": both,
        "order": ORDERS[seed // 2 % 2],
        "required": [pair[::-1] for pair in required],
        "forbidden": forbidden,
        "keep": (1, 2, None)[seed % 3],
        "seed": seed,
    }


def values(scores, ids, both):
    """Return the value of every pair that is eligible in both directions, in units."""
    join = sum if both == "sum" else min
    found = {}
    for i, j in itertools.combinations(range(len(ids)), 2):
        directed = [scores[i][j], scores[j][i]]
        if not np.isnan(directed).any():
            found[tuple(sorted((ids[i], ids[j])))] = join(round(each * UNIT) for each in directed)
    return found


def every_choice(pairs):
    """Yield every set of pairs in which nobody is twice."""
    if not pairs:
        yield ()
        return
    first, *rest = pairs
    yield from every_choice(rest)
    for others in every_choice([pair for pair in rest if not set(pair) & set(first)]):
        yield (first, *others)


def best(scores, case):
    """Return the best pairs and value by going through every choice."""
    worth = values(scores, case["ids"], case["both"])
    must = {tuple(sorted(pair)) for pair in case["required"]}
    barred = {tuple(sorted(pair)) for pair in case["forbidden"]}
    choices = every_choice([pair for pair in worth if pair not in barred])
    reached = [
        (len(choice), sum(worth[pair] for pair in choice))
        for choice in choices
        if must <= set(choice)
    ]
    return max(reached) if len(case["order"]) == 2 else (max(total for _, total in reached),)


@pytest.mark.parametrize("block", range(5))
def test_nothing_better_exists_among_all_choices_and_the_bound_says_so(block):
    for seed in range(block * 100, block * 100 + 100):
        scores, case = random_case(seed)
        found = cmmatch.peers(scores, **case)

        assert best(scores, case) == tuple(stage.value for stage in found.stages), seed
        assert found.proven, seed
        assert PROVEN == found.proof


def test_the_cases_hold_all_that_they_should():
    """A suite that met only one kind of programme would show nothing."""
    seen = Counter()
    for seed in range(500):
        scores, case = random_case(seed)
        worth = list(values(scores, case["ids"], case["both"]).values())
        seen["ties"] += len(set(worth)) < len(worth)
        seen["negative"] += any(each < 0 for each in worth)
        seen["missing"] += bool(np.isnan(scores).any())
        seen["odd"] += len(case["ids"]) % 2
        seen["required"] += bool(case["required"])
        seen["forbidden"] += bool(case["forbidden"])

    assert min(seen.values()) > 60
    assert 6 == len(seen)


def test_answers_are_exact_where_the_bound_is_not_met_and_do_not_call_themselves_proven(
    monkeypatch,
):
    """With one round no odd group is ever added, so that fractions exceed every choice."""
    monkeypatch.setattr(peer_bound, "ROUNDS", 1)
    unproven = 0
    for seed in range(200):
        scores, case = random_case(seed)
        found = cmmatch.peers(scores, **case)
        unproven += not found.proven

        assert best(scores, case) == tuple(stage.value for stage in found.stages), seed
        assert found.proof == (PROVEN if found.proven else BY_ALGORITHM)
        assert all(stage.value <= stage.bound for stage in found.stages)
        assert all(stage.proven == (stage.value == stage.bound) for stage in found.stages)
    assert unproven > 3


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("n", [40, 41])
def test_pairs_that_the_solver_never_saw_are_covered_by_the_proof(n, order):
    """Starting from two pairs of each person gives the value of starting from all."""
    scores = np.random.default_rng(n).integers(0, UNIT, (n, n)) / UNIT
    few, every = (cmmatch.peers(scores, order=order, keep=keep) for keep in (2, None))

    assert few.stages == every.stages
    assert few.proven


@pytest.mark.parametrize("order", ORDERS)
def test_a_certificate_can_be_checked_with_a_few_lines_of_numpy(order):
    scores = np.random.default_rng(5).integers(-UNIT // 4, UNIT, (31, 31)) / UNIT
    found = cmmatch.peers(scores, order=order)
    proof = found.certificates[-1]
    units = np.rint(scores * UNIT).astype(np.int64)
    place = [int(who) for who in proof.ids]
    worth = (units + units.T)[np.ix_(place, place)]
    paid = proof.price[:, None] + proof.price[None, :] + proof.pair_price
    total = int(proof.price.sum()) + proof.pair_price * (proof.count or 0)
    for group, price in zip(proof.groups, proof.group_price, strict=True):
        paid[np.ix_(group, group)] += price
        total += int(price) * (len(group) // 2)
    apart = ~np.eye(31, dtype=bool)
    if len(order) == 1:
        apart &= worth > 0

    assert (worth * proof.scale <= paid)[apart].all()
    assert (proof.price >= 0).all()
    assert found.stages[-1].value == total // proof.scale


def test_a_certificate_with_a_price_too_low_does_not_hold():
    candidates = Candidates.from_matrix(np.random.default_rng(5).random((7, 7)).round(3))
    ids = population(candidates.source, seed=0)
    pairs = peer_pairs(candidates, ids, both="sum", always=np.empty((0, 2), dtype=np.int64))
    proof = peer_bound.certify(pairs, np.ones(len(pairs), dtype=bool), count=3)
    of_all = (pairs.first, pairs.second, pairs.value)
    cheaper = np.maximum(proof.price - proof.scale, 0)
    parts = (proof.groups, proof.group_price, proof.pair_price - proof.scale, 3, proof.scale)
    negative = (proof.groups, proof.group_price, proof.pair_price, 3, proof.scale)

    assert proof.holds(*of_all)
    assert not peer_bound.PeerCertificate(ids, cheaper, *parts).holds(*of_all)
    assert not peer_bound.PeerCertificate(ids, proof.price - 10**15, *negative).holds(*of_all)
    free = (proof.groups, proof.group_price, 1, None, proof.scale)
    assert not peer_bound.PeerCertificate(ids, proof.price, *free).holds(*of_all)
    even = ((np.array([0, 1]),), np.array([1]), 0, None, proof.scale)
    assert not peer_bound.PeerCertificate(ids, proof.price * 9, *even).holds(*of_all)


SCORES = st.one_of(st.just(NAN), st.integers(-4, 8).map(lambda quarters: quarters / 4))


@settings(max_examples=80)
@given(
    st.integers(1, 7).flatmap(
        lambda n: st.tuples(
            st.lists(st.lists(SCORES, min_size=n, max_size=n), min_size=n, max_size=n),
            st.permutations(range(n)),
            st.permutations(range(n)),
        )
    ),
    st.sampled_from(ORDERS),
    st.sampled_from([1, 3, None]),
)
def test_the_order_of_rows_and_columns_changes_nothing(case, order, keep):
    scores, rows, columns = case
    matrix, ids = np.array(scores), [f"p{k}" for k in range(len(scores))]
    shuffled = Candidates.from_matrix(
        matrix[np.ix_(rows, columns)],
        mentee_ids=[ids[k] for k in rows],
        mentor_ids=[ids[k] for k in columns],
    )
    words = {"order": order, "keep": keep, "odd": "three", "seed": 3}
    here, there = cmmatch.peers(matrix, ids=ids, **words), cmmatch.peers(shuffled, **words)

    for name in ("pairs", "trios", "alone", "reasons", "notes", "stages", "joined_value"):
        assert getattr(here, name) == getattr(there, name), name


def test_equals_are_drawn_by_the_seed():
    drawn = {cmmatch.peers(np.ones((8, 8)), seed=seed).pairs for seed in range(6)}

    assert len(drawn) > 1


def test_the_lesser_of_two_scores_prefers_what_both_want():
    """a adores b, who does not care; c and d are fine with everybody."""
    scores = np.full((4, 4), 0.5)
    scores[0, 1], scores[1, 0] = 1.0, 0.25
    summed, least = (
        cmmatch.peers(scores, ids=["a", "b", "c", "d"], both=both) for both in ("sum", "least")
    )

    assert (("a", "b"), ("c", "d")) == summed.pairs
    assert ("a", "b") not in least.pairs
    assert [2.25, 1.0] == [summed.total, least.total]


def test_only_pairs_with_a_value_above_nothing_are_made_for_the_total_alone():
    scores = [[NAN, 0.0, NAN, NAN], [0.0, NAN, NAN, NAN], [NAN, NAN, NAN, 1], [NAN, NAN, -0.5, NAN]]
    most, total = (cmmatch.peers(scores, order=order) for order in ORDERS)

    assert (("0", "1"), ("2", "3")) == most.pairs
    assert (("2", "3"),) == total.pairs
    assert "No pair with 0 has a value above 0, so none adds to the total." == total.reasons[0]


def test_pairs_below_the_least_score_in_one_direction_are_not_made_unless_required():
    source = Candidates.from_matrix([[NAN, 0.9, 0.5], [0.2, NAN, NAN], [0.5, NAN, NAN]]).source
    candidates = Candidates.from_source(source, min_score=0.4)
    found = cmmatch.peers(candidates)

    assert (("0", "2"),) == found.pairs
    assert ("all pairs eligible in both directions, with a score of at least 0.4 each way") == (
        found.scope
    )
    assert (("0", "1"),) == cmmatch.peers(candidates, required=[("1", "0")]).pairs


def test_kept_candidates_are_told_in_the_scope():
    source = Candidates.from_matrix(np.random.default_rng(2).random((6, 6)).round(3)).source
    found = cmmatch.peers(Candidates.from_source(source, keep=2))

    assert found.scope.startswith("kept candidates, the best 2 of each person")


def test_a_source_is_as_good_as_its_candidates():
    candidates = Candidates.from_matrix([[NAN, 0.5], [0.25, NAN]])

    assert (("0", "1"),) == cmmatch.peers(candidates.source).pairs
    assert 0.75 == cmmatch.peers(candidates.source).total


# Whoever is left over.


def test_of_an_odd_number_one_is_left_over_and_the_reason_says_so():
    found = cmmatch.peers([[NAN, 0.9, 0.4], [0.7, NAN, 0.5], [0.2, 0.6, NAN]], ids="abc")

    assert ("c",) == found.alone
    assert (
        "3 people can be paired among themselves, an odd number; no choice has a higher total than "
        "the one without c.",
    ) == found.reasons


def test_every_kind_of_reason_is_told_apart():
    """h hub of a star, s1 s2 s3 its rays; f forbidden, o one way only, n nobody, r needs q."""
    ids = ["h", "s1", "s2", "s3", "f", "o", "n", "r", "q", "q2"]
    pairs = [("h", "s1"), ("h", "s2"), ("h", "s3"), ("h", "f"), ("r", "q"), ("q", "q2")]
    rows = [*pairs, *(pair[::-1] for pair in pairs), ("o", "h")]
    candidates = Candidates.from_pairs(
        {
            "mentee_id": [a for a, _ in rows],
            "mentor_id": [b for _, b in rows],
            "score": [1.0 if "s1" in row else 0.5 for row in rows],
        },
        mentee_ids=ids,
        mentor_ids=ids[::-1],
    )
    found = cmmatch.peers(candidates, required=[("q", "q2")], forbidden=[("f", "h")])
    why = dict(zip(found.alone, found.reasons, strict=True))

    assert (("h", "s1"), ("q", "q2")) == found.pairs
    assert {"f", "n", "o", "r", "s2", "s3"} == set(why)
    assert "every possible pair is forbidden" in why["f"]
    assert "No pair with n is among the candidates." == why["n"]
    assert "No pair with o is possible both ways" in why["o"]
    assert "Whoever can be paired with r is in a required pair." == why["r"]
    assert "Whoever can be paired with s2 is in another pair" in why["s2"]
    assert "1 pair is a candidate in one direction only" in found.notes[0]
    assert found.proven


def best_growth(scores, found, ids, barred=()):
    """Return the most that anybody left over adds to any pair, by trying all."""
    worth = {
        pair: value for pair, value in values(scores, ids, "sum").items() if pair not in barred
    }
    grown = [
        sum(worth[each] for each in new)
        for who in found.alone
        for pair in found.pairs
        if all((new := [tuple(sorted((who, each))) for each in pair])[k] in worth for k in (0, 1))
    ]
    return max(grown, default=None)


def test_somebody_left_over_joins_the_pair_where_the_values_grow_most():
    joined = 0
    for seed in range(120):
        scores, case = random_case(seed)
        case |= {"both": "sum", "required": []}
        barred = {tuple(sorted(pair)) for pair in case["forbidden"]}
        alone = cmmatch.peers(scores, **case)
        three = cmmatch.peers(scores, **case, odd="three")
        grown = best_growth(scores, alone, case["ids"], barred)
        if grown is None or (len(case["order"]) == 1 and grown <= 0):
            assert () == three.trios
            assert alone.pairs == three.pairs
            continue
        joined += 1
        (trio,) = three.trios
        (pair,) = set(alone.pairs) - set(three.pairs)

        assert grown == three.joined_value
        assert alone.stages == three.stages
        assert set(pair) < set(trio)
        assert set(alone.alone) - set(three.alone) == set(trio) - set(pair)
        assert "given the pairs chosen before" in three.notes[0]
    assert joined > 15


def test_the_total_and_the_partners_count_the_third():
    found = cmmatch.peers([[0, 1, 0.5], [1, 0, 0.25], [0.5, 0.25, 0]], ids="abc", odd="three")

    assert (("a", "b", "c"),) == found.trios
    assert 3.5 == found.total
    assert ("a", "b") == found.partners_of("c")
    assert () == found.alone == found.pairs == found.reasons


def test_the_result_reads_as_a_report():
    said = str(cmmatch.peers([[0, 1, 0.5], [1, 0, 0.25], [0.5, 0.25, 0]], ids="abc"))

    assert said.startswith("pairs 1, groups of three 0, alone 1, over all pairs eligible in both")
    assert "total_score = 2000000, proven" in said
    assert "the one without c" in said


def test_the_page_shows_what_is_printed(capsys):
    page = (Path(__file__).resolve().parents[2] / "docs/peers.md").read_text(encoding="utf-8")
    code, printed = (re.search(rf"```{kind}\n(.*?)```", page, re.DOTALL)[1] for kind in KINDS)
    exec(compile(code, "peers.md", "exec"), {})

    assert printed == capsys.readouterr().out


# What is refused. Each case names what is wrong in the words that follow.

SQUARE = np.full((4, 4), 0.5)


@pytest.mark.parametrize(
    ("given", "words", "said"),
    [
        (np.ones((2, 3)), {}, "square matrix.*given 2 by 3"),
        (np.ones(3), {}, "square matrix.*given 3"),
        (1.0, {}, "given a single number"),
        (SQUARE, {"ids": ["a", "b"]}, "one id for each row"),
        (SQUARE, {"ids": ["a", "b", "a", "c"]}, "given more than once: a"),
        (SQUARE, {"both": "mean"}, "'both' must be 'sum' or 'least'; given 'mean'"),
        (SQUARE, {"odd": "two"}, "'odd' must be"),
        (SQUARE, {"order": ("worst_off",)}, "'order' must be"),
        (SQUARE, {"keep": 0}, "'keep' must be 1 or more; given 0"),
        (SQUARE, {"required": [("1", "1")]}, "1 cannot be paired with 1: nobody meets themselves"),
        (
            SQUARE,
            {"required": [("0", "1"), ("2", "1")]},
            "1 may be in one pair only: 0 with 1; 1 w",
        ),
        (SQUARE, {"required": [("0", "1")], "forbidden": [("1", "0")]}, "0 with 1 is both requi"),
        ([[0, 1], [NAN, 0]], {"required": [("0", "1")]}, "0 with 1 is not eligible in both"),
    ],
)
def test_contradictions_are_refused_by_name(given, words, said):
    with pytest.raises(ModelError, match=said):
        cmmatch.peers(given, **words)


def test_all_contradictions_of_required_pairs_are_told_at_once():
    with pytest.raises(ModelError) as raised:
        cmmatch.peers(SQUARE, required=[("0", "0"), ("1", "2"), ("2", "3")], forbidden=[("1", "2")])

    for said in ("0 cannot be paired with 0", "2 may be in one pair only", "1 with 2 is both"):
        assert said in str(raised.value)


def test_a_required_pair_may_stand_twice_in_either_order():
    found = cmmatch.peers(SQUARE, required=[("0", "1"), ("1", "0")])

    assert (("0", "1"), ("2", "3")) == found.pairs
    assert (2, 2 * UNIT) == tuple(stage.value for stage in found.stages)


@pytest.mark.parametrize("argument", ["required", "forbidden"])
def test_pairs_of_nobody_are_refused(argument):
    with pytest.raises(UnknownPerson, match="'eve'"):
        cmmatch.peers(SQUARE, **{argument: [("0", "eve")]})


def test_two_sides_with_other_people_are_refused_and_who_is_on_one_side_only_is_named():
    candidates = Candidates.from_matrix(
        SQUARE, mentee_ids=["a", "b", "c", "d"], mentor_ids=["b", "x", "c", "y"]
    )

    with pytest.raises(ModelError, match="mentees only: a, d; among the mentors only: x, y"):
        cmmatch.peers(candidates)


def test_of_many_people_on_one_side_five_are_named():
    ids = [f"p{k}" for k in range(8)]
    candidates = Candidates.from_matrix(np.ones((8, 1)), mentee_ids=ids, mentor_ids=["p0"])

    with pytest.raises(ModelError, match=r"p1, p2, p3, p4, p5 and 2 more.*mentors only: nobody"):
        cmmatch.peers(candidates)


def test_a_source_with_an_id_twice_is_refused():
    ids = np.array(["a", "a"], dtype=object)

    with pytest.raises(ModelError, match="more than once among the mentees: a"):
        cmmatch.peers(MatrixSource(np.ones((2, 2)), ids, ids, 1e-6))


def test_ids_are_refused_where_the_people_have_their_own():
    with pytest.raises(ModelError, match="'ids' name the rows of a matrix"):
        cmmatch.peers(Candidates.from_matrix(SQUARE), ids="abcd")


def test_scores_beyond_exact_integers_are_refused():
    source = MatrixSource(np.full((2, 2), 2.0**51), *[np.array(["a", "b"], dtype=object)] * 2, 1.0)

    with pytest.raises(ModelError, match=r"below 2\*\*53 units"):
        cmmatch.peers(source)


def test_scores_near_the_largest_are_exact():
    scores = 2.0**49 - np.array([[0, 1, 5, 9], [2, 0, 3, 1], [4, 4, 0, 8], [7, 7, 6, 0]])
    ids = list("abcd")
    exact = {pair: round(v / UNIT) for pair, v in values(scores, ids, "sum").items()}
    found = cmmatch.peers(Candidates.from_matrix(scores, resolution=1.0))

    totals = [sum(exact[p] for p in c) for c in every_choice(list(exact)) if len(c) == 2]
    assert max(totals) == found.stages[1].value


def test_without_people_or_with_one_there_are_no_pairs():
    nobody, one = cmmatch.peers(np.empty((0, 0))), cmmatch.peers([[1.0]], odd="three")

    assert () == nobody.pairs == nobody.alone == one.pairs
    assert ("0",) == one.alone
    assert nobody.proven
    assert one.proven


# The recount has not seen the solver.


def lying(pairs):
    """Return a solver that answers with the same pairs whatever is asked."""

    def blossoms(free, looked, *, most):
        wanted = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return free.find(wanted[:, 0], wanted[:, 1])

    return blossoms


def test_an_answer_with_somebody_in_two_pairs_is_refused(monkeypatch):
    monkeypatch.setattr(peers_module, "_blossoms", lying([(0, 1), (1, 2)]))

    with pytest.raises(SolverDisagreement, match="is in 2 places"):
        cmmatch.peers(SQUARE)


def test_an_answer_that_is_not_the_best_is_not_called_proven(monkeypatch):
    monkeypatch.setattr(peers_module, "_blossoms", lying([(0, 1)]))

    assert not cmmatch.peers(SQUARE).proven


def test_prices_that_do_not_cover_every_pair_are_refused(monkeypatch):
    def free_of_charge(pairs, groups, prices, count):
        nothing = np.zeros(len(pairs.ids), dtype=np.int64)
        return peer_bound.PeerCertificate(pairs.ids, nothing, (), nothing[:0], 0, count, 1)

    monkeypatch.setattr(peer_bound, "_in_integers", free_of_charge)

    with pytest.raises(SolverDisagreement, match="must cover every pair"):
        cmmatch.peers(SQUARE)


def test_only_integers_reach_the_solver(monkeypatch):
    import networkx

    seen, real = [], networkx.max_weight_matching

    def watching(graph, **words):
        seen.extend(type(weight) for _, _, weight in graph.edges(data="weight"))
        return real(graph, **words)

    monkeypatch.setattr(networkx, "max_weight_matching", watching)
    cmmatch.peers(np.random.default_rng(1).random((6, 6)).round(3))

    assert {int} == set(seen)
