"""What the search hands back is a plan by the checker's own reading, never worse, and mostly the best one."""

from collections.abc import Iterator

import numpy as np
import pytest

from matcher.batch import Batch
from matcher.building import build_instance
from matcher.checker import check
from matcher.checker.report import Report
from matcher.instance import Instance
from matcher.plan import Plan
from matcher.planning import visits_of
from matcher.reading import check_batch
from matcher.solver import search
from matcher.solver.alike import nobody_alike
from matcher.solver.budget import Budget
from matcher.solver.columns import Columns
from matcher.solver.graph import graph_of
from matcher.solver.incumbent import Incumbent
from matcher.solver.legs import legs
from matcher.solver.neighbourhood import Standing, around
from matcher.solver.search import improve
from matcher.solver.solution import Stay
from tests.dispatch.random_batches import middle_batch
from tests.oracle.brute import brute
from tests.oracle.tiny import tiny_batch

CLOSE = 1e-5
TINY = range(60)
WORK = 200_000


class Searched:
    """A batch, its greedy plan (`first`, null where it lacks what is required) and a search from there."""

    def __init__(self, batch: Batch) -> None:
        self.batch, self.inst = batch, build_instance(batch)
        self.graph = graph_of(self.inst)
        self.told: list[str] = []
        pool = Columns(self.inst, self.graph, nobody_alike(self.inst))
        self.incumbent = Incumbent(self.inst, pool, self.told.append)
        self.incumbent.start(self.graph, np.zeros(self.inst.volunteers, dtype=np.bool_), Budget(0), 0)
        self.first = self.incumbent.best

    def search(self, work: int = WORK, seed: int = 0) -> Budget:
        budget = Budget(work)
        improve(self.inst, self.graph, self.incumbent, budget, seed, self.told.append)
        return budget

    def tiers(self) -> list[float]:
        """Values of the policy's tiers."""
        assert self.incumbent.best
        values: list[float] = (self.incumbent.best.values + self.inst.tiers.offset).tolist()
        return values[int(self.inst.tiers.required) :]

    def report(self) -> Report:
        """The checker's report on the best plan."""
        assert self.incumbent.best
        routes = [self.incumbent.pool.route(c) for c in self.incumbent.best.columns]
        stays = []
        for nodes, vias in routes:
            travel, home = legs(self.graph, nodes, vias)
            who, out = self.inst.node["volunteer"][nodes].tolist(), self.inst.node["out"][nodes].tolist()
            ways = ((vias > 0).tolist(), (home > 0).tolist(), travel.tolist())
            stays += [Stay(*stay) for stay in zip(who, self.inst.node_slot[nodes].tolist(), out, *ways, strict=True)]
        visits = visits_of(self.batch, self.inst, stays)
        return check(self.batch, Plan(schema="matcher.plan/1", batch=self.batch.id, visits=tuple(visits)))


def started(seeds: range) -> Iterator[tuple[int, Searched]]:
    """The tiny batches that have a greedy plan with everything required."""
    for seed in seeds:
        batch = tiny_batch(seed)
        if not check_batch(batch) and not build_instance(batch).conflicts:
            searched = Searched(batch)
            if searched.first is not None:
                yield seed, searched


def assert_sound(searched: Searched) -> None:
    report = searched.report()
    assert report.violations == ()
    assert report.score.tiers == pytest.approx(searched.tiers(), abs=CLOSE)
    assert searched.first
    assert searched.incumbent.best
    assert searched.incumbent.best.values.tolist() >= (searched.first.values - CLOSE).tolist()


def test_mostly_finds_what_looking_at_all_plans_finds() -> None:
    missed, better = [], 0
    for seed, searched in started(TINY):
        greedy = searched.tiers()
        searched.search()
        assert_sound(searched)
        if searched.tiers() != pytest.approx(brute(searched.batch).tiers, abs=CLOSE):
            missed.append(seed)
        better += searched.tiers() != greedy
    assert len(missed) <= 2, missed
    assert better >= 5


def test_small_neighbourhoods_fit_into_the_plan_around_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pins, teams, lags, `after` and groups whose other people stay outside."""
    for name, value in (("FIRST", 1), ("FEWEST", 1), ("GROW", 1.0), ("SPARE", 0), ("PATIENCE", 8)):
        monkeypatch.setattr(search, name, value)
    parted = 0
    for _, searched in started(range(60, 260)):
        searched.search()
        assert_sound(searched)
        parted += len(searched.inst.after) + len(searched.inst.pin_start) > 0
    assert parted > 20


@pytest.mark.parametrize("seed", range(3))
def test_improves_groups_windows_and_lags(seed: int) -> None:
    searched = Searched(middle_batch(seed))
    greedy = searched.tiers()
    searched.search(400_000)
    assert_sound(searched)
    assert searched.tiers() > greedy
    assert searched.told[searched.told.index("search") + 1] == "better"


def test_same_seed_and_work_same_plan() -> None:
    batch = middle_batch(1)
    runs = [Searched(batch) for _ in range(2)]
    used = [searched.search(150_000, seed=7).used for searched in runs]
    assert used[0] == used[1]
    one, two = (np.sort(searched.incumbent.nodes()) for searched in runs)
    assert np.array_equal(one, two)


def test_without_a_plan_nothing_happens() -> None:
    batch = tiny_batch(0)
    searched = Searched(batch)
    searched.incumbent.best = None
    assert searched.search().used == 0
    assert searched.incumbent.best is None


def test_work_is_kept() -> None:
    searched = Searched(middle_batch(2))
    assert searched.search(50_000).used < 100_000


def whole(inst: Instance) -> tuple[np.ndarray, np.ndarray]:
    return np.ones(inst.volunteers, dtype=np.bool_), np.ones(inst.requests, dtype=np.bool_)


def test_nobody_outside_leaves_the_instance_as_it_is() -> None:
    searched = Searched(middle_batch(0))
    inst, best = searched.inst, searched.incumbent.best
    assert best
    part = around(inst, Standing(inst, best, searched.incumbent.pool), *whole(inst))
    assert np.array_equal(part.nodes, np.arange(inst.nodes))
    assert np.array_equal(part.options, np.arange(len(inst.option_request)))
    assert np.array_equal(part.inst.role_max, inst.role_max[np.isin(inst.role_request, np.unique(inst.node_request))])
    assert part.inst.needed == 0


def test_everybody_outside_leaves_only_what_is_empty() -> None:
    searched = Searched(middle_batch(0))
    inst, best = searched.inst, searched.incumbent.best
    assert best
    plan = Standing(inst, best, searched.incumbent.pool)
    nobody, requests = whole(inst)
    part = around(inst, plan, ~nobody, requests)
    assert part.inst.nodes == 0
    assert np.array_equal(part.inst.role_max, plan.room)
    served = np.unique(plan.request)
    assert part.inst.needed == inst.linked[served].sum()
