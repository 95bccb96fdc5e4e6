"""Data quality: what people left blank, misspelt or all ask for, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmmatch.compatibility.answers import not_looked_at
from cmmatch.compatibility.asking import people_to_ask, people_without_anyone
from cmmatch.compatibility.blanks import count_blanks
from cmmatch.compatibility.silence import silence_gain
from cmmatch.compatibility.skill_spellings import spelling_suggestions
from cmmatch.compatibility.supply import goal_supply, hour_supply, load_gaps, skill_supply
from cmmatch.display import share, small_table
from cmmatch.report.files import write_all
from cmmatch.report.sheets import to_csv

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from os import PathLike

    from cmmatch.compatibility.asking import Ask, Lonely
    from cmmatch.compatibility.blanks import Blanks
    from cmmatch.compatibility.eligibility import EligibilityCount
    from cmmatch.compatibility.scored_programme import ScoredProgramme
    from cmmatch.compatibility.silence import SilenceGain
    from cmmatch.compatibility.skill_spellings import SpellingSuggestion
    from cmmatch.compatibility.supply import Hour, Supply
    from cmmatch.programme.programme import Programme
    from cmmatch.progress import Progress

__all__ = ["DataQuality", "data_quality"]

TEXT = frozenset({"column", "spelling", "skill", "add_to_aliases", "name", "ask"})
"""Columns of the sheets that hold what people wrote."""


@dataclass(frozen=True, eq=False)
class DataQuality:
    """What the answers of a programme are good for.

    Parameters
    ----------
    programme : Programme
        As read.
    blanks : Blanks
        By column, and what they cost in confidence.
    spellings : tuple of SpellingSuggestion
        Labels that may be one skill; none is applied.
    lonely : tuple of Lonely
        People whom no pair is left.
    supply : tuple of Supply
        Skills, then goals, the scarcest first.
    hours : tuple of Hour
        Of the week, Monday first.
    asks : tuple of Ask
        Whom to ask what, the most useful first.
    load_gaps : tuple of str
        Minimum loads that cannot be met.
    silence : (SilenceGain, SilenceGain)
        What mentees, and mentors, gain by answering nothing.
    not_looked_at : tuple of str
        Components that do not say which columns they read; they count as known in the blanks.
    """

    programme: Programme
    blanks: Blanks
    spellings: tuple[SpellingSuggestion, ...]
    lonely: tuple[Lonely, ...]
    supply: tuple[Supply, ...]
    hours: tuple[Hour, ...]
    asks: tuple[Ask, ...]
    load_gaps: tuple[str, ...]
    silence: tuple[SilenceGain, SilenceGain]
    not_looked_at: tuple[str, ...] = ()

    @property
    def tables(self) -> dict[str, dict[str, list[Any]]]:
        """The five tables as plain columns, by name."""
        return {
            "blanks": _columns(
                self.blanks.columns,
                (
                    "side",
                    "column",
                    "component",
                    "blank",
                    "people",
                    "share",
                    "cost",
                    "asked",
                    "counted",
                ),
            ),
            "spellings": {
                "spelling": [each.other for each in self.spellings],
                "people": [each.people_other for each in self.spellings],
                "skill": [each.label for each in self.spellings],
                "people_skill": [each.people for each in self.spellings],
                "likeness": [each.likeness for each in self.spellings],
                "add_to_aliases": [_line(each.other, each.label) for each in self.spellings],
            },
            "supply": _columns(
                self.supply, ("kind", "name", "wanted", "mentors", "places", "shortage")
            ),
            "hours": _columns(self.hours, ("hour", "zone", "mentees", "places", "shortage")),
            "ask_again": {
                **_columns(self.asks, ("side", "id")),
                "ask": ["; ".join(each.columns) for each in self.asks],
                **_columns(self.asks, ("pairs", "gain")),
            },
        }

    def frame(self, name: str) -> Any:
        """Return one table as a pandas frame: blanks, spellings, supply, hours or ask_again."""
        import pandas as pd

        return pd.DataFrame(self.tables[name])

    @property
    def figures(self) -> dict[str, Any]:
        """Everything as plain values; ``not_looked_at`` only where there is such a component."""
        skipped = {"not_looked_at": list(self.not_looked_at)} if self.not_looked_at else {}
        return {
            "confidence": round(self.blanks.confidence, 6),
            "confidence_lost": {each.component: round(each.loss, 6) for each in self.blanks.losses},
            **skipped,
            "people_without_anyone": [
                {"side": each.side, "id": each.id, "refused_by": dict(each.refused_by)}
                for each in self.lonely
            ],
            "gained_by_silence": {
                each.side: {
                    "ranks": each.ranks,
                    "share": each.share,
                    "listed": each.listed[0],
                    "listed_silent": each.listed[1],
                }
                for each in self.silence
            },
            **{name: _rows(table) for name, table in self.tables.items()},
        }

    def write(self, folder: str | PathLike[str]) -> tuple[Path, ...]:
        """Write ``blanks.csv, spellings.csv, supply.csv, hours.csv, ask_again.csv``, all or none.

        Raises
        ------
        OutputRefused
            The folder holds an input or cannot be written to.
        """
        contents = {
            f"{name}.csv": to_csv(table, text=sorted(TEXT & set(table)))
            for name, table in self.tables.items()
        }
        return write_all(
            Path(folder), contents, inputs=[each.path for each in self.programme.inputs]
        )

    def _repr_html_(self) -> str:
        blanks = [
            (b.side, b.title, b.blank, share(b.share), share(b.cost))
            for b in self.blanks.columns
            if b.blank
        ]
        scarce = [(s.kind, s.name, s.wanted, s.places, s.shortage) for s in self.supply]
        skipped = [(name,) for name in self.not_looked_at]
        asks = [(a.side, a.id, "; ".join(a.columns), share(a.gain)) for a in self.asks]
        return "\n".join(
            [
                small_table(
                    ["Side", "Column", "Blank", "Of all", "Confidence lost"], blanks, "Blanks"
                ),
                *([small_table(["Component"], skipped, "Blanks not counted")] if skipped else []),
                small_table(
                    ["Kind", "Name", "Wanted", "Places", "Shortage"], scarce, "Supply and demand"
                ),
                small_table(["Side", "Id", "Ask", "Confidence gained"], asks, "Ask again"),
            ]
        )


def data_quality(
    scored: ScoredProgramme, count: EligibilityCount, progress: Progress | None = None
) -> DataQuality:
    """Gather what is to be said about the data of a programme."""
    programme, blanks = scored.programme, count_blanks(scored, progress)
    return DataQuality(
        programme,
        blanks,
        spelling_suggestions(programme),
        people_without_anyone(scored.eligibility, count),
        (*skill_supply(programme), *goal_supply(programme)),
        hour_supply(programme),
        people_to_ask(scored, blanks),
        load_gaps(programme, count.eligible_per_mentee, blanks.seekers),
        silence_gain(scored),
        not_looked_at(scored),
    )


def _columns(rows: Sequence[Any], names: Sequence[str]) -> dict[str, list[Any]]:
    return {name: [getattr(row, name) for row in rows] for name in names}


def _rows(table: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(table, cells, strict=True)) for cells in zip(*table.values(), strict=True)]


def _line(alias: str, skill: str) -> str:
    """Return the row of an alias table, quoted where the spelling needs it."""
    return ",".join(
        '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in ',"\n') else cell
        for cell in (alias, skill)
    )
