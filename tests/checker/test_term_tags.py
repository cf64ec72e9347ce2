import pytest

from tests.checker.build import batch, request, role, term, visit, volunteer


@pytest.mark.parametrize(
    ("wanted", "held", "tags"),
    [
        (["方言", "女", "会开车"], ["女", "方言"], 2),
        (["女", "女"], ["女", "女"], 1),
        ([], ["女"], 0),
        (["女"], [], 0),
    ],
)
def test_each_preferred_tag_held_counts_once(wanted, held, tags):
    assert term("tags", batch([volunteer(tags=held)], [request(tags_preferred=wanted)]), visit()) == tags


def test_per_visit():
    b = batch(
        [volunteer("v", tags=["女"]), volunteer("w", tags=["女"])],
        [request(tags_preferred=["女"], roles=(role(count=2),))],
    )
    assert term("tags", b, visit(), visit(volunteer="w")) == 2
