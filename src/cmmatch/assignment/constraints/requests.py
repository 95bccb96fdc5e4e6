"""Pairs that must be made, and pairs that must not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.constraints.constraint import Violation
from cmmatch.assignment.naming import positions
from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.builder import FormBuilder
    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.candidates import Candidates

__all__ = ["Forbidden", "Required"]


@dataclass(frozen=True)
class Required:
    """Each listed pair is made: ``x[i, j] = 1``.

    Parameters
    ----------
    pairs : tuple of (mentee id, mentor id)
        Each must be a candidate.

    Raises
    ------
    ModelError
        When written: a pair is not eligible, or names nobody.
    """

    pairs: tuple[tuple[str, str], ...]
    name: str = "required pairs"

    def write(self, form: FormBuilder) -> None:
        """Have the pairs made."""
        mentee, mentor = positions(self.pairs, form.candidates.source, self.name)
        columns = form.candidates.index(mentee, mentor)
        missing = [pair for pair, column in zip(self.pairs, columns, strict=True) if column < 0]
        if missing:
            shown = "; ".join(f"{mentee} with {mentor}" for mentee, mentor in missing[:5])
            message = f"{self.name}: every required pair must be eligible; not eligible: {shown}."
            raise ModelError(message)
        form.require(mentee, mentor)

    def violations(self, matching: Matching) -> tuple[Violation, ...]:
        """List the required pairs that were not made."""
        made = set(matching.pairs)
        return tuple(
            Violation(self.name, f"{mentee} is not with {mentor}.")
            for mentee, mentor in self.pairs
            if (mentee, mentor) not in made
        )


@dataclass(frozen=True)
class Forbidden:
    """No listed pair is made: ``x[i, j] = 0``.

    Parameters
    ----------
    pairs : tuple of (mentee id, mentor id)
        Pairs that are no candidates anyway may stand here too.
    """

    pairs: tuple[tuple[str, str], ...]
    name: str = "forbidden pairs"

    def write(self, form: FormBuilder) -> None:
        """Take away the pairs."""
        form.forbid(*positions(self.pairs, form.candidates.source, self.name))

    def among(self, candidates: Candidates) -> NDArray[np.bool_]:
        """Mark the candidates that are forbidden, shape (P,)."""
        found = candidates.index(*positions(self.pairs, candidates.source, self.name))
        mask = np.zeros(len(candidates), dtype=np.bool_)
        mask[found[found >= 0]] = True
        return mask

    def violations(self, matching: Matching) -> tuple[Violation, ...]:
        """List the forbidden pairs that were made."""
        made = set(matching.pairs)
        return tuple(
            Violation(self.name, f"{mentee} is with {mentor}.")
            for mentee, mentor in self.pairs
            if (mentee, mentor) in made
        )
