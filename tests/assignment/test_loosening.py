"""Worth of limits: the estimate says that it is one, the exact worth is found by solving again."""

import numpy as np
import pytest

from cmmatch import Candidates, Model, objectives, solve
from cmmatch.assignment.constraints import (
    Budget,
    GroupLimit,
    MenteeDemand,
    MentorCapacity,
    PerMenteeGroup,
    Required,
    Soft,
)
from cmmatch.assignment.loosening import exact_worth
from cmmatch.assignment.shadow_prices import place_prices
from cmmatch.errors import ModelError

SCORES = np.array([[0.9, 0.5, 0.4], [0.8, 0.6, 0.1], [0.7, 0.3, 0.2], [0.6, 0.2, 0.3]])
WANTED = [objectives.MostMatched(), objectives.TotalScore()]


def built(*rules, places=4, wanted=WANTED):
    model = Model(
        Candidates.from_matrix(SCORES), [MentorCapacity(places), MenteeDemand(1), *rules], wanted
    )
    return model, solve(model)


class TestEstimates:
    def test_a_limit_has_a_price_between_one_more_and_one_fewer(self):
        limit = GroupLimit("with 0", maximum=2, mentors=["0"])
        model, result = built(limit)
        prices = place_prices(model, result)

        assert not prices.exact
        (worth,) = prices.limits
        assert ("with 0", "pairs", "total_score") == (worth.rule, worth.label, worth.stage)
        assert not worth.lower
        # Any price proves it that lies between the worth of one more and the loss of one fewer.
        assert (0, 300_000) == exact_worth(model, result, limit).gain
        assert (0, -400_000) == exact_worth(model, result, limit, by=-1).gain
        assert 300_000 - 1 <= worth.worth <= 400_000 + 1

    def test_one_hour_is_one_hour_though_rows_count_hundredths(self):
        hours = Budget("hours", 4, mentor_cost=[2, 0, 0], unit="hours")
        model, result = built(hours)
        (worth,) = place_prices(model, result).limits

        assert 150_000 - 1 <= worth.worth <= 200_000 + 1
        # One hour alone is not enough for a pair; two are.
        assert (0, 0) == exact_worth(model, result, hours).gain
        assert (0, 300_000) == exact_worth(model, result, hours, by=2).gain

    def test_a_least_number_is_priced_by_one_fewer(self):
        limit = GroupLimit("some with 2", minimum=2, mentors=["2"])
        model, result = built(limit)
        (worth,) = place_prices(model, result).limits

        assert worth.lower
        assert 500_000 == pytest.approx(worth.worth, abs=1)
        assert (0, 500_000) == exact_worth(model, result, limit).gain

    def test_places_are_estimated_too_and_stages_without_prices_say_so(self):
        model, result = built(
            wanted=[objectives.MostMatched(), objectives.WorstOff(), objectives.TotalScore()],
            places=[1, 1, 2],
        )
        prices = place_prices(model, result)

        assert not prices.exact
        assert ("most_matched", "worst_off", "total_score") == prices.stages
        assert [None, None, None] == [each.more[1] for each in prices.mentors]


class TestExactWorth:
    def test_one_place_with_one_mentor(self):
        model, result = built(places=[1, 2, 2])
        places = model.constraints[0]

        assert (0, 400_000) == exact_worth(model, result, places, of="0").gain
        assert exact_worth(model, result, places, of="0").proven
        assert (0, 0) == exact_worth(model, result, places, of="2").gain

    def test_demands_budgets_by_label_groups_for_each_mentee_and_soft_rules(self):
        by_label = Budget("hours", 2, mentor_cost=2, by_mentors=["a", "b", ""])
        each = PerMenteeGroup("one of 0", ["0"], maximum=0)
        soft = Soft(GroupLimit("with 0", maximum=1, mentors=["0"]), price=0.1)

        model, result = built(by_label)
        assert (0, 500_000) == exact_worth(model, result, by_label, of="a", by=2).gain
        model, result = built(each)
        assert (0, 1_300_000) == exact_worth(model, result, each).gain
        model, result = built(soft)
        assert (0, 100_000) == exact_worth(model, result, soft).gain
        model, result = built(places=[1, 1, 1])
        assert (0, 100_000) == exact_worth(model, result, model.constraints[1], of="0").gain

    def test_without_a_matching_afterwards_there_is_no_number(self):
        model, result = built(Required((("0", "0"),)))
        worth = exact_worth(model, result, model.constraints[0], of="0", by=-4)

        assert worth.gain is None
        assert worth.proven

    @pytest.mark.parametrize(
        ("rule", "given", "message"),
        [
            # nobody named
            (MentorCapacity(1), {}, "needs the id of one of its people; given None"),
            # a rule without a number
            (Required((("0", "0"),)), {}, "has no number"),
            # a number that is two bounds in one
            (GroupLimit("g", exactly=1), {}, "has no number"),
            # a part that the rule does not have
            (GroupLimit("g", maximum=1), {"of": "x"}, "no part of its own for 'x'"),
            # a label that nobody has
            (
                Budget("b", 9, mentor_cost=1, by_mentors=["a", "b", "b"]),
                {"of": "c"},
                r"needs one of its labels \(a, b\); given 'c'",
            ),
            # a label of a budget without labels
            (Budget("b", 9, mentor_cost=1), {"of": "c"}, "has no labels; given 'c'"),
        ],
    )
    def test_what_cannot_be_loosened_is_refused(self, rule, given, message):
        model, result = built(rule)

        with pytest.raises(ModelError, match=message):
            exact_worth(model, result, rule, **given)

    def test_a_rule_of_another_model_is_refused(self):
        model, result = built()

        with pytest.raises(ModelError, match="must be one of the model's own rules"):
            exact_worth(model, result, MentorCapacity(4), of="0")
