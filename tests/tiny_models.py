"""Tiny models, and every matching that keeps their rules."""

import itertools

import numpy as np

from cmmatch import Candidates, Matching, Model
from cmmatch.assignment.constraints import Forbidden, MenteeDemand, MentorCapacity, Required


def tiny_candidates(rng, *, lowest=-2, highest=6, steps=8):
    """Up to 4 x 3 people; few distinct scores, so that ties are common."""
    n, m = int(rng.integers(1, 5)), int(rng.integers(1, 4))
    scores = rng.integers(lowest, highest, (n, m)) / steps
    return Candidates.from_matrix(np.where(rng.random((n, m)) < 0.2, np.nan, scores))


def tiny_rules(rng, candidates, *, most_wanted=2):
    """Places, demand, and now and then minimum loads, required and forbidden pairs."""
    n, m = candidates.shape
    places, demand = rng.integers(0, 4, m), rng.integers(0, most_wanted + 1, n)
    least = np.minimum(rng.integers(0, 2, m) * (rng.random(m) < 0.2), places)
    rules = [MentorCapacity(places, least), MenteeDemand(demand)]
    pairs = [(str(i), str(j)) for i, j in zip(candidates.mentee, candidates.mentor, strict=True)]
    rng.shuffle(pairs)
    if pairs and rng.random() < 0.3:
        rules.append(Required((tuple(pairs[0]),)))
    if len(pairs) > 1 and rng.random() < 0.3:
        rules.append(Forbidden((tuple(pairs[1]),)))
    return rules


def matchings(model):
    """Return every set of candidates that keeps the rules."""
    candidates, source = model.candidates, model.candidates.source
    everything = itertools.product((False, True), repeat=len(candidates))
    masks = np.array(list(everything), dtype=bool)
    if len(candidates):
        n, m = candidates.shape
        demand, places = model.constraints[1].demand, model.constraints[0].places
        mentees = masks.astype(int) @ (candidates.mentee[:, None] == np.arange(n))
        mentors = masks.astype(int) @ (candidates.mentor[:, None] == np.arange(m))
        masks = masks[(mentees <= demand).all(axis=1) & (mentors <= places).all(axis=1)]
    made = (
        Matching(candidates.mentee[k], candidates.mentor[k], source.mentee_ids, source.mentor_ids)
        for k in masks
    )
    return [each for each in made if not any(rule.violations(each) for rule in model.constraints)]


def best_matchings(model):
    """Return the best matchings, as sets of pairs, and what each objective reached in its turn.

    Each objective in turn keeps the matchings that give back no more than its tolerance of the best
    that is left. Nothing is left if no matching keeps the rules.
    """
    left, best = matchings(model), []
    if not left:
        return [], ()
    source = model.candidates.source
    for objective in model.objectives:
        values = [objective.value(each, source) for each in left]
        best.append(max(values))
        floor = best[-1] - int(np.floor(objective.tolerance * abs(best[-1])))
        left = [each for each, value in zip(left, values, strict=True) if value >= floor]
    most = [each for each in left if model.objectives[-1].value(each, source) == best[-1]]
    return [each.pairs for each in most], tuple(best)


def few_kept(model):
    """Return the model over the best pair of each mentee, with all others known to the source."""
    source = model.candidates.source
    required = [rule.pairs for rule in model.constraints if isinstance(rule, Required)]
    ids = [list(source.mentee_ids), list(source.mentor_ids)]
    pairs = [(ids[0].index(i), ids[1].index(j)) for each in required for i, j in each]
    always = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    kept = Candidates.from_source(source, keep=1, always=(always[:, 0], always[:, 1]))
    return Model(kept, model.constraints, model.objectives, model.seed)
