"""Blanks: the counts agree with filling in the cells and scoring every pair again."""

import numpy as np
import pytest

from cmmatch import Programme, Scorer
from cmmatch.compatibility.asking import people_to_ask
from cmmatch.compatibility.blanks import count_blanks
from cmmatch.synthesis import make_programme

ANSWER = {
    "skills_wanted": "python",
    "skills": "python",
    "goals": "promotion",
    "statement": "Learning negotiation and budgeting with colleagues",
    "years_experience": "4",
    "availability": "Mon-Fri 09:00-17:00",
    "timezone": "Europe/Berlin",
}
SAME = {"goals": "goals_achieved"}


def tables(seed, share=0.4):
    """Two tables of a made programme, with cells blanked at random."""
    made = make_programme(mentees=23, mentors=11, seed=seed)
    rng = np.random.default_rng(seed)
    sides = []
    for given in (made.mentees, made.mentors):
        side = {name: [str(cell) for cell in given[name]] for name in given}
        for name in ANSWER:
            if name in side:
                side[name] = ["" if rng.random() < share else cell for cell in side[name]]
        sides.append(side)
    return sides, made.config


def scored_of(sides, config):
    programme = Programme.from_frames(sides[1], sides[0], config=config)
    return Scorer.for_programme(programme).prepare(programme)


def confidences(scored, pairs):
    values = scored.values(*pairs)
    return sum(w * ~np.isnan(values[:, k]) for k, w in enumerate(scored.weights))


def eligible_pairs(scored):
    n, m = scored.shape
    mentee, mentor = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    kept = scored.eligible(mentee, mentor)
    return mentee[kept], mentor[kept]


def filled(sides, side, column, who):
    other = [dict(each) for each in sides]
    cells = list(other[side][column])
    for k in who:
        cells[k] = (cells[k].strip() and cells[k]) or ANSWER[column]
    other[side][column] = cells
    return other


@pytest.mark.parametrize("seed", range(6))
def test_confidence_and_losses_are_those_of_all_eligible_pairs(seed):
    scored = scored_of(*tables(seed))
    pairs = eligible_pairs(scored)
    blanks = count_blanks(scored)
    unknown = np.isnan(scored.values(*pairs)).mean(axis=0)

    assert len(pairs[0]) == blanks.pairs
    assert pytest.approx(confidences(scored, pairs).mean()) == blanks.confidence
    assert pytest.approx(unknown * scored.weights) == [each.loss for each in blanks.losses]
    assert list(scored.names) == [each.component for each in blanks.losses]


def silent(table, column):
    """How many leave a column blank, and with it what is as good an answer to the same question."""
    same = [table[name] for name in (column, SAME.get(column, column)) if name in table]
    return sum(not any(cells) for cells in zip(*same, strict=True))


@pytest.mark.parametrize("seed", range(6))
def test_the_cost_of_a_column_is_what_filling_it_in_brings(seed):
    sides, config = tables(seed)
    scored = scored_of(sides, config)
    pairs = eligible_pairs(scored)
    before = confidences(scored, pairs).mean()
    tried = 0
    for each in count_blanks(scored).columns:
        side = ("mentee", "mentor").index(each.side)
        if each.column not in ANSWER or each.column in ("availability", "timezone"):
            continue
        if each.column not in sides[side]:
            continue
        again = scored_of(filled(sides, side, each.column, range(each.people)), config)
        assert scored.names == again.names
        assert pytest.approx(confidences(again, pairs).mean() - before) == each.cost
        assert each.blank >= silent(sides[side], each.column)
        tried += each.cost > 0
    assert tried >= 4


@pytest.mark.parametrize("seed", range(4))
def test_asking_a_person_brings_what_is_said(seed):
    sides, config = tables(seed)
    scored = scored_of(sides, config)
    mentee, mentor = eligible_pairs(scored)
    asks = people_to_ask(scored, count_blanks(scored))
    simple = [a for a in asks if not {"availability", "timezone"} & set(a.columns)][:6]
    for ask in simple:
        side = ("mentee", "mentor").index(ask.side)
        person = sides[side]["id"].index(ask.id)
        mine = (mentee, mentor)[side] == person
        pairs = mentee[mine], mentor[mine]
        again = sides
        for column in ask.columns:
            again = filled(again, side, column, [person])
        gained = confidences(scored_of(again, config), pairs) - confidences(scored, pairs)
        assert ask.pairs == len(pairs[0])
        assert pytest.approx(gained.mean()) == ask.gain
    assert simple
    totals = [round(a.gain * a.pairs, 6) for a in asks]
    assert sorted(totals, reverse=True) == totals


def test_nobody_is_asked_for_answers_that_need_consent():
    (mentees, mentors), config = tables(1)
    scored = scored_of(
        (mentees, {**mentors, "consent_personality": ["no", *mentors["consent_personality"][1:]]}),
        config,
    )
    blanks = count_blanks(scored)
    personality = [each for each in blanks.columns if each.component == "personality"]

    assert personality
    assert not any(each.asked for each in personality)
    assert not any(
        "personality" in column for ask in people_to_ask(scored, blanks) for column in ask.columns
    )


def test_a_pair_to_avoid_is_known_though_nobody_is_preferred():
    made, config = tables(2)
    ids = [side["id"][:2] for side in made]
    programme = Programme.from_frames(
        made[1],
        made[0],
        pairs={
            "mentee_id": [ids[0][0], ids[0][1]],
            "mentor_id": ids[1],
            "kind": ["avoid", "prefer"],
        },
        config=config,
    )
    scored = Scorer.for_programme(programme).prepare(programme)
    pairs = eligible_pairs(scored)

    assert "preferences" in scored.names
    assert pytest.approx(confidences(scored, pairs).mean()) == count_blanks(scored).confidence


def test_the_order_of_people_changes_nothing():
    sides, config = tables(3)
    turned = [{name: cells[::-1] for name, cells in side.items()} for side in sides]
    one, other = scored_of(sides, config), scored_of(turned, config)
    first, second = count_blanks(one), count_blanks(other)

    assert first.columns == second.columns
    assert people_to_ask(one, first) == people_to_ask(other, second)
