"""Rows of results, and the tables drawn from them."""

from __future__ import annotations

import csv
import io

import numpy as np

from cmmatch import Scorer
from cmmatch.compatibility.scorer import DEFAULT_WEIGHTS
from cmmatch.compatibility.silence import silence_gain
from studies.recovery import CHANCE, WHOLE, recover

__all__ = ["as_csv", "as_markdown", "goals_as_markdown", "pooled", "study", "table_lines"]

PART = tuple(name for name, weight in DEFAULT_WEIGHTS.items() if weight)


def study(programme, planted):
    """Return what is learned from one programme: reciprocal ranks, and the gain of silence."""
    found = recover(programme, planted)
    gains = silence_gain(Scorer.for_programme(programme).prepare(programme))
    ways = {WHOLE: found.whole, CHANCE: found.chance}
    ways |= {f"{name} alone": each for name, each in found.alone.items()}
    ways |= {f"without {name}": each for name, each in found.without.items()}
    return ways, found.left_out, {gain.side: gain for gain in gains}


def pooled(case, share, results):
    """Return the rows of one case and share of blanks, over all its seeds."""
    ways = {name: None for each, _, _ in results for name in each}
    rows = []
    for way in ways:
        rankings = [each[way] for each, _, _ in results if way in each]
        ranks = np.concatenate([each.reciprocal for each in rankings])
        top = np.concatenate([each.top_tenth for each in rankings])
        rows.append(
            {
                "case": case,
                "blank": share,
                "ranked by": way,
                "mentees": len(ranks),
                "mrr": round(float(ranks.mean()), 4),
                "standard error": round(float(ranks.std(ddof=1) / np.sqrt(len(ranks))), 4),
                "top tenth": round(float(top.mean()), 4),
            }
        )
    silent = [
        {
            "case": case,
            "blank": share,
            "silent": side,
            "ranks gained": round(float(np.mean([gain.ranks for gain in gains])), 2),
            "share of the list": round(float(np.mean([gain.share for gain in gains])), 4),
            "most of a seed": round(max((gain.share for gain in gains), key=abs), 4),
        }
        for side in ("mentee", "mentor")
        for gains in [[each[side] for _, _, each in results]]
    ]
    return rows, silent, sum(left for _, left, _ in results)


def as_csv(rows):
    """Return rows as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def as_markdown(ranks, silence):
    """Return the tables for people: a line a case and share, a column a way of ranking."""
    lines = ["### Mean reciprocal rank of the planted partner", ""]
    lines += _wide(ranks, [WHOLE, CHANCE, *(f"{name} alone" for name in PART)])
    lines += ["", "### The same without one component: what the whole score loses", ""]
    lines += _wide(ranks, [WHOLE, *(f"without {name}" for name in PART)])
    lines += ["", "### Partner in the best tenth of the list", ""]
    lines += _wide(ranks, [WHOLE, CHANCE], column="top tenth")
    lines += ["", "### Ranks gained by answering nothing", ""]
    lines += table_lines(list(silence[0]), [list(row.values()) for row in silence])
    return "\n".join([*lines, ""])


def goals_as_markdown(parts, twins):
    """Return the tables about goals: one part of them alone, and the twins by their statement."""
    lines = ["", "### Goals with one part alone: with its share of the weight, and in full", ""]
    lines += _figures(parts, ["whole score", "in full", "without goals", "goals alone", "chance"])
    if twins:
        lines += ["", "### Real people's twins, by what the statement of the twin is", ""]
        lines += _figures(twins, ["whole score", "without goals", "goals alone", "chance"])
    return "\n".join([*lines, ""])


def _figures(rows, ways):
    """A line a row: what it is about, then its figures in the order of `ways`."""
    about = [name for name in rows[0] if name not in ways]
    table = []
    for row in rows:
        told = [f"{row[name]:.0%}" if name == "blank" else row[name] for name in about]
        table.append([*told, *("" if row[way] is None else f"{row[way]:.3f}" for way in ways)])
    return table_lines([*about, *ways], table)


def _wide(rows, ways, *, column="mrr"):
    cells = {(row["case"], row["blank"], row["ranked by"]): row for row in rows}
    table = []
    for case, share in dict.fromkeys((row["case"], row["blank"]) for row in rows):
        count = cells[case, share, WHOLE]["mentees"]
        shown = [cells.get((case, share, way)) for way in ways]
        figures = [f"{each[column]:.3f}" if each else "" for each in shown]
        if column == "mrr":
            figures[0] += f" ± {cells[case, share, WHOLE]['standard error']:.3f}"
        table.append([case, f"{share:.0%}", count, *figures])
    return table_lines(["world", "blank", "mentees", *ways], table)


def table_lines(heads, rows):
    lines = [heads, ["---"] * len(heads), *rows]
    return ["| " + " | ".join(str(cell) for cell in line) + " |" for line in lines]
