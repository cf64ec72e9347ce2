"""The visits in force, found by request and by volunteer."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from matcher.plan import Visit

Key = tuple[str, str]
"""Request and volunteer: a volunteer has one place in a request."""


class Visits:
    """Visits by key; each is replaced as a whole."""

    def __init__(self, visits: Iterable[Visit] = ()) -> None:
        self._by_key: dict[Key, Visit] = {}
        self._requests, self._volunteers = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        for visit in visits:
            self.put(visit)

    def __contains__(self, key: Key) -> bool:
        return key in self._by_key

    def __iter__(self) -> Iterator[Visit]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)

    def get(self, key: Key) -> Visit | None:
        """The visit of a key; null if there is none."""
        return self._by_key.get(key)

    def put(self, visit: Visit) -> None:
        """Adds a visit, or replaces the one of its key."""
        self._by_key[key_of(visit)] = visit
        self._requests[visit.request].add(visit.volunteer)
        self._volunteers[visit.volunteer].add(visit.request)

    def pop(self, key: Key) -> Visit:
        """Takes a visit out."""
        request, volunteer = key
        self._requests[request].discard(volunteer)
        self._volunteers[volunteer].discard(request)
        return self._by_key.pop(key)

    def of_request(self, request: str) -> list[Visit]:
        """The visits of a request, by role and volunteer."""
        mine = (self._by_key[request, volunteer] for volunteer in self._requests.get(request, ()))
        return sorted(mine, key=lambda visit: (visit.role, visit.volunteer))

    def of_volunteer(self, volunteer: str) -> list[Visit]:
        """The visits of a volunteer, by start."""
        mine = (self._by_key[request, volunteer] for request in self._volunteers.get(volunteer, ()))
        return sorted(mine, key=lambda visit: (visit.start, visit.request))

    def in_order(self) -> list[Visit]:
        """All of them by request, role and volunteer, as plans have them."""
        return sorted(self, key=lambda visit: (visit.request, visit.role, visit.volunteer))

    def copy(self) -> "Visits":
        """The same visits, which may change without these."""
        other = Visits()
        other._by_key = dict(self._by_key)
        other._requests.update((id, set(those)) for id, those in self._requests.items())
        other._volunteers.update((id, set(those)) for id, those in self._volunteers.items())
        return other


def key_of(visit: Visit) -> Key:
    """What a visit is found by."""
    return visit.request, visit.volunteer
