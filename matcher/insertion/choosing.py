"""Chooses people for the roles of a request: one after the other, moving others to another role where that pays.

Adding the best chain of moves keeps the choice best for the numbers sent (successive shortest paths; Ahuja, Magnanti,
Orlin, Network Flows, 1993, chapter 9), and what one more person adds never grows (Murota, Discrete Convex Analysis,
2003, chapter 11).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple


class Candidate(NamedTuple):
    """What someone in a role adds, who that is, and the row in the role's openings."""

    value: int
    who: int
    row: int


Candidates = Mapping[int, Candidate]
"""By who they are, the best first."""


class Chosen(NamedTuple):
    """What the people chosen add in all, and the role and row of each."""

    value: int
    people: dict[int, tuple[int, int]]


def choose(
    candidates: Sequence[Candidates], least: Sequence[int], most: Sequence[int], excluded: Collection[int]
) -> Chosen | None:
    """The best people, each in one role, from candidates for each role; null if there are too few.

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

    def __init__(self, candidates: Sequence[Candidates], excluded: Collection[int]) -> None:
        self._candidates, self._excluded = candidates, excluded
        self._rest = [iter(mine.values()) for mine in candidates]
        self._first = [next(rest, None) for rest in self._rest]
        self._moved: list[int | None] = [None] * len(candidates)
        self._movable: dict[int, list[int]] = {}
        self.sent, self.value = [0] * len(candidates), 0
        self.people: dict[int, tuple[int, int]] = {}

    def _free(self, q: int) -> Candidate | None:
        """The best candidate of a role who is not chosen."""
        first = self._first[q]
        while first is not None and (first.who in self.people or first.who in self._excluded):
            first = self._first[q] = next(self._rest[q], None)
        return first

    def gains(self) -> list[int | None]:
        """What the best chain that brings one more person to each role adds, null where there is none."""
        free = [self._free(q) for q in range(len(self._candidates))]
        gains = [None if candidate is None else candidate.value for candidate in free]
        self._moved = [None] * len(gains)
        better = True
        while better:
            better = False
            for who, roles in self._movable.items():
                b = self.people[who][0]
                behind = gains[b]
                if behind is not None:
                    behind -= self._candidates[b][who].value
                    for q in roles:
                        gain, known = behind + self._candidates[q][who].value, gains[q]
                        if q != b and (known is None or gain > known):
                            gains[q], self._moved[q], better = gain, who, True
        return gains

    def add(self, q: int) -> None:
        """Brings one more person to a role by the chain that `gains` found last."""
        self.sent[q] += 1
        while (who := self._moved[q]) is not None:
            b = self.people[who][0]
            self.value += self._candidates[q][who].value - self._candidates[b][who].value
            self.people[who] = q, self._candidates[q][who].row
            q = b
        free = self._free(q)
        assert free is not None
        self.value += free.value
        self.people[free.who] = q, free.row
        roles = [q for q, mine in enumerate(self._candidates) if free.who in mine]
        if len(roles) > 1:
            self._movable[free.who] = roles
