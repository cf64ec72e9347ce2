"""Why a request is not served although people are free for one of its roles."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from matcher.batch import Request
from matcher.clock import whole_seconds
from matcher.options import MOST_OPTIONS
from matcher.people import Ints
from matcher.reasons import words
from matcher.reasons.judging import Judge, Verdict

Allowed = Callable[[int], bool]


class Shortage:
    """An unserved request and how far volunteers get for each of its roles."""

    def __init__(self, judge: Judge, request: Request, verdicts: Sequence[Verdict]) -> None:
        self._judge, self._request, self._verdicts = judge, request, verdicts
        self._starts = judge.possible(request)
        self._least = [role.count if role.min_count is None else role.min_count for role in request.roles]

    def why(self, q: int) -> tuple[str, words.Words]:
        """Code and words for those who are free for role `q`."""
        follows = self._request.after
        for after in follows:
            if not self._judge.served(after.request):
                return "after", words.after(after.request, served=False)
        if self._by_a_team(self._in_time):
            return "contest", words.CONTEST
        if follows and self._by_a_team(_any_time):
            return "after", words.after(follows[0].request, served=True)
        if self._request.one_team and self._servable(self._verdicts, _any_time):
            return "count", words.TEAM
        return self._count(q)

    def _in_time(self, first: int) -> bool:
        """Whether a start of the first role keeps the distance to the requests before."""
        for after in self._request.after:
            gap = first - self._judge.last_end(after.request)
            if gap < whole_seconds(after.min) or (after.max is not None and gap > whole_seconds(after.max)):
                return False
        return True

    def _by_a_team(self, allowed: Allowed) -> bool:
        if not self._request.one_team:
            return self._servable(self._verdicts, allowed)
        people = self._judge.people
        members = (people.in_team(team) for team in people.teams())
        return any(self._servable([verdict.among(m) for verdict in self._verdicts], allowed) for m in members)

    def _combinations(self, verdicts: Sequence[Verdict]) -> Iterator[tuple[int, ...]]:
        """The starts of all roles at which each role by itself has enough people."""
        usable = [
            {start for start, count in zip(verdict.starts, verdict.counts(), strict=True) if count >= least}
            for verdict, least in zip(verdicts, self._least, strict=True)
        ]
        return islice(self._starts.combinations(usable), MOST_OPTIONS)

    def _servable(self, verdicts: Sequence[Verdict], allowed: Allowed) -> bool:
        """Whether people who are free could serve the request at an allowed start."""
        return any(
            enough([verdict.free_at(start) for verdict, start in zip(verdicts, starts, strict=True)], self._least)
            for starts in self._combinations(verdicts)
            if allowed(starts[0])
        )

    def _count(self, q: int) -> tuple[str, words.Words]:
        """Which headcount cannot be met: the role's own, another role's, or that of all together."""
        for r in sorted(range(len(self._least)), key=lambda r: r != q):
            most = max(self._verdicts[r].counts())
            if most < self._least[r]:
                other = None if r == q else self._request.roles[r].id
                return "count", words.too_few(self._least[r], most, other)
        if any(self._combinations(self._verdicts)):
            return "count", words.too_few_in_all(sum(self._least))
        return "synchrony", words.APART


def _any_time(first: int) -> bool:
    return True


def enough(groups: Sequence[Ints], least: Sequence[int]) -> bool:
    """Whether each role can have its least number out of its group with nobody in two roles (a maximum flow)."""
    total = sum(least)
    if len(groups) == 1:
        return len(groups[0]) >= total
    groups = [group[:total] for group in groups]  # more are never needed: who fills the other roles leaves enough
    people, person = np.unique(np.concatenate(groups), return_inverse=True)
    roles, sink = len(groups), 1 + len(groups) + len(people)
    role = np.repeat(np.arange(roles), [len(group) for group in groups])
    tail = np.concatenate([np.zeros(roles, dtype=np.int64), 1 + role, 1 + roles + np.arange(len(people))])
    head = np.concatenate([1 + np.arange(roles), 1 + roles + person, np.full(len(people), sink)])
    capacity = np.concatenate([least, np.ones(len(role) + len(people), dtype=np.int64)]).astype(np.int32)
    return bool(
        maximum_flow(csr_array((capacity, (tail, head)), shape=(sink + 1, sink + 1)), 0, sink).flow_value == total
    )
