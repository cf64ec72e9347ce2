"""Scenarios as files: parameters, and what is wrong with them."""

import re
from pathlib import Path
from typing import get_args

import pytest

from matcher import InputError
from scenarios import load_scenario, read_scenario, ready
from scenarios.edits import AnyEdit

TEXT = """
schema = "matcher.scenario/1"
id = "flood"

[parameters]
rate = 0.3
towns = ["town-1"]

[[edits]]
kind = "dropout"
rate = "$rate"
towns = "$towns"
"""


def refused(text: str, **parameters: object) -> str:
    with pytest.raises(InputError) as found:
        read_scenario(text, parameters)  # type: ignore[arg-type]
    return str(found.value)


def test_parameters_are_filled_in_and_can_be_set() -> None:
    assert read_scenario(TEXT).edits[0].rate == 0.3  # type: ignore[union-attr]
    swept = read_scenario(TEXT, {"rate": 0.5})
    assert swept.edits[0].rate == 0.5  # type: ignore[union-attr]
    assert swept.parameters["rate"] == 0.5


def test_there_are_at_least_twelve_ready_ones() -> None:
    assert len(ready()) >= 12


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("rate =", "rate ==", "bad_toml"),
        ('"dropout"', '"dropuot"', "dropout"),
        ("$rate", "$rat", "rate"),
        ("rate = 0.3", "rate = 1.3", "/edits/0/rate"),
        ('kind = "dropout"', 'kind = "dropout"\nteam = "x"', "teams"),
        ('id = "flood"', 'id = "a b"', "/id"),
        ("scenario/1", "scenario/2", "/schema"),
        ('kind = "dropout"\n', "", "/edits/0/kind"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(old: str, new: str, told: str) -> None:
    assert told in refused(TEXT.replace(old, new, 1))


def test_a_parameter_that_is_not_there_is_told() -> None:
    assert "/parameters/rats" in refused(TEXT, rats=1)


def test_a_scenario_that_is_not_there_is_told_with_the_nearest_one() -> None:
    with pytest.raises(InputError, match="flood-day"):
        load_scenario("flod-day")


def test_the_document_has_every_edit_and_every_ready_scenario() -> None:
    text = (Path(__file__).parents[2] / "docs" / "whatif.md").read_text(encoding="utf-8")
    kinds = {get_args(edit.model_fields["kind"].annotation)[0]: edit for edit in get_args(get_args(AnyEdit)[0])}
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", text, re.MULTILINE))
    assert kinds.keys() <= rows.keys()
    for kind, edit in kinds.items():
        known = set(edit.model_fields)
        assert set(re.findall(r"`(\w+)`", rows[kind])) <= known - {"kind"}, kind
    for name in ready():
        scenario = load_scenario(name)
        parameters = ", ".join(f"`{key}`" for key in scenario.parameters)
        assert f"| `{name}` | {scenario.zh} | {scenario.en} | {parameters} |" in text
