"""Answers: each component says what it reads; blanks of one's own components are counted too."""

import ast
import inspect
import json
import sys
from dataclasses import dataclass, replace

import numpy as np
import pytest

import cmmatch
from cmmatch import Programme, Scorer
from cmmatch.cli import run
from cmmatch.compatibility import answered, answers, asking, blanks, silence
from cmmatch.compatibility.answered import Answers, Column, SideAnswers
from cmmatch.compatibility.answers import answers_of, not_looked_at
from cmmatch.compatibility.asking import people_to_ask
from cmmatch.compatibility.blanks import count_blanks
from cmmatch.compatibility.component import Answering, RowComponent
from cmmatch.compatibility.scorer import built_in_components
from cmmatch.errors import ModelError
from cmmatch.programme.config import Config
from cmmatch.synthesis import make_programme
from cmmatch.testing import check_component

CAMPUS = ["N", "S", "", "N", "", "S", "N"]
SHIFT = ["early", "", "", "late", "early", "late", ""]


def alike(mentees, mentors):
    """1 where campus and shift are the same, a half where one is; a blank is like a blank."""
    names = "campus", "shift"
    same = [mentees[name].to_numpy()[:, None] == mentors[name].to_numpy() for name in names]
    return np.mean(same, axis=0)


def own(columns=None, *, name="alike", weight=40, function=alike):
    return cmmatch.component(name=name, weight=weight, columns=columns)(function)


def same_campus(mentees, mentors):
    return mentees.campus.to_numpy()[:, None] == mentors.campus.to_numpy()


def tables(**changes):
    """Seven mentees and five mentors with blanks; nothing but their own columns and some skills."""
    mentees = {
        "id": [f"e{k}" for k in range(7)],
        "skills_wanted": ["sql", "", "go", "sql", "go", "", "sql"],
        "campus": CAMPUS,
        "shift": SHIFT,
    }
    mentors = {
        "id": [f"o{k}" for k in range(5)],
        "skills": ["sql", "go", "", "sql", "go"],
        "campus": CAMPUS[2:],
        "shift": SHIFT[1:6],
    }
    return {**mentees, **changes.get("mentees", {})}, {**mentors, **changes.get("mentors", {})}


def programme_of(sides, **config):
    return Programme.from_frames(sides[1], sides[0], config=config)


def scored_of(sides, *components, **config):
    programme = programme_of(sides, **config)
    return Scorer.for_programme(programme, components=components).prepare(programme)


def eligible_pairs(scored):
    n, m = scored.shape
    mentee, mentor = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    kept = scored.eligible(mentee, mentor)
    return mentee[kept], mentor[kept]


def confidence(scored):
    """The mean over all eligible pairs, from the values of every pair."""
    return scored.confidence(scored.values(*eligible_pairs(scored))).mean()


def filled(sides, side, columns, who):
    """The same tables with some cells filled in."""
    other = [dict(each) for each in sides]
    for name, cell in columns.items():
        cells = enumerate(other[side][name])
        other[side][name] = [given or (cell if k in who else "") for k, given in cells]
    return other


class Tables(RowComponent):
    """Prepared from a table of values and the answers it tells."""

    def __init__(self, values, told):
        self.values, self.told = np.asarray(values, dtype=np.float64), told

    def rows(self, mentees):
        return self.values[mentees]

    def reason(self, mentee, mentor):
        return "A table says so."

    def answers(self):
        return self.told


@dataclass(frozen=True)
class Of:
    """A component by value whose values and answers are functions of a programme."""

    values: object
    told: object
    name: str = "table"
    weight: float = 40.0

    def applies(self, programme):
        return True

    def prepare(self, programme):
        return Tables(self.values(programme), self.told(programme))


def campus_known(people):
    return np.array([bool(cell) for cell in people.extra["campus"]], dtype=np.bool_)


def campus_values(programme):
    one, other = campus_known(programme.mentees), campus_known(programme.mentors)
    return np.where(np.logical_and.outer(one, other), 0.5, np.nan)


def campus_answers(programme):
    sides = programme.mentees, programme.mentors
    return Answers(*(SideAnswers.one("campus", campus_known(side)) for side in sides))


class TestBuiltIn:
    def test_the_rooms_that_count_know_no_component(self):
        homes = {type(each).__module__ for each in built_in_components(Config())}
        for module in (answers, answered, blanks, asking, silence):
            tree = ast.parse(inspect.getsource(module))
            read = {each.module for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}

            assert not homes & read

    def test_every_one_of_them_says_what_it_reads(self):
        programme = programme_of(tables())
        for each in built_in_components(Config()):
            assert isinstance(each.prepare(programme), Answering), each.name

    @pytest.mark.parametrize("seed", range(4))
    def test_a_pair_is_known_exactly_where_they_say_so(self, seed):
        made = make_programme(mentees=31, mentors=13, seed=seed, blanks=0.4)
        programme = Programme.from_frames(
            made.mentors, made.mentees, pairs=made.pairs, config=made.config
        )
        scored = Scorer.for_programme(programme).prepare(programme)
        told = answers_of(scored)
        mentee, mentor = np.repeat(np.arange(31), 13), np.tile(np.arange(13), 31)
        known = ~np.isnan(scored.values(mentee, mentor).reshape(31, 13, -1))

        assert list(scored.names) == list(told)
        assert len(told) >= 7
        for k, each in enumerate(told.values()):
            assert np.array_equal(known[:, :, k], each.known())
            assert known[:, :, k].any()
            assert not known[:, :, k].all()

    def test_nothing_is_counted_where_a_blank_is_a_full_answer(self):
        none = Of(lambda p: np.full((7, 5), np.nan), lambda p: None)
        scored = scored_of(tables(), none)

        assert "table" in scored.names
        assert ["skills"] == list(answers_of(scored))
        assert () == not_looked_at(scored)


class TestByDecorator:
    def test_its_blanks_are_counted_by_column(self):
        blank = count_blanks(scored_of(tables(), own(["campus", "shift"]))).columns
        counted = {(b.side, b.column): b.blank for b in blank if b.component == "alike"}

        assert {
            ("mentee", "campus"): 2,
            ("mentee", "shift"): 3,
            ("mentor", "campus"): 2,
            ("mentor", "shift"): 2,
        } == counted

    @pytest.mark.parametrize(
        "columns",
        [["campus"], ["campus", "shift"], {"mentors": ["shift"]}, {"mentees": ["campus"]}],
    )
    def test_the_figures_are_those_of_filling_in_and_scoring_again(self, columns):
        sides, component = tables(), own(columns)
        scored = scored_of(sides, component)
        counted, before = count_blanks(scored), confidence(scored)

        assert pytest.approx(before) == counted.confidence
        tried = 0
        for each in counted.columns:
            if each.component == "alike":
                side = ("mentee", "mentor").index(each.side)
                again = filled(sides, side, {each.column: "x"}, range(each.people))
                assert pytest.approx(confidence(scored_of(again, component)) - before) == each.cost
                tried += each.cost > 0
        assert tried

    def test_who_left_several_columns_blank_is_asked_for_all_and_gains_by_all(self):
        component = own(["campus", "shift"], weight=75)
        sides = tables(mentees={"skills_wanted": ["sql"] * 7}, mentors={"skills": ["sql"] * 5})
        scored = scored_of(sides, component)
        asks = {(a.side, a.id): a for a in people_to_ask(scored, count_blanks(scored))}
        ask = asks["mentee", "e2"]
        again = scored_of(filled(sides, 0, {"campus": "N", "shift": "late"}, {2}), component)
        mentee, mentor = eligible_pairs(scored)
        pairs = mentee[mentee == 2], mentor[mentee == 2]
        gained = again.confidence(again.values(*pairs)) - scored.confidence(scored.values(*pairs))

        assert ("campus", "shift") == ask.columns
        assert 0 < ask.gain
        assert pytest.approx(gained.mean()) == ask.gain
        assert ("campus",) == asks["mentee", "e4"].columns

    def test_a_column_that_two_components_read_is_worth_both(self):
        sides = tables()
        one = scored_of(sides, own(["campus"], weight=30))
        two = scored_of(
            sides,
            own(["campus"], weight=10),
            own(["campus"], name="again", weight=20, function=same_campus),
        )
        gains = [count_blanks(each).gains[0][2] for each in (one, two)]

        assert gains[0]["campus"] == pytest.approx(gains[1]["campus"])

    def test_where_a_listed_column_is_blank_the_pair_is_unknown_and_the_reason_says_who(self):
        prepared = own(["campus", "shift"]).prepare(programme_of(tables()))
        values = prepared.pairs(np.array([0, 2, 0]), np.array([4, 4, 0]))

        assert [0.5, True, True] == [values[0], *np.isnan(values[1:])]
        assert "Not known: the mentee gives no campus and no shift." == prepared.reason(2, 4)
        assert prepared.reason(2, 0) == (
            "Not known: the mentee gives no campus and no shift, nor does the mentor."
        )
        assert "By the organisation's own criterion: 0.50 of 1." == prepared.reason(0, 4)

    def test_a_column_that_the_tables_do_not_have_leaves_it_out_of_play(self):
        sides = [{k: v for k, v in each.items() if k != "shift"} for each in tables()]
        scored = scored_of(sides, own(["campus", "shift"]))

        assert "alike" in scored.idle

    @pytest.mark.parametrize("columns", [["years_experience"], ["goals"], ["location"]])
    def test_numbers_lists_and_texts_may_be_blank(self, columns):
        cells = {"years_experience": "0", "goals": "lead", "location": "Bern"}
        both = {columns[0]: [cells[columns[0]], ""]}
        one = own(columns, function=lambda e, o: np.ones((len(e), len(o))))
        made = Programme.from_frames({"id": ["o", "p"], **both}, {"id": ["e", "f"], **both})
        given = one.prepare(made).answers()

        assert [[True], [False]] == given.mentee.given.tolist() == given.mentor.given.tolist()
        check_component(one, made)

    @pytest.mark.parametrize(
        ("columns", "what"),
        [
            ("campus", "must be a list of names"),
            ({"mentees": "campus"}, "must be a list of names"),
            ({"coaches": ["campus"]}, "lists for 'mentees' and 'mentors'"),
            (["capacity"], "not get to see 'capacity' of mentees"),
            (["skills_wanted"], "not get to see 'skills_wanted' of mentors"),
            ({"mentors": ["openness", "email"]}, "not get to see 'email', 'openness' of mentors"),
        ],
    )
    def test_columns_that_cannot_be_meant_are_refused(self, columns, what):
        with pytest.raises(ModelError, match=what):
            own(columns)

    def test_it_keeps_its_contract(self):
        check_component(own(["campus", "shift"]), programme_of(tables()))
        check_component(own({"mentors": ["campus"]}), programme_of(tables()))

    def test_the_order_of_people_changes_nothing(self):
        component = own(["campus", "shift"])
        sides = tables()
        turned = [{name: cells[::-1] for name, cells in side.items()} for side in sides]
        one, other = scored_of(sides, component), scored_of(turned, component)
        first, second = count_blanks(one), count_blanks(other)

        assert first.columns == second.columns
        assert people_to_ask(one, first) == people_to_ask(other, second)


class TestByValue:
    def test_its_blanks_are_counted(self):
        scored = scored_of(tables(), Of(campus_values, campus_answers))
        counted = count_blanks(scored)
        blank = {b.side: b.blank for b in counted.columns if b.component == "table"}

        assert {"mentee": 2, "mentor": 2} == blank
        assert pytest.approx(confidence(scored)) == counted.confidence

    def test_single_pairs_may_be_known_whatever_the_two_gave(self):
        def values(programme):
            table = campus_values(programme)
            table[2, 0] = 1.0
            return table

        def told(programme):
            known = np.array([2, 2]), np.array([0, 0])
            return replace(campus_answers(programme), known_pairs=known)

        scored = scored_of(tables(), Of(values, told))
        known = answers_of(scored)["table"].known()

        assert pytest.approx(confidence(scored)) == count_blanks(scored).confidence
        assert np.array_equal(~np.isnan(values(scored.programme)), known)

    def test_answers_of_somebody_else_are_refused(self):
        def told(programme):
            given = campus_known(programme.mentees)
            return Answers(SideAnswers.one("campus", given), SideAnswers.one("campus", given))

        with pytest.raises(ModelError, match=r"'table' must be those of \(7, 5\)"):
            answers_of(scored_of(tables(), Of(campus_values, told)))

    @pytest.mark.parametrize(
        ("make", "what"),
        [
            (lambda yes: SideAnswers(yes), r"shape \(people, answers\)"),
            (lambda yes: SideAnswers(yes[:, None] * 1.0), "'given' is an array of bool"),
            (lambda yes: SideAnswers(yes[:, None], (Column("a", yes * 1),)), "'a' is an array of"),
            (lambda yes: SideAnswers(yes[:, None], (Column("a", yes[1:]),)), r"the shape \(3,\)"),
            (lambda yes: SideAnswers(yes[:, None], (Column("a", yes, (1,)),)), "fills answers"),
            (lambda yes: SideAnswers(np.ones((3, 2), bool), whole=True), "is the only one"),
            (
                lambda yes: Answers(SideAnswers(np.ones((3, 2), bool)), SideAnswers.one("a", yes)),
                "as many answers",
            ),
        ],
    )
    def test_what_does_not_fit_together_is_refused(self, make, what):
        with pytest.raises(ModelError, match=f"must fit together: .*{what}"):
            make(np.ones(3, dtype=np.bool_))


class TestProof:
    """What ``check_component`` finds in answers that are not true."""

    def broken(self, **changes):
        parts = {"values": campus_values, "told": campus_answers, **changes}
        check_component(Of(**parts), programme_of(tables()))

    def told(self, change):
        return lambda programme: change(campus_answers(programme))

    def test_true_answers_pass(self):
        self.broken()

    def test_what_is_no_answers(self):
        with pytest.raises(AssertionError, match="answers gives Answers or None"):
            self.broken(told=lambda programme: ["campus"])

    def test_answers_of_too_few(self):
        one = SideAnswers(np.ones((1, 1), dtype=np.bool_))
        with pytest.raises(AssertionError, match="answers are those of 7 mentees and 5 mentors"):
            self.broken(told=lambda programme: Answers(one, one))

    def test_a_pair_that_is_said_to_be_known_and_is_not(self):
        def hidden(programme):
            values = campus_values(programme)
            values[programme.mentees.ids == "e0"] = np.nan
            return values

        with pytest.raises(AssertionError, match="known in which both sides have answered"):
            self.broken(values=hidden)

    def test_a_pair_that_is_said_to_be_unknown_and_is_not(self):
        with pytest.raises(AssertionError, match="unknown in which they have not both answered"):
            self.broken(values=lambda p: np.full((7, 5), 0.5))

    def test_a_silent_person_without_a_blank(self):
        def full(each):
            nobody = np.zeros(7, dtype=np.bool_)
            return replace(each, mentee=SideAnswers(each.mentee.given, (Column("campus", nobody),)))

        with pytest.raises(AssertionError, match="who gives no answer leaves a column blank"):
            self.broken(told=self.told(full))

    def test_a_blank_that_gives_its_answer(self):
        def empty(each):
            everybody = np.ones(7, dtype=np.bool_)
            return replace(
                each, mentee=SideAnswers(each.mentee.given, (Column("campus", everybody),))
            )

        with pytest.raises(AssertionError, match="'campus' blank does not give what it fills"):
            self.broken(told=self.told(empty))

    def test_two_columns_of_one_name(self):
        def twice(each):
            columns = each.mentee.columns * 2
            return replace(each, mentee=SideAnswers(each.mentee.given, columns))

        with pytest.raises(AssertionError, match="a column has a name of its own"):
            self.broken(told=self.told(twice))

    def test_a_column_that_is_listed_and_is_not_the_one_read(self):
        """Blanking it changes the value nowhere, though the answers say so."""

        def shift_known(people):
            return np.array([bool(cell) for cell in people.extra["shift"]], dtype=np.bool_)

        def told(programme):
            sides = programme.mentees, programme.mentors
            return Answers(*(SideAnswers.one("shift", shift_known(side)) for side in sides))

        full = tables(
            mentees={"campus": ["N"] * 7, "shift": ["late"] * 7},
            mentors={"campus": ["S"] * 5, "shift": ["late"] * 5},
        )
        with pytest.raises(AssertionError, match="unknown in which they have not both answered"):
            check_component(Of(campus_values, told), programme_of(full))

    def test_a_blank_that_is_laid_to_another_column(self):
        def told(programme):
            sides = []
            for side in (programme.mentees, programme.mentors):
                known, nobody = campus_known(side), np.zeros(len(side), dtype=np.bool_)
                columns = Column("campus", nobody), Column("shift", ~known)
                sides.append(SideAnswers(known[:, None], columns))
            return Answers(*sides)

        with pytest.raises(AssertionError, match="whose answer goes with 'campus' is said to have"):
            self.broken(told=told)

    def test_columns_that_come_and_go(self):
        def told(programme):
            known = campus_answers(programme)
            if known.mentee.given.sum() == 5:
                return known
            other = Column("shift", ~known.mentee.given[:, 0])
            return replace(known, mentee=SideAnswers(known.mentee.given, (other,)))

        with pytest.raises(AssertionError, match="columns do not depend on who fills them in"):
            self.broken(told=told)


class TestCheck:
    """``cmmatch check``, from the API and from the command line."""

    @pytest.fixture
    def folder(self, tmp_path):
        home = tmp_path / "programme"
        home.mkdir()
        for name, columns in zip(("mentees", "mentors"), tables(), strict=True):
            lines = [columns, *zip(*columns.values(), strict=True)]
            text = "\n".join(",".join(line) for line in lines) + "\n"
            (home / f"{name}.csv").write_text(text, encoding="utf-8")
        return home

    @pytest.fixture
    def install(self, tmp_path, monkeypatch):
        """Put a package with one component beside cmmatch, as an installer leaves it."""

        def make(columns):
            code = (
                "import cmmatch\n"
                f"@cmmatch.component(name='packed', weight=10{columns})\n"
                "def packed(mentees, mentors):\n"
                "    return mentees.campus.to_numpy()[:, None] == mentors.campus.to_numpy()\n"
            )
            place = tmp_path / "installed"
            info = place / "packed_campus-1.0.dist-info"
            info.mkdir(parents=True)
            (place / "packed_campus.py").write_text(code, encoding="utf-8")
            (info / "METADATA").write_text("Name: packed-campus\nVersion: 1.0\n", encoding="utf-8")
            entry = "[cmmatch.components]\npacked = packed_campus:packed\n"
            (info / "entry_points.txt").write_text(entry, encoding="utf-8")
            monkeypatch.syspath_prepend(place)
            monkeypatch.delitem(sys.modules, "packed_campus", raising=False)

        return make

    def said(self, capsys, *words):
        assert run([str(word) for word in ("check", *words)]) == 0
        return capsys.readouterr().out

    def test_the_api_counts_the_blanks_of_a_component_that_is_handed_in(self, folder):
        quality = cmmatch.check(folder, components=[own(["campus"])]).quality
        blank = quality.frame("blanks").set_index(["component", "side"]).blank

        assert 2 == blank["alike", "mentee"] == blank["alike", "mentor"]
        assert 0 < quality.figures["confidence_lost"]["alike"]
        assert "not_looked_at" not in quality.figures
        assert "alike" not in cmmatch.check(folder).readiness.figures["components"]

    def test_the_api_names_a_component_that_says_nothing(self, folder):
        quality = cmmatch.check(folder, components=[own()]).quality

        assert ["alike"] == quality.figures["not_looked_at"]
        assert {"skills"} == set(quality.figures["confidence_lost"])
        assert "Blanks not counted" in quality._repr_html_()

    def test_the_settings_may_weigh_a_component_that_is_handed_in(self, folder):
        (folder / "programme.toml").write_text("[weights]\nalike = 30\n", encoding="utf-8")

        assert ["weight-unknown"] == [each.code for each in cmmatch.check(folder).faults]
        assert cmmatch.check(folder, components=[own(["campus"])]).ok

    def test_a_protected_column_that_is_listed_is_a_fault(self, folder):
        (folder / "programme.toml").write_text(
            '[privacy]\nprotected = ["Campus"]\n', encoding="utf-8"
        )
        report = cmmatch.check(
            folder, components=[own({"mentors": ["campus"]}, function=same_campus)]
        )

        assert ["protected-column"] == [each.code for each in report.faults]
        assert report.readiness is None

    def test_the_command_line_counts_the_blanks_of_an_installed_component(
        self, folder, install, capsys
    ):
        install(", columns=['campus']")
        told = json.loads(self.said(capsys, folder, "--json"))["quality"]
        screen = self.said(capsys, folder)
        rows = [row for row in told["blanks"] if row["component"] == "packed"]

        assert {("mentee", "campus", 2), ("mentor", "campus", 2)} == {
            (row["side"], row["column"], row["blank"]) for row in rows
        }
        assert all(row["cost"] > 0 for row in rows)
        assert "packed" in told["confidence_lost"]
        assert "not_looked_at" not in told
        assert any("campus" in row["ask"] for row in told["ask_again"])
        assert "Blanks not counted" not in screen
        assert any(line.split()[:3] == ["mentee", "campus", "2"] for line in screen.splitlines())

    def test_the_command_line_says_in_one_line_what_it_did_not_look_at(
        self, folder, install, capsys
    ):
        install("")
        told = json.loads(self.said(capsys, folder, "--json"))["quality"]
        lines = [line for line in self.said(capsys, folder).splitlines() if "packed" in line]

        assert ["packed"] == told["not_looked_at"]
        assert "packed" not in told["confidence_lost"]
        assert ["Blanks not counted, since it is not said which columns are read: packed"] == lines[
            1:
        ]
        assert lines[0].startswith("Scored")

    def test_without_components_of_ones_own_nothing_is_said_of_it(self, folder, capsys):
        assert "Blanks not counted" not in self.said(capsys, folder)
        assert "not_looked_at" not in self.said(capsys, folder, "--json")
