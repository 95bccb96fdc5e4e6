"""Encoders of statements: how often the mentor who means the same comes first.

Each goal of a mentee in ``tests/data/goals/paraphrases.csv`` has one mentor who offers the same:
in other words (``apart``), or with a word or two in common (``near``). Every encoder ranks all
mentors of the group by cosine; categories are left out.

python benchmarks/encoders.py                           both encoders
python benchmarks/encoders.py --weights FOLDER --json results.json
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from pathlib import Path

import numpy as np

from cmmatch.compatibility.minilm import MiniLM
from cmmatch.compatibility.statements import unit_vectors
from cmmatch.compatibility.texts import character_tfidf, telling_words
from cmmatch.errors import InputFaults

PAIRS = Path(__file__).parents[1] / "tests" / "data" / "goals" / "paraphrases.csv"


GROUPS = ("apart", "near", "all")


def read_pairs(group="all", path=PAIRS):
    """Return the goals and, in the same order, the offers that mean the same."""
    with path.open(encoding="utf-8", newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if group in ("all", row["kind"])]
    return [row["mentee"] for row in rows], [row["mentor"] for row in rows]


def telling_shares(goals, offers):
    """Share of pairs with a telling word in common."""
    return np.mean(
        [bool(telling_words(a) & telling_words(b)) for a, b in zip(goals, offers, strict=True)]
    )


def tfidf_cosines(goals, offers):
    """Cosines of character tf-idf, shape (goals, offers)."""
    vectors = character_tfidf([*goals, *offers])
    return (vectors[: len(goals)] @ vectors[len(goals) :].T).toarray()


def encoder_cosines(encoder, goals, offers):
    """Cosines of any callable from texts to vectors."""
    vectors = unit_vectors(encoder, [*goals, *offers])
    return vectors[: len(goals)] @ vectors[len(goals) :].T


def ranked(cosines):
    """hit@1 and mean reciprocal rank of the diagonal; equals share the worst of their ranks."""
    right = np.diag(cosines)[:, None]
    ranks = (cosines >= right).sum(axis=1)
    return {"hit_at_1": float((ranks == 1).mean()), "mrr": float((1 / ranks).mean())}


def chance(count):
    """hit@1 and MRR of an order drawn by lot."""
    return {"hit_at_1": 1 / count, "mrr": sum(1 / k for k in range(1, count + 1)) / count}


def spread(cosines):
    """Typical cosines: of pairs that mean the same, and of the others."""
    same = np.diag(cosines)
    others = cosines[~np.eye(len(cosines), dtype=bool)]
    low, median, high = np.quantile(others, [0.01, 0.5, 0.99])
    return {
        "same_median": float(np.median(same)),
        "same_largest": float(same.max()),
        "others_1_percent": float(low),
        "others_median": float(median),
        "others_99_percent": float(high),
    }


def measure(encoders, group):
    """Run every encoder once on the pairs of a group."""
    goals, offers = read_pairs(group)
    about = {"group": group, "pairs": len(goals)}
    rows = [{**about, "encoder": "by lot", **chance(len(goals))}]
    for name, cosines_of in encoders.items():
        start = time.perf_counter()
        cosines = cosines_of(goals, offers)
        seconds = time.perf_counter() - start
        rate = 2 * len(goals) / seconds
        rows.append(
            {
                **about,
                "encoder": name,
                **ranked(cosines),
                **spread(cosines),
                "texts_per_second": rate,
            }
        )
    return rows


def table(rows):
    """Draw the rows as a Markdown table."""
    heads = ("pairs", "encoder", "hit@1", "MRR", "cosine of the same: median, largest")
    heads += ("of others: 1 %, 50 %, 99 %", "texts/s")
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for row in rows:
        about = [f"{row['pairs']} {row['group']}", row["encoder"]]
        cells = [*about, f"{row['hit_at_1']:.2f}", f"{row['mrr']:.2f}", "-", "-", "-"]
        if "same_median" in row:
            cells[4] = f"{row['same_median']:.2f}, {row['same_largest']:.2f}"
            others = (row[f"others_{each}"] for each in ("1_percent", "median", "99_percent"))
            cells[5] = ", ".join(f"{each:.2f}" for each in others)
            cells[6] = f"{row['texts_per_second']:.0f}"
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, help="folder of MiniLM; else the package")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    given = parser.parse_args()
    encoders = {"tfidf": tfidf_cosines}
    try:
        minilm = MiniLM.from_folder(given.weights)
        minilm(["a warm-up, so that reading the weights is not measured"])
        encoders["minilm"] = lambda *sides: encoder_cosines(minilm, *sides)
    except InputFaults as faults:
        print(faults)
    rows = [row for group in GROUPS for row in measure(encoders, group)]
    print(table(rows))
    if given.json:
        given.json.write_text(json.dumps({"rows": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
