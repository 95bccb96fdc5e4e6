"""What is said of a matching that was not finished, and what is handed on to the solver."""

from dataclasses import replace

import pytest

import cmmatch
from cmmatch.analysis.explanation import explain
from cmmatch.api import matching
from cmmatch.api.summary import proof
from cmmatch.assignment.result import StageOutcome, Termination

PROGRAMME = cmmatch.Programme.from_frames(
    mentors={"id": ["max", "eva"], "skills": ["python", "python"], "capacity": [1, 1]},
    mentees={"id": ["ann", "bob", "cem"], "skills_wanted": ["python"] * 3},
)


def unproven(*outcomes, stopped="time limit of 10 s"):
    result = cmmatch.match(PROGRAMME)
    solved = replace(
        result.result, termination=Termination.FEASIBLE, stages=outcomes, stopped=stopped
    )
    return replace(result, result=solved)


@pytest.mark.parametrize(
    ("outcomes", "told"),
    [
        ([StageOutcome("most_matched", 2, None, proven=False)], "."),
        (
            [StageOutcome("most_matched", 2, 3, proven=False)],
            "; at most 1 more pair is possible.",
        ),
        (
            [
                StageOutcome("most_matched", 2, 2, proven=True),
                StageOutcome("total_score", 1_500_000, 1_912_001, proven=False),
            ],
            "; the total score may be higher by at most 0.413.",
        ),
        (
            [StageOutcome("worst_off", 300_000, 400_000, proven=False)],
            "; the lowest score may be higher by at most 0.100.",
        ),
        ([StageOutcome("leximin", (-1, -2), (0, 0), proven=False)], "."),
        ([StageOutcome("even_load", -9, -4, proven=False)], "."),
    ],
)
def test_how_much_better_it_may_be_is_said_where_it_is_known(outcomes, told):
    lines = proof(unproven(*outcomes)).splitlines()

    start = "Stopped (time limit of 10 s): not proven best over all eligible pairs"
    assert f"{start}{told}" == lines[1]


def test_what_was_not_stopped_is_only_said_to_be_unproven():
    lines = proof(unproven(StageOutcome("total_score", 1, None, proven=False), stopped=""))

    assert "Not proven best over all eligible pairs." == lines.splitlines()[1]


def test_no_exchange_is_said_to_be_proven_useless():
    finished = cmmatch.match(PROGRAMME)
    stopped = unproven(StageOutcome("total_score", 1, None, proven=False))
    told = {
        who: {str(result.explain(mentee)) for mentee in finished.matching.mentee_ids}
        for who, result in (("finished", finished), ("stopped", stopped))
    }

    assert any("that is proven" in each for each in told["finished"])
    assert not any("that is proven" in each for each in told["stopped"])
    assert any("is not proven" in each for each in told["stopped"])


def test_who_could_still_have_a_place_is_told_so():
    """Somebody left out beside a free place is no proof that the place must stay free."""
    result = cmmatch.match(PROGRAMME)
    fewer = replace(
        result.matching, mentee=result.matching.mentee[:1], mentor=result.matching.mentor[:1]
    )
    out = sorted(set(result.matching.mentee_ids) - {fewer.pairs[0][0]})[0]
    matched = replace(result.matched, matching=fewer, proven=False)

    assert "not proven to be left out. 1 eligible mentor has a free place; the matching is not" in (
        explain(matched, out).summary
    )


def test_limits_are_handed_to_the_solver(monkeypatch):
    seen = {}
    solve = matching.solve
    monkeypatch.setattr(
        matching, "solve", lambda model, **given: [seen.update(given), solve(model)][1]
    )
    limits = cmmatch.Limits(seconds=3)

    result = cmmatch.match(PROGRAMME, limits=limits, on_interrupt="best")

    assert (limits, "best") == (seen["limits"], seen["on_interrupt"])
    assert result.summary["stopped"] is None
