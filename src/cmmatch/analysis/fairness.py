"""Fairness of a matching: how those matched fare, by person and by group, on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cmmatch import display
from cmmatch.analysis.bars import WIDTH, folded
from cmmatch.analysis.groups import MINIMUM, Groups
from cmmatch.analysis.load import Load
from cmmatch.analysis.standings import WORST, standings

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from cmmatch.analysis.groups import Gap, Group, Interval
    from cmmatch.analysis.standings import Standing
    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.candidates import Candidates

__all__ = ["Fairness"]

HEADS = ("all", "wanting", "matched", "share (95%)", "mean score (95%)")

GAP = 1
"""Blanks between the columns of a table of text."""

NAMED = 8
"""Groups that are not shown and that a text names."""


@dataclass(frozen=True, eq=False)
class Fairness:
    """How those matched fare; the unmatched are counted apart.

    Parameters
    ----------
    mentees, mentors : Standing
        Each person's mean score and rank, and their distribution.
    load : Load
        How evenly the mentees are spread over the mentors.
    by_mentees, by_mentors : Groups or None, default None
        Groups by a column, where one was asked for and the side has it.
    words : tuple of two str, default ("mentees", "mentors")
        What the sides are called.
    """

    mentees: Standing
    mentors: Standing
    load: Load
    by_mentees: Groups | None = None
    by_mentors: Groups | None = None
    words: tuple[str, str] = ("mentees", "mentors")

    @classmethod
    def of(
        cls,
        candidates: Candidates,
        matching: Matching,
        *,
        places: NDArray[np.int64],
        demand: NDArray[np.int64],
        column: str = "",
        mentee_groups: Sequence[str] | None = None,
        mentor_groups: Sequence[str] | None = None,
        minimum: int = MINIMUM,
        words: tuple[str, str] = ("mentees", "mentors"),
    ) -> Fairness:
        """Measure a matching.

        Parameters
        ----------
        candidates : Candidates
            All eligible pairs.
        matching : Matching
            Chosen from them.
        places : int64, shape (M,)
            Places of each mentor, >= 0.
        demand : int64, shape (N,)
            Mentors wanted by each mentee, >= 0.
        column : str, default ""
            What the groups are called.
        mentee_groups, mentor_groups : sequences of str, optional
            The group of each mentee, length N, and of each mentor, length M; blanks are a group.
        minimum : int, default 5
            Groups with fewer people who want somebody are not shown, >= 1.
        words : tuple of two str, default ("mentees", "mentors")
            What the sides are called.

        Raises
        ------
        ModelError
            Only some pairs of each mentee were kept, a pair of the matching is no candidate, or the
            minimum is less than 1.

        Examples
        --------
        >>> import numpy as np
        >>> from cmmatch import Candidates, Matching
        >>> candidates = Candidates.from_matrix([[0.9, 0.5], [0.8, 0.1]])
        >>> made = Matching.from_ids(
        ...     [("0", "1"), ("1", "0")], mentee_ids=["0", "1"], mentor_ids=["0", "1"]
        ... )
        >>> ones = np.ones(2, dtype=np.int64)
        >>> found = Fairness.of(candidates, made, places=ones, demand=ones)
        >>> found.mentees.distribution.mean, found.mentees.distribution.mean_rank
        (0.65, 1.5)
        """
        mentees, mentors = standings(candidates, matching, places=places, demand=demand)
        by_mentees, by_mentors = (
            None if labels is None else Groups.of(side, labels, column=column, minimum=minimum)
            for side, labels in ((mentees, mentee_groups), (mentors, mentor_groups))
        )
        return cls(mentees, mentors, Load.of(matching, places), by_mentees, by_mentors, words)

    def __str__(self) -> str:
        heads = ("", *(word[:14] for word in self.words))
        lines = [
            f"{label:<30}{mentees:>16}{mentors:>16}"
            for label, mentees, mentors in (heads, *self._figures())
        ]
        lines += folded(self._load(), width=WIDTH)
        for word, groups in self._groups():
            lines += ["", *folded(_title(word, groups), width=WIDTH), *_table(groups)]
            lines += [line for note in _notes(groups) for line in folded(note, width=WIDTH)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        parts = [
            display.small_table(("", *self.words), self._figures(), most=20),
            f"<p>{display.escape(self._load())}</p>",
        ]
        for word, groups in self._groups():
            rows = [_cells(each) for each in groups.shown]
            heads = (groups.column, *HEADS)
            parts.append(display.small_table(heads, rows, _title(word, groups), most=50))
            parts += [f"<p>{display.escape(note)}</p>" for note in _notes(groups)]
        return "\n".join(parts)

    def _groups(self) -> list[tuple[str, Groups]]:
        both = zip(self.words, (self.by_mentees, self.by_mentors), strict=True)
        return [(word, groups) for word, groups in both if groups is not None]

    def _figures(self) -> list[tuple[str, str, str]]:
        both = _figures(self.mentees), _figures(self.mentors)
        return [(label, value, both[1][label]) for label, value in both[0].items()]

    def _load(self) -> str:
        load, (mentees, mentors) = self.load, self.words
        return (
            f"Load: {display.count(load.used)} of {display.count(load.places)} places used "
            f"({display.share(load.share)}); {mentees} to each of the {mentors} who have places: "
            f"mean {display.decimal(load.mean, 1)}, from {load.lowest} to {load.highest}; "
            f"Gini coefficient {display.decimal(load.gini)} (0: all have as many)."
        )


def _figures(side: Standing) -> dict[str, str]:
    spread, wanting = side.distribution, int(side.wanting.sum())
    matched = int(side.matched.sum())
    quartiles = spread.quartiles or (None, None, None)
    return {
        "Want somebody": display.count(wanting),
        "Matched": display.count(matched),
        "Not matched": display.count(wanting - matched),
        "Of those matched:": "",
        "  mean score": display.decimal(spread.mean),
        "  lowest score": display.decimal(spread.lowest),
        f"  mean of the worst {WORST}%": display.decimal(spread.worst),
        "  quartiles of the score": " ".join(map(display.decimal, quartiles)),
        "  mean rank (1 is best)": display.decimal(spread.mean_rank, 1),
        "  have their best by score": display.share(spread.first),
    }


def _title(word: str, groups: Groups) -> str:
    return f"{display.capital(word)} by {groups.column}, the worst-served first"


def _cells(group: Group) -> tuple[str, str, str, str, str, str]:
    return (
        group.label,
        display.count(group.members),
        display.count(group.wanting),
        display.count(group.matched),
        _shares(group.share),
        _scores(group.score),
    )


def _shares(figure: Interval | None) -> str:
    if figure is None:
        return display.BLANK
    ends = f"{display.share(figure.low)} to {display.share(figure.high)}"
    return f"{display.share(figure.value)} ({ends})"


def _scores(figure: Interval | None) -> str:
    if figure is None:
        return display.BLANK
    ends = f"{display.decimal(figure.low)} to {display.decimal(figure.high)}"
    return f"{display.decimal(figure.value)} ({ends})"


def _table(groups: Groups) -> list[str]:
    """Draw the groups shown, in at most 80 letters a line: labels are cut, figures are not."""
    if not groups.shown:
        return []
    rows = [("", *HEADS), *map(_cells, groups.shown)]
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    first = min(wide[0], WIDTH - sum(wide[1:]) - GAP * len(HEADS))
    return [
        f"{_cut(label, first):<{first}}"
        + "".join(f"{cell:>{GAP + size}}" for cell, size in zip(cells, wide[1:], strict=True))
        for label, *cells in rows
    ]


def _cut(label: str, wide: int) -> str:
    line = " ".join(label.split())
    return line if len(line) <= wide else f"{line[: wide - 1]}…"


def _notes(groups: Groups) -> list[str]:
    notes = []
    if groups.hidden:
        names, more = "; ".join(groups.hidden[:NAMED]), len(groups.hidden) - NAMED
        notes.append(
            f"Not shown: {display.several(len(groups.hidden), 'group', 'groups')} "
            f"({names}{f' and {more} more' if more > 0 else ''}): fewer than {groups.minimum} of "
            "the group want somebody, or such a group could be computed from the total."
        )
    if any(each.score is None and each.matched for each in groups.shown):
        notes.append("A dash stands for a mean of too few people, or one that would tell it.")
    for what, gap in (("share matched", groups.share_gap), ("mean score", groups.score_gap)):
        if gap is not None and gap.value > 0:
            notes.append(_gap_note(what, gap))
    return notes


def _gap_note(what: str, gap: Gap) -> str:
    size = f"{100 * gap.value:.0f} points" if what == "share matched" else f"{gap.value:.2f}"
    chance = (
        "The intervals overlap: it may well be chance."
        if gap.overlapping
        else "The intervals are apart: chance alone seldom does that between two groups, sooner "
        "between the best and the worst of many."
    )
    return f"Gap in {what}: {size}, best {gap.best}, worst {gap.worst}. {chance}"
