"""Run the benchmark: cases x phases, a peer beside us in the same run, JSON and a table.

python benchmarks/run.py                         every case, three runs each
python benchmarks/run.py --cases 200x100 --runs 1 --json results.json
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

from cases import CASES, case
from environment import machine
from peers import scipy_can_say, scipy_on_expanded_places
from phases import PHASES, run_phases
from tables import markdown

NO_PEER_ABOVE = 120_000_000
"""Cells of the expanded matrix above which scipy's float64 copies do not fit a small machine."""


def measure(one, *, peer: bool):
    """Run one case once, in fresh folders."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "programme"
        one.write(folder)
        clock, model, result = run_phases(folder, Path(home) / "results")
    row = {"seconds": clock.seconds, "objective": [stage.value for stage in result.stages]}
    row["candidates"] = len(model.candidates)
    cells = int(model.constraints[1].demand.sum()) * int(model.constraints[0].places.sum())
    if peer and cells <= NO_PEER_ABOVE and scipy_can_say(model):
        seconds, objective = scipy_on_expanded_places(model)
        if list(objective) != row["objective"]:
            sys.exit(f"{one.name}: scipy reaches {objective}, cmmatch {row['objective']}.")
        row["scipy_seconds"] = seconds
    return row


def median_row(name, rows):
    """Medians over the runs of a case; the objective must be the same in each."""
    if len({tuple(row["objective"]) for row in rows}) > 1:
        sys.exit(f"{name}: the objective differs between runs.")
    seconds = {phase: statistics.median(row["seconds"][phase] for row in rows) for phase in PHASES}
    ours = [row["seconds"]["solve"] for row in rows]
    answer = {
        "case": name,
        "runs": len(rows),
        "candidates": rows[0]["candidates"],
        "objective": rows[0]["objective"],
        "seconds": seconds,
    }
    if "scipy_seconds" in rows[0]:
        answer["scipy_seconds"] = statistics.median(row["scipy_seconds"] for row in rows)
        ratios = [own / row["scipy_seconds"] for own, row in zip(ours, rows, strict=True)]
        answer["ratio_to_scipy"] = statistics.median(ratios)
    return answer


def table(rows):
    """Draw the rows as a Markdown table."""
    heads = (
        "case",
        "candidate pairs",
        *(f"{phase} s" for phase in PHASES),
        "scipy s",
        "ours / scipy",
    )
    lines = []
    for row in rows:
        peer = f"{row['scipy_seconds']:.2f}" if "scipy_seconds" in row else "-"
        ratio = f"{row['ratio_to_scipy']:.2f}" if "ratio_to_scipy" in row else "-"
        phases = [f"{row['seconds'][phase]:.2f}" for phase in PHASES]
        lines.append([row["case"], f"{row['candidates']:,}", *phases, peer, ratio])
    return markdown(heads, lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--cases", nargs="+", default=[each.name for each in CASES], help="such as 200x100"
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--no-peer", action="store_true", help="leave scipy out")
    given = parser.parse_args()
    rows = []
    for name in given.cases:
        runs = [measure(case(name), peer=not given.no_peer) for _ in range(given.runs)]
        rows.append(median_row(name, runs))
        print(f"{name} done", file=sys.stderr)
    print(json.dumps(machine()))
    print(table(rows))
    if given.json:
        given.json.write_text(json.dumps({"machine": machine(), "cases": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
