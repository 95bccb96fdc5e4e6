"""Scorer: weights, unknown answers and confidence; from components to the exact score of a pair."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.availability import Availability
from cmmatch.compatibility.candidates import Candidates
from cmmatch.compatibility.component import Settled
from cmmatch.compatibility.eligibility import Eligibility
from cmmatch.compatibility.experience import Experience
from cmmatch.compatibility.goals import Goals
from cmmatch.compatibility.identity import Identity
from cmmatch.compatibility.learning_orientation import LearningOrientation
from cmmatch.compatibility.neutral import NEUTRAL_UNKNOWN
from cmmatch.compatibility.own_components import check_names, installed_components
from cmmatch.compatibility.personality import Personality
from cmmatch.compatibility.preferences import Preferences
from cmmatch.compatibility.presets import PRESETS, default_band, default_weights
from cmmatch.compatibility.rule_faults import settings_table
from cmmatch.compatibility.scored_programme import ScoredProgramme
from cmmatch.compatibility.skills import Skills
from cmmatch.compatibility.working_style import WorkingStyle
from cmmatch.errors import InputFaults, ModelError
from cmmatch.programme.faults import SETTINGS, Fault
from cmmatch.programme.labels import composed
from cmmatch.programme.relations import REQUIRING
from cmmatch.programme.unprotected import is_protected, trait_columns, unprotected

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from cmmatch.compatibility.component import Component
    from cmmatch.compatibility.rule import Rule
    from cmmatch.programme.config import Config, RatingSettings
    from cmmatch.programme.programme import Programme
    from cmmatch.progress import Progress

__all__ = ["DEFAULT_WEIGHTS", "Scorer", "built_in_components", "weight_faults"]

DEFAULT_WEIGHTS: Mapping[str, float] = PRESETS["career"].weights
"""Weights of a one-to-one career programme; why, in :data:`cmmatch.compatibility.presets.PRESETS`.
"""


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
        Identity(config.identity.columns),
    )


def _names(settings: RatingSettings) -> tuple[str, ...]:
    return tuple(column.removeprefix("-") for column in settings.columns)


def weight_faults(config: Config, *, table: str = SETTINGS, own: Sequence[str] = ()) -> list[Fault]:
    """Check ``[weights]`` against the components there are, ``own`` ones among them.

    Codes: ``weight-unknown``, ``weights-all-zero``.
    """
    names = (*DEFAULT_WEIGHTS, *map(composed, own))
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
        weight = config.weights.get(composed(each.name), getattr(each, "weight", None))
        if weight is None:
            message = (
                f"The component {each.name!r} must have a weight: write it in [weights], or give "
                "the component an attribute 'weight'."
            )
            raise ModelError(message)
        weights[each.name] = float(weight)
    return weights


def reads_at_request(component: object) -> bool:
    """Whether a component may see protected columns: the one that compares at people's request.

    The class itself, no relative and no look-alike: for all others they do not exist.
    """
    return type(component) is Identity


def consent_faults(scorer: Scorer, programme: Programme) -> list[Fault]:
    """Report rules and components that declare a column which nobody has agreed to have compared.

    Codes: ``protected-column``, ``trait-column-used``.
    """
    traits = trait_columns(programme)
    users: list[Rule | Component] = [*scorer.eligibility.rules, *scorer.components]
    protected = [
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
        if not reads_at_request(each)
        for column in getattr(each, "columns", ())
        if is_protected(programme, column)
    ]
    return protected + [
        Fault(
            settings_table(programme),
            None,
            "personality",
            column,
            "trait-column-used",
            "Answers on personality must be used by [personality] alone, which asks for consent; "
            f"{each.name!r} reads {what}.",
            "Take the rule or component out; [personality] compares traits.",
        )
        for each in users
        for column in getattr(each, "columns", ())
        if (what := traits.what(column))
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
            A rule or a component declares that it reads a protected column, or one that holds
            answers on personality. Those that do not declare it do not get to see it.
        """
        if faults := consent_faults(self, programme):
            raise InputFaults(faults)
        seen = unprotected(programme)
        in_play = [
            (c, shown)
            for c, shown in (
                (c, programme if reads_at_request(c) else seen) for c in self.components
            )
            if self.weights.get(c.name, 0.0) > 0.0 and c.applies(shown)
        ]
        names = tuple(c.name for c, _ in in_play)
        scored = ScoredProgramme(
            programme=programme,
            names=names,
            weights=self._shares(names),
            neutral=np.full(len(in_play), NEUTRAL_UNKNOWN),
            eligibility=self.eligibility.prepare(seen),
            prepared=tuple(c.prepare(shown) for c, shown in in_play),
            idle=tuple(c.name for c in self.components if c.name not in names),
            given_weights=tuple(float(self.weights[name]) for name in names),
        )
        scored.neutral[:] = self._neutral(scored)
        scored.neutral.flags.writeable = False
        return scored

    def _shares(self, names: Sequence[str], *, without: Container[str] = ()) -> NDArray[np.float64]:
        """Weights that add up to 1, shape (K,); those left out have 0."""
        weights = [0.0 if name in without else self.weights[name] for name in names]
        total = math.fsum(weights) or 1.0
        return np.array([weight / total for weight in weights])

    def _neutral(self, scored: ScoredProgramme) -> list[float]:
        """Return what an unknown value counts as, in the order of names: as given, else fitted.

        Requests and wishes do not decide which pairs are middling: otherwise somebody's wish would
        change what the blanks of all others count as, and with it the order that they are given.
        """
        given = self.neutral or {}
        if not set(scored.names) - set(given):
            return [given[name] for name in scored.names]
        left_out = {each.name for each in self.components if reads_at_request(each)}
        left_out |= {
            name
            for name, prepared in zip(scored.names, scored.prepared, strict=True)
            if isinstance(prepared, Settled)
        }
        fitted = replace(scored, weights=self._shares(scored.names, without=left_out)).fit_neutral()
        return [
            given.get(name, value)
            for name, value in zip(scored.names, fitted.tolist(), strict=True)
        ]

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
