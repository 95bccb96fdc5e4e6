"""Run the benchmark of the score: pairs a second and memory, beside a product and a plain loop.

python benchmarks/scoring.py                        1000x400, 10000x4000 and 10000x4000-own
python benchmarks/scoring.py --cases 25000x20000 50000x20000 100000x20000 --json scoring.json

Every case is prepared in a process of its own and measured in fresh ones.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from cases import case
from environment import machine
from memory import peak_mib
from rounds import NGRAMS, run_rounds
from tables import markdown

from cmmatch import Candidates

CASES = ("1000x400", "10000x4000", "10000x4000-own", "10000x4000-own-vectors")
KEEP = 50
ALL_UP_TO = 40_000_000
"""Pairs up to which candidates are also chosen without a limit for each mentee."""

BYTES_KEPT = 16
"""Two positions and a score."""


def measure(name, *, rounds):
    """Run one case."""
    one = case(name)
    pairs = one.mentees * one.mentors
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "scored.pickle"
        row = {"case": name, "mentees": one.mentees, "mentors": one.mentors, "pairs": pairs}
        row |= in_fresh_process(prepare, one, path)
        row |= in_fresh_process(time_blocks, one, path, rounds)
        keeps = [KEEP, None] if pairs <= ALL_UP_TO else [KEEP]
        row["candidates"] = [in_fresh_process(choose, one, path, keep) for keep in keeps]
    return row


def in_fresh_process(function, *arguments):
    """Call a function where nothing has run before, so that its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def prepare(one, path):
    """Make the programme up, prepare its score and lay it down."""
    start = time.perf_counter()
    programme = one.programme()
    made = time.perf_counter()
    scored = one.scorer(programme).prepare(programme)
    prepared = time.perf_counter()
    # What is made at first use belongs to preparing.
    first = np.zeros(1, dtype=np.intp)
    scored.block(first)
    scored.pairs(first, first)
    with path.open("wb") as file:
        pickle.dump(scored, file, protocol=pickle.HIGHEST_PROTOCOL)
    return {
        "components": list(scored.names),
        "seconds": {"make": made - start, "prepare": prepared - made},
        "prepared_mib": peak_mib(),
    }


def load(path):
    with path.open("rb") as file:
        return pickle.load(file)


def time_blocks(one, path, rounds):
    """Measure pairs a second."""
    found, blocks = run_rounds(load(path), rounds=rounds, seed=one.seed, encoder=one.encoder)
    return {
        "rounds": rounds,
        "blocks": len(blocks),
        "rows_a_block": len(blocks[0]),
        **found.figures(),
    }


def choose(one, path, keep):
    """Choose candidates for all mentees, and see what memory it takes."""
    scored = load(path)
    before = peak_mib()
    start = time.perf_counter()
    candidates = Candidates.from_source(scored, keep=keep, seed=one.seed)
    seconds = time.perf_counter() - start
    growth = peak_mib() - before
    return {
        "keep": keep,
        "seconds": seconds,
        "pairs_per_second": one.mentees * one.mentors / seconds,
        "kept": len(candidates),
        "before_mib": before,
        "growth_mib": growth,
        "beyond_kept_mib": growth - len(candidates) * BYTES_KEPT / 2**20,
    }


def table_of_speeds(rows):
    """Draw million pairs a second: a line for each part, a column for each case."""
    parts = list(dict.fromkeys(name for row in rows for name in row["one_core"]))
    lines = [
        [name, *(_millions(row["one_core"].get(name)) for row in rows)]
        for name in parts
        if name not in ("whole", "product", NGRAMS)
    ]
    for cores in ("one_core", "all_cores"):
        for name, words in (("whole", "whole score"), ("product", "product of text vectors")):
            label = f"{words}, {cores.replace('_', ' ')}"
            lines.append([label, *(_millions(row[cores][name]) for row in rows)])
        label = f"time of whole / product, {cores.replace('_', ' ')}"
        lines.append([label, *(f"{row['whole_over_product'][cores]:.1f}" for row in rows)])
    lines.append(
        [NGRAMS + " by scipy, one core", *(_millions(r["one_core"][NGRAMS]) for r in rows)]
    )
    lines.append(["time of whole / " + NGRAMS, *(f"{r['whole_over_ngrams']:.1f}" for r in rows)])
    lines.append(["plain Python loop", *(_millions(row["loop"]) for row in rows)])
    lines.append(["time of loop / whole", *(f"{row['loop_over_whole']:.0f}" for row in rows)])
    return markdown(["million pairs a second", *(row["case"] for row in rows)], lines)


def _millions(speed):
    if not speed:
        return "-"
    millions = speed["pairs_per_second"] / 1e6
    return f"{millions:,.0f}" if millions >= 100 else f"{millions:.2g}"


def table_of_candidates(rows):
    """Draw time and memory of the road to candidates."""
    heads = ["case", "kept a mentee", "seconds", "million pairs a second", "pairs kept"]
    heads += ["MiB to prepare", "MiB before", "MiB more", "of these beyond the kept pairs"]
    lines = [
        [
            row["case"],
            str(each["keep"] or "all"),
            f"{each['seconds']:.2f}",
            _millions(each),
            f"{each['kept']:,}",
            f"{row['prepared_mib']:.0f}",
            *(f"{each[key]:.0f}" for key in ("before_mib", "growth_mib", "beyond_kept_mib")),
        ]
        for row in rows
        for each in row["candidates"]
    ]
    return markdown(heads, lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--cases", nargs="+", default=list(CASES), help="such as 200x100 or 200x100-own"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    given = parser.parse_args()
    rows = []
    for name in given.cases:
        rows.append(measure(name, rounds=given.rounds))
        print(f"{name} done", file=sys.stderr)
    found = {"machine": machine(), "cases": rows}
    print(json.dumps(found["machine"]))
    print(table_of_speeds(rows), table_of_candidates(rows), sep="\n\n")
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
