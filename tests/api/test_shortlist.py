"""Shortlists: who stands on which list and why, what no mentee may see, and the way back."""

import csv
import io
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cmmatch
from cmmatch import Programme
from cmmatch.errors import ModelError, OutputRefused
from cmmatch.synthesis import make_programme

PAIR_COLUMNS = ("mentee_id", "mentor_id", "kind", "rank", "by")
SKILLS = ["sql", "python", "negotiation", "", "sql; python"]


def pairs_of(rows):
    return {name: [row[k] for row in rows] for k, name in enumerate(PAIR_COLUMNS)}


def small(rows=(), *, capacity=(1, 2, 0), demand=(1, 1, 0, 1), **more):
    mentors = {
        "id": ["m1", "m2", "m3"],
        "name": ["Zoe", "Max", "Ida"],
        "capacity": list(capacity),
        "skills": ["sql", "python", "sql"],
    }
    mentees = {
        "id": ["e1", "e2", "e3", "e4"],
        "demand": list(demand),
        "status": ["active", "active", "active", "paused"],
        "skills_wanted": ["sql", "python", "sql", "sql"],
    }
    return Programme.from_frames(mentors, mentees, pairs=pairs_of(rows), **more)


def names(drawn):
    return [(each.mentee_id, each.mentor_id) for each in drawn.listed]


def reasons(drawn):
    return {each.mentee_id: each.reason for each in drawn.unlisted}


@st.composite
def programmes(draw):
    n, m = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    mentees, mentors = [f"e{k}" for k in range(n)], [f"m{k}" for k in range(m)]
    row = st.tuples(
        st.sampled_from(mentees),
        st.sampled_from(mentors),
        st.sampled_from(["forbid", "declined", "prefer", "avoid"]),
        st.just(""),
        st.sampled_from(["", "mentee", "mentor", "manager"]),
    )
    rows = draw(st.lists(row, max_size=8, unique_by=lambda r: r[:2]))

    def column(values, length):
        return draw(st.lists(st.sampled_from(values), min_size=length, max_size=length))

    return (
        {
            "id": mentors,
            "capacity": column([0, 1, 2, 3], m),
            "skills": column(SKILLS, m),
            "status": column(["active", "active", "left"], m),
        },
        {
            "id": mentees,
            "demand": column([0, 1, 1, 2], n),
            "skills_wanted": column(SKILLS, n),
            "status": column(["active", "active", "paused"], n),
        },
        pairs_of(rows),
    )


def read(tables):
    mentors, mentees, pairs = tables
    return Programme.from_frames(mentors, mentees, pairs=pairs)


@given(programmes(), st.integers(1, 4), st.sampled_from([None, 1.0, 1.5, 2.5]))
def test_nobody_is_on_more_lists_than_the_stated_multiple_of_the_places(tables, size, spread):
    programme = read(tables)
    drawn = cmmatch.shortlist(programme, size=size, spread=spread)
    multiple = size if spread is None else spread
    load = drawn.lists.mentor_load.tolist()

    assert all(
        lists <= math.floor(multiple * places)
        for lists, places in zip(load, programme.places.tolist(), strict=True)
    )
    assert max(drawn.lists.mentee_load.tolist()) <= size


@given(programmes())
def test_every_name_is_eligible_and_not_declined(tables):
    programme = read(tables)
    drawn = cmmatch.shortlist(programme)
    blocked = {tuple(each) for each in programme.requests.pairs("forbid", "declined").tolist()}
    listed = list(zip(drawn.lists.mentee.tolist(), drawn.lists.mentor.tolist(), strict=True))

    assert not blocked & set(listed)
    assert drawn.scored.eligible(drawn.lists.mentee, drawn.lists.mentor).all()
    assert all(programme.demand[i] and programme.places[j] for i, j in listed)


@given(programmes())
def test_everybody_has_a_full_list_or_a_reason(tables):
    drawn = cmmatch.shortlist(read(tables), size=2)
    count = dict.fromkeys(tables[1]["id"], 0)
    for each in drawn.listed:
        count[each.mentee_id] += 1

    assert {label for label, found in count.items() if found < 2} == set(reasons(drawn))
    assert all(reasons(drawn).values())


@given(programmes(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(tables, lot):
    def shuffled(table):
        order = list(range(len(next(iter(table.values())))))
        lot.shuffle(order)
        return {name: [column[k] for k in order] for name, column in table.items()}

    one = cmmatch.shortlist(read(tables), size=2)
    other = cmmatch.shortlist(read([shuffled(table) for table in tables]), size=2)

    assert (one.listed, one.unlisted) == (other.listed, other.unlisted)
    assert one.to_html() == other.to_html()


@settings(max_examples=50)
@given(programmes(), st.sampled_from(["mentor", "manager", "admin"]))
def test_what_others_wish_changes_nothing_that_a_mentee_is_given(tables, by):
    """Neither the names, nor their order, nor a word."""
    mentors, mentees, pairs = tables
    every = [(e, m) for e in mentees["id"] for m in mentors["id"]]
    plain = {
        name: [v for v, asker in zip(column, pairs["by"], strict=True) if asker in ("", "mentee")]
        for name, column in pairs.items()
    }
    vetoes = {name: list(column) for name, column in plain.items()}
    for k, (mentee, mentor) in enumerate(every):
        kind = ("avoid", "prefer")[k % 2]
        for name, value in zip(PAIR_COLUMNS, (mentee, mentor, kind, "", by), strict=True):
            vetoes[name].append(value)
    one, other = (
        cmmatch.shortlist(read((mentors, mentees, each)), size=2) for each in (plain, vetoes)
    )

    assert one.listed == other.listed
    assert one.to_html() == other.to_html()


def test_traits_ratings_and_wishes_are_told_to_nobody():
    made = make_programme(mentees=40, mentors=15, seed=3)
    tables = {name: getattr(made, name) for name in ("mentors", "mentees", "pairs", "people")}
    programme = Programme.from_frames(**tables, config=made.config)
    drawn = cmmatch.shortlist(programme)
    kept = {"personality", "working_style", "learning_orientation", "preferences"}
    assert kept <= set(drawn.scored.names)
    secret = {
        drawn.scored.reason(int(i), int(j), name)
        for i, j in zip(drawn.lists.mentee, drawn.lists.mentor, strict=True)
        for name in kept
    }

    told = " ".join(each.reason for each in drawn.listed) + drawn.to_html()
    assert not [sentence for sentence in secret if sentence in told]


def test_the_reasons_are_sentences_of_the_score_about_fit():
    drawn = cmmatch.shortlist(small())
    said = {(each.mentee_id, each.mentor_id): each.reason for each in drawn.listed}

    assert "Can teach the skill wanted: sql." == said["e1", "m1"]
    assert "No reason in the answers given." == said["e1", "m2"]


def test_names_stand_in_the_order_of_the_alphabet():
    assert [("e1", "m2"), ("e1", "m1"), ("e2", "m2"), ("e2", "m1")] == names(
        cmmatch.shortlist(small(), size=9)
    )


def test_who_gets_no_list_is_told_why_apart():
    rows = [("e1", "m1", "forbid", "", "mentor"), ("e1", "m2", "declined", "", "mentor")]
    rows.append(("e1", "m3", "forbid", "", ""))
    drawn = cmmatch.shortlist(small(rows), size=2)

    assert {
        "e1": "no eligible mentor",
        "e3": "wants no mentor",
        "e4": "paused",
    } == reasons(drawn)
    assert "forbidden or declined: 3" in drawn.unlisted[0].detail
    assert "forbidden" not in drawn.to_html()
    assert "No mentor can be offered at present." in drawn.to_html()


def test_without_places_there_are_no_names():
    drawn = cmmatch.shortlist(small(capacity=(0, 0, 0)))

    assert [] == names(drawn)
    assert "no eligible mentor with a free place" == reasons(drawn)["e1"]


def test_required_pairs_stand_on_no_list_and_take_up_their_places():
    drawn = cmmatch.shortlist(small([("e1", "m1", "require", "", "")]))

    assert [("e2", "m2")] == names(drawn)
    assert "decided already" == reasons(drawn)["e1"]
    assert "e1" not in drawn.to_html()


TAKEN_UP = "every further eligible mentor stands on as many lists as the spread allows"


def test_a_short_spread_says_so():
    drawn = cmmatch.shortlist(small(capacity=(1, 0, 0)), size=1, spread=1)

    assert 1 == len(names(drawn))
    assert TAKEN_UP in reasons(drawn).values()


@given(programmes(), st.integers(1, 4), st.sampled_from([None, 1.0, 1.5]))
def test_where_the_spread_is_named_as_the_cause_every_further_mentor_is_taken_up(
    tables, size, spread
):
    drawn = cmmatch.shortlist(read(tables), size=size, spread=spread)
    position, load = drawn.programme.mentees.position, drawn.lists.mentor_load
    listed = set(zip(drawn.lists.mentee.tolist(), drawn.lists.mentor.tolist(), strict=True))
    for each in drawn.unlisted:
        i = position[each.mentee_id]
        mentors = drawn.candidates.mentor[drawn.candidates.mentee == i]
        further = [j for j in mentors.tolist() if (i, j) not in listed and drawn.most[j] > 0]
        if each.reason == TAKEN_UP:
            assert further
            assert all(load[j] == drawn.most[j] for j in further)
        elif drawn.choosing[i]:
            assert not further


def everybody_may_meet(places, mentees):
    return Programme.from_frames(
        {"id": [f"m{k}" for k in range(len(places))], "capacity": places},
        {"id": [f"e{k}" for k in range(mentees)]},
    )


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=5),
    st.integers(1, 6),
    st.integers(1, 4),
    st.integers(1, 3),
)
def test_the_spread_advised_is_the_least_whole_one_that_fills_the_lists(
    places, mentees, size, spread
):
    programme = everybody_may_meet(places, mentees)

    def full(wider):
        drawn = cmmatch.shortlist(programme, size=size, spread=wider)
        return drawn.summary["full"] == mentees

    said = cmmatch.shortlist(programme, size=size, spread=spread).advice
    if full(spread):
        assert "" == said
    elif "--spread" in said:
        advised = int(said.split("--spread ")[1].split()[0])
        assert full(advised)
        assert not full(advised - 1)
    else:
        assert sum(count > 0 for count in places) < size
        assert "with a free place; there " in said


def test_the_names_that_there_are_places_for_are_not_rounded_up():
    drawn = cmmatch.shortlist(everybody_may_meet([1, 1, 1], 6), size=2, spread=3)

    assert (
        "Fewer places than lists ask for: about 1.5 names each; --spread 4 would allow 2, as far "
        "as the rules do."
    ) == drawn.advice
    assert drawn.advice == drawn.summary["advice"]


EARLIER = [
    ("e1", "m1", "prefer", "2", "mentee"),
    ("e1", "m2", "prefer", "1", ""),
    ("e2", "m2", "prefer", "3", "manager"),
]


def ranks(drawn):
    return {(each.mentee_id, each.mentor_id): each.rank for each in drawn.listed}


def test_the_rank_that_a_mentee_gave_earlier_is_filled_in():
    drawn = cmmatch.shortlist(small(EARLIER), size=2)

    assert {
        ("e1", "m1"): 2,
        ("e1", "m2"): 1,
        ("e2", "m1"): None,
        ("e2", "m2"): None,
    } == ranks(drawn)
    assert 1 == drawn.summary["wished_already"]
    assert 1 == drawn.to_html().count("You have said before whom you would like")
    assert 2 == drawn.to_html().count('class="box given"')


@pytest.mark.parametrize(
    "more",
    [
        ("e1", "m2", "avoid", "", "mentee"),  # a rank would contradict it
        ("e1", "m2", "prefer", "2", "mentee"),  # the last rank of one mentor counts; then 2 twice
    ],
)
def test_a_rank_that_could_not_be_read_back_is_not_filled_in(more):
    assert None is ranks(cmmatch.shortlist(small([*EARLIER, more]), size=2))["e1", "m2"]


def synthetic():
    made = make_programme(mentees=60, mentors=25, seed=7)
    frames = {name: getattr(made, name) for name in ("mentors", "mentees", "pairs", "people")}
    return frames, made.config


def test_a_sheet_filled_anew_comes_back_without_a_fault():
    """Half of the mentees have wishes already; they and all others rank two and decline one."""
    frames, config = synthetic()
    drawn = cmmatch.shortlist(Programme.from_frames(**frames, config=config), size=3)
    answers = ("2", ""), ("1", ""), ("", "x")
    sheet = {name: [] for name in ("mentee_id", "mentor_id", "rank", "decline")}
    place = {}
    for each in drawn.listed:
        k = place[each.mentee_id] = place.get(each.mentee_id, -1) + 1
        cells = (each.mentee_id, each.mentor_id, *answers[k])
        for name, cell in zip(sheet, cells, strict=True):
            sheet[name].append(cell)
    back = Programme.from_frames(**frames, config=config, choices=sheet)
    wishes = back.requests.own_wishes

    assert drawn.summary["wished_already"] > 10
    listed = {each.mentee_id for each in drawn.listed}
    chosen = back.requests.table == "choices"
    assert listed == set(back.mentees.ids[back.requests.mentee[wishes & chosen]])
    assert listed.isdisjoint(back.mentees.ids[back.requests.mentee[wishes & ~chosen]])
    assert 1 == [note.code for note in back.notes].count("choices-replace-wishes")


def test_the_sheet_handed_back_as_it_is_changes_no_rank():
    frames, config = synthetic()
    before = Programme.from_frames(**frames, config=config)
    drawn = cmmatch.shortlist(before)
    sheet = {
        "mentee_id": [each.mentee_id for each in drawn.listed],
        "mentor_id": [each.mentor_id for each in drawn.listed],
        "rank": ["" if each.rank is None else str(each.rank) for each in drawn.listed],
    }
    again = cmmatch.shortlist(Programme.from_frames(**frames, config=config, choices=sheet))

    assert any(sheet["rank"])
    assert [(e.mentee_id, e.mentor_id, e.rank) for e in drawn.listed if e.rank] == [
        (e.mentee_id, e.mentor_id, e.rank) for e in again.listed if e.rank
    ]


def with_statements():
    return Programme.from_frames(
        {
            "id": ["m1", "m2"],
            "statement": ["I know burnout and divorce well.", "Chess, gardens and trains."],
            "goals": ["lead", "balance"],
            "goals_achieved": ["", "rest"],
        },
        {"id": ["e1"], "statement": ["After burnout and divorce I start anew."], "goals": ["lead"]},
    )


def test_no_word_of_a_statement_is_handed_out_and_explain_keeps_them():
    programme = with_statements()
    drawn = cmmatch.shortlist(programme)
    said = {each.mentor_id: each.reason for each in drawn.listed}
    explained = str(cmmatch.match(programme).explain("e1", mentor_id="m1"))

    assert "Shares the goal: lead. Both wrote about similar things." == said["m1"]
    assert "burnout" not in drawn.to_html()
    assert "burnout, divorce" in explained


def test_the_sheet_says_nothing_that_speaks_against_a_mentor():
    """What the score says of the same pair tells the goals not shared and the words not found."""
    drawn = cmmatch.shortlist(with_statements())
    said = {each.mentor_id: each.reason for each in drawn.listed}

    assert "Shares none of the goals lead." in drawn.scored.reason(0, 1, "goals")
    assert "No reason in the answers given." == said["m2"]


def test_of_skills_and_years_only_what_there_is_is_handed_out():
    programme = Programme.from_frames(
        {"id": ["m1", "m2"], "skills": ["sql:2; go", "chess"], "years_experience": ["9", "1"]},
        {"id": ["e1"], "skills_wanted": ["sql:4; go; rust"], "years_experience": ["2"]},
    )
    said = {each.mentor_id: each.reason for each in cmmatch.shortlist(programme).listed}

    assert {
        "m1": "Can teach 2 of the 3 skills wanted: sql (level 2), go. 7 years more experience.",
        "m2": "No reason in the answers given.",
    } == said


@pytest.mark.parametrize(
    ("free", "said"),
    [
        ("Mon 09:00-12:00", "At least 3 hours a week free at the same times."),
        ("Mon 09:00-10:00", "Free at the same times."),
        ("", "No reason in the answers given."),
    ],
)
def test_common_time_is_told_and_its_amount_where_it_is_enough(free, said):
    drawn = cmmatch.shortlist(
        Programme.from_frames(
            {"id": ["m1", "m2"], "availability": [free, "Mon 09:00-12:00"]},
            {"id": ["e1"], "availability": ["Mon 09:00-12:00"]},
            config={"programme": {"timezone": "Europe/Berlin"}},
        )
    )

    assert said == next(each.reason for each in drawn.listed if each.mentor_id == "m1")


def test_the_multiple_is_taken_as_it_is_written():
    """In binary, 1.15 times 20 falls short of 23."""
    drawn = cmmatch.shortlist(small(capacity=(20, 1, 0)), spread=1.15)

    assert [23, 1, 0] == drawn.most.tolist()


@pytest.mark.parametrize(
    "settings_",
    [
        {"size": 0},
        {"size": 1.5},
        {"size": True},
        {"spread": 0.9},  # places that nobody can choose
        {"spread": float("nan")},
        {"spread": float("inf")},
    ],
)
def test_sizes_that_make_no_sense_are_refused(settings_):
    with pytest.raises(ModelError, match="must be a"):
        cmmatch.shortlist(small(), **settings_)


def test_a_programme_without_people_gives_no_list():
    nobody = Programme.from_frames({"id": []}, {"id": []})

    assert ((), ()) == (cmmatch.shortlist(nobody).listed, cmmatch.shortlist(nobody).unlisted)


def test_the_frame_and_the_notebook_hold_every_name():
    drawn = cmmatch.shortlist(small())

    assert names(drawn) == list(drawn.frame[["mentee_id", "mentor_id"]].itertuples(index=False))
    assert (drawn.frame["score"].between(0, 1)).all()
    assert "Zoe" in drawn._repr_html_()
    assert "4 names" in repr(drawn)


@pytest.fixture
def folder(tmp_path):
    home = tmp_path / "programme"
    home.mkdir()
    (home / "programme.toml").write_text("", encoding="utf-8")
    mentors = 'id,name,skills\nm1,"\'=1+1",sql\nm2,Max,sql\nm3,Eva,python\n'
    (home / "mentors.csv").write_text(mentors, encoding="utf-8")
    mentees = 'id,name,skills_wanted\ne1,"\'@Ann",sql\n007,Bo,sql\n'
    (home / "mentees.csv").write_text(mentees, encoding="utf-8")
    return home


def test_filled_and_handed_back_the_sheet_is_what_match_goes_by(folder, tmp_path):
    """Each mentee asks for whom the score would not give, and declines the rest."""
    before = cmmatch.match(cmmatch.read_programme(folder))
    cmmatch.shortlist(cmmatch.read_programme(folder)).write(tmp_path / "out")
    text = (tmp_path / "out" / "shortlist.csv").read_text(encoding="utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    wanted = {"e1": "m3", "007": "m1"}
    for row in rows:
        cell = dict(zip(head, row, strict=True))
        take = wanted[cell["mentee_id"]] == cell["mentor_id"]
        row[head.index("rank" if take else "decline")] = "1" if take else "x"
    with (folder / "choices.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    back = cmmatch.read_programme(folder)

    assert {"e1", "007"} == {row[0] for row in rows}
    assert "'=1+1" in {row[head.index("mentor")] for row in rows}
    assert ["prefer", "declined"] == sorted(set(back.requests.kind), reverse=True)
    assert {("e1", "m3"), ("007", "m1")} == set(cmmatch.match(back).matching.pairs)
    assert {("e1", "m3"), ("007", "m1")} != set(before.matching.pairs)
    assert "choices.csv" in [each.name for each in back.inputs]


def test_a_declined_pair_is_explained_by_the_row_of_the_choices(folder):
    rows = "mentee_id,mentor_id,decline\ne1,m1,x\n"
    (folder / "choices.csv").write_text(rows, encoding="utf-8")
    result = cmmatch.match(cmmatch.read_programme(folder))

    assert "The pair was declined in choices.csv, row 2." in str(
        result.explain("e1", mentor_id="m1")
    )


def test_the_sheet_has_no_score_and_the_same_bytes_again(folder, tmp_path):
    for name in ("one", "two"):
        cmmatch.shortlist(cmmatch.read_programme(folder)).write(tmp_path / name)
    files = ["shortlist.csv", "shortlist.html", "unlisted.csv"]
    head = (tmp_path / "one" / "shortlist.csv").read_text(encoding="utf-8-sig").splitlines()[0]

    assert files == sorted(each.name for each in (tmp_path / "one").iterdir())
    assert '"mentee_id","mentee","mentor_id","mentor","rank","decline","reason"' == head
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_lists_never_lie_among_the_inputs(folder):
    with pytest.raises(OutputRefused):
        cmmatch.shortlist(cmmatch.read_programme(folder)).write(folder)


def test_the_lists_of_a_synthetic_programme_differ_by_one_name_at_most_where_all_can_meet():
    programme = Programme.from_frames(
        {"id": [f"m{k}" for k in range(7)]}, {"id": [f"e{k}" for k in range(10)]}
    )
    load = cmmatch.shortlist(programme, size=4).lists.mentee_load

    assert 28 == load.sum()
    assert {2, 3} == set(np.unique(load).tolist())
