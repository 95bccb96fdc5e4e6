"""Taxonomies: read by column name from ESCO, O*NET and own tables; credit along one step.

All files here are made up; nothing of ESCO or O*NET is in them but the names of columns.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch.errors import InputFaults
from cmmatch.programme.taxonomy import BROADER, FAMILY, NARROWER, SIBLING, Taxonomy
from cmmatch.programme.taxonomy_files import Statements

SKILLS = """conceptType,conceptUri,skillType,preferredLabel,altLabels,status
X,http://e/1,k,brew tea,"make tea
tea brewing",released
X,http://e/2,k,brew coffee,make coffee,released
X,http://e/3,k,pour drinks,"make tea
serve drinks",released
X,http://e/4,k,make drinks,,released
X,http://e/5,k,wash cups,brew coffee,released
"""
BROADER_RELATIONS = """conceptType,conceptUri,broaderType,broaderUri
X,http://e/1,X,http://e/4
X,http://e/2,X,http://e/4
X,http://e/3,X,http://g/1
X,http://e/5,X,http://g/1
X,http://e/4,X,http://g/2
"""
GROUPS = """conceptUri,preferredLabel,altLabels
http://g/2,catering,
"""
LABELS = st.sampled_from("abcdef")
EDGES = st.lists(st.tuples(LABELS, LABELS), max_size=12)


def esco(folder, **files):
    given = {"skills_en": SKILLS, "broaderRelationsSkillPillar_en": BROADER_RELATIONS}
    for name, text in (given | files).items():
        if text is not None:
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def file_of(folder, text, name="own.csv"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def faults_of(reader, path):
    with pytest.raises(InputFaults) as caught:
        reader(path)
    return [(fault.row, fault.column, fault.value, fault.code) for fault in caught.value.faults]


def tree(*edges):
    return Taxonomy(Statements(broader=edges))


class TestCredit:
    def test_falls_from_the_skill_itself_to_a_child_a_parent_and_a_sibling(self):
        assert 1 > NARROWER > BROADER > SIBLING > 0

    def test_counts_one_step_up_down_and_aside(self):
        drinks = tree(("green tea", "tea"), ("tea", "drinks"), ("coffee", "drinks"))

        assert {"coffee": SIBLING, "drinks": BROADER, "green tea": NARROWER} == drinks.related(
            "tea"
        )
        assert {"tea": BROADER} == drinks.related("green tea")
        assert {} == drinks.related("cake")

    @given(EDGES)
    def test_is_directed_between_parent_and_child_and_the_same_between_siblings(self, edges):
        """Where two are related in both ways, the better one counts in each direction."""
        made = tree(*edges)
        for wanted in "abcdef":
            for offered, credit in made.related(wanted).items():
                back = made.related(offered)[wanted]

                assert (credit == SIBLING) == (back == SIBLING)
                if credit == BROADER:
                    assert back == NARROWER

    @given(EDGES)
    def test_is_never_that_of_the_skill_itself_and_comes_sorted(self, edges):
        for wanted in "abcdef":
            related = tree(*edges).related(wanted)

            assert wanted not in related
            assert all(0 < credit < 1 for credit in related.values())
            assert sorted(related) == list(related)

    @pytest.mark.parametrize(("children", "credit"), [(FAMILY, SIBLING), (FAMILY + 1, None)])
    def test_children_of_a_shelf_are_no_siblings(self, children, credit):
        shelf = tree(*((f"child {k}", "shelf") for k in range(children)))

        assert credit == shelf.related("child 1").get("child 2")
        assert BROADER == shelf.related("child 1")["shelf"]

    def test_that_is_stated_counts_before_the_tree_even_if_it_is_none(self):
        own = Taxonomy(Statements(credit=(("tea", "coffee", 0.4), ("tea", "drinks", 0.0))))
        both = tree(("tea", "drinks"), ("coffee", "drinks")).merged(own)

        assert {"coffee": 0.4} == both.related("tea")
        assert {"drinks": BROADER, "tea": SIBLING} == both.related("coffee")

    def test_that_the_second_table_states_counts(self):
        one, two = (Taxonomy(Statements(credit=(("a", "b", x),))) for x in (0.3, 0.6))

        assert {"b": 0.6} == one.merged(two).related("a")
        assert {"b": 0.3} == two.merged(one).related("a")


class TestEsco:
    def test_gives_credit_along_the_hierarchy(self, tmp_path):
        read = Taxonomy.from_esco(esco(tmp_path))

        assert {"brew coffee": SIBLING, "make drinks": BROADER} == read.related("brew tea")
        assert {"brew coffee": NARROWER, "brew tea": NARROWER} == {
            skill: credit
            for skill, credit in read.related("make drinks").items()
            if "/" not in skill
        }

    def test_a_group_without_a_label_still_makes_siblings(self, tmp_path):
        assert SIBLING == Taxonomy.from_esco(esco(tmp_path)).related("wash cups")["pour drinks"]

    def test_a_group_with_a_label_is_a_skill(self, tmp_path):
        read = Taxonomy.from_esco(esco(tmp_path, skillGroups_en=GROUPS))

        assert {"make drinks": NARROWER} == read.related("catering")

    def test_another_label_is_the_skill_unless_two_skills_claim_it(self, tmp_path):
        read = Taxonomy.from_esco(esco(tmp_path))

        assert "brew tea" == read.skill_of("tea brewing")
        assert "make tea" == read.skill_of("make tea")
        assert "brew coffee" == read.skill_of("brew coffee")

    def test_columns_are_found_by_name(self, tmp_path):
        lines = [line.split(",") for line in BROADER_RELATIONS.splitlines()]
        turned = "\n".join(",".join(["new", *reversed(line)]) for line in lines)
        turned = turned.replace("new,broaderUri", "code,broaderUri", 1)
        (tmp_path / "other").mkdir()
        other = esco(tmp_path / "other", broaderRelationsSkillPillar_en=turned)

        one, two = Taxonomy.from_esco(esco(tmp_path)), Taxonomy.from_esco(other)
        assert all(one.related(each) == two.related(each) for each in ("brew tea", "make drinks"))

    def test_a_folder_without_its_files_is_refused(self, tmp_path):
        assert [
            (None, "", "", "taxonomy-incomplete"),
            (None, "", "", "taxonomy-incomplete"),
        ] == faults_of(Taxonomy.from_esco, tmp_path)

    def test_a_folder_with_two_languages_is_refused(self, tmp_path):
        found = faults_of(Taxonomy.from_esco, esco(tmp_path, skills_de=SKILLS))

        assert [(None, "", "skills_de.csv, skills_en.csv", "taxonomy-incomplete")] == found

    def test_a_missing_column_is_refused(self, tmp_path):
        found = faults_of(
            Taxonomy.from_esco, esco(tmp_path, skills_en=SKILLS.replace("altLabels", "others"))
        )

        assert [(None, "altLabels", "", "column-missing")] == found


class TestOnet:
    def test_the_content_model_parts_its_numbers(self, tmp_path):
        text = (
            "Element ID\tElement Name\tDescription\n"
            "9.Z\tKitchen\t\n9.Z.1\tTea Making\t\n9.Z.2\tCoffee Making\t\n8.Y.1.a\tAlone\t\n"
            "8.Y.1.b\tAlone Too\t\n"
        )
        read = Taxonomy.from_onet(file_of(tmp_path, text, "Content Model Reference.txt"))

        assert {"coffee making": SIBLING, "kitchen": BROADER} == read.related("tea making")
        assert SIBLING == read.related("alone")["alone too"]

    def test_rows_of_many_occupations_are_one_skill(self, tmp_path):
        text = "SOC,Element ID,Element Name\n1,9.Z.1,Tea\n2,9.Z.1,Tea\n2,9.Z.2,Coffee\n"
        read = Taxonomy.from_onet(file_of(tmp_path, text))

        assert SIBLING == read.related("tea")["coffee"]

    def test_products_have_their_commodity_as_parent(self, tmp_path):
        text = (
            "O*NET-SOC Code\tExample\tCommodity Code\tCommodity Title\n"
            "1\tSheetly\t7\tSpreadsheet things\n2\tCellmate\t7\tSpreadsheet things\n"
        )
        read = Taxonomy.from_onet(file_of(tmp_path, text, "Technology Skills.txt"))

        assert {"sheetly": SIBLING, "spreadsheet things": BROADER} == read.related("cellmate")

    def test_another_table_is_refused(self, tmp_path):
        assert [(None, "", "Title, Code", "taxonomy-incomplete")] == faults_of(
            Taxonomy.from_onet, file_of(tmp_path, "Title,Code\nx,1\n")
        )


class TestOwnTable:
    def test_with_credits_holds_in_the_direction_stated(self, tmp_path):
        read = Taxonomy.from_csv(
            file_of(tmp_path, "credit,SKILL,related\n0.6, Tea ,Coffee\n0,tea,cocoa\n")
        )

        assert {"coffee": 0.6} == read.related("tea")
        assert {} == read.related("coffee")

    def test_with_parents_is_a_hierarchy(self, tmp_path):
        read = Taxonomy.from_csv(file_of(tmp_path, "skill,broader\nTea,Drinks\nCoffee,drinks\n"))

        assert {"coffee": SIBLING, "drinks": BROADER} == read.related("tea")

    def test_reports_all_faults_at_once(self, tmp_path):
        text = "skill,related,credit\na,b,1\na,c,lots\n,d,0.5\nA,a,0.5\nx,y,0.5\nX,Y,0.6\nx,y,0.5\n"
        found = faults_of(Taxonomy.from_csv, file_of(tmp_path, text))

        assert [
            (2, "credit", "1", "related-credit"),
            (3, "credit", "lots", "related-credit"),
            (4, "skill", "", "skill-blank"),
            (5, "related", "a", "related-self"),
            (7, "credit", "0.6", "related-twice"),
        ] == found

    def test_with_parents_in_a_circle_is_refused(self, tmp_path):
        text = "skill,broader\na,b\nd,a\nb,c\nc,a\n"
        ((row, column, value, code),) = faults_of(Taxonomy.from_csv, file_of(tmp_path, text))

        assert (2, "broader", "broader-circle") == (row, column, code)
        assert {"a", "b", "c"} == set(value.split(" < "))

    def test_of_two_kinds_is_refused(self, tmp_path):
        found = faults_of(
            Taxonomy.from_csv, file_of(tmp_path, "skill,related,credit,broader\na,b,0.5,c\n")
        )

        assert [(None, "", "skill, related, credit, broader", "taxonomy-unclear")] == found

    @pytest.mark.parametrize(
        ("heading", "missing"),
        [("skill,credit", "related"), ("skill,related", "credit"), ("skill", "broader")],
    )
    def test_without_a_column_is_refused(self, tmp_path, heading, missing):
        text = f"{heading}\n{','.join('ab'[: heading.count(',') + 1])}\n"
        found = faults_of(Taxonomy.from_csv, file_of(tmp_path, text))

        assert [(None, missing, "", "column-missing")] == found
