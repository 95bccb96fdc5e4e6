"""Vocabulary: the files of ``[skills]`` become frozen values, part of the programme's inputs."""

import json
import pickle
from hashlib import sha256

import pytest

import cmmatch
from cmmatch.api.rereading import read_result
from cmmatch.errors import InputFaults, OutputRefused
from cmmatch.programme.loading import load
from cmmatch.programme.programme import Programme
from cmmatch.programme.skill_aliases import SkillAliases
from cmmatch.programme.taxonomy import BROADER, SIBLING, Taxonomy
from cmmatch.programme.taxonomy_files import Statements
from cmmatch.programme.vocabulary import Vocabulary

MENTORS = "id,skills\nA1,K8s; Tea\n"
MENTEES = "id,skills_wanted\nE1,kubernetes; Coffee\n"


def folder_of(tmp_path, settings, **files):
    made = {"mentors.csv": MENTORS, "mentees.csv": MENTEES, "programme.toml": settings} | files
    for name, text in made.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def esco(folder):
    return {
        f"{folder}/skills_en.csv": "conceptUri,preferredLabel,altLabels\nu1,Tea,\nu2,Coffee,joe\n",
        f"{folder}/broaderRelationsSkillPillar_en.csv": "conceptUri,broaderUri\nu1,g\nu2,g\n",
        f"{folder}/occupations_en.csv": "conceptUri\n",
    }


def test_without_settings_the_shipped_aliases_count_and_nothing_is_related(tmp_path):
    words = Programme.from_files(folder_of(tmp_path, "")).vocabulary

    assert words.skill("K8S") == words.skill("Kubernetes")
    assert {} == words.related(words.skill("K8s"))


def test_the_shipped_aliases_can_be_switched_off(tmp_path):
    words = Programme.from_files(
        folder_of(tmp_path, "[skills]\nshipped_aliases = false\n")
    ).vocabulary

    assert words.skill("K8S") == "k8s"


def test_the_own_table_lies_where_its_path_leads_and_overrides_the_shipped_one(tmp_path):
    folder = folder_of(
        tmp_path,
        '[skills]\naliases = "words/own.csv"\n',
        **{"words/own.csv": "alias,skill\nML,malolactic fermentation\nSEO,seo\n"},
    )
    words = Programme.from_files(folder).vocabulary

    assert words.skill("ml") == "malolactic fermentation"
    assert words.skill("SEO") == "seo"
    assert words.skill("K8s") == "kubernetes"


def test_every_file_is_an_input_with_its_hash(tmp_path):
    files = esco("esco") | {"own.csv": "alias,skill\nx,y\n", "near.csv": "skill,broader\na,b\n"}
    settings = '[skills]\naliases = "own.csv"\nesco = "esco"\nrelated = "near.csv"\n'
    folder = folder_of(tmp_path, settings, **files)
    inputs = {each.name: each for each in Programme.from_files(folder).inputs}

    named = {"own.csv", "near.csv", "skills_en.csv", "broaderRelationsSkillPillar_en.csv"}
    assert named | {"mentors.csv", "mentees.csv", "programme.toml"} == set(inputs)
    for name in named:
        assert sha256(inputs[name].path.read_bytes()).hexdigest() == inputs[name].sha256
    assert folder / "esco" == inputs["skills_en.csv"].path.parent


def test_results_keep_the_files_hashes_and_do_not_go_among_them(tmp_path):
    own = {"words/own.csv": "alias,skill\njoe,coffee\n"}
    folder = folder_of(tmp_path / "in", '[skills]\naliases = "words/own.csv"\n', **own)
    result = cmmatch.match(cmmatch.read_programme(folder))
    with pytest.raises(OutputRefused, match=r"own\.csv"):
        result.write(folder / "words")
    result.write(tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))

    digest = sha256(own["words/own.csv"].encode()).hexdigest()
    assert {"name": "own.csv", "sha256": digest} in manifest["inputs"]


def test_an_earlier_result_is_not_explained_with_other_aliases(tmp_path):
    folder = folder_of(
        tmp_path / "in", '[skills]\naliases = "own.csv"\n', **{"own.csv": "alias,skill\na,b\n"}
    )
    cmmatch.match(cmmatch.read_programme(folder)).write(tmp_path / "out")

    assert read_result(tmp_path / "out").explain("E1")
    (folder / "own.csv").write_text("alias,skill\ntea,coffee\n", encoding="utf-8")
    with pytest.raises(InputFaults, match="changed since"):
        read_result(tmp_path / "out")


def test_the_own_related_skills_count_before_esco(tmp_path):
    settings = '[skills]\nesco = "esco"\nrelated = "near.csv"\n'
    near = "skill,related,credit\ncoffee,TEA,0.4\n"
    words = Programme.from_files(
        folder_of(tmp_path, settings, **esco("esco"), **{"near.csv": near})
    ).vocabulary

    assert words.related("coffee")["tea"] == 0.4
    assert SIBLING == words.related("tea")["coffee"]
    assert words.skill("Joe") == "coffee"


def test_onet_is_read_too(tmp_path):
    text = "Example\tCommodity Title\nTea\tDrinks\n"
    folder = folder_of(tmp_path, '[skills]\nonet = "t.txt"\n', **{"t.txt": text})

    assert {"drinks": BROADER} == Programme.from_files(folder).vocabulary.related("tea")


def test_what_settings_name_and_is_not_there_is_reported_with_near_names(tmp_path):
    settings = '[skills]\naliases = "onw.csv"\nesco = "own.csv"\nonet = "esco"\n'
    folder = folder_of(tmp_path, settings, **esco("esco"), **{"own.csv": "alias,skill\n"})
    found = load(folder).faults.faults

    assert [
        ("skills.aliases", "onw.csv", "file-missing"),
        ("skills.esco", "own.csv", "file-missing"),
        ("skills.onet", "esco", "file-missing"),
    ] == [(fault.column, fault.value, fault.code) for fault in found]
    assert found[0].remedy.startswith("Did you mean 'own.csv'?")
    assert "folder" in found[1].problem


def test_faults_of_the_files_come_together_with_those_of_the_people(tmp_path):
    folder = folder_of(
        tmp_path,
        '[skills]\naliases = "own.csv"\nrelated = "near.csv"\n',
        **{
            "own.csv": "alias,skill\na,b\na,c\n",
            "near.csv": "skill,related,credit\na,b,2\n",
            "mentors.csv": "id,capacity\nA1,two\n",
        },
    )

    assert {"alias-twice", "related-credit", "capacity-not-whole"} == {
        fault.code for fault in load(folder).faults.faults
    }


def test_a_yes_in_words_is_no_yes(tmp_path):
    (fault,) = load(folder_of(tmp_path, '[skills]\nshipped_aliases = "no"\n')).faults.faults

    assert ("skills.shipped_aliases", "setting-type") == (fault.column, fault.code)
    assert "true or false" in fault.problem


def test_frames_find_the_files_beside_their_settings(tmp_path):
    folder = folder_of(
        tmp_path, '[skills]\naliases = "own.csv"\n', **{"own.csv": "alias,skill\njoe,coffee\n"}
    )
    made = Programme.from_frames({"id": ["A1"]}, {"id": ["E1"]}, config=folder / "programme.toml")

    assert "coffee" == made.vocabulary.skill("Joe")
    assert () == made.inputs
    assert made.origin is None


def test_frames_with_plain_settings_report_what_is_missing():
    with pytest.raises(InputFaults, match=r"skills\.aliases"):
        Programme.from_frames(
            {"id": ["A1"]}, {"id": ["E1"]}, config={"skills": {"aliases": "no such file.csv"}}
        )


class TestFingerprint:
    def fingerprint(self, tmp_path, aliases="alias,skill\n", near="skill,broader\n", more=""):
        settings = f'[skills]\naliases = "own.csv"\nrelated = "near.csv"\n{more}'
        files = {"own.csv": aliases + "q,r\n", "near.csv": near + "q,z\n"}
        return Programme.from_files(folder_of(tmp_path, settings, **files)).fingerprint

    def test_changes_with_an_alias_that_somebody_names(self, tmp_path):
        plain = self.fingerprint(tmp_path)

        assert plain != self.fingerprint(tmp_path, aliases="alias,skill\ntea,coffee\n")
        assert plain != self.fingerprint(tmp_path, more="shipped_aliases = false\n")

    def test_changes_with_a_relation_of_skills_that_are_wanted_and_offered(self, tmp_path):
        plain = self.fingerprint(tmp_path)
        related = self.fingerprint(tmp_path, near="skill,broader\ncoffee,tea\n")

        assert plain != related
        assert related != self.fingerprint(tmp_path, near="skill,broader\ntea,coffee\n")

    def test_stays_with_what_nobody_names(self, tmp_path):
        plain = self.fingerprint(tmp_path)

        assert plain == self.fingerprint(tmp_path, aliases="alias,skill\nx,y\n")
        assert plain == self.fingerprint(tmp_path, near="skill,broader\ncoffee,drinks\n")

    def test_stays_whatever_the_files_are_called(self, tmp_path):
        text = "alias,skill\ntea,coffee\n"
        found = set()
        for name in ("one.csv", "two.csv"):
            folder = folder_of(tmp_path / name, f'[skills]\naliases = "{name}"\n', **{name: text})
            found.add(Programme.from_files(folder).fingerprint)

        assert len(found) == 1


def test_the_labels_of_a_taxonomy_are_spelt_as_the_aliases_spell_them():
    taxonomy = Taxonomy(Statements(broader=(("JS", "Scripting"), ("golang", "scripting"))))
    words = Vocabulary.of(SkillAliases.shipped(), taxonomy)

    assert {"go": SIBLING, "scripting": BROADER} == words.related(words.skill("JavaScript"))


def test_a_vocabulary_survives_a_copy_of_its_programme(tmp_path):
    settings = '[skills]\nesco = "esco"\n'
    made = Programme.from_files(folder_of(tmp_path, settings, **esco("esco")))

    assert made.fingerprint == pickle.loads(pickle.dumps(made)).fingerprint
    assert made.vocabulary is made.replace(notes=()).vocabulary
