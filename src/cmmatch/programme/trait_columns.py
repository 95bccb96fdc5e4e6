"""Columns that hold answers on personality, and that no setting but ``[personality]`` uses them.

Answers on personality count with consent only, and ``[personality]`` is the one reader that asks
for it. So no other setting may name such a column, neither rules, limits, ratings and reports nor a
renaming, and nothing that is written in Python gets to see one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cmmatch.programme.headings import OWN_WORDS, plain_heading
from cmmatch.programme.instruments import INSTRUMENTS
from cmmatch.programme.limit_groups import columns_of_limit
from cmmatch.programme.privacy import uses
from cmmatch.programme.rating_reader import RATED
from cmmatch.programme.schema import Kind, columns_of
from cmmatch.programme.trait_reader import trait_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cmmatch.programme.config import Config
    from cmmatch.programme.faults import FaultList
    from cmmatch.programme.instruments import Instrument
    from cmmatch.programme.tables import Table

__all__ = ["TraitColumns", "without_trait_columns"]

PEOPLE = ("mentors", "mentees", "people")
KEY, RENAMED = "personality.key.", "columns."
"""How the paths begin of settings that name items, and of those that rename headings."""


@dataclass(frozen=True)
class TraitColumns:
    """Names of columns that hold answers on personality.

    They are, capitals, blanks and signs aside: the five traits and their other names; the items of
    the instrument or the key in use; items that bear the name of their questionnaire, such as
    ``ipip5``; and the items of any instrument of which the tables have half the items of each
    trait, even if the settings do not say so.

    Parameters
    ----------
    meaning : mapping of str to str
        What a column is, by its name without capitals, blanks and signs.

    Examples
    --------
    >>> from cmmatch.programme.config import Config
    >>> tipi = Config.model_validate({"personality": {"key": {"openness": ["Q1", "-Q2"]}}})
    >>> columns = TraitColumns.of(tipi)
    >>> columns.what("q2"), columns.what("Mentor Openness"), columns.what("pace")
    ('an item of openness', 'the trait openness', '')
    """

    meaning: Mapping[str, str]

    @classmethod
    def of(cls, config: Config, headings: Iterable[str] = ()) -> TraitColumns:
        """Gather the names from the settings and from the headings of the tables."""
        there = set(map(_bare, headings))
        meaning = {
            _bare(name): f"the trait {column.name}"
            for column in columns_of("mentors")
            if column.kind is Kind.TRAIT
            for name in (column.name, *column.aliases)
        }
        for trait, items in trait_key(config).items():
            for item in items:
                meaning.setdefault(_bare(item), f"an item of {trait}")
        for instrument in INSTRUMENTS.values():
            used = _is_there(instrument, there)
            for item in (item for items in instrument.key.values() for item in items):
                if used or _bears_its_name(item, instrument):
                    meaning.setdefault(_bare(item), f"an item of {instrument.name}")
        return cls(meaning)

    def what(self, name: str) -> str:
        """Say what a column is; "" for one that holds no answers on personality."""
        return self.meaning.get(_bare(name), "")


def _bare(name: str) -> str:
    """Return a heading without capitals, blanks and signs, and without the word for its side."""
    plain = plain_heading(name)
    words = (word for words in OWN_WORDS.values() for word in words if plain.startswith(word))
    return plain.removeprefix(next(words, "")).replace(" ", "")


def _is_there(instrument: Instrument, headings: set[str]) -> bool:
    """Whether at least half the items of every trait are among the headings, given bare."""
    return all(
        2 * sum(_bare(item) in headings for item in items) >= len(items)
        for items in instrument.key.values()
    )


def _bears_its_name(item: str, instrument: Instrument) -> bool:
    return re.sub("[^a-z]", "", item) in instrument.name.split("_")


def without_trait_columns(
    config: Config, tables: Mapping[str, Table], config_name: str, faults: FaultList
) -> Config:
    """Report settings that use answers on personality past ``[personality]``.

    Parameters
    ----------
    config : Config
        The settings.
    tables : mapping of str to Table
        By kind, as read.
    config_name : str
        What messages call the settings.
    faults : FaultList
        Takes ``trait-column-used``, one for each setting and column.

    Returns
    -------
    Config
        The settings without these uses, so that nobody's answer is read by them in a draft.
    """
    people = {kind: tables[kind] for kind in PEOPLE if kind in tables}
    traits = TraitColumns.of(config, (each for t in people.values() for each in t.headings))
    used: set[str] = set()
    for path, column in dict.fromkeys(_uses(config)):
        found = (traits.what(name) for name in _names(path, column, config, people))
        what = next(filter(None, found), "")
        if what:
            used.add(column)
            faults.add(
                "trait-column-used",
                table=config_name,
                column=path,
                value=column,
                problem=f"Answers on personality must be used by [personality] alone, which asks "
                f"for consent; this column is {what}.",
                remedy="Take it out here and let [personality] compare it; if it is something "
                "else, give the column another heading.",
            )
    return _without(config, used) if used else config


def _uses(config: Config) -> Iterator[tuple[str, str]]:
    """Yield (path, column) of every setting that may not name a trait."""
    for path, column in uses(config):
        if path.startswith(RENAMED):
            _, kind, name = path.split(".", 2)
            # What only the settings name is looked at where it is used.
            if kind not in PEOPLE or name not in _read_as_they_are(kind):
                continue
        if not path.startswith(KEY):
            yield path, column
    yield from (("identity.columns", column) for column in config.identity.columns)


def _read_as_they_are(kind: str) -> set[str]:
    """Columns of cmmatch that are no traits."""
    return {column.name for column in columns_of(kind) if column.kind is not Kind.TRAIT}


def _names(path: str, column: str, config: Config, people: Mapping[str, Table]) -> Iterator[str]:
    """Yield every name of a column: as used, its heading and question, what the heading means."""
    if path.startswith(RENAMED):
        kind = path.split(".")[1]
        yield from _of_heading(column, getattr(config.columns, kind), people.get(kind))
        return
    yield column
    for kind in PEOPLE:
        renames = getattr(config.columns, kind)
        yield from _of_heading(renames.get(column, column), renames, people.get(kind))


def _of_heading(heading: str, renames: Mapping[str, str], table: Table | None) -> Iterator[str]:
    yield heading
    asked = plain_heading(heading)
    yield from (name for name, given in renames.items() if plain_heading(given) == asked)
    if table is not None:
        for one, question in table.questions.items():
            if one == heading:
                yield question
            elif plain_heading(question) == asked:
                yield one


def _without(config: Config, used: set[str]) -> Config:
    changes = {
        "eligibility": ("same", "different"),
        "report": ("columns",),
        "identity": ("columns",),
        **dict.fromkeys(RATED, ("columns",)),
    }
    limits = [
        limit
        for limit in config.limits
        if used.isdisjoint(column for _, column, _ in columns_of_limit(limit))
    ]
    return config.model_copy(
        update={"limits": tuple(limits)}
        | {
            section: getattr(config, section).model_copy(
                update={
                    name: tuple(
                        column
                        for column in getattr(getattr(config, section), name)
                        if column.removeprefix("-") not in used
                    )
                    for name in names
                }
            )
            for section, names in changes.items()
        }
    )
