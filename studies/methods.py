"""Compare methods of matching on the real programme and on a small made-up one.

python3 run.py studies methods                half a minute; tables in studies/results
python3 run.py studies methods --data FOLDER  the folder developers_2025, where it is elsewhere
"""

from __future__ import annotations

import argparse
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np

from cmmatch import Model, Programme, Scorer, constraints, objectives
from cmmatch.analysis.methods import HEADS, compare_methods
from cmmatch.analysis.price_of_stability import price_of_stability
from cmmatch.synthesis import make_programme
from studies.cases import REAL, SETTINGS, developers
from studies.planting import read_tables
from studies.tables import table_lines

__all__ = ["SMALL", "as_markdown", "main", "real", "small", "table_of"]

SMALL = {"mentees": 60, "mentors": 20, "seed": 7}
"""Size of the made-up programme."""


def small():
    """Return the small made-up programme."""
    made = make_programme(**SMALL)
    return Programme.from_frames(
        made.mentors, made.mentees, pairs=made.pairs, people=made.people, config=made.config
    )


def real(folder):
    """Return the programme of real people."""
    mentors, mentees, config = read_tables(folder, SETTINGS)
    return Programme.from_frames(mentors, mentees, config=config)


def given(programme):
    """Return all candidates of a programme, places and demand."""
    candidates = Scorer.for_programme(programme).candidates(programme)
    return candidates, np.asarray(programme.mentors.capacity), np.asarray(programme.mentees.demand)


def table_of(programme, **more):
    """Return the methods side by side."""
    candidates, places, demand = given(programme)
    seed = programme.config.programme.seed
    return compare_methods(candidates, places=places, demand=demand, seed=seed, **more)


def price_of(programme):
    """Return the price of stability."""
    candidates, places, demand = given(programme)
    rules = [constraints.MentorCapacity(places), constraints.MenteeDemand(demand)]
    seed = programme.config.programme.seed
    return price_of_stability(Model(candidates, rules, [objectives.TotalScore()], seed=seed))


def as_markdown(table):
    """Return a table for people."""
    rows = [[row.title, *row.cells()] for row in table.rows]
    return "\n".join(table_lines(["method", *HEADS], rows))


def main(words):
    parser = argparse.ArgumentParser(
        prog="run.py studies methods", description=__doc__.split("\n")[0]
    )
    parser.add_argument(
        "--data", type=Path, help=f"folder {REAL}; left out, ../shared/data is tried"
    )
    parser.add_argument("--out", type=Path, default=Path("studies") / "results")
    asked = parser.parse_args(words)
    folder = asked.data or developers()
    if asked.data and not folder.is_dir():
        parser.error(f"--data must name a folder with mentors.csv and mentees.csv; given {folder}.")
    cases = {"made up": small()}
    if folder.is_dir():
        cases = {REAL: real(folder), **cases}
    else:
        print(
            f"{REAL} is left out: there is no folder {folder}; name it with --data.",
            file=sys.stderr,
        )
    about = {
        "command": " ".join(["python3 run.py studies methods", *words]),
        "seeds": ", ".join(
            f"{each.config.programme.seed} ({name})" for name, each in cases.items()
        ),
        "python": platform.python_version(),
        **{name: version(name) for name in ("cmmatch", "numpy", "ortools")},
    }
    parts = ["".join(f"- {name}: {value}\n" for name, value in about.items())]
    frames = []
    for name, programme in cases.items():
        table, price = table_of(programme), price_of(programme)
        frames.append(table.frame.assign(case=name))
        parts.append(f"### {name}\n\n{as_markdown(table)}\n\n```text\n{price}\n```\n")
    text = "\n".join(parts)
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "methods.md").write_text(text, encoding="utf-8")
    rows = [frame.to_csv(index=False, header=not k) for k, frame in enumerate(frames)]
    (asked.out / "methods.csv").write_text("".join(rows), encoding="utf-8")
    print(text)
    return 0
