"""Worlds: the planted partner is the best by the world's formula, and each world is as it says."""

import numpy as np
import pytest

from cmmatch.errors import ModelError
from cmmatch.programme.people import TRAITS
from cmmatch.synthesis import make_programme
from cmmatch.synthesis.answers import STYLE
from cmmatch.synthesis.worlds import LUCK, WORLDS

OTHERS = [name for name in WORLDS if name != "chemistry"]


def made_in(world, **changes):
    return make_programme(**{"mentees": 120, "mentors": 40, "seed": 3, "world": world, **changes})


@pytest.mark.parametrize("world", WORLDS)
def test_the_planted_partner_is_the_best_in_truth(world):
    made = made_in(world)
    truth = made.truth()
    best = [made.mentors["id"][j] for j in truth.argmax(axis=1)]

    assert best == [made.planted[label] for label in made.mentees["id"]]
    assert ((truth >= 0) & (truth <= 1)).all()
    assert np.array_equal(truth[[4, 2]], made.truth([4, 2]))


@pytest.mark.parametrize("world", WORLDS)
def test_the_same_seed_gives_the_same_bytes_and_truth(world):
    one, same, other = (made_in(world, seed=seed) for seed in (3, 3, 4))

    assert one.files() == same.files()
    assert np.array_equal(one.truth(), same.truth())
    assert one.files() != other.files()


@pytest.mark.parametrize("world", OTHERS)
def test_the_best_is_not_simply_the_mentor_around_whom_somebody_was_drawn(world):
    drawn = made_in("chemistry").planted
    planted = made_in(world).planted
    kept = np.mean([drawn[label] == planted[label] for label in drawn])

    assert 0.02 < kept < 0.95


@pytest.mark.parametrize("world", OTHERS)
def test_luck_leaves_no_two_pairs_equal(world):
    truth = made_in(world).truth()

    assert truth.size == len(np.unique(truth))


@pytest.mark.parametrize(("world", "alike"), [("noisy", True), ("impersonal", False)])
def test_partners_are_alike_only_where_that_makes_them_good(world, alike):
    made = made_in(world, blanks=0.0)
    place = {label: j for j, label in enumerate(made.mentors["id"])}
    apart, anybody = [], []
    for column in (*TRAITS, *STYLE):
        mentee = np.array([float(cell) for cell in made.mentees[column]])
        mentor = np.array([float(cell) for cell in made.mentors[column]])
        partner = [place[made.planted[label]] for label in made.mentees["id"]]
        apart.append(np.abs(mentee - mentor[partner]).mean())
        anybody.append(np.abs(mentee[:, None] - mentor).mean())
    nearer = np.mean(anybody) - np.mean(apart)

    assert (nearer > 0.1) == alike
    assert alike or abs(nearer) < 0.1


def test_noisy_answers_are_noisier_about_the_same_people():
    usual, noisy = (made_in(world, blanks=0.0) for world in ("multiplicative", "noisy"))
    differ = [
        float(a) - float(b)
        for trait in TRAITS
        for a, b in zip(usual.mentees[trait], noisy.mentees[trait], strict=True)
    ]

    assert np.std(differ) > 0.6
    assert usual.mentees["goals"] == noisy.mentees["goals"]
    assert usual.mentees["skills_wanted"] == noisy.mentees["skills_wanted"]


def test_a_chain_is_as_strong_as_its_weakest_link():
    """Whoever fails one criterion of five stays below whoever fails none, luck included."""
    quality = np.sort(made_in("threshold").truth().ravel())
    gap = (quality < 0.9 * 0.21 + LUCK) | (quality > 0.9)

    assert gap.all()
    assert 0 < (quality > 0.9).sum() < len(quality) / 4


def test_an_unknown_world_is_refused_by_name():
    with pytest.raises(ModelError, match=r"'world' must be one of chemistry, .*; given 'flat'"):
        make_programme(mentees=2, mentors=2, world="flat")
