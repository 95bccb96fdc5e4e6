"""Ranges of weights against every matching of tiny programmes, in fractions; and scored anew."""

import itertools
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import cmmatch
from cmmatch import Programme, Scorer
from cmmatch.analysis import weight_ranges as finding
from cmmatch.analysis.weight_spans import Moved, WeightRange
from cmmatch.assignment import unrounded
from cmmatch.compatibility.component import RowComponent
from cmmatch.compatibility.eligibility import Eligibility
from cmmatch.errors import ModelError, NoMatching, UnsupportedModel
from cmmatch.synthesis import make_programme

NAMES = ("one", "two", "three")

PARTS = 60_060_000
"""Parts of a twelfth, some of which make no millionth."""


class Table(RowComponent):
    """Values by the ids of a pair; missing ones are unknown."""

    def __init__(self, name, values):
        self.name, self.values = name, values

    def applies(self, programme):
        return True

    def prepare(self, programme):
        bound = Table(self.name, self.values)
        bound.table = np.array(
            [
                [self.values.get((i, j), np.nan) for j in programme.mentors.ids]
                for i in programme.mentees.ids
            ]
        )
        return bound

    def rows(self, mentees):
        return self.table[mentees]

    def reason(self, mentee, mentor):
        return "As the table says."


class Tiny:
    """Up to four mentees and three mentors, values in twelfths, few distinct: ties are common.

    ``fine`` adds up to four of so small a part to every value that rounding hides it.
    """

    def __init__(self, seed, *, fine=0, components=None):
        rng = np.random.default_rng(seed)
        n, m = int(rng.choice([1, 3, 4, 4])), int(rng.choice([1, 2, 3, 3]))
        self.mentees, self.mentors = [f"e{i}" for i in range(n)], [f"o{j}" for j in range(m)]
        self.whole = 12 * fine if fine else 12
        self.names = NAMES[: components or int(rng.integers(1, 4))]
        self.weights = {name: int(rng.integers(1, 6)) for name in self.names}
        self.neutral = 6 * (self.whole // 12)
        pairs = list(itertools.product(self.mentees, self.mentors))
        self.units = {name: {} for name in self.names}
        for name, pair in itertools.product(self.names, pairs):
            if rng.random() < 0.85:
                twelfths = int(rng.choice([0, 3, 4, 6, 8, 11]))
                small = int(rng.integers(0, 5)) if fine else 0
                self.units[name][pair] = twelfths * (self.whole // 12) + small
        self.places = rng.integers(0, 3, m)
        self.demand = rng.integers(0, 3, n) if seed % 3 == 0 else np.ones(n, dtype=int)
        self.minimum = np.minimum((rng.random(m) < 0.2).astype(int), self.places)
        kinds = rng.choice(["", "forbid", "require"], len(pairs), p=[0.8, 0.12, 0.08])
        self.kinds = {pair: kind for pair, kind in zip(pairs, kinds, strict=True) if kind}
        self.pairs = [pair for pair in pairs if self.kinds.get(pair) != "forbid"]
        if not len(self.matchings()):
            self.minimum[:] = 0
            self.kinds = {pair: kind for pair, kind in self.kinds.items() if kind == "forbid"}

    def matchings(self):
        """Every set of as many pairs as there can be, as masks over the pairs, one a row."""
        bits = np.arange(2 ** len(self.pairs))[:, None]
        masks = (bits >> np.arange(len(self.pairs))) & 1
        fine = np.ones(len(masks), dtype=bool)
        for i, most in zip(self.mentees, self.demand, strict=True):
            fine &= masks[:, [pair[0] == i for pair in self.pairs]].sum(axis=1) <= most
        for j, least, most in zip(self.mentors, self.minimum, self.places, strict=True):
            load = masks[:, [pair[1] == j for pair in self.pairs]].sum(axis=1)
            fine &= (load >= least) & (load <= most)
        for k, pair in enumerate(self.pairs):
            if self.kinds.get(pair) == "require":
                fine &= masks[:, k] == 1
        masks = masks[fine]
        return masks[masks.sum(axis=1) == masks.sum(axis=1).max(initial=0)]

    def lines(self, masks, moving):
        """What the others and the moving component add up to over each set, in whole units."""
        value = {
            name: masks @ [self.units[name].get(pair, self.neutral) for pair in self.pairs]
            for name in self.names
        }
        others = sum(self.weights[name] * value[name] for name in self.names if name != moving)
        return others + np.zeros(len(masks), dtype=np.int64), value[moving]

    def interval(self, mask, moving):
        """Where no set has a higher line than this one: ends, ``None`` for no end; or nothing."""
        others, slope = self.lines(self.matchings(), moving)
        own, rise = (int(each[0]) for each in self.lines(mask[None, :], moving))
        low, high = Fraction(0), None
        for a, v in {*zip(others.tolist(), slope.tolist(), strict=True)}:
            ahead, faster = own - a, rise - v
            if faster == 0 and ahead < 0:
                return None
            if faster > 0:
                low = max(low, Fraction(-ahead, faster))
            if faster < 0:
                crossing = Fraction(ahead, -faster)
                high = crossing if high is None else min(high, crossing)
        return None if high is not None and low > high else (low, high)

    def mask(self, pairs):
        return np.array([pair in set(pairs) for pair in self.pairs], dtype=np.int64)

    def result(self, *, factor=1, order=None, objectives=("most_matched", "total_score")):
        seats = {"id": self.mentors, "capacity": self.places, "min_mentees": self.minimum}
        people = {"id": self.mentees, "demand": self.demand}
        mentors, mentees = pd.DataFrame(seats), pd.DataFrame(people)
        if order is not None:
            mentors = mentors.iloc[order.permutation(len(mentors))]
            mentees = mentees.iloc[order.permutation(len(mentees))]
        kinds = [(*pair, kind) for pair, kind in self.kinds.items()]
        programme = Programme.from_frames(
            mentors,
            mentees,
            pairs=pd.DataFrame(kinds, columns=["mentee_id", "mentor_id", "kind"]),
            config={"objectives": {"order": list(objectives)}},
        )
        tables = tuple(
            Table(name, {pair: units / self.whole for pair, units in self.units[name].items()})
            for name in self.names
        )
        scorer = Scorer(
            tables,
            {name: weight * factor for name, weight in self.weights.items()},
            Eligibility.for_programme(programme),
            dict.fromkeys(self.names, self.neutral / self.whole),
        )
        return cmmatch.match(programme, scorer=scorer)


def check_ends(tiny, result, found):
    """Just beyond each end the matching told of is the best, and at the end itself as good."""
    mask = tiny.mask(result.matching.pairs)
    every = tiny.matchings()
    others, slope = tiny.lines(every, found.component)
    for end, moved, sign in ((found.exact[0], found.below, -1), (found.exact[1], found.above, 1)):
        if moved is None:
            continue
        then = tiny.mask((set(result.matching.pairs) - set(moved.lost)) | set(moved.made))
        assert any((then == each).all() for each in every)
        own, rise = tiny.lines(np.stack([mask, then]), found.component)
        at = [int(a) + end * int(v) for a, v in zip(others, slope, strict=True)]
        assert max(at) == int(own[0]) + end * int(rise[0]) == int(own[1]) + end * int(rise[1])
        best = [sign * int(v) for v, worth in zip(slope, at, strict=True) if worth == max(at)]
        assert max(best) == sign * int(rise[1]) > sign * int(rise[0])


@pytest.mark.parametrize("block", range(6))
def test_ranges_are_those_of_all_matchings(block):
    moved = 0
    for seed in range(40 * block, 40 * block + 40):
        tiny = Tiny(seed)
        result = tiny.result()
        mask = tiny.mask(result.matching.pairs)
        for found in result.weight_ranges:
            expected = tiny.interval(mask, found.component)

            assert expected is not None
            assert expected == found.exact
            assert found.short == 0.0
            assert tiny.weights[found.component] in found
            assert (found.below is None) == (expected[0] == 0)
            assert (found.above is None) == (expected[1] is None)
            check_ends(tiny, result, found)
            moved += (found.below is not None) + (found.above is not None)
    assert moved > 10


def test_below_the_rounding_of_scores_ranges_are_those_of_all_matchings():
    """Values differ by a billionth or two: what is chosen need not be the best of true scores."""
    outside = 0
    for seed in range(45):
        tiny = Tiny(seed, fine=PARTS)
        result = tiny.result()
        mask = tiny.mask(result.matching.pairs)
        for found in result.weight_ranges:
            expected, weight = tiny.interval(mask, found.component), tiny.weights[found.component]

            assert expected == found.exact
            others, slope = tiny.lines(tiny.matchings(), found.component)
            own, rise = tiny.lines(mask[None, :], found.component)
            best = max((others + weight * slope).tolist()) - int((own + weight * rise)[0])
            short = best / sum(tiny.weights.values()) / tiny.whole
            assert short == pytest.approx(found.short, rel=1e-9, abs=1e-12)
            assert found.holds == (weight in found)
            check_ends(tiny, result, found)
            outside += weight not in found
    assert outside > 3


def test_a_matching_that_only_rounding_made_equal_may_be_the_best_under_no_weight():
    """One of two ways to pair four people is better in both components, by a billionth."""
    programme = Programme.from_frames({"id": ["x", "y"]}, {"id": ["a", "b"]})
    rules = Eligibility.for_programme(programme)
    ways = [(("a", "x"), ("b", "y")), (("a", "y"), ("b", "x"))]
    holding = []
    for better, worse in (ways, ways[::-1]):
        values = {**dict.fromkeys(better, 0.5 + 1e-9), **dict.fromkeys(worse, 0.5)}
        tables = Table("one", values), Table("two", values)
        result = cmmatch.match(programme, scorer=Scorer(tables, {"one": 1, "two": 3}, rules))
        found = result.weight_range("one")
        holding.append(found.holds)
        if result.matching.pairs == better:
            assert (0, None) == found.exact
        else:
            assert found.exact is None
            assert 2e-9 == pytest.approx(found.short, rel=0.01)
            assert "under every weight; now by 2e-09" in found.sentence()
            assert ("–", "–") == found.ends()
            assert found.weight not in found
    assert sorted(holding) == [False, True]


def test_a_weight_outside_its_range_is_told_with_what_it_is_short_of():
    found = next(
        each
        for seed in (29, 39)
        for each in Tiny(seed, fine=PARTS).result().weight_ranges
        if not each.holds
    )

    assert found.sentence().startswith(f"{found.component} must weigh ")
    assert f"now ({found.weight:g}) it is {found.short:.2g} short." in found.sentence()


def test_ties_are_ties_whatever_the_last_binary_digits_say():
    """A third and two thirds are a half and a half, and a tenth thrice is three tenths."""
    thirds = {("a", "x"): 1 / 3, ("b", "y"): 2 / 3, ("a", "y"): 0.5, ("b", "x"): 0.5}
    tenths = {("a", "x"): 0.1 + 0.2, ("b", "y"): 0.3, ("a", "y"): 0.3, ("b", "x"): 0.3}
    programme = Programme.from_frames({"id": ["x", "y"]}, {"id": ["a", "b"]})
    rules = Eligibility.for_programme(programme)
    scorer = Scorer((Table("one", thirds), Table("two", tenths)), {"one": 0.1, "two": 0.7}, rules)

    result = cmmatch.match(programme, scorer=scorer)

    assert [(0, None), (0, None)] == [each.exact for each in result.weight_ranges]


@pytest.mark.parametrize("seed", range(0, 40, 4))
def test_coarse_rounding_is_made_up_for_in_whole_numbers(seed, monkeypatch):
    """With scores in sixteenths a solver sees next to nothing; the ranges are the same."""
    tiny = Tiny(seed, components=3)
    result = tiny.result()
    fine = [each.exact for each in result.weight_ranges]
    ways = []
    taken = unrounded._gaining
    monkeypatch.setattr(
        unrounded, "_gaining", lambda *given: ways.append(taken(*given)) or ways[-1]
    )
    monkeypatch.setattr(unrounded, "FINEST", 4)

    coarse = finding.weight_ranges(result.scored, result.candidates, result.result)

    assert fine == [each.exact for each in coarse]
    for each in coarse:
        check_ends(tiny, result, each)
    assert ways


def test_ways_round_that_gain_are_found_and_taken(monkeypatch):
    """With rounding so coarse that all scores are alike, only whole numbers tell what is best."""
    taken, gaining = [], unrounded._gaining
    monkeypatch.setattr(
        unrounded, "_gaining", lambda *given: taken.append(gaining(*given)) or taken[-1]
    )
    monkeypatch.setattr(unrounded, "FINEST", 0)
    for seed in range(24):
        tiny = Tiny(seed)
        result = tiny.result()
        mask = tiny.mask(result.matching.pairs)
        for found in result.weight_ranges:
            assert tiny.interval(mask, found.component) == found.exact
    assert sum(map(bool, taken)) > 10


@pytest.mark.parametrize("seed", range(3))
def test_the_scale_of_the_weights_scales_the_ranges_and_moves_nobody(seed):
    tiny = Tiny(3 + seed, components=3)
    plain, scaled = tiny.result(), tiny.result(factor=Fraction(1, 8))

    for one, other in zip(plain.weight_ranges, scaled.weight_ranges, strict=True):
        assert [end and end / 8 for end in one.exact] == [end and end for end in other.exact]
        assert (one.below, one.above, one.shares) == (other.below, other.above, other.shares)


def programme_of(order=None, *, mentees=24, mentors=10, **config):
    made = make_programme(mentees=mentees, mentors=mentors, seed=5, blanks=0.3)

    def table(given):
        frame = pd.DataFrame(dict(given))
        return frame if order is None else frame.iloc[order.permutation(len(frame))]

    tables = [table(made.mentors), table(made.mentees)]
    more = {"pairs": table(made.pairs), "people": table(made.people)}
    return Programme.from_frames(*tables, **more, config={**made.config, **config})


@pytest.fixture(scope="module")
def made():
    return cmmatch.match(programme_of())


def test_the_order_of_rows_changes_nothing(made):
    shuffled = cmmatch.match(programme_of(np.random.default_rng(1)))

    assert made.weight_ranges.columns() == shuffled.weight_ranges.columns()
    assert [*made.weight_ranges] == [*shuffled.weight_ranges]


def test_a_programme_matched_anew_keeps_its_pairs_within_and_changes_them_beyond(made):
    neutral = dict(zip(made.scored.names, made.scored.neutral.tolist(), strict=True))

    def anew(component, weight):
        scorer = Scorer.for_programme(made.programme, neutral=neutral)
        scorer.weights[component] = weight
        return set(cmmatch.match(made.programme, scorer=scorer).matching.pairs)

    tested = 0
    for found in made.weight_ranges:
        width = (found.high if found.high < 1e9 else 2 * found.weight) - found.low
        # A little off the ends, since scores are rounded to a millionth.
        near = min(0.01, width / 10)
        for end, moved, out in ((found.low, found.below, -near), (found.high, found.above, near)):
            if moved is None or end + out <= 0:
                continue
            now = set(made.matching.pairs)
            assert now == anew(found.component, end - out)
            assert now != anew(found.component, end + out)
            tested += 1
    assert tested >= 4


def test_one_range_is_that_of_all(made):
    name = made.scored.names[1]

    assert made.weight_ranges[name] is made.weight_range(name)
    assert [name] == [each.component for each in made.weight_ranges if each.component == name]


def test_a_component_that_is_not_in_play_is_refused_by_name(made):
    with pytest.raises(ModelError, match=r"'skils' is none\. Did you mean 'skills'"):
        made.weight_range("skils")


def test_other_objectives_and_rules_are_refused():
    fair = Tiny(2).result(objectives=("most_matched", "worst_off", "total_score"))
    with pytest.raises(UnsupportedModel, match="the objectives are most_matched, worst_off"):
        fair.weight_range("one")
    limit = {"name": "few", "side": "mentees", "max": 9}
    limited = cmmatch.match(programme_of(limits=[limit]))
    with pytest.raises(UnsupportedModel, match=r"there are rules beyond these, such as \[\[limits"):
        limited.weight_range("skills")


def test_the_total_alone_has_ranges_too():
    for seed in range(10):
        tiny = Tiny(seed)
        # No score is below 0 or 0 itself, so that the total is best with as many pairs as can be.
        tiny.units = {
            name: {pair: max(units, 3) for pair, units in table.items()}
            for name, table in tiny.units.items()
        }
        result = tiny.result(objectives=("total_score",))
        mask = tiny.mask(result.matching.pairs)
        for found in result.weight_ranges:
            low, high = tiny.interval(mask, found.component)
            assert low == found.exact[0]
            assert high == found.exact[1]


def test_without_a_matching_there_is_no_range():
    programme = Programme.from_frames(
        {"id": ["x"], "min_mentees": [1], "skills": ["sql"]},
        {"id": ["a"], "demand": [0], "skills_wanted": ["sql"]},
    )
    with pytest.raises(NoMatching):
        cmmatch.match(programme).weight_range("skills")


def test_nobody_at_all_may_weigh_anything():
    programme = Programme.from_frames(
        {"id": ["x"], "skills": ["sql"]}, {"id": ["a"], "skills_wanted": ["sql"], "demand": [0]}
    )
    found = cmmatch.match(programme).weight_range("skills")

    assert (0, None) == found.exact
    assert "skills (now 25) may weigh anything: nobody's mentor changes." == found.sentence()


def test_nothing_scored_gives_no_range():
    programme = Programme.from_frames({"id": ["x"]}, {"id": ["a"]})

    assert 0 == len(cmmatch.match(programme).weight_ranges)


class TestTold:
    def test_ends_are_rounded_inwards_and_never_past_the_weight(self):
        third = WeightRange("skills", 25.0, 75.0, (Fraction(55, 3), Fraction(95, 3)), Moved((), ()))
        close = WeightRange(
            "skills", 25.0, 75.0, (Fraction(24_999_999, 10**6), Fraction(25)), Moved((), ())
        )

        assert ("18.34", "31.66") == third.ends()
        assert ("24.999999", "25") == close.ends()

    def test_shares_are_of_the_sum_of_all_then(self):
        found = WeightRange("skills", 25.0, 75.0, (Fraction(25), None))
        alone = WeightRange("skills", 25.0, 0.0, (Fraction(0), None))

        assert (0.25, 1.0) == found.shares
        assert (1.0, 1.0) == alone.shares
        assert 25 in found
        assert 24.999 not in found

    def test_few_people_are_named_and_the_others_counted(self):
        lost = tuple((f"e{k}", "x") for k in range(5))
        made = (("e0", "y"), ("e0", "z"), ("e1", "y"))

        assert "e0 x -> y + z, e1 x -> y, e2 x -> nobody, 2 more" == str(Moved(lost, made))

    def test_one_sentence_a_weight(self, made):
        said = str(made.weight_ranges).splitlines()

        assert len(made.scored.names) == len(said)
        for line, found in zip(said, made.weight_ranges, strict=True):
            assert line.startswith(f"{found.component} ")
            for moved in (found.below, found.above):
                assert moved is None or str(moved) in line

    def test_least_scores_are_said_to_stay_as_they_are(self):
        found = cmmatch.match(programme_of(quality={"min_score": 0.3})).weight_ranges

        assert str(found).endswith("moves with the weights, too.")
        assert "min_score (0.3)" in found._repr_html_()

    def test_a_table_a_frame_and_html(self, made):
        found = made.weight_ranges
        frame = found.frame

        assert list(made.scored.names) == frame["component"].tolist()
        assert [each.low for each in found] == frame["low"].tolist()
        assert repr(found).startswith("WeightRanges(")
        assert all(name in found._repr_html_() for name in made.scored.names)
        assert "-> " not in found._repr_html_()
