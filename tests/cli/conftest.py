"""What the tests of the command line start from."""

import pytest

from cmmatch.synthesis import make_programme


@pytest.fixture
def folder(tmp_path):
    """A small made-up programme as files."""
    home = tmp_path / "programme"
    home.mkdir()
    for name, content in make_programme(mentees=30, mentors=10, seed=2).files().items():
        (home / name).write_bytes(content)
    return home
