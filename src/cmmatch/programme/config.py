"""The settings: ``programme.toml``, checked by pydantic; unknown keys are refused."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from cmmatch.programme.component_settings import (
    AvailabilitySettings,
    ExperienceSettings,
    GoalSettings,
    IdentitySettings,
    PersonalitySettings,
    PreferenceSettings,
    RatingSettings,
    ScoringSettings,
    SkillSettings,
)
from cmmatch.programme.labels import folded
from cmmatch.programme.limit_settings import Limit
from cmmatch.programme.section import Hours, Path, Section, Share, Weight

__all__ = [
    "AvailabilitySettings",
    "Columns",
    "Config",
    "EligibilitySettings",
    "ExperienceSettings",
    "Files",
    "GoalSettings",
    "IdentitySettings",
    "Limit",
    "ObjectiveSettings",
    "PairSettings",
    "PersonalitySettings",
    "PreferenceSettings",
    "PrivacySettings",
    "ProgrammeSettings",
    "QualitySettings",
    "RatingSettings",
    "ReportSettings",
    "Roles",
    "ScoringSettings",
    "SkillSettings",
]


class Roles(Section):
    """What the two sides are called in everything that people read."""

    mentor: str = Field("mentor", min_length=1, description="One who teaches.")
    mentee: str = Field("mentee", min_length=1, description="One who learns.")
    mentors: str = Field("", description="Plural; made from the singular when left out.")
    mentees: str = Field("", description="Plural; made from the singular when left out.")

    @model_validator(mode="before")
    @classmethod
    def _plurals(cls, given: object) -> object:
        if not isinstance(given, dict):
            return given
        filled = dict(given)
        for one in ("mentor", "mentee"):
            word = filled.get(one, one)
            if isinstance(word, str) and not filled.get(f"{one}s"):
                filled[f"{one}s"] = plural(word)
        return filled


def plural(word: str) -> str:
    """Make the regular English plural of a role."""
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"


class ProgrammeSettings(Section):
    """The programme as a whole."""

    name: str = Field("Mentoring programme", min_length=1, description="Title of the report.")
    seed: int = Field(
        0, ge=0, lt=2**63, description="Decides ties; the same seed gives the same answer."
    )
    starts: date | None = Field(
        None, description="First day; availability is checked over the weeks from here."
    )
    weeks: int = Field(26, ge=1, le=104, description="Length, weeks.")
    hours_per_pair: float = Field(
        2.0, gt=0.0, le=160.0, description="Hours a pair needs in a month."
    )
    timezone: str = Field(
        "", description="Zone of people whose own is blank, such as Europe/Berlin."
    )
    roles: Roles = Field(default_factory=lambda: Roles.model_validate({}))


class EligibilitySettings(Section):
    """Hard rules: may these two meet at all."""

    line_manager_levels: int = Field(
        2, ge=0, le=20, description="Levels up and down that may not meet; 0: off."
    )
    min_overlap_hours_per_week: Hours = Field(
        1.0, description="Common free hours in the worst week; 0: off."
    )
    off: tuple[str, ...] = Field((), description="Names of rules that are switched off.")
    same: tuple[str, ...] = Field((), description="Columns in which both must have the same value.")
    different: tuple[str, ...] = Field((), description="Columns in which both must differ.")
    grade_band: tuple[float, float] | tuple[()] = Field(
        (), description="Least and most levels that the grade of a mentor must be above; []: off."
    )
    grades: tuple[str, ...] = Field(
        (), description="Grades from the lowest to the highest; left out, they are numbers."
    )
    unknown: Literal["pass", "refuse"] = Field(
        "pass", description="A rule that a blank keeps from being checked."
    )

    @model_validator(mode="after")
    def _consistent(self) -> EligibilitySettings:
        if self.grade_band and not self.grade_band[0] <= self.grade_band[1]:
            message = "the band must be [least, most] with least <= most"
            raise ValueError(message)
        known = [folded(grade) for grade in self.grades]
        twice = sorted({grade for grade in known if known.count(grade) > 1})
        if twice:
            message = f"a grade must stand once, upper and lower case alike; here {twice[0]!r}"
            raise ValueError(message)
        return self


class PrivacySettings(Section):
    """Who may be asked what, and what may be used for what."""

    protected: tuple[str, ...] = Field((), description="Columns for audits only.")
    personality: Literal["asked", "given"] = Field(
        "asked",
        description="'asked': traits count where consent_personality is yes; "
        "'given': consent is recorded elsewhere.",
    )
    retention_months: int = Field(24, ge=1, le=1200, description="How long answers may be kept.")


class QualitySettings(Section):
    """What is too poor to be made, or to be made without a question."""

    min_score: Share = Field(0.0, description="Below it a pair is not made.")
    min_confidence: Share = Field(0.5, description="Below it a pair is made, marked provisional.")


class ObjectiveSettings(Section):
    """What is wanted, in order."""

    order: tuple[str, ...] = Field(
        ("most_matched", "total_score"), min_length=1, description="First matters most."
    )
    share: float = Field(
        0.1, gt=0, le=1, description="How many of all pairs bottom_share lifts, the lowest first."
    )
    group: str = Field("", description="Column of the mentees whose groups group_gap compares.")


class ReportSettings(Section):
    """What is shown beside the pairs."""

    columns: tuple[str, ...] = Field(
        (), description="Columns of the people shown beside the pairs in matching.csv."
    )


class Files(Section):
    """Names of the tables, where they are not the usual ones; relative to the toml."""

    mentors: Path = Field("", description="Usually mentors.csv, .xlsx or .parquet.")
    mentees: Path = Field("", description="Usually mentees.csv, .xlsx or .parquet.")
    people: Path = Field("", description="Optional: everyone, to complete the reporting lines.")
    pairs: Path = Field("", description="Optional: requests and vetoes.")
    choices: Path = Field(
        "", description="Optional: the filled shortlist; usually choices.csv or shortlist.csv."
    )
    events: Path = Field("", description="Optional: what happened since.")
    mentor_grid: Path = Field(
        "", description="Optional: free time as a week grid; usually mentor_grid.csv or .xlsx."
    )
    mentee_grid: Path = Field(
        "", description="Optional: free time as a week grid; usually mentee_grid.csv or .xlsx."
    )
    calendars: Path = Field("", description="Optional: folder with a calendar <id>.ics a person.")


class PairSettings(Section):
    """How a table of pairs is read."""

    kind: Literal["require", "forbid", "keep", "prefer", "avoid", "declined", "previous"] | None = (
        Field(
            None,
            description="Kind of every row where the table has no column 'kind'; left out: keep.",
        )
    )


class Columns(Section):
    """Renaming, table by table: the schema's name = the heading in the file."""

    mentors: dict[str, str] = Field(default_factory=dict)
    mentees: dict[str, str] = Field(default_factory=dict)
    people: dict[str, str] = Field(default_factory=dict)
    pairs: dict[str, str] = Field(default_factory=dict)
    choices: dict[str, str] = Field(default_factory=dict)
    events: dict[str, str] = Field(default_factory=dict)


class Config(Section):
    """Everything in ``programme.toml``; a missing table takes its defaults."""

    programme: ProgrammeSettings = Field(
        default_factory=lambda: ProgrammeSettings.model_validate({})
    )
    files: Files = Field(default_factory=lambda: Files.model_validate({}))
    columns: Columns = Field(default_factory=Columns)
    pairs: PairSettings = Field(default_factory=lambda: PairSettings.model_validate({}))
    weights: dict[str, Weight] = Field(
        default_factory=dict, description="Any positive numbers; 0 switches off."
    )
    eligibility: EligibilitySettings = Field(
        default_factory=lambda: EligibilitySettings.model_validate({})
    )
    limits: tuple[Limit, ...] = ()
    privacy: PrivacySettings = Field(default_factory=lambda: PrivacySettings.model_validate({}))
    quality: QualitySettings = Field(default_factory=lambda: QualitySettings.model_validate({}))
    objectives: ObjectiveSettings = Field(
        default_factory=lambda: ObjectiveSettings.model_validate({})
    )
    personality: PersonalitySettings = Field(
        default_factory=lambda: PersonalitySettings.model_validate({})
    )
    availability: AvailabilitySettings = Field(
        default_factory=lambda: AvailabilitySettings.model_validate({})
    )
    experience: ExperienceSettings = Field(
        default_factory=lambda: ExperienceSettings.model_validate({})
    )
    working_style: RatingSettings = Field(default_factory=lambda: RatingSettings.model_validate({}))
    learning_orientation: RatingSettings = Field(
        default_factory=lambda: RatingSettings.model_validate({})
    )
    preferences: PreferenceSettings = Field(
        default_factory=lambda: PreferenceSettings.model_validate({})
    )
    identity: IdentitySettings = Field(default_factory=lambda: IdentitySettings.model_validate({}))
    scoring: ScoringSettings = Field(default_factory=lambda: ScoringSettings.model_validate({}))
    skills: SkillSettings = Field(default_factory=lambda: SkillSettings.model_validate({}))
    goals: GoalSettings = Field(default_factory=lambda: GoalSettings.model_validate({}))
    report: ReportSettings = Field(default_factory=lambda: ReportSettings.model_validate({}))

    @property
    def roles(self) -> Roles:
        """The words for the two sides."""
        return self.programme.roles
