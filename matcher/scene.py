"""What is found out about a batch once and used again and again: people, places, ways, pins."""

from matcher.batch import Batch
from matcher.clock import Clock, whole_seconds
from matcher.options import pins_by_request
from matcher.people import People
from matcher.places import resolve
from matcher.travel import build
from matcher.ways import FAR, Ways


class Scene:
    """A checked batch with its clock, people, places and ways.

    pins: by request. step: the start step in seconds, at least 1. now: in seconds, long ago where the batch has none.
    """

    def __init__(self, batch: Batch) -> None:
        self.batch, self.clock = batch, Clock(batch.horizon.start)
        self.people, self.places = People(batch, self.clock), resolve(batch)
        self.travel = build(batch, self.places)
        self.ways = Ways(batch, self.people, self.places, self.travel)
        self.pins = pins_by_request(batch, self.clock)
        self.step = max(1, whole_seconds(batch.policy.start_step_minutes))
        self.now = -FAR if batch.now is None else self.clock.seconds(batch.now)
