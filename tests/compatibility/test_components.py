"""Every component keeps its contract, and its values are those of its formula."""

import math
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmmatch import Programme
from cmmatch.compatibility.availability import Availability
from cmmatch.compatibility.experience import Experience
from cmmatch.compatibility.goals import Goals
from cmmatch.compatibility.personality import Personality
from cmmatch.compatibility.scorer import built_in_components
from cmmatch.compatibility.skills import Skills
from cmmatch.programme.config import Config
from cmmatch.synthesis import make_programme
from cmmatch.testing import check_component

NAMES = [component.name for component in built_in_components(Config())]
ANSWERED = [name for name in NAMES if name != "identity"]
"""Those that made-up people answer: none of them asks for anybody like themselves."""


def programme_of(mentees, mentors, **config):
    """A programme from columns; ids are made where none are given."""
    sides = []
    for letter, columns in (("e", mentees), ("o", mentors)):
        count = len(next(iter(columns.values())))
        sides.append({"id": [f"{letter}{k}" for k in range(count)], **columns})
    return Programme.from_frames(sides[1], sides[0], config=config)


def value(component, mentee, mentor, **config):
    """The value of one pair, and the sentence about it."""
    made = programme_of(
        {k: [v] for k, v in mentee.items()}, {k: [v] for k, v in mentor.items()}, **config
    )
    prepared = component.prepare(made)
    return float(prepared.pairs(np.array([0]), np.array([0]))[0]), prepared.reason(0, 0)


@pytest.fixture(scope="module", params=[1, 2, 3])
def synthetic(request):
    made = make_programme(mentees=23, mentors=11, seed=request.param, blanks=0.3)
    return Programme.from_frames(
        made.mentors, made.mentees, pairs=made.pairs, people=made.people, config=made.config
    )


@pytest.mark.parametrize("name", ANSWERED)
def test_component_keeps_its_contract(name, synthetic):
    component = next(c for c in built_in_components(synthetic.config) if c.name == name)

    assert component.applies(synthetic)
    check_component(component, synthetic)


@pytest.mark.parametrize("name", NAMES)
def test_component_without_any_answer_does_not_apply(name):
    silent = programme_of({"name": ["A"]}, {"name": ["B"]})
    component = next(c for c in built_in_components(Config()) if c.name == name)

    assert not component.applies(silent)


class TestSkills:
    def test_share_of_what_is_wanted_weighted_by_rarity(self):
        """Both teach sql, one teaches go: go is rarer and weighs more."""
        made = programme_of({"skills_wanted": ["sql; go"]}, {"skills": ["sql", "sql; go"]})
        first, second = Skills().prepare(made).pairs(np.array([0, 0]), np.array([0, 1]))

        rare, common = 1 + math.log(3 / 2) / math.log(3), 1.0
        assert common / (rare + common) == pytest.approx(first)
        assert second == 1.0

    def test_a_must_and_a_high_level_weigh_more(self):
        made = programme_of(
            {"skills_wanted": ["sql!; go", "sql:5; go:3"]}, {"skills": ["sql:5", "go:5"]}
        )
        values = Skills().prepare(made).pairs(np.array([0, 1]), np.array([0, 0]))

        assert [2 / 3, 5 / 8] == pytest.approx(values.tolist())

    @pytest.mark.parametrize(
        ("wanted", "held", "offered", "credit"),
        [
            ("go:3", "", "go:3", 1.0),  # at the level wanted
            ("go:3", "", "go:5", 1.0),  # above is not better
            ("go:3", "", "go:2", 2 / 3),  # below earns a share
            ("go:3", "go:2", "go:2", 0.0),  # not above the mentee teaches nothing
            ("go", "go:2", "go:3", 1.0),  # one above the mentee will do
            ("go", "go:5", "go:5", 1.0),  # nobody is above the top
            ("go", "", "go:1", 1.0),  # no level on either side of the wish
            ("go:5", "", "go", 0.6),  # no level: as likely each of 1 to 5, where nobody gives one
            ("go:5", "", "go; rust:5", 2 / 3),  # of all skills together, (0.6 * 5 + 1) / 6
            ("go:4", "go:3", "go", 0.4),  # only levels above the mentee earn something
            ("go", "", "go", 1.0),  # no level anywhere
            ("go:5", "", "rust:5", 0.0),  # another skill
        ],
    )
    def test_credit_for_a_level(self, wanted, held, offered, credit):
        found, _ = value(Skills(), {"skills_wanted": wanted, "skills": held}, {"skills": offered})

        assert credit == pytest.approx(found)

    @pytest.mark.parametrize("other", ["C", "C#", "C+", "Java", "R"])
    def test_languages_with_near_names_stay_apart(self, other):
        assert value(Skills(), {"skills_wanted": "C++"}, {"skills": other})[0] == 0.0

    def test_case_and_blanks_do_not_matter(self):
        found, said = value(
            Skills(), {"skills_wanted": "Public  Speaking"}, {"skills": "public speaking"}
        )

        assert found == 1.0
        assert said == "Can teach the skill wanted: Public Speaking."

    def test_blanks_are_unknown_not_zero(self):
        made = programme_of({"skills_wanted": ["", "go"]}, {"skills": ["", "go"]})
        values = Skills().prepare(made).rows(np.array([0, 1]))

        assert [[True, True], [True, False]] == np.isnan(values).tolist()

    def test_the_sentence_says_what_is_missing(self):
        _, said = value(
            Skills(), {"skills_wanted": "sql:3!; go; rust:4"}, {"skills": "sql:4; rust:2; cobol"}
        )

        assert said == (
            "Can teach 2 of the 3 skills wanted: sql (level 4), "
            "rust (level 2, below the 4 wanted); not go."
        )

    @settings(max_examples=60)
    @given(
        st.sets(st.sampled_from("abcdefgh"), min_size=1),
        st.sets(st.sampled_from("abcdefgh"), min_size=1),
        st.sampled_from("abcdefghxyz"),
    )
    def test_naming_more_helps_only_by_what_is_wanted(self, wanted, offered, more):
        """What nobody asked for never raises a value; a wanted item by its share at most."""
        made = programme_of(
            {"skills_wanted": ["; ".join(sorted(wanted))]},
            {"skills": ["; ".join(sorted(each)) for each in (offered, offered | {more}, wanted)]},
        )
        plain, ticked, specialist = Skills().prepare(made).rows(np.array([0]))[0]

        assert ticked <= specialist == 1.0
        if more in wanted and more not in offered:
            # Naming a skill more often makes it less rare, which moves all shares a little.
            assert 0 < ticked - plain <= 2 / (len(wanted) + 1)
        else:
            assert ticked == plain


class TestGoals:
    def test_share_of_categories(self):
        found, said = value(
            Goals(category_share=1.0),
            {"goals": "lead; balance; Change Field"},
            {"goals": "change field; lead; other"},
        )

        assert found == pytest.approx(2 / 3)
        assert said == "Shares 2 of 3 goals: Change Field, lead."

    def test_both_parts_are_weighed_and_one_alone_keeps_its_share(self):
        text = "leading a small team of engineers"
        both, _ = value(
            Goals(), {"goals": "a", "statement": text}, {"goals": "b", "statement": text}
        )
        words, _ = value(
            Goals(), {"goals": "", "statement": text}, {"goals": "b", "statement": text}
        )

        assert [0.4, 0.6 * 0.5 + 0.4] == pytest.approx([both, words])

    @pytest.mark.parametrize("empty", ["", "All of them.", "I don't know", "5", "!!!"])
    def test_statements_that_say_nothing_are_unknown_even_if_they_are_alike(self, empty):
        assert math.isnan(value(Goals(), {"statement": empty}, {"statement": empty})[0])

    def test_the_sentence_names_words_that_both_used(self):
        _, said = value(
            Goals(),
            {"statement": "I want to lead a software team"},
            {"statement": "Software architecture, and how to lead"},
        )

        assert said == "Both statements speak of lead, software."


class TestPersonality:
    TRAITS = MappingProxyType({"openness": "5", "conscientiousness": "3"})

    def test_similarity_in_the_traits_that_both_have(self):
        given = {"privacy": {"personality": "given"}}
        one, _ = value(
            Personality(), self.TRAITS, {"openness": "4", "conscientiousness": "5"}, **given
        )
        other, _ = value(Personality(), {"openness": "5"}, {"openness": "4"}, **given)

        assert [1 - (0.25 + 0.5) / 2, 0.75] == pytest.approx([one, other])

    def test_traits_without_consent_are_unknown(self):
        yes, no = ({**self.TRAITS, "consent_personality": word} for word in ("yes", "no"))

        assert value(Personality(), yes, yes)[0] == 1.0
        assert math.isnan(value(Personality(), yes, no)[0])

    def test_no_sentence_tells_a_number_or_a_trait(self):
        made = make_programme(mentees=30, mentors=12, seed=5)
        programme = Programme.from_frames(made.mentors, made.mentees, config=made.config)
        prepared = Personality().prepare(programme)
        said = {prepared.reason(i, j) for i in range(30) for j in range(12)}

        assert said
        for sentence in said:
            assert not any(letter.isdigit() for letter in sentence)
            assert not any(word in sentence.lower() for word in ("open", "conscien", "high", "low"))


class TestAvailability:
    ZONE = MappingProxyType({"timezone": "Europe/Berlin"})

    @pytest.mark.parametrize(("until", "worth"), [("10:00", 0.5), ("11:00", 1.0), ("17:00", 1.0)])
    def test_hours_count_up_to_enough_and_then_flat(self, until, worth):
        found, _ = value(
            Availability(),
            {"availability": f"Mon 09:00-{until}", **self.ZONE},
            {"availability": "Mon 09:00-17:00", **self.ZONE},
        )

        assert worth == found

    def test_the_sentence_names_the_worst_week(self):
        _, said = value(
            Availability(),
            {"availability": "Mon-Fri 15:00-16:00", **self.ZONE},
            {"availability": "Mon-Fri 08:30-10:30", "timezone": "America/New_York"},
            programme={"starts": "2026-09-07"},
        )

        assert said == ("2.5 common free hours in the worst week (from 2026-10-26); 2 are enough.")


class TestExperience:
    @pytest.mark.parametrize(
        ("ahead", "worth"),
        [(-3, 0), (0, 0), (2.5, 0.5), (5, 1), (10, 1), (15, 1), (20, 0.75), (25, 0.5), (40, 0.5)],
    )
    def test_a_band_of_years_and_no_more_the_better(self, ahead, worth):
        mentee, mentor = {"years_experience": "10"}, {"years_experience": str(10 + ahead)}

        assert worth == pytest.approx(value(Experience(), mentee, mentor)[0])

    def test_a_band_that_begins_at_zero_counts_from_zero(self):
        worth = [
            value(Experience((0.0, 0.0)), {"years_experience": "4"}, {"years_experience": years})[0]
            for years in ("3", "4", "9", "14")
        ]

        assert [0.0, 1.0, 0.75, 0.5] == pytest.approx(worth)
