"""Chooses people for the roles of a request: one after the other, moving others to another role where that pays.

Adding the best chain of moves keeps the choice best for the numbers sent (successive shortest paths; Ahuja, Magnanti,
Orlin, Network Flows, 1993, chapter 9), and what one more person adds never grows (Murota, Discrete Convex Analysis,
2003, chapter 11).
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple


class Candidate(NamedTuple):
    """What someone in a role adds, who that is, and the row in the role's openings."""

    value: int
    who: int
    row: int


class Chosen(NamedTuple):
    """What the people chosen add in all, and the role and row of each."""

    value: int
    people: dict[int, tuple[int, int]]


def choose(
    candidates: Sequence[Sequence[Candidate]], least: Sequence[int], most: Sequence[int], excluded: Collection[int]
) -> Chosen | None:
    """The best people, each in one role, from candidates sorted best first for each role; null if there are too few.

    At least one and at least so many are sent, and more, up to the most, if that adds something.
    """
    choice = _Choice(candidates, excluded)
    for q, number in enumerate(least):
        for _ in range(number):
            if choice.gains()[q] is None:
                return None
            choice.add(q)
    while True:
        gains = choice.gains()
        open_roles = [(gain, -q) for q, gain in enumerate(gains) if gain is not None and choice.sent[q] < most[q]]
        if not open_roles or (choice.people and max(open_roles)[0] <= 0):
            return Chosen(choice.value, choice.people) if choice.people else None
        choice.add(-max(open_roles)[1])


class _Choice:
    """People chosen so far. sent: how many in each role."""

    def __init__(self, candidates: Sequence[Sequence[Candidate]], excluded: Collection[int]) -> None:
        self._candidates, self._excluded = candidates, excluded
        self._next = [0] * len(candidates)
        self._known = [{c.who: c for c in mine} for mine in candidates] if len(candidates) > 1 else []
        self._moved: list[int | None] = [None] * len(candidates)
        self.sent, self.value = [0] * len(candidates), 0
        self.people: dict[int, tuple[int, int]] = {}

    def _free(self, q: int) -> Candidate | None:
        """The best candidate of a role who is not chosen."""
        mine = self._candidates[q]
        while self._next[q] < len(mine):
            candidate = mine[self._next[q]]
            if candidate.who not in self.people and candidate.who not in self._excluded:
                return candidate
            self._next[q] += 1
        return None

    def gains(self) -> list[int | None]:
        """What the best chain that brings one more person to each role adds, null where there is none."""
        roles = range(len(self._candidates))
        gains = [None if (free := self._free(q)) is None else free.value for q in roles]
        self._moved = [None] * len(gains)
        for _ in roles[1:]:
            for who, (b, _) in self.people.items():
                for q in roles:
                    behind = gains[b]
                    if q != b and behind is not None and who in self._known[q]:
                        gain = behind + self._known[q][who].value - self._known[b][who].value
                        known = gains[q]
                        if known is None or gain > known:
                            gains[q], self._moved[q] = gain, who
        return gains

    def add(self, q: int) -> None:
        """Brings one more person to a role by the chain that `gains` found last."""
        self.sent[q] += 1
        while (who := self._moved[q]) is not None:
            b = self.people[who][0]
            self.value += self._known[q][who].value - self._known[b][who].value
            self.people[who] = q, self._known[q][who].row
            q = b
        free = self._free(q)
        assert free is not None
        self.value += free.value
        self.people[free.who] = q, free.row
