"""Components of one's own: by value, by decorator, by entry point; what they may not see."""

import sys

import numpy as np
import pytest

import cmmatch
from cmmatch import Programme, api
from cmmatch.compatibility.column_rules import DifferentColumn, SameColumn
from cmmatch.compatibility.own_components import installed_components
from cmmatch.compatibility.people_frames import people_frame
from cmmatch.compatibility.scorer import Scorer
from cmmatch.errors import InputFaults, ModelError
from cmmatch.synthesis import make_programme
from cmmatch.testing import check_component


@cmmatch.component(name="same_site", weight=50)
def same_site(mentees, mentors):
    return mentees.location.to_numpy()[:, None] == mentors.location.to_numpy()


@pytest.fixture(scope="module")
def programme():
    made = make_programme(mentees=21, mentors=9, seed=4)
    return Programme.from_frames(
        made.mentors, made.mentees, pairs=made.pairs, people=made.people, config=made.config
    )


def people(**columns):
    return {"id": ["a", "b", "c"], "location": ["Bern", "Rome", ""], **columns}


def of(function, **settings):
    return cmmatch.component(name="own", weight=1, **settings)(function)


class TestByDecorator:
    def test_it_keeps_the_contract(self, programme):
        check_component(same_site, programme)

    def test_it_counts_by_its_weight_beside_the_others(self, programme):
        plain = cmmatch.match(programme)
        result = cmmatch.match(programme, components=[same_site])
        weights = dict(zip(result.scored.names, result.scored.weights, strict=True))
        others = sum(weight for name, weight in weights.items() if name != "same_site")

        assert {*plain.scored.names, "same_site"} == set(weights)
        assert weights["same_site"] / others == pytest.approx(
            50 / sum(Scorer.for_programme(programme).weights[n] for n in plain.scored.names)
        )
        assert set(result.pairs.same_site) <= {0.0, 1.0}

    def test_the_settings_may_give_it_another_weight_or_none(self):
        made = Programme.from_frames(people(), people(), config={"weights": {"same_site": 0}})
        scored = Scorer.for_programme(made, components=[same_site]).prepare(made)

        assert "same_site" in scored.idle

    def test_its_sentence_says_the_value_or_that_of_its_author(self):
        made = Programme.from_frames(people(), people())
        told = of(lambda e, o: np.ones((len(e), len(o))), reason=lambda e, o: f"{e.id} and {o.id}.")

        assert same_site.prepare(made).reason(0, 0) == (
            "By the organisation's own criterion: 1.00 of 1."
        )
        assert told.prepare(made).reason(0, 1) == "a and b."

    def test_nan_is_unknown_and_said_so(self):
        made = Programme.from_frames(people(), people())
        unknown = of(lambda e, o: np.full((len(e), len(o)), np.nan))

        assert not unknown.applies(made)
        assert unknown.prepare(made).reason(0, 0).startswith("Not known: ")

    @pytest.mark.parametrize(
        ("function", "what"),
        [
            (lambda e, o: np.full((len(e), len(o)), 1.5), r"lie in 0\.\.1; it gave 1\.5"),
            (lambda e, o: np.ones(len(o)), r"one value a pair, shape \(3, 3\)"),
            (lambda e, o: [["high"] * len(o)] * len(e), "return numbers"),
        ],
    )
    def test_what_it_returns_is_checked(self, function, what):
        made = Programme.from_frames(people(), people())

        with pytest.raises(ModelError, match=what):
            cmmatch.match(made, components=[of(function)])

    def test_a_function_that_writes_into_its_frames_changes_nothing(self):
        def spoiling(mentees, mentors):
            same = same_site.function(mentees, mentors)
            mentees["location"], mentors["location"] = "x", "x"
            return same

        check_component(of(spoiling), Programme.from_frames(people(), people()))

    def test_a_function_that_looks_at_its_neighbours_is_found_out(self):
        first = of(lambda e, o: np.repeat((e.id == e.id.iloc[0]).to_numpy()[:, None] * 1.0, 3, 1))

        with pytest.raises(AssertionError):
            check_component(first, Programme.from_frames(people(), people()))

    @pytest.mark.parametrize(
        "function",
        [
            lambda e, o: np.full((len(e), len(o)), 1 / len(o)),
            lambda e, o: np.full((len(e), len(o)), (o.location == "Bern").mean()),
        ],
    )
    def test_a_function_that_looks_at_who_else_is_there_is_found_out(self, function):
        with pytest.raises(AssertionError, match="two people alone"):
            check_component(of(function), Programme.from_frames(people(), people()))

    @pytest.mark.parametrize("weight", [0, -1, float("nan"), float("inf")])
    def test_a_weight_that_is_not_positive_is_refused(self, weight):
        with pytest.raises(ModelError, match="must be above 0"):
            cmmatch.component(name="own", weight=weight)(same_site.function)

    def test_a_name_that_is_blank_is_refused(self):
        with pytest.raises(ModelError, match="must have a name"):
            cmmatch.component(name=" ", weight=1)(same_site.function)

    def test_a_name_that_is_taken_is_refused(self, programme):
        other = cmmatch.component(name="skills", weight=1)(same_site.function)

        with pytest.raises(ModelError, match="'skills' stands twice"):
            cmmatch.match(programme, components=[other])

    def test_neither_places_nor_traits_are_shown(self, programme):
        columns = set(people_frame(programme.mentors).columns)

        assert not columns & {"capacity", "hours_per_month", "openness", "name", "email"}


class TestProtected:
    @pytest.fixture
    def protecting(self):
        return Programme.from_frames(
            people(gender=["f", "m", "f"]),
            people(gender=["f", "f", "m"]),
            config={"privacy": {"protected": ["Gender"]}},
        )

    @pytest.mark.parametrize("rule", [SameColumn("gender"), DifferentColumn("gender")])
    def test_a_rule_that_reads_one_is_refused(self, protecting, rule):
        from dataclasses import replace

        scorer = Scorer.for_programme(protecting)
        with_rule = replace(scorer, eligibility=replace(scorer.eligibility, rules=(rule,)))

        with pytest.raises(InputFaults, match="protected-column"):
            cmmatch.match(protecting, scorer=with_rule)

    def test_a_component_that_declares_one_is_refused(self, protecting):
        class Alike:
            name, weight, columns = "alike", 1.0, ("gender",)

            def applies(self, programme):
                return True

            def prepare(self, programme):
                raise AssertionError

        with pytest.raises(InputFaults, match="'alike' reads it"):
            cmmatch.match(protecting, components=[Alike()])

    def test_a_component_that_does_not_declare_it_does_not_get_to_see_it(self, protecting):
        def alike(mentees, mentors):
            assert "gender" not in {*mentees.columns, *mentors.columns}
            return np.ones((len(mentees), len(mentors)))

        result = cmmatch.match(protecting, components=[of(alike)])

        assert result.scored.names[-1] == "own"
        assert "gender" in result.programme.mentees.extra


class TestEarlierResults:
    @pytest.fixture
    def folder(self, tmp_path):
        home = tmp_path / "programme"
        home.mkdir()
        for name, content in make_programme(mentees=12, mentors=5, seed=2).files().items():
            (home / name).write_bytes(content)
        text = (home / "programme.toml").read_text(encoding="utf-8")
        weights = "[weights]\nsame_site = 30\n"
        (home / "programme.toml").write_text(text + weights, encoding="utf-8")
        return home

    def test_a_result_is_read_again_with_the_component_it_was_made_with(self, folder, tmp_path):
        read = cmmatch.read_programme(folder, components=[same_site])
        result = cmmatch.match(read, components=[same_site])
        result.write(tmp_path / "out")
        earlier = api.read_result(tmp_path / "out", components=[same_site])
        mentee = result.pairs.mentee_id[0]

        assert str(result.explain(mentee)) == str(earlier.explain(mentee))

    def test_a_weight_of_a_component_that_is_not_there_is_a_fault(self, folder):
        with pytest.raises(InputFaults, match="weight-unknown"):
            cmmatch.read_programme(folder)

    def test_a_result_without_its_component_is_refused(self, folder, tmp_path):
        text = (folder / "programme.toml").read_text(encoding="utf-8").split("[weights]")[0]
        (folder / "programme.toml").write_text(text, encoding="utf-8")
        read = cmmatch.read_programme(folder)
        cmmatch.match(read, components=[same_site]).write(tmp_path / "out")

        with pytest.raises(InputFaults, match="components-changed"):
            api.read_result(tmp_path / "out")


class TestInstalled:
    """A package is a folder with its metadata beside it, as an installer leaves it."""

    @pytest.fixture
    def install(self, tmp_path, monkeypatch):
        def make(code, entry):
            (tmp_path / "own_package.py").write_text(code, encoding="utf-8")
            info = tmp_path / "own_package-1.0.dist-info"
            info.mkdir()
            (info / "METADATA").write_text("Name: own-package\nVersion: 1.0\n", encoding="utf-8")
            (info / "entry_points.txt").write_text(
                f"[cmmatch.components]\n{entry}\n", encoding="utf-8"
            )
            monkeypatch.syspath_prepend(tmp_path)
            monkeypatch.delitem(sys.modules, "own_package", raising=False)

        return make

    CODE = (
        "import cmmatch\n"
        "@cmmatch.component(name='letters', weight=10)\n"
        "def letters(mentees, mentors):\n"
        "    return mentees.id.to_numpy()[:, None] == mentors.id.to_numpy()\n"
    )

    def test_it_is_found_and_used(self, install):
        install(self.CODE, "letters = own_package:letters")
        made = Programme.from_frames(people(), people(), config={"weights": {"letters": 5}})

        assert ["letters"] == [each.name for each in installed_components()]
        assert "letters" in cmmatch.match(made).scored.names

    def test_one_that_cannot_be_loaded_is_named(self, install):
        install("import nowhere_at_all\n", "broken = own_package:letters")

        with pytest.raises(ModelError, match=r"'broken' of the package 'own-package' could not"):
            installed_components()

    def test_one_that_is_no_component_is_named(self, install):
        install("class Nothing: pass\n", "nothing = own_package:Nothing")

        with pytest.raises(ModelError, match="must have a name, 'applies' and 'prepare'"):
            installed_components()

    def test_a_component_without_a_weight_is_refused(self, install):
        install(self.CODE, "letters = own_package:letters")

        class Weightless:
            name = "weightless"

            def applies(self, programme):
                return True

            def prepare(self, programme):
                raise AssertionError

        with pytest.raises(ModelError, match="must have a weight"):
            cmmatch.match(Programme.from_frames(people(), people()), components=[Weightless()])
