"""Seconds between places: each kind of travel, rounding, detours, and what must hold for all of them."""

import json
import math
import random
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import paths, travel
from matcher.batch import Batch, CellPlace, NodePlace
from matcher.checker.distances import base_seconds, rounded
from matcher.errors import InputError
from matcher.places import Places, resolve
from matcher.travel import UNREACHABLE, Travel, build

Json = dict[str, Any]
MANHATTAN: Json = {"kind": "grid", "cell_metres": 500, "metric": "manhattan", "speed_kmh": 20}
STEPS: Json = {"kind": "grid", "cell_metres": 1, "metric": "manhattan", "speed_kmh": 3.6}
GEOGRAPHIC: Json = {"kind": "geographic", "speed_kmh": 30, "detour": 1.3}


def batch(way: Json, homes: list[Json], **policy: float) -> Batch:
    hours = {"start": "2026-07-21T08:00:00+08:00", "end": "2026-07-21T12:00:00+08:00"}
    volunteers = [{"id": f"v{i}", "place": home, "shifts": [hours]} for i, home in enumerate(homes)]
    whole = {"schema": "matcher.batch/1", "id": "b", "horizon": hours, "travel": way, "policy": policy}
    return Batch.model_validate_json(json.dumps({**whole, "volunteers": volunteers}))


def built(way: Json, homes: list[Json], **policy: float) -> tuple[Travel, Places]:
    made = batch(way, homes, **policy)
    places = resolve(made)
    return build(made, places), places


def table(way: Json, homes: list[Json]) -> list[list[float]]:
    """Unrounded seconds between the homes, in their order."""
    ways, places = built(way, homes)
    rows: list[list[float]] = ways.table(places.home).tolist()
    return rows


def cells(*pairs: tuple[int, int]) -> list[Json]:
    return [{"cell": list(pair)} for pair in pairs]


def nodes(names: str) -> list[Json]:
    return [{"node": name} for name in names]


def drawn(*rows: str) -> list[list[float]]:
    """Steps between the letters of a map, in their order; `#` is blocked, a capital letter a blocked place."""
    found = {sign: (r, c) for r, row in enumerate(rows) for c, sign in enumerate(row) if sign not in "#."}
    walls = [[r, c] for r, row in enumerate(rows) for c, sign in enumerate(row) if sign == "#" or sign.isupper()]
    return table({**STEPS, "blocked": walls}, cells(*(found[sign] for sign in sorted(found, key=str.lower))))


INF = math.inf


def test_the_legs_of_the_worked_example() -> None:
    """shared example: (12,22) to (12,21) is 500 m at 20 km/h; (9,3) to (12,21) is 21 cells, 31.5 minutes."""
    ways, places = built(MANHATTAN, cells((12, 22), (9, 3), (12, 21)))
    v1, v2, visit = places.home
    assert ways.seconds([v1, v2, visit], [visit, visit, v1], 1).tolist() == [90, 1890, 90]
    assert ways.seconds(v2, visit, 2).tolist() == 3780


def test_euclidean_cells() -> None:
    assert table({**STEPS, "metric": "euclidean"}, cells((0, 0), (3, 4), (-1, 1)))[0] == [0, 5, math.sqrt(2)]


@pytest.mark.parametrize(
    ("seconds", "factor", "whole"),
    [
        (0, 1, 0),
        (0.499998, 1, 0),
        (0.4999995, 1, 1),  # within a millionth of the half
        (0.5, 1, 1),
        (1.499998, 1, 1),
        (1.5, 1, 2),
        (2.5, 1, 3),
        (0.25, 2, 1),
        (0.249998, 2, 0),
        (3, 0.5, 2),
        (0.1 * 3, 5, 2),
        (1e9, 100, 10**11),
    ],
)
def test_halves_are_rounded_up(seconds: float, factor: float, whole: int) -> None:
    ways, places = built({"kind": "matrix", "nodes": ["a"], "seconds": [[seconds]]}, nodes("a"))
    assert ways.seconds(places.home, places.home, factor).tolist() == [whole]


def test_every_leg_takes_the_least_minutes() -> None:
    """1.125 minutes are 67.5 s, so 68; one cell takes 90 s."""
    ways, places = built(MANHATTAN, cells((0, 0), (0, 1)), min_travel_minutes=1.125)
    near, far = places.home
    assert ways.seconds([near, near, near], [near, far, far], [1, 1, 0.5]).tolist() == [68, 90, 68]
    blocked, places = built({**STEPS, "blocked": [[0, 0]]}, cells((0, 0), (0, 1)), min_travel_minutes=5)
    assert blocked.seconds(places.home[0], places.home, 1).tolist() == [UNREACHABLE, UNREACHABLE]


def test_indices_and_factors_broadcast() -> None:
    for way in (MANHATTAN, {**MANHATTAN, "blocked": [[5, 5]]}):
        ways, places = built(way, cells((0, 0), (0, 1), (0, 3)))
        assert ways.seconds(places.home[:, None], places.home[None, :1], [[1], [2], [1]]).tolist() == [
            [0],
            [180],
            [270],
        ]
        assert ways.seconds(places.home, places.home[0], 1).tolist() == [0, 90, 270]
        assert ways.base([], []).tolist() == []
        assert ways.base(places.home[0], places.home[2]).tolist() == 270


def test_around_a_wall() -> None:
    assert drawn("a#b")[0] == [0, 4]
    assert drawn("a.b", ".#.", "c#.")[2] == [2, 4, 0]
    assert drawn("a.", "#.", "b.")[0] == [0, 4]


def test_out_of_a_trap() -> None:
    assert drawn(
        "#####",
        "#a..#",
        "#.#.#",
        "#.#b#",
        "#.###",
        "c....",
    ) == [[0, 4, 5], [4, 0, 9], [5, 9, 0]]  # fmt: skip


def test_the_border_of_the_box_is_free() -> None:
    """The way round leads over the cells that widen the box: up, five to the right, down."""
    assert drawn("a####b")[0][1] == 7


def test_unreachable_cells() -> None:
    walled = drawn(
        ".###.",
        ".#a##",
        ".#.#b",
        ".###.",
    )
    assert walled == [[0, INF], [INF, 0]]
    assert drawn("a.B.c") == [[0, INF, 6], [INF, INF, INF], [6, INF, 0]]


def test_a_walled_in_cell_is_cut_off_from_itself_and_a_pocket_of_two_is_not() -> None:
    alone = drawn(
        ".#..",
        "#a#b",
        ".#..",
    )
    assert alone == [[INF, INF], [INF, 0]]
    pocket = drawn(
        ".##..",
        "#ac#b",
        ".##..",
    )
    assert pocket == [[0, INF, 1], [INF, 0, INF], [1, INF, 0]]


@pytest.mark.parametrize("seed", range(25))
def test_random_maps_against_networkx(seed: int) -> None:
    chance = random.Random(seed)
    height, width = chance.randint(1, 9), chance.randint(1, 9)
    every = [(r, c) for r in range(height) for c in range(width)]
    walls = chance.sample(every, chance.randint(1, max(1, len(every) // 2)))
    homes = chance.choices(every, k=6)
    free = nx.grid_2d_graph(range(-1, height + 1), range(-1, width + 1))
    free.remove_nodes_from(walls)
    free.remove_nodes_from(list(nx.isolates(free)))
    expected = [
        [
            nx.shortest_path_length(free, a, b) if a in free and b in free and nx.has_path(free, a, b) else INF
            for b in homes
        ]
        for a in homes
    ]
    assert table({**STEPS, "blocked": walls}, cells(*homes)) == expected


def test_a_grid_too_large_to_search_is_refused() -> None:
    with pytest.raises(InputError) as error:
        built({**STEPS, "blocked": [[0, 0]]}, cells((0, 0), (4000, 4190)))
    assert [(p.code, p.where, p.value) for p in error.value.problems] == [
        ("grid_too_large", "/travel/blocked", "4003 × 4193")
    ]


def plain_seconds(a: Json, b: Json, way: Json, factor: float) -> int:
    """The formula of docs/problem.md, word for word."""
    lat_a, lat_b = math.radians(a["lat"]), math.radians(b["lat"])
    across = math.radians(b["lon"]) - math.radians(a["lon"])
    h = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(across / 2) ** 2
    metres = 2 * 6371008.8 * math.asin(math.sqrt(min(1.0, h)))
    seconds: float = metres * way["detour"] * 3.6 / way["speed_kmh"]
    return math.floor(seconds * factor + 0.5 + 1e-6)


@pytest.mark.parametrize("spread", [180.0, 0.3])
def test_geographic_agrees_with_plain_python(spread: float) -> None:
    chance = random.Random(7)
    lat = [chance.uniform(-spread / 2, spread / 2) for _ in range(400)]
    points = [{"lat": y, "lon": chance.uniform(-spread, spread)} for y in lat]
    ways, places = built(GEOGRAPHIC, points)
    pairs = [(chance.randrange(400), chance.randrange(400), chance.choice([1, 2, 0.7])) for _ in range(10_000)]
    a, b, factor = (np.array(part) for part in zip(*pairs, strict=True))
    expected = [plain_seconds(points[i], points[j], GEOGRAPHIC, f) for i, j, f in pairs]
    assert ways.seconds(places.home[a], places.home[b], factor).tolist() == expected


def test_special_points_of_the_earth() -> None:
    """Half way round the earth is π × 6,371,008.8 m, a quarter half of that; at 3.6 km/h a metre is a second."""
    half = math.pi * 6371008.8
    spots = [(90, 0), (-90, 0), (0, 0), (0, 180), (0, -180), (8, 0), (-8, -180), (0, 90)]
    found = table({**GEOGRAPHIC, "speed_kmh": 3.6, "detour": 1}, [{"lat": y, "lon": x} for y, x in spots])
    assert [found[i][i] for i in range(8)] == [0] * 8
    for i, j, metres in [
        (0, 1, half),
        (2, 3, half),
        (2, 4, half),
        (3, 4, 0),
        (5, 6, half),
        (0, 7, half / 2),
        (2, 7, half / 2),
    ]:
        assert found[i][j] == pytest.approx(metres, abs=1e-3)


def test_a_matrix_may_be_asymmetric_and_its_diagonal_counts() -> None:
    way = {"kind": "matrix", "nodes": ["b", "a", "x"], "seconds": [[7, 1, 9], [2, 0, 9], [9, 9, 9]]}
    assert table(way, nodes("ab")) == [[0, 2], [1, 7]]


def roads(*edges: str) -> Json:
    """`ab5`: from a to b in 5 s, both ways; `a>b5` one way."""
    parts = [(edge.replace(">", ""), ">" in edge) for edge in edges]
    return {
        "kind": "network",
        "edges": [{"from": e[0], "to": e[1], "seconds": float(e[2:]), "one_way": one} for e, one in parts],
    }


def test_one_way_streets_and_the_faster_of_parallel_roads() -> None:
    way = roads("a>b3", "a>b1", "bc2", "c>a10", "cb4", "b>a20")
    assert table(way, nodes("abc")) == [[0, 1, 3], [12, 0, 2], [10, 2, 0]]


def test_roads_that_take_no_time() -> None:
    assert table(roads("ab0", "bc0", "a>c5"), nodes("abc")) == [[0, 0, 0]] * 3


def test_cut_off_nodes() -> None:
    assert table(roads("a>b1", "cd1"), nodes("abcz")) == [
        *([0, 1, INF, INF], [INF, 0, INF, INF], [INF, INF, 0, INF], [INF, INF, INF, INF])
    ]
    assert table(roads(), nodes("ab")) == [[INF, INF], [INF, INF]]


def ring_and_chords(seed: int) -> tuple[Json, list[Json]]:
    chance = random.Random(seed)
    ends = [(chance.randrange(40), chance.randrange(40)) for _ in range(70)]
    edges = [
        {"from": str(a), "to": str(b), "seconds": chance.choice([0, 0.1, 2.5, 7]), "one_way": chance.random() < 0.5}
        for a, b in ends
    ]
    return {"kind": "network", "edges": edges}, [{"node": str(i)} for i in range(45)]


@pytest.mark.parametrize("seed", range(10))
def test_random_networks_against_networkx(seed: int) -> None:
    way, homes = ring_and_chords(seed)
    graph = nx.MultiDiGraph()
    for edge in way["edges"]:
        graph.add_edge(edge["from"], edge["to"], weight=edge["seconds"])
        if not edge["one_way"]:
            graph.add_edge(edge["to"], edge["from"], weight=edge["seconds"])
    reached = dict(nx.all_pairs_dijkstra_path_length(graph))
    expected = [[reached.get(a["node"], {}).get(b["node"], INF) for b in homes] for a in homes]
    np.testing.assert_allclose(table(way, homes), expected, rtol=1e-12)


@pytest.mark.parametrize("kept", [1, 5 * 45 * 8])
@pytest.mark.parametrize("blocked", [True, False])
def test_little_memory_changes_nothing(monkeypatch: pytest.MonkeyPatch, kept: int, blocked: bool) -> None:
    """Rows are dropped and searched again, from either side; blocks of one line and of several."""
    way, homes = ring_and_chords(3)
    if blocked:
        way, homes = {**STEPS, "blocked": [[1, c] for c in range(1, 8)]}, cells(*((i // 9, i % 9) for i in range(45)))
    expected = np.array(table(way, homes))
    monkeypatch.setattr(paths, "KEPT_BYTES", kept)
    monkeypatch.setattr(paths, "SEARCHED", 80)
    monkeypatch.setattr(travel, "BLOCK", 100)
    ways, places = built(way, homes)
    at = places.home
    assert np.array_equal(ways.table(at), expected)
    for seed in range(20):
        few = random.Random(seed).choices(range(45), k=4)
        assert np.array_equal(ways.base(at[few, None], at[None, :]), expected[few])
        np.testing.assert_allclose(ways.base(at[:, None], at[None, few]), expected[:, few], rtol=1e-12)
    assert np.array_equal(ways.table(at), expected)


def kinds(chance: random.Random) -> list[tuple[Json, list[Json]]]:
    """One random instance of every kind of travel, 45 homes each."""
    spots = [(chance.randrange(12), chance.randrange(12)) for _ in range(45)]
    walls = [[chance.randrange(12), chance.randrange(12)] for _ in range(30)]
    points = [{"lat": 24 + chance.random(), "lon": 115 + chance.random()} for _ in range(45)]
    seconds = [[chance.choice([1.5, 20, 300]) for _ in range(45)] for _ in range(45)]
    matrix = {"kind": "matrix", "nodes": [str(i) for i in range(45)], "seconds": seconds}
    network = ring_and_chords(chance.randrange(1000))
    return [
        (MANHATTAN, cells(*spots)),
        ({**MANHATTAN, "metric": "euclidean"}, cells(*spots)),
        ({**MANHATTAN, "blocked": walls}, cells(*spots)),
        (GEOGRAPHIC, points),
        network,
        (matrix, network[1]),
    ]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_symmetry_and_triangles(seed: int) -> None:
    for way, homes in kinds(random.Random(seed))[:-1]:
        found = np.array(table(way, homes))
        if way["kind"] != "network":
            assert np.array_equal(found, found.T)
        through = (found[:, :, None] + found[None, :, :]).min(axis=1)
        assert (found <= through * (1 + 1e-9)).all()
        assert set(np.diag(found)) <= {0, INF}


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_the_order_of_the_batch_changes_no_way(seed: int) -> None:
    chance = random.Random(seed)
    for way, homes in kinds(chance):
        order = list(range(len(homes)))
        chance.shuffle(order)
        mixed = dict(way)
        for part in ("blocked", "edges"):
            if part in way:
                mixed[part] = chance.sample(way[part], len(way[part]))
        expected = np.array(table(way, homes))[np.ix_(order, order)]
        np.testing.assert_allclose(table(mixed, [homes[i] for i in order]), expected, rtol=1e-12)


def cramped(chance: random.Random) -> tuple[Json, list[Json]]:
    """A small grid with about half of its cells blocked: walled-in cells, pockets, ways around."""
    height, width = chance.randint(1, 6), chance.randint(1, 6)
    every = [(r, c) for r in range(height) for c in range(width)]
    walls = chance.sample(every, chance.randint(1, (len(every) * 2 + 2) // 3))
    return {**MANHATTAN, "blocked": walls}, cells(*every)


def sparse(chance: random.Random) -> tuple[Json, list[Json]]:
    """A few roads among eight nodes: nodes on no road, dead ends of one-way streets, islands."""
    ends = [chance.sample("abcdefgh", 2) for _ in range(chance.randint(0, 6))]
    return roads(*(chance.choice(["", ">"]).join(pair) + str(chance.choice([0, 60])) for pair in ends)), nodes(
        "abcdefgh"
    )


@pytest.mark.parametrize("seed", range(60))
def test_the_checker_cuts_off_the_same_places(seed: int) -> None:
    chance = random.Random(seed)
    for way, homes in (cramped(chance), sparse(chance)):
        assert_checker_agrees(way, homes)


@pytest.mark.parametrize("seed", range(5))
def test_the_checker_measures_the_same(seed: int) -> None:
    """The checker's distances are written apart from these; both must give the same second for every leg."""
    for way, homes in kinds(random.Random(seed)):
        assert_checker_agrees(way, homes)


def assert_checker_agrees(way: Json, homes: list[Json]) -> None:
    made = batch(way, homes)
    places = resolve(made)
    found = build(made, places).seconds(places.home[:, None], places.home[None, :], 1.1)
    alone = base_seconds(made.travel)
    for i, row in enumerate(found.tolist()):
        for j, seconds in enumerate(row):
            checked = alone(places.unique[places.home[i]], places.unique[places.home[j]])
            assert seconds == (UNREACHABLE if checked is None else rounded(checked, 1.1))


def test_equal_places_are_one() -> None:
    _, places = built(MANHATTAN, cells(*[(1, 1)] * 45))
    assert places.unique == (CellPlace(cell=(1, 1)),)
    assert built(roads("ab1"), nodes("aab"))[1].unique == (NodePlace(node="a"), NodePlace(node="b"))
