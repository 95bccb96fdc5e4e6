"""What stands beside the blocks in the same run: a plain Python loop over pairs.

It is what a careful person would write without a library for arrays: dicts, lists, floats and
whole numbers as bit masks, made once for each person, and then one pair after the other. Weights
and neutral values are those of the scored programme, everything else is worked out anew, so that
the loop also checks the components.
"""

from __future__ import annotations

from records import Records, mean_distance

from cmmatch.compatibility.presets import default_band
from cmmatch.programme.order import canonical_order

__all__ = ["PairLoop"]

SAMPLE_SIDE = 200
UNITS = 1_000_000
FAR = 0.5


class PairLoop:
    """The score of single pairs, in millionths.

    Parameters
    ----------
    scored : ScoredProgramme
        With built-in components, and skills that are related to none.
    encoder : callable, optional
        What statements were compared by; left out, tf-idf.

    Raises
    ------
    ValueError
        If the programme is scored by anything else.
    """

    def __init__(self, scored, encoder=None):
        self.programme = scored.programme
        config = self.programme.config
        self.records = Records(self.programme, encoder)
        self._check(scored.names)
        self.parts = [
            (weight, neutral, getattr(self, name))
            for name, weight, neutral in zip(
                scored.names, scored.weights.tolist(), scored.neutral.tolist(), strict=True
            )
        ]
        self.enough = 4 * (
            config.availability.enough_hours
            or max(config.programme.hours_per_pair, config.eligibility.min_overlap_hours_per_week)
        )
        self.band = default_band(config)
        self.combine = config.preferences.combine
        self.share = config.goals.category_share
        self.typical_goals = self._typical_goals() if "goals" in scored.names else (None, None)
        self.typical_traits = self._typical_traits()

    def _check(self, names):
        foreign = [name for name in names if not hasattr(self, name)]
        words = self.programme.vocabulary
        wanted = {words.skill(label) for label in self.programme.mentees.skills_wanted.labels}
        related = sorted(key for key in wanted if words.related(key))
        asked = self.programme.config.goals.encoder if self.records.encoder is None else "tfidf"
        if foreign or related or asked != "tfidf":
            message = (
                "The loop knows the built-in components but identity, no related skills, and "
                f"tf-idf or the encoder it is handed; given components {foreign}, related skills "
                f"{related[:3]} and the encoder {asked!r}."
            )
            raise ValueError(message)

    def people(self, mentee, mentor):
        """Return the two people of each pair, from positions."""
        return [
            (self.records.mentee(i), self.records.mentor(j))
            for i, j in zip(mentee.tolist(), mentor.tolist(), strict=True)
        ]

    def scores(self, people):
        """Return the score of each pair of people, one after the other."""
        return [self.score(mentee, mentor) for mentee, mentor in people]

    def score(self, mentee, mentor):
        total = 0.0
        for weight, neutral, component in self.parts:
            value = component(mentee, mentor)
            total += weight * (neutral if value is None else value)
        return round(total * UNITS)

    def skills(self, mentee, mentor):
        wishes, offers = mentee.skills, mentor.skills
        if not (wishes and offers):
            return None
        total = 0.0
        for key, share, target, held, left_out in wishes:
            level = offers.get(key)
            if level is None:
                continue
            if not level:
                total += share * left_out
            elif level >= target:
                total += share
            elif level > held:
                total += share * level / target
        return total

    def categories(self, mentee, mentor):
        """Mean worth of the mentee's goals to the mentor."""
        wanted, worth = mentee.goals, mentor.goals
        if not (wanted and worth):
            return None
        return sum(worth.get(goal, 0.0) for goal in wanted) / len(wanted)

    def statements(self, mentee, mentor):
        """Cosine of the two statements, nothing less than 0."""
        one, other = mentee.grams, mentor.grams
        if not (one and other):
            return None
        if len(one) > len(other):
            one, other = other, one
        cosine = sum(weight * other[gram] for gram, weight in one.items() if gram in other)
        return max(cosine, 0.0)

    def goals(self, mentee, mentor):
        categories = self.categories(mentee, mentor)
        statements = self.statements(mentee, mentor)
        if categories is None and statements is None:
            return None
        if categories is None:
            categories = self.typical_goals[0]
        if statements is None:
            statements = self.typical_goals[1]
        return self.share * categories + (1 - self.share) * statements

    def availability(self, mentee, mentor):
        one, other = mentee.weeks, mentor.weeks
        if one is None or other is None:
            return None
        quarters = min((a & b).bit_count() for a, b in zip(one, other, strict=True))
        return min(quarters / self.enough, 1.0)

    def experience(self, mentee, mentor):
        if mentee.years is None or mentor.years is None:
            return None
        ahead = mentor.years - mentee.years
        least, most = self.band
        if ahead < least:
            return max(ahead / least, 0.0) if least else 0.0
        falling = 1 - (1 - FAR) * (ahead - most) / (most - least or 10)
        return min(max(falling, FAR), 1.0)

    def personality(self, mentee, mentor):
        total, found, compared = 0.0, False, 0
        likeness = len(self.programme.config.personality.traits)
        for k, typical in enumerate(self.typical_traits):
            if typical is None:
                continue
            compared += 1
            one, other = mentee.traits[k], mentor.traits[k]
            value = typical
            if one is not None and other is not None:
                found = True
                value += (abs(one[0] - other[0]) - typical) / (one[1] + other[1])
            total += 1 - value if k < likeness else value
        return min(max(total / compared, 0.0), 1.0) if found else None

    def preferences(self, mentee, mentor):
        one = mentee.named.get(mentor.place, mentee.others)
        other = mentor.named.get(mentee.place, mentor.others)
        if one == 0 or other == 0:
            return 0.0
        if one is None or other is None:
            return other if one is None else one
        if self.combine == "minimum":
            return min(one, other)
        if self.combine == "geometric":
            return (one * other) ** 0.5
        return (one + other) / 2

    def working_style(self, mentee, mentor):
        total, count = 0.0, 0
        for one, other in zip(mentee.ratings, mentor.ratings, strict=True):
            if one is not None and other is not None:
                total += abs(one - other)
                count += 1
        return 1 - total / count if count else None

    def learning_orientation(self, mentee, mentor):
        if mentee.learning is None or mentor.learning is None:
            return None
        return min(mentee.learning, mentor.learning)

    def _typical_goals(self):
        """Mean of each part over the known pairs of people who are drawn by their ids."""
        mentees = self._sample(self.programme.mentees, self.records.mentee)
        mentors = self._sample(self.programme.mentors, self.records.mentor)
        means = []
        for part in (self.categories, self.statements):
            values = [part(one, other) for one in mentees for other in mentors]
            values = [value for value in values if value is not None]
            means.append(round(sum(values) / len(values), 3) if values else 0.5)
        return tuple(means)

    def _sample(self, side, record):
        order = canonical_order(side.ids, seed=self.programme.config.programme.seed).tolist()
        answered = (each for k in order if (each := record(k)).goals or each.grams)
        return [each for each, _ in zip(answered, range(SAMPLE_SIDE), strict=False)]

    def _typical_traits(self):
        """Mean distance of two people in each trait compared."""
        found = []
        for k in range(len(self.records.traits)):
            one, other = (
                [each[k][0] for each in side if each[k] is not None]
                for side in self.records.answers
            )
            distance = mean_distance(one, other)
            found.append(None if distance is None else round(distance, 3))
        return found
