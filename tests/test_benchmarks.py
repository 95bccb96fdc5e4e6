"""The benchmarks run, and the plain loop that stands beside the score agrees with it."""

import dataclasses
import importlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmmatch import Candidates, Programme, Scorer
from cmmatch.assignment.constraints import MenteeDemand, MentorCapacity
from cmmatch.assignment.model import Model
from cmmatch.assignment.objectives import MostMatched
from cmmatch.synthesis import make_programme

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"
COMPONENTS = {
    "skills", "goals", "availability", "experience", "personality", "preferences", "working_style",
    "learning_orientation",
}  # fmt: skip


@pytest.fixture(scope="module")
def bench():
    """Import a module of the benchmarks by its name, as their scripts do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(FOLDER), *sys.path])
        yield importlib.import_module


def every_pair(scored):
    n, m = scored.shape
    return np.repeat(np.arange(n), m), np.tile(np.arange(m), n)


def scored_by(programme):
    return Scorer.for_programme(programme).prepare(programme)


def synthetic(seed, *, blanks, **changes):
    made = make_programme(mentees=25, mentors=12, seed=seed, blanks=blanks)
    return Programme.from_frames(
        made.mentors,
        made.mentees,
        pairs=made.pairs,
        people=made.people,
        config={**made.config, **changes},
    )


def assert_loop_agrees(bench, scored, encoder=None, *, within=1e-9):
    """Each component with the same blanks and within that, the score to a millionth."""
    loop = bench("loop").PairLoop(scored, encoder)
    mentee, mentor = every_pair(scored)
    people, values = loop.people(mentee, mentor), scored.values(mentee, mentor)
    for k, (_, _, component) in enumerate(loop.parts):
        found = [component(*pair) for pair in people]
        as_numbers = np.array([np.nan if each is None else each for each in found])
        assert values[:, k] == pytest.approx(as_numbers, abs=within, nan_ok=True), scored.names[k]
    assert np.abs(np.array(loop.scores(people)) - scored.pairs(mentee, mentor)).max() <= 1


@settings(max_examples=15)
@given(
    st.integers(0, 10**6),
    st.sampled_from([0.0, 0.2, 0.7]),
    st.fixed_dictionaries(
        {},
        optional={
            "preferences": st.sampled_from([{"combine": "geometric"}, {"combine": "minimum"}]),
            "availability": st.just({"enough_hours": 7.5}),
            "experience": st.sampled_from([{"band": (0, 3)}, {"band": (4, 4)}]),
            "goals": st.just({"category_share": 0.3}),
            "personality": st.just({"traits": ["neuroticism"], "complementary": ["openness"]}),
            "weights": st.just({"skills": 1, "goals": 0, "availability": 5.5}),
        },
    ),
)
def test_the_loop_agrees_on_every_pair_of_made_up_programmes(bench, seed, blanks, changes):
    assert_loop_agrees(bench, scored_by(synthetic(seed, blanks=blanks, **changes)))


NGRAMS = "product of n-grams"

LABELS = ("k8s", "Kubernetes", "R", "public  speaking", "sql")
LEVELS = ("", ":1", ":3", ":5")
GOALS = ("Lead", "lead", "paint", "change career")
STATEMENTS = ("", "All of them.", "lead a growing team", "Leading teams well", "paint a barn door")
HOURS = ("", "Mon-Fri 08:00-12:00", "Sun 22:00-02:00; Tue 09:15-11:45", "Mon-Sun 00:00-24:00")
ZONES = ("", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")


def drawn_by_hand(seed, *, starts):
    """Cells that made-up programmes never have: spellings, goals reached, half a zone, no level."""
    rng = np.random.default_rng(seed)

    def some(words, most=3, endings=("",)):
        chosen = rng.choice(words, size=rng.integers(0, most + 1), replace=False)
        return "; ".join(f"{word}{rng.choice(endings)}" for word in chosen)

    def side(name, count):
        return {
            "id": [f"{name}{k}" for k in range(count)],
            "skills": [some(LABELS, endings=LEVELS) for _ in range(count)],
            "goals": [some(GOALS) for _ in range(count)],
            "statement": rng.choice(STATEMENTS, count).tolist(),
            "availability": rng.choice(HOURS, count).tolist(),
            "timezone": rng.choice(ZONES, count).tolist(),
        }

    mentors, mentees = side("o", 9), side("e", 14)
    mentors["goals_achieved"] = [some(GOALS) for _ in range(9)]
    mentees["skills_wanted"] = [
        some(LABELS, endings=[*LEVELS, *(f"{each}!" for each in LEVELS)]) for _ in range(14)
    ]
    named = sorted({(int(rng.integers(14)), int(rng.integers(9))) for _ in range(20)})
    pairs = [
        (f"e{i}", f"o{j}", str(rng.choice(["prefer", "avoid"])), str(rng.integers(1, 9)), by)
        for i, j in named
        for by in rng.choice(["mentee", "mentor", ""], size=rng.integers(1, 3), replace=False)
    ]
    heads = ("mentee_id", "mentor_id", "kind", "rank", "by")
    return Programme.from_frames(
        mentors,
        mentees,
        pairs={head: [str(row[k]) for row in pairs] for k, head in enumerate(heads)},
        config={"programme": {"seed": int(rng.integers(99)), "weeks": 40, **starts}},
    )


def test_the_loop_agrees_where_statements_are_compared_by_vectors(bench):
    one = bench("cases").case("25x12-vectors")
    programme = one.programme()
    scored = one.scorer(programme).prepare(programme)
    plain = scored_by(programme)
    every = every_pair(scored)

    assert "25x12-vectors" == one.name
    assert (scored.pairs(*every) != plain.pairs(*every)).any()
    assert_loop_agrees(bench, scored, one.encoder, within=2e-6)


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.sampled_from([{}, {"starts": "2026-09-09"}]))
def test_the_loop_agrees_on_every_pair_of_odd_answers(bench, seed, starts):
    assert_loop_agrees(bench, scored_by(drawn_by_hand(seed, starts=starts)))


def test_the_loop_refuses_what_it_does_not_know(bench):
    programme = synthetic(1, blanks=0.1)

    def encoder(texts):
        return [[1.0] for _ in texts]

    goals = programme.config.goals.model_copy(update={"encoder": encoder})
    config = programme.config.model_copy(update={"goals": goals})
    with_encoder = dataclasses.replace(programme, config=config)
    scored = scored_by(programme)
    foreign = dataclasses.replace(scored, names=("taste", *scored.names[1:]))

    with pytest.raises(ValueError, match="encoder"):
        bench("loop").PairLoop(dataclasses.replace(scored, programme=with_encoder))
    with pytest.raises(ValueError, match="taste"):
        bench("loop").PairLoop(foreign)


def test_the_rounds_end_with_an_error_where_the_loop_and_the_score_differ(bench):
    scored = scored_by(synthetic(1, blanks=0.1))

    class Wrong(type(scored)):
        """Two millionths off or more in one pair, which rounding does not explain."""

        def pairs(self, mentee, mentor):
            units = super().pairs(mentee, mentor)
            units[3:4] += 3
            return units

    wrong = Wrong(**{each.name: getattr(scored, each.name) for each in dataclasses.fields(scored)})
    with pytest.raises(SystemExit, match="must agree to a millionth"):
        bench("rounds").run_rounds(wrong, rounds=1, seed=1)


@pytest.mark.parametrize(("mentees", "mentors"), [(1, 1), (60, 30), (1000, 400), (10000, 4000)])
def test_blocks_are_spread_over_all_mentees(bench, mentees, mentors):
    blocks = bench("rounds").spread_blocks(mentees, mentors)
    rows = np.concatenate(blocks)

    assert 0 == rows[0]
    assert mentees - 1 == rows[-1]
    assert len(set(rows.tolist())) == len(rows)
    assert 1 <= len(blocks) <= 8
    assert max(map(len, blocks)) * mentors <= 2**19


def test_people_of_a_case_share_statements_unless_these_are_their_own(bench):
    case = bench("cases").case
    shared, own = (case(name).programme() for name in ("400x200", "400x200-own"))
    told = own.mentees.statement != ""

    assert ("400x200", "400x200-own") == (case("400x200").name, case("400x200-own").name)
    assert np.array_equal(told, shared.mentees.statement != "")
    assert len(set(shared.mentees.statement[told])) < 0.9 * told.sum()
    assert len(set(own.mentees.statement[told])) == told.sum()
    assert shared.mentees.goals.term.tolist() == own.mentees.goals.term.tolist()


def test_ratios_are_taken_round_by_round_and_speeds_by_the_median(bench):
    rounds = bench("rounds").Rounds(
        pairs=1200,
        loop_pairs=10,
        one_core={
            "whole": [4.0, 6.0, 12.0],
            "product": [1.0, 3.0, 2.0],
            NGRAMS: [8.0, 3.0, 24.0],
        },
        all_cores={"whole": [2.0, 2.0, 2.0], "product": [1.0, 2.0, 4.0]},
        loop=[1.0, 1.0, 2.0],
    )
    figures = rounds.figures()

    assert {"pairs_per_second": 200, "fastest": 300} == figures["one_core"]["whole"]
    assert {"pairs_per_second": 10, "fastest": 10} == figures["loop"]
    assert {"one_core": 4, "all_cores": 1} == figures["whole_over_product"]
    assert 0.5 == figures["whole_over_ngrams"]
    assert 1 / 6 * 120 == pytest.approx(figures["loop_over_whole"])


def run(tmp_path, *words):
    target = tmp_path / "figures.json"
    command = [sys.executable, "-W", "error", *words, "--json", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    return json.loads(target.read_text(encoding="utf-8")), done.stdout


def test_the_benchmark_of_the_score_runs_from_end_to_end(bench, tmp_path):
    script = str(FOLDER / "scoring.py")
    found, printed = run(tmp_path, script, "--cases", "60x30", "--rounds", "2")
    (row,) = found["cases"]
    scored = scored_by(bench("cases").case("60x30").programme())

    assert {"cores", "python", "numpy", "scipy", "blas"} <= set(found["machine"])
    assert found["machine"]["blas"]
    assert ("60x30", 60, 30, 1800) == tuple(
        row[key] for key in ("case", "mentees", "mentors", "pairs")
    )
    assert COMPONENTS == set(row["components"]) == set(scored.names)
    assert {*COMPONENTS, "eligibility", "whole", "product", NGRAMS} == set(row["one_core"])
    assert {"whole", "product"} == set(row["all_cores"])
    assert {"one_core", "all_cores"} == set(row["whole_over_product"])
    speeds = [*row["one_core"].values(), *row["all_cores"].values(), row["loop"]]
    assert all(0 < each["pairs_per_second"] <= each["fastest"] for each in speeds)
    assert row["loop_over_whole"] > 0
    assert row["prepared_mib"] > 0
    assert [50, None] == [each["keep"] for each in row["candidates"]]
    everything = len(Candidates.from_source(scored))
    for each in row["candidates"]:
        assert everything == each["kept"]
        assert each["before_mib"] > 0
        assert each["growth_mib"] >= 0
        assert each["growth_mib"] - everything * 16 / 2**20 == pytest.approx(
            each["beyond_kept_mib"]
        )
        assert 1800 / each["seconds"] == pytest.approx(each["pairs_per_second"])
    assert "| plain Python loop |" in printed
    assert "| 60x30 | 50 |" in printed


def test_the_benchmark_of_the_whole_road_runs_from_end_to_end(tmp_path):
    found, printed = run(tmp_path, str(FOLDER / "run.py"), "--cases", "60x30", "--runs", "1")
    (row,) = found["cases"]

    assert "60x30" == row["case"]
    assert {"read", "score", "solve", "write"} == set(row["seconds"])
    assert row["ratio_to_scipy"] > 0
    assert "| 60x30 |" in printed


@pytest.mark.parametrize(
    ("minimum", "demand", "can_say"), [(0, 1, True), ([0, 1], 1, False), (0, [1, 2, 0], False)]
)
def test_scipy_is_asked_only_what_it_can_say(bench, minimum, demand, can_say):
    candidates = Candidates.from_matrix(np.ones((3, 2)))
    constraints = [MentorCapacity(2, minimum), MenteeDemand(demand)]
    model = Model(candidates, constraints, [MostMatched()])

    assert can_say == bench("peers").scipy_can_say(model)
