"""One text, one meaning: the same people in whatever form and letter case their tables write them.

``NFC`` has one sign for a letter and its accent, ``NFD`` two; to a reader they are the same text.
"""

from itertools import cycle
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cmmatch
from cmmatch import Programme
from cmmatch.compatibility.column_rules import SameColumn
from cmmatch.errors import InputFaults

NAMES = ("Zoë", "Jürgen", "Žofie", "Ngọc", "Ana")
TEAMS = ("", "Équipe", "Übung", "équipe")
SKILLS = ("Café", "Größe:3", "café:4", "Ελλάδα", "Go")
LANGUAGES = ("Français", "Čeština", "English")
CONFIG = {
    "programme": {"name": "Mentorat d'été", "roles": {"mentor": "Doyen", "mentee": "élève"}},
    "columns": {"mentors": {"team": "Équipe"}},
    "eligibility": {"different": ["Région"], "grade_band": [0, 1], "grades": ["débutant", "aîné"]},
    "report": {"columns": ["Région"]},
}


def nfd(text):
    return normalize("NFD", text)


@st.composite
def side(draw, letter, **columns):
    count = draw(st.integers(1, 4))
    listed = {"languages": LANGUAGES, **columns}
    table = {
        "id": [f"{letter}é{k}" for k in range(count)],
        "name": [draw(st.sampled_from(NAMES)) for _ in range(count)],
        "team": [draw(st.sampled_from(TEAMS)) for _ in range(count)],
        "Région": [draw(st.sampled_from(("", "Île", "Höhe"))) for _ in range(count)],
        "grade": [draw(st.sampled_from(("", "débutant", "AÎNÉ"))) for _ in range(count)],
        "manager_id": [
            draw(st.sampled_from(("", "Mé0", "Chéf-1", "CHÉF-1"))) for _ in range(count)
        ],
        "goals": [draw(st.sampled_from(("", "Prüfung", "Übergang"))) for _ in range(count)],
        "statement": [draw(st.sampled_from(("", "Später führen", "über"))) for _ in range(count)],
    }
    if letter == "M":
        table["manager_id"] = [each.replace("Mé0", "") for each in table["manager_id"]]
        table["Équipe"] = table.pop("team")
    for name, words in listed.items():
        lists = st.lists(st.sampled_from(words), unique_by=lambda w: w.split(":")[0].casefold())
        table[name] = ["; ".join(draw(lists)) for _ in range(count)]
    return table


@st.composite
def programmes(draw):
    mentors = draw(side("M", skills=SKILLS))
    mentees = draw(side("E", skills_wanted=SKILLS))
    pairs = {"mentee_id": ["Eé0"], "mentor_id": ["Mé0"], "by": ["élève"]}
    pairs["kind"] = [draw(st.sampled_from(("prefer", "avoid", "forbid")))]
    return {"mentors": mentors, "mentees": mentees, "pairs": pairs}


def mixed(given, turns):
    """Write every second sign or so in the other form, within cells, headings and settings too."""
    if isinstance(given, str):
        return "".join(nfd(sign) if next(turns) else sign for sign in given)
    if isinstance(given, dict):
        return {mixed(key, turns): mixed(value, turns) for key, value in given.items()}
    return [mixed(each, turns) for each in given] if isinstance(given, list) else given


def written(tables, config, folder):
    try:
        programme = Programme.from_frames(**tables, config=config)
    except InputFaults as faults:
        return str(faults)
    cmmatch.match(programme).write(folder)
    return {each.name: each.read_bytes() for each in folder.iterdir()}


@settings(max_examples=40)
@given(programmes(), st.lists(st.booleans(), min_size=1, max_size=7))
def test_any_mixture_of_both_forms_gives_the_same_files(tmp_path_factory, tables, turns):
    home = tmp_path_factory.mktemp("forms")
    once = written(tables, CONFIG, home / "once")
    turn = cycle(turns)

    assert once == written(mixed(tables, turn), mixed(CONFIG, turn), home / "again")


def files(folder, form, **more):
    """A programme as files: the mentor's in one form, the mentee's and the settings in another."""
    tables = {
        "mentors.csv": "id,team,languages,skills,Région\nMé,Zoë,Français,Caféologie,Île\n",
        "mentees.csv": form(
            "id,team,languages,skills_wanted,Région\nEé,Zoë,Français,Kaffeekunde,Île\n"
        ),
        "aliases.csv": form("alias,skill\nKaffeekunde,Caféologie\n"),
        "programme.toml": form('[skills]\naliases = "aliases.csv"\n'),
        **more,
    }
    for name, text in tables.items():
        (folder / name).write_text(text, encoding="utf-8")
    return cmmatch.match(cmmatch.read_programme(folder))


def test_the_same_team_is_seen_in_files(tmp_path):
    unmatched = files(tmp_path, nfd).unmatched

    assert ["no eligible mentor"] == unmatched.reason.tolist()
    assert "Of 1 mentors none may be met (same team: 1)." == unmatched.detail[0]


def test_skills_languages_and_requests_are_found_in_files(tmp_path):
    toml = nfd(
        '[skills]\naliases = "aliases.csv"\n[eligibility]\nsame = ["Région"]\noff = ["same_team"]'
    )
    pairs = nfd("mentee_id,mentor_id,kind\nEé,Mé,require\n")
    result = files(tmp_path, nfd, **{"programme.toml": toml, "pairs.csv": pairs})

    assert ["Mé"] == result.pairs.mentor_id.tolist()
    assert [1.0] == result.pairs.skills.tolist()
    assert {"common_language", "same:Région"} <= {
        each.name for each in result.scored.eligibility.rules
    }


def test_a_manager_in_the_other_form_is_the_manager():
    mentors = {"id": ["Zoë"], "manager_id": [""]}
    mentees = {"id": ["E1"], "manager_id": [nfd("Zoë")]}
    programme = Programme.from_frames(mentors, mentees)

    assert {"E1": "Zoë"} == programme.lines.manager
    assert () == programme.notes
    assert "Zoë is the line manager of E1" in refusal(programme)


def refusal(programme):
    result = cmmatch.match(programme)
    assert result.pairs.empty
    return str(result.explain(programme.mentees.ids[0], mentor_id=programme.mentors.ids[0]))


STRANGERS = [
    ("B-17", "b-17"),  # letter case
    ("Chef Zoë", nfd("chef  zoë")),  # form, case and blanks
    ("Ｂ-17", "B-17"),  # width
    ("boss@x.org", "Boss@X.org"),  # an e-mail
]


@pytest.mark.parametrize(("one", "other"), STRANGERS)
def test_a_manager_in_no_table_is_one_person_however_written(one, other):
    for up, down in ((one, other), (other, one)):
        programme = Programme.from_frames(
            {"id": ["M1"], "manager_id": [up]}, {"id": ["E1"], "manager_id": [down]}
        )

        assert 1 == len(set(programme.lines.manager.values()))
        assert "Both report to" in refusal(programme)


@pytest.mark.parametrize(("one", "other"), STRANGERS)
def test_a_manager_in_no_table_is_one_person_in_files_too(tmp_path, one, other):
    (tmp_path / "mentors.csv").write_text(f"id,manager_id\nM1,{one}\n", encoding="utf-8")
    (tmp_path / "mentees.csv").write_text(f"id,manager_id\nE1,{other}\n", encoding="utf-8")

    assert "Both report to" in refusal(cmmatch.read_programme(tmp_path))


def test_the_spelling_of_a_stranger_does_not_depend_on_the_order_of_rows():
    made = [
        Programme.from_frames(
            {"id": ["M1", "M2"][::step], "manager_id": ["b-17", "B-17"][::step]}, {"id": ["E1"]}
        )
        for step in (1, -1)
    ]

    assert {"M1": "B-17", "M2": "B-17"} == made[0].lines.manager == made[1].lines.manager
    assert made[0].fingerprint == made[1].fingerprint
    assert ["1 manager is in no table: 'B-17'."] == [
        each.problem for programme in made[:1] for each in programme.notes
    ]


def test_one_manager_in_two_spellings_contradicts_nothing():
    people = {"id": ["E1"], "manager_id": ["b-17"], "appraiser_id": ["B-17"]}
    own = {"id": ["E1"], "manager_id": ["B-17"], "appraiser_id": ["b-17"]}
    programme = Programme.from_frames({"id": ["M1"]}, own, people=people)

    assert {"E1": "B-17"} == programme.lines.manager
    assert ["B-17"] == programme.mentees.appraiser_id.tolist()


def test_one_id_in_both_forms_is_twice_in_a_table():
    with pytest.raises(InputFaults, match="id-twice"):
        Programme.from_frames({"id": ["Zoë", nfd("Zoë")]}, {"id": ["E1"]})


def test_two_headings_that_are_one_text_stand_twice():
    with pytest.raises(InputFaults, match="heading-twice"):
        Programme.from_frames({"id": ["M1"], "Île": ["1"], nfd("Île"): ["2"]}, {"id": ["E1"]})


def test_two_settings_that_are_one_name_are_a_fault():
    config = {"weights": {"île": 1, nfd("île"): 2}}

    with pytest.raises(InputFaults, match=r"however its accents are written; see 'île'"):
        Programme.from_frames({"id": ["M1"]}, {"id": ["E1"]}, config=config)


def test_the_path_of_a_file_stays_as_written(tmp_path):
    (tmp_path / nfd("Zoë.csv")).write_text("id\nM1\n", encoding="utf-8")
    (tmp_path / "mentees.csv").write_text("id\nE1\n", encoding="utf-8")
    text = nfd('[files]\nmentors = "Zoë.csv"\n')
    (tmp_path / "programme.toml").write_text(text, encoding="utf-8")

    assert ["M1"] == cmmatch.read_programme(tmp_path).mentors.ids.tolist()


def test_people_and_columns_are_found_in_python_in_either_form():
    region = {"Région": ["Île"]}
    programme = Programme.from_frames({"id": ["Mé"], **region}, {"id": ["Eé"], **region})
    result = cmmatch.match(programme)

    assert str(result.explain("Eé")) == str(result.explain(nfd("Eé")))
    assert SameColumn(nfd("Région")).applies(programme)


def test_a_component_is_weighed_by_its_name_in_either_form():
    @cmmatch.component(name=nfd("qualité"), weight=1.0, columns=[nfd("Région")])
    def quality(mentees, mentors):
        return [[1.0] * len(mentors)] * len(mentees)

    region = {"Région": ["Île"]}
    programme = Programme.from_frames(
        {"id": ["M1"], **region}, {"id": ["E1"], **region}, config={"weights": {"qualité": 9.0}}
    )
    scorer = cmmatch.Scorer.for_programme(programme, components=[quality])

    assert 9.0 == scorer.weights[quality.name]
    assert [1.0] == cmmatch.match(programme, components=[quality]).pairs.score.tolist()
