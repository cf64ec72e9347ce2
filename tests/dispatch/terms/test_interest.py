from typing import Any

import pytest

from matcher.batch import Category
from tests.dispatch.build import optimum, rivals

KINDS = [Category(id="haircut"), Category(id="repair")]


@pytest.mark.parametrize(
    ("likes", "asked", "away", "goes", "value"),
    [
        # 5 less 4 minutes of travel; less 6 it does not pay.
        (["haircut"], {"category": "haircut"}, 2, "far", 1),
        (["repair", "haircut"], {"category": "haircut"}, 2, "far", 1),
        (["haircut"], {"category": "haircut"}, 3, "near", 0),
        (["repair"], {"category": "haircut"}, 1, "near", 0),
        ([], {"category": "haircut"}, 1, "near", 0),
        (["haircut"], {}, 1, "near", 0),
    ],
)
def test_five_minutes_for_what_one_likes(
    likes: list[str], asked: dict[str, Any], away: int, goes: str, value: int
) -> None:
    b = rivals({}, {"interests": likes}, asked, away, categories=KINDS)
    assert optimum(b, f"r {goes} 9:00") == (0, 0, 1, 0, value)
