"""The settings of the components: what counts how, and from which columns."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from cmmatch.programme.calendar import parse_availability
from cmmatch.programme.instruments import INSTRUMENTS
from cmmatch.programme.section import Finite, Path, Section, Share

__all__ = [
    "SCORING_VERSIONS",
    "AvailabilitySettings",
    "ExperienceSettings",
    "GoalSettings",
    "IdentitySettings",
    "PersonalitySettings",
    "PreferenceSettings",
    "RatingSettings",
    "ScoringSettings",
    "SkillSettings",
]

SCORING_VERSIONS = (1,)
"""Versions of presets and formulas that a programme or an earlier result may name."""

Trait = Literal["openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"]


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
        try:
            parse_availability(self.working_hours)
        except ValueError as error:
            said = str(error).removesuffix(".")
            message = f"{said}; working_hours is {self.working_hours!r}"
            raise ValueError(message) from None
        return self


class ExperienceSettings(Section):
    """How many years apart a pair should be."""

    band: tuple[Finite, Finite] = Field(
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


class IdentitySettings(Section):
    """Columns in which a mentee may ask for a mentor of the same; empty: nobody may ask."""

    columns: tuple[str, ...] = Field(
        (), description="Columns that mentees may name in wants_mentor_like_me."
    )


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


class SkillSettings(Section):
    """Other spellings and related skills; files lie where their path leads from the settings."""

    aliases: Path = Field("", description="Your table with the columns alias and skill.")
    shipped_aliases: bool = Field(
        True, strict=True, description="Whether the aliases that ship with cmmatch count too."
    )
    related: Path = Field(
        "", description="Your table with skill, related and credit, or with skill and broader."
    )
    esco: Path = Field("", description="A folder with the CSV bundle of ESCO in one language.")
    onet: Path = Field("", description="A table of O*NET, such as Technology Skills.txt.")


class GoalSettings(Section):
    """How goals and statements are compared; paths begin at the folder of the settings."""

    encoder: Literal["tfidf", "minilm"] = Field(
        "tfidf", description="'tfidf' compares letters; 'minilm' the meaning of English only."
    )
    weights: Path = Field("", description="Folder of minilm; blank: the installed package.")
    cache: Path = Field("", description="Folder that keeps vectors of statements; blank: none.")
    category_share: Share = Field(0.6, description="Weight of categories against statements.")
    offered: Share = Field(0.75, description="Worth of a goal offered; one reached is worth 1.")
