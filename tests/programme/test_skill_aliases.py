"""Aliases of skills: the shipped table is sound, and an organisation's own one overrides it."""

import csv
from importlib.resources import files
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch.errors import InputFaults
from cmmatch.programme.cells import parse_skills
from cmmatch.programme.labels import folded
from cmmatch.programme.skill_aliases import SkillAliases

SHIPPED = files("cmmatch.programme").joinpath("data", "skill_aliases.csv")
LINES = list(csv.reader(SHIPPED.read_text(encoding="utf-8").splitlines()))
ROWS = LINES[1:]
KEYS = st.sampled_from("abcdefg")


def own(folder, text):
    file = folder / "aliases.csv"
    file.write_text(text, encoding="utf-8")
    return file


def faults_of(folder, text):
    with pytest.raises(InputFaults) as caught:
        SkillAliases.from_csv(own(folder, text))
    return [(fault.row, fault.column, fault.value, fault.code) for fault in caught.value.faults]


class TestTheShippedTable:
    def test_has_some_hundreds_of_lines(self):
        assert ["alias", "skill"] == LINES[0]
        assert 300 <= len(ROWS) <= 500
        assert len(ROWS) == len(SkillAliases.shipped())

    def test_is_sorted_and_names_each_alias_once(self):
        aliases = [alias for alias, _ in ROWS]

        assert sorted(set(aliases)) == aliases

    def test_is_written_as_labels_are_compared(self):
        assert [] == [row for row in ROWS if row != [folded(cell) for cell in row]]
        assert [] == [row for row in ROWS if not all(row)]

    def test_has_no_chain_no_circle_and_no_alias_that_is_a_skill(self):
        aliases, skills = ({row[k] for row in ROWS} for k in (0, 1))

        assert set() == aliases & skills

    def test_can_be_written_by_people_in_a_cell(self):
        wrong = [
            cell
            for row in ROWS
            for cell in row
            if [cell] != [label for label, _, _ in parse_skills(f"{cell}:3")]
        ]

        assert [] == wrong

    def test_can_be_read_as_an_organisation_reads_its_own(self, tmp_path):
        again = SkillAliases.from_csv(own(tmp_path, SHIPPED.read_text(encoding="utf-8")))

        assert again.skill_of == SkillAliases.shipped().skill_of

    @pytest.mark.parametrize(
        ("alias", "skill"),
        [
            ("ML", "Machine Learning"),
            ("K8s", "kubernetes"),
            ("JS", "JavaScript"),
            ("golang", "Go"),
            ("cpp", "C++"),
            ("C Sharp", "C#"),
            ("R  programming", "r"),
            ("FP&A", "Financial Planning and Analysis"),
            ("Deutsch", "German"),
            ("CPR", "cardiopulmonary resuscitation"),
        ],
    )
    def test_knows_other_names_of_one_skill(self, alias, skill):
        shipped = SkillAliases.shipped()

        assert shipped.canonical(alias) == shipped.canonical(skill)

    @pytest.mark.parametrize(
        "apart",
        [
            ["C", "C++", "C#", "F#", "Objective-C", "R", "Rust", "Go", "Java", "JavaScript"],
            ["TypeScript", "JavaScript", "Node.js", "React", "React Native", "Next.js"],
            ["SQL", "MySQL", "NoSQL", "PostgreSQL", "PL/SQL", "T-SQL", "SQL Server"],
            ["Visual Basic", "VBA", "VB.NET", ".NET", "ASP.NET"],
            ["project management", "product management", "programme management", "PMO"],
            ["machine learning", "artificial intelligence", "data science", "statistics"],
            ["SEO", "PPC", "email marketing", "marketing"],
            ["S&OP", "SOP"],
            ["electronic health records", "electronic medical records"],
            ["UX", "UI", "UX design", "UI design", "user research"],
        ],
    )
    def test_near_skills_stay_apart(self, apart):
        keys = [SkillAliases.shipped().canonical(label) for label in apart]

        assert [] == [pair for pair in combinations(keys, 2) if len(set(pair)) == 1]

    @pytest.mark.parametrize("unclear", ["PM", "NLP", "BA", "GCP", "CBT", "AR", "SCM", "CI", "PE"])
    def test_an_abbreviation_with_two_meanings_is_left_as_it_is(self, unclear):
        assert folded(unclear) == SkillAliases.shipped().canonical(unclear)
        assert unclear.casefold() not in {cell for row in ROWS for cell in row}


class TestAnOwnTable:
    def test_is_read_by_the_names_of_its_columns(self, tmp_path):
        file = own(tmp_path, "note;Skill;ALIAS\nx; Kubernetes ;K8S\n")

        assert {"k8s": "kubernetes"} == SkillAliases.from_csv(file).skill_of

    def test_reports_all_faults_at_once(self, tmp_path):
        found = faults_of(tmp_path, "alias,skill\na,b\n,c\nd,\na,e\nA,B\nf,a\ng,G\nh,g\n")

        assert [
            (3, "alias", "", "skill-blank"),
            (4, "skill", "", "skill-blank"),
            (5, "alias", "a", "alias-twice"),
            (7, "skill", "a", "alias-chain"),
        ] == found

    def test_of_two_aliases_in_a_circle_both_are_reported(self, tmp_path):
        found = faults_of(tmp_path, "alias,skill\na,b\nb,a\n")

        assert [(2, "skill", "b", "alias-chain"), (3, "skill", "a", "alias-chain")] == found

    def test_without_its_columns_is_refused_for_each(self, tmp_path):
        found = faults_of(tmp_path, "alia,to\nk8s,kubernetes\n")

        assert [
            (None, "alias", "", "column-missing"),
            (None, "skill", "", "column-missing"),
        ] == found

    def test_with_a_column_twice_is_refused(self, tmp_path):
        assert [(None, "Alias", "", "column-twice")] == faults_of(
            tmp_path, "alias,Alias,skill\nk8s,kube,kubernetes\n"
        )

    def test_that_does_not_exist_is_a_fault(self, tmp_path):
        with pytest.raises(InputFaults, match="must exist"):
            SkillAliases.from_csv(tmp_path / "none.csv")


class TestMerging:
    def test_the_other_table_counts_where_both_speak(self):
        both = SkillAliases({"ml": "machine learning"}).merged(SkillAliases({"ml": "malolactic"}))

        assert both.canonical("ML") == "malolactic"

    def test_a_line_that_names_itself_takes_an_alias_back(self, tmp_path):
        line = SkillAliases.from_csv(own(tmp_path, "alias,skill\nML,ml\n"))

        assert "ml" == SkillAliases.shipped().merged(line).canonical("ML")
        assert "machine learning" == SkillAliases.shipped().canonical("ML")

    def test_a_line_the_other_way_round_turns_the_table_round(self):
        shipped = SkillAliases({"k8s": "kubernetes", "kube": "kubernetes"})
        both = shipped.merged(SkillAliases({"kubernetes": "k8s"}))

        assert {"k8s"} == {both.canonical(each) for each in ("kube", "K8s", "Kubernetes")}

    @given(st.dictionaries(KEYS, KEYS.map(str.upper)), st.dictionaries(KEYS, KEYS | st.just("z")))
    def test_two_tables_never_make_a_chain_and_keep_every_line_of_the_other(self, one, other):
        other = {a: s for a, s in other.items() if other.get(s, s) == s}
        both = SkillAliases({a: s.lower() + "x" for a, s in one.items()}).merged(
            SkillAliases(other)
        )

        assert all(both.canonical(skill) == skill for skill in both.skill_of.values())
        assert all(both.canonical(a) == both.canonical(s) for a, s in other.items())

    @given(st.dictionaries(KEYS, KEYS), st.dictionaries(KEYS, KEYS))
    def test_even_circles_end(self, one, other):
        both = SkillAliases(one).merged(SkillAliases(other))

        assert all(both.canonical(skill) == skill for skill in both.skill_of.values())
        assert all(alias != skill for alias, skill in both.skill_of.items())
