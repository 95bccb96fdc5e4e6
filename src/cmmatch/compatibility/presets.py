"""Presets: weights and the experience band by the purpose of a programme."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cmmatch.programme.config import Config

__all__ = ["PRESETS", "Preset", "default_band", "default_weights"]


@dataclass(frozen=True)
class Preset:
    """What the settings fall back on.

    Parameters
    ----------
    purpose : str
        What the programme is for, in a few words.
    weights : mapping of str to float
        By component; they add up to 100. They count against the sum of those in play.
    band : (float, float)
        Years of difference that count in full.
    """

    purpose: str
    weights: Mapping[str, float]
    band: tuple[float, float] = (5.0, 15.0)


def _weights(*given: float) -> Mapping[str, float]:
    return MappingProxyType(dict(zip(ORDER, given, strict=True)))


ORDER = (
    "skills", "goals", "preferences", "working_style", "availability", "learning_orientation",
    "experience", "personality", "identity",
)  # fmt: skip

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "career": Preset(
            "One-to-one career mentoring.",
            _weights(25.0, 20.0, 20.0, 12.0, 10.0, 5.0, 5.0, 3.0, 0.0),
        ),
        "onboarding": Preset(
            "A colleague near in level for the first months; meeting often matters most.",
            _weights(15.0, 10.0, 15.0, 20.0, 25.0, 5.0, 10.0, 0.0, 0.0),
            (1.0, 6.0),
        ),
        "leadership": Preset(
            "Growing into leadership; goals lead.",
            _weights(20.0, 35.0, 15.0, 8.0, 7.0, 5.0, 8.0, 2.0, 0.0),
            (8.0, 20.0),
        ),
        "belonging": Preset(
            "Being at home in the organisation; own choice and a common way of working lead.",
            _weights(9.0, 13.5, 31.5, 18.0, 9.0, 4.5, 4.5, 0.0, 10.0),
        ),
        "reverse": Preset(
            "Juniors teach seniors; years of experience do not count.",
            _weights(40.0, 15.0, 20.0, 10.0, 10.0, 5.0, 0.0, 0.0, 0.0),
        ),
        "skills_transfer": Preset(
            "Passing on certain skills.", _weights(50.0, 10.0, 15.0, 5.0, 10.0, 5.0, 5.0, 0.0, 0.0)
        ),
        "mentor_coaching": Preset(
            "Coaching mentors in mentoring competencies, written as skills wanted.",
            _weights(45.0, 10.0, 15.0, 10.0, 10.0, 10.0, 0.0, 0.0, 0.0),
        ),
    }
)
"""By the name in ``[scoring] preset``.

``career`` rests on evidence as far as there is any. Skills and goals lead because agreement on task
and goal predicts coaching outcomes better than the bond (de Haan et al. 2016, 1,895 pairs). A say
in the matching is a design feature consistently tied to outcomes (Allen, Eby and Lentz 2006;
Kendall and Smith-Jentsch 2015, randomised). Similarity in values and beliefs is the strongest
antecedent of a good relationship, rho .38 to .59, largely as perceived (Eby et al. 2013).
Availability follows the link of meeting frequency with support, rho .25 (the same). Learning goal
orientation: Godshalk and Sosik 2003, Egan 2005. Personality stays small: similarity helped in one
study of 68 pairs (Menges 2016), not among 1,895 (de Haan et al. 2016). Experience is practice, not
evidence, and so are the numbers of the other presets: they shift the same criteria to the purpose.
Demographics (``identity``) have weight 0 but in ``belonging``, and count there only for a mentee
who asks: a woman as mentor protected the belonging of women in engineering (Dennehy and Dasgupta
2017, 150 women, randomised), while the wish for a mentor of one's own gender vanished once the
mentors' quality was shown (Gallen and Wasserman). The 10 is practice. It was made room for by a
tenth of each of the others, so that their proportions, and every score, stay where nobody asks.
"""


def default_weights(config: Config) -> dict[str, float]:
    """Return the weights of the preset, overridden by ``[weights]``."""
    return {**PRESETS[config.scoring.preset].weights, **config.weights}


def default_band(config: Config) -> tuple[float, float]:
    """Return the band of the settings, or the preset's where they give none."""
    if "band" in config.experience.model_fields_set:
        return config.experience.band
    return PRESETS[config.scoring.preset].band
