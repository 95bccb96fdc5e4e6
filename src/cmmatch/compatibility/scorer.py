"""Scorer: weights, unknown answers and confidence; from components to the exact score of a pair."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.availability import Availability
from cmmatch.compatibility.candidates import Candidates
from cmmatch.compatibility.eligibility import Eligibility
from cmmatch.compatibility.experience import Experience
from cmmatch.compatibility.goals import Goals
from cmmatch.compatibility.learning_orientation import LearningOrientation
from cmmatch.compatibility.neutral import NEUTRAL_UNKNOWN, middling_values
from cmmatch.compatibility.own_components import check_names, installed_components
from cmmatch.compatibility.personality import Personality
from cmmatch.compatibility.preferences import Preferences
from cmmatch.compatibility.presets import PRESETS, default_band, default_weights
from cmmatch.compatibility.rule_faults import settings_table
from cmmatch.compatibility.skills import Skills
from cmmatch.compatibility.source import RESOLUTION
from cmmatch.compatibility.working_style import WorkingStyle
from cmmatch.errors import InputFaults, ModelError
from cmmatch.programme.faults import SETTINGS, Fault
from cmmatch.programme.order import canonical_order
from cmmatch.programme.relations import REQUIRING
from cmmatch.programme.unprotected import is_protected, unprotected

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from cmmatch.compatibility.component import Component, Prepared
    from cmmatch.compatibility.eligibility import PreparedEligibility
    from cmmatch.compatibility.rule import Rule
    from cmmatch.programme.config import Config, RatingSettings
    from cmmatch.programme.programme import Programme
    from cmmatch.progress import Progress

__all__ = ["DEFAULT_WEIGHTS", "ScoredProgramme", "Scorer", "built_in_components", "weight_faults"]

DEFAULT_WEIGHTS: Mapping[str, float] = PRESETS["career"].weights
"""Weights of a one-to-one career programme; why, in :data:`cmmatch.compatibility.presets.PRESETS`.
"""

SAMPLE_SIDE = 200


def built_in_components(config: Config) -> tuple[Component, ...]:
    """Return one of each component that cmmatch brings, set up from the toml."""
    return (
        Skills(),
        Goals(
            config.goals.encoder,
            category_share=config.goals.category_share,
            offered=config.goals.offered,
        ),
        Availability(config.availability.enough_hours),
        Experience(band=default_band(config)),
        Personality(config.personality.traits, config.personality.complementary),
        Preferences(config.preferences.combine),
        WorkingStyle(_names(config.working_style)),
        LearningOrientation(
            _names(config.learning_orientation), config.learning_orientation.minimum_answered
        ),
    )


def _names(settings: RatingSettings) -> tuple[str, ...]:
    return tuple(column.removeprefix("-") for column in settings.columns)


def weight_faults(config: Config, *, table: str = SETTINGS, own: Sequence[str] = ()) -> list[Fault]:
    """Check ``[weights]`` against the components there are, ``own`` ones among them.

    Codes: ``weight-unknown``, ``weights-all-zero``.
    """
    names = (*DEFAULT_WEIGHTS, *own)
    faults = []
    for name in sorted(set(config.weights) - set(names)):
        near = get_close_matches(name, names, n=1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        faults.append(
            Fault(
                table,
                None,
                f"weights.{name}",
                str(config.weights[name]),
                "weight-unknown",
                "A weight must belong to a component.",
                f"{hint}Use one of: {', '.join(names)}.",
            )
        )
    if config.weights and not faults and not (own or any(default_weights(config).values())):
        faults.append(
            Fault(
                table,
                None,
                "weights",
                "0",
                "weights-all-zero",
                "At least one weight must be positive.",
                "Give a positive weight to what matters, or leave the table out.",
            )
        )
    return faults


def own_weights(own: Sequence[Component], config: Config) -> dict[str, float]:
    """Return the weights of components that are not built in: the settings', else their own.

    Raises
    ------
    ModelError
        Neither says how much one counts.
    """
    weights = {}
    for each in own:
        weight = config.weights.get(each.name, getattr(each, "weight", None))
        if weight is None:
            message = (
                f"The component {each.name!r} must have a weight: write it in [weights], or give "
                "the component an attribute 'weight'."
            )
            raise ModelError(message)
        weights[each.name] = float(weight)
    return weights


def protected_faults(scorer: Scorer, programme: Programme) -> list[Fault]:
    """Report rules and components that declare a protected column among their ``columns``."""
    users: list[Rule | Component] = [*scorer.eligibility.rules, *scorer.components]
    return [
        Fault(
            settings_table(programme),
            None,
            "privacy.protected",
            column,
            "protected-column",
            f"A protected column must be used for audits only; {each.name!r} reads it.",
            "Take the rule or component out, or the column out of [privacy] protected.",
        )
        for each in users
        for column in getattr(each, "columns", ())
        if is_protected(programme, column)
    ]


@dataclass(frozen=True)
class Scorer:
    """How well two people suit each other: weighted components, blank answers, hard rules.

    The score of a pair is ``sum(weight * value) / sum(weight)`` over the components in play, in
    0..1. An unknown value takes the component's neutral value and lowers the confidence, which is
    the share of the weight that was known. Components that no column of the programme feeds are
    not in play.

    Parameters
    ----------
    components : tuple of Component
        In the order in which they are added up and shown.
    weights : mapping of str to float
        By component name, >= 0; 0 or absent switches a component off.
    eligibility : Eligibility
        The hard rules.
    neutral : mapping of str to float, optional
        Stands in for an unknown value, 0..1, by component name. Left out, it is fitted: what a
        pair with a middling score has, rounded to 0.001, so that nobody gains ranks by leaving
        answers blank (:func:`~cmmatch.compatibility.neutral.middling_values`). Give the values of
        an earlier run to score on its scale.

    Examples
    --------
    >>> from cmmatch.synthesis import make_programme
    >>> from cmmatch import Programme
    >>> made = make_programme(mentees=6, mentors=3, seed=1)
    >>> programme = Programme.from_frames(made.mentors, made.mentees, config=made.config)
    >>> scored = Scorer.for_programme(programme).prepare(programme)
    >>> scored.shape
    (6, 3)
    """

    components: tuple[Component, ...]
    weights: Mapping[str, float]
    eligibility: Eligibility
    neutral: Mapping[str, float] | None = None

    @classmethod
    def for_programme(
        cls,
        programme: Programme,
        *,
        components: Sequence[Component] = (),
        neutral: Mapping[str, float] | None = None,
    ) -> Scorer:
        """Set up the scorer that the programme's settings ask for.

        Parameters
        ----------
        programme : Programme
            Whose settings count.
        components : sequence of Component, default ()
            Of your own, beside the built-in ones and those of installed packages.
        neutral : mapping of str to float, optional
            As in the class.

        Raises
        ------
        ModelError
            Two components have one name; one of your own has no weight; a package is broken.
        """
        own = (*installed_components(), *components)
        every = (*built_in_components(programme.config), *own)
        check_names(every)
        weights = {**own_weights(own, programme.config), **default_weights(programme.config)}
        rules = Eligibility.for_programme(programme)
        return cls(every, weights, rules, neutral)

    def prepare(self, programme: Programme) -> ScoredProgramme:
        """Bind to a programme; everything slow that is done once is done here.

        Raises
        ------
        InputFaults
            A rule or a component declares that it reads a protected column. Those that do not
            declare it do not get to see it.
        """
        if faults := protected_faults(self, programme):
            raise InputFaults(faults)
        seen = unprotected(programme)
        in_play = [
            c for c in self.components if self.weights.get(c.name, 0.0) > 0.0 and c.applies(seen)
        ]
        total = math.fsum(self.weights[c.name] for c in in_play)
        scored = ScoredProgramme(
            programme=programme,
            names=tuple(c.name for c in in_play),
            weights=np.array([self.weights[c.name] / total for c in in_play]),
            neutral=np.full(len(in_play), NEUTRAL_UNKNOWN),
            eligibility=self.eligibility.prepare(seen),
            prepared=tuple(c.prepare(seen) for c in in_play),
            idle=tuple(c.name for c in self.components if c not in in_play),
        )
        given = self.neutral or {}
        fitted = scored.fit_neutral() if set(scored.names) - set(given) else scored.neutral
        neutral = [
            given.get(name, value)
            for name, value in zip(scored.names, fitted.tolist(), strict=True)
        ]
        scored.neutral[:] = neutral
        scored.neutral.flags.writeable = False
        return scored

    def candidates(
        self,
        programme: Programme,
        *,
        keep: int | None = None,
        executor: Executor | None = None,
        progress: Progress | None = None,
    ) -> Candidates:
        """Return every eligible pair of the programme with its exact score, or the best few.

        Parameters
        ----------
        programme : Programme
            Its required pairs are kept in any case; its seed decides between equals.
        keep : int, optional
            How many pairs of each mentee, >= 1; left out, all. Programmes of tens of thousands on
            both sides need it: 50 is plenty as a rule.
        executor : concurrent.futures.Executor, optional
            As in :meth:`Candidates.from_source`.
        progress : callable, optional
            Told the rows done.
        """
        required = programme.requests.pairs(*REQUIRING)
        return Candidates.from_source(
            self.prepare(programme),
            keep=keep,
            seed=programme.config.programme.seed,
            always=(required[:, 0], required[:, 1]),
            executor=executor,
            progress=progress,
        )


@dataclass(frozen=True, eq=False)
class ScoredProgramme:
    """A programme bound to its scorer: the exact score, parts and reasons of any pair.

    It is a :class:`~cmmatch.compatibility.source.PairSource`.

    Parameters
    ----------
    programme : Programme
        N mentees, M mentors.
    names : tuple of str, length K
        Components in play.
    weights : float64, shape (K,)
        Shares of the score; they add up to 1.
    neutral : float64, shape (K,)
        What an unknown value counts as.
    eligibility : PreparedEligibility
        The hard rules.
    prepared : tuple of Prepared, length K
        The components.
    idle : tuple of str
        Components with weight 0 or without any answer to read.
    """

    programme: Programme
    names: tuple[str, ...]
    weights: NDArray[np.float64]
    neutral: NDArray[np.float64]
    eligibility: PreparedEligibility
    prepared: tuple[Prepared, ...] = field(repr=False)
    idle: tuple[str, ...] = ()

    @property
    def mentee_ids(self) -> NDArray[np.object_]:
        """Labels of the N rows."""
        return self.programme.mentees.ids

    @property
    def mentor_ids(self) -> NDArray[np.object_]:
        """Labels of the M columns."""
        return self.programme.mentors.ids

    @property
    def shape(self) -> tuple[int, int]:
        """(N, M)."""
        return len(self.programme.mentees), len(self.programme.mentors)

    @property
    def block_error(self) -> int:
        """Components agree to 1e-5, weights sum to 1; two units more for float32 and rounding."""
        return round(1e-5 * RESOLUTION) + 2

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Approximate scores in integer units, shape (rows, M); NaN where not eligible."""
        shape = len(rows), self.shape[1]
        total, part = np.zeros(shape, dtype=np.float32), np.empty(shape, dtype=np.float32)
        unknown = np.empty(shape, dtype=np.bool_)
        for weight, neutral, component in zip(
            self.weights.astype(np.float32), self.neutral, self.prepared, strict=True
        ):
            values = component.block(rows)
            np.multiply(values, weight, out=part)
            np.copyto(part, weight * np.float32(neutral), where=np.isnan(values, out=unknown))
            total += part
        if not self.names:
            total[:] = NEUTRAL_UNKNOWN
        total *= np.float32(RESOLUTION)
        np.copyto(total, np.float32(np.nan), where=~self.eligibility.block(rows))
        return total

    def eligible(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether each pair may be made at all, shape (P,)."""
        return self.eligibility.pairs(mentee, mentor)

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int64]:
        """Exact scores in millionths, shape (P,): float64 in a fixed order, then rounded."""
        return self._units(self.values(mentee, mentor), self.neutral)

    def values(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Value of each component, shape (P, K), in 0..1, NaN where unknown."""
        values = np.empty((len(mentee), len(self.names)))
        for k, component in enumerate(self.prepared):
            values[:, k] = component.pairs(mentee, mentor)
        return values

    def score(
        self, values: NDArray[np.float64], *, neutral: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Weighted sum of values, shape (P,); unknown ones count as neutral."""
        if not self.names:
            return np.full(len(values), NEUTRAL_UNKNOWN)
        stand_in = self.neutral if neutral is None else neutral
        total = np.zeros(len(values))
        for k, weight in enumerate(self.weights):
            known = values[:, k]
            total += weight * np.where(np.isnan(known), stand_in[k], known)
        return total

    def confidence(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Share of the weight that was known, shape (P,), in 0..1."""
        total = np.zeros(len(values))
        for k, weight in enumerate(self.weights):
            total += weight * ~np.isnan(values[:, k])
        return total

    def fit_neutral(self) -> NDArray[np.float64]:
        """Values of a middling pair, from the eligible pairs of a fixed sample, shape (K,).

        Pairs that no rule lets meet are in nobody's list, and are worse as a rule: without common
        hours for one. They are counted only where the sample has no other.
        """
        seed = self.programme.config.programme.seed
        rows = canonical_order(self.mentee_ids, seed=seed)[:SAMPLE_SIDE]
        columns = canonical_order(self.mentor_ids, seed=seed)[:SAMPLE_SIDE]
        mentee, mentor = np.repeat(rows, len(columns)), np.tile(columns, len(rows))
        eligible = self.eligible(mentee, mentor)
        if eligible.any():
            mentee, mentor = mentee[eligible], mentor[eligible]
        return middling_values(self.values(mentee, mentor), self._units)

    def _units(
        self, values: NDArray[np.float64], neutral: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        return np.rint(self.score(values, neutral=neutral) * RESOLUTION).astype(np.int64)

    def reason(self, mentee: int, mentor: int, component: str) -> str:
        """One sentence about this pair from one component in play."""
        return self.prepared[self.names.index(component)].reason(mentee, mentor)
