"""Requests for a mentor like oneself: no command tells what was asked for, or what anybody is."""

import csv
import json

import pytest

from cmmatch.cli import run

HEADINGS, VALUES = ("zzfirst", "zzsecond"), ("yyone", "yytwo", "yythree")
SETTINGS = f"""
[privacy]
protected = {json.dumps(HEADINGS)}
[identity]
columns = {json.dumps(HEADINGS)}
[weights]
identity = 10
"""


@pytest.fixture
def asked(folder):
    """A made-up company: half of the mentees ask for the one or the other column, or both."""
    for name, last, cells in (
        ("mentors", "consent_identity", ("yes", "yes", "no")),
        ("mentees", "wants_mentor_like_me", (HEADINGS[0], "", "; ".join(HEADINGS), "")),
    ):
        add(folder / f"{name}.csv", last, cells)
    with (folder / "programme.toml").open("a", encoding="utf-8") as file:
        file.write(SETTINGS)
    return folder


def add(path, last, cells):
    """Write the protected columns and one more into a table."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for k, row in enumerate(rows):
        row |= {heading: VALUES[(k * n) % 3] for n, heading in enumerate(HEADINGS, start=1)}
        row[last] = cells[k % len(cells)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def written(folder):
    return {each.name: each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file()}


def secrets_in(content):
    text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    return [word for word in (*HEADINGS, *VALUES) if word in text.lower()]


def test_no_file_and_no_screen_tells_a_value_or_a_column_that_was_asked_for(
    asked, tmp_path, capsys
):
    out = tmp_path / "out"
    calls = [
        ("check", asked, "--quality", out / "quality"),
        ("check", asked, "--json"),
        ("match", asked, "--out", out / "match"),
        ("shortlist", asked, "--out", out / "shortlist"),
        ("weights", asked, "--out", out / "weights"),
    ]
    for each in calls:
        assert 0 == run([str(word) for word in each])
    with (out / "match" / "matching.csv").open(encoding="utf-8-sig", newline="") as file:
        pairs = list(csv.DictReader(file))
    for pair in pairs[:12]:
        assert 0 == run(["explain", str(out / "match"), pair["mentee_id"]])
    said = capsys.readouterr()
    files = written(out)
    manifest = json.loads(files.pop("manifest.json"))

    assert "own request about the mentor is" in said.out
    assert any("identity" in content.decode("utf-8-sig") for content in files.values())
    assert [] == secrets_in(said.out + said.err)
    assert {} == {name: found for name, each in files.items() if (found := secrets_in(each))}
    # The settings are the organisation's own: which columns it offers, not who asks for which.
    settings = manifest.pop("settings")
    assert list(HEADINGS) == settings["identity"]["columns"] == settings["privacy"]["protected"]
    assert [] == secrets_in(json.dumps(manifest))


def test_the_words_do_not_depend_on_which_column_was_asked_for(asked, tmp_path, capsys):
    """Where both columns hold the same, asking for the other one changes no file but its hash."""
    found = []
    for k, heading in enumerate(HEADINGS):
        for name, last, cells in (
            ("mentors", "consent_identity", ("yes",)),
            ("mentees", "wants_mentor_like_me", (heading, "")),
        ):
            add(asked / f"{name}.csv", last, cells)
            text = (asked / f"{name}.csv").read_text(encoding="utf-8")
            for value in VALUES:
                text = text.replace(value, VALUES[0])
            (asked / f"{name}.csv").write_text(text, encoding="utf-8")
        assert 0 == run(["match", str(asked), "--out", str(tmp_path / f"out{k}"), "--quiet"])
        found.append(written(tmp_path / f"out{k}"))

    one, other = ({n: c for n, c in each.items() if n.endswith(".csv")} for each in found)
    assert one == other
    assert b"identity" in one["matching.csv"]


def test_a_shortlist_tells_nobody_whether_a_mentor_is_like_them(asked, tmp_path):
    assert 0 == run(["shortlist", str(asked), "--out", str(tmp_path / "lists"), "--quiet"])

    assert not [
        name for name, each in written(tmp_path / "lists").items() if b"own request" in each
    ]


def test_check_asks_nobody_to_ask_for_something(asked, tmp_path):
    assert 0 == run(["check", str(asked), "--quality", str(tmp_path / "quality"), "--quiet"])

    for each in written(tmp_path / "quality").values():
        assert b"identity" not in each
        assert b"wants_mentor_like_me" not in each
