"""Which worlds are to be planned: the baseline, every scenario, each with every sample."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, product

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
    day: str = ""
    """Id of the batch where it is a further one of a series, so that what differs from day to day is drawn anew."""


class Swept(Frozen):
    """A parameter and the values it takes, one after the other."""

    name: str
    values: Items[Value]


def cases_of(names: Sequence[str], sweeps: Sequence[Swept], fixed: Mapping[str, Value], samples: int) -> list[Case]:
    """The baseline once, then each scenario with all combinations of the values that its parameters are swept over.

    names: ready scenarios or files. fixed: values of parameters; these and sweeps go to the scenarios that have such a
    parameter. Raises InputError with all that is wrong.
    """
    known = {name: load_scenario(name).parameters for name in names}
    _require_known(known.values(), [*(sweep.name for sweep in sweeps), *fixed])
    found = [Case(name=BASELINE, scenario=None)]
    for name, has in known.items():
        mine, given = [sweep for sweep in sweeps if sweep.name in has], {k: v for k, v in fixed.items() if k in has}
        for values in product(*(sweep.values for sweep in mine)):
            swept = dict(zip((sweep.name for sweep in mine), values, strict=True))
            scenario = load_scenario(name, given | swept)
            called = " ".join([scenario.id, *(f"{key}={written(value)}" for key, value in swept.items())])
            found += [Case(name=called, scenario=scenario, sample=n) for n in range(samples)]
    return found


def _require_known(parameters: Iterable[Mapping[str, Value]], given: Sequence[str]) -> None:
    known = frozenset(chain.from_iterable(parameters))
    words = {"kind_zh": "参数", "kind_en": "parameter"}
    wrong = [problem("unknown_name", "", name, **words, **hints(name, known)) for name in given if name not in known]
    if wrong:
        raise InputError("情景没有这样的参数", "no scenario has such a parameter", wrong)


def written(value: Value) -> str:
    """A parameter's value as the command line has it."""
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)
