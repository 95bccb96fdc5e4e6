"""Run the studies of the score and write their tables.

python3 run.py studies                          five seeds, 200 mentees, 80 mentors; a few minutes
python3 run.py studies --seeds 1 --out results  quicker, and into another folder
python3 run.py studies methods                  methods of matching side by side; half a minute
"""

from __future__ import annotations

import argparse
import functools
import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path

from studies import methods
from studies.cases import REAL, SHARES, Size, developers, real_programme, world_programme, worlds
from studies.goals import parts, twins
from studies.tables import as_csv, as_markdown, goals_as_markdown, pooled, study


def run(seeds, size, folder, *, tell):
    """Return the rows of every case, the silent ones, and who was left out."""
    cases = [
        (
            world,
            lambda share, seed, world=world: world_programme(
                world, share=share, seed=seed, size=size
            ),
        )
        for world in worlds()
    ]
    if folder is not None:
        cases.append(
            (REAL, lambda share, seed: real_programme(folder, share=share, seed=seed, size=size))
        )
    ranks, silence, left = [], [], {}
    for name, make in cases:
        for share in SHARES:
            found = pooled(name, share, [study(*make(share, seed)) for seed in seeds])
            ranks += found[0]
            silence += found[1]
            left[f"{name}, {share:.0%} blank"] = found[2]
        tell(f"{name} done")
    return ranks, silence, left


def origin(words, given, seeds):
    """Say what the figures depend on."""
    return {
        "command": " ".join(["python3 run.py studies", *words]),
        "seeds": list(seeds),
        "mentees": given.mentees,
        "mentors": given.mentors,
        "twins": given.twins,
        "python": platform.python_version(),
        **{name: version(name) for name in ("cmmatch", "numpy", "scipy")},
    }


def main(words):
    if words[:1] == ["methods"]:
        return methods.main(words[1:])
    parser = argparse.ArgumentParser(prog="run.py studies", description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5, help="how many, from 1 on")
    parser.add_argument("--mentees", type=int, default=Size.mentees)
    parser.add_argument("--mentors", type=int, default=Size.mentors)
    parser.add_argument("--twins", type=int, default=Size.twins, help="among the real people")
    parser.add_argument(
        "--data", type=Path, help=f"folder {REAL}; left out, ../shared/data is tried"
    )
    parser.add_argument("--out", type=Path, default=Path("studies") / "results")
    given = parser.parse_args(words)
    folder = given.data or developers()
    if not folder.is_dir():
        if given.data:
            parser.error(
                f"--data must name a folder with mentors.csv and mentees.csv; given {folder}."
            )
        print(
            f"{REAL} is left out: there is no folder {folder}; name it with --data.",
            file=sys.stderr,
        )
        folder = None
    seeds = range(1, given.seeds + 1)
    size = Size(given.mentees, given.mentors, given.twins)
    tell = functools.partial(print, file=sys.stderr)
    ranks, silence, left = run(seeds, size, folder, tell=tell)
    about = origin(words, given, seeds)
    goals = {"parts": parts(seeds, size), "twins": twins(folder, seeds, size) if folder else []}
    tell("goals done")
    text = as_markdown(ranks, silence) + goals_as_markdown(**goals)
    given.out.mkdir(parents=True, exist_ok=True)
    whole = {"about": about, "ranks": ranks, "silence": silence, "goals": goals, "left_out": left}
    (given.out / "score.json").write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
    (given.out / "score.csv").write_text(as_csv(ranks), encoding="utf-8")
    (given.out / "silence.csv").write_text(as_csv(silence), encoding="utf-8")
    head = "".join(f"- {name}: {value}\n" for name, value in about.items())
    (given.out / "score.md").write_text(f"{head}\n{text}", encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
