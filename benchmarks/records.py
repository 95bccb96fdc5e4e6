"""What the loop knows of people: made once for each, in plain Python values."""

from __future__ import annotations

import math
import re
from bisect import bisect
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

from cmmatch.compatibility.texts import FUNCTION_WORDS
from cmmatch.programme.calendar import programme_weeks
from cmmatch.programme.labels import folded, tidy
from cmmatch.programme.people import TRAITS
from cmmatch.programme.relations import WISHING

__all__ = ["Person", "Records", "mean_distance"]

QUARTER, DAY, WEEK = timedelta(minutes=15), 96, 672


@dataclass(frozen=True, slots=True)
class Person:
    """One mentee or mentor.

    ``skills`` and ``goals`` are lists of wishes of a mentee, and dicts of what a mentor gives;
    ``grams`` are the weights of the statement, empty where it says too little; ``weeks`` has a
    bit for every free quarter-hour, one number for each kind of week. ``None`` is unknown.
    """

    place: int
    skills: list | dict
    goals: list | dict
    grams: dict
    weeks: list | None
    years: float | None
    traits: list
    ratings: list
    learning: float | None
    named: dict
    others: float | None


class Records:
    """People of a programme as :class:`Person`, from the columns and nothing else."""

    def __init__(self, programme, encoder=None):
        self.programme = programme
        self.encoder = encoder
        self.sides = programme.mentees, programme.mentors
        self.requests = requests_by_person(programme)
        settings = programme.config.personality
        self.traits = [TRAITS.index(each) for each in (*settings.traits, *settings.complementary)]
        self.mentee, self.mentor = cache(self._mentee), cache(self._mentor)
        self.masks = cache(self._masks)

    def _mentee(self, k):
        return self._person(0, k, self._wishes(k), self.goals[0][k])

    def _mentor(self, k):
        return self._person(1, k, self.held[1][k], self._worth_of_goals(k))

    def _person(self, side, k, skills, goals):
        named, others = self.requests[side]
        return Person(
            place=k,
            skills=skills,
            goals=goals,
            grams=self.statements.weights(self.sides[side].statement[k]),
            weeks=self._weeks(self.sides[side], k),
            years=self.years[side][k],
            traits=self.answers[side][k],
            ratings=self.styles[side][k],
            learning=self.learning[side][k],
            named=named.get(k, {}),
            others=others.get(k),
        )

    @cached_property
    def held(self):
        """Level by skill, 0 for none; of one skill given twice the highest."""
        return [[self._held(each) for each in entries(side.skills)] for side in self.sides]

    def _held(self, skills):
        levels = {}
        for label, level, _ in skills:
            key = self.programme.vocabulary.skill(label)
            levels[key] = max(level, levels.get(key, 0))
        return levels

    @cached_property
    def rarity(self):
        count = Counter(key for each in self.held[1] for key in each)
        m = len(self.sides[1])
        return {k: 1 + math.log((m + 1) / (n + 1)) / math.log(m + 1) for k, n in count.items()}

    @cached_property
    def chances(self):
        """How likely each level is where a mentor leaves it out: as given, and one more of each."""
        given = Counter(level for each in self.held[1] for level in each.values() if level)
        return {level: (given[level] + 1) / (given.total() + 5) for level in range(1, 6)}

    def _left_out(self, target, held):
        """What a mentor earns who gives no level; anybody does where there is no target."""
        earned = 0.0
        for level, chance in self.chances.items():
            if level >= target:
                earned += chance
            elif level > held:
                earned += chance * level / target
        return earned

    @cached_property
    def wanted(self):
        return entries(self.sides[0].skills_wanted)

    def _wishes(self, k):
        """Key, share of the weight, target, level held, worth of no level of each skill wanted."""
        levels, musts = {}, set()
        for label, level, must in self.wanted[k]:
            key = self.programme.vocabulary.skill(label)
            levels[key] = max(level, levels.get(key, 0))
            if must:
                musts.add(key)
        wishes = {}
        for key, level in levels.items():
            much = (2 if key in musts else 1) * (level / 3 if level else 1)
            held = self.held[0][k].get(key, 0)
            target = min(max(level, held + 1 if held else 0), 5)
            wishes[key] = much * self.rarity.get(key, 2.0), target, held
        whole = sum(weight for weight, _, _ in wishes.values())
        return [
            (key, weight / whole, *levels, self._left_out(*levels))
            for key, (weight, *levels) in wishes.items()
        ]

    @cached_property
    def goals(self):
        """Goals of the mentees; goals that mentors offer; goals that they have reached."""
        columns = self.sides[0].goals, self.sides[1].goals, self.sides[1].goals_achieved
        return [
            [list(dict.fromkeys(folded(label) for label, _, _ in each)) for each in entries(column)]
            for column in columns
        ]

    @cached_property
    def untold(self):
        """Worth of a goal that is offered by a mentor who does not say what he has reached."""
        wanted, offered, reached = self.goals
        demand = Counter(key for each in wanted for key in each)
        done = sum(demand[key] for each in reached for key in each)
        named = sum(
            demand[key]
            for offer, each in zip(offered, reached, strict=True)
            if each
            for key in {*offer, *each}
        )
        if not any(reached):
            return 1.0
        offer = self.programme.config.goals.offered
        return offer + (1 - offer) * (round(done / named, 3) if named else 0.5)

    def _worth_of_goals(self, k):
        offered, reached = self.goals[1][k], self.goals[2][k]
        worth = self.programme.config.goals.offered if reached else self.untold
        return dict.fromkeys(offered, worth) | dict.fromkeys(reached, 1.0)

    @cached_property
    def statements(self):
        if self.encoder is not None:
            return Directions(self.encoder)
        return Statements([text for side in self.sides for text in side.statement])

    @cached_property
    def clocks(self):
        """Each kind of week once: by zone, the local quarter-hour of every UTC quarter-hour."""
        zones = sorted({zone for side in self.sides for zone in side.timezone if zone}) or [""]
        first, weeks = programme_weeks(self.programme.config.programme)
        kinds = {}
        for week in range(weeks):
            start = datetime(first.year, first.month, first.day, tzinfo=UTC) + week * WEEK * QUARTER
            clock = {zone: local_quarters(start, zone) for zone in zones}
            kinds.setdefault(tuple(map(tuple, clock.values())), clock)
        return list(kinds.values())

    def _weeks(self, people, k):
        zone = people.timezone[k]
        if not people.free_known[k] or zone not in self.clocks[0]:
            return None
        return self.masks(zone, people.free[k].tobytes())

    def _masks(self, zone, free):
        return [
            sum(1 << bit for bit, local in enumerate(clock[zone]) if free[local])
            for clock in self.clocks
        ]

    @cached_property
    def years(self):
        return [known(side.years_experience) for side in self.sides]

    @cached_property
    def answers(self):
        """Of each person and trait compared: the trait and half of one over how reliable it is."""
        return [
            [
                [self._answer(traits[t], trust[t]) for t in self.traits]
                for traits, trust in zip(
                    side.traits.tolist(), side.trait_reliability.tolist(), strict=True
                )
            ]
            for side in self.sides
        ]

    @staticmethod
    def _answer(trait, trust):
        return None if math.isnan(trait) or math.isnan(trust) else (trait, 0.5 / trust)

    @cached_property
    def styles(self):
        columns = self.programme.config.working_style.columns
        return [rated(side, columns) for side in self.sides]

    @cached_property
    def learning(self):
        settings = self.programme.config.learning_orientation
        least = settings.minimum_answered * len(settings.columns)
        found = []
        for side in self.sides:
            given = [
                [rating for rating in each if rating is not None]
                for each in rated(side, settings.columns)
            ]
            found.append(
                [sum(each) / len(each) if each and len(each) >= least else None for each in given]
            )
        return found


class Statements:
    """Character n-grams of statements, weighted by how few other statements have them."""

    def __init__(self, texts):
        texts = [tidy(text) if tells(text) else "" for text in texts]
        self.grams = {text: ngrams(text) for text in set(texts)}
        times = Counter(texts)
        present = sum(n for text, n in times.items() if self.grams[text])
        having = Counter()
        for text, n in times.items():
            for gram in self.grams[text]:
                having[gram] += n
        self.rarity = {g: 1 + math.log((1 + present) / (1 + n)) for g, n in having.items()}

    def weights(self, text):
        """Weight by n-gram, of length 1 as a vector; empty where the text says too little."""
        if not tells(text):
            return {}
        weights = {g: n * self.rarity[g] for g, n in self.grams[tidy(text)].items()}
        norm = math.sqrt(sum(w * w for w in weights.values()))
        return {gram: weight / norm for gram, weight in weights.items()}


class Directions:
    """Statements by the vectors of an encoder, a number by its place in them."""

    def __init__(self, encoder):
        self.encoder = encoder

    def weights(self, text):
        """Number by place, of length 1 as a vector; empty where the text says too little."""
        if not tells(text):
            return {}
        (vector,) = self.encoder([tidy(text)]).tolist()
        norm = math.sqrt(sum(x * x for x in vector))
        return {place: x / norm for place, x in enumerate(vector)}


def tells(text):
    """Whether a text has two words that are no function words."""
    return len({*re.findall(r"[^\W\d_]{3,}", text.casefold())} - FUNCTION_WORDS) >= 2


def ngrams(text):
    """Count runs of 3 to 5 characters in padded words."""
    padded = [f" {word} " for word in re.findall(r"\w+", text.casefold())]
    return Counter(
        word[k : k + n] for word in padded for n in (3, 4, 5) for k in range(len(word) - n + 1)
    )


def local_quarters(start, zone):
    """Local quarter-hour of the week, from Monday, of each quarter-hour of a week of UTC."""
    clock = ZoneInfo(zone or "UTC")
    moments = ((start + k * QUARTER).astimezone(clock) for k in range(WEEK))
    return [each.weekday() * DAY + each.hour * 4 + each.minute // 15 for each in moments]


def entries(terms):
    """List label, level (0 for none) and must of each person's entries."""
    flat = [
        (terms.labels[term], 0 if math.isnan(level) else int(level), must)
        for term, level, must in zip(
            terms.term.tolist(), terms.level.tolist(), terms.must.tolist(), strict=True
        )
    ]
    start = terms.start.tolist()
    return [flat[a:b] for a, b in pairwise(start)]


def known(values):
    """Floats of an array, None for NaN."""
    return [None if math.isnan(value) else value for value in values.tolist()]


def rated(side, columns):
    """Ratings of each person in some columns, None for a blank."""
    blank = [None] * len(side)
    names = [column.removeprefix("-") for column in columns]
    each = [known(side.ratings[name]) if name in side.ratings else blank for name in names]
    return [list(row) for row in zip(*each, strict=True)] if each else [[] for _ in blank]


def requests_by_person(programme):
    """By side: what each person says of those named, and of those not named."""
    found = ({}, {}), ({}, {})
    asked = programme.requests
    columns = (asked.mentee, asked.mentor, asked.kind, asked.rank, asked.by)
    for mentee, mentor, kind, rank, by in zip(*(c.tolist() for c in columns), strict=True):
        if kind in WISHING:
            asker, other = (mentor, mentee) if by == "mentor" else (mentee, mentor)
            named, others = found[by == "mentor"]
            choice = 1 if math.isnan(rank) else rank
            worth = max(1 - 0.1 * (choice - 1), 0.5) if kind == "prefer" else 0.0
            worths = named.setdefault(asker, {})
            worths[other] = min(worth, worths.get(other, 1.0))
            if kind == "prefer":
                others[asker] = 0.25
    return found


def mean_distance(one, other):
    """Mean ``|x - y|`` over all x and y; None where there are none."""
    if not (one and other):
        return None
    ranked = sorted(other)
    sums = [0.0, *accumulate(ranked)]
    total = 0.0
    for x in one:
        below = bisect(ranked, x)
        total += (2 * below - len(ranked)) * x + sums[-1] - 2 * sums[below]
    return total / (len(one) * len(ranked))
