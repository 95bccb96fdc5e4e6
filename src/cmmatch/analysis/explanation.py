"""Explanation: what one mentee got and why, ready to be shown."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cmmatch.analysis.bars import WIDTH, folded, html_bars, text_bars
from cmmatch.display import escape

if TYPE_CHECKING:
    from cmmatch.analysis.views import Part

__all__ = ["Alternative", "Explanation", "PairExplanation"]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Somebody else who could have been chosen.

    Parameters
    ----------
    mentor_id, mentor : str
        Id, and name or id.
    score : float
        In 0..1.
    why_not : str
        A sentence.
    decimals : int, default 2
        With how many the score is told apart from those in the sentence, 2 to 6.
    price : str, default ""
        What it would cost the whole programme, where that is known exactly.
    """

    mentor_id: str
    mentor: str
    score: float
    why_not: str
    decimals: int = 2
    price: str = ""


@dataclass(frozen=True, slots=True)
class PairExplanation:
    """One pair, made or only asked about.

    Parameters
    ----------
    mentor_id, mentor : str
        Id, and name or id.
    made : bool
        Whether the pair is in the matching.
    score, confidence : float
        In 0..1.
    rank, eligible : int
        Place of this mentor among those the mentee could get; 0 where the pair cannot be made.
    among : str
        What those are: eligible, or good enough where a least score is asked for.
    parts : tuple of Part
        Each component with its sentence.
    sentences : tuple of str
        What else is to be said: refusals, what was not checked, why the pair was not made.
    slots : tuple of str, default ()
        Up to three common weekly meeting times of a pair that is made, in both local times; empty
        where they cannot be known.
    """

    mentor_id: str
    mentor: str
    made: bool
    score: float
    confidence: float
    rank: int
    eligible: int
    among: str
    parts: tuple[Part, ...]
    sentences: tuple[str, ...]
    slots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one mentee got whom, or nobody; ``print`` it.

    Parameters
    ----------
    mentee_id, mentee : str
        Id, and name or id.
    summary : str
        One sentence.
    pairs : tuple of PairExplanation
        The pairs made, or the one asked about.
    alternative : Alternative or None
        The best of the others who could have been chosen.
    """

    mentee_id: str
    mentee: str
    summary: str
    pairs: tuple[PairExplanation, ...]
    alternative: Alternative | None

    def __str__(self) -> str:
        return self.as_text()

    def as_text(self, *, width: int = WIDTH, encoding: str | None = None) -> str:
        """Write it with a bar a component, for a terminal.

        Parameters
        ----------
        width : int, default 80
            Letters in a line; 60 or more.
        encoding : str, optional
            Of whoever shows the text; left out, that of standard output. Bars are drawn in
            blocks, or in plain letters where the encoding has none.
        """
        given = encoding or getattr(sys.stdout, "encoding", None) or "ascii"
        lines = [self.summary]
        for pair in self.pairs:
            lines += ["", _heading(pair)]
            lines += text_bars(pair.parts, pair.score, width=width, encoding=given)
            for sentence in (*pair.sentences, *_slot_heading(pair)):
                lines += folded(sentence, width=width, indent=2)
            for slot in pair.slots:
                lines += folded(slot, width=width, indent=4)
        if self.alternative is not None:
            lines += ["", *folded(_alternative(self.alternative), width=width)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        told = [f"<p>{escape(self.summary)}</p>"]
        for pair in self.pairs:
            told.append(f"<p><b>{escape(_heading(pair))}</b></p>")
            told.append(html_bars(pair.parts, pair.score))
            told += [
                f"<p>{escape(each)}</p>"
                for each in (*pair.sentences, *_slot_heading(pair), *pair.slots)
            ]
        if self.alternative is not None:
            told.append(f"<p>{escape(_alternative(self.alternative))}</p>")
        return "\n".join(told)


def _heading(pair: PairExplanation) -> str:
    place = f", rank {pair.rank} of {pair.eligible} {pair.among}" if pair.rank else ""
    return f"{pair.mentor}: score {pair.score:.3f}, confidence {pair.confidence:.0%}{place}"


def _alternative(other: Alternative) -> str:
    score = f"{other.score:.{other.decimals}f}"
    price = f", {other.price}" if other.price else ""
    return f"Best alternative: {other.mentor} (score {score}){price}. {other.why_not}"


def _slot_heading(pair: PairExplanation) -> list[str]:
    return ["Times to meet:"] if pair.slots else []
