"""The bare min-cost flow that single visits are timed against."""

import numpy as np
import pytest

from benchmarks import flow
from benchmarks.flow import arcs_of, bare_flow, measured, table_of_flow
from benchmarks.plain import single_batch
from matcher import check, dispatch
from matcher.building import build_instance
from matcher.scene import Scene


@pytest.mark.parametrize(("volunteers", "requests"), [(40, 60), (200, 20), (300, 60)])
def test_it_reaches_what_dispatch_proves(volunteers: int, requests: int) -> None:
    batch = single_batch(volunteers, requests, seed=3)
    inst = build_instance(batch, Scene(batch))
    plan = dispatch(batch)
    assert not check(batch, plan).violations
    assert plan.score
    assert plan.status == "optimal"
    assert bare_flow(inst, arcs_of(inst)) + inst.tiers.offset == pytest.approx(np.array(plan.score.tiers), abs=1e-6)


def test_a_row_tells_all_times_and_that_the_values_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "TIMES", 1)
    row = measured(single_batch(60, 20))
    assert row["arcs"] > 20
    assert min(row["flow"], row["solver"], row["dispatch"]) > 0
    monkeypatch.setattr(flow, "bare_flow", lambda inst, arcs: np.zeros(inst.tiers.count))
    with pytest.raises(ValueError, match="the flow reaches"):
        measured(single_batch(60, 20))
    on = {"cores": 2, "cpu": "a cpu", "system": "a system"}
    told = {"rows": [row], "command": flow.COMMAND, "machine": on, "commit": "abc", "date": "2026-11-27"}
    assert table_of_flow(told)[-1] == "`python -m benchmarks flow`: 2 cores of a cpu, a system. Commit abc, 2026-11-27."
