"""``[[limits]]`` from the settings to the matching, the figures and the reasons."""

import json

import pytest

import cmmatch
from cmmatch.api.limits import limit_constraints
from cmmatch.assignment.constraints import Budget, GroupLimit, PerMenteeGroup, Soft
from cmmatch.assignment.matching import Matching
from cmmatch.cli import run

MENTORS = {
    "id": ["m1", "m2", "m3", "m4"],
    "department": ["Operations", "operations", "Sales", ""],
    "location": ["Bern", "Basel", "Bern", "Basel"],
    "capacity": ["2", "2", "2", "2"],
}
MENTEES = {
    "id": ["e1", "e2", "e3", "e4"],
    "department": ["HR", "HR", "Sales", "Sales"],
    "location": ["BERN", "Bern", "Basel", ""],
    "demand": ["2", "1", "1", "1"],
}
EVERYBODY = (("e1", "m1"), ("e1", "m2"), ("e2", "m1"), ("e3", "m3"), ("e4", "m4"))


def programme(*limits, **config):
    return cmmatch.Programme.from_frames(
        mentors=MENTORS, mentees=MENTEES, config={"limits": list(limits), **config}
    )


def broken(limit, pairs=EVERYBODY):
    """What a matching says of one limit, whether hard or soft."""
    read = programme({"name": "x", **limit})
    matching = Matching.from_ids(pairs, mentee_ids=MENTEES["id"], mentor_ids=MENTORS["id"])
    return [
        str(violation)
        for rule in limit_constraints(read)
        for violation in rule.violations(matching)
    ]


@pytest.mark.parametrize(
    ("limit", "sentences"),
    [
        (
            {"where": {"department": "OPERATIONS"}, "max": 2},
            ["x: 3 pairs of 5 count; at most 2 may."],
        ),
        (
            {"where": {"department": "sales"}, "side": "mentees", "exactly": 3},
            ["x: 2 pairs of 5 count; at least 3 must."],
        ),
        (
            {"where": {"department": "Sales"}, "side": "both", "min": 2},
            ["x: 1 pair of 5 counts; at least 2 must."],
        ),
        # e4's location is blank: neither the same nor another.
        ({"differ": "location", "min": 3}, ["x: 2 pairs of 5 count; at least 3 must."]),
        (
            {"same": "location", "max_share": 0.2},
            ["x: 2 pairs of 5 count; at most 20 %, 1, may."],
        ),
        (
            {"where": {"department": "HR"}, "side": "mentees", "max_hours_per_month": 5},
            ["x: 6 of at most 5 hours are used."],
        ),
        (
            {"each": "department", "max_hours_per_month": 1},
            [
                "x: Operations: 6 of at most 1 hours are used.",
                "x: Sales: 2 of at most 1 hours are used.",
            ],
        ),
        (
            {"differ": "location", "max_hours_per_month": 3.5},
            ["x: 4 of at most 3.5 hours are used."],
        ),
        ({"each": "department", "max": 2}, ["x, Operations: 3 pairs of 5 count; at most 2 may."]),
        (
            {"per_mentee": True, "each": "department", "max": 1},
            ["x: e1 has 2 mentors of 'Operations'; at most 1 is allowed."],
        ),
        (
            {"per_mentee": True, "where": {"department": "operations"}, "min": 1},
            [
                "x: e3 has 0 mentors of the group; at least 1 is needed.",
                "x: e4 has 0 mentors of the group; at least 1 is needed.",
            ],
        ),
        (
            {"per_mentee": True, "where": {"location": "Basel"}, "exactly": 1},
            [
                "x: e2 has 0 mentors of the group; at least 1 is needed.",
                "x: e3 has 0 mentors of the group; at least 1 is needed.",
            ],
        ),
        # A price makes it soft.
        ({"where": {"department": "Operations"}, "max": 2, "price": 0.5}, []),
    ],
)
def test_a_limit_counts_what_its_settings_say(limit, sentences):
    assert sentences == broken(limit)


def test_one_limit_may_ask_for_pairs_and_for_hours():
    read = programme({"name": "x", "min": 1, "max_hours_per_month": 40, "price": 0.5})
    rules = limit_constraints(read)

    assert [Soft, Soft] == [type(rule) for rule in rules]
    assert [Budget, GroupLimit] == [type(rule.constraint) for rule in rules]
    assert [0.5, 0.5] == [rule.price for rule in rules]


def test_limits_on_each_mentee_are_one_rule():
    (rule,) = limit_constraints(programme({"name": "x", "max": 1, "per_mentee": True}))

    assert (PerMenteeGroup, 0, 1) == (type(rule), rule.minimum, rule.maximum)


def test_a_limit_that_must_be_kept_is_kept_and_is_the_reason_of_who_is_left():
    limits = [{"name": name, "max": 3} for name in ("First", "Second")]
    result = cmmatch.match(programme(*limits))

    assert (True, 3, ()) == (result.result.proven, len(result.matching), result.result.broken)
    assert {"a limit leaves no room"} == set(result.unmatched.reason)
    for row in result.unmatched.itertuples():
        assert row.detail.endswith("but these limits must be kept: First; Second.")


def test_a_limit_with_a_price_gives_way_to_more_pairs_and_is_told(tmp_path):
    limit = {"name": "Operations", "where": {"department": "operations"}, "max": 0, "price": 0.25}
    result = cmmatch.match(programme(limit))
    (missed,) = result.result.broken

    # Five pairs are wanted and four places are with others.
    assert (5, 1.0, 0.25) == (len(result.matching), missed.amount, missed.cost)
    assert "Operations: 1 pair of 5 counts; at most 0 may." == str(missed)

    result.write(tmp_path)
    figures = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))

    assert [
        {
            "amount": 1.0,
            "cost": 0.25,
            "limit": "Operations",
            "sentence": "1 pair of 5 counts; at most 0 may.",
        }
    ] == figures["limits_missed"]
    assert "Limit missed: Operations" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_limits_that_cannot_all_be_kept_give_no_matching():
    limits = [{"name": "many", "min": 9}, {"name": "few", "max": 3}]

    assert not cmmatch.match(programme(*limits)).result.has_matching


def test_why_not_another_mentor_names_limits_beside_other_rules():
    result = cmmatch.match(programme({"name": "one", "max": 1}))
    (pair,) = result.explain(result.unmatched.mentee_id.iloc[-1], mentor_id="m4").pairs

    assert (
        "Has a free place, but a limit leaves no room, or the pair would add nothing to what was "
        "asked for."
    ) in pair.sentences


def test_the_command_line_prints_a_line_for_every_limit_missed(tmp_path, capsys):
    for name, table in (("mentors", MENTORS), ("mentees", MENTEES)):
        rows = [",".join(table), *(",".join(row) for row in zip(*table.values(), strict=True))]
        (tmp_path / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "programme.toml").write_text(
        '[[limits]]\nname = "Hours"\nmax_hours_per_month = 9\nprice = 0.01\n', encoding="utf-8"
    )

    assert 0 == run(["match", str(tmp_path), "--out", str(tmp_path / "out")])
    assert (
        "Limit missed: Hours: 10 of at most 9 hours are used. It takes 0.01 from the total score."
        in " ".join(capsys.readouterr().out.split())
    )
