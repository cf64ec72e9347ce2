"""Free room on a map, so that what is drawn there stands beside each other."""

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

STEP = 2
"""Between the points of the grid on which room is looked for."""
CROWDED = 1e6
"""What a unit of room that is lacking weighs beside the square of the way: where nothing is free, least is hidden."""


class Room:
    """How far each point of a grid is from all that stands on the map so far."""

    def __init__(self, width: float, height: float, edge: float) -> None:
        self._x, self._y = (np.arange(edge, size - edge, STEP, dtype=float) for size in (width, height))
        self._free = np.full((len(self._y), len(self._x)), np.inf)

    def take(self, box: Box, reach: float = 0) -> None:
        """Nothing else stands in the box and as far as `reach` around."""
        np.minimum(self._free, np.sqrt(self._squares(box)) - reach, out=self._free)

    def nearest(self, x: float, y: float, reach: float) -> Point:
        """The point nearest to a place that is free as far as `reach` around, which is taken then."""
        cost = self._squares((x, y, x, y)) + CROWDED * np.maximum(0, reach - self._free)
        row, column = divmod(int(np.argmin(cost)), len(self._x))
        x, y = float(self._x[column]), float(self._y[row])
        self.take((x, y, x, y), reach)
        return x, y

    def _squares(self, box: Box) -> NDArray[np.float64]:
        """Of each point's distance to a box."""
        left, top, right, bottom = box
        across: NDArray[np.float64] = np.maximum(0, np.maximum(left - self._x, self._x - right))
        down: NDArray[np.float64] = np.maximum(0, np.maximum(top - self._y, self._y - bottom))
        return np.add.outer(down**2, across**2)
