"""The best people for a role, at every start and of every team that may come: nobody else need be looked at."""

import numpy as np

from matcher.gains import Floats
from matcher.insertion.choosing import Candidate, Candidates
from matcher.insertion.duties import NONE
from matcher.insertion.finding import Finder
from matcher.insertion.openings import Spans
from matcher.options import ANY_TEAM
from matcher.people import Ints, People

Key = tuple[int, int]
"""Team and start."""


class Members:
    """Who is in which team: teams [ptr[v]:ptr[v + 1]] are those of volunteer v."""

    def __init__(self, people: People) -> None:
        lists = [np.flatnonzero(people.in_team(name)) for name in people.teams()]
        who = np.concatenate([np.zeros(0, dtype=np.int64), *lists])
        team = np.repeat(np.arange(len(lists)), [len(mine) for mine in lists])
        self._team = team[np.argsort(who, kind="stable")]
        self._ptr = np.searchsorted(np.sort(who), np.arange(people.count + 1))

    def of(self, who: Ints) -> tuple[Ints, Ints]:
        """Every team of some volunteers, and the row in `who` it is of."""
        first, counts = self._ptr[who], self._ptr[who + 1] - self._ptr[who]
        row = np.repeat(np.arange(len(who)), counts)
        return self._team[np.arange(len(row)) + (first - np.cumsum(counts) + counts)[row]], row


class Shortlist:
    """The best candidates for role `q` of what is asked, `length` of each team at each start. openings: theirs."""

    def __init__(self, finder: Finder, q: int, members: Members, length: int) -> None:
        asked, self._changes, self._q = finder.asked, finder.changes, q
        starts, seconds = np.array(asked.starts(q), dtype=np.int64), asked.seconds[q]
        spans = finder.spans(asked.request.roles[q], seconds, starts.tolist())
        team, row = np.full(len(spans.who), ANY_TEAM), np.arange(len(spans.who))
        if asked.request.one_team:
            team, row = members.of(spans.who)
            may_come = np.isin(team, asked.teams)
            team, row = team[may_come], row[may_come]
        kept = self._hopeful(finder, spans.at(row), team, starts, seconds, length)
        team, spans = team[kept], spans.at(row[kept])
        row, number = _runs(spans)
        self.openings = finder.openings(spans.at(row), starts[number], seconds)
        self._value = self._changes.of_visits(q, self.openings)
        group = (team[row] - ANY_TEAM) * len(starts) + number
        best = _best(group, self._changes.parts(self._value), self.openings.who, length)
        edges = np.flatnonzero(np.diff(group[best], prepend=-1))
        self._rows: dict[Key, Ints] = {}
        for of_key in np.split(best, edges)[1:]:
            at = of_key[0]
            self._rows[int(team[row[at]]), int(self.openings.start[at])] = of_key
        self._lists: dict[Key, Candidates] = {}

    def _hopeful(self, finder: Finder, spans: Spans, team: Ints, starts: Ints, seconds: int, length: int) -> Ints:
        """Rows of spans that may have one of the best candidates of a start.

        Where what a visit changes is the same at all starts of a span, the best of those with the same span are enough.
        """
        first = finder.openings(spans, starts[spans.first], seconds)
        alike = (spans.last - spans.first == 1) | ((first.before == NONE) & (first.after == NONE))
        alike &= ~self._changes.had(spans.who)
        rows, size = np.flatnonzero(alike), len(starts) + 1
        span = ((team - ANY_TEAM) * size + spans.first) * size + spans.last
        value = self._changes.parts(self._changes.of_visits(self._q, first.at(rows)))
        return np.concatenate([np.flatnonzero(~alike), rows[_best(span[rows], value, spans.who[rows], length)]])

    def usable(self, team: int, least: int) -> set[int]:
        """The starts at which the team has enough candidates."""
        return {start for (t, start), rows in self._rows.items() if t == team and len(rows) >= least}

    def candidates(self, team: int, start: int) -> Candidates:
        """The candidates of a team at a start."""
        key = team, start
        if key not in self._lists:
            rows, number = self._rows.get(key, np.zeros(0, dtype=np.intp)).tolist(), self._changes.number
            found = (Candidate(number(self._value[:, row]), int(self.openings.who[row]), row) for row in rows)
            self._lists[key] = {candidate.who: candidate for candidate in found}
        return self._lists[key]


def _runs(spans: Spans) -> tuple[Ints, Ints]:
    """Each start of each span, as row and number of the start."""
    counts = spans.last - spans.first
    row = np.repeat(np.arange(len(counts)), counts)
    return row, np.arange(len(row)) + (spans.first - np.cumsum(counts) + counts)[row]


def _best(group: Ints, value: Floats, who: Ints, length: int) -> Ints:
    """The first rows of each group: by value, tier after tier, then by volunteer."""
    varied = [tier for tier in value if len(who) and np.ptp(tier) > 0]
    rows = np.lexsort((who, *(-tier for tier in reversed(varied)), group))
    in_order = group[rows]
    return rows[np.arange(len(rows)) - np.searchsorted(in_order, in_order) < length]
