"""Identity: a mentor like oneself, where the mentee asks for it and the mentor agrees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.component import RowComponent
from cmmatch.compatibility.presets import default_weights
from cmmatch.compatibility.rule import Codes
from cmmatch.programme.faults import Fault, Severity
from cmmatch.programme.headings import plain_heading
from cmmatch.programme.labels import folded
from cmmatch.programme.picking import by_kinds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.programme.people import Mentees, People
    from cmmatch.programme.programme import Programme

__all__ = ["Identity", "PreparedIdentity", "uncounted_requests"]


@dataclass(frozen=True)
class Identity:
    """Whether the mentor is what the mentee has asked for in so many words.

    ``sum(same_c) / count(c)`` over the columns ``c`` that the mentee names in
    ``wants_mentor_like_me`` and fills in; ``same_c`` is 1 where the mentor states the same, upper
    and lower case alike, else 0. Unknown unless the mentee asks, and the mentor says yes in
    ``consent_identity`` and states every one of these columns: part of an answer decides
    nothing, so that leaving out what does not fit never makes the rest a whole. Nothing is inferred
    from a name, a language or anything else.

    Weight 0 by default, 10 of 100 in the preset ``belonging``, which is practice. On demographics
    only at the mentee's own request: women in engineering kept their sense of belonging with a
    woman as mentor (Dennehy and Dasgupta 2017, 150 women, randomised), but the wish for a mentor of
    one's own gender vanished once the mentors' quality was shown (Gallen and Wasserman). That the
    mentor has to agree is practice too: the answers were given for audits.

    It is the only reader of protected columns, and keeps no value, only numbers for equal ones.

    Parameters
    ----------
    columns : tuple of str
        The columns that are offered, ``[identity] columns``.
    """

    columns: tuple[str, ...] = ()
    name: str = "identity"

    def applies(self, programme: Programme) -> bool:
        """Whether anybody's request can be compared with any mentor."""
        prepared = self.prepare(programme)
        stated = prepared.mentor >= 0
        requests = np.unique(prepared.mentee >= 0, axis=0)
        return any(
            bool((stated | ~asked).all(axis=1).any()) for asked in requests if bool(asked.any())
        )

    def prepare(self, programme: Programme) -> PreparedIdentity:
        """Give equal answers equal numbers, of those alone who ask and who agree."""
        mentees, mentors = programme.mentees, programme.mentors
        offered = dict.fromkeys(map(plain_heading, self.columns))
        agreed = mentors.consent_identity
        codes = [
            Codes.of(
                _answers(mentees, column, _asks(mentees, column)),
                _answers(mentors, column, agreed),
            )
            for column in offered
        ]
        return PreparedIdentity(
            _table([each.mentee for each in codes], len(mentees)),
            _table([each.mentor for each in codes], len(mentors)),
            programme.config.roles.mentee,
            programme.config.roles.mentor,
        )


def _asks(mentees: Mentees, column: str) -> NDArray[np.bool_]:
    """Who asks for the same in a column, shape (N,)."""
    terms = mentees.wants_mentor_like_me
    meant = np.array([plain_heading(name) == column for name in terms.labels], dtype=np.bool_)
    asks = np.zeros(len(mentees), dtype=np.bool_)
    asks[np.repeat(np.arange(len(mentees)), terms.counts)[meant[terms.term]]] = True
    return asks


def _answers(people: People, column: str, where: NDArray[np.bool_]) -> list[str]:
    """Answers to compare; "" where a person gives none or it may not be looked at."""
    for heading, texts in people.extra.items():
        if plain_heading(heading) == column:
            return [
                folded(text) if seen else ""
                for text, seen in zip(texts.tolist(), where.tolist(), strict=True)
            ]
    return [""] * len(people)


def _table(columns: list[NDArray[np.int32]], people: int) -> NDArray[np.int32]:
    return np.stack(columns, axis=1) if columns else np.zeros((people, 0), dtype=np.int32)


@dataclass(frozen=True, eq=False)
class PreparedIdentity(RowComponent):
    """Requests bound to a programme.

    Parameters
    ----------
    mentee : int32, shape (N, C)
        A number for the answer in each of C columns; -1 where it is not asked for or blank.
    mentor : int32, shape (M, C)
        The same; -2 where it is blank or the mentor does not agree.
    mentee_role, mentor_role : str
        What the two are called.
    """

    mentee: NDArray[np.int32]
    mentor: NDArray[np.int32]
    mentee_role: str
    mentor_role: str

    def rows(self, mentees: NDArray[np.intp]) -> NDArray[np.float64]:
        """Share of the request that is met, shape (rows, M); most rows ask for nothing."""
        values = np.full((len(mentees), len(self.mentor)), np.nan)
        asking = (self.mentee[mentees] >= 0).any(axis=1)
        values[asking] = _share(self.mentee[mentees[asking]][:, None, :], self.mentor[None, :, :])
        return values

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Share of the request that is met, shape (rows, M); each distinct answer once."""
        (asked, mentee), (stated, mentor) = self._kinds
        return by_kinds(
            lambda kinds: _share(asked[kinds][:, None, :], stated[None, :, :]).astype(np.float32),
            mentee[rows],
            mentor,
        )

    @cached_property
    def _kinds(self) -> tuple[tuple[NDArray[np.int32], NDArray[np.intp]], ...]:
        """Distinct answers of each side, and which of them each person gives."""
        sides = (np.unique(m, axis=0, return_inverse=True) for m in (self.mentee, self.mentor))
        return tuple((answers, kind.reshape(-1)) for answers, kind in sides)

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Share of the request that is met in single pairs, shape (P,)."""
        return _share(self.mentee[mentee], self.mentor[mentor])

    def answers(self) -> None:
        """Tell nothing: not to ask, not to state and not to agree are full answers."""

    def reason(self, mentee: int, mentor: int) -> str:
        """Say how far the request is met; never what it is, what anybody states, or who is silent.

        What is unknown has one sentence, whether nobody asks, an answer is missing or the mentor
        does not agree.
        """
        value = float(self.pairs(np.array([mentee]), np.array([mentor]))[0])
        if np.isnan(value):
            return "Not known: nothing is asked for, or answers are missing or may not be used."
        how = "met" if value == 1 else "met in part" if value else "not met"
        return f"The {self.mentee_role}'s own request about the {self.mentor_role} is {how}."


def _share(mine: NDArray[np.int32], theirs: NDArray[np.int32]) -> NDArray[np.float64]:
    """Equal answers over those asked for, along the last axis; NaN where not all are known."""
    asked = mine >= 0
    known = ((theirs >= 0) | ~asked).all(axis=-1) & asked.any(axis=-1)
    same, count = np.broadcast_arrays((mine == theirs).sum(axis=-1), asked.sum(axis=-1))
    share = np.full(known.shape, np.nan)
    np.divide(same, count, out=share, where=known)
    return share


def uncounted_requests(programme: Programme, table: str) -> list[Fault]:
    """Note that mentees ask for a mentor like themselves and the weight is 0.

    Code: ``identity-not-counted``.
    """
    asked = len(programme.mentees.wants_mentor_like_me.term) > 0
    if not asked or default_weights(programme.config).get("identity", 0.0) > 0:
        return []
    return [
        Fault(
            table,
            None,
            "weights.identity",
            "0",
            "identity-not-counted",
            "Requests for a mentor like oneself should count for something; some mentees ask, and "
            "nothing of it is used.",
            "Give 'identity' a weight, or tell those who ask that it does not count.",
            Severity.NOTE,
        )
    ]
