"""The cheapest change for everybody who waits: made, and solved again."""

import re

import numpy as np
import pytest

import cmmatch
from cmmatch import Model, Programme, objectives
from cmmatch.api.limits import hard_limits
from cmmatch.api.matching import candidates_for, required_pairs
from cmmatch.assignment.constraints import MenteeDemand, MentorCapacity, Required
from cmmatch.assignment.solving import most_pairs
from cmmatch.compatibility.rule_words import rule_title

SKILLS = ("sql", "tax", "go")


def drawn(seed, *, limits=()):
    """Up to seven mentees and five mentors with teams, languages and skills."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(3, 8)), int(rng.integers(2, 6))

    def some(values, size):
        return [str(each) for each in rng.choice(values, size)]

    mentors = {
        "id": [f"o{k}" for k in range(m)],
        "name": [f"Mentor {k}" if k % 2 else "" for k in range(m)],
        "capacity": some([0, 1, 1, 2], m),
        "team": some(["red", "blue"], m),
        "languages": some(["en", "fr", "en; fr"], m),
        "skills": some(SKILLS, m),
        "department": some(["Operations", "Sales"], m),
    }
    mentees = {
        "id": [f"e{k}" for k in range(n)],
        "team": some(["red", "blue", "green"], n),
        "languages": some(["en", "fr"], n),
        "skills_wanted": some(SKILLS, n),
        "demand": some([1, 1, 1, 2], n),
    }
    config = {
        "quality": {"min_score": float(rng.choice([0.0, 0.0, 0.5, 0.9]))},
        "limits": list(limits),
        "programme": {"seed": seed},
    }
    return Programme.from_frames(mentors, mentees, config=config), mentors, mentees, config


class Changed:
    """A programme after a change that was told in words."""

    def __init__(self, given, change):
        _, mentors, mentees, config = given
        mentors, config = dict(mentors), {**config, "eligibility": {}}
        place = re.search(r"one more place with (?:.*\()?(o\d+)\)?$", change)
        least = re.search(r"min_score at (\d\.\d\d)", change)
        rule = re.search(r"lift the hard rule '(.*?)'", change)
        limit = re.search(r"relax the limit '(.*)' by (\d+)$", change)
        assert place or least or rule or limit, change
        if place:
            mentors["capacity"] = [
                str(int(count) + (label == place[1]))
                for label, count in zip(mentors["id"], mentors["capacity"], strict=True)
            ]
        if least:
            config["quality"] = {"min_score": float(least[1])}
        if rule:
            names = ("same_team", "common_language", "minimum_overlap", "own_line", "same_manager")
            off = [name for name in names if rule_title(name) == rule[1]]
            assert 1 == len(off)
            config["eligibility"] = {"off": off}
        if limit:
            config["limits"] = [
                {**each, "max": each["max"] + int(limit[2])} if each["name"] == limit[1] else each
                for each in config["limits"]
            ]
        self.programme = Programme.from_frames(mentors, mentees, config=config)
        self.candidates = candidates_for(
            cmmatch.Scorer.for_programme(self.programme).prepare(self.programme)
        )

    def serves(self, loads, mentee):
        """Whether one who waits gets a mentor more while all others keep as many as they had."""
        minimum = loads.copy()
        minimum[mentee] += 1
        rules = [
            MentorCapacity(self.programme.places, self.programme.minimum_load),
            MenteeDemand(self.programme.demand, minimum),
            *hard_limits(self.programme),
        ]
        pairs = required_pairs(self.programme)
        rules += [Required(pairs)] if pairs else []
        return most_pairs(Model(self.candidates, rules, [objectives.MostMatched()])) is not None


def kind(change):
    found = [word for word in ("place", "min_score", "rule", "limit") if word in change]
    return " ".join(found)


def test_each_change_serves_whom_it_is_told_to_and_as_many_as_it_says():
    seen = {}
    for seed in range(60):
        given = drawn(seed)
        result = cmmatch.match(given[0])
        loads, waiting = result.matching.mentee_load, result.unmatched
        memo = {}
        for label, change, helps in zip(
            waiting["mentee_id"], waiting["cheapest_change"], waiting["helps"], strict=True
        ):
            seen[kind(change)] = seen.get(kind(change), 0) + 1
            if change.startswith("no single"):
                continue
            changed = memo.setdefault(change, Changed(given, change))
            assert changed.serves(loads, given[0].mentees.position[label]), (seed, label, change)
            who = [given[0].mentees.position[each] for each in waiting["mentee_id"]]
            count = sum(changed.serves(loads, each) for each in who)
            if kind(change) == "place":
                assert count == helps, (seed, label, change)
            assert 1 <= helps <= count, (seed, label, change)

    assert seen["place"] > 50
    assert seen["min_score"] > 1
    assert seen["rule"] > 1
    assert seen["place rule"] > 1


OPERATIONS = {"name": "Operations", "where": {"department": "Operations"}, "max": 1}


def test_where_limits_must_be_kept_changes_are_true_or_not_looked_for():
    seen = {}
    for seed in range(40):
        given = drawn(seed, limits=[OPERATIONS])
        result = cmmatch.match(given[0])
        loads, waiting = result.matching.mentee_load, result.unmatched
        assert "" == cmmatch.api.summary.best_place_sentence(result)
        for label, change, helps in zip(
            waiting["mentee_id"], waiting["cheapest_change"], waiting["helps"], strict=True
        ):
            seen[kind(change)] = seen.get(kind(change), 0) + 1
            if change.startswith("not looked for"):
                assert 0 == helps
                continue
            changed = Changed(given, change)
            assert changed.serves(loads, given[0].mentees.position[label]), (seed, label, change)
            who = [given[0].mentees.position[each] for each in waiting["mentee_id"]]
            assert 1 <= helps <= sum(changed.serves(loads, each) for each in who), (seed, change)

    assert seen["limit"] > 3
    assert seen["place"] > 5


@pytest.fixture
def three_for_one():
    """Ann, Bob and Cem want Max, who has one place; Dan speaks another language."""
    return Programme.from_frames(
        {"id": ["m1"], "name": ["Max"], "languages": ["en"]},
        {"id": ["ann", "bob", "cem", "dan"], "languages": ["en", "en", "en", "fr"]},
    )


def test_the_columns_the_report_and_explain_say_it(three_for_one):
    result = cmmatch.match(three_for_one)
    first, second, last = result.unmatched.to_dict("records")

    assert ["one more place with Max (m1)"] * 2 == [
        each["cheapest_change"] for each in (first, second)
    ]
    assert [2, 2, 3] == [each["helps"] for each in (first, second, last)]
    assert (
        "lift the hard rule 'no common language' and one more place with Max (m1)"
        == last["cheapest_change"]
    )
    said = str(result.explain(first["mentee_id"]))
    told = "Cheapest change: one more place with Max (m1); 2 of the 3 who wait could use it."
    assert told in said
    assert (
        "Cheapest change: one more place with Max (m1); 2 of these could use it."
        in result.to_html()
    )
    assert {"mentor_id": "m1", "could_use": 2, "waiting": 3} == result.summary[
        "place_that_helps_most"
    ]


def test_a_free_place_that_the_objectives_leave_free_is_told():
    """Ann's first wish keeps Max from Bob, who may be with nobody else; Mia stays free."""
    programme = Programme.from_frames(
        {"id": ["max", "mia"], "languages": ["en", "fr"]},
        {"id": ["ann", "bob"], "languages": ["en; fr", "en"]},
        pairs={"mentee_id": ["ann"], "mentor_id": ["max"], "kind": ["prefer"], "by": ["mentee"]},
        config={"objectives": {"order": ["rank_maximal"]}},
    )
    result = cmmatch.match(programme)
    (told,) = result.unmatched.to_dict("records")

    assert "bob" == told["mentee_id"]
    assert (
        'put "most_matched" first in [objectives] order: a free place is in reach'
        == told["cheapest_change"]
    )
    assert 2 == len(cmmatch.match(most_first(programme)).matching)


def most_first(programme):
    order = programme.config.objectives.model_copy(update={"order": ("most_matched",)})
    return programme.replace(config=programme.config.model_copy(update={"objectives": order}))
