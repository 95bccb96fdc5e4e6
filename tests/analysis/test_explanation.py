"""What is said about a matching is true: recomputed from scores and pairs, person by person."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cmmatch
from cmmatch import Programme
from cmmatch.synthesis import make_programme

UNIT = 10**6


def matched(seed, *, mentees=14, mentors=6, **config):
    made = make_programme(mentees=mentees, mentors=mentors, seed=seed, blanks=0.2)
    programme = Programme.from_frames(
        made.mentors, made.mentees, people=made.people, config={**made.config, **config}
    )
    return cmmatch.match(programme)


def scores_of(result):
    """Score of every candidate by ids, from the list of pairs and not from what is told."""
    candidates = result.candidates
    return {
        (result.programme.mentees.ids[i], result.programme.mentors.ids[j]): int(units)
        for i, j, units in zip(candidates.mentee, candidates.mentor, candidates.score, strict=True)
    }


def told_apart(*units):
    """Scores as text: two decimals, and one more as long as two that differ read the same."""
    for places in range(2, 7):
        texts = [f"{each / UNIT:.{places}f}" for each in units]
        if len(set(texts)) == len(set(units)):
            break
    return texts


def name_of(people, label):
    return people.name[people.position[label]] or label


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_the_alternative_is_the_best_of_the_others_and_why_not_is_true(seed):
    result = matched(seed)
    scores, made = scores_of(result), set(result.matching.pairs)
    places = dict(zip(result.programme.mentors.ids, result.programme.places, strict=True))
    for mentee, mentor in made:
        said = result.explain(mentee)
        mine = [b for a, b in made if a == mentee]
        others = {b: units for (a, b), units in scores.items() if a == mentee and b not in mine}
        if not others:
            assert said.alternative is None
            continue
        best = min(others, key=lambda b: (-others[b], b))
        worst = min(scores[mentee, b] for b in mine)
        why = said.alternative.why_not

        assert (best, others[best] / UNIT) == (said.alternative.mentor_id, said.alternative.score)
        if others[best] < worst:
            one, other = told_apart(others[best], worst)
            assert why == f"Scores lower: {one} against {other}."
        elif others[best] > worst:
            holders = [a for a, b in made if b == best]
            assert why.startswith("No free place: taken by ")
            assert len(holders) == places[best] > 0
            named = {name_of(result.programme.mentees, a) for a in holders}
            assert named == set(re.findall(r"(?:by |, )([^(]+) \(\d\.\d{2,6}\)", why))
        rank = 1 + sum(units > scores[mentee, mentor] for units in others.values())
        pair = next(p for p in said.pairs if p.mentor_id == mentor)
        assert len(mine) > 1 or (rank, len(others) + len(mine)) == (pair.rank, pair.eligible)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_who_holds_the_places_that_somebody_wanted_is_named(seed):
    result = matched(seed, mentees=16, mentors=4)
    scores, made = scores_of(result), set(result.matching.pairs)
    for view in result.unmatched_views:
        wanted = {b: units for (a, b), units in scores.items() if a == view.mentee_id}
        if view.reason == "no eligible mentor":
            assert not wanted
            continue
        ranked = sorted(wanted.items(), key=lambda item: (-item[1], item[0]))
        ranked = [(b, units) for b, units in ranked if (view.mentee_id, b) not in made][:3]
        assert ranked
        for mentor, units in ranked:
            held = sorted(
                (a for a, b in made if b == mentor), key=lambda a: (-scores[a, mentor], a)
            )
            own, *theirs = told_apart(units, *(scores[a, mentor] for a in held))
            people = ", ".join(
                f"{name_of(result.programme.mentees, a)} ({each})"
                for a, each in zip(held, theirs, strict=True)
            )
            name = name_of(result.programme.mentors, mentor)
            assert f"{name} (score {own}): " in view.detail
            assert f"held by {people}." in view.detail


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_the_rules_that_left_somebody_alone_are_counted(seed):
    result = matched(seed, eligibility={"min_overlap_hours_per_week": 30.0})
    alone = [view for view in result.unmatched_views if view.reason == "no eligible mentor"]
    mentors = result.programme.mentors.ids
    for view in alone:
        counts = dict(re.findall(r"(\w[\w ]+): (\d+)", view.detail))
        told = {}
        for mentor in mentors:
            (pair,) = result.explain(view.mentee_id, mentor_id=mentor).pairs
            for rule in {s.split("(")[1].split(")")[0] for s in pair.sentences}:
                told[rule] = told.get(rule, 0) + 1

        assert view.detail.startswith(f"Of {len(mentors)} mentors none may be met (")
        assert {rule: str(count) for rule, count in told.items()} == counts


def test_a_required_pair_says_that_it_was_asked_for():
    made = make_programme(mentees=12, mentors=6, seed=3)
    free = cmmatch.match(Programme.from_frames(made.mentors, made.mentees, config=made.config))
    mentee = free.pairs.mentee_id[0]
    scores = scores_of(free)
    other = min((units, b) for (a, b), units in scores.items() if a == mentee)[1]
    asked = {"mentee_id": [mentee], "mentor_id": [other], "kind": ["require"]}
    result = cmmatch.match(
        Programme.from_frames(made.mentors, made.mentees, pairs=asked, config=made.config)
    )
    (pair,) = result.explain(mentee).pairs

    assert other == pair.mentor_id
    assert "Required in the table of pairs." in pair.sentences


@pytest.mark.parametrize(("status", "said"), [("paused", "is paused"), ("left", "no longer")])
def test_who_takes_no_part_is_said_to_take_none(status, said):
    people = {"id": ["a", "b"], "status": [status, "active"]}
    result = cmmatch.match(Programme.from_frames({"id": ["m"]}, people))

    assert said in result.explain("a").summary
    assert result.explain("b").pairs[0].made


@cmmatch.component(name="given", weight=1)
def as_given(mentees, mentors):
    """The value that stands in the mentee's row, in a column with the mentor's id."""
    return mentees[[f"for_{label}" for label in mentors["id"]]].to_numpy(dtype=float)


def scored(rows, places, **config):
    """A matching of mentees a, b, ... whose scores with the mentors x, y, ... are given."""
    mentors = {"id": list("xyz"[: len(rows[0])]), "capacity": list(places)}
    mentees = {"id": list("abc"[: len(rows)])}
    for j, label in enumerate(mentors["id"]):
        mentees[f"for_{label}"] = [str(row[j]) for row in rows]
    programme = Programme.from_frames(mentors, mentees, config=config)
    return cmmatch.match(programme, components=[as_given])


@pytest.mark.parametrize(
    ("better", "worse", "said"),
    [
        (0.72, 0.71, "Scores lower: 0.71 against 0.72."),
        (0.7148, 0.7112, "Scores lower: 0.711 against 0.715."),
        (0.714, 0.7112, "Scores lower: 0.711 against 0.714."),
        (0.7112, 0.7111, "Scores lower: 0.7111 against 0.7112."),
        (0.711112, 0.711111, "Scores lower: 0.711111 against 0.711112."),
        (0.71, 0.71, "Scores the same; "),
    ],
)
def test_two_scores_that_differ_never_read_the_same(better, worse, said):
    told = scored([[better, worse]], [1, 1]).explain("a")
    asked = scored([[better, worse]], [1, 1]).explain("a", mentor_id=told.alternative.mentor_id)

    assert told.alternative.why_not.startswith(said)
    assert any(each.startswith(said) for each in asked.pairs[0].sentences)
    own = said.removeprefix("Scores lower: ").split()[0] if "lower" in said else "0.71"
    cost = "at no cost" if better == worse else "at a cost of 0.0"
    text = told.as_text(width=1000)
    assert f" (score {own}), {cost}" in text
    assert f"(exact). {said}" in text


def test_who_holds_a_place_reads_apart_from_who_wanted_it():
    result = scored([[0.7113, 0.2], [0.7112, 0.2]], [1, 0])
    said = result.explain("b")

    assert "x (score 0.7112): the place is held by a (0.7113). " in f"{said.summary} "
    (pair,) = result.explain("b", mentor_id="x").pairs
    assert pair.sentences[0] == "No free place: taken by a (0.7113)."
    assert (
        pair.sentences[1]
        == "Having x would cost 0.0001 of total score over the whole programme (exact)."
    )


def test_a_better_mentor_who_is_taken_reads_apart_from_who_took_him():
    told = scored([[0.7114, 0.1], [0.7113, 0.71]], [1, 1]).explain("b").as_text(width=1000)

    price = "at a cost of 0.61 of total score over the whole programme (exact)"
    assert (
        f"Best alternative: x (score 0.7113), {price}. No free place: taken by a (0.7114)." in told
    )


def test_a_score_just_below_the_least_one_reads_below_it():
    result = scored([[0.6999]], [1], quality={"min_score": 0.7})
    (pair,) = result.explain("a", mentor_id="x").pairs

    assert result.unmatched.detail[0] == (
        "The best of 1 eligible is x with a score of 0.6999; at least 0.7000 is asked."
    )
    assert (
        "Not made: the score, 0.6999, is below 0.7000, the least that is asked.",
    ) == pair.sentences
