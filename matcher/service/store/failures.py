"""Which errors of a database mean that it cannot be used for now."""

from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from matcher.errors import MatcherError

SQLITE_CODES = {5: "locked", 6: "locked", 8: "gone", 10: "full", 13: "full", 14: "gone", 11: "gone", 26: "gone"}
"""Primary result codes: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN, CORRUPT, NOTADB."""
POSTGRESQL_CODES = {"53": "full", "40": "locked", "55": "locked", "08": "gone", "57": "gone", "58": "gone"}
"""Classes of SQLSTATE: resources, rollback by a conflict, locks, connection, intervention, system."""

WORDS = {
    "locked": ("数据库正被占用，请稍后重试", "the database is locked, try again in a moment"),
    "full": (
        "数据库无法写入（磁盘已满或读写出错），请腾出空间后重试",
        "the database cannot be written (disk full or failing), try again when there is space",
    ),
    "gone": (
        "无法连接或打开数据库，请检查数据库服务或文件",
        "the database cannot be reached or opened, check its server or file",
    ),
}


@dataclass(eq=False)
class Unavailable(MatcherError):  # noqa: N818 (a state of the database, not a fault)
    """The database cannot be used for now; code: `locked`, `full` or `gone`.

    Nothing was changed, unless the connection to PostgreSQL was lost while it confirmed the commit.
    """

    code: str


def unavailable(error: DBAPIError | PoolTimeoutError) -> Unavailable | None:
    """The error as one of a database that cannot be used; null: it is about what was asked of it."""
    if isinstance(error, PoolTimeoutError):
        return as_unavailable("locked")
    code = "gone" if error.connection_invalidated else code_of(error.orig)
    return None if code is None else as_unavailable(code)


def as_unavailable(code: str) -> Unavailable:
    """The error of that code in words."""
    zh, en = WORDS[code]
    return Unavailable(zh, en, code)


def code_of(error: BaseException | None) -> str | None:
    """The code of `Unavailable` that an error of a driver stands for; null: none."""
    number, state = getattr(error, "sqlite_errorcode", None), getattr(error, "sqlstate", None)
    if number is not None:
        return SQLITE_CODES.get(number & 255)
    if state is not None:
        return POSTGRESQL_CODES.get(state[:2])
    return "gone" if type(error).__name__ == "OperationalError" else None
