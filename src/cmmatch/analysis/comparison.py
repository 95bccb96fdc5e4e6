"""Two results side by side: pairs kept, changed, lost and new, and whom that serves."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cmmatch.analysis.comparison_text import html_of, text_of
from cmmatch.analysis.runs import Difference, Run, differences, not_on_one_scale

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Comparison", "MenteeChange", "PairCounts"]


@dataclass(frozen=True, slots=True)
class PairCounts:
    """What became of the pairs: A has ``kept + changed + lost``, B ``kept + changed + new``.

    Parameters
    ----------
    kept : int
        Pairs of both.
    changed : int
        Pairs of A in whose place the mentee has another in B.
    lost : int
        Pairs of A in whose place the mentee has none in B.
    new : int
        Pairs of B that stand in nobody's place.
    """

    kept: int
    changed: int
    lost: int
    new: int


@dataclass(frozen=True, slots=True)
class MenteeChange:
    """What one mentee has in either run.

    Parameters
    ----------
    mentee_id : str
        Who.
    kind : str
        ``same`` mentors; ``changed``: other ones, or more or fewer; ``lost``: somebody in A and
        nobody in B; ``new``: the other way round; ``nobody`` in either.
    a, b : tuple of str
        Ids of the mentors, sorted.
    score_a, score_b : float or None
        Mean score of the pairs, each in its own run; ``None`` without a pair.
    rank_a, rank_b : float or None
        Mean rank of the mentors by score, each in its own run; 1 is the best.
    note : str
        Why there is nobody in a run, where there is nobody.
    """

    mentee_id: str
    kind: str
    a: tuple[str, ...]
    b: tuple[str, ...]
    score_a: float | None
    score_b: float | None
    rank_a: float | None
    rank_b: float | None
    note: str = ""

    @property
    def gain(self) -> float | None:
        """Score in B less score in A, to a millionth; ``None`` unless both have somebody."""
        if self.score_a is None or self.score_b is None:
            return None
        return round(self.score_b - self.score_a, 6)


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two results, A and B; made by :func:`cmmatch.compare`.

    Parameters
    ----------
    a, b : Run
        As they were written.
    """

    a: Run
    b: Run

    @cached_property
    def pairs(self) -> PairCounts:
        """Pairs kept, changed, lost and new."""
        kept = len(self.a.pairs.keys() & self.b.pairs.keys())
        changed = sum(
            min(len({*each.a} - {*each.b}), len({*each.b} - {*each.a})) for each in self.mentees
        )
        before, after = len(self.a.pairs), len(self.b.pairs)
        return PairCounts(kept, changed, before - kept - changed, after - kept - changed)

    @cached_property
    def mentees(self) -> tuple[MenteeChange, ...]:
        """Every mentee of whom either result tells, sorted by id."""
        return tuple(self._change(label) for label in sorted(self.a.listed | self.b.listed))

    @cached_property
    def joined(self) -> tuple[str, ...]:
        """Mentees who take part in B only, sorted: new ones, back again, or wanting somebody now.

        The results tell of mentees who want somebody, and of mentors who have somebody.
        """
        return tuple(sorted(self.b.listed - self.a.listed))

    @cached_property
    def left(self) -> tuple[str, ...]:
        """Mentees who take part in A only, sorted: gone, paused, or wanting nobody now."""
        return tuple(sorted(self.a.listed - self.b.listed))

    @cached_property
    def mentors(self) -> Mapping[str, tuple[int, int]]:
        """Mentees in A and in B of every mentor who has any, where the two differ; by id."""
        a, b = self.a.mentees_of, self.b.mentees_of
        loads = {each: (len(a.get(each, ())), len(b.get(each, ()))) for each in sorted({*a, *b})}
        return {mentor: load for mentor, load in loads.items() if load[0] != load[1]}

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """What was set, weighed or handed in differently."""
        return differences(self.a, self.b)

    @cached_property
    def not_on_one_scale(self) -> tuple[str, ...]:
        """What keeps scores of A and B from being compared one to one; empty if nothing does."""
        return not_on_one_scale(self.differences)

    def of_kind(self, kind: str) -> tuple[MenteeChange, ...]:
        """Return the mentees of one kind, sorted by id."""
        return tuple(each for each in self.mentees if each.kind == kind)

    @cached_property
    def gained(self) -> tuple[MenteeChange, ...]:
        """Mentees with somebody in both who score higher in B, the most first, then by id."""
        return tuple(sorted(self._moved(1), key=lambda each: (-(each.gain or 0), each.mentee_id)))

    @cached_property
    def fell(self) -> tuple[MenteeChange, ...]:
        """Mentees with somebody in both who score lower in B, the most first, then by id."""
        return tuple(sorted(self._moved(-1), key=lambda each: (each.gain or 0, each.mentee_id)))

    def columns(self) -> dict[str, list[Any]]:
        """Return a row for every mentee as columns, for a table."""
        rows = self.mentees
        return {
            "mentee_id": [each.mentee_id for each in rows],
            "mentee": [self.name("mentee", each.mentee_id) for each in rows],
            "kind": [each.kind for each in rows],
            "mentor_ids_a": ["; ".join(each.a) for each in rows],
            "mentor_ids_b": ["; ".join(each.b) for each in rows],
            "score_a": [each.score_a for each in rows],
            "score_b": [each.score_b for each in rows],
            "gain": [each.gain for each in rows],
            "rank_a": [each.rank_a for each in rows],
            "rank_b": [each.rank_b for each in rows],
            "note": [each.note for each in rows],
        }

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for machines."""
        return {
            "a": self.a.folder,
            "b": self.b.folder,
            "figures": {"a": dict(self.a.figures), "b": dict(self.b.figures)},
            "proven": {"a": self.a.proven, "b": self.b.proven},
            "pairs": asdict(self.pairs),
            "scores_on_one_scale": not self.not_on_one_scale,
            "not_on_one_scale": list(self.not_on_one_scale),
            "differences": [asdict(each) for each in self.differences],
            "mentees": [{**asdict(each), "gain": each.gain} for each in self.mentees],
            "gained": [each.mentee_id for each in self.gained],
            "fell": [each.mentee_id for each in self.fell],
            "joined": list(self.joined),
            "left": list(self.left),
            "mentors": {each: {"a": x, "b": y} for each, (x, y) in self.mentors.items()},
        }

    def name(self, side: str, label: str) -> str:
        """Name of a mentee or mentor, as in B, or as in A, or else the id."""
        found = self.b.name(side, label)
        return found if found != label else self.a.name(side, label)

    def __str__(self) -> str:
        return text_of(self)

    def _repr_html_(self) -> str:
        return html_of(self)

    def _moved(self, sign: int) -> list[MenteeChange]:
        return [each for each in self.mentees if sign * (each.gain or 0) > 0]

    def _change(self, mentee: str) -> MenteeChange:
        a, b = (run.mentors_of.get(mentee, ()) for run in (self.a, self.b))
        (score_a, rank_a), (score_b, rank_b) = _means(self.a, mentee), _means(self.b, mentee)
        both = {(True, True): "changed", (True, False): "lost", (False, True): "new"}
        kind = both.get((bool(a), bool(b)), "nobody")
        return MenteeChange(
            mentee,
            "same" if a and a == b else kind,
            a,
            b,
            score_a,
            score_b,
            rank_a,
            rank_b,
            "; ".join(
                f"{letter}: {run.unserved.get(mentee, 'takes no part')}"
                for letter, run in (("A", self.a), ("B", self.b))
                if mentee not in run.mentors_of
            ),
        )


def _means(run: Run, mentee: str) -> tuple[float | None, float | None]:
    made = [run.pairs[mentee, mentor] for mentor in run.mentors_of.get(mentee, ())]
    if not made:
        return None, None
    return (
        round(sum(each.score for each in made) / len(made), 6),
        round(sum(each.rank for each in made) / len(made), 6),
    )
