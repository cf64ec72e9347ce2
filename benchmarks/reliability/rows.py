"""The rows of the table."""

from functools import partial

from benchmarks.reliability.duplicates import duplicates
from benchmarks.reliability.faults import full_disk, locked_database
from benchmarks.reliability.formula import formulas
from benchmarks.reliability.fuzz import fuzz
from benchmarks.reliability.hostile import hostile
from benchmarks.reliability.load import most_posts, polls, posts
from benchmarks.reliability.privacy import answers, phones
from benchmarks.reliability.row import Row
from benchmarks.reliability.solves import kills_in_solves
from benchmarks.reliability.writes import kills_in_writes

ROWS = (
    Row("kill -9 in a write", kills_in_writes),
    Row("kill -9 in a solve", kills_in_solves),
    Row("duplicate posts", duplicates),
    Row("kill -9 in a write, PostgreSQL", partial(kills_in_writes, short=10), postgresql=True),
    Row("kill -9 in a solve, PostgreSQL", kills_in_solves, postgresql=True, short=False),
    Row("duplicate posts, PostgreSQL", duplicates, postgresql=True),
    Row("disk full", full_disk),
    Row("database locked", locked_database),
    Row("API fuzz", fuzz),
    Row("hostile workbooks", hostile),
    Row("formula injection", formulas),
    Row("answers and backup", answers),
    Row("load", posts, alone=True, fails=False),
    Row("highest load", most_posts, alone=True, fails=False, short=False),
    Row("polls during solves", polls, alone=True, fails=False, short=False),
    Row("personal data", phones, alone=True),
)
"""The last one tells what was found in what all others have left behind."""
