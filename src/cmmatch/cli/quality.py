"""The part of ``cmmatch check`` about data quality: the worst few, with counts of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cmmatch.cli.screen import say, table
from cmmatch.compatibility.rule_words import rule_title
from cmmatch.display import capital, count, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmmatch.api.quality import DataQuality
    from cmmatch.compatibility.asking import Lonely
    from cmmatch.programme.config import Roles

__all__ = ["rule_label", "show_quality"]

SHOWN = 5


def rule_label(name: str, *, hours: float) -> str:
    """Return the code name of a rule with what it refuses.

    Examples
    --------
    >>> rule_label("minimum_overlap", hours=1)
    'minimum_overlap: less than 1 common free hour a week'
    """
    said = rule_title(name)
    if name == "minimum_overlap":
        said = f"less than {hours:g} common free {'hour' if hours == 1 else 'hours'} a week"
    return name if said == name else f"{name}: {said}"


def show_quality(quality: DataQuality) -> None:
    """Print the tables, each no longer than somebody reads."""
    roles = quality.programme.config.roles
    _show_lonely(quality.lonely, roles)
    _show_blanks(quality, roles)
    _show_asks(quality, roles)
    _show_silence(quality, roles)
    _show_supply(quality, roles)
    _show_hours(quality, roles)
    _show_spellings(quality)


def _role(side: str, roles: Roles) -> str:
    return roles.mentee if side == "mentee" else roles.mentor


def _show(
    title: str, headers: Sequence[str], rows: list[Sequence[str]], right: Sequence[int], shown: int
) -> None:
    if not rows:
        return
    more = len(rows) - shown
    click.echo(f"\n{title}" + (f" (the first {shown} of {count(len(rows))})" if more > 0 else ""))
    table(headers, rows[:shown], right=right)


def _show_lonely(lonely: Sequence[Lonely], roles: Roles) -> None:
    rows: list[Sequence[str]] = [
        (
            _role(each.side, roles),
            each.id,
            ", ".join(f"{name} {count(number)}" for name, number in each.refused_by.items())
            or "nobody on the other side",
        )
        for each in lonely
    ]
    _show(
        "People whom the rules let meet nobody",
        ("Who", "Id", "Refused by, and how many"),
        rows,
        (),
        SHOWN,
    )


def _show_blanks(quality: DataQuality, roles: Roles) -> None:
    from cmmatch.compatibility.scored_programme import NOTHING_SCORED

    blanks = quality.blanks
    lost = ", ".join(
        f"{each.component} {share(each.loss)}"
        for each in sorted(blanks.losses, key=lambda e: (-e.loss, e.component))
        if each.loss
    )
    if blanks.pairs:
        click.echo(
            f"Confidence, the mean of all pairs that may meet: {share(blanks.confidence)}"
            + (f"; lost by blanks: {lost}" if lost else "")
        )
    if not blanks.scored:
        say(NOTHING_SCORED)
    if quality.not_looked_at:
        names = ", ".join(quality.not_looked_at)
        say(f"Blanks not counted, since it is not said which columns are read: {names}")
    rows: list[Sequence[str]] = [
        (_role(b.side, roles), b.title, count(b.blank), share(b.share), share(b.cost))
        for b in blanks.columns
        if b.cost
    ]
    headers = ("Who", "Column", "Blank", "Of all", "Confidence if all filled it in: +")
    _show("Blanks, the costliest first", headers, rows, (2, 3, 4), SHOWN)


def _show_asks(quality: DataQuality, roles: Roles) -> None:
    rows: list[Sequence[str]] = [
        (_role(a.side, roles), a.id, "; ".join(a.columns), count(a.pairs), share(a.gain))
        for a in quality.asks
    ]
    headers = ("Who", "Id", "Ask for", "Pairs", "Their confidence: +")
    _show("Whom to ask again, the most useful first", headers, rows, (3, 4), SHOWN)


def _show_silence(quality: DataQuality, roles: Roles) -> None:
    """Say what somebody gains, or loses, who answers nothing: it should be little."""
    names = {"mentee": roles.mentee, "mentor": roles.mentor}
    for each in quality.silence:
        if each.lists:
            how = "gains" if each.ranks >= 0 else "loses"
            say(
                f"A {names[each.side]} who answered nothing {how} {abs(each.ranks):.1f} ranks on "
                f"average ({share(abs(each.share))} of a list)."
            )
            answered, silent = each.listed
            if share(answered) != share(silent):
                say(
                    "Rules that read answers could not be checked: such a "
                    f"{names[each.side]} would stand in {share(silent)} of the lists, not in "
                    f"{share(answered)}"
                    f"{_way_out(quality)}."
                )


def _way_out(quality: DataQuality) -> str:
    passes = quality.programme.config.eligibility.unknown == "pass"
    return '; [eligibility] unknown = "refuse" keeps them out' if passes else ""


def _show_supply(quality: DataQuality, roles: Roles) -> None:
    for kind, title in (("skill", "Skills"), ("goal", "Goals")):
        rows: list[Sequence[str]] = [
            (s.name, count(s.wanted), count(s.mentors), count(s.places), count(s.shortage))
            for s in quality.supply
            if s.kind == kind
        ]
        short = sum(s.shortage > 0 for s in quality.supply if s.kind == kind)
        headers = (
            kind.capitalize(),
            f"{capital(roles.mentees)} want it",
            f"{capital(roles.mentors)} with it",
            "Their places",
            "Short of",
        )
        _show(f"{title}: {count(short)} in short supply", headers, rows, (1, 2, 3, 4), SHOWN)


def _show_hours(quality: DataQuality, roles: Roles) -> None:
    if not quality.hours:
        return
    zone = quality.hours[0].zone
    wanted = [hour for hour in quality.hours if hour.mentees]
    short = sorted(wanted, key=lambda hour: -hour.shortage)
    rows: list[Sequence[str]] = [
        (hour.hour, count(hour.mentees), count(hour.places), count(hour.shortage))
        for hour in short
        if hour.shortage
    ]
    if not rows:
        click.echo(f"\nHours of the week ({zone}): places for all who are free, in every hour")
        return
    headers = (
        f"Hour ({zone})",
        f"{capital(roles.mentees)} free",
        "Places free",
        "Short of",
    )
    _show("Hours of the week in short supply", headers, rows, (1, 2, 3), SHOWN)


def _show_spellings(quality: DataQuality) -> None:
    lines = quality.tables["spellings"]["add_to_aliases"]
    rows: list[Sequence[str]] = [
        (s.other, count(s.people_other), s.label, count(s.people), line)
        for s, line in zip(quality.spellings, lines, strict=True)
    ]
    headers = ("Spelling", "People", "May be", "People", "If so, add to [skills] aliases")
    _show("Skills that may be one, not merged", headers, rows, (1, 3), SHOWN)
