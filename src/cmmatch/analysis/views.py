"""What there is to say about a finished matching, as plain frozen values for tables and reports.

Scores, values and confidence lie in 0..1, higher is better. Texts are as people gave them: whoever
shows them escapes them.
"""

from __future__ import annotations

from dataclasses import dataclass

from cmmatch.display import decimal

__all__ = ["LoadView", "PairView", "Part", "RuleView", "UnmatchedView"]


@dataclass(frozen=True, slots=True)
class Part:
    """One component in the score of one pair.

    Parameters
    ----------
    name : str
        The component.
    weight : float
        Its weight, >= 0, on any scale that is the same for all parts of a pair.
    value : float or None
        In 0..1; ``None`` where it is not known.
    sentence : str
        Why, for a person to read; may be empty.
    neutral : float, default 0.5
        What a value that is not known counts as, in 0..1.
    directed : tuple of (str, float or None), default ()
        Where each side has a value of its own for the other: who, and the value.
    """

    name: str
    weight: float
    value: float | None
    sentence: str
    neutral: float = 0.5
    directed: tuple[tuple[str, float | None], ...] = ()

    @property
    def counted(self) -> float:
        """The value that went into the score: the neutral one where it is not known."""
        return self.neutral if self.value is None else self.value

    @property
    def said(self) -> str:
        """The value in words, for those who do not see its bar."""
        if self.value is None:
            return f"not known, counts as {decimal(self.neutral)} of 1"
        return f"{decimal(self.value)} of 1"


@dataclass(frozen=True, slots=True)
class PairView:
    """One pair.

    Parameters
    ----------
    mentee_id, mentor_id : str
        As in the tables.
    mentee, mentor : str
        Names; empty where only the ids are to be shown.
    score, confidence : float
        In 0..1.
    provisional : str
        Empty, or what to do before the pair is confirmed, as it follows a colon: "ask Ann Lee
        about her goals".
    rank : int
        1 where nobody eligible has a higher score for this mentee.
    eligible : int
        How many mentors the mentee was eligible for.
    parts : tuple of Part
        The components, in the order of the report.
    rather_not : str, default ""
        Empty, or who would rather not have this pair and where that stands: to be looked at before
        the pair is announced.
    """

    mentee_id: str
    mentee: str
    mentor_id: str
    mentor: str
    score: float
    confidence: float
    provisional: str
    rank: int
    eligible: int
    parts: tuple[Part, ...] = ()
    rather_not: str = ""


@dataclass(frozen=True, slots=True)
class UnmatchedView:
    """One mentee who got fewer mentors than wanted.

    Parameters
    ----------
    mentee_id, mentee : str
        Id and name; the name may be empty.
    reason : str
        In a few words.
    detail : str
        In a sentence or two: what stood in the way; may be empty.
    found, wanted : int, default 0 and 1
        Mentors found and mentors wanted, ``found < wanted``.
    cheapest_change : str, default ""
        What would serve this mentee, nobody who is matched losing a pair; in a few words.
    helps : int, default 0
        How many of those who wait the same change would serve, if only one of them is.
    """

    mentee_id: str
    mentee: str
    reason: str
    detail: str
    found: int = 0
    wanted: int = 1
    cheapest_change: str = ""
    helps: int = 0


@dataclass(frozen=True, slots=True)
class LoadView:
    """One mentor's places.

    Parameters
    ----------
    mentor_id, mentor : str
        Id and name; the name may be empty.
    used, places : int
        Places taken and places there are.
    """

    mentor_id: str
    mentor: str
    used: int
    places: int


@dataclass(frozen=True, slots=True)
class RuleView:
    """One hard rule and what it did.

    Parameters
    ----------
    name, sentence : str
        The rule and what it says.
    removed : int
        Pairs it refused.
    alone : int
        Pairs that no other rule refused.
    unverified : int
        Pairs it let pass because an answer was missing.
    """

    name: str
    sentence: str
    removed: int
    alone: int
    unverified: int
