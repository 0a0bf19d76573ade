from typing import Any

import pytest

from agentkit.evaluate.matching import call_matches, calls_match, plain

SCHEMA: dict[str, Any] = {
    "type": "dict",
    "required": ["place"],
    "properties": {
        "place": {"type": "string"},
        "days": {"type": "integer"},
        "depth": {"type": "float"},
        "wet": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "sizes": {"type": "array", "items": {"type": "float"}},
        "boat": {"type": "dict", "properties": {"name": {"type": "string"}, "sails": {"type": "integer"}}},
        "crew": {"type": "array", "items": {"type": "dict"}},
        "thing": {"type": "any"},
    },
}


def matches(arguments: dict[str, Any], **accepted: list[Any]) -> bool:
    answer = {"sail": {"place": ["Bay of Kiel"], **accepted}}
    return call_matches("sail", {"place": "Bay of Kiel", **arguments}, answer, SCHEMA)


@pytest.mark.parametrize("text", ["bay of kiel", "Bay-of-Kiel", "BAY OF KIEL.", "Bay, of_Kiel"])
def test_strings_agree_without_case_spaces_and_light_punctuation(text: str) -> None:
    assert matches({"place": text})


def test_other_punctuation_counts() -> None:
    assert not matches({"place": "Bay of Kiel!"})
    assert plain("it's") == plain('it"s')


def test_a_parameter_may_be_missing_only_where_that_is_accepted() -> None:
    assert matches({}, days=[3, ""])
    assert not matches({}, days=[3])
    assert not call_matches("sail", {"days": 3}, {"sail": {"place": ["x", ""], "days": [3]}}, SCHEMA)


def test_unknown_or_unaccepted_parameters_fail() -> None:
    assert not matches({"colour": "red"}, colour=["red"])
    assert not matches({"days": 3})


def test_a_whole_number_serves_as_float_but_no_other_type_is_bent() -> None:
    assert matches({"depth": 3}, depth=[3.0])
    assert matches({"sizes": [1, 2.5]}, sizes=[[1.0, 2.5]])
    assert not matches({"days": 3.0}, days=[3])
    assert not matches({"days": "3"}, days=[3])
    assert not matches({"wet": 1}, wet=[True])
    assert not matches({"days": True}, days=[1])


def test_another_type_is_accepted_where_the_answers_have_it() -> None:
    assert matches({"days": "n_days"}, days=["n_days"])
    assert matches({"thing": 4}, thing=[4])


def test_lists_agree_in_order_and_length() -> None:
    assert matches({"tags": ["Calm Sea", "sun"]}, tags=[["calm sea", "sun"]])
    assert not matches({"tags": ["sun", "calm sea"]}, tags=[["calm sea", "sun"]])
    assert not matches({"tags": ["sun"]}, tags=[["sun", "sea"]])


def test_objects_agree_part_by_part() -> None:
    accepted = [{"name": ["Anna"], "sails": [2, ""]}]
    assert matches({"boat": {"name": "anna"}}, boat=accepted)
    assert matches({"boat": {"name": "Anna", "sails": 2}}, boat=accepted)
    assert not matches({"boat": {"sails": 2}}, boat=accepted)
    assert not matches({"boat": {"name": "Anna", "oars": 2}}, boat=accepted)


def test_lists_of_objects_agree_in_order() -> None:
    accepted = [[{"name": ["Ann"]}, {"name": ["Bo"]}]]
    assert matches({"crew": [{"name": "Ann"}, {"name": "bo"}]}, crew=accepted)
    assert not matches({"crew": [{"name": "Bo"}, {"name": "Ann"}]}, crew=accepted)


def test_several_calls_agree_in_any_order_each_once() -> None:
    schemas = {"sail": SCHEMA}
    answers = [{"sail": {"place": ["Rügen"]}}, {"sail": {"place": ["Fehmarn"]}}]
    one, two = ("sail", {"place": "Rügen"}), ("sail", {"place": "Fehmarn"})
    assert calls_match([two, one], answers, schemas)
    assert not calls_match([one, one], answers, schemas)
    assert not calls_match([one], answers, schemas)
    assert not calls_match([one, ("row", {"place": "Fehmarn"})], answers, schemas)
