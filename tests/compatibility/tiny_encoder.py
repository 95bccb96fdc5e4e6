"""A tiny encoder with random weights, written as the three files of a real one, and its oracle."""

import json
import math

import numpy as np

SIZES = {
    "hidden_size": 12,
    "intermediate_size": 20,
    "num_hidden_layers": 2,
    "num_attention_heads": 3,
    "max_position_embeddings": 16,
    "layer_norm_eps": 1e-6,
    "hidden_act": "gelu",
}
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "lead", "##ing", "##er", "team", "##s", "a", "paint"]


def shapes():
    wide, inner = SIZES["hidden_size"], SIZES["intermediate_size"]
    found = {
        "embeddings.word_embeddings.weight": (len(PIECES), wide),
        "embeddings.position_embeddings.weight": (SIZES["max_position_embeddings"], wide),
        "embeddings.token_type_embeddings.weight": (2, wide),
        "embeddings.LayerNorm.weight": (wide,),
        "embeddings.LayerNorm.bias": (wide,),
    }
    for k in range(SIZES["num_hidden_layers"]):
        for part, shape in {
            "attention.self.query": (wide, wide),
            "attention.self.key": (wide, wide),
            "attention.self.value": (wide, wide),
            "attention.output.dense": (wide, wide),
            "attention.output.LayerNorm": (wide,),
            "intermediate.dense": (inner, wide),
            "output.dense": (wide, inner),
            "output.LayerNorm": (wide,),
        }.items():
            found[f"encoder.layer.{k}.{part}.weight"] = shape
            found[f"encoder.layer.{k}.{part}.bias"] = shape[:1]
    return found


def random_weights(seed=0):
    rng = np.random.default_rng(seed)
    return {
        name: rng.normal(scale=0.7, size=shape).astype(np.float32)
        for name, shape in shapes().items()
    }


def write_encoder(folder, weights, *, sizes=SIZES, pieces=PIECES, prefix=""):
    """Write the three files; the head has an odd length, so that arrays lie misaligned."""
    folder.mkdir(parents=True, exist_ok=True)
    head, body = {"__metadata__": {"format": "pt"}}, b""
    for name, values in weights.items():
        end = len(body) + values.nbytes
        kind = {"float32": "F32", "float16": "F16", "int64": "I64"}[values.dtype.name]
        head[prefix + name] = {
            "dtype": kind,
            "shape": values.shape,
            "data_offsets": [len(body), end],
        }
        body += values.tobytes()
    text = json.dumps(head).encode()
    text += b" " * (1 - len(text) % 2)
    content = len(text).to_bytes(8, "little") + text + body
    (folder / "model.safetensors").write_bytes(content)
    (folder / "config.json").write_text(json.dumps(sizes), encoding="utf-8")
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    return folder


def vector_by_loops(weights, pieces, sizes=SIZES):
    """Encode one list of pieces, number by number, straight from the definition."""
    w = {name: values.astype(float) for name, values in weights.items()}

    def norm(x, name):
        mean = sum(x) / len(x)
        variance = sum((v - mean) ** 2 for v in x) / len(x)
        root = math.sqrt(variance + sizes["layer_norm_eps"])
        scale, shift = w[f"{name}.weight"], w[f"{name}.bias"]
        return np.array(
            [(v - mean) / root * s + b for v, s, b in zip(x, scale, shift, strict=True)]
        )

    def dense(x, name):
        return np.array(
            [row @ x + b for row, b in zip(w[f"{name}.weight"], w[f"{name}.bias"], strict=True)]
        )

    def gelu(x):
        return np.array([v * 0.5 * (1 + math.erf(v / math.sqrt(2))) for v in x])

    heads, d = sizes["num_attention_heads"], sizes["hidden_size"] // sizes["num_attention_heads"]
    xs = [
        norm(
            w["embeddings.word_embeddings.weight"][piece]
            + w["embeddings.position_embeddings.weight"][k]
            + w["embeddings.token_type_embeddings.weight"][0],
            "embeddings.LayerNorm",
        )
        for k, piece in enumerate(pieces)
    ]
    for n in range(sizes["num_hidden_layers"]):
        layer = f"encoder.layer.{n}."
        q, k, v = (
            [dense(x, f"{layer}attention.self.{p}") for x in xs] for p in ("query", "key", "value")
        )
        after = []
        for i, x in enumerate(xs):
            seen = []
            for h in range(heads):
                part = slice(h * d, (h + 1) * d)
                force = [math.exp(q[i][part] @ each[part] / math.sqrt(d)) for each in k]
                seen.append(
                    sum(f * each[part] for f, each in zip(force, v, strict=True)) / sum(force)
                )
            out = dense(np.concatenate(seen), f"{layer}attention.output.dense")
            mid = norm(x + out, f"{layer}attention.output.LayerNorm")
            wider = gelu(dense(mid, f"{layer}intermediate.dense"))
            after.append(
                norm(mid + dense(wider, f"{layer}output.dense"), f"{layer}output.LayerNorm")
            )
        xs = after
    mean = sum(xs) / len(xs)
    return mean / math.sqrt(mean @ mean)
