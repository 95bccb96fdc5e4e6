"""Every sentence that explain prints is true of the cells that people gave, whoever they are."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analysis import oracle

import cmmatch
from cmmatch import Programme

DAYS = ("Mon", "Tue", "Wed")
MENTEES, MENTORS = ("e0", "e1", "e2"), ("o0", "o1", "o2")
CONFIG = {
    "programme": {"starts": "2026-11-02", "weeks": 6},
    "working_style": {"columns": list(oracle.STYLE)},
    "learning_orientation": {"columns": list(oracle.LEARNING)},
    "identity": {"columns": ["gender", "first_language"]},
    "privacy": {"protected": ["gender"]},
    "scoring": {"preset": "belonging"},
    "weights": {"personality": 3},
}
PARTS = (
    "skills", "goals", "availability", "experience", "personality", "preferences",
    "working_style", "learning_orientation", "identity",
)  # fmt: skip


def cells(options, most=3):
    return st.lists(st.sampled_from(options), unique=True, max_size=most).map("; ".join)


SKILL = st.dictionaries(
    st.sampled_from(["sql", "C++", "C", "public speaking"]),
    st.sampled_from(["", ":1", ":3", ":5"]),
    max_size=3,
).map(lambda held: "; ".join(f"{name}{level}" for name, level in held.items()))
RATING = st.sampled_from(["", "1", "2", "3", "4", "5"])
PERSON = {
    "skills": SKILL,
    "goals": cells(["lead", "be heard", "change field"]),
    "statement": st.sampled_from(list(oracle.STATEMENTS)),
    "availability": cells(
        [f"{day} {h:02}:00-{h + n:02}:00" for day in DAYS for h, n in ((9, 1), (13, 2))]
    ),
    "timezone": st.just("Europe/Berlin"),
    "years_experience": st.sampled_from(["", "0", "1", "7", "12", "30"]),
    "status": st.sampled_from(["active", "active", "active", "paused", "left"]),
    "team": st.sampled_from(["", "red", "blue", "green"]),
    "languages": cells(["English", "Polish", "Welsh"], most=2),
    "openness": RATING,
    "conscientiousness": RATING,
    "consent_personality": st.sampled_from(["yes", "yes", "no", ""]),
    **dict.fromkeys((*oracle.STYLE, *oracle.LEARNING), RATING),
    "gender": st.sampled_from(["", "f", "F", "m"]),
    "first_language": st.sampled_from(["", "Welsh", "Polish"]),
}
WISH = st.tuples(
    st.sampled_from(MENTEES), st.sampled_from(MENTORS), st.sampled_from(["mentee", "mentor"])
)
KIND = st.sampled_from([("prefer", "1"), ("prefer", "2"), ("prefer", ""), ("avoid", "")])


@st.composite
def tables(draw):
    """(mentees, mentors, pairs) as rows: every cell as somebody may hand it in."""
    mentees = [
        {"id": label, **{name: draw(some) for name, some in PERSON.items()}} for label in MENTEES
    ]
    mentors = [
        {"id": label, **{name: draw(some) for name, some in PERSON.items()}} for label in MENTORS
    ]
    for row in mentees:
        row["skills_wanted"] = draw(SKILL)
        row["wants_mentor_like_me"] = draw(cells(["gender", "first_language"]))
        row["manager_id"] = draw(st.sampled_from(["", "o0", "o1", "boss"]))
    for row in mentors:
        row["consent_identity"] = draw(st.sampled_from(["yes", "yes", "no", ""]))
        row["manager_id"] = draw(
            st.sampled_from(["", "boss", *(["o0"] if row["id"] != "o0" else [])])
        )
    pairs = [
        {"mentee_id": mentee, "mentor_id": mentor, "by": by, "kind": kind, "rank": rank}
        for (mentee, mentor, by), (kind, rank) in draw(
            st.dictionaries(WISH, KIND, max_size=5)
        ).items()
    ]
    taken = {(row["mentee_id"], row["mentor_id"]) for row in pairs}
    asked = draw(st.tuples(st.sampled_from(MENTEES), st.sampled_from(MENTORS)))
    if asked not in taken:
        kind = draw(st.sampled_from(["forbid", "declined"]))
        pairs.append(
            {"mentee_id": asked[0], "mentor_id": asked[1], "by": "mentor", "kind": kind, "rank": ""}
        )
    return mentees, mentors, pairs


def matched(mentees, mentors, pairs):
    columns = [
        {name: [row[name] for row in rows] for name in rows[0]} if rows else None
        for rows in (mentors, mentees, pairs)
    ]
    return cmmatch.match(Programme.from_frames(*columns[:2], pairs=columns[2], config=CONFIG))


def every_pair(result, mentees, mentors):
    for mentee in mentees:
        for mentor in mentors:
            (pair,) = result.explain(mentee["id"], mentor_id=mentor["id"]).pairs
            yield mentee, mentor, pair


RULES = {
    "the same person": "not_self",
    "own reporting line": "own_line",
    "same manager": "same_manager",
    "same team": "same_team",
    "one appraises the other": "appraiser",
    "paused or left": "inactive",
    "forbidden or declined": "forbidden",
    "too few common free hours": "minimum_overlap",
    "no common language": "common_language",
}
"""What people read, and the rule that is meant."""


@settings(max_examples=25)
@given(tables())
def test_what_each_component_says_is_true_of_the_cells(made):
    mentees, mentors, pairs = made
    for mentee, mentor, pair in every_pair(matched(*made), mentees, mentors):
        for part in pair.parts:
            check = getattr(oracle, part.name)
            assert check(mentee, mentor, pairs, part.sentence), (part, mentee, mentor, pairs)
            assert (part.value is None) == part.sentence.startswith("Not known: ")


@settings(max_examples=25)
@given(tables())
def test_what_two_people_say_of_each_other_is_worth_what_the_rows_say(made):
    mentees, mentors, pairs = made
    for mentee, mentor, pair in every_pair(matched(*made), mentees, mentors):
        for part in pair.parts:
            if part.name == "preferences":
                assert oracle.preference(mentee, mentor, pairs) == pytest.approx(part.value)


@settings(max_examples=25)
@given(tables())
def test_statements_without_a_common_word_are_said_to_be_as_alike_as_their_letters(made):
    mentees, mentors, _ = made
    statements = [row["statement"] for row in (*mentees, *mentors)]
    for mentee, mentor, pair in every_pair(matched(*made), mentees, mentors):
        for part in pair.parts:
            told = oracle.NO_WORD.search(part.sentence)
            if told:
                alike = oracle.likeness(statements, mentee["statement"], mentor["statement"])
                least, most = oracle.IN_COMMON[told[1]]
                assert least - 1e-6 <= alike <= most + 1e-6


@settings(max_examples=25)
@given(tables())
def test_a_refusal_is_told_exactly_where_there_is_one_and_names_the_fact(made):
    mentees, mentors, pairs = made
    managers = {row["id"]: row["manager_id"] for row in (*mentees, *mentors)}
    result = matched(*made)
    for mentee, mentor, pair in every_pair(result, mentees, mentors):
        found = re.findall(r"^Refused \(([\w ]+)\): (.*)$", "\n".join(pair.sentences), re.MULTILINE)
        told = {RULES[words]: fact for words, fact in found}
        expected = oracle.refusals(mentee, mentor, pairs, managers)

        assert set(expected) == set(told), (mentee, mentor, pairs)
        for rule, fact in expected.items():
            assert fact in told[rule]
        assert not (pair.made and told)
        assert (pair.rank > 0) == (not told)


BLANKS = {
    "same_team": ("team",),
    "common_language": ("languages",),
    "minimum_overlap": ("availability",),
}


@settings(max_examples=20)
@given(tables())
def test_a_rule_is_said_to_be_unchecked_exactly_where_an_answer_is_missing(made):
    mentees, mentors, _ = made
    for mentee, mentor, pair in every_pair(matched(*made), mentees, mentors):
        said = [each for each in pair.sentences if each.startswith("Not checked")]
        words = said[0].rstrip(".").split(": ")[1].split(", ") if said else []
        unchecked = {RULES[each] for each in words}
        if any(each.startswith("Refused") for each in pair.sentences):
            assert not said
            continue
        for rule, columns in BLANKS.items():
            given_ = {row[column] != "" for row in (*mentees, *mentors) for column in columns}
            blank = any(not row[column] for row in (mentee, mentor) for column in columns)
            assert (rule in unchecked) == (blank and True in given_), (rule, mentee, mentor)


@settings(max_examples=20)
@given(tables())
def test_the_figures_that_are_printed_add_up(made):
    """Score, confidence, rank and the bar of every part, read from the text as people see it."""
    mentees, mentors, _ = made
    result = matched(*made)
    neutral = dict(zip(result.scored.names, result.scored.neutral.tolist(), strict=True))
    for mentee in mentees:
        scores = {}
        for mentor in mentors:
            told = result.explain(mentee["id"], mentor_id=mentor["id"])
            (pair,) = told.pairs
            if not pair.parts:
                assert (0.5, 0.0) == (pair.score, pair.confidence)
                continue
            known = {p.name: p.weight for p in pair.parts if p.value is not None}
            total = sum(
                p.weight * (neutral[p.name] if p.value is None else p.value) for p in pair.parts
            )
            assert total == pytest.approx(pair.score, abs=1e-6)
            assert sum(known.values()) == pytest.approx(pair.confidence)
            assert 1 == pytest.approx(sum(p.weight for p in pair.parts))
            text = told.as_text(width=2000, encoding="utf-8")
            head = f"{pair.mentor}: score {pair.score:.3f}, confidence {pair.confidence:.0%}"
            assert head in text
            for part in pair.parts:
                shown = "?" if part.value is None else f"{part.value:.2f}"
                start = (
                    rf"^  {part.name} .* {re.escape(shown)} x +{part.weight:.0%} = (0\.\d+|1\.0+)$"
                )
                bar = re.search(rf"{start}\n    {re.escape(part.sentence)}", text, re.MULTILINE)
                value = neutral[part.name] if part.value is None else part.value
                assert float(bar[1]) == pytest.approx(part.weight * value, abs=0.0011)
            if pair.rank:
                scores[mentor["id"]] = pair
        for pair in scores.values():
            better = sum(other.score > pair.score for other in scores.values())
            assert (1 + better, len(scores)) == (pair.rank, pair.eligible)


@settings(max_examples=25)
@given(tables())
def test_the_first_sentence_and_the_reasons_of_those_alone_are_true(made):
    mentees, mentors, pairs = made
    managers = {row["id"]: row["manager_id"] for row in (*mentees, *mentors)}
    result = matched(*made)
    partner = dict(result.matching.pairs)
    views = {view.mentee_id: view for view in result.unmatched_views}
    for mentee in mentees:
        summary = result.explain(mentee["id"]).summary
        refused = [oracle.refusals(mentee, mentor, pairs, managers) for mentor in mentors]
        if mentee["id"] in partner:
            assert f"{mentee['id']} is matched with {partner[mentee['id']]}." == summary
        elif mentee["status"] != "active":
            state = {"paused": "paused", "left": "no longer in the programme"}[mentee["status"]]
            assert f"{mentee['id']} is {state}: no mentor is sought." == summary
        else:
            view = views[mentee["id"]]
            begun = f"{mentee['id']} has no mentor: {view.reason}. {view.detail} Cheapest change: "
            assert summary.startswith(begun + view.cheapest_change)
            assert (view.reason == "no eligible mentor") == all(refused)
            if all(refused):
                found = re.findall(r"(\w[\w ]+): (\d+)", view.detail)
                told = {RULES[words]: count for words, count in found}
                rules = {rule for each in refused for rule in each}
                counts = {rule: str(sum(rule in each for each in refused)) for rule in rules}
                assert counts == told
            else:
                assert view.reason == "no place left"
    assert set(views) == {
        row["id"] for row in mentees if row["status"] == "active" and row["id"] not in partner
    }


def test_the_oracle_sees_a_false_sentence():
    """A check that is always content would prove nothing."""
    mentee = {"id": "e0", "skills_wanted": "sql:3", "skills": "", "availability": "Mon 09:00-11:00"}
    mentor = {"id": "o0", "skills": "sql:2", "availability": "Mon 10:00-12:00"}

    assert oracle.skills(
        mentee, mentor, (), "Can teach the skill wanted: sql (level 2, below the 3 wanted)."
    )
    assert not oracle.skills(mentee, mentor, (), "Can teach the skill wanted: sql (level 3).")
    assert not oracle.skills(mentee, mentor, (), "Can teach nothing of what is wanted: sql.")
    silent = mentor | {"skills": "sql"}
    assert oracle.skills(mentee, silent, (), "Can teach the skill wanted: sql (no level given).")
    assert not oracle.skills(mentee, silent, (), "Can teach the skill wanted: sql.")
    assert oracle.availability(
        mentee, mentor, (), "1 common free hour in every week; 2 are enough."
    )
    assert not oracle.availability(
        mentee, mentor, (), "2 common free hours in every week; 2 are enough."
    )


def test_every_component_has_a_check():
    from cmmatch.compatibility.scorer import DEFAULT_WEIGHTS

    assert set(PARTS) == set(DEFAULT_WEIGHTS)
    assert all(callable(getattr(oracle, name)) for name in PARTS)
