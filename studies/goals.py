"""What goals are worth: by what is planted in a twin's statement, and with one part of them alone.

The statement of a twin is one half of the mentee's, the host's own, or there is none to compare,
since the mentee wrote nothing: only in the first case is anything planted. In made-up programmes
one column, the categories or the statements, is blanked for everybody; then the other one counts
with its share of the component, and for comparison in full.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from cmmatch.programme.text_model import TextModel, packaged_model
from studies.cases import SETTINGS, SHARES, real_programme, world_programme, worlds
from studies.planting import read_tables, statement_of_twin
from studies.recovery import recover

__all__ = ["encoders", "parts", "twins"]

COLUMNS = {"categories": ("statement",), "statements": ("goals", "goals_achieved")}
"""What is blanked to leave one part alone."""

IN_FULL = {"categories": 1.0, "statements": 0.0}
"""The ``category_share`` at which that part has the whole weight of goals."""


def encoders():
    """Return the encoders that can be used here: minilm only where its weights are installed."""
    return ("tfidf", "minilm") if packaged_model() is not None else ("tfidf",)


def twins(folder, seeds, size):
    """Return a row for each share of blanks, encoder, and content of the twin's statement."""
    _, mentees, _ = read_tables(folder, SETTINGS)
    wrote = dict(zip(mentees["id"], mentees["statement"], strict=True))
    rows = []
    with tempfile.TemporaryDirectory() as kept:
        for share in SHARES:
            made = [real_programme(folder, share=share, seed=seed, size=size) for seed in seeds]
            for encoder in encoders():
                found: dict[str, list] = {}
                for programme, planted in made:
                    model = TextModel(cache=Path(kept) if encoder == "minilm" else None)
                    other = _with_goals(programme, encoder=encoder).replace(text_model=model)
                    for content, some in _by_content(planted, wrote).items():
                        found.setdefault(content, []).append(recover(other, some))
                rows += [
                    {"blank": share, "statement of the twin": content, "encoder": encoder}
                    | _figures(found[content])
                    for content in sorted(found)
                ]
    return rows


def parts(seeds, size):
    """Return a row for each world, share of blanks and part of goals that is used alone."""
    rows = []
    for world in worlds():
        for share in SHARES:
            for part, columns in COLUMNS.items():
                made = [
                    world_programme(world, share=share, seed=seed, size=size, empty=columns)
                    for seed in seeds
                ]
                own = _figures([recover(*each) for each in made])
                full = [
                    recover(_with_goals(programme, category_share=IN_FULL[part]), planted)
                    for programme, planted in made
                ]
                rows.append(
                    {"world": world, "blank": share, "only": part}
                    | own
                    | {"in full": _figures(full)["whole score"]}
                )
    return rows


def _by_content(planted, wrote):
    groups: dict[str, dict[str, str]] = {}
    for mentee, mentor in planted.items():
        groups.setdefault(statement_of_twin(wrote[mentee]), {})[mentee] = mentor
    return groups


def _with_goals(programme, **changes):
    goals = programme.config.goals.model_copy(update=changes)
    return programme.replace(config=programme.config.model_copy(update={"goals": goals}))


def _figures(found):
    """Mean reciprocal ranks over all programmes."""
    ways = {
        "whole score": [each.whole for each in found],
        "without goals": [each.without["goals"] for each in found if "goals" in each.without],
        "goals alone": [each.alone["goals"] for each in found if "goals" in each.alone],
        "chance": [each.chance for each in found],
    }
    counted = sum(len(each.whole.reciprocal) for each in found)
    return {"mentees": counted} | {name: _mean(rankings) for name, rankings in ways.items()}


def _mean(rankings):
    ranks = np.concatenate([each.reciprocal for each in rankings]) if rankings else np.zeros(0)
    return round(float(ranks.mean()), 4) if len(ranks) else None
