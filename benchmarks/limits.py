"""Ten limits on groups and a budget: how long until the best matching is proven.

python benchmarks/limits.py                             1000x400, seeds 1 to 3
python benchmarks/limits.py --cases 200x80 --seeds 1 --json limits.json

Every limit binds: it allows fewer pairs than the best matching without limits has of its group, or
asks for more. Beside the engine, which chooses among few pairs and proves the rest away, stands the
same backend with every pair, in the same run; both must reach the same values.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from environment import machine
from tables import markdown

from cmmatch import Candidates, Model, constraints, objectives, solve
from cmmatch.assignment import relaxation
from cmmatch.errors import CmmatchWarning

WANTED = (objectives.MostMatched(), objectives.TotalScore())


def programme(case, seed):
    """Likeness in eight hidden traits, five sites, eight departments, hours for each mentor."""
    n, m = map(int, case.split("x"))
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(n, 8)) @ rng.normal(size=(m, 8)).T + rng.normal(size=(n, m)) / 2
    scores = (scores - scores.min()) / (scores.max() - scores.min())
    scores[rng.random((n, m)) < 0.05] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CmmatchWarning)  # rounding to the grid is meant
        candidates = Candidates.from_matrix(scores)
    people = {
        "places": rng.integers(1, 6, m),
        "mentee_site": rng.integers(0, 5, n).astype(str),
        "mentor_site": rng.integers(0, 5, m).astype(str),
        "department": rng.integers(0, 8, m).astype(str),
        "hours": rng.integers(2, 9, m),
    }
    return candidates, people


def limits(people, matching):
    """Ten limits and a budget, each of which rules out a matching."""
    site, other = people["mentee_site"][matching.mentee], people["mentor_site"][matching.mentor]
    department = people["department"][matching.mentor]
    rules = []
    for each in "01234":
        away = int(((site == each) & (other != each)).sum())
        rules.append(
            constraints.GroupLimit(
                f"away from site {each}",
                maximum=away * 9 // 10,
                mentees=people["mentee_site"] == each,
                mentors=people["mentor_site"] != each,
            )
        )
    for each in "0123":
        now = int((department == each).sum())
        mentors = people["department"] == each
        free = int(people["places"][mentors].sum()) - now
        bound = {"minimum": now + (free + 1) // 2} if each in "13" else {"maximum": now * 9 // 10}
        rules.append(constraints.GroupLimit(f"department {each}", mentors=mentors, **bound))
    across = constraints.GroupLimit.of_pairs(
        "across sites",
        people["mentee_site"],
        people["mentor_site"],
        maximum=int((site != other).sum()) * 17 // 20,
    )
    used = int(people["hours"][matching.mentor].sum())
    hours = constraints.Budget("hours", used * 93 // 100, mentor_cost=people["hours"])
    return [*rules, across, hours]


def timed(model):
    start = time.perf_counter()
    result = solve(model)
    return time.perf_counter() - start, result


def measure(case, seed, *, peer):
    """Solve one programme without limits, with them, and with every pair shown to the backend."""
    candidates, people = programme(case, seed)
    degrees = [constraints.MentorCapacity(people["places"]), constraints.MenteeDemand(1)]
    free_seconds, free = timed(Model(candidates, degrees, WANTED))
    rules = limits(people, free.matching)
    broken = sum(bool(rule.violations(free.matching)) for rule in rules)
    model = Model(candidates, [*degrees, *rules], WANTED)
    seconds, result = timed(model)
    result.certificate.check(candidates.source)
    if not result.has_matching:
        sys.exit(f"{case}, seed {seed}: {result}")
    row = {
        "case": case,
        "seed": seed,
        "pairs": len(candidates),
        "rules_that_bind": broken,
        "seconds": seconds,
        "seconds_without_limits": free_seconds,
        "values": [stage.value for stage in result.stages],
        "bounds": [stage.bound for stage in result.stages],
        "proven": result.proven,
        "values_without_limits": [stage.value for stage in free.stages],
    }
    if peer:
        row["every_pair_seconds"], all_pairs = timed_with_every_pair(model)
        if all_pairs.proven and result.proven:
            values = [stage.value for stage in all_pairs.stages]
            if values != row["values"]:
                sys.exit(f"{case}, seed {seed}: {values} with every pair, not {row['values']}.")
    return row


def timed_with_every_pair(model):
    """Let the backend choose among all pairs: nothing is left out by its prices."""
    gap = relaxation._Bounding.gap_of_few  # noqa: SLF001
    relaxation._Bounding.gap_of_few = lambda *_: relaxation.FAR  # noqa: SLF001
    try:
        return timed(model)
    finally:
        relaxation._Bounding.gap_of_few = gap  # noqa: SLF001


def gap(row):
    """How far the last bound is from the value, as a share."""
    value, bound = row["values"][-1], row["bounds"][-1]
    return None if bound is None else (bound - value) / max(abs(value), 1)


def table(rows):
    """Draw the rows as a Markdown table."""
    heads = ("case", "seed", "pairs", "limits that bind", "seconds", "every pair, seconds", "gap")
    lines = []
    for row in rows:
        every = f"{row['every_pair_seconds']:.1f}" if "every_pair_seconds" in row else "-"
        apart = "proven" if row["proven"] else f"{gap(row):.6%}" if gap(row) is not None else "?"
        lines.append(
            [
                row["case"],
                str(row["seed"]),
                f"{row['pairs']:,}",
                str(row["rules_that_bind"]),
                f"{row['seconds']:.1f}",
                every,
                apart,
            ]
        )
    return markdown(heads, lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", nargs="+", default=["1000x400"], help="such as 200x80")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--peer", action="store_true", help="every pair as well: minutes")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    given = parser.parse_args()
    rows = []
    for case in given.cases:
        for seed in given.seeds:
            rows.append(measure(case, seed, peer=given.peer))
            print(f"{case}, seed {seed} done", file=sys.stderr)
    print(json.dumps(machine()))
    print(table(rows))
    print(f"median: {statistics.median(row['seconds'] for row in rows):.1f} s")
    if given.json:
        given.json.write_text(json.dumps({"machine": machine(), "cases": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
