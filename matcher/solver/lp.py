"""Rows, options and routes as a HiGHS model, for the master problem and for the integer step."""

import highspy
import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.columns import Columns, nodes_of
from matcher.solver.rows import Rows

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def heed(status: highspy.HighsStatus) -> None:
    """Stops where HiGHS refused what it was given."""
    if status == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS refused a change of the model")


def linked_options(inst: Instance) -> Ints:
    """The options that are variables: those of linked requests."""
    return np.flatnonzero(inst.linked[inst.option_request])


def new_model(inst: Instance, rows: Rows) -> highspy.Highs:
    """A silent model that maximises, with all rows and the linked options."""
    lp = highspy.Highs()
    lp.silent()
    lp.setOptionValue("threads", 1)
    lp.changeObjectiveSense(highspy.ObjSense.kMaximize)
    low, high = np.array(rows.low), np.array(rows.high)
    add_empty_rows(lp, low, high)
    options = linked_options(inst)
    number = np.full(len(inst.option_request), -1, dtype=np.int64)
    number[options] = np.arange(len(options))
    column = number[np.array(rows.option, dtype=np.int64)]
    row = np.array(rows.row, dtype=np.int64)
    _add(lp, rows, len(options), column, row, np.array(rows.coefficient), inst.option_gain[:, options])
    return lp


def add_empty_rows(lp: highspy.Highs, low: Floats, high: Floats) -> None:
    """Adds rows that no variable is in yet."""
    empty = np.zeros(len(low), dtype=np.int32)
    heed(lp.addRows(len(low), low, high, 0, empty, np.zeros(0, dtype=np.int32), np.zeros(0)))


def add_routes(lp: highspy.Highs, inst: Instance, rows: Rows, pool: Columns, take: Ints) -> None:
    """Adds routes of the pool as variables, in the order of `take`; their volunteers have rows."""
    column, nodes = nodes_of(pool, take)
    slots = inst.node_slot[nodes]
    columns, row = [np.arange(len(take)), column], [rows.person_row[pool.volunteer[take]], rows.upper_row[slots]]
    for more in (rows.lower_row[slots], rows.cut_row[nodes]):
        columns.append(column[more >= 0])
        row.append(more[more >= 0])
    entries = np.concatenate(row)
    _add(lp, rows, len(take), np.concatenate(columns), entries, np.ones(len(entries)), pool.value[:, take])


def _add(lp: highspy.Highs, rows: Rows, count: int, column: Ints, row: Ints, value: Floats, tiers: Floats) -> None:
    """Adds variables with their coefficients (COO) and their value in each tier [T, count]."""
    t, c = np.nonzero(tiers)
    column, row = np.concatenate([column, c]), np.concatenate([row, rows.tier_row + t])
    add_columns(lp, count, column, row, np.concatenate([value, tiers[t, c]]))


def add_columns(lp: highspy.Highs, count: int, column: Ints, row: Ints, value: Floats) -> None:
    """Adds variables of at least 0 with their coefficients (COO)."""
    if count == 0:
        return
    order = np.lexsort((row, column))
    starts = np.searchsorted(column[order], np.arange(count)).astype(np.int32)
    none, high = np.zeros(count), np.full(count, np.inf)
    heed(lp.addCols(count, none, none, high, len(row), starts, row[order].astype(np.int32), value[order]))


def set_objective(lp: highspy.Highs, gain: Floats) -> None:
    """Sets the objective coefficients of all variables."""
    lp.changeColsCost(len(gain), np.arange(len(gain), dtype=np.int32), gain)
