"""People for roles: against all ways to give each of a few people a role or none."""

from collections import Counter
from itertools import product

import numpy as np
import pytest

from matcher.insertion.choosing import Candidate, choose


@pytest.mark.parametrize("seed", range(300))
def test_no_other_choice_is_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    roles, people = int(rng.integers(1, 4)), int(rng.integers(1, 6))
    value, able = rng.integers(-3, 6, (roles, people)), rng.random((roles, people)) < 0.7
    most = rng.integers(0, 3, roles)
    least = np.minimum(most, rng.integers(0, 3, roles))
    excluded = set(np.flatnonzero(rng.random(people) < 0.1).tolist())
    best_first = [sorted(np.flatnonzero(able[q]).tolist(), key=lambda p: -value[q, p]) for q in range(roles)]
    lists = [{p: Candidate(int(value[q, p]), p, p) for p in mine} for q, mine in enumerate(best_first)]
    values = []
    for cast in product(range(-1, roles), repeat=people):
        sent = Counter(cast)
        if sum(sent[q] for q in range(roles)) and all(least[q] <= sent[q] <= most[q] for q in range(roles)):
            given = [(q, p) for p, q in enumerate(cast) if q >= 0]
            if all(able[q, p] and p not in excluded for q, p in given):
                values.append(sum(int(value[q, p]) for q, p in given))
    chosen = choose(lists, least.tolist(), most.tolist(), excluded)
    assert (None if chosen is None else chosen.value) == max(values, default=None)
    if chosen is not None:
        assert chosen.value == sum(value[q, p] for p, (q, _) in chosen.people.items())
        assert all(row == p and able[q, p] for p, (q, row) in chosen.people.items())


def test_someone_moves_where_others_cannot_go() -> None:
    both, one = 1, 2
    lists = [{both: Candidate(5, both, 0), one: Candidate(4, one, 1)}, {both: Candidate(3, both, 2)}]
    chosen = choose(lists, [1, 1], [1, 1], ())
    assert chosen is not None
    assert chosen.people == {one: (0, 1), both: (1, 2)}
    assert choose(lists, [2, 1], [2, 1], ()) is None
