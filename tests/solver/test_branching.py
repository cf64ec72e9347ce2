"""Branches leave out what the relaxation chose and no plan, and the search over them ends with a proof."""

from collections.abc import Iterator

import numpy as np
import pytest

from benchmarks.plain import mixed_batch
from matcher.building import build_instance
from matcher.instance import Instance
from matcher.reading import check_batch
from matcher.solver.branch import Branch, by_options, by_people
from matcher.solver.budget import Budget
from matcher.solver.generation import Generation
from tests.oracle.tiny import tiny_batch


def solved(inst: Instance) -> Generation:
    generation = Generation(inst, Budget(), lambda stage: None)
    generation.start()
    generation.run(0.0)
    return generation


def tiny() -> Iterator[tuple[int, Instance]]:
    for seed in range(60):
        batch = tiny_batch(seed)
        if not check_batch(batch):
            inst = build_instance(batch)
            if inst.nodes and not inst.conflicts:
                yield seed, inst


def test_a_plan_stays_in_one_of_two_branches() -> None:
    splits = 0
    for seed, inst in tiny():
        dice, generation = np.random.default_rng(seed), solved(inst)
        best = generation.best
        if best is None:
            continue
        options = best.options[inst.linked[inst.option_request[best.options]]]
        branch = Branch.whole(inst)
        for _ in range(6):
            part = dice.random(len(inst.option_request)) * inst.linked[inst.option_request]
            chosen = part / np.maximum(1, np.bincount(inst.option_request, part, inst.requests)[inst.option_request])
            visits = dice.random(inst.nodes) * (~branch.dead(inst))
            children = by_options(inst, branch, chosen) or by_people(
                inst, branch, visits, np.ones(inst.volunteers, dtype=np.bool_)
            )
            if children is None:
                break
            splits += 1
            held = [child.holds(inst, options, generation.incumbent.nodes()) for child in children]
            assert any(held), seed
            branch = children[held.index(True)]
    assert splits > 100


def test_a_whole_solution_is_not_split() -> None:
    for _, inst in tiny():
        generation = solved(inst)
        if generation.best is None:
            continue
        chosen, visits = np.zeros(len(inst.option_request)), np.zeros(inst.nodes)
        chosen[generation.best.options] = inst.linked[inst.option_request[generation.best.options]]
        visits[generation.incumbent.nodes()] = 1
        assert by_options(inst, Branch.whole(inst), chosen) is None
        assert by_people(inst, Branch.whole(inst), visits, np.ones(inst.volunteers, dtype=np.bool_)) is None


def test_routes_found_later_are_closed_too() -> None:
    inst = build_instance(mixed_batch(60, 12))
    generation = Generation(inst, Budget(), lambda stage: None)
    generation.start()
    relaxation, (first, *_) = generation.relaxation, generation.incumbent.nodes()
    branch = Branch.whole(inst).closing(np.array([first]))
    relaxation.master.set_tier(2)
    relaxation.master.set_branch(branch, 1.0)
    assert relaxation.master.solve(0.0, 10)
    assert relaxation.master.visits()[first] == 0


@pytest.mark.parametrize("all_or_nothing", [False, True])
def test_the_search_ends_with_a_proof(all_or_nothing: bool) -> None:
    generation = solved(build_instance(mixed_batch(300, 50, all_or_nothing=all_or_nothing)))
    assert generation.best
    assert generation.bounds == pytest.approx(generation.best.values.tolist(), abs=1e-4)
