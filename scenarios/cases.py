"""Which worlds are to be planned: the baseline, every scenario, each with every sample."""

from collections.abc import Mapping, Sequence
from itertools import product

from matcher import InputError
from matcher.base import Frozen, Items
from matcher.problems import hints, problem
from scenarios.scenario import Scenario, Value, load_scenario

BASELINE = "baseline"
"""Name of the world as it is."""


class Case(Frozen):
    """A world to be planned."""

    name: str
    """Name of the scenario and the swept values, as `no-shows rate=0.3`; `baseline`."""
    scenario: Scenario | None
    """What is changed; null: nothing."""
    sample: int = 0
    """Number of the draw."""


class Swept(Frozen):
    """A parameter and the values it takes, one after the other."""

    name: str
    values: Items[Value]


def cases_of(names: Sequence[str], sweeps: Sequence[Swept], fixed: Mapping[str, Value], samples: int) -> list[Case]:
    """The baseline once, then each scenario with all combinations of the values that its parameters are swept over.

    names: ready scenarios or files. fixed: values of parameters; these and sweeps go to the scenarios that have such a
    parameter. Raises InputError with all that is wrong.
    """
    _require_known({name: load_scenario(name) for name in names}, [*(sweep.name for sweep in sweeps), *fixed])
    found = [Case(name=BASELINE, scenario=None)]
    for name in names:
        has = load_scenario(name).parameters
        mine, given = [sweep for sweep in sweeps if sweep.name in has], {k: v for k, v in fixed.items() if k in has}
        for values in product(*(sweep.values for sweep in mine)):
            swept = dict(zip((sweep.name for sweep in mine), values, strict=True))
            scenario = load_scenario(name, given | swept)
            called = " ".join([scenario.id, *(f"{key}={_shown(value)}" for key, value in swept.items())])
            found += [Case(name=called, scenario=scenario, sample=n) for n in range(samples)]
    return found


def _require_known(scenarios: Mapping[str, Scenario], given: Sequence[str]) -> None:
    known = frozenset(name for scenario in scenarios.values() for name in scenario.parameters)
    words = {"kind_zh": "参数", "kind_en": "parameter"}
    wrong = [problem("unknown_name", "", name, **words, **hints(name, known)) for name in given if name not in known]
    if wrong:
        raise InputError("情景没有这样的参数", "no scenario has such a parameter", wrong)


def _shown(value: Value) -> str:
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)
