"""Prices of a programme, as a table and in words."""

import json

import pytest

import cmmatch
from cmmatch import Programme
from cmmatch.analysis.price_words import amount, gained, lost
from cmmatch.api import prices as module
from cmmatch.cli import run
from cmmatch.errors import ModelError, NoMatching, UnsupportedModel
from cmmatch.synthesis import make_programme

MENTORS = {
    "id": ["m-01", "m-02", "m-03"],
    "name": ["Ada", "Ben", ""],
    "skills": ["sql:5; tax:3", "sql:3; law:3", "law:4"],
    "department": ["A", "A", "B"],
}
MENTEES = {
    "id": ["ann", "bob", "cem", "dee", "eva"],
    "skills_wanted": ["sql", "sql; tax", "tax", "law", "sql"],
}


def matched(**config):
    return cmmatch.match(Programme.from_frames(MENTORS, MENTEES, config=config))


class TestPlaces:
    def test_the_most_valuable_places_are_told_in_words(self):
        prices = matched().prices

        assert prices.exact
        assert str(prices).split("\n") == [
            "One more place with Ada (m-01) would serve one more mentee and add 1.00 to the",
            "total score.",
            "One more place with Ben (m-02) would serve one more mentee and add 1.00 to the",
            "total score.",
            "One more place with m-03 would serve one more mentee.",
        ]

    def test_the_table_has_two_columns_an_objective_in_units_of_people(self):
        frame = matched().prices.frame

        assert [
            *("mentor_id", "places", "used"),
            *("more_most_matched", "fewer_most_matched", "more_total_score", "fewer_total_score"),
            "exact",
        ] == list(frame.columns)
        assert ["m-03", 1, 1, 1, 1, 0.0, 1.0, True] == frame.iloc[2].tolist()

    def test_what_one_more_place_is_worth_comes_true(self):
        made = make_programme(mentees=30, mentors=10, seed=6)
        programme = Programme.from_frames(made.mentors, made.mentees, config=made.config)
        result = cmmatch.match(programme)
        best = result.prices.most_valuable()[0]
        mentors = {key: list(column) for key, column in made.mentors.items()}
        here = mentors["id"].index(best.person_id)
        mentors["capacity"][here] = str(int(mentors["capacity"][here] or 1) + 1)
        again = cmmatch.match(Programme.from_frames(mentors, made.mentees, config=made.config))

        before, after = ([stage.value for stage in each.result.stages] for each in (result, again))
        assert tuple(b - a for a, b in zip(before, after, strict=True)) == best.more
        assert any(best.more)

    def test_where_places_are_left_one_more_changes_nothing(self):
        mentors = {**MENTORS, "capacity": ["5", "5", "5"]}
        prices = cmmatch.match(Programme.from_frames(mentors, MENTEES)).prices

        assert str(prices) == "One more place would change nothing, with whatever mentor."

    def test_the_words_of_the_programme_are_used_and_wishes_for_several_count_as_pairs(self):
        mentees = {**MENTEES, "demand": ["2", "1", "1", "1", "1"]}
        told = {"roles": {"mentor": "coach", "mentee": "coachee"}}
        one = matched(programme=told).prices
        two = cmmatch.match(Programme.from_frames(MENTORS, mentees)).prices

        assert "serve one more coachee" in str(one)
        assert "make one more pair" in str(two)

    def test_with_limits_they_are_estimates_and_say_so(self):
        limit = {"name": "few", "side": "mentors", "where": {"department": "A"}, "max": 1}
        result = matched(limits=[limit])

        assert not result.prices.exact
        assert "Estimates: limits" in str(result.prices)
        assert {"few"} == {each.rule for each in result.prices.prices.limits}
        with pytest.raises(UnsupportedModel, match="few"):
            result.pair_cost("ann", "m-01")
        assert "would cost" not in str(result.explain("ann", mentor_id="m-03"))

    def test_a_notebook_shows_words_and_table(self):
        prices = matched().prices

        html = prices._repr_html_()
        assert "One more place with Ada (m-01)" in html
        assert html.count("<tr>") == 4

    def test_without_a_matching_there_are_none(self):
        result = cmmatch.match(
            Programme.from_frames(
                {"id": ["o"], "capacity": ["2"], "min_mentees": ["2"]}, {"id": ["e"]}
            )
        )

        with pytest.raises(NoMatching):
            result.prices  # noqa: B018


class TestPairs:
    def test_explain_says_what_somebody_else_would_cost(self):
        result = matched()
        said = str(result.explain("dee", mentor_id="m-02")).replace("\n ", "")

        assert (
            "Having Ben instead would cost 1.00 of total score over the whole programme (exact)."
            in said
        )
        assert (0, 1_000_000) == result.pair_cost("dee", "m-02").cost

    def test_explain_says_what_doing_without_would_cost_where_the_pair_is_asked_about(self):
        result = matched()
        (mentor,) = result.matching.mentors_of("dee")

        asked = result.explain("dee", mentor_id=mentor).pairs[0]
        assert "Doing without m-03 would cost 1.00 of total score" in " ".join(asked.sentences)
        assert "Doing without" not in str(result.explain("dee"))
        assert result.explain("dee").alternative.price.startswith("at ")

    def test_what_breaks_a_rule_is_said(self):
        pairs = {"mentee_id": ["ann"], "mentor_id": ["m-01"], "kind": ["require"]}
        result = cmmatch.match(Programme.from_frames(MENTORS, MENTEES, pairs=pairs))

        said = result.explain("bob", mentor_id="m-01").pairs[0].sentences
        assert "Having Ada is not possible: other rules could not be kept (exact)." in said
        assert not any(
            "Doing without" in each
            for each in result.explain("ann", mentor_id="m-01").pairs[0].sentences
        )

    def test_the_next_best_and_the_common_pairs_are_those_of_the_model(self):
        result = matched()
        second = result.alternatives(1)[0]

        assert (0, 0) == second.loss
        assert (("dee", "m-03"),) == result.common_pairs.in_all
        assert set(second.new) <= set(result.common_pairs.in_some)
        with pytest.raises(ModelError, match="none of the mentors"):
            result.pair_cost("ann", "m-99")

    def test_the_command_tells_it_within_80_columns(self, tmp_path, capsys):
        made = make_programme(mentees=12, mentors=5, seed=3)
        folder, out = tmp_path / "in", tmp_path / "out"
        folder.mkdir()
        for name, content in made.files().items():
            (folder / name).write_bytes(content)
        assert run(["match", str(folder), "--out", str(out), "--quiet"]) == 0
        mentee = cmmatch.match(cmmatch.read_programme(folder)).matching.pairs[0][0]
        capsys.readouterr()

        assert run(["explain", str(out), mentee]) == 0
        said = capsys.readouterr().out
        assert "(exact)" in said
        assert max(map(len, said.splitlines())) <= 80
        assert run(["explain", str(out), mentee, "--json"]) == 0
        assert "(exact)" in json.loads(capsys.readouterr().out)["alternative"]["price"]

    def test_a_large_programme_is_explained_without(self, monkeypatch):
        result = matched()
        monkeypatch.setattr(module, "MANY", 14)

        assert "(exact)" not in str(result.explain("dee", mentor_id="m-02"))
        assert (0, 1_000_000) == result.pair_cost("dee", "m-02").cost


class TestWords:
    def test_amounts_are_as_long_as_it_takes(self):
        assert ["0.31", "1.00", "0.001", "0.00001", "4e-07"] == [
            amount(each) for each in (0.31, 1.0, 0.00125, 0.000013, 4e-7)
        ]

    def test_the_first_thing_that_is_lost_is_told(self):
        names = ("most_matched", "leximin", "total_score")

        assert "two pairs over the whole programme" == lost(names, (2, (0, 1), -3), resolution=1)
        assert "" == lost(names, (0, (0, 0), 0), resolution=1)
        assert "something in the counts of low scores over the whole programme" == lost(
            names, (0, (0, 1), -3), resolution=1
        )

    def test_what_is_gained_is_told_with_what_the_score_does(self):
        names = ("most_matched", "total_score")

        assert "serve two more mentees and take 0.05 from the total score" == gained(
            names, (2, -50_000), resolution=1e-6
        )
        assert "improve how evenly work is shared out" == gained(
            ("even_load", "total_score"), (3, -1), resolution=1e-6
        )
        assert "serve 12 more mentees" == gained(names, (12, None), resolution=1)
