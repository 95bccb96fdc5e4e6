"""What is studied: programmes by world and share of blanks, made-up ones and the real one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cmmatch import Programme
from cmmatch.synthesis import make_programme
from cmmatch.synthesis.worlds import WORLDS
from studies.blanking import blanked, emptied, fewer_wishes
from studies.planting import plant_twins, read_tables

__all__ = ["REAL", "SHARES", "Size", "developers", "real_programme", "world_programme", "worlds"]

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = ROOT / "tests" / "data" / "developers_2025" / "programme.toml"
SHARES = (0.0, 0.2, 0.5)
REAL = "developers_2025"


@dataclass(frozen=True)
class Size:
    """How large the programmes are."""

    mentees: int = 200
    mentors: int = 80
    twins: int = 60


def worlds():
    """Return the names of the made-up worlds."""
    return tuple(WORLDS)


def developers():
    """Return the folder of the real people beside the checkout, whether or not it is there."""
    shared = os.environ.get("CMMATCH_SHARED")
    return (Path(shared) if shared else ROOT.parent / "shared") / "data" / REAL


def world_programme(world, *, share, seed, size, empty=()):
    """Return a made-up programme with blanks, and who truly suits whom; nobody fills in `empty`."""
    made = make_programme(
        mentees=size.mentees, mentors=size.mentors, seed=seed, blanks=0.0, world=world
    )
    programme = Programme.from_frames(
        emptied(blanked(made.mentors, share, seed=seed), empty),
        emptied(blanked(made.mentees, share, seed=seed + 1), empty),
        pairs=fewer_wishes(made.pairs, share, seed=seed),
        people=made.people,
        config=made.config,
    )
    return programme, made.planted


def real_programme(folder, *, share, seed, size):
    """Return the programme of real people with twins and blanks, and who is whose twin."""
    mentors, mentees, config = read_tables(folder, SETTINGS)
    mentors, mentees, planted = plant_twins(mentors, mentees, count=size.twins, seed=seed)
    programme = Programme.from_frames(
        blanked(mentors, share, seed=seed), blanked(mentees, share, seed=seed + 1), config=config
    )
    return programme, planted
