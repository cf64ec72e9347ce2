"""A scene with one more request, made in a moment: whatever does not depend on the request is kept."""

from copy import copy
from dataclasses import replace

import numpy as np

from matcher.batch import Batch, Place, Request
from matcher.errors import InputError
from matcher.places import Places, resolve
from matcher.reading import check_batch
from matcher.scene import Scene
from matcher.travel import Geographic, Grid, Measure, Travel, build
from matcher.ways import Ways


def with_request(scene: Scene, request: Request, known: dict[Place, int]) -> Scene:
    """The scene with a request at the end of its batch; `known` has the index of every place.

    Where a network, a matrix or blocked cells see a place for the first time, all ways are searched anew.
    Raises InputError where the request is at odds with the batch.
    """
    joined = copy(scene)
    joined.batch = scene.batch.model_copy(update={"requests": (*scene.batch.requests, request)})
    _check(joined.batch)
    alone = resolve(scene.batch.model_copy(update={"volunteers": (), "requests": (request,)}))
    start, finish = alone.unique[alone.start[0]], alone.unique[alone.finish[0]]
    fresh = [place for place in dict.fromkeys((start, finish)) if place not in known]
    index = known | {place: len(known) + i for i, place in enumerate(fresh)} if fresh else known
    joined.places = replace(
        scene.places,
        unique=(*scene.places.unique, *fresh),
        start=np.append(scene.places.start, np.int32(index[start])),
        finish=np.append(scene.places.finish, np.int32(index[finish])),
        start_estimated=np.append(scene.places.start_estimated, request.place is None),
    )
    if fresh:
        joined.travel = _travel(scene, joined.places, len(fresh))
    joined.ways = Ways(joined.batch, joined.people, joined.places, joined.travel)
    return joined


def _check(batch: Batch) -> None:
    """Raises InputError where the last request of a batch is at odds with the others."""
    request, by_id = batch.requests[-1], {each.id: each for each in batch.requests}
    named = {*request.preferred, *request.excluded, *request.familiar}
    linked = {request.id: request}
    waiting = [request]
    while waiting:
        found = [by_id[after.request] for after in waiting.pop().after if after.request in by_id]
        waiting += [each for each in found if each.id not in linked]
        linked |= {each.id: each for each in waiting}
    nobody = {"preferred": (), "excluded": (), "familiar": ()}
    others = [each.model_copy(update=nobody) for each in linked.values() if each is not request]
    part = {
        "volunteers": tuple(volunteer for volunteer in batch.volunteers if volunteer.id in named) if named else (),
        "requests": (request, *others),
        "pins": (),
        "previous": (),
    }
    problems = check_batch(batch.model_copy(update=part))
    if problems:
        problems = [replace(problem, where=problem.where.removeprefix("/requests/0")) for problem in problems]
        raise InputError("需求数据有误", "the request has problems", problems)


def _travel(scene: Scene, places: Places, fresh: int) -> Travel:
    """The travel times between places, of which the last ones are new."""
    known = scene.travel.measure
    measure: Measure = copy(known)
    match known, measure:
        case Grid(), Grid():
            more = Grid(known.travel, places.unique[-fresh:])
            measure.row, measure.column = np.append(known.row, more.row), np.append(known.column, more.column)
        case Geographic(), Geographic():
            there = Geographic(known.travel, places.unique[-fresh:])
            measure.lat, measure.lon = np.append(known.lat, there.lat), np.append(known.lon, there.lon)
            measure.cos_lat = np.append(known.cos_lat, there.cos_lat)
        case _:
            return build(scene.batch, places)
    return Travel(measure, scene.travel.least)
