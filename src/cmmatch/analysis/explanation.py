"""Why this one, why not that one: one mentee's match, in sentences that are true of the data."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.analysis.bars import WIDTH, folded, html_bars, text_bars
from cmmatch.analysis.unmatched import unmatched_views
from cmmatch.compatibility.rule_words import rule_title
from cmmatch.compatibility.scored_programme import NOTHING_SCORED
from cmmatch.compatibility.slots import slots_text
from cmmatch.display import decimals_apart, escape
from cmmatch.programme.labels import composed

if TYPE_CHECKING:
    from collections.abc import Callable

    from cmmatch.analysis.matched import MatchedProgramme
    from cmmatch.analysis.price_words import PairPrices
    from cmmatch.analysis.views import Part, UnmatchedView

__all__ = ["Alternative", "Explanation", "PairExplanation", "explain"]


ASKED = {"require": "Required", "keep": "Kept from before, as asked"}


BETTER_WITH_IT = {
    True: "the matching as a whole is no better with it, and that is proven.",
    False: "whether the matching as a whole is better with it is not proven.",
}
EXCHANGE = {
    True: "No exchange improves the matching as a whole; that is proven.",
    False: "Whether an exchange improves the matching as a whole is not proven.",
}
"""What is said of a matching that is proven best, or not."""


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


def explain(
    matched: MatchedProgramme,
    mentee_id: str,
    *,
    mentor_id: str | None = None,
    prices: Callable[[int], PairPrices | None] | None = None,
) -> Explanation:
    """Explain what one mentee got, or why a certain pair was or was not made.

    Parameters
    ----------
    matched : MatchedProgramme
        A finished matching.
    mentee_id : str
        Whose match.
    mentor_id : str, optional
        Ask about this pair; left out, the pairs made and the best alternative are explained.
    prices : callable, optional
        Told the position of the mentee, what each pair costs the whole matching.

    Raises
    ------
    UnknownPerson
        An id that the programme does not hold; the message offers near spellings, or the id where
        a name was given.
    """
    roles = matched.programme.config.roles
    mentee = matched.programme.mentees.find(mentee_id, role=roles.mentee)
    teller = _Teller(matched, mentee, None if prices is None else prices(mentee))
    if mentor_id is not None:
        asked = matched.programme.mentors.find(mentor_id, role=roles.mentor)
        told, alternative = [teller.asked(asked)], None
    else:
        told, alternative = [teller.pair(j) for j in teller.mine], teller.alternative()
    name = matched.mentee_name(mentee)
    return Explanation(composed(mentee_id), name, teller.summary(), tuple(told), alternative)


def _would_help(view: UnmatchedView, waiting: int) -> str:
    """Say what would serve somebody who waits, and who else could use it."""
    told = f"Cheapest change: {view.cheapest_change}"
    if view.helps < 2:
        return f"{told}."
    return f"{told}; {view.helps:,} of the {waiting:,} who wait could use it."


@dataclass(frozen=True, eq=False)
class _Teller:
    matched: MatchedProgramme
    mentee: int
    prices: PairPrices | None

    @property
    def mine(self) -> list[int]:
        made = self.matched.matching
        return [int(j) for j in made.mentor[made.mentee == self.mentee]]

    @property
    def wants(self) -> int:
        return int(self.matched.programme.demand[self.mentee])

    def summary(self) -> str:
        who = self.matched.mentee_name(self.mentee)
        roles = self.matched.programme.config.roles
        if self.mine:
            names = " and ".join(self.matched.mentor_name(j) for j in self.mine)
            return f"{who} is matched with {names}."
        status = self.matched.programme.mentees.status[self.mentee]
        if status != "active":
            state = "paused" if status == "paused" else "no longer in the programme"
            return f"{who} is {state}: no {roles.mentor} is sought."
        if not self.wants:
            return f"{who} wants no {roles.mentor}."
        view = next(
            view
            for view in unmatched_views(self.matched)
            if view.mentee_id == self.matched.matching.mentee_ids[self.mentee]
        )
        told = f"{who} has no {roles.mentor}: {view.reason}. {view.detail}"
        return f"{told} {_would_help(view, len(self.matched.fixes.openings.waiting))}"

    def pair(self, mentor: int) -> PairExplanation:
        matched = self.matched
        mentors, _ = matched.options(self.mentee)
        possible = mentor in mentors
        values = matched.scored.values(np.array([self.mentee]), np.array([mentor]))
        return PairExplanation(
            matched.matching.mentor_ids[mentor],
            matched.mentor_name(mentor),
            mentor in self.mine,
            matched.score(self.mentee, mentor),
            float(matched.scored.confidence(values)[0]),
            matched.rank(self.mentee, mentor) if possible else 0,
            len(mentors),
            matched.good_enough,
            matched.parts(self.mentee, mentor),
            tuple(self._sentences(mentor, possible=possible)),
            self._slots(mentor),
        )

    def asked(self, mentor: int) -> PairExplanation:
        """Explain a pair that was asked about: of one that is made, what it is worth as well."""
        told = self.pair(mentor)
        if not told.made:
            return told
        return replace(told, sentences=(*told.sentences, *self._price(mentor)))

    def _slots(self, mentor: int) -> tuple[str, ...]:
        """Return the three best common slots of a pair that is made, if free time is known."""
        programme = self.matched.programme
        calendar = programme.calendar
        known = calendar.mentee_zone[self.mentee] >= 0 and calendar.mentor_zone[mentor] >= 0
        if mentor not in self.mine or not known:
            return ()
        return tuple(slots_text(programme, self.mentee, mentor).splitlines())

    def _sentences(self, mentor: int, *, possible: bool) -> list[str]:
        eligibility = self.matched.scored.eligibility
        said = [
            f"Refused ({rule_title(rule)}): {sentence}"
            for rule, sentence in eligibility.refusals(self.mentee, mentor)
        ]
        unchecked = eligibility.unverified(self.mentee, mentor)
        if unchecked and not said:
            rules = ", ".join(map(rule_title, unchecked))
            said.append(f"Not checked, since an answer is missing: {rules}.")
        if mentor in self.mine:
            said += self._asked_for(mentor) or self._by_lot()
            said += self._made_although(mentor)
        elif possible:
            said += [self._why_not(mentor), *self._price(mentor)]
        elif not said:
            score = self.matched.score(self.mentee, mentor)
            least = self.matched.programme.config.quality.min_score
            places = decimals_apart([score, least])
            said.append(
                f"Not made: the score, {score:.{places}f}, is below {least:.{places}f}, the least "
                "that is asked."
            )
        return said

    def _price(self, mentor: int) -> list[str]:
        if self.prices is None:
            return []
        # With room for one more partner it would not be instead of anybody.
        name, instead = self.matched.mentor_name(mentor), len(self.mine) >= max(self.wants, 1)
        said = self.prices.sentence(mentor, name, instead=instead)
        return [said] if said else []

    def _asked_for(self, mentor: int) -> list[str]:
        requests = self.matched.programme.requests
        return [
            f"{ASKED[str(requests.kind[k])]} in the table of pairs."
            for k in requests.of_kind("require", "keep")
            if requests.mentee[k] == self.mentee and requests.mentor[k] == mentor
        ]

    def _by_lot(self) -> list[str]:
        return [] if self.matched.scored.names else [NOTHING_SCORED]

    def _made_although(self, mentor: int) -> list[str]:
        who = self.matched.reluctance.get((self.mentee, mentor))
        return [f"Made although {who}: look at it before it is announced."] if who else []

    def alternative(self) -> Alternative | None:
        """Return the best candidate who was not chosen, if somebody was."""
        mentors, scores = self.matched.options(self.mentee)
        others = [k for k in range(len(mentors)) if mentors[k] not in self.mine]
        if not (self.mine and others):
            return None
        mentor = int(mentors[others[0]])
        return Alternative(
            self.matched.matching.mentor_ids[mentor],
            self.matched.mentor_name(mentor),
            self.matched.candidates.to_score(scores[others[0]]),
            self._why_not(mentor),
            decimals_apart(self._compared(mentor)),
            "" if self.prices is None else self.prices.phrase(mentor),
        )

    @property
    def _worst(self) -> float | None:
        """The lowest score of the pairs made, if any is."""
        return min((self.matched.score(self.mentee, j) for j in self.mine), default=None)

    def _compared(self, mentor: int) -> list[float]:
        """Return the score with a mentor who was not chosen, and those that decided against it."""
        score, worst = self.matched.score(self.mentee, mentor), self._worst
        if worst is not None and score <= worst:
            return [score, worst]
        held = self.matched.held_by(mentor)
        full = len(held) >= self.matched.programme.places[mentor]
        return [score, *(self.matched.score(int(i), mentor) for i in held if full)]

    def _why_not(self, mentor: int) -> str:
        matched, worst = self.matched, self._worst
        score, *others = self._compared(mentor)
        decimals = decimals_apart([score, *others])
        if worst is not None and score < worst:
            return f"Scores lower: {score:.{decimals}f} against {worst:.{decimals}f}."
        if worst is not None and score == worst:
            return f"Scores the same; {BETTER_WITH_IT[matched.proven]}"
        held, places = matched.held_by(mentor), int(matched.programme.places[mentor])
        if not places:
            return "Has no places."
        if len(held) < places and not matched.proven:
            return f"Has a free place; {BETTER_WITH_IT[False]}"
        limits = bool(matched.programme.config.limits)
        if len(held) < places and worst is None:
            but = "a limit leaves no room, or the pair" if limits else "the pair"
            return f"Has a free place, but {but} would add nothing to what was asked for."
        if len(held) < places:
            rules = (
                "a request, a minimum load or a limit" if limits else "a request or a minimum load"
            )
            return f"Has a free place, but {rules} holds the present pair."
        who = ", ".join(
            f"{matched.mentee_name(int(i))} ({other:.{decimals}f})"
            for i, other in zip(held, others, strict=True)
        )
        # Where the price is known it says as much, and more.
        exchange = "" if self.prices else EXCHANGE[matched.proven]
        return f"No free place: taken by {who}. {exchange}".rstrip()
