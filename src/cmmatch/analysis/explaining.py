"""Why this one, why not that one: one mentee's match, in sentences that are true of the data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.analysis.explanation import Alternative, Explanation, PairExplanation
from cmmatch.analysis.matched import BETTER_WITH_IT, EXCHANGE
from cmmatch.analysis.unmatched import unmatched_views
from cmmatch.compatibility.rule_words import rule_title
from cmmatch.compatibility.scored_programme import NOTHING_SCORED
from cmmatch.compatibility.slots import slots_text
from cmmatch.display import decimals_apart
from cmmatch.programme.labels import composed

if TYPE_CHECKING:
    from collections.abc import Callable

    from cmmatch.analysis.matched import MatchedProgramme
    from cmmatch.analysis.price_words import PairPrices
    from cmmatch.analysis.views import UnmatchedView

__all__ = ["explain"]

ASKED = {"require": "Required", "keep": "Kept from before, as asked"}


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
