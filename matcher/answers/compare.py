"""What differs between two plans: values, visits, people."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Literal

from matcher.answers.phrases import at, named, phrase
from matcher.base import Frozen, Items
from matcher.batch import Moment, Request
from matcher.plan import Plan, Visit
from matcher.rules import TERMS

SAME = 1e-6
"""Values that differ by no more are equal: plans state six decimals."""

Place = tuple[str, str]
"""A request and a role of it."""


class Amount(Frozen):
    """A tier or a term in two plans."""

    name: str
    """Name of the term, or the tier's number from 1 on."""
    before: float | None
    """In the first plan; null: not stated."""
    after: float | None
    """In the second plan; null: not stated."""
    zh: str
    """What it is, in Chinese."""
    en: str
    """What it is, in English."""

    @property
    def change(self) -> float | None:
        """Second minus first; null where either is not stated."""
        return None if self.before is None or self.after is None else self.after - self.before


class Change(Frozen):
    """A visit that is not in both plans as it is."""

    kind: Literal["added", "removed", "moved", "replaced"]
    """`moved`: the same person at another time; `replaced`: another person, at the same or another time."""
    request: str
    """Id of the request."""
    role: str
    """Id of the role."""
    before: str | None
    """Id of the volunteer in the first plan."""
    after: str | None
    """Id of the volunteer in the second plan."""
    was: Moment | None
    """Start in the first plan."""
    at: Moment | None
    """Start in the second plan."""
    zh: str
    """The change in Chinese."""
    en: str
    """The change in English."""

    def people(self) -> set[str]:
        """Ids of those concerned."""
        return {volunteer for volunteer in (self.before, self.after) if volunteer is not None}


class Comparison(Frozen):
    """Two plans side by side, the first as `before`, the second as `after`."""

    better: Literal["before", "after", "equal"] | None
    """Which has the higher tiers, in strict order; null: a plan states no score, or their tiers are others."""
    tiers: Items[Amount]
    """Every tier of the objective, higher is better."""
    terms: Items[Amount]
    """Every term that either plan states."""
    kept: int
    """Visits that are the same in both: request, role, volunteer, start."""
    changes: Items[Change]
    """The others, by request, role and start."""
    people: Items[str]
    """Ids of the volunteers whose visits differ."""
    served: Items[str]
    """Ids of requests that the second plan serves and the first does not."""
    dropped: Items[str]
    """Ids of requests that the first plan serves and the second does not."""
    zh: str
    """In a sentence or two, in Chinese."""
    en: str
    """In a sentence or two, in English."""


def compare(before: Plan, after: Plan, requests: Iterable[Request] = ()) -> Comparison:
    """What differs from one plan to the other, of one batch or of two; the plans are taken at their word.

    requests: those whose titles are told.
    """
    changes = changed(before.visits, after.visits, requests)
    people = sorted(set[str]().union(*(change.people() for change in changes)))
    one, other = ({visit.request for visit in plan.visits} for plan in (before, after))
    kept = len({_key(visit) for visit in before.visits} & {_key(visit) for visit in after.visits})
    tiers, better = _tiers(before, after), _better(before, after)
    said = [phrase("compare.changed", changed=len(changes), people=len(people), kept=kept)]
    if not changes:
        said = [phrase("compare.same")]
    said.append(_verdict(better, tiers))
    return Comparison(
        better=better,
        tiers=tiers,
        terms=_terms(before, after),
        kept=kept,
        changes=tuple(changes),
        people=tuple(people),
        served=tuple(sorted(other - one)),
        dropped=tuple(sorted(one - other)),
        zh="".join(zh for zh, _ in said),
        en=" ".join(en for _, en in said),
    )


def changed(before: Iterable[Visit], after: Iterable[Visit], requests: Iterable[Request] = ()) -> list[Change]:
    """The visits that are not in both, by request, role and start; requests: those whose titles are told."""
    names = {request.id: named(request) for request in requests}
    return sorted(_changes(before, after, names), key=_order)


def _changes(before: Iterable[Visit], after: Iterable[Visit], names: Mapping[str, str]) -> Iterator[Change]:
    """Visits of a place that left and that came are paired: the same person first, then in order of time."""
    old, new = ({_key(visit): visit for visit in visits} for visits in (before, after))
    gone, come = defaultdict[Place, list[Visit]](list), defaultdict[Place, list[Visit]](list)
    for visits, others, found in ((old, new, gone), (new, old, come)):
        for key in sorted(visits.keys() - others.keys()):
            found[key[:2]].append(visits[key])
    for place in sorted({*gone, *come}):
        left, arrived = gone[place], come[place]
        stay = {visit.volunteer for visit in left} & {visit.volunteer for visit in arrived}
        for who in (*sorted(stay), None):
            pairs = ([v for v in visits if _of(v, stay) == who] for visits in (left, arrived))
            yield from (
                _change(one, other, names) for one, other in zip_longest(*(sorted(v, key=_when) for v in pairs))
            )


def _of(visit: Visit, stay: set[str]) -> str | None:
    """Whose visit it is, among those who stay in the place; null: one of the others."""
    return visit.volunteer if visit.volunteer in stay else None


def _change(one: Visit | None, other: Visit | None, names: Mapping[str, str]) -> Change:
    some = one or other
    assert some
    kind: Literal["added", "removed", "moved", "replaced"]
    if one is None or other is None:
        kind = "added" if one is None else "removed"
    else:
        kind = "moved" if one.volunteer == other.volunteer else "replaced"
    left, came = (visit.volunteer if visit else None for visit in (one, other))
    was, begins = (visit.start if visit else None for visit in (one, other))
    times = {name: start and at(start, start.tzinfo) for name, start in (("was", was), ("at", begins))}
    zh, en = phrase(
        f"visit.{kind}", request=names.get(some.request, some.request), role=some.role, before=left, after=came, **times
    )
    return Change(
        kind=kind,
        request=some.request,
        role=some.role,
        before=left,
        after=came,
        was=was,
        at=begins,
        zh=zh,
        en=en,
    )


def _tiers(before: Plan, after: Plan) -> tuple[Amount, ...]:
    pairs = zip_longest(*(plan.score.tiers if plan.score else () for plan in (before, after)))
    named = ((str(i), phrase("compare.tier", tier=i), pair) for i, pair in enumerate(pairs, start=1))
    return tuple(Amount(name=i, before=one, after=two, zh=zh, en=en) for i, (zh, en), (one, two) in named)


def _terms(before: Plan, after: Plan) -> tuple[Amount, ...]:
    one, two = (plan.score.terms if plan.score else {} for plan in (before, after))
    names = [name for name in TERMS if name in one or name in two]
    return tuple(
        Amount(name=name, before=one.get(name), after=two.get(name), zh=TERMS[name].zh, en=TERMS[name].en)
        for name in names
    )


def _better(before: Plan, after: Plan) -> Literal["before", "after", "equal"] | None:
    if before.score is None or after.score is None or len(before.score.tiers) != len(after.score.tiers):
        return None
    return order_of(before.score.tiers, after.score.tiers)


def order_of(before: Sequence[float], after: Sequence[float]) -> Literal["before", "after", "equal"]:
    """Which tiers are higher, in strict order."""
    for one, two in zip(before, after, strict=True):
        if abs(one - two) > SAME:
            return "before" if one > two else "after"
    return "equal"


def _verdict(better: str | None, tiers: Sequence[Amount]) -> tuple[str, str]:
    if better is None:
        return phrase("compare.unknown")
    deciding = next((tier for tier in tiers if tier.change is not None and abs(tier.change) > SAME), None)
    if deciding is None:
        return phrase("compare.equal")
    which_zh, which_en = ("一", "1") if better == "before" else ("二", "2")
    return phrase("compare.better", which_zh=which_zh, which_en=which_en, tier=deciding.name)


def _key(visit: Visit) -> tuple[str, str, str, float]:
    return visit.request, visit.role, visit.volunteer, visit.start.timestamp()


def _when(visit: Visit) -> tuple[float, str]:
    return visit.start.timestamp(), visit.volunteer


def _order(change: Change) -> tuple[str, str, float]:
    moment = change.was or change.at
    assert moment
    return change.request, change.role, moment.timestamp()
