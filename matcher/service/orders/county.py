"""The county as the service knows it: what an imported batch brings besides requests, kept for every day."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Connection, Text, cast, delete, func, insert, select

from matcher.batch import Batch, Horizon, Request, Site, Team, Volunteer
from matcher.errors import InputError, Problem
from matcher.memory import without_collection
from matcher.plan import Visit
from matcher.privacy import without_phones
from matcher.service.access.phones import Phones
from matcher.service.orders.case import Case
from matcher.service.orders.day import day_batch
from matcher.service.orders.learning import learned
from matcher.service.orders.ledger import append, stored
from matcher.service.orders.model import Rules, Tier
from matcher.service.orders.tables import county, team_phones, volunteers
from matcher.service.store.engine import Store

P = TypeVar("P", Team, Volunteer)

EVERYBODY = TypeAdapter(tuple[Volunteer, ...])
NO_COUNTY = Problem(
    "no_county", "county", None, "请先导入县的名册（PUT /v1/county）", "import a county first (PUT /v1/county)"
)


@dataclass(frozen=True)
class Known:
    """The county of one revision: a batch without requests, imported at `taken`."""

    revision: int
    taken: datetime
    batch: Batch

    @cached_property
    def sites(self) -> dict[str, Site]:
        """Every site by its id."""
        return {site.id: site for site in self.batch.sites}

    @cached_property
    def people(self) -> dict[str, Volunteer]:
        """Every volunteer by the id."""
        return {volunteer.id: volunteer for volunteer in self.batch.volunteers}

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of all volunteers."""
        return frozenset(self.people)

    @cached_property
    def parents(self) -> dict[str, str | None]:
        """The site above each site."""
        return {site.id: site.parent for site in self.batch.sites}

    def desk(self, site: str | None) -> tuple[Tier, str | None]:
        """The tier that looks after an order of this site, and the site that does; no site: the county."""
        return (self.sites[site].tier, site) if site in self.sites else ("county", None)

    def above(self, desk: str | None) -> tuple[Tier, str | None]:
        """The desk that a desk hands up to; above the county is the city."""
        parent = self.sites[desk].parent if desk in self.sites else None
        return ("city", None) if parent is None else self.desk(parent)

    def upwards(self, site: str | None) -> Iterator[str | None]:
        """A site and those above it; null alone for no site."""
        yield site
        while (site := self.sites[site].parent if site in self.sites else None) is not None:
            yield site

    def team_of(self, visit: Visit) -> str | None:
        """The first team of a visit's volunteer."""
        person = self.people.get(visit.volunteer)
        return person.teams[0] if person and person.teams else None


class County:
    """The county in a store."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._known: Known | None = None
        self._reading = threading.Lock()

    def take_over(self, batch: Batch, phones: Phones, actor: str = "local") -> int:
        """Keeps sites, skills, categories, teams, volunteers, travel and policy of a batch in place of those before.

        Returns the county's revision. Phones are sealed; without a key they are not kept. The requests of the batch
        play no part.
        """
        now = self._clock()
        bare = {"volunteers": (), "requests": (), "pins": (), "previous": (), "now": None}
        ids = {volunteer.id for volunteer in batch.volunteers}
        teams = [_without_phone(team, None if team.leader in ids else "leader") for team in batch.teams]
        document = stored(batch.model_copy(update={**bare, "teams": tuple(team for team, _ in teams)}))
        with without_collection():
            people = [_row(i, volunteer, phones) for i, volunteer in enumerate(batch.volunteers)]
        leaders = [{"team": team.id, "phone": sealed} for team, phone in teams if (sealed := phones.seal(phone))]
        with self._store.write() as connection:
            revision = 1 + connection.execute(select(func.coalesce(func.max(county.c.revision), 0))).scalar_one()
            for table in (county, volunteers, team_phones):
                connection.execute(delete(table))
            connection.execute(insert(county).values(id=1, revision=revision, taken=now, document=document))
            for table, rows in ((volunteers, people), (team_phones, leaders)):
                if rows:
                    connection.execute(insert(table), rows)
            data = {"revision": revision, "sites": len(batch.sites), "volunteers": len(people)}
            append(connection, [{"kind": "county", "data": data}], now, actor)
        return int(revision)

    def known(self) -> Known:
        """The county as imported last; raises InputError if none was."""
        known = self.last()
        if known is None:
            raise InputError("还没有县的名册", "there is no county yet", [NO_COUNTY])
        return known

    def last(self) -> Known | None:
        """The county as imported last; null if none was. A new one is read once, whoever asks for it meanwhile."""
        with self._store.read() as connection:
            revision = connection.execute(select(county.c.revision)).scalar()
        if revision is None:
            return None
        with self._reading:
            if self._known is None or self._known.revision != revision:
                with self._store.read() as connection:
                    self._known = _read(connection)
            return self._known

    def parents(self) -> dict[str, str | None]:
        """The site above each site; empty if no county was imported."""
        known = self.last()
        return {} if known is None else known.parents

    def batch(
        self,
        cases: Sequence[Case],
        horizon: Horizon,
        rules: Rules,
        *,
        bound: Sequence[Case] = (),
        sites: frozenset[str] | None = None,
    ) -> Batch:
        """The batch of a day: the open orders among `cases`, with what has been learnt.

        bound: other orders whose offers take people's time. sites: only volunteers there are sent; null: all.
        """
        known, now = self.known(), self._clock()
        with self._store.read() as connection:
            facts = learned(connection, [case.id for case in cases], now)
        return day_batch(known.batch, known.taken, cases, bound, facts, rules, horizon, now, sites)

    def with_phones(self, batch: Batch, cases: Sequence[Case], phones: Phones) -> Batch:
        """A batch of orders with the phones of people and contacts, for a payload that seals them."""
        people, kept = {v.id for v in batch.volunteers}, volunteers.c.phone.is_not(None)
        with self._store.read() as connection:
            rows = connection.execute(select(volunteers.c.id, volunteers.c.phone).where(kept))
            of_people = {id: phones.open(phone) for id, phone in rows if id in people}
        sealed = {id: case.phone for case in cases for id in (case.id, *case.offers)}

        def called(request: Request) -> Request:
            if request.contact is None:
                return request
            phone = phones.open(sealed.get(request.id))
            return request.model_copy(update={"contact": request.contact.model_copy(update={"phone": phone})})

        everybody = tuple(v.model_copy(update={"phone": of_people.get(v.id)}) for v in batch.volunteers)
        return batch.model_copy(update={"volunteers": everybody, "requests": tuple(map(called, batch.requests))})


def _row(position: int, volunteer: Volunteer, phones: Phones) -> Mapping[str, object]:
    bare, phone = _without_phone(volunteer, "name")
    return {"id": volunteer.id, "position": position, "document": stored(bare), "phone": phones.seal(phone)}


def _without_phone(person: P, named: str | None) -> tuple[P, str | None]:
    """A volunteer or team without a phone, nor a long number in the field that has a name in it; and the phone."""
    name = getattr(person, named) if named else None
    phone, (bare,) = without_phones(person.phone, (name or "",))
    return person.model_copy(update={"phone": None, **({named: bare} if named and name else {})}), phone


def _read(connection: Connection) -> Known:
    row = connection.execute(select(county)).one()
    people = select(cast(volunteers.c.document, Text)).order_by(volunteers.c.position)
    with without_collection():
        batch = Batch.model_validate(row.document)
        everybody = EVERYBODY.validate_json(f"[{','.join(connection.execute(people).scalars())}]")
        return Known(row.revision, row.taken, batch.model_copy(update={"volunteers": everybody}))
