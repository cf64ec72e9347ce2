"""The report: which numbers stand in the tables, how plans compare, and that the pictures are whole."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from benchmarks.__main__ import app
from benchmarks.lines import Line, append, whole
from benchmarks.pictures import anytime, gap_at, peers, pictures, scaling
from benchmarks.report import (
    BEGIN,
    END,
    NoPlaceError,
    certified,
    compared,
    ours_of,
    section,
    size_class,
    table_of_best,
    table_of_ours,
    table_of_peers,
    written,
)
from benchmarks.svg import Axis, bars, decades, lines


def line(**fields: Any) -> Line:
    told = {
        "instance": "made/one",
        "family": "made",
        "solver": "matcher",
        "limit": 10.0,
        "seed": 0,
        "status": "optimal",
        "objective": 12.0,
        "known": 10.0,
        "distance": 0.2,
        "wrong": [],
        "violations": [],
        "values": [3.0, -20.0],
        "bounds": [3.0, -20.0],
        "gap": 0.0,
        "places": 40,
        "requests": 20,
        "seconds": 2.0,
        "anytime": [
            [0.1, [3.0, -30.0], [3.0, None]],
            [1.0, [3.0, -20.0], [3.0, -19.0]],
            [2.0, [3.0, -20.0], [3.0, -20.0]],
        ],
        "versions": {"python": "3.11.7"},
        "machine": {"cpu": "Some CPU", "cores": 2, "system": "Linux x86_64"},
        "date": "2026-11-27T10:00:00+00:00",
        "commit": "abc1234",
        "command": "python -m benchmarks run made --seconds 10 --seed 0",
    }
    return whole(told | fields)


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_means_and_mosts_by_size_class() -> None:
    found = [
        line(),
        line(instance="made/two", distance=0.1, seconds=4.0, status="feasible", gap=0.05),
        line(instance="made/three", distance=None, seconds=6.0, status="feasible", gap=None),
        line(instance="made/big", requests=26, status="crashed", distance=None, seconds=None, gap=None, values=None),
    ]
    _, _, small, big = table_of_ours(found)
    # Distances 20 and 10 %: mean 15. Seconds 2, 4, 6: mean 4. Gaps 0 and 5 %: mean 2.5, one of them proved.
    assert cells(small) == ["made", "11 to 25", "3", "15", "20", "0", "4", "1", "2.5 (2 of 3)", "5"]
    assert cells(big) == ["made", "26 to 50", "1 (1 crashed)", "-", "-", "-", "-", "0", "- (0 of 1)", "-"]


def test_what_cannot_be_is_proved_too() -> None:
    found = [
        line(),
        line(instance="made/two", status="infeasible", objective=None, distance=None, gap=None, values=None),
    ]
    assert cells(table_of_ours(found)[2])[7] == "1 + 1 infeasible"


def test_plans_below_the_best_known_are_listed() -> None:
    found = [
        line(instance="b", objective=9.0, distance=-0.1, gap=0.2, parts={"independent_freely": 2.0}),
        line(instance="a", objective=9.5, distance=-0.05, parts={}, objective_bound=9.5),
        line(instance="c", objective=9.0, distance=-0.1, wrong=["late"]),
        line(instance="d", objective=10.0 - 1e-7, distance=-1e-8),
        line(instance="e", objective=9.0, distance=-0.1, solver="other"),
    ]
    _, _, a, b = table_of_best(ours_of(found))
    assert cells(a) == ["a", "9.5", "10", "-5.00", "10", "yes", "-"]
    assert cells(b) == ["b", "9", "10", "-10.00", "10", "-", "2"]
    assert section(found).count("Below the best known objective:") == 1
    assert "Below" not in section([line()])


@pytest.mark.parametrize(("requests", "size"), [(None, 0), (10, 0), (11, 1), (25, 1), (26, 2), (1000, 7), (1001, 8)])
def test_size_classes(requests: int | None, size: int) -> None:
    assert size_class(line(requests=requests)) == size


def test_the_gap_is_that_of_the_objective_where_its_bound_is_known() -> None:
    assert certified(line(objective=12.0, objective_bound=9.0, gap=0.7)) == 0.25  # 3 of 12
    assert certified(line(objective=12.0, objective_bound=None, gap=0.7)) == 0.7
    assert certified(line(objective=None, objective_bound=None, gap=None)) is None


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        ({"objective": 9.0}, {"objective": 10.0}, 1),  # lower is better
        ({"objective": 10.0 + 1e-6}, {"objective": 10.0}, 0),
        ({"objective": 9.0, "wrong": ["late"]}, {"objective": 10.0}, -1),
        ({"objective": 9.0, "violations": ["late"]}, {"objective": 10.0, "wrong": ["late"]}, 0),
        ({"objective": None, "values": [3.0, -21.0]}, {"objective": 1.0, "values": [3.0, -20.0]}, -1),
        ({"objective": None, "values": [4.0, -99.0]}, {"objective": None, "values": [3.0, -20.0]}, 1),
        ({"values": None}, {}, -1),
    ],
)
def test_which_plan_is_better(one: dict[str, Any], other: dict[str, Any], sign: int) -> None:
    assert compared(line(**one), line(**other)) == sign
    assert compared(line(**other), line(**one)) == -sign


def test_peers_are_held_against_ours() -> None:
    found = [
        *(line(instance=name) for name in ("a", "b", "c", "d")),
        line(instance="a", solver="other", objective=11.0, distance=0.1),
        line(instance="b", solver="other", objective=13.0, distance=0.3),
        line(instance="c", solver="other", objective=1.0, distance=-0.9, violations=["late"]),
        line(instance="d", solver="other", status="cannot", objective=None, values=None, seconds=None, distance=None),
    ]
    _, _, ours, other = table_of_peers(found)
    assert cells(ours) == ["made", "matcher", "4", "0", "4", "0", "20", "2", "-"]
    # Valid: a and b, 10 and 30 % off; one better and one worse than ours. Three plans in 2 s each.
    assert cells(other) == ["made", "other", "4", "1", "3", "1", "20", "2", "1, 0, 1"]


def test_a_section_has_a_table_for_each_command_and_machine() -> None:
    found = [
        line(),
        line(instance="b", date="2026-11-28T00:00:00+00:00", commit="def"),
        line(command="another", seed=1),
    ]
    text = section(found)
    assert text.count("| family |") == 2
    assert "2 cores of Some CPU, Linux x86_64, Python 3.11.7. Commit abc1234, def, 2026-11-27, 2026-11-28." in text
    text = section([line(), line(solver="other", command=f"{line()['command']} --peers", commit=None)])
    assert [text.count(words) for words in ("| family |", "seed 0`:", "seed 0 --peers`:")] == [2, 1, 1]
    assert "Commit abc1234, unknown, " in text


def test_the_section_takes_the_place_of_the_one_before() -> None:
    document = f"before\n\n{BEGIN}\n\nold\n\n{END}\n\nafter\n"
    assert written(document, "new\n") == f"before\n\n{BEGIN}\n\nnew\n\n{END}\n\nafter\n"
    assert written(written(document, "new"), "new") == written(document, "new")
    for broken in ("no marks", BEGIN, f"{END} {BEGIN}"):
        with pytest.raises(NoPlaceError):
            written(broken, "new")


def test_the_command_writes_document_and_pictures(tmp_path: Path) -> None:
    path, document = tmp_path / "r.jsonl", tmp_path / "page.md"
    append(path, line())
    document.write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    arguments = ["report", str(path), "--out", str(document), "--pictures", str(tmp_path / "drawn")]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    text = document.read_text(encoding="utf-8")
    assert "| made | 11 to 25 | 1 |" in text
    assert "![anytime](drawn/anytime.svg)" in text
    assert sorted(drawn.name for drawn in (tmp_path / "drawn").iterdir()) == ["anytime.svg", "scaling.svg"]
    document.write_text("no marks", encoding="utf-8")
    assert CliRunner().invoke(app, arguments).exit_code == 2


@pytest.mark.parametrize(
    ("seconds", "gap"),
    [(0.05, 1.0), (0.5, 1.0), (1.5, 0.05), (3.0, 0.0)],  # no plan; no bound of tier 2; 1 of 20; proved
)
def test_the_gap_of_a_moment(seconds: float, gap: float) -> None:
    assert gap_at(line(), seconds) == pytest.approx(gap)


def elements(svg: str | None, tag: str) -> list[ElementTree.Element]:
    assert svg is not None
    return list(ElementTree.fromstring(svg).iter(f"{{http://www.w3.org/2000/svg}}{tag}"))


def test_pictures_show_every_family_and_instance() -> None:
    found = [line(), line(instance="b", family="<other>", status="feasible", places=100)]
    assert len(elements(anytime(found), "polyline")) == 2
    full, hollow = elements(scaling(found), "circle")
    assert (full.get("fill"), hollow.get("fill")) == (full.get("stroke"), "white")
    assert any(text.text == "<other>" for text in elements(scaling(found), "text"))


def test_the_picture_of_peers_counts_the_best_of_all() -> None:
    found = [
        line(),
        line(solver="other"),
        line(instance="b"),
        line(instance="b", solver="other", objective=13.0),
        line(instance="c"),  # no line of the other: left out
    ]
    words = [text.text for text in elements(peers(found), "text")]
    assert words == [
        "Plans as good as the best of all solvers, 2 instances",
        *("matcher", "100 %", "other", "50 %"),
    ]


def test_without_results_there_is_no_picture() -> None:
    assert pictures([]) == {}
    assert section([]) == ""


def test_axes() -> None:
    assert Axis("", 0, 100).ticks() == [0, 20, 40, 60, 80, 100]
    log = decades([0.05, 20.0], "s")
    assert (log.low, log.high, log.ticks()) == (0.01, 100.0, [0.01, 0.1, 1.0, 10.0, 100.0])
    assert [log.share(value) for value in (0.001, 0.01, 1.0, 100.0, 1000.0)] == pytest.approx([0, 0, 0.5, 1, 1])


def test_points_stand_where_they_should() -> None:
    (drawn,) = elements(lines("t", Axis("x", 0, 10), Axis("y", 0, 10), {"a": [(0, 0), (10, 10)]}), "polyline")
    assert drawn.get("points") == "80.0,360.0 590.0,44.0"  # margins 80, 170, 44 and 60 of 760 x 420
    assert [bar.get("width") for bar in elements(bars("t", "", {"a": 2.0, "b": 1.0}), "rect")[1:]] == ["340.0", "170.0"]
