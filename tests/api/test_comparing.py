"""Two written results side by side, against plain loops; folders that are no results."""

import json
import shutil
from collections import Counter

import pytest

import cmmatch
from cmmatch import api
from cmmatch.api.comparing import write_comparison
from cmmatch.errors import InputFaults, OutputRefused
from cmmatch.programme.faults import FaultList
from cmmatch.programme.tables import read_table
from cmmatch.synthesis import make_programme


@pytest.fixture(scope="module")
def made():
    return make_programme(mentees=40, mentors=12, seed=3)


def run(made, out, *, drop=(), **config):
    """Match the programme, without some mentees and under other settings, and write the result."""
    mentees = {
        name: [cell for k, cell in enumerate(column) if k not in drop]
        for name, column in made.mentees.items()
    }
    programme = cmmatch.Programme.from_frames(
        made.mentors, mentees, config={**made.config, **config}
    )
    result = cmmatch.match(programme)
    result.write(out)
    return result


@pytest.fixture(scope="module")
def two(made, tmp_path_factory):
    """Demand of one and above; B has other weights and three mentees fewer."""
    home = tmp_path_factory.mktemp("two")
    a = run(made, home / "a")
    b = run(made, home / "b", drop=(0, 1, 2), weights={"experience": 5, "skills": 1})
    return a, b, home


def test_every_pair_is_counted_once(two):
    a, b, home = two
    counts = api.compare(home / "a", home / "b").pairs
    before, after = set(a.matching.pairs), set(b.matching.pairs)
    changed = 0
    for mentee in {pair[0] for pair in before | after}:
        gone = Counter(pair[0] for pair in before - after)[mentee]
        come = Counter(pair[0] for pair in after - before)[mentee]
        changed += min(gone, come)

    assert len(before & after) == counts.kept
    assert changed == counts.changed > 0
    assert len(before) == counts.kept + counts.changed + counts.lost
    assert len(after) == counts.kept + counts.changed + counts.new


def test_every_mentee_has_what_the_results_say(two):
    a, b, home = two
    found = api.compare(home / "a", home / "b")
    wanting = [
        {str(x) for x, n in zip(r.programme.mentees.ids, r.programme.demand, strict=True) if n}
        for r in (a, b)
    ]

    assert sorted(wanting[0] | wanting[1]) == [each.mentee_id for each in found.mentees]
    assert sorted(wanting[1] - wanting[0]) == list(found.joined)
    assert sorted(wanting[0] - wanting[1]) == list(found.left)
    for each in found.mentees:
        for result, mentors, score, rank in (
            (a, each.a, each.score_a, each.rank_a),
            (b, each.b, each.score_b, each.rank_b),
        ):
            views = [view for view in result.pair_views if view.mentee_id == each.mentee_id]
            assert sorted(view.mentor_id for view in views) == list(mentors)
            if views:
                assert pytest.approx(sum(view.score for view in views) / len(views)) == score
                assert pytest.approx(sum(view.rank for view in views) / len(views)) == rank
            else:
                assert score is rank is None
        kinds = {(True, True): "changed", (True, False): "lost", (False, True): "new"}
        kind = kinds.get((bool(each.a), bool(each.b)), "nobody")
        assert ("same" if each.a and each.a == each.b else kind) == each.kind
    assert {"same", "changed", "lost", "nobody"} <= {each.kind for each in found.mentees}


def test_gains_and_losses_are_each_of_its_own_run_and_sorted(two):
    _, _, home = two
    found = api.compare(home / "a", home / "b")
    gains = [each.gain for each in found.gained]
    losses = [each.gain for each in found.fell]
    both = [each for each in found.mentees if each.a and each.b]

    assert sorted(gains, reverse=True) == gains
    assert sorted(losses) == losses
    assert min(gains) > 0 > max(losses)
    assert len(gains) + len(losses) + sum(each.gain == 0 for each in both) == len(both)


def test_turned_round_gains_are_losses(two):
    _, _, home = two
    there, back = api.compare(home / "a", home / "b"), api.compare(home / "b", home / "a")

    assert there.pairs.kept == back.pairs.kept
    assert (there.pairs.lost, there.pairs.new) == (back.pairs.new, back.pairs.lost)
    assert [each.mentee_id for each in there.gained] == [each.mentee_id for each in back.fell]
    assert (there.joined, there.left) == (back.left, back.joined)
    assert {mentor: load[::-1] for mentor, load in there.mentors.items()} == back.mentors


def test_a_mentee_with_two_mentors_may_keep_one(tmp_path):
    """Ann has max and eva; when max has no place, she keeps eva, and ute comes in his stead."""
    mentees = {"id": ["ann"], "demand": [2], "skills_wanted": ["sql"]}
    for name, capacity in (("a", [1, 1, 0]), ("b", [0, 1, 1]), ("c", [0, 1, 0])):
        mentors = {"id": ["max", "eva", "ute"], "skills": ["sql:5"] * 3, "capacity": capacity}
        cmmatch.match(cmmatch.Programme.from_frames(mentors, mentees)).write(tmp_path / name)
    first, second = (api.compare(tmp_path / "a", tmp_path / other) for other in "bc")

    assert (1, 1, 0, 0) == counts(first)
    assert (1, 0, 1, 0) == counts(second)
    assert {"max": (1, 0), "ute": (0, 1)} == first.mentors
    assert ["changed"] == [each.kind for each in second.mentees]
    assert (("eva", "max"), ("eva",)) == (second.mentees[0].a, second.mentees[0].b)


def counts(found):
    return found.pairs.kept, found.pairs.changed, found.pairs.lost, found.pairs.new


def test_the_same_result_twice_differs_in_nothing(two):
    a, _, home = two
    found = api.compare(home / "a", home / "a")

    assert (len(a.matching), 0, 0, 0) == counts(found)
    assert () == found.differences == found.gained == found.fell == found.joined == found.left
    assert {} == found.mentors
    assert "Nothing differs in settings" in str(found)


def test_another_seed_leaves_scores_on_one_scale(made, two, tmp_path):
    _, _, home = two
    run(made, tmp_path / "c", programme={**made.config["programme"], "seed": 99})
    found = api.compare(home / "a", tmp_path / "c")

    assert ["programme.seed"] == [each.what for each in found.differences]
    assert () == found.not_on_one_scale
    assert "not on one scale" not in str(found)


def test_rules_choose_and_leave_scores_on_one_scale(tmp_path):
    people = {"id": ["m"], "skills": ["sql"]}, {"id": ["a"], "skills_wanted": ["sql"]}
    for name, config in (("a", {}), ("b", {"eligibility": {"off": ["same_team"]}})):
        cmmatch.match(cmmatch.Programme.from_frames(*people, config=config)).write(tmp_path / name)
    found = api.compare(tmp_path / "a", tmp_path / "b")

    assert [("eligibility.off", "[]", '["same_team"]')] == [
        (each.what, each.a, each.b) for each in found.differences
    ]
    assert () == found.not_on_one_scale


def test_a_setting_that_decides_what_is_scored_parts_the_scales(tmp_path):
    people = {"id": ["m"], "skills": ["sql"]}, {"id": ["a"], "skills_wanted": ["sql"]}
    for name, config in (("a", {}), ("b", {"privacy": {"personality": "given"}})):
        cmmatch.match(cmmatch.Programme.from_frames(*people, config=config)).write(tmp_path / name)
    found = api.compare(tmp_path / "a", tmp_path / "b")

    assert ("privacy.personality",) == found.not_on_one_scale


def test_other_weights_are_named_as_what_parts_the_scales(two):
    _, _, home = two
    found = api.compare(home / "a", home / "b")

    assert "weights.skills" in found.not_on_one_scale
    assert "not on one scale, since these differ: weights" in " ".join(str(found).split())


def test_a_changed_table_is_named(tmp_path):
    """Data frames have no files, so that a folder is needed."""
    home = tmp_path / "programme"
    home.mkdir()
    (home / "programme.toml").write_text("[programme]\nseed = 1\n", encoding="utf-8")
    (home / "mentors.csv").write_text("id,skills\nm,sql\n", encoding="utf-8")
    for name, wanted in (("a", "sql"), ("b", "tax")):
        (home / "mentees.csv").write_text(f"id,skills_wanted\np,{wanted}\n", encoding="utf-8")
        cmmatch.match(cmmatch.read_programme(home)).write(tmp_path / name)
    found = api.compare(tmp_path / "a", tmp_path / "b")

    assert "input.mentees.csv" in [each.what for each in found.differences]
    assert "input.mentors.csv" not in [each.what for each in found.differences]


def test_the_programmes_need_not_be_there_any_more(two, tmp_path):
    _, _, home = two
    for name in "ab":
        shutil.copytree(home / name, tmp_path / name)

    moved, there = api.compare(tmp_path / "a", tmp_path / "b"), api.compare(home / "a", home / "b")
    assert {**there.as_dict(), "a": "", "b": ""} == {**moved.as_dict(), "a": "", "b": ""}


def test_names_are_those_of_people_under_any_role(tmp_path):
    mentors = {"id": ["m1", "m2"], "name": ["Max", "<b>Eva</b>"], "capacity": [1, 0]}
    mentees = {"id": ["a"], "name": ["Ann Lee"]}
    for name, places in (("a", [1, 0]), ("b", [0, 1])):
        programme = cmmatch.Programme.from_frames(
            {**mentors, "capacity": places},
            mentees,
            config={"programme": {"roles": {"mentor": "coach", "mentee": "coachee"}}},
        )
        cmmatch.match(programme).write(tmp_path / name)
    found = api.compare(tmp_path / "a", tmp_path / "b")

    assert ("Ann Lee", "Max") == (found.name("mentee", "a"), found.name("mentor", "m1"))
    assert "Coachees matched" in str(found)
    assert "Coaches who have somebody in B only (1): <b>Eva</b>." in str(found)
    assert "&lt;b&gt;Eva" in found._repr_html_()
    assert "<b>" not in found._repr_html_()


def test_strangers_are_asked_about(two, tmp_path):
    _, _, home = two
    programme = cmmatch.Programme.from_frames({"id": ["m"]}, {"id": ["nobody you know"]})
    cmmatch.match(programme).write(tmp_path / "c")

    assert "are these two runs of one" in str(api.compare(home / "a", tmp_path / "c"))


def test_a_text_fits_a_terminal_whatever_people_are_called(tmp_path):
    long = "Wolfeschlegelsteinhausenbergerdorff the second of that name"
    mentees = {"id": ["a", "b"], "name": [long, long], "skills_wanted": ["sql", "tax"]}
    for name, skills in (("a", ["sql", "tax"]), ("b", ["tax", "law"])):
        mentors = {"id": ["m1", "m2"], "name": [long, long], "skills": skills}
        cmmatch.match(cmmatch.Programme.from_frames(mentors, mentees)).write(tmp_path / name)
    text = str(api.compare(tmp_path / "a", tmp_path / "b"))
    figures = text[text.index("Mentees  ") :]  # below the folders, whose paths are not cut

    assert "Wolfeschlegel…" in figures
    assert max(map(len, figures.splitlines())) <= 80


def test_a_row_for_every_mentee_is_written_and_reads_back(two, tmp_path):
    _, _, home = two
    found = api.compare(home / "a", home / "b")
    path = write_comparison(found, tmp_path / "changes.csv")
    faults = FaultList()
    table = read_table(path, faults)

    assert [each.mentee_id for each in found.mentees] == table.columns["mentee_id"].tolist()
    assert [each.kind for each in found.mentees] == table.columns["kind"].tolist()
    gains = [float(cell) if cell else None for cell in table.columns["gain"]]
    assert [each.gain for each in found.mentees] == gains


def test_it_is_not_written_among_the_results(two):
    _, _, home = two
    found = api.compare(home / "a", home / "b")
    with pytest.raises(OutputRefused, match="among the inputs"):
        write_comparison(found, home / "b" / "matching.csv")


def edit_manifest(folder, **change):
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**manifest, **change}), encoding="utf-8")


def forge(folder, name, content):
    """Write another file and its checksum, as nobody but a forger would."""
    import hashlib

    (folder / name).write_bytes(content)
    rows = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    own = {"name": name, "sha256": hashlib.sha256(content).hexdigest()}
    edit_manifest(folder, outputs=[row for row in rows if row["name"] != name] + [own])


GARBAGE = {
    "an empty manifest": ("manifest-unreadable", lambda d: (d / "manifest.json").write_text("")),
    "a manifest that is a list": (
        "manifest-unreadable",
        lambda d: (d / "manifest.json").write_text("[1]"),
    ),
    "a manifest deeper than any": (
        "manifest-unreadable",
        lambda d: (d / "manifest.json").write_text("[" * 100_000),
    ),
    "a manifest that is no text": (
        "manifest-unreadable",
        lambda d: (d / "manifest.json").write_bytes(b"\xff\xfe\x00"),
    ),
    "no manifest": ("results-missing", lambda d: (d / "manifest.json").unlink()),
    "settings that are none": (
        "manifest-unreadable",
        lambda d: edit_manifest(d, settings={"x": 1}),
    ),
    "weights that are a text": ("results-unreadable", lambda d: edit_manifest(d, weights="much")),
    "a weight that is a text": (
        "results-unreadable",
        lambda d: edit_manifest(d, weights={"skills": "much"}),
    ),
    "inputs that are numbers": ("results-unreadable", lambda d: edit_manifest(d, inputs=[1])),
    "objectives that are none": ("results-unreadable", lambda d: edit_manifest(d, objectives=3)),
    "no versions": ("results-unreadable", lambda d: edit_manifest(d, versions=None)),
    "an edited matching": (
        "matching-changed",
        lambda d: (d / "matching.csv").write_text("mentee_id,mentor_id\r\n"),
    ),
    "an edited list of the unmatched": (
        "results-changed",
        lambda d: (d / "unmatched.csv").write_text("mentee_id\r\n"),
    ),
    "edited figures": ("results-changed", lambda d: (d / "summary.json").write_text("{}")),
    "no figures": ("results-unreadable", lambda d: (d / "summary.json").unlink()),
    "figures that are a list": ("results-unreadable", lambda d: forge(d, "summary.json", b"[]")),
    "a matching without scores": (
        "results-unreadable",
        lambda d: forge(d, "matching.csv", b"mentee_id,mentor_id\r\na,b\r\n"),
    ),
    "a score that is a word": (
        "results-unreadable",
        lambda d: forge(d, "matching.csv", b"mentee_id,mentor_id,score,rank\r\na,b,much,1\r\n"),
    ),
    "a score that is infinite": (
        "results-unreadable",
        lambda d: forge(d, "matching.csv", b"mentee_id,mentor_id,score,rank\r\na,b,inf,1\r\n"),
    ),
    "a pair twice": (
        "results-unreadable",
        lambda d: forge(
            d, "matching.csv", b"mentee_id,mentor_id,score,rank\r\na,b,1,1\r\na,b,1,1\r\n"
        ),
    ),
}


@pytest.mark.parametrize("what", GARBAGE)
def test_a_folder_that_is_not_as_it_was_written_is_refused(two, tmp_path, what):
    _, _, home = two
    code, spoil = GARBAGE[what]
    shutil.copytree(home / "b", tmp_path / "b")
    spoil(tmp_path / "b")

    with pytest.raises(InputFaults) as caught:
        api.compare(home / "a", tmp_path / "b")
    assert {code} == {fault.code for fault in caught.value.faults}
    assert all(str(tmp_path / "b") in fault.table for fault in caught.value.faults)


@pytest.mark.parametrize("name", ["matching.csv", "unmatched.csv"])
def test_a_missing_table_is_a_fault_that_names_it(two, tmp_path, name):
    _, _, home = two
    shutil.copytree(home / "b", tmp_path / "b")
    (tmp_path / "b" / name).unlink()

    with pytest.raises(InputFaults) as caught:
        api.compare(tmp_path / "b", home / "a")
    assert [str(tmp_path / "b" / name)] == [fault.table for fault in caught.value.faults]


def test_both_folders_are_looked_at_before_anything_is_said(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()

    with pytest.raises(InputFaults) as caught:
        api.compare(tmp_path / "a", tmp_path / "b")
    assert 2 == len(caught.value.faults)
