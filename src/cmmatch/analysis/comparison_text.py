"""Two results side by side, as a text for a terminal and as tables for a notebook."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cmmatch import display
from cmmatch.analysis.bars import WIDTH, folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmmatch.analysis.comparison import Comparison, MenteeChange
    from cmmatch.analysis.runs import Difference, Run
    from cmmatch.programme.config import Roles

__all__ = ["html_of", "text_of"]

SHOWN = 5
"""Mentees of each kind that are shown with their scores."""

NAMED = 10
"""People who are named in a line."""

WIDE = 14
"""Letters of a name in a table of text."""

KEYS = {
    "weights": "share of all weights in play",
    "unknown": "what an unknown answer counts as",
    "input": "checksum of a table",
}
"""What the paths of differences that are no settings begin with, and what they tell."""

PATH = 36
"""Letters of the path of a setting."""

VALUE = 20
"""Letters of a setting's value in a text."""


def text_of(found: Comparison) -> str:
    """Write a comparison in lines of at most 80 letters."""
    lines = [line for each in _heads(found) for line in folded(each, width=WIDTH)]
    lines.append(f"{'':<34}{'A':>14}{'B':>14}{'B - A':>14}")
    lines += [f"{label:<34}{a:>14}{b:>14}{apart:>14}" for label, a, b, apart in _figures(found)]
    lines += ["", *_folded(_pairs(found))]
    lines += _differences(found)
    lines += ["", *_folded(_gains(found))]
    for title, changes in _tables(found):
        lines += ["", title, *_table(found, changes)]
    people = _folded(_people(found))
    return "\n".join(line.rstrip() for line in (*lines, *([""] if people else []), *people))


def html_of(found: Comparison) -> str:
    """Write a comparison as small tables."""
    parts = [f"<p>{display.escape(each)}</p>" for each in _heads(found)]
    parts.append(display.small_table(("", "A", "B", "B - A"), _figures(found), most=20))
    parts += [f"<p>{display.escape(each)}</p>" for each in (*_pairs(found), *_gains(found))]
    if found.differences:
        rows = [(each.what, each.a, each.b) for each in found.differences]
        parts.append(display.small_table(("differs", "A", "B"), rows, most=20))
    heads = (_roles(found).mentee, "in A", "score", "rank", "in B", "score", "rank", "gain")
    for title, changes in _tables(found):
        rows_of = [_cells(found, each) for each in changes]
        parts.append(display.small_table(heads, rows_of, title))
    parts += [f"<p>{display.escape(each)}</p>" for each in _people(found)]
    return "\n".join(parts)


def _roles(found: Comparison) -> Roles:
    return found.b.config.roles


def _folded(texts: Sequence[str]) -> list[str]:
    return [line for each in texts for line in folded(each, width=WIDTH)]


def _heads(found: Comparison) -> list[str]:
    heads = [
        f"{letter}: {run.folder} ({run.config.programme.name})"
        for letter, run in (("A", found.a), ("B", found.b))
    ]
    if found.a.listed and found.b.listed and not found.a.listed & found.b.listed:
        heads.append(
            f"Nobody of the {_roles(found).mentees} is in both: are these two runs of one "
            "programme?"
        )
    return heads


def _figures(found: Comparison) -> list[tuple[str, str, str, str]]:
    roles = _roles(found)
    rows: list[tuple[str, float | None, float | None, int]] = [
        (display.capital(label), found.a.figures[key], found.b.figures[key], 0)
        for label, key in (
            (roles.mentees, "mentees"),
            (roles.mentors, "mentors"),
            (f"places of {roles.mentors}", "places"),
        )
    ]
    both = _means(found.a), _means(found.b)
    rows += [
        (label, a, b, places)
        for (label, a, places), (_, b, _) in zip(
            _served(found.a, roles) + both[0], _served(found.b, roles) + both[1], strict=True
        )
    ]
    figures = [(label, *_side_by_side(a, b, places)) for label, a, b, places in rows]
    a, b = ("yes" if run.proven else "no" for run in (found.a, found.b))
    return [*figures, ("Proven best by its own settings", a, b, "")]


def _side_by_side(a: float | None, b: float | None, places: int) -> tuple[str, str, str]:
    # Of the figures as shown, so that the row adds up.
    apart = None if a is None or b is None else round(b, places) - round(a, places)
    sign = "+" if apart is not None and round(apart, places) > 0 else ""
    return (
        display.decimal(a, places),
        display.decimal(b, places),
        f"{sign}{display.decimal(apart, places)}",
    )


def _served(run: Run, roles: Roles) -> list[tuple[str, float | None, int]]:
    without = len(run.unserved.keys() - run.mentors_of.keys())
    return [
        (f"{display.capital(roles.mentees)} matched", len(run.mentors_of), 0),
        (f"{display.capital(roles.mentees)} not matched", without, 0),
        ("Pairs", len(run.pairs), 0),
    ]


def _means(run: Run) -> list[tuple[str, float | None, int]]:
    scores = [made.score for made in run.pairs.values()]
    ranks = [made.rank for made in run.pairs.values()]
    n = len(scores)
    return [
        ("Score of a pair, mean", math.fsum(scores) / n if n else None, 3),
        ("Score of a pair, lowest", min(scores, default=None), 3),
        ("Rank of the partner, mean (1: best)", sum(ranks) / n if n else None, 1),
    ]


def _pairs(found: Comparison) -> list[str]:
    counts, roles = found.pairs, _roles(found)
    if counts.kept == len(found.a.pairs) == len(found.b.pairs):
        return [f"The pairs are the same: all {display.count(counts.kept)} are kept."]
    return [
        f"Pairs: {display.count(counts.kept)} kept, {display.count(counts.changed)} changed (the "
        f"{roles.mentee} has another {roles.mentor} in B), {display.count(counts.lost)} lost, "
        f"{display.count(counts.new)} new."
    ]


def _differences(found: Comparison) -> list[str]:
    if not found.differences:
        return ["", "Nothing differs in settings, weights and tables."]
    lines = ["", f"{'What differs':<{PATH}}{'A':>{VALUE + 2}}{'B':>{VALUE + 2}}"]
    lines += [
        f"{_cut(each.what, PATH):<{PATH}}{_value(each, each.a):>{VALUE + 2}}"
        f"{_value(each, each.b):>{VALUE + 2}}"
        for each in found.differences
    ]
    heads = {each.what.partition(".")[0] for each in found.differences}
    keys = [f"{head}: {meaning}." for head, meaning in KEYS.items() if head in heads]
    return [*lines, *_folded([" ".join(keys)] if keys else [])]


def _value(difference: Difference, value: str) -> str:
    if not value:
        return display.BLANK
    if difference.what.startswith("weights."):
        return f"{100 * float(value):.1f}%"
    return _cut(value, VALUE)


def _gains(found: Comparison) -> list[str]:
    roles, both = _roles(found), [each for each in found.mentees if each.gain is not None]
    stay = [each for each in both if each.kind == "same"]
    moved = [each for each in both if each.kind != "same"]
    told = []
    if found.not_on_one_scale:
        told.append(
            "Scores are those of each one's own run, and not on one scale, since these differ: "
            f"{_list(_summed_up(found.not_on_one_scale))}. A higher score in B need not be a "
            "better pair; ranks within each run say more."
        )
    for changes, what in (
        (moved, f"with other {roles.mentors} in B"),
        (stay, f"with the same {roles.mentors}"),
    ):
        up = sum((each.gain or 0) > 0 for each in changes)
        down = sum((each.gain or 0) < 0 for each in changes)
        word = display.several(len(changes), roles.mentee, roles.mentees)
        if changes and (changes is moved or up or down):
            told.append(
                f"Of {word} {what}, {display.count(up)} score higher in B, {display.count(down)} "
                f"lower, {display.count(len(changes) - up - down)} as before; by rank "
                f"{_by_rank(changes)}."
            )
    return told or ["Nobody who has somebody in both has another score."]


def _by_rank(changes: Sequence[MenteeChange]) -> str:
    ranks = [(each.rank_a or 0, each.rank_b or 0) for each in changes]
    better, worse = sum(b < a for a, b in ranks), sum(b > a for a, b in ranks)
    return (
        f"{display.count(better)} stand better, {display.count(worse)} worse, "
        f"{display.count(len(ranks) - better - worse)} as before"
    )


def _summed_up(paths: Sequence[str]) -> list[str]:
    """Name weights and unknown answers once, and settings by their path."""
    heads = {"weights": "weights", "unknown": "what unknown answers count as"}
    return list(dict.fromkeys(heads.get(each.partition(".")[0], each) for each in paths))


def _tables(found: Comparison) -> list[tuple[str, tuple[MenteeChange, ...]]]:
    both = (("Lose most, by score", found.fell), ("Gain most, by score", found.gained))
    return [
        (f"{title} ({min(SHOWN, len(changes))} of {display.count(len(changes))})", changes[:SHOWN])
        for title, changes in both
        if changes
    ]


def _cells(found: Comparison, change: MenteeChange) -> tuple[str, ...]:
    a, b = (
        ", ".join(found.name("mentor", each) for each in mentors)
        for mentors in (change.a, change.b)
    )
    gain = display.decimal(change.gain, 3)
    return (
        found.name("mentee", change.mentee_id),
        a,
        display.decimal(change.score_a, 3),
        _rank(change.rank_a),
        b,
        display.decimal(change.score_b, 3),
        _rank(change.rank_b),
        f"+{gain}" if (change.gain or 0) > 0 else gain,
    )


def _rank(rank: float | None) -> str:
    return display.decimal(rank, 0 if rank is not None and rank == int(rank) else 1)


def _table(found: Comparison, changes: Sequence[MenteeChange]) -> list[str]:
    heads = (_roles(found).mentee, "in A", "score", "rank", "in B", "score", "rank", "B - A")
    return [
        f"{_cut(mentee, WIDE):<{WIDE}}  {_cut(a, WIDE):<{WIDE}} {score_a:>6} {rank_a:>5}  "
        f"{_cut(b, WIDE):<{WIDE}} {score_b:>6} {rank_b:>5} {gain:>7}"
        for mentee, a, score_a, rank_a, b, score_b, rank_b, gain in (
            heads,
            *(_cells(found, each) for each in changes),
        )
    ]


def _people(found: Comparison) -> list[str]:
    roles = _roles(found)
    mentees, mentors = display.capital(roles.mentees), display.capital(roles.mentors)
    used = {mentor: load for mentor, load in found.mentors.items() if not all(load)}
    told = [
        *_by_reason(found, f"{mentees} newly matched", found.of_kind("new")),
        *_by_reason(found, f"{mentees} no longer matched", found.of_kind("lost")),
        (f"{mentees} who take part in B only", _names(found, "mentee", found.joined)),
        (f"{mentees} who take part in A only", _names(found, "mentee", found.left)),
        (
            f"{mentors} who have somebody in B only",
            _names(found, "mentor", [each for each, load in used.items() if load[1]]),
        ),
        (
            f"{mentors} who have somebody in A only",
            _names(found, "mentor", [each for each, load in used.items() if load[0]]),
        ),
    ]
    return [f"{title} ({display.count(len(who))}): {_list(who)}." for title, who in told if who]


def _by_reason(
    found: Comparison, title: str, changes: Sequence[MenteeChange]
) -> list[tuple[str, list[str]]]:
    """Part mentees by why they have nobody in the one run."""
    reasons: dict[str, list[str]] = {}
    for each in changes:
        reasons.setdefault(each.note, []).append(each.mentee_id)
    return [
        (f"{title}; in {why}", _names(found, "mentee", who)) for why, who in sorted(reasons.items())
    ]


def _names(found: Comparison, side: str, ids: Sequence[str]) -> list[str]:
    return [found.name(side, each) for each in ids]


def _list(who: Sequence[str]) -> str:
    more = len(who) - NAMED
    return ", ".join(who[:NAMED]) + (f" and {display.count(more)} more" if more > 0 else "")


def _cut(text: str, wide: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= wide else f"{line[: wide - 1]}…"
