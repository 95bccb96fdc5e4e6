"""The contract of a component, proven on one programme."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.compatibility.answered import Answers
from cmmatch.compatibility.component import Answering, Component, Prepared, Recommending
from cmmatch.compatibility.own_components import PreparedFrames
from cmmatch.programme.fingerprint import fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cmmatch.compatibility.answered import SideAnswers
    from cmmatch.programme.people import People
    from cmmatch.programme.programme import Programme

__all__ = ["check_component", "reordered"]

AGREEMENT = 1e-5
REASONS = 50
BLANK = {"O": "", "f": np.nan, "b": False}
"""What a blank cell is read as, by the kind of the array; others are never blank."""


def check_component(component: Component, programme: Programme, *, seed: int = 0) -> None:
    """Prove a component against its contract on one programme.

    Shapes and types; values in 0..1 or NaN; ``block`` and ``pairs`` agree to 1e-5 whichever rows
    are asked for; the bits of ``pairs`` depend neither on what else is asked for nor on the order
    of people; two calls are equal, and neither keeps or changes what it was handed; places, hours
    and demand are not looked at; a function of two frames does not look at who else is in them;
    ``reason`` is one sentence in one line, and so is ``recommendation`` where there is one, or
    blank; what does not apply knows no pair.

    If it has ``answers()``: they speak of every person; a pair is known exactly where they say so;
    whoever gives no answer of a side that fills in columns leaves one blank, and whoever leaves one
    blank does not give what it fills. All this holds again after every other person has left one
    of the columns blank, where it is a column of the tables; and whose answer is gone with it is
    said to have left it blank.

    Parameters
    ----------
    component : Component
        To be proven.
    programme : Programme
        With at least one mentee and one mentor; every pair is looked at, so a few hundred people
        at most.
    seed : int
        Of the samples and the other order.

    Raises
    ------
    AssertionError
        Says which promise is not kept.
    ValueError
        If the programme has nobody on a side.

    Examples
    --------
    >>> from cmmatch import Programme
    >>> from cmmatch.compatibility.skills import Skills
    >>> people = {"id": ["a", "b"], "skills": ["sql", "go"]}
    >>> programme = Programme.from_frames(people, {**people, "skills_wanted": ["go", ""]})
    >>> check_component(Skills(), programme)
    """
    if not (len(programme.mentees) and len(programme.mentors)):
        message = "A programme that proves something must have at least one mentee and one mentor."
        raise ValueError(message)
    _hold(isinstance(component, Component), "a component has name, applies and prepare")
    before = fingerprint(programme)
    prepared = component.prepare(programme)
    _hold(isinstance(prepared, Prepared), "what is prepared has block, pairs and reason")
    exact = _every_pair(prepared, programme)
    _check_values(exact)
    _hold(
        component.applies(programme) or bool(np.isnan(exact).all()),
        "what does not apply knows no pair",
    )
    rng = np.random.default_rng(seed)
    _check_repeats(prepared, programme, exact)
    _check_blocks(prepared, exact)
    _check_selection(prepared, exact, rng)
    _check_other_order(component, programme, exact, rng)
    _check_alone(prepared, exact)
    _check_blind(component, programme, exact)
    _check_reasons(prepared, exact.shape, rng)
    _check_answers(component, programme)
    _hold(before == fingerprint(programme), "the programme is left as it was")


def _hold(condition: bool, what: str) -> None:
    if not condition:
        message = f"A component must keep its contract: {what}."
        raise AssertionError(message)


def _same(one: NDArray[Any], other: NDArray[Any]) -> bool:
    return bool(np.array_equal(one, other, equal_nan=True))


def _every_pair(prepared: Prepared, programme: Programme) -> NDArray[np.float64]:
    """Ask for all pairs at once, shape (N, M)."""
    n, m = len(programme.mentees), len(programme.mentors)
    mentee, mentor = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    values = prepared.pairs(mentee.copy(), mentor.copy())
    _hold(values.shape == (n * m,), f"pairs have the shape ({n * m},), here {values.shape}")
    return values.reshape(n, m)


def _check_values(exact: NDArray[np.float64]) -> None:
    _hold(exact.dtype == np.float64, "pairs are float64")
    known = exact[~np.isnan(exact)]
    _hold(bool(((known >= 0) & (known <= 1)).all()), "values lie in 0..1 or are NaN")


def _check_repeats(prepared: Prepared, programme: Programme, exact: NDArray[np.float64]) -> None:
    _hold(_same(_every_pair(prepared, programme), exact), "two calls of pairs are equal")
    mentee, mentor = np.array([0, 0]), np.array([0, 0])
    prepared.pairs(mentee, mentor)
    _hold(not (mentee.any() or mentor.any()), "pairs leave their arguments alone")
    last = np.full(2, len(exact) - 1)
    prepared.pairs(last, mentor)
    _hold(bool((last == len(exact) - 1).all()), "pairs leave their arguments alone")

    everybody = np.arange(len(exact))
    first = prepared.block(everybody)
    _hold(_same(everybody, np.arange(len(exact))), "blocks leave their argument alone")
    kept = first.copy()
    _hold(_same(prepared.block(np.arange(len(exact))), kept), "two calls of block are equal")
    if first.flags.writeable:
        first.fill(np.nan)
    _hold(_same(prepared.block(np.arange(len(exact))), kept), "what it hands out is not its own")


def _check_blocks(prepared: Prepared, exact: NDArray[np.float64]) -> None:
    n, m = exact.shape
    for rows in (np.arange(n), np.arange(n)[::-1], np.arange(0, n, 2), np.arange(n)[:1]):
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
    for size in (0, 1, 7, n * m):
        i, j = rng.integers(0, n, size), rng.integers(0, m, size)
        _hold(_same(prepared.pairs(i, j), exact[i, j]), "the bits of a pair depend on no other")


def _check_alone(prepared: Prepared, exact: NDArray[np.float64]) -> None:
    """Show a function of two frames every other mentor only."""
    if not isinstance(prepared, PreparedFrames):
        return
    some = np.arange(0, exact.shape[1], 2)
    fewer = PreparedFrames(
        prepared.component, prepared.roles, prepared.mentees, prepared.mentors.iloc[some]
    ).rows(np.arange(len(exact)))
    known = ~np.isnan(exact[:, some])
    what = "a value depends on the two people alone, not on who else is in the frames"
    _hold(_same(fewer[known], exact[:, some][known]), what)


def _check_other_order(
    component: Component,
    programme: Programme,
    exact: NDArray[np.float64],
    rng: np.random.Generator,
) -> None:
    rows, columns = rng.permutation(exact.shape[0]), rng.permutation(exact.shape[1])
    other = reordered(programme, rows, columns)
    again = _every_pair(component.prepare(other), other)
    _hold(_same(again, exact[np.ix_(rows, columns)]), "the order of people changes no bit")


def _check_blind(component: Component, programme: Programme, exact: NDArray[np.float64]) -> None:
    mentors, mentees = programme.mentors, programme.mentees
    roomy = replace(
        mentors, capacity=mentors.capacity + 7, hours_per_month=mentors.hours_per_month + 3
    )
    asking = replace(mentees, demand=mentees.demand + 1)
    other = programme.replace(mentors=roomy, mentees=asking)
    again = _every_pair(component.prepare(other), other)
    _hold(_same(again, exact), "places, hours and demand change nothing")


def _check_reasons(prepared: Prepared, shape: tuple[int, ...], rng: np.random.Generator) -> None:
    n, m = shape
    for k in rng.integers(0, n * m, size=min(n * m, REASONS)).tolist():
        said = prepared.reason(k // m, k % m)
        sentence = isinstance(said, str) and len(said.splitlines()) == 1
        _hold(
            sentence and said.endswith(".") and any(map(str.isalnum, said)),
            f"reason is one sentence in one line, here {said!r}",
        )
        _hold(said == prepared.reason(k // m, k % m), "reason says the same twice")
        if isinstance(prepared, Recommending):
            _check_recommendation(prepared, k // m, k % m)


def _check_recommendation(prepared: Recommending, mentee: int, mentor: int) -> None:
    said = prepared.recommendation(mentee, mentor)
    line = isinstance(said, str) and (said == "" or len(said.splitlines()) == 1)
    _hold(
        line and (said == "" or (said.endswith(".") and any(map(str.isalnum, said)))),
        f"recommendation is one line or blank, here {said!r}",
    )
    _hold(said == prepared.recommendation(mentee, mentor), "recommendation says the same twice")


def _check_answers(component: Component, programme: Programme) -> None:
    answers = _answers(component, programme)
    if answers is None:
        return
    for s, side in enumerate(answers.sides):
        everyother = np.arange(len(side.given)) % 2 == 0
        for k, column in enumerate(side.columns):
            other = _left_blank(programme, ("mentees", "mentors")[s], column.name, everyother)
            again = None if other is None else _answers(component, other)
            if again is None:
                continue
            now, fills = again.sides[s], list(column.fills)
            same = [each.name for each in now.columns] == [each.name for each in side.columns]
            _hold(same, "the columns do not depend on who fills them in")
            gone = everyother & side.given[:, fills].any(axis=1)
            said = now.columns[k].blank | now.given[:, fills].all(axis=1)
            _hold(
                bool(said[gone].all()),
                f"whose answer goes with {column.name!r} is said to have left it blank",
            )


def _answers(component: Component, programme: Programme) -> Answers | None:
    """Ask for the answers, and hold them against every pair."""
    prepared = component.prepare(programme)
    answers = prepared.answers() if isinstance(prepared, Answering) else None
    if answers is None:
        return None
    _hold(isinstance(answers, Answers), "answers gives Answers or None")
    n, m = len(programme.mentees), len(programme.mentors)
    _hold(
        (len(answers.mentee.given), len(answers.mentor.given)) == (n, m),
        f"answers are those of {n} mentees and {m} mentors",
    )
    for side in answers.sides:
        _check_columns(side)
    known, said = ~np.isnan(_every_pair(prepared, programme)), answers.known()
    _hold(bool((known | ~said).all()), "a pair is known in which both sides have answered")
    _hold(bool((said | ~known).all()), "a pair is unknown in which they have not both answered")
    return answers


def _check_columns(side: SideAnswers) -> None:
    names = [column.name for column in side.columns]
    _hold(len(set(names)) == len(names) and all(names), "a column has a name of its own on a side")
    silent = ~side.given.any(axis=1)
    _hold(
        not side.columns or bool((side.missing() > 0)[silent].all()),
        "who gives no answer leaves a column blank",
    )
    for column in side.columns:
        _hold(
            not side.given[:, list(column.fills)][column.blank].any(),
            f"who leaves {column.name!r} blank does not give what it fills",
        )


def _left_blank(
    programme: Programme, side: str, column: str, who: NDArray[np.bool_]
) -> Programme | None:
    """Blank a column of the tables for some people; ``None`` if the tables have no such column."""
    from cmmatch.programme.people import Terms

    people: People = getattr(programme, side)
    changes: dict[str, Any] = {}
    for name in ("free", "free_known") if column == "availability" else (column,):
        value = getattr(people, name, None)
        if isinstance(value, np.ndarray) and value.dtype.kind in BLANK:
            changes[name] = _blanked(value, who)
        elif isinstance(value, Terms):
            lists = [[] if gone else value.entries(k) for k, gone in enumerate(who.tolist())]
            changes[name] = Terms.from_lists(lists)
    for mapping in ("extra", "ratings"):
        columns = getattr(people, mapping)
        if column in columns:
            changes[mapping] = {**columns, column: _blanked(columns[column], who)}
    return programme.replace(**{side: replace(people, **changes)}) if changes else None


def _blanked(values: NDArray[Any], who: NDArray[np.bool_]) -> NDArray[Any]:
    other = values.copy()
    other[who] = BLANK[values.dtype.kind]
    return other


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

    from cmmatch.programme.people import TableRows, Terms

    changes: dict[str, Any] = {}
    for each in fields(people):
        value = getattr(people, each.name)
        if isinstance(value, np.ndarray):
            changes[each.name] = value[order]
        elif isinstance(value, Terms):
            changes[each.name] = Terms.from_lists([value.entries(k) for k in order.tolist()])
        elif isinstance(value, TableRows):
            changes[each.name] = replace(value, row=value.row[order])
        else:
            changes[each.name] = _taken_columns(value, order)
    return replace(people, **changes)


def _taken_columns(
    extra: Mapping[str, NDArray[np.object_]], order: NDArray[np.intp]
) -> dict[str, NDArray[np.object_]]:
    return {name: column[order] for name, column in extra.items()}
