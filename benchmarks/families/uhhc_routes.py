"""A plan as the routes of UHHC: every carer's day with its times, and a lunch where it costs least.

Definition and format: the public validator, iolab-uniud/uhhc-toolbox. It would let a lunch be longer than the least,
and swallow waiting; here a lunch lasts the least minutes, and services theirs. Times are minutes.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from matcher import Batch, Plan

UNIT = timedelta(minutes=1)
LUNCH = "lunch_break"
"""What the format calls the service of a lunch."""
APART = "/"
"""Parts patient and service in the id of a request for one of two independent services."""
FROM_SHIFT = ("bazirha", "bazirha-caie")
"""Origins whose carers leave when their shifts start; others leave as late as they can."""

File = dict[str, Any]


class Instance:
    """An instance's file, with what is looked up in it by id."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.meta: dict[str, Any] = file["metadata"]
        self.carers: dict[str, dict[str, Any]] = {carer["id"]: carer for carer in file["caregivers"]}
        self.patients: dict[str, dict[str, Any]] = {patient["id"]: patient for patient in file["patients"]}
        self.lunch: dict[str, float] | None = file.get("lunch_breaks")
        self.at_end: bool = self.meta["time_window_met"] == "at_service_end"
        places = [*file["terminal_points"], *file["patients"]]
        self.sites: dict[str, int] = {place["id"]: place["distance_matrix_index"] for place in places}
        self.minutes: dict[tuple[str, str], float] = {
            (patient["id"], need["service"]): need["duration"]
            for patient in file["patients"]
            for need in patient["required_services"]
        }

    def way(self, start: str, end: str) -> float:
        """Minutes from one patient or terminal point to another."""
        return float(self.file["distances"][self.sites[start]][self.sites[end]])

    def hard(self, component: str) -> bool:
        """Whether a component of the cost may not occur at all."""
        return bool(self.meta["cost_components"].get(component) == "HARD")

    def weight(self, component: str) -> float:
        """The weight of a component of the cost: 0 where it is absent, 1 where it is hard, as in the validator."""
        weight = self.meta["cost_components"].get(component, 0)
        return 1 if weight == "HARD" else float(weight or 0)


@dataclass(frozen=True)
class Stop:
    """A service or a lunch: at whose place (a patient or a terminal point), from when till when."""

    place: str
    service: str
    start: float
    end: float


@dataclass(frozen=True)
class Route:
    """A carer's day: leaves, stops, is back. A carer without stops does not leave; both times are the shift's start."""

    carer: str
    leave: float
    stops: tuple[Stop, ...]
    back: float


def patient_of(request: str) -> str:
    """The patient behind a request."""
    return request.partition(APART)[0]


def unknown(instance: Instance, plan: Plan) -> Iterator[str]:
    """Visits of which the file knows nothing; without them only, a plan has routes."""
    for visit in plan.visits:
        patient = patient_of(visit.request)
        if visit.volunteer not in instance.carers:
            yield f"no carer {visit.volunteer}"
        if (patient, visit.role) not in instance.minutes:
            yield f"patient {patient} does not ask for {visit.role}"


def routes(instance: Instance, batch: Batch, plan: Plan) -> list[Route]:
    """The route of every carer of the file, in its order."""
    services = defaultdict(list)
    for visit in sorted(plan.visits, key=lambda visit: visit.start):
        patient, start = patient_of(visit.request), (visit.start - batch.horizon.start) / UNIT
        end = start + instance.minutes[patient, visit.role]
        services[visit.volunteer].append(Stop(patient, visit.role, start, end))
    return [_route(instance, carer, _with_lunch(instance, carer, services[carer])) for carer in instance.carers]


def solution(instance: Instance, batch: Batch, plan: Plan) -> list[dict[str, Any]]:
    """The routes in the validator's short form: it adds the ways from and to the terminal points itself."""
    return [
        {"caregiver_id": route.carer}
        | ({"locations": [_location(stop) for stop in route.stops]} if route.stops else {})
        for route in routes(instance, batch, plan)
    ]


def _location(stop: Stop) -> dict[str, Any]:
    return {
        "patient": stop.place,
        "service": stop.service,
        "start_service_time": stop.start,
        "end_service_time": stop.end,
    }


def _route(instance: Instance, name: str, stops: list[Stop]) -> Route:
    carer = instance.carers[name]
    opens = float(carer["working_shift"]["start"])
    if not stops:
        return Route(name, opens, (), opens)
    leave = stops[0].start - instance.way(carer["departing_point"], stops[0].place)
    if instance.meta["origin"] in FROM_SHIFT:
        leave = opens
    back = stops[-1].end + instance.way(stops[-1].place, carer["arrival_point"])
    return Route(name, leave, tuple(stops), back)


def _with_lunch(instance: Instance, name: str, stops: list[Stop]) -> list[Stop]:
    """The stops, with a lunch where it costs least if the carer is to have one and going without is no cheaper."""
    carer = instance.carers[name]
    if not carer.get("lunch_break") or not instance.lunch:
        return stops
    if not stops:
        return list(_alone(instance, carer))
    going_without = instance.weight("missed_lunch_break") + _price(instance, carer, stops)
    price, day = min(
        ((_price(instance, carer, day), day) for day in _days(instance, carer, stops)),
        key=lambda choice: choice[0],
        default=(going_without, stops),
    )
    return day if price <= going_without else stops


def _alone(instance: Instance, carer: dict[str, Any]) -> Iterator[Stop]:
    """The lunch of a carer who visits nobody: at the terminal point, where the shift holds it."""
    shift = carer["working_shift"]
    lunch = _lunch(instance, carer["departing_point"], shift["start"])
    if lunch and lunch.end <= shift["end"]:
        yield lunch


def _days(instance: Instance, carer: dict[str, Any], stops: list[Stop]) -> Iterator[list[Stop]]:
    """The stops with a lunch before the first, between two at the place of either, or after the last."""
    shift = carer["working_shift"]
    ready = shift["start"] + instance.way(carer["departing_point"], stops[0].place)
    for turn, stop in enumerate(stops):
        lunch = _lunch(instance, stop.place, ready)
        if lunch and lunch.end <= stop.start:
            yield [*stops[:turn], lunch, *stops[turn:]]
        lunch = _lunch(instance, stop.place, stop.end)
        following = stops[turn + 1 : turn + 2]
        if lunch and all(lunch.end + instance.way(stop.place, then.place) <= then.start for then in following):
            yield [*stops[: turn + 1], lunch, *stops[turn + 1 :]]
        ready = stop.end + sum(instance.way(stop.place, then.place) for then in following)


def _lunch(instance: Instance, place: str, ready: float) -> Stop | None:
    """A lunch as early as the hours for it allow; null where they are over."""
    assert instance.lunch
    start = max(float(ready), instance.lunch["start"])
    end = start + instance.lunch["min_duration"]
    in_time = (end if instance.at_end else start) <= instance.lunch["end"]
    return Stop(place, LUNCH, start, end) if in_time else None


def _price(instance: Instance, carer: dict[str, Any], stops: list[Stop]) -> float:
    """What of a day's cost depends on where the lunch is: waiting and extra time."""
    route = _route(instance, carer["id"], stops)
    extra = max(0.0, route.back - float(carer["working_shift"]["end"]))
    wait = waiting(instance, route)
    return instance.weight("total_waiting_time") * wait + instance.weight("total_extra_time") * extra


def waiting(instance: Instance, route: Route) -> float:
    """Minutes between arrivals and starts; of whoever begins with a lunch, none are counted before the next stop."""
    starts_with_lunch = bool(route.stops) and route.stops[0].service == LUNCH
    return sum(minutes for turn, minutes in enumerate(waits(instance, route)) if turn != 1 or not starts_with_lunch)


def waits(instance: Instance, route: Route) -> list[float]:
    """Minutes between arrival and start at every stop."""
    place, ready = instance.carers[route.carer]["departing_point"], route.leave
    minutes = []
    for stop in route.stops:
        minutes.append(stop.start - ready - instance.way(place, stop.place))
        place, ready = stop.place, stop.end
    return minutes
