"""Infeasibility: what cannot be kept together, by name, and what would make it possible."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from cmmatch import display

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Change", "Conflict", "Infeasibility", "Requirement", "Step", "Words"]

Side = Literal["mentee", "mentor"]

NAMED = 8
"""More people than that are counted, not named."""

STEPS = 4
"""More steps of a change than that are counted, not named."""

OTHER: Mapping[str, Side] = {"mentee": "mentor", "mentor": "mentee"}


@dataclass(frozen=True, eq=False)
class Words:
    """What people and sides are called in sentences.

    Parameters
    ----------
    names : mapping of (side, id) to str
        Of those who have one; others are called by their id.
    mentee, mentees, mentor, mentors : str
        The two roles, one and several.
    """

    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    mentee: str = "mentee"
    mentees: str = "mentees"
    mentor: str = "mentor"
    mentors: str = "mentors"

    def person(self, side: str, label: str) -> str:
        """Return the name of somebody, or the id."""
        return self.names.get((side, label), label)

    def people(self, side: str, labels: Sequence[str]) -> str:
        """Join the names of several people; many are counted."""
        return joined([self.person(side, each) for each in labels], most=NAMED)

    def role(self, side: str, count: int = 1) -> str:
        """Return the word for one or several of a side."""
        word: str = getattr(self, side if count == 1 else f"{side}s")
        return word

    def pair(self, mentee: str, mentor: str) -> str:
        """Name both people of a pair."""
        return f"{self.person('mentee', mentee)} with {self.person('mentor', mentor)}"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that must hold and can be named.

    Parameters
    ----------
    kind : {"minimum", "required", "rule"}
        A minimum load, a required pair, or one row of a rule.
    mentee, mentor : str, default ""
        Id of whose minimum load it is, or ids of both people of a required pair.
    rule, label : str, default ""
        Name of the rule, and what the row is about.
    bound : {"least", "most", ""}
        Which side of a row; for a minimum load "least".
    amount : float
        The bound, in what the rule counts; ``nan`` where a row compares sums with each other.
    """

    kind: Literal["minimum", "required", "rule"]
    mentee: str = ""
    mentor: str = ""
    rule: str = ""
    label: str = ""
    bound: Literal["least", "most", ""] = ""
    amount: float = 0.0

    @property
    def side(self) -> Side:
        """Whose minimum load it is."""
        return "mentor" if self.mentor else "mentee"

    def said(self, words: Words) -> str:
        """Name it, within a sentence."""
        if self.kind == "required":
            return f"the required pair {words.pair(self.mentee, self.mentor)}"
        if self.kind == "minimum":
            who = words.person(self.side, self.mentor or self.mentee)
            return f"the minimum load of {who} (at least {self.amount:g})"
        told = [self.label] if self.label else []
        if self.amount == self.amount:
            told.append(f"at {self.bound} {self.amount:g}")
        return f"'{self.rule}'" + (f" ({': '.join(told)})" if told else "")


@dataclass(frozen=True, slots=True)
class Conflict:
    """Requirements that cannot all be kept, even if every other one were dropped.

    Parameters
    ----------
    requirements : tuple of Requirement
        Eligibility, places and demand hold beside them.
    others : tuple of (id, int)
        Where only loads and pairs are in conflict: everybody who may be with those who must have
        somebody, each with how many of them this one may have.
    needed, possible : int
        Pairs that they must have, and pairs that can be made, ``needed > possible``; both 0 where
        rules beyond loads take part.
    smallest : bool
        Whether no conflict of this model has fewer requirements.
    irreducible : bool
        Whether the rest can be kept once any single one of the requirements is dropped.
    """

    requirements: tuple[Requirement, ...]
    others: tuple[tuple[str, int], ...] = ()
    needed: int = 0
    possible: int = 0
    smallest: bool = False
    irreducible: bool = True

    def said(self, words: Words) -> str:
        """Say it in a sentence or two."""
        minimum = [each for each in self.requirements if each.kind == "minimum"]
        required = [each for each in self.requirements if each.kind == "required"]
        if not self.needed:
            return self._together(words)
        if not minimum:
            return self._too_many(required, words)
        return self._too_few(minimum, required, words)

    def _too_many(self, required: list[Requirement], words: Words) -> str:
        """Somebody has more required pairs than may be."""
        side = "mentor" if len({each.mentor for each in required}) == 1 else "mentee"
        who = words.person(side, getattr(required[0], side))
        return f"{who} has {self.needed} required pairs but may have at most {self.possible}."

    def _too_few(
        self, minimum: list[Requirement], required: list[Requirement], words: Words
    ) -> str:
        side = minimum[0].side
        who = words.people(side, [each.mentor or each.mentee for each in minimum])
        several = len(minimum) > 1
        load = " in all (their minimum loads)" if several else ""
        first = f"{who} must have at least {self.needed}{load} but can have at most {self.possible}"
        if required:
            pairs = joined([words.pair(each.mentee, each.mentor) for each in required], most=NAMED)
            verb = "is" if len(required) == 1 else "are"
            first = f"While {pairs} {verb} required, {first} besides"
        return f"{first}: {self._whom(OTHER[side], several, words)}"

    def _whom(self, other: Side, several: bool, words: Words) -> str:
        with_whom = "any of them" if several else f"this {words.role(OTHER[other])}"
        if not self.others:
            if self.possible:
                return "no more than there are places, or people on the other side."
            return f"no {words.role(other)} may be with {with_whom}."
        named = [
            words.person(other, label) + (f" ({count} times)" if count > 1 else "")
            for label, count in self.others
        ]
        if len(named) > NAMED:
            return (
                f"only {len(named)} {words.role(other, 2)} may be with {with_whom}: "
                f"{joined(named, most=NAMED)}."
            )
        return f"only {joined(named, most=NAMED)} may be with {with_whom}."

    def _together(self, words: Words) -> str:
        listed = "; ".join(each.said(words) for each in self.requirements)
        if len(self.requirements) == 1:
            return f"This cannot be kept, whatever is matched: {listed}."
        if not self.irreducible:
            return f"These cannot all be kept; perhaps fewer of them cannot either: {listed}."
        return f"These cannot all be kept, but without any one of them the others can: {listed}."


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a change.

    Parameters
    ----------
    kind : {"place", "demand", "minimum", "required", "rule", "eligibility"}
        One or more places with a mentor, mentors for a mentee, a lower minimum load, a required
        pair dropped, a rule relaxed, a hard rule lifted.
    mentee, mentor, rule : str
        What it is about.
    amount : float
        By how much; 1 for what is dropped.
    before : int, default 0
        A minimum load as it stands.
    bound : {"least", "most", ""}
        Which side of a rule is moved; "" where it is missed on either.
    """

    kind: Literal["place", "demand", "minimum", "required", "rule", "eligibility"]
    mentee: str = ""
    mentor: str = ""
    rule: str = ""
    amount: float = 1.0
    before: int = 0
    bound: Literal["least", "most", ""] = ""

    @property
    def side(self) -> Side:
        """Whose minimum load, places or demand it is."""
        return "mentor" if self.mentor else "mentee"

    def said(self, words: Words) -> str:
        """Say it after "with"."""
        mentee, mentor = words.person("mentee", self.mentee), words.person("mentor", self.mentor)
        if self.kind == "place":
            return f"{_more(self.amount, 'place')} with {mentor}"
        if self.kind == "demand":
            what = words.role("mentor") if self.amount == 1 else words.role("mentor", 2)
            return f"{_more(self.amount, what, several=what)} for {mentee}"
        if self.kind == "minimum":
            who = mentor if self.mentor else mentee
            after = self.before - int(self.amount)
            return f"the minimum load of {who} at {after}, not {self.before}"
        if self.kind == "required":
            return f"{words.pair(self.mentee, self.mentor)} no longer required"
        if self.kind == "eligibility":
            return f"the hard rule '{self.rule}' lifted"
        moved = {"least": "lowered", "most": "raised", "": "relaxed"}[self.bound]
        return f"'{self.rule}' {moved} by {self.amount:g}"


@dataclass(frozen=True, slots=True)
class Change:
    """A change with which all rules can be kept; solved again with it before it is named.

    Parameters
    ----------
    steps : tuple of Step
        All of them together.
    size : float
        Added up over the steps: places, pairs, units of a rule.
    pairs : int or None
        Pairs that can be made with it; ``None`` where that was not looked for.
    least : bool
        Whether a smaller change of the same things does not do.
    """

    steps: tuple[Step, ...]
    size: float
    pairs: int | None = None
    least: bool = True

    def said(self, words: Words) -> str:
        """Say it in a sentence."""
        told = joined([step.said(words) for step in self.steps], most=STEPS)
        if len(self.steps) > STEPS and all(step.kind == "minimum" for step in self.steps):
            told = self._lowered(words)
        pairs = "" if self.pairs is None else f": {display.several(self.pairs, 'pair', 'pairs')}"
        return f"With {told}, all rules can be kept{pairs}."

    def _lowered(self, words: Words) -> str:
        """Say in short that many minimum loads are lowered."""
        people = [words.person(each.side, each.mentor or each.mentee) for each in self.steps]
        by = [f"{who} by {step.amount:g}" for who, step in zip(people, self.steps, strict=True)]
        total = sum(step.amount for step in self.steps)
        return f"{len(people)} minimum loads lowered by {total:g} in all ({joined(by, most=STEPS)})"


@dataclass(frozen=True, eq=False)
class Infeasibility:
    """Why no matching keeps all rules, and the cheapest changes with which one does; ``print`` it.

    Parameters
    ----------
    conflicts : tuple of Conflict
        Each on its own is enough; they share no requirement. The smallest found comes first.
    changes : tuple of Change
        The smallest first; each was solved again. Empty where none was found.
    words : Words
        For sentences.
    """

    conflicts: tuple[Conflict, ...] = ()
    changes: tuple[Change, ...] = ()
    words: Words = field(default_factory=Words, repr=False)

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The ids of the people that each conflict names, sorted."""
        return tuple(
            tuple(
                sorted(
                    {
                        label
                        for each in conflict.requirements
                        for label in (each.mentee, each.mentor)
                        if label
                    }
                    | {label for label, _ in conflict.others}
                )
            )
            for conflict in self.conflicts
        )

    @property
    def rules(self) -> tuple[str, ...]:
        """Names of the rules in conflict, each once."""
        found = [each.rule for c in self.conflicts for each in c.requirements if each.rule]
        return tuple(dict.fromkeys(found))

    @property
    def reasons(self) -> tuple[str, ...]:
        """A sentence for each conflict."""
        return tuple(each.said(self.words) for each in self.conflicts)

    @property
    def remedies(self) -> tuple[str, ...]:
        """A sentence for each change."""
        return tuple(each.said(self.words) for each in self.changes)

    def called(self, words: Words) -> Infeasibility:
        """Return the same in other words."""
        return replace(self, words=words)

    def __str__(self) -> str:
        lines = [*self.reasons]
        if self.changes:
            lines += ["", "What would make it possible, the smallest change first:"]
            lines += [f"- {each}" for each in self.remedies]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        told = [f"<p>{display.escape(each)}</p>" for each in self.reasons]
        if self.changes:
            listed = "".join(f"<li>{display.escape(each)}</li>" for each in self.remedies)
            told.append(f"<p>What would make it possible:</p><ul>{listed}</ul>")
        return "\n".join(told)


def joined(names: Sequence[str], *, most: int) -> str:
    """Join names with commas and a last "and"; beyond some, say how many more there are.

    Examples
    --------
    >>> joined(["Ada", "Ben", "Cleo"], most=3), joined(["Ada", "Ben", "Cleo"], most=2)
    ('Ada, Ben and Cleo', 'Ada, Ben and 1 more')
    """
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _more(amount: float, one: str, *, several: str = "") -> str:
    return f"one more {one}" if amount == 1 else f"{amount:g} more {several or one + 's'}"
