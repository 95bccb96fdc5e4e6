"""Questionnaires that ship: their keys, scales and wording."""

import re

import numpy as np
import pytest

from cmmatch.errors import InputFaults, ModelError
from cmmatch.programme.config import Config
from cmmatch.programme.instruments import INSTRUMENTS, ITEM_RELIABILITY, questionnaire
from cmmatch.programme.loading import load_frames
from cmmatch.programme.people import TRAITS
from cmmatch.programme.programme import Programme
from cmmatch.programme.trait_reader import whole_reliability

SHAPES = {
    "mini_ipip": (4, (1, 5)),
    "tipi": (2, (1, 7)),
    "bfi_10": (2, (1, 5)),
    "ipip_25": (5, (1, 6)),
}
NAMES = sorted(INSTRUMENTS)


def items_of(name):
    return [item for trait in TRAITS for item in INSTRUMENTS[name].key[trait]]


def answered(name, value):
    """One person who gives the same answer to every item, on each side."""
    columns = [item.removeprefix("-") for item in items_of(name)]
    table = {"id": ["A1"], **{column: [str(value)] for column in columns}}
    config = {"privacy": {"personality": "given"}, "personality": {"instrument": name}}
    return Programme.from_frames(table, {**table, "id": ["E1"]}, config=config)


def test_the_toml_knows_every_instrument_and_no_other():
    choices = str(Config.model_fields["personality"].annotation.model_fields["instrument"])

    assert NAMES == sorted(set(re.findall("'([a-z_0-9]+)'", choices)))
    assert NAMES == sorted(SHAPES) == sorted(each.name for each in INSTRUMENTS.values())


@pytest.mark.parametrize("name", NAMES)
def test_each_key_names_every_trait_and_each_item_once(name):
    count, scale = SHAPES[name]
    key = INSTRUMENTS[name].key
    items = [item.removeprefix("-") for item in items_of(name)]

    assert set(TRAITS) == set(key)
    assert {count} == {len(each) for each in key.values()}
    assert len(set(items)) == len(items)
    assert scale == INSTRUMENTS[name].scale


@pytest.mark.parametrize(
    ("name", "prefix", "reversed_items"),
    [
        # Donnellan et al. 2006
        ("mini_ipip", "ipip", [6, 7, 8, 9, 10, 15, 16, 17, 18, 19, 20]),
        # Gosling et al. 2003: 2, 4, 6, 8, 10, but emotional stability is turned into neuroticism,
        # so that of its two items 9 is reversed and 4 is not.
        ("tipi", "tipi", [2, 6, 8, 9, 10]),
        # Rammstedt & John 2007
        ("bfi_10", "bfi", [1, 3, 4, 5, 7]),
    ],
)
def test_the_reversed_items_are_the_published_ones(name, prefix, reversed_items):
    found = sorted(int(item[1 + len(prefix) :]) for item in items_of(name) if item[0] == "-")

    assert reversed_items == found


@pytest.mark.parametrize("name", ["mini_ipip", "tipi", "bfi_10"])
def test_items_come_round_in_the_published_order_of_traits(name):
    """Extraversion, agreeableness, conscientiousness, then the fourth and openness."""
    order = ["extraversion", "agreeableness", "conscientiousness", "neuroticism", "openness"]
    trait = {
        int(re.sub("[^0-9]", "", item)): trait
        for trait, items in INSTRUMENTS[name].key.items()
        for item in items
    }

    assert [order[(k - 1) % 5] for k in sorted(trait)] == [trait[k] for k in sorted(trait)]


def test_a_calm_person_is_low_in_neuroticism_by_the_tipi():
    """Item 4 tells of worry, item 9 of calm: 1 and 7 is the calmest that one can be."""
    columns = {f"tipi{k}": ["4"] for k in range(1, 11)} | {"tipi4": ["1"], "tipi9": ["7"]}
    config = {"privacy": {"personality": "given"}, "personality": {"instrument": "tipi"}}
    made = Programme.from_frames(
        {"id": ["A1"], **columns}, {"id": ["E1"], **columns}, config=config
    )

    assert [0.5, 0.5, 0.5, 0.5, 0.0] == made.mentors.traits[0].tolist()


@pytest.mark.parametrize("name", NAMES)
def test_answers_are_read_on_the_instrument_s_own_scale(name):
    low, high = SHAPES[name][1]
    made = answered(name, high)

    assert (low, high) == made.config.personality.scale
    with pytest.raises(InputFaults, match="item-off-scale"):
        answered(name, high + 1)


def test_a_scale_in_the_toml_goes_before_the_instrument_s_own():
    settings = {"instrument": "tipi", "scale": [0, 10]}

    assert (0.0, 10.0) == Config.model_validate({"personality": settings}).personality.scale


def test_a_misspelt_instrument_is_a_fault_with_the_near_name():
    loaded = load_frames(
        {"id": ["A1"]}, {"id": ["E1"]}, config={"personality": {"instrument": "mini_ipp"}}
    )

    (fault,) = loaded.faults
    assert "setting-choice" == fault.code
    assert "Did you mean 'mini_ipip'?" in fault.remedy


def test_the_mini_ipip_can_be_handed_out():
    items = questionnaire("mini_ipip")
    keyed = {item.removeprefix("-") for item in items_of("mini_ipip")}

    assert [f"ipip{k}" for k in range(1, 21)] == list(items)
    assert keyed == set(items)
    assert 20 == len(set(items.values()))
    assert all(text[0].isupper() and text.endswith(".") for text in items.values())


def test_what_is_handed_out_can_be_changed_without_changing_the_instrument():
    questionnaire("mini_ipip").clear()

    assert len(questionnaire("mini_ipip")) == 20


@pytest.mark.parametrize("name", ["tipi", "bfi_10", "ipip_25"])
def test_wording_that_does_not_ship_is_refused_with_the_reason(name):
    with pytest.raises(ModelError, match=f"ships: mini_ipip; given '{name}'. .*cmmatch scores"):
        questionnaire(name)


def test_an_unknown_questionnaire_is_refused_with_the_near_name():
    with pytest.raises(ModelError, match=r"given 'mini_ipp'\. Did you mean 'mini_ipip'\?"):
        questionnaire("mini_ipp")


def test_every_instrument_says_where_it_comes_from_and_what_may_be_done_with_it():
    assert all(each.source and each.licence.endswith(".") for each in INSTRUMENTS.values())


def test_an_average_item_is_that_of_the_mini_ipip():
    """Spearman and Brown, backwards: from the mean alpha of four items to one."""
    alphas = INSTRUMENTS["mini_ipip"].alpha
    mean = sum(alphas.values()) / len(alphas)

    assert pytest.approx(mean / (4 - 3 * mean), abs=0.005) == ITEM_RELIABILITY


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"instrument": "mini_ipip"}, 0.65),
        ({"instrument": "tipi"}, 2 * 0.37 / 1.37),
        ({"instrument": "ipip_25"}, 5 * 0.37 / (1 + 4 * 0.37)),
        ({"key": {"openness": ["a", "b", "-c"]}}, 3 * 0.37 / (1 + 2 * 0.37)),
        ({}, 0.5),
        ({"reliability": 0.8}, 0.8),
        # What is declared goes before what is published.
        ({"instrument": "mini_ipip", "reliability": 0.8}, 0.8),
    ],
)
def test_the_reliability_of_a_trait_is_declared_published_or_reckoned(settings, expected):
    config = Config.model_validate({"personality": settings})

    assert pytest.approx(expected) == whole_reliability(config, "openness")


def test_the_shorter_the_instrument_the_less_it_is_trusted():
    trust = [
        answered(name, 3).mentees.trait_reliability[0, TRAITS.index("conscientiousness")]
        for name in ("tipi", "mini_ipip", "ipip_25")
    ]

    assert np.all(np.diff(trust) > 0)
