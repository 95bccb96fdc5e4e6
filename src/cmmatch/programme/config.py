"""The settings: ``programme.toml``, checked by pydantic; unknown keys are refused."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cmmatch.programme.calendar import parse_availability
from cmmatch.programme.instruments import INSTRUMENTS

__all__ = [
    "SCORING_VERSIONS",
    "AvailabilitySettings",
    "Columns",
    "Config",
    "EligibilitySettings",
    "ExperienceSettings",
    "Files",
    "Limit",
    "ObjectiveSettings",
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

Trait = Literal["openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"]
SCORING_VERSIONS = (1,)
"""Versions of presets and formulas that a programme or an earlier result may name."""

Weight = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Hours = Annotated[float, Field(ge=0.0, le=168.0)]


class Section(BaseModel):
    """A table of the toml: frozen, and an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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
    unknown: Literal["pass", "refuse"] = Field(
        "pass", description="A rule that a blank keeps from being checked."
    )


class Limit(Section):
    """A limit on a group of people."""

    name: str = Field(min_length=1, description="Named in every message about it.")
    side: Literal["mentors", "mentees"] = Field("mentors", description="Whose rows it counts.")
    where: dict[str, str] = Field(description="Column and value that make the group.")
    max_hours_per_month: float = Field(ge=0.0, description="Hours the group may spend in a month.")


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


class PersonalitySettings(Section):
    """How trait answers are read, from ready columns or keyed items, and which are compared."""

    traits: tuple[Trait, ...] = Field(
        ("openness", "conscientiousness"), description="Traits in which likeness counts."
    )
    complementary: tuple[Trait, ...] = Field((), description="Traits in which a difference counts.")
    scale: tuple[float, float] = Field(
        (1.0, 5.0),
        description="Lowest and highest answer of a trait or item; left out, the instrument's own.",
    )
    instrument: Literal["mini_ipip", "tipi", "bfi_10", "ipip_25"] | None = Field(
        None, description="A questionnaire that cmmatch can score."
    )
    key: dict[Trait, tuple[str, ...]] = Field(
        default_factory=dict,
        description="Item columns of each trait; a leading '-' reverses the item.",
    )
    minimum_answered: Share = Field(
        0.5, description="Share of a trait's items that must be answered."
    )
    reliability: float | None = Field(
        None,
        gt=0.0,
        le=1.0,
        description="Reliability of a trait with all its items; left out, the instrument's own, "
        "or a cautious guess.",
    )

    @model_validator(mode="before")
    @classmethod
    def _own_scale(cls, given: object) -> object:
        if isinstance(given, dict) and "scale" not in given:
            name = given.get("instrument")
            if isinstance(name, str) and name in INSTRUMENTS:
                return {**given, "scale": INSTRUMENTS[name].scale}
        return given

    @model_validator(mode="after")
    def _compared_once(self) -> PersonalitySettings:
        compared = (*self.traits, *self.complementary)
        twice = sorted({trait for trait in compared if compared.count(trait) > 1})
        if twice:
            message = (
                "a trait must stand once in 'traits' or 'complementary', not twice and not in "
                f"both; here {', '.join(twice)}"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _consistent(self) -> PersonalitySettings:
        if not self.scale[0] < self.scale[1]:
            message = "the scale must be [lowest, highest] with lowest < highest"
            raise ValueError(message)
        if self.instrument is not None and self.key:
            message = "give either an instrument or a key, not both"
            raise ValueError(message)
        return self


class AvailabilitySettings(Section):
    """What common free time is worth, and how week grids and calendars are read."""

    enough_hours: float | None = Field(
        None,
        gt=0.0,
        le=168.0,
        description="Common hours a week that count in full; left out: the hours a pair needs.",
    )
    grid_timezone: str = Field(
        "", description="Zone in which week grids are written; blank: each person's own."
    )
    working_hours: str = Field(
        "Mon-Fri 09:00-17:00",
        description="Local hours of people who hand in a calendar and give no free time.",
    )
    busy_share: float = Field(
        0.5,
        gt=0.0,
        le=1.0,
        description="Share of the weeks from which on a calendar's entry takes the time away.",
    )

    @model_validator(mode="after")
    def _consistent(self) -> AvailabilitySettings:
        parse_availability(self.working_hours)
        return self


class ExperienceSettings(Section):
    """How many years apart a pair should be."""

    band: tuple[float, float] = Field(
        (5.0, 15.0), description="Years of difference that count in full."
    )

    @model_validator(mode="after")
    def _consistent(self) -> ExperienceSettings:
        if not 0 <= self.band[0] <= self.band[1]:
            message = "the band must be [least, most] with 0 <= least <= most"
            raise ValueError(message)
        return self


class RatingSettings(Section):
    """Columns of ratings that make one criterion together; empty: the criterion is not used."""

    columns: tuple[str, ...] = Field(
        (), description="Columns of ratings; a leading '-' reverses the scale of a column."
    )
    scale: tuple[float, float] = Field((1.0, 5.0), description="Lowest and highest rating.")
    minimum_answered: Share = Field(0.5, description="Share of the columns to be answered.")

    @model_validator(mode="after")
    def _consistent(self) -> RatingSettings:
        if not self.scale[0] < self.scale[1]:
            message = "the scale must be [lowest, highest] with lowest < highest"
            raise ValueError(message)
        return self


class PreferenceSettings(Section):
    """How the wishes of the two sides become one value."""

    combine: Literal["arithmetic", "geometric", "minimum"] = Field(
        "arithmetic", description="Mean of the two sides, geometric mean, or the smaller."
    )


class ScoringSettings(Section):
    """Which weights and bands stand where the settings say nothing."""

    preset: Literal[
        "career", "onboarding", "leadership", "belonging", "reverse", "skills_transfer",
        "mentor_coaching",
    ] = Field("career", description="Purpose of the programme.")  # fmt: skip
    version: Literal[1] = Field(
        1, description="Version of the presets and formulas; 1 is the only one there is."
    )


class ReportSettings(Section):
    """What is shown beside the pairs."""

    columns: tuple[str, ...] = Field(
        (), description="Columns of the people shown beside the pairs in matching.csv."
    )


class SkillSettings(Section):
    """Other spellings and related skills; files lie where their path leads from the settings."""

    aliases: str = Field("", description="Your table with the columns alias and skill.")
    shipped_aliases: bool = Field(
        True, strict=True, description="Whether the aliases that ship with cmmatch count too."
    )
    related: str = Field(
        "", description="Your table with skill, related and credit, or with skill and broader."
    )
    esco: str = Field("", description="A folder with the CSV bundle of ESCO in one language.")
    onet: str = Field("", description="A table of O*NET, such as Technology Skills.txt.")


class Files(Section):
    """Names of the tables, where they are not the usual ones; relative to the toml."""

    mentors: str = Field("", description="Usually mentors.csv, .xlsx or .parquet.")
    mentees: str = Field("", description="Usually mentees.csv, .xlsx or .parquet.")
    people: str = Field("", description="Optional: everyone, to complete the reporting lines.")
    pairs: str = Field("", description="Optional: requests and vetoes.")
    events: str = Field("", description="Optional: what happened since.")
    mentor_grid: str = Field(
        "", description="Optional: free time as a week grid; usually mentor_grid.csv or .xlsx."
    )
    mentee_grid: str = Field(
        "", description="Optional: free time as a week grid; usually mentee_grid.csv or .xlsx."
    )
    calendars: str = Field("", description="Optional: folder with a calendar <id>.ics a person.")


class Columns(Section):
    """Renaming, table by table: the schema's name = the heading in the file."""

    mentors: dict[str, str] = Field(default_factory=dict)
    mentees: dict[str, str] = Field(default_factory=dict)
    people: dict[str, str] = Field(default_factory=dict)
    pairs: dict[str, str] = Field(default_factory=dict)
    events: dict[str, str] = Field(default_factory=dict)


class Config(Section):
    """Everything in ``programme.toml``; a missing table takes its defaults."""

    programme: ProgrammeSettings = Field(
        default_factory=lambda: ProgrammeSettings.model_validate({})
    )
    files: Files = Field(default_factory=lambda: Files.model_validate({}))
    columns: Columns = Field(default_factory=Columns)
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
    scoring: ScoringSettings = Field(default_factory=lambda: ScoringSettings.model_validate({}))
    skills: SkillSettings = Field(default_factory=lambda: SkillSettings.model_validate({}))
    report: ReportSettings = Field(default_factory=lambda: ReportSettings.model_validate({}))

    @property
    def roles(self) -> Roles:
        """The words for the two sides."""
        return self.programme.roles
