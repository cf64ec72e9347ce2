"""Ranks the ways to serve a request: the best of all, then the best without someone of each before."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import islice

from matcher.insertion.asking import Asked
from matcher.insertion.changes import Changes
from matcher.insertion.choosing import Chosen, choose
from matcher.insertion.shortlist import Shortlist


@dataclass(frozen=True)
class Option:
    """A team with a start for every role. value: of the end alone. bound: no choice of people adds up to more."""

    team: int
    starts: tuple[int, ...]
    value: int
    bound: int


@dataclass(frozen=True)
class Way:
    """A way to serve the request: an option and the people chosen for it."""

    value: int
    option: Option
    people: dict[int, tuple[int, int]]


class Ranking:
    """The options of what is asked, and the best ways among them."""

    def __init__(self, asked: Asked, changes: Changes, shortlists: Sequence[Shortlist]) -> None:
        self._asked, self._shortlists = asked, shortlists
        ends: dict[int, int] = {}
        now = asked.end_now()
        before = 0 if now is None else changes.number(changes.of_end(now))
        options = []
        for team in asked.teams:
            usable = [mine.usable(team, least) for mine, least in zip(shortlists, asked.least, strict=True)]
            for starts in asked.combinations(usable):
                end = asked.end(starts)
                if end not in ends:
                    ends[end] = changes.number(changes.of_end(end)) - before
                options.append(Option(team, starts, ends[end], ends[end] + self._most(team, starts)))
        self._options = sorted(options, key=lambda option: (-option.bound, option.starts, option.team))

    def _most(self, team: int, starts: Sequence[int]) -> int:
        """No choice of people for these starts adds more than this."""
        total = 0
        for mine, start, least, most in zip(self._shortlists, starts, self._asked.least, self._asked.most, strict=True):
            values = [candidate.value for candidate in islice(mine.candidates(team, start).values(), most)]
            total += sum(values[:least]) + sum(max(0, value) for value in values[least:])
        return total

    def best(self, count: int) -> list[Way]:
        """The best ways, each without at least one of the people of every way before it."""
        found: list[Way] = []
        known, tried = set[frozenset[int]](), {frozenset[int]()}
        heap: list[tuple[int, int, frozenset[int], Way]] = []
        self._push(heap, frozenset(), len(tried))
        while heap and len(found) < count:
            _, _, excluded, way = heappop(heap)
            people = frozenset(way.people)
            if people not in known:
                known.add(people)
                found.append(way)
            for who in sorted(people):
                if (further := excluded | {who}) not in tried:
                    tried.add(further)
                    self._push(heap, further, len(tried))
        return found

    def alone(self) -> dict[int, Way]:
        """The best way for each person who can do alone what must be done."""
        best: dict[int, Way] = {}
        for q in self._roles_for_one():
            for option in self._options:
                for value, who, row in self._shortlists[q].candidates(option.team, option.starts[q]).values():
                    if who not in best or option.value + value > best[who].value:
                        best[who] = Way(option.value + value, option, {who: (q, row)})
        return best

    def _roles_for_one(self) -> list[int]:
        """Roles in which one person more is enough."""
        least, most = self._asked.least, self._asked.most
        return [q for q, places in enumerate(most) if places and sum(least) <= min(least[q], 1)]

    def _push(self, heap: list[tuple[int, int, frozenset[int], Way]], excluded: frozenset[int], number: int) -> None:
        """Adds the best way without some volunteers, if there is one."""
        best: tuple[Option, Chosen] | None = None
        for option in self._options:
            if best is not None and best[1].value + best[0].value >= option.bound:
                break
            candidates = [
                mine.candidates(option.team, start) for mine, start in zip(self._shortlists, option.starts, strict=True)
            ]
            chosen = choose(candidates, self._asked.least, self._asked.most, excluded)
            if chosen and (best is None or chosen.value + option.value > best[1].value + best[0].value):
                best = option, chosen
        if best is not None:
            option, chosen = best
            value = option.value + chosen.value
            heappush(heap, (-value, number, excluded, Way(value, option, chosen.people)))
