import pytest

from matcher.batch import (
    CellPlace,
    Edge,
    GeographicTravel,
    GridTravel,
    MatrixTravel,
    NetworkTravel,
    NodePlace,
    PointPlace,
)
from matcher.checker.distances import base_seconds, haversine_metres, rounded, steps_around


def cell(row, column):
    return CellPlace(cell=(row, column))


def node(name):
    return NodePlace(node=name)


def grid(metric="manhattan", blocked=()):
    return base_seconds(GridTravel(kind="grid", cell_metres=500, metric=metric, speed_kmh=20, blocked=blocked))


def test_manhattan():
    # 7 cells × 500 m at 20 km/h: 3,500 × 3.6 / 20 = 630 s.
    assert grid()(cell(2, 3), cell(-1, 7)) == pytest.approx(630)


def test_euclidean():
    # √(3² + 4²) = 5 cells: 450 s.
    assert grid("euclidean")(cell(2, 3), cell(-1, 7)) == pytest.approx(450)


def test_around_blocked_cells():
    # A wall in column 1 from row -1 to 1: from (0, 0) to (0, 2) up to row 2, over, and down: 2 + 2 + 2 steps.
    wall = frozenset({(-1, 1), (0, 1), (1, 1)})
    assert steps_around(wall, (0, 0), (0, 2)) == 6
    assert steps_around(wall, (0, 0), (0, 0)) == 0
    assert grid(blocked=list(wall))(cell(0, 0), cell(0, 2)) == pytest.approx(6 * 90)


def test_blocked_and_cut_off():
    ring = frozenset({(0, 1), (1, 0), (0, -1), (-1, 0)})
    assert steps_around(ring, (0, 0), (3, 3)) is None
    assert steps_around(ring, (3, 3), (0, 0)) is None
    assert steps_around(ring, (0, 1), (3, 3)) is None
    assert steps_around(ring, (0, 1), (0, 1)) is None  # blocked: not even to itself
    assert steps_around(ring, (0, 0), (0, 0)) is None  # walled in: not even to itself
    assert steps_around(ring - {(0, 1)}, (0, 0), (0, 0)) == 0


def test_inside_a_walled_pocket():
    # Two free cells behind one wall: a way joins them, but none leads out.
    wall = frozenset({(0, -1), (-1, 0), (1, 0), (-1, 1), (1, 1), (0, 2)})
    assert steps_around(wall, (0, 0), (0, 1)) == 1
    assert steps_around(wall, (0, 0), (5, 5)) is None


@pytest.mark.parametrize("turn", range(4))
def test_round_the_shorter_end_of_a_wall(turn):
    # Two cells round its end and two over it, then two back; the end lies on each side of the box in turn.
    def turned(row, column):
        for _ in range(turn):
            row, column = column, -row
        return row, column

    wall = frozenset(turned(row, 0) for row in range(-1, 9))
    assert steps_around(wall, turned(0, -1), turned(0, 1)) == 2 + 2 + 2


def test_a_larger_box_would_not_shorten_the_way():
    # Blocked cells in a long wall: the way leads round the end of it, one cell outside the box of all blocked cells.
    wall = frozenset((row, 0) for row in range(-5, 6))
    assert steps_around(wall, (0, -1), (0, 1)) == 6 + 2 + 6


def test_haversine():
    # A degree of latitude is π / 180 × 6,371,008.8 m.
    one = PointPlace(lat=24, lon=115)
    assert haversine_metres(one, PointPlace(lat=25, lon=115)) == pytest.approx(111_195.0797)
    assert haversine_metres(one, PointPlace(lat=24, lon=115)) == 0
    assert haversine_metres(PointPlace(lat=0, lon=-90), PointPlace(lat=0, lon=90)) == pytest.approx(20_015_114.35)


def test_geographic():
    # 111,195.0797 m × 1.4 × 3.6 / 30 km/h.
    seconds = base_seconds(GeographicTravel(kind="geographic", speed_kmh=30, detour=1.4))
    assert seconds(PointPlace(lat=24, lon=115), PointPlace(lat=25, lon=115)) == pytest.approx(18_680.773)


def test_matrix():
    seconds = base_seconds(MatrixTravel(kind="matrix", nodes=["a", "b"], seconds=[[0, 90.5], [150, 7]]))
    assert [seconds(node(x), node(y)) for x, y in ("aa", "ab", "ba", "bb")] == [0, 90.5, 150, 7]


def test_network():
    # a to c: 60 + 30 by b beats 100; back only by c to a. The slower road from a to b plays no part.
    roads = [("a", "b", 60, False), ("a", "b", 70, False), ("b", "c", 30, True), ("c", "a", 100, False)]
    edges = [Edge(**{"from": x, "to": y, "seconds": s, "one_way": one_way}) for x, y, s, one_way in roads]
    seconds = base_seconds(
        NetworkTravel(kind="network", edges=[*edges, Edge(**{"from": "x", "to": "y", "seconds": 1})])
    )
    assert seconds(node("a"), node("c")) == 90
    assert seconds(node("c"), node("a")) == 100
    assert seconds(node("c"), node("b")) == 160
    assert seconds(node("a"), node("a")) == 0
    assert seconds(node("a"), node("x")) is None
    assert seconds(node("nowhere"), node("nowhere")) is None  # on no road: not even to itself


@pytest.mark.parametrize(
    ("seconds", "factor", "whole"),
    [(60.4, 1, 60), (60.5, 1, 61), (60.4999995, 1, 61), (60.49, 1, 60), (100, 1.005, 101), (0, 5, 0)],
)
def test_halves_round_up_with_a_millionth_to_spare(seconds, factor, whole):
    assert rounded(seconds, factor) == whole
