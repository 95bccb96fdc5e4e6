"""Taxonomy: which skills are related, and what a related skill earns where another is wanted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cmmatch.programme.faults import FaultList
from cmmatch.programme.taxonomy_files import Statements, read_esco, read_onet, read_related

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["BROADER", "FAMILY", "NARROWER", "SIBLING", "Taxonomy"]

NARROWER = 0.75
"""Credit of a child where its parent is wanted: whoever teaches Python teaches programming, if not
all of it. This credit and the next two are practice, not evidence: their order is argued, their
size is not measured."""

BROADER = 0.5
"""Credit of a parent where its child is wanted: it may or may not include the child. One half is
what counting steps gives, 1 / (1 + steps) with one step (Rada et al. 1989)."""

SIBLING = 0.25
"""Credit of a skill with the same parent: the least, as no lesson need be shared. Counting steps
would give 1/3; the families of public taxonomies are wide, so it is less."""

FAMILY = 50
"""A parent with more children than this is a shelf, not a family: its children earn nothing for
each other. O*NET has commodities with hundreds of products."""


@dataclass(frozen=True, eq=False)
class Taxonomy:
    """Related skills, in one hierarchy of one step, and credits that are stated pair by pair.

    The credit of an offered skill where another is wanted is the first of these that there is:

    1. what is stated for this pair, 0 included;
    2. ``NARROWER`` if the offered skill is a child of the wanted one;
    3. ``BROADER`` if it is a parent;
    4. ``SIBLING`` if both have a parent with at most ``FAMILY`` children.

    So it is directed, except between siblings; only one step up, down or aside counts, and never
    does a related skill earn 1. A label that a source gives as another name of one skill counts as
    that skill; as another name of several, it counts as a skill of its own.

    Parameters
    ----------
    statements : Statements
        What the sources say.

    Examples
    --------
    >>> from cmmatch.programme.taxonomy_files import Statements
    >>> taxonomy = Taxonomy(Statements(broader=(("python", "programming"), ("go", "programming"))))
    >>> taxonomy.related("programming")
    {'go': 0.75, 'python': 0.75}
    >>> taxonomy.related("python")
    {'go': 0.25, 'programming': 0.5}
    """

    statements: Statements = field(default_factory=Statements, repr=False)

    @classmethod
    def from_esco(cls, folder: str | Path) -> Taxonomy:
        """Read a folder with an unpacked CSV bundle of ESCO in one language.

        Raises
        ------
        InputFaults
            See :func:`~cmmatch.programme.taxonomy_files.read_esco`.
        """
        return cls._read(read_esco, folder)

    @classmethod
    def from_onet(cls, file: str | Path) -> Taxonomy:
        """Read a table of O*NET, as text or Excel.

        Raises
        ------
        InputFaults
            See :func:`~cmmatch.programme.taxonomy_files.read_onet`.
        """
        return cls._read(read_onet, file)

    @classmethod
    def from_csv(cls, file: str | Path) -> Taxonomy:
        """Read a table of one's own: ``skill, related, credit`` or ``skill, broader``.

        Raises
        ------
        InputFaults
            See :func:`~cmmatch.programme.taxonomy_files.read_related`.
        """
        return cls._read(read_related, file)

    @classmethod
    def _read(cls, reader: Callable[[Path, FaultList], Statements], path: str | Path) -> Taxonomy:
        faults = FaultList()
        statements = reader(Path(path), faults)
        faults.raise_if_any()
        return cls(statements)

    def merged(self, other: Taxonomy) -> Taxonomy:
        """Return both together; where both state a credit for a pair, the other one's counts."""
        one, two = self.statements, other.statements
        return Taxonomy(
            Statements(one.broader + two.broader, one.same + two.same, one.credit + two.credit)
        )

    def spelt(self, canonical: Callable[[str], str]) -> Taxonomy:
        """Return the same relations between labels that are spelt in another way."""
        given = self.statements
        return Taxonomy(
            Statements(
                tuple((canonical(one), canonical(other)) for one, other in given.broader),
                tuple((canonical(one), canonical(other)) for one, other in given.same),
                tuple((canonical(a), canonical(b), credit) for a, b, credit in given.credit),
            )
        )

    def skill_of(self, label: str) -> str:
        """Return the skill that a folded label is another name of, else the label itself."""
        return self._same.get(label, label)

    def related(self, wanted: str) -> dict[str, float]:
        """Return the credit, above 0 and below 1, of every skill related to a wanted one.

        Parameters
        ----------
        wanted : str
            A label, folded, as :meth:`skill_of` gives it.

        Returns
        -------
        dict of str to float
            By offered skill, sorted; without the wanted skill itself.
        """
        found: dict[str, float] = {}
        parents = self._parents.get(wanted, ())
        for parent in parents:
            family = self._children[parent]
            if len(family) <= FAMILY:
                found |= dict.fromkeys(family, SIBLING)
        found |= dict.fromkeys(parents, BROADER)
        found |= dict.fromkeys(self._children.get(wanted, ()), NARROWER)
        found |= self._stated.get(wanted, {})
        return {skill: found[skill] for skill in sorted(found) if found[skill] and skill != wanted}

    @cached_property
    def _same(self) -> Mapping[str, str]:
        same = set(self.statements.same)
        known = {skill for _, skill in same}
        claims = Counter(label for label, _ in same)
        return {label: skill for label, skill in same if claims[label] == 1 and label not in known}

    @cached_property
    def _parents(self) -> Mapping[str, tuple[str, ...]]:
        return _grouped((self.skill_of(a), self.skill_of(b)) for a, b in self.statements.broader)

    @cached_property
    def _children(self) -> Mapping[str, tuple[str, ...]]:
        return _grouped((self.skill_of(b), self.skill_of(a)) for a, b in self.statements.broader)

    @cached_property
    def _stated(self) -> Mapping[str, Mapping[str, float]]:
        found: dict[str, dict[str, float]] = {}
        for wanted, offered, credit in self.statements.credit:
            found.setdefault(self.skill_of(wanted), {})[self.skill_of(offered)] = credit
        return found


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return the second members of each first one, without itself."""
    found: dict[str, set[str]] = {}
    for one, other in pairs:
        if one != other:
            found.setdefault(one, set()).add(other)
    return {one: tuple(sorted(others)) for one, others in found.items()}
