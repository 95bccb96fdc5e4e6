"""The whole road: what matters to the outside."""

import csv
import json

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cmmatch
from cmmatch import Programme, api
from cmmatch.errors import InputFaults, NoMatching, OutputRefused, UnknownPerson
from cmmatch.synthesis import make_programme

FILES = ["manifest.json", "matching.csv", "report.html", "summary.json", "unmatched.csv"]


def frames(seed=4, mentees=40, mentors=14):
    return make_programme(mentees=mentees, mentors=mentors, seed=seed)


def programme_from(made, **config):
    return Programme.from_frames(
        made.mentors,
        made.mentees,
        pairs=made.pairs,
        people=made.people,
        config={**made.config, **config},
    )


@pytest.fixture(scope="module")
def result():
    return cmmatch.match(programme_from(frames()))


@pytest.fixture
def folder(tmp_path):
    home = tmp_path / "programme"
    home.mkdir()
    for name, content in frames().files().items():
        (home / name).write_bytes(content)
    return home


def bytes_of(folder):
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def test_the_answer_is_optimal_and_verified(result):
    assert result.result.proven
    assert result.result.scope == "all eligible pairs"
    assert len(result.pairs) == result.summary["pairs"] == result.result.stages[0].value
    total = round(float(result.pairs.score.sum()) * 10**6)
    assert total == result.result.stages[1].value


def test_requests_and_places_are_honoured(result):
    programme = result.programme
    made = set(result.matching.pairs)
    for mentee, mentor in programme.requests.pairs("require", "keep"):
        assert (programme.mentees.ids[mentee], programme.mentors.ids[mentor]) in made
    for mentee, mentor in programme.requests.pairs("forbid", "declined"):
        assert (programme.mentees.ids[mentee], programme.mentors.ids[mentor]) not in made
    assert (result.matching.mentor_load <= programme.places).all()


def test_everybody_who_wants_somebody_is_in_one_of_the_two_tables(result):
    served = {*result.pairs.mentee_id, *result.unmatched.mentee_id}
    wanting = set(result.programme.mentees.ids[result.programme.demand > 0])

    assert wanting == served


def test_reasons_for_the_unmatched_are_true(result):
    for view in result.unmatched_views:
        row = result.programme.mentees.position[view.mentee_id]
        everyone = np.arange(len(result.programme.mentors))
        eligible = result.scored.eligible(np.full(len(everyone), row), everyone)
        if view.reason == "no eligible mentor":
            assert not eligible.any()
        else:
            assert view.reason == "no place left"
            full = result.matching.mentor_load >= result.programme.places
            assert eligible.any()
            assert full[eligible].all()


def test_rank_counts_those_who_score_higher(result):
    for row in result.pairs.itertuples():
        i = result.programme.mentees.position[row.mentee_id]
        mine = result.candidates.mentee == i
        better = (result.candidates.score[mine] > round(row.score * 10**6)).sum()
        assert (row.rank, row.eligible) == (better + 1, mine.sum())


def test_little_confidence_is_marked_and_says_what_to_ask(result):
    for row in result.pairs.itertuples():
        unknown = [name for name in result.scored.names if np.isnan(getattr(row, name))]
        expected = f"ask about {', '.join(unknown)}" if row.confidence < 0.5 else ""
        assert expected == row.provisional


def test_a_least_score_leaves_people_unmatched_and_shows_the_best():
    made = frames()
    result = cmmatch.match(programme_from(made, quality={"min_score": 0.8}))
    reasons = dict(zip(result.unmatched.mentee_id, result.unmatched.reason, strict=True))

    assert result.result.scope == "all eligible pairs with a score of at least 0.8"
    required = set(map(tuple, zip(made.pairs["mentee_id"], made.pairs["mentor_id"], strict=True)))
    assert all(
        row.score >= 0.8 or (row.mentee_id, row.mentor_id) in required
        for row in result.pairs.itertuples()
    )
    poor = [label for label, reason in reasons.items() if reason == "no good enough mentor"]
    assert poor
    detail = result.unmatched.set_index("mentee_id").detail[poor[0]]
    assert "at least 0.80 is asked" in detail


def test_role_names_reach_every_text(tmp_path):
    made = frames()
    settings_ = {**made.config["programme"], "roles": {"mentor": "coach", "mentee": "coachee"}}
    asked = {"columns": ["department"]}
    result = cmmatch.match(programme_from(made, programme=settings_, report=asked))
    shown = [str(result), result.to_html(), *map(str, result.unmatched.to_numpy().ravel())]
    shown += [str(result.explain(label)) for label in result.programme.mentees.ids]
    result.write(tmp_path / "out")
    for name in ("matching.csv", "unmatched.csv"):
        with open(tmp_path / "out" / name, encoding="utf-8-sig", newline="") as file:
            head, *body = csv.reader(file)
        shown += [each for each in head if each not in ("mentee_id", "mentor_id")]
        shown += [cell for row in body for cell in row]
        assert "coachee" in head
    assert {"coach_department", "coachee_department"} <= set(shown)

    for text in shown:
        plain = text.replace("mentoring", "").replace("min_mentees", "").replace("mentor_id", "")
        assert "mentee" not in plain.lower()
        assert "mentor" not in plain.lower()


@pytest.mark.parametrize("roles", [("partner", "partner"), ("score", "coachee")])
def test_role_names_that_would_hide_a_column_are_not_used_as_headings(tmp_path, roles):
    settings_ = {"roles": {"mentor": roles[0], "mentee": roles[1]}}
    cmmatch.match(programme_from(frames(), programme=settings_)).write(tmp_path / "out")
    with open(tmp_path / "out" / "matching.csv", encoding="utf-8-sig", newline="") as file:
        headings = next(csv.reader(file))

    assert ["mentee_id", "mentor_id", "mentee", "mentor", "score"] == headings[:5]
    assert len(headings) == len(set(headings))


@settings(max_examples=8)
@given(st.integers(0, 10**6))
def test_row_and_column_order_change_nothing(seed):
    made = frames(seed)
    rng = np.random.default_rng(seed)

    def shuffled(table):
        frame = pd.DataFrame(dict(table))
        return frame.iloc[rng.permutation(len(frame)), rng.permutation(frame.shape[1])]

    one = cmmatch.match(programme_from(made))
    other = cmmatch.match(
        Programme.from_frames(
            shuffled(made.mentors),
            shuffled(made.mentees),
            pairs=shuffled(made.pairs),
            people=shuffled(made.people),
            config=made.config,
        )
    )

    assert one.pairs.equals(other.pairs)
    assert one.unmatched.equals(other.unmatched)
    assert one.summary == other.summary
    assert one.programme.fingerprint == other.programme.fingerprint
    assert one.to_html() == other.to_html()


@pytest.mark.parametrize("kind", ["semicolons", "tabs", "mark", "excel", "pandas", "polars"])
def test_file_format_changes_nothing(kind, folder, tmp_path, result):
    made = frames()
    other = tmp_path / "other"
    other.mkdir()
    (other / "programme.toml").write_bytes((folder / "programme.toml").read_bytes())
    tables = {name: getattr(made, name) for name in ("mentors", "mentees", "pairs", "people")}
    if kind in ("pandas", "polars"):
        make = pd.DataFrame if kind == "pandas" else pl.DataFrame
        given = {
            name: make({k: list(v) for k, v in table.items()}) for name, table in tables.items()
        }
        programme = Programme.from_frames(
            given["mentors"],
            given["mentees"],
            pairs=given["pairs"],
            people=given["people"],
            config=made.config,
        )
    else:
        for name, table in tables.items():
            frame = pd.DataFrame(dict(table))
            if kind == "excel":
                frame.to_excel(other / f"{name}.xlsx", index=False, engine="openpyxl")
            else:
                sep = {"semicolons": ";", "tabs": "\t"}.get(kind, ",")
                suffix = "tsv" if kind == "tabs" else "csv"
                encoding = "utf-8-sig" if kind == "mark" else "utf-8"
                frame.to_csv(other / f"{name}.{suffix}", index=False, sep=sep, encoding=encoding)
        programme = cmmatch.read_programme(other)
    again = cmmatch.match(programme)

    assert result.pairs.equals(again.pairs)
    assert result.unmatched.equals(again.unmatched)
    assert result.programme.fingerprint == programme.fingerprint


def test_the_same_run_twice_writes_the_same_bytes(folder, tmp_path):
    programme = cmmatch.read_programme(folder)
    for name in ("one", "two"):
        cmmatch.match(programme).write(tmp_path / name)

    assert FILES == sorted(bytes_of(tmp_path / "one"))
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


def test_results_are_not_written_among_the_inputs(folder):
    before = bytes_of(folder)
    result = cmmatch.match(cmmatch.read_programme(folder))

    with pytest.raises(OutputRefused):
        result.write(folder)
    assert before == bytes_of(folder)


def test_the_manifest_names_inputs_settings_and_outputs_but_no_folder(folder, tmp_path):
    cmmatch.match(cmmatch.read_programme(folder)).write(tmp_path / "out")
    text = (tmp_path / "out" / "manifest.json").read_text()
    manifest = json.loads(text)

    assert [each["name"] for each in manifest["inputs"]] == sorted(bytes_of(folder))
    assert manifest["seed"] == manifest["settings"]["programme"]["seed"] == 4
    assert manifest["origin"] == "../programme/programme.toml"
    assert str(tmp_path) not in text


def test_text_that_looks_like_a_formula_is_written_safely_and_read_back(tmp_path):
    names = ["=cmd|' /C calc'!A0", "@sum", "+1", "-2", "'=quoted"]
    programme = Programme.from_frames(
        {"id": [f"o{k}" for k in range(5)], "name": names},
        {"id": ["-1", "00123", "NA", "1E5", "e"], "name": names[::-1]},
    )
    cmmatch.match(programme).write(tmp_path / "out")
    with open(tmp_path / "out" / "matching.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    assert all(row["mentee"].startswith("'") for row in rows)
    assert {"-1", "00123", "NA", "1E5", "e"} == {row["mentee_id"] for row in rows}
    from cmmatch.programme.faults import FaultList
    from cmmatch.programme.tables import read_table

    table = read_table(tmp_path / "out" / "matching.csv", FaultList())
    assert set(names) == set(table.columns["mentee"]) == set(table.columns["mentor"])


def test_an_infeasible_programme_is_a_result_that_says_why():
    programme = Programme.from_frames(
        {"id": ["o"], "capacity": ["2"], "min_mentees": ["2"], "team": ["red"]},
        {"id": ["e", "f"], "team": ["red", "blue"]},
    )
    result = cmmatch.match(programme)

    assert not result.result.has_matching
    assert (
        "mentors, row 0, column 'min_mentees': o must have at least 2, but only 1 who want "
        "somebody may meet this mentor. Lower the number, or relax a hard rule."
    ) in str(result)
    with pytest.raises(NoMatching):
        result.pairs  # noqa: B018
    assert "infeasible" in str(result)
    assert "infeasible" in result._repr_html_()


def test_a_minimum_load_that_the_least_score_puts_out_of_reach_says_so():
    programme = Programme.from_frames(
        {"id": ["o"], "min_mentees": ["1"], "skills": ["sql"]},
        {"id": ["e"], "skills_wanted": ["tax"]},
        config={"quality": {"min_score": 0.5}},
    )

    assert (
        "mentors, row 0, column 'min_mentees': o must have at least 1, but only 0 who want "
        "somebody may meet this mentor and score 0.5 or more with them. Lower the number or "
        "'min_score', or relax a hard rule."
    ) == cmmatch.match(programme).result.obstacles[0]


def test_minimum_loads_that_stand_in_each_others_way_name_whom_and_where():
    """Each of three could have their two, and any two of them; e0 to e3 are all whom they meet."""
    languages = {"languages": ["en"] * 3 + ["fr"]}
    programme = Programme.from_frames(
        {"id": ["o0", "o1", "o2", "p"], "capacity": [2] * 4, "min_mentees": [2, 2, 2, 0]}
        | languages,
        {"id": [f"e{k}" for k in range(8)], "languages": ["en"] * 4 + ["fr"] * 4},
    )
    result = cmmatch.match(programme).result
    first, last = result.obstacles

    assert (
        "o0, o1 and o2 must have at least 6 in all (their minimum loads) but can have at most 4: "
        "only e0, e1, e2 and e3 may be with any of them."
    ) == first
    assert "mentors, column 'min_mentees': lower a minimum load, or relax a hard rule." == last
    assert (
        "With the hard rule 'no common language' lifted, all rules can be kept: 8 pairs."
        == result.why_not.remedies[-1]
    )


def test_a_required_pair_that_a_rule_forbids_is_a_fault():
    programme = Programme.from_frames(
        {"id": ["o"], "team": ["red"]},
        {"id": ["e"], "team": ["red"]},
        pairs={"mentee_id": ["e"], "mentor_id": ["o"], "kind": ["require"]},
    )

    with pytest.raises(InputFaults, match="required-pair-refused"):
        cmmatch.match(programme)


def test_a_pair_both_required_and_forbidden_is_said_once(folder):
    (folder / "pairs.csv").write_text(
        "mentee_id,mentor_id,kind\np-001,m-001,require\np-001,m-001,forbid\n", encoding="utf-8"
    )
    _, faults = api.reading.gather(folder)

    assert ["pair-contradicts"] == [fault.code for fault in faults.faults]


def test_faults_of_tables_settings_and_rules_come_all_at_once(folder):
    (folder / "programme.toml").write_text(
        '[weights]\nskils = 2\n[eligibility]\noff = ["sameteam"]\n', encoding="utf-8"
    )
    text = (folder / "mentors.csv").read_text(encoding="utf-8")
    (folder / "mentors.csv").write_text(text.replace("m-003", "m-002", 1), encoding="utf-8")
    with pytest.raises(InputFaults) as caught:
        cmmatch.read_programme(folder)

    assert {"id-twice", "rule-unknown", "weight-unknown"} <= {f.code for f in caught.value.faults}
    assert {"programme.toml", "mentors.csv"} <= {f.table for f in caught.value.faults}


class TestExplain:
    def test_a_match_is_explained_with_each_component_and_the_best_alternative(self, result):
        row = result.pairs.iloc[3]
        said = result.explain(row.mentee_id)
        (pair,) = said.pairs

        assert (row.mentor_id, row["rank"]) == (pair.mentor_id, pair.rank)
        assert tuple(part.name for part in pair.parts) == result.scored.names
        assert all(part.sentence for part in pair.parts)
        assert said.alternative.mentor_id != row.mentor_id
        assert said.alternative.why_not in said.as_text(width=10_000)

    def test_a_better_alternative_is_full_and_its_people_are_named(self, result):
        better = result.pairs[result.pairs["rank"] > 1].iloc[0]
        said = result.explain(better.mentee_id)
        position = result.programme.mentors.position[said.alternative.mentor_id]

        assert said.alternative.score > better.score
        assert said.alternative.why_not.startswith("No free place")
        for mentee in result.matching.mentees_of(said.alternative.mentor_id):
            name = result.programme.mentees.name[result.programme.mentees.position[mentee]]
            assert name in said.alternative.why_not
        assert result.matching.mentor_load[position] == result.programme.places[position]

    def test_every_explanation_of_a_refused_pair_names_the_rule(self, result):
        for mentor in result.programme.mentors.ids[:5]:
            for mentee in result.programme.mentees.ids[:5]:
                (pair,) = result.explain(mentee, mentor_id=mentor).pairs
                row = np.array([result.programme.mentees.position[mentee]])
                column = np.array([result.programme.mentors.position[mentor]])
                eligible = result.scored.eligible(row, column)[0]
                refused = any(sentence.startswith("Refused (") for sentence in pair.sentences)
                assert refused != eligible

    def test_everybody_can_be_explained(self, result):
        for mentee in result.programme.mentees.ids:
            assert str(result.explain(mentee)).strip()

    def test_an_unknown_id_offers_near_ones(self, result):
        with pytest.raises(UnknownPerson, match=r"No mentee has the id 'p-01'\. Did you mean"):
            result.explain("p-01")


def test_an_earlier_result_is_explained_as_it_was(folder, tmp_path):
    result = cmmatch.match(cmmatch.read_programme(folder))
    result.write(tmp_path / "out")
    earlier = api.read_result(tmp_path / "out")

    for mentee in [*result.pairs.mentee_id[:6], *result.unmatched.mentee_id[:3]]:
        assert str(result.explain(mentee)) == str(earlier.explain(mentee))


def test_an_earlier_result_on_a_changed_programme_is_refused(folder, tmp_path):
    cmmatch.match(cmmatch.read_programme(folder)).write(tmp_path / "out")
    text = (folder / "mentors.csv").read_text(encoding="utf-8")
    (folder / "mentors.csv").write_text(text.replace("Negotiation", "Nagging"), encoding="utf-8")

    with pytest.raises(InputFaults, match="programme-changed"):
        api.read_result(tmp_path / "out")


def test_pairs_that_are_not_those_written_are_refused(folder, tmp_path):
    """Two mentors swapped by hand: nothing that was proven holds of them."""
    cmmatch.match(cmmatch.read_programme(folder)).write(tmp_path / "out")
    path = tmp_path / "out" / "matching.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    first, second = lines[1].split(",", 2), lines[2].split(",", 2)
    lines[1:3] = [
        ",".join([first[0], second[1], first[2]]),
        ",".join([second[0], first[1], second[2]]),
    ]
    path.write_text("\n".join(lines), encoding="utf-8-sig")

    with pytest.raises(InputFaults, match="matching-changed"):
        api.read_result(tmp_path / "out")


@pytest.mark.parametrize("text", ["[]", "{}", '{"settings": {"seed": 1}}', "\udcff", "nonsense"])
def test_a_manifest_that_is_none_is_refused_in_words(folder, tmp_path, text):
    cmmatch.match(cmmatch.read_programme(folder)).write(tmp_path / "out")
    (tmp_path / "out" / "manifest.json").write_bytes(text.encode("utf-8", "surrogateescape"))

    with pytest.raises(InputFaults, match="manifest-unreadable"):
        api.read_result(tmp_path / "out")


def test_a_pair_of_whom_nothing_is_known_is_provisional():
    (pair,) = cmmatch.match(Programme.from_frames({"id": ["m"]}, {"id": ["a"]})).pair_views

    assert (0.0, "ask about everything: no answer is known") == (pair.confidence, pair.provisional)


def test_exactly_the_confidence_asked_for_is_enough():
    """Weights whose shares add up to a half, though not as floats."""
    weights = {"skills": 1, "goals": 1, "availability": 3, "experience": 1, "personality": 6}
    common = {
        "skills": ["sql"], "goals": ["lead"], "availability": ["Mon 09:00-12:00"],
        "timezone": ["UTC"],
    }  # fmt: skip
    side = {"openness": ["", "3"], "consent_personality": ["yes", "yes"]}
    both = {name: value * 2 for name, value in common.items()} | side
    programme = Programme.from_frames(
        {"id": ["m", "n"], **both, "years_experience": [20, 20]},
        {"id": ["a", "b"], **both, "years_experience": [5, 5], "skills_wanted": ["sql", "sql"]},
        config={"weights": {**weights, "preferences": 0}},
    )
    view = next(v for v in cmmatch.match(programme).pair_views if v.parts[-1].value is None)

    assert (0.5, "") == (view.confidence, view.provisional)


def test_the_seed_of_the_settings_decides_among_equals():
    people = {"id": list("abcdef")}
    drawn = {
        cmmatch.match(
            Programme.from_frames(
                {"id": list("uvwxyz")}, people, config={"programme": {"seed": seed}}
            )
        ).matching.pairs
        for seed in range(5)
    }

    assert len(drawn) > 1


def test_a_paused_mentor_need_not_have_a_least_load():
    programme = Programme.from_frames(
        {"id": ["m", "n"], "status": ["paused", "active"], "capacity": [2, 1],
         "min_mentees": [2, 0]},
        {"id": ["a"]},
    )  # fmt: skip

    assert (("a", "n"),) == cmmatch.match(programme).matching.pairs


def test_somebody_who_found_fewer_than_wanted_is_told_so():
    programme = Programme.from_frames(
        {"id": ["m1", "m2"], "skills": ["python", "sql"], "capacity": [2, 2]},
        {"id": ["p1"], "skills_wanted": ["python; sql"], "demand": [3]},
    )
    (view,) = cmmatch.match(programme).unmatched_views

    assert view.reason == "no further mentor"
    assert view.detail == "Found 2 of 3 wanted: every eligible mentor is already theirs."


def test_who_is_eligible_and_who_is_good_enough_are_told_apart():
    programme = Programme.from_frames(
        {"id": ["m1", "m2", "m3"], "skills": ["python", "sql", "python"], "capacity": [1, 1, 1]},
        {"id": ["p1", "p2", "p3"], "skills_wanted": ["python", "python", "python"]},
        config={"quality": {"min_score": 0.5}},
    )
    result = cmmatch.match(programme)
    (view,) = result.unmatched_views
    made = result.pairs.mentee_id[0]

    assert (9, 6) == (result.summary["eligible_pairs"], result.summary["candidate_pairs"])
    assert "rank 1 of 2 good enough" in str(result.explain(made))
    assert view.detail.endswith("1 more eligible scores below 0.50, the least asked.")


def test_check_counts_before_anything_is_solved(folder):
    report = api.check(folder)
    figures = report.readiness.figures

    assert report.ok
    assert figures["shortage"] == max(figures["mentors_wanted"] - figures["places"], 0)
    assert (
        figures["pairs_eligible"]
        == cmmatch.match(cmmatch.read_programme(folder)).summary["eligible_pairs"]
    )


def test_progress_is_told_for_each_phase():
    seen = []
    cmmatch.match(programme_from(frames()), progress=lambda *step: seen.append(step))

    assert {"score", "solve"} == {phase for phase, _, _ in seen}
    assert all(done <= total for _, done, total in seen)
    for phase in ("score", "solve"):
        steps = [step[1:] for step in seen if step[0] == phase]
        assert sorted(steps) == steps
        assert steps[-1][0] == steps[-1][1] > 0


def test_columns_asked_for_stand_beside_the_pairs(tmp_path):
    programme = programme_from(frames(), report={"columns": ["department"]})
    cmmatch.match(programme).write(tmp_path / "out")
    with open(tmp_path / "out" / "matching.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    for row in rows:
        people = programme.mentees
        assert people.department[people.position[row["mentee_id"]]] == row["mentee_department"]
    assert all(row["mentor_department"] for row in rows)


def test_a_protected_column_is_refused_wherever_a_setting_names_it(folder):
    text = (folder / "programme.toml").read_text(encoding="utf-8")
    text += '[privacy]\nprotected = ["grade"]\n[report]\ncolumns = ["grade"]\n'
    (folder / "programme.toml").write_text(text, encoding="utf-8")

    with pytest.raises(InputFaults, match="protected-column"):
        cmmatch.read_programme(folder)
