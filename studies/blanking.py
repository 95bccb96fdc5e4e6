"""Leaving answers blank: a share of the cells, the same ones first at every share."""

from __future__ import annotations

import numpy as np

from cmmatch.programme.people import TRAITS
from cmmatch.synthesis.answers import LEARNING, STYLE

__all__ = ["ANSWERS", "blanked", "emptied", "fewer_wishes"]

ITEMS = tuple(f"{letter}{k}" for letter in "ACENO" for k in range(1, 6))
WISHES = "wishes"
ANSWERS = (
    "skills", "skills_wanted", "goals", "statement", "years_experience", "availability",
    *TRAITS, *STYLE, *LEARNING, *ITEMS, WISHES, "goals_achieved",
)  # fmt: skip
"""What people answer, wishes among the columns; who they are and where they work is known without.

The place of each says which random stream blanks it: append, never insert."""


def blanked(table, share, *, seed):
    """Return a table in which a share of all answers is blank; ids, names and posts stay."""
    made = {}
    for name, column in table.items():
        if name in ANSWERS:
            draw = np.random.default_rng([seed, ANSWERS.index(name)]).random(len(column))
            cells = zip(column, draw, strict=True)
            column = tuple("" if each < share else cell for cell, each in cells)
        made[name] = tuple(column)
    return made


def emptied(table, columns):
    """Return a table in which some columns hold nothing."""
    return {name: ("",) * len(cells) if name in columns else cells for name, cells in table.items()}


def fewer_wishes(pairs, share, *, seed):
    """Return the table of pairs without a share of the wishes; what others decided stays."""
    draw = np.random.default_rng([seed, ANSWERS.index(WISHES)]).random(len(pairs["kind"]))
    kept = [
        k
        for k, kind in enumerate(pairs["kind"])
        if kind not in ("prefer", "avoid") or draw[k] >= share
    ]
    return {name: tuple(column[k] for k in kept) for name, column in pairs.items()}
