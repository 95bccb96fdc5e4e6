"""One maker of examples for every constraint and objective that is exported.

A maker gets a random generator and candidates with two mentees and two pairs at least, and returns
one that fits them. Whoever exports a
new one adds a line here; the conformance tests insist on it.
"""

import numpy as np

from cmmatch.assignment.constraints import (
    Budget,
    Circles,
    Forbidden,
    GroupLimit,
    MenteeDemand,
    MentorCapacity,
    NoneOrAtLeast,
    PerMenteeGroup,
    Required,
    Soft,
    Stable,
)
from cmmatch.assignment.objectives import (
    BottomShare,
    EvenLoad,
    FewestChanges,
    GenerousMaximum,
    GreedyMaximum,
    GroupGap,
    Leximin,
    MostMatched,
    Nash,
    RankMaximal,
    TotalScore,
    WorstOff,
)


def some_pairs(rng, candidates, most=2):
    """Some candidate pairs by id."""
    ids = candidates.source.mentee_ids, candidates.source.mentor_ids
    drawn = rng.permutation(len(candidates))[: rng.integers(1, most + 1)]
    return tuple((ids[0][candidates.mentee[k]], ids[1][candidates.mentor[k]]) for k in drawn)


def bounds(rng, size):
    """A minimum and a maximum for each person."""
    maximum = rng.integers(0, 4, size)
    return np.minimum(rng.integers(0, 3, size), maximum), maximum


def mentor_capacity(rng, candidates):
    minimum, places = bounds(rng, candidates.shape[1])
    return MentorCapacity(places, minimum)


def mentee_demand(rng, candidates):
    minimum, demand = bounds(rng, candidates.shape[0])
    return MenteeDemand(demand, minimum)


def budget(rng, candidates):
    n, m = candidates.shape
    spent = {"mentor_cost": rng.integers(0, 9, m) / 4, "mentee_cost": rng.integers(0, 9, n) / 4}
    least, room = rng.integers(0, 4), rng.integers(0, 6)
    if rng.random() < 0.5:
        return Budget("hours", maximum=float(least + room), minimum=float(least), **spent)
    labels = [str(each) for each in rng.choice(["a", "b", ""], m)]
    labels[0] = "a"
    return Budget("hours by department", maximum={"a": float(least)}, by_mentors=labels, **spent)


def group_limit(rng, candidates):
    n, m = candidates.shape
    least = int(rng.integers(0, 3))
    kind = rng.integers(3)
    if kind == 0:
        some = {"mentees": rng.random(n) < 0.6, "mentors": rng.random(m) < 0.8}
        return GroupLimit("group", minimum=least, maximum=least + int(rng.integers(2)), **some)
    sites = ([str(each) for each in rng.choice(["north", "south", ""], size)] for size in (n, m))
    if kind == 1:
        return GroupLimit.of_pairs("across sites", *sites, maximum_share=0.4)
    return GroupLimit.of_pairs("one site", *sites, same=True, minimum_share=0.3)


def per_mentee_group(rng, candidates):
    m = candidates.shape[1]
    if rng.random() < 0.5:
        labels = [str(each) for each in rng.choice(["a", "b"], m)]
        return PerMenteeGroup("one of a department", maximum=1, by=labels)
    return PerMenteeGroup(
        "seniors",
        rng.random(m) < 0.5,
        minimum=1,
        maximum=1,
        only_if_matched=bool(rng.random() < 0.7),
    )


def none_or_at_least(rng, candidates):
    return NoneOrAtLeast(rng.integers(0, 4, candidates.shape[1]))


def circles(rng, candidates):
    n, m = candidates.shape
    sizes = {"smallest": int(rng.integers(1, 3)), "largest": rng.integers(1, 4, m)}
    kind = rng.integers(4)
    if kind == 0:
        least = int(rng.integers(0, 2))
        number = (least, None, (None, 1), (least, 2))[rng.integers(4)]
        return Circles(number=number, **sizes)
    if kind == 1:
        return Circles(lead=[rng.choice(["max", "mia", "moe"], 2) for _ in range(m)], **sizes)
    # Both labels are there, whoever else has none.
    labels = [str(each) for each in rng.permutation(["a", "b", *rng.choice(["a", ""], n)])[:n]]
    different = 2 if {"a", "b"} <= set(labels) else None
    return Circles(labels=labels, most_alike=1, least_different=different, **sizes)


def stable(rng, candidates):
    n, m = candidates.shape
    values = {}
    if rng.random() < 0.5:
        sides = ("mentee_value", "mentor_value")
        values = {side: rng.integers(0, 3, len(candidates)) for side in sides}
    return Stable(
        candidates,
        rng.integers(0, 4, m),
        rng.integers(0, 3, n),
        blocking=int(rng.integers(0, 3)),
        **values,
    )


CONSTRAINTS = {
    "Budget": budget,
    "Circles": circles,
    "Forbidden": lambda rng, candidates: Forbidden(some_pairs(rng, candidates)),
    "GroupLimit": group_limit,
    "MenteeDemand": mentee_demand,
    "MentorCapacity": mentor_capacity,
    "NoneOrAtLeast": none_or_at_least,
    "PerMenteeGroup": per_mentee_group,
    "Required": lambda rng, candidates: Required(some_pairs(rng, candidates)),
    "Soft": lambda rng, candidates: Soft(group_limit(rng, candidates), price=0.25),
    "Stable": stable,
}


def ranks(rng, candidates):
    """Ranks of most pairs, with ties and a gap."""
    ids = candidates.source.mentee_ids, candidates.source.mentor_ids
    return {
        (ids[0][mentee], ids[1][mentor]): int(rng.choice([1, 2, 2, 5]))
        for mentee, mentor in zip(candidates.mentee, candidates.mentor, strict=True)
        if rng.random() < 0.8
    }


def tolerance(rng):
    return float(rng.choice([0.0, 0.4]))


def even_load(rng, candidates):
    places = None if rng.random() < 0.5 else rng.integers(0, 4, candidates.shape[1])
    return EvenLoad(tolerance(rng), places)


def group_gap(rng, candidates):
    """The gap between two groups; whoever is in neither is not counted."""
    labels = ["a", "b", *rng.choice(["a", "b", ""], candidates.shape[0] - 2)]
    step = float(rng.choice([0.01, 0.25]))
    return GroupGap([str(each) for each in labels], minimum=1, step=step, tolerance=tolerance(rng))


OBJECTIVES = {
    "BottomShare": lambda rng, candidates: BottomShare(
        float(rng.choice([0.2, 0.5, 1.0])), tolerance(rng)
    ),
    "EvenLoad": even_load,
    "FewestChanges": lambda rng, candidates: FewestChanges(
        some_pairs(rng, candidates, most=4), tolerance(rng)
    ),
    "GenerousMaximum": lambda rng, candidates: GenerousMaximum(ranks(rng, candidates)),
    "GreedyMaximum": lambda rng, candidates: GreedyMaximum(ranks(rng, candidates)),
    "GroupGap": group_gap,
    "Leximin": lambda rng, candidates: Leximin(step=float(rng.choice([0.05, 0.25])), lowest=-0.5),
    "MostMatched": lambda rng, candidates: MostMatched(tolerance(rng)),
    "Nash": lambda rng, candidates: Nash(tolerance=tolerance(rng)),
    "RankMaximal": lambda rng, candidates: RankMaximal(ranks(rng, candidates)),
    "TotalScore": lambda rng, candidates: TotalScore(tolerance(rng)),
    "WorstOff": lambda rng, candidates: WorstOff(tolerance(rng)),
}
