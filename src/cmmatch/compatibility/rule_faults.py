"""Faults of ``[eligibility]``: rules and columns that there are not, or that no rule may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cmmatch.compatibility.rules import built_in_rules
from cmmatch.programme.faults import SETTINGS, Fault
from cmmatch.programme.headings import plain_heading
from cmmatch.programme.privacy import TEXT_COLUMNS
from cmmatch.programme.spelling import did_you_mean, near_names
from cmmatch.programme.unprotected import trait_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmmatch.programme.config import Config
    from cmmatch.programme.programme import Programme

__all__ = ["column_faults", "setting_faults", "settings_table"]

COMPARED = ("same", "different")


def setting_faults(config: Config, *, table: str = SETTINGS) -> list[Fault]:
    """Check the names in ``eligibility.off``, and columns that are to be the same and to differ.

    Codes: ``rule-unknown``, ``rule-contradiction``.

    Parameters
    ----------
    config : Config
        The settings.
    table : str, default "settings"
        Name of their file, if they have one.
    """
    settings = config.eligibility
    names = [rule.name for rule in built_in_rules(settings)]
    unknown = [_unknown_rule(each, names, table) for each in sorted(set(settings.off) - set(names))]
    both = sorted(set(settings.same) & set(settings.different))
    return unknown + [_contradiction(each, table) for each in both]


def column_faults(programme: Programme) -> list[Fault]:
    """Check the columns that ``[eligibility]`` compares: each in some table, none protected.

    Nor may one hold answers on personality. Codes: ``protected-column``, ``trait-column-used``,
    ``column-unknown``. Reading a programme finds them too; this is for one whose settings were
    changed since. A column that only one of the two tables has is no fault:
    the rule is in play, and every pair is unverified.
    """
    config, table = programme.config, settings_table(programme)
    protected = {plain_heading(each) for each in config.privacy.protected}
    traits = trait_columns(programme)
    known = sorted({*TEXT_COLUMNS, *programme.mentors.extra, *programme.mentees.extra})
    faults = []
    for setting in COMPARED:
        for column in sorted(set(getattr(config.eligibility, setting))):
            if plain_heading(column) in protected:
                faults.append(_protected(setting, column, table))
            elif what := traits.what(column):
                faults.append(_trait(setting, column, what, table=table))
            elif column not in known:
                faults.append(_unknown_column(setting, column, known=known, table=table))
    return faults


def settings_table(programme: Programme) -> str:
    """Name of the settings' file as its owner knows it, or "settings" where there was none."""
    return next((f.name for f in programme.inputs if f.name.endswith(".toml")), SETTINGS)


def _unknown_rule(given: str, names: Sequence[str], table: str) -> Fault:
    return Fault(
        table,
        None,
        "eligibility.off",
        given,
        "rule-unknown",
        "Only a rule that there is can be switched off.",
        f"{_hint(given, names)}Use names from: {', '.join(names)}.",
    )


def _protected(setting: str, column: str, table: str) -> Fault:
    return Fault(
        table,
        None,
        f"eligibility.{setting}",
        column,
        "protected-column",
        "A protected column must be used for audits only; no rule may compare it.",
        f"Take it out of eligibility.{setting}, or out of [privacy] protected.",
    )


def _trait(setting: str, column: str, what: str, *, table: str) -> Fault:
    return Fault(
        table,
        None,
        f"eligibility.{setting}",
        column,
        "trait-column-used",
        "Answers on personality must be used by [personality] alone, which asks for consent; this "
        f"column is {what}.",
        f"Take it out of eligibility.{setting}.",
    )


def _contradiction(column: str, table: str) -> Fault:
    return Fault(
        table,
        None,
        "eligibility.different",
        column,
        "rule-contradiction",
        "A column cannot have to be the same and to differ; no pair could be made.",
        "Leave it in eligibility.same or in eligibility.different, not in both.",
    )


def _unknown_column(setting: str, column: str, *, known: Sequence[str], table: str) -> Fault:
    return Fault(
        table,
        None,
        f"eligibility.{setting}",
        column,
        "column-unknown",
        "A rule compares a column of one text a person that a table has.",
        f"{_hint(column, known)}Use one of: {', '.join(known)}.",
    )


def _hint(given: str, names: Sequence[str]) -> str:
    return did_you_mean(near_names(given, names, most=1))
