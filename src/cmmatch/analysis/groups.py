"""How groups of people fare, with intervals, and without what would tell of a few people.

1. A group in which fewer people want somebody than a minimum is not shown.
2. What is not shown must not be found by taking what is shown from the total. So the next smallest
   group goes, too, until two groups are hidden and at least the minimum of people with them.
3. The mean score goes by how many are matched: the same two steps hide means of shown groups.

Of ten, three and two people with a minimum of five, the three and the two are hidden together, five
people; of ten, six and two, the two and the six.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from cmmatch.analysis.standings import Standing

__all__ = ["MINIMUM", "Gap", "Group", "Groups", "Interval", "hidden_groups", "mean_of", "share_of"]

MINIMUM = 5
"""People of a group that is shown, at least."""

LEVEL = 0.95
"""Of the intervals."""

BLANK = "(blank)"
"""The group of those whose cell is blank."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and the 95 % interval around it.

    Parameters
    ----------
    value : float
        The figure.
    low, high : float or None
        Ends of the interval; ``None`` of a mean of one person.
    """

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Group:
    """One group that is shown.

    Parameters
    ----------
    label : str
        What the people of the group have in the column.
    members, wanting, matched : int
        Everybody in the group; those who want somebody (mentors: who have places); those of them
        who have somebody.
    share : Interval or None
        Matched of those who want somebody, with the Wilson interval; ``None`` where nobody does.
    score : Interval or None
        Mean over the matched of each one's mean score, with the t interval; ``None`` where nobody
        is matched, or it is hidden since too few are.
    """

    label: str
    members: int
    wanting: int
    matched: int
    share: Interval | None
    score: Interval | None


@dataclass(frozen=True, slots=True)
class Gap:
    """How far the best-served group shown is ahead of the worst-served one.

    Parameters
    ----------
    best, worst : str
        Their labels; of equals the first one by label.
    value : float
        The difference of the two figures, >= 0.
    overlapping : bool
        Whether their intervals overlap: the gap may then well be chance.
    """

    best: str
    worst: str
    value: float
    overlapping: bool


@dataclass(frozen=True)
class Groups:
    """The groups of one side by one column.

    Parameters
    ----------
    column : str
        As asked for.
    shown : tuple of Group
        The worst-served first: by share, then mean score, then label.
    hidden : tuple of str
        Labels of the groups that are not shown, sorted.
    minimum : int
        People of a group that is shown, at least.
    """

    column: str
    shown: tuple[Group, ...]
    hidden: tuple[str, ...]
    minimum: int

    @property
    def share_gap(self) -> Gap | None:
        """Gap in the share that is matched; ``None`` with fewer than two groups to compare."""
        return _gap({each.label: each.share for each in self.shown if each.share})

    @property
    def score_gap(self) -> Gap | None:
        """Gap in the mean score; ``None`` with fewer than two groups to compare."""
        return _gap({each.label: each.score for each in self.shown if each.score})

    @classmethod
    def of(
        cls, standing: Standing, labels: Sequence[str], *, column: str, minimum: int = MINIMUM
    ) -> Groups:
        """Compare the groups of one side.

        Parameters
        ----------
        standing : Standing
            How everybody fares.
        labels : sequence of str, length n
            The group of each person; blank cells are a group of their own.
        column : str
            Where the labels come from.
        minimum : int, default 5
            Groups with fewer people who want somebody are hidden, >= 1; 1 hides nothing.

        Raises
        ------
        ModelError
            The minimum is less than 1.
        """
        if minimum < 1:
            message = f"The minimum of a group must be 1 or more; given {minimum}. 1 hides nothing."
            raise ModelError(message)
        names = np.array([label.strip() or BLANK for label in labels], dtype=object)
        rows = {name: np.flatnonzero(names == name) for name in sorted(set(names))}
        wanting = {name: int(standing.wanting[here].sum()) for name, here in rows.items()}
        matched = {name: int(standing.matched[here].sum()) for name, here in rows.items()}
        hidden = hidden_groups(wanting, minimum)
        told = {name: n for name, n in matched.items() if n or name in hidden}
        means_hidden = hidden_groups(told, minimum, also=hidden)
        shown = [
            Group(
                name,
                len(here),
                wanting[name],
                matched[name],
                share_of(matched[name], wanting[name]),
                None if name in means_hidden else _mean(standing, here),
            )
            for name, here in rows.items()
            if name not in hidden
        ]
        return cls(column, tuple(sorted(shown, key=_served)), tuple(sorted(hidden)), minimum)


def hidden_groups(
    sizes: Mapping[str, int], minimum: int, *, also: Collection[str] = ()
) -> frozenset[str]:
    """Choose the groups to hide: small ones, and others so that none can be computed back.

    Parameters
    ----------
    sizes : mapping of str to int
        People of each group.
    minimum : int
        Groups of fewer are hidden; 1 hides nothing.
    also : collection of str, default ()
        Groups that are hidden already.

    Returns
    -------
    frozenset of str
        None; or at least two groups with at least ``minimum`` people together; or all.

    Examples
    --------
    >>> sorted(hidden_groups({"a": 10, "b": 3, "c": 2}, 5))
    ['b', 'c']
    >>> sorted(hidden_groups({"a": 10, "b": 6, "c": 2}, 5))
    ['b', 'c']
    """
    hidden = {*also, *(name for name in sizes if minimum > 1 and sizes[name] < minimum)}
    for name in sorted(sizes, key=lambda each: (sizes[each], each)):
        together = sum(sizes[each] for each in hidden)
        if not hidden or (len(hidden) > 1 and together >= minimum):
            break
        hidden.add(name)
    return frozenset(hidden)


def share_of(part: int, whole: int) -> Interval | None:
    """Return a share with its 95 % Wilson score interval; ``None`` of nobody.

    With p the share of n and z the 97.5 % point of the normal distribution, the ends are
    ``(p + z²/2n ± z sqrt(p (1 - p)/n + z²/4n²)) / (1 + z²/n)`` (Wilson, 1927): within 0..1, and of
    use also for few people and for shares near 0 and 1.

    Examples
    --------
    >>> found = share_of(8, 10)
    >>> round(found.low, 4), round(found.high, 4)
    (0.4902, 0.9433)
    """
    if not whole:
        return None
    z, p = NormalDist().inv_cdf((1 + LEVEL) / 2), part / whole
    middle, wide = (
        p + z * z / (2 * whole),
        z * math.sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole)),
    )
    scale = 1 + z * z / whole
    # At the ends of the scale the formula gives 0 and 1 but for the last binary digit.
    low = 0.0 if not part else (middle - wide) / scale
    high = 1.0 if part == whole else (middle + wide) / scale
    return Interval(p, low, high)


def mean_of(values: NDArray[np.float64]) -> Interval | None:
    """Return a mean with its 95 % t interval; ``None`` of nobody, no ends of one.

    With s the standard deviation of the sample of n, the ends are ``mean ± t s / sqrt(n)``, t the
    97.5 % point of Student's distribution with n - 1 degrees of freedom: right for people drawn at
    random from a normal distribution, near for others if they are many.

    Examples
    --------
    >>> found = mean_of(np.array([0.2, 0.4, 0.6]))
    >>> round(found.low, 4), round(found.high, 4)
    (-0.0968, 0.8968)
    """
    from scipy.special import stdtrit

    n = len(values)
    if not n:
        return None
    mean = math.fsum(values) / n
    if n == 1:
        return Interval(mean, None, None)
    deviation = math.sqrt(math.fsum((values - mean) ** 2) / (n - 1))
    wide = float(stdtrit(n - 1, (1 + LEVEL) / 2)) * deviation / math.sqrt(n)
    return Interval(mean, mean - wide, mean + wide)


def _mean(standing: Standing, here: NDArray[np.intp]) -> Interval | None:
    return mean_of(standing.score[here[standing.matched[here]]])


def _served(group: Group) -> tuple[float, float, str]:
    share, score = (each.value if each else math.inf for each in (group.share, group.score))
    return share, score, group.label


def _gap(figures: Mapping[str, Interval]) -> Gap | None:
    if len(figures) < 2:
        return None
    labels = sorted(figures)
    best = max(labels, key=lambda label: figures[label].value)
    worst = min(labels, key=lambda label: figures[label].value)
    high, low = figures[best], figures[worst]
    apart = low.high is not None and high.low is not None and low.high < high.low
    return Gap(best, worst, high.value - low.value, not apart)
