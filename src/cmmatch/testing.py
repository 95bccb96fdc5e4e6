"""Conformance checks that authors run on their own components, and cmmatch on its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.compatibility.component import Component, Prepared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cmmatch.programme.people import People, Terms
    from cmmatch.programme.programme import Programme

__all__ = ["check_component", "reordered"]

AGREEMENT = 1e-5


def check_component(component: Component, programme: Programme, *, seed: int = 0) -> None:
    """Prove a component against its contract on one programme.

    Shapes and types; values in 0..1 or NaN; ``block`` and ``pairs`` agree to 1e-5; the bits of
    ``pairs`` depend neither on what else is asked for nor on the order of people; two calls are
    equal; capacities are not looked at; ``reason`` is a sentence.

    Parameters
    ----------
    component : Component
        To be proven.
    programme : Programme
        With at least one mentee and one mentor.
    seed : int
        Of the samples and the other order.

    Raises
    ------
    AssertionError
        Says what does not hold, and for which pair.

    Examples
    --------
    >>> from cmmatch import Programme
    >>> from cmmatch.compatibility.skills import Skills
    >>> people = {"id": ["a", "b"], "skills": ["sql", "go"]}
    >>> programme = Programme.from_frames(people, {**people, "skills_wanted": ["go", ""]})
    >>> check_component(Skills(), programme)
    """
    _hold(isinstance(component, Component), "a component has name, applies and prepare")
    prepared = component.prepare(programme)
    _hold(isinstance(prepared, Prepared), "what is prepared has block, pairs and reason")
    rng = np.random.default_rng(seed)
    n, m = len(programme.mentees), len(programme.mentors)
    mentee, mentor = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    exact = prepared.pairs(mentee, mentor)
    _check_values(exact, (n * m,))
    _check_blocks(prepared, exact.reshape(n, m))
    _check_selection(prepared, exact.reshape(n, m), rng)
    _check_other_order(component, programme, exact.reshape(n, m), rng)
    _check_blind(component, programme, exact)
    for k in rng.integers(0, n * m, size=min(n * m, 50)):
        said = prepared.reason(int(mentee[k]), int(mentor[k]))
        _hold(
            isinstance(said, str) and said.strip().endswith("."), f"reason is a sentence: {said!r}"
        )


def _hold(condition: bool, what: str) -> None:
    if not condition:
        message = f"A component must keep its contract: {what}."
        raise AssertionError(message)


def _same(one: NDArray[Any], other: NDArray[Any]) -> bool:
    return bool(np.array_equal(one, other, equal_nan=True))


def _check_values(exact: NDArray[np.float64], shape: tuple[int, ...]) -> None:
    _hold(exact.dtype == np.float64, "pairs are float64")
    _hold(exact.shape == shape, f"pairs have the shape {shape}, here {exact.shape}")
    known = exact[~np.isnan(exact)]
    _hold(bool(((known >= 0) & (known <= 1)).all()), "values lie in 0..1 or are NaN")


def _check_blocks(prepared: Prepared, exact: NDArray[np.float64]) -> None:
    n, m = exact.shape
    for rows in (np.arange(n), np.arange(n)[::-1], np.arange(0, n, 2)):
        block = prepared.block(rows)
        _hold(block.dtype == np.float32, "blocks are float32")
        _hold(block.shape == (len(rows), m), f"blocks have the shape (rows, {m})")
        _hold(_same(np.isnan(block), np.isnan(exact[rows])), "blocks and pairs know the same")
        apart = np.nan_to_num(np.abs(block - exact[rows]))
        _hold(bool((apart <= AGREEMENT).all()), "blocks and pairs agree to 1e-5")


def _check_selection(
    prepared: Prepared, exact: NDArray[np.float64], rng: np.random.Generator
) -> None:
    n, m = exact.shape
    for size in (1, 7, n * m):
        i, j = rng.integers(0, n, size), rng.integers(0, m, size)
        _hold(
            _same(prepared.pairs(i, j), exact[i, j]),
            "the bits of a pair depend on no other",
        )


def _check_other_order(
    component: Component,
    programme: Programme,
    exact: NDArray[np.float64],
    rng: np.random.Generator,
) -> None:
    rows, columns = rng.permutation(exact.shape[0]), rng.permutation(exact.shape[1])
    other = component.prepare(reordered(programme, rows, columns))
    i, j = (
        np.repeat(np.arange(len(rows)), len(columns)),
        np.tile(np.arange(len(columns)), len(rows)),
    )
    again = other.pairs(i, j).reshape(exact.shape)
    _hold(_same(again, exact[np.ix_(rows, columns)]), "the order of people changes no bit")


def _check_blind(component: Component, programme: Programme, exact: NDArray[np.float64]) -> None:
    roomy = replace(programme.mentors, capacity=programme.mentors.capacity + 7)
    other = component.prepare(programme.replace(mentors=roomy))
    n, m = len(programme.mentees), len(programme.mentors)
    again = other.pairs(np.repeat(np.arange(n), m), np.tile(np.arange(m), n))
    _hold(_same(again, exact), "capacities change nothing")


def reordered(
    programme: Programme, mentees: NDArray[np.intp], mentors: NDArray[np.intp]
) -> Programme:
    """Return the same programme with its people in another order; requests are realigned.

    Parameters
    ----------
    programme : Programme
        Left as it is.
    mentees, mentors : int arrays
        Permutations: which position stands where.
    """
    from cmmatch.programme.relations import Requests

    new_mentee, new_mentor = np.argsort(mentees), np.argsort(mentors)
    old = programme.requests
    requests = Requests(
        new_mentee[old.mentee].astype(np.int64),
        new_mentor[old.mentor].astype(np.int64),
        *(getattr(old, name).copy() for name in ("kind", "rank", "by", "reason", "row")),
    )
    return programme.replace(
        mentees=_taken(programme.mentees, mentees),
        mentors=_taken(programme.mentors, mentors),
        requests=requests,
    )


def _taken(people: People, order: NDArray[np.intp]) -> Any:
    from dataclasses import fields

    from cmmatch.programme.people import Terms

    changes: dict[str, Any] = {}
    for each in fields(people):
        value = getattr(people, each.name)
        if isinstance(value, np.ndarray):
            changes[each.name] = value[order]
        elif isinstance(value, Terms):
            changes[each.name] = _taken_terms(value, order)
        else:
            changes[each.name] = _taken_columns(value, order)
    return replace(people, **changes)


def _taken_columns(
    extra: Mapping[str, NDArray[np.object_]], order: NDArray[np.intp]
) -> dict[str, NDArray[np.object_]]:
    return {name: column[order] for name, column in extra.items()}


def _taken_terms(terms: Terms, order: NDArray[np.intp]) -> Terms:
    from cmmatch.programme.people import Terms as Ragged

    lists = []
    for person in order:
        here = slice(terms.start[person], terms.start[person + 1])
        entries = zip(terms.term[here], terms.level[here], terms.must[here], strict=True)
        lists.append([(terms.labels[t], float(level), bool(must)) for t, level, must in entries])
    return Ragged.from_lists(lists)
