"""`matcher doctor`: is this machine fit to dispatch."""

import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from subprocess import Popen

import matcher
from matcher.cli import streams
from matcher.cli.failures import DONE, INTERNAL
from matcher.cli.language import say
from matcher.cli.options import Lang

LIBRARIES = (
    "ortools",
    "highspy",
    "numpy",
    "scipy",
    "numba",
    "networkx",
    "psutil",
    "pydantic",
    "python-calamine",
    "xlsxwriter",
    "typer",
    "rich",
)
SERVICE = (
    "fastapi",
    "uvicorn",
    "sqlalchemy",
    "alembic",
    "psycopg",
    "cryptography",
    "pydantic-settings",
    "structlog",
    "prometheus-client",
    "httpx",
    "jinja2",
)
"""Libraries of `matcher serve`, which not everybody needs."""
LEAST_MEMORY_GB = 1.0
SAMPLE = "派单"


def doctor(lang: Lang = None) -> int:
    """`matcher doctor`."""
    checks: list[tuple[str, Callable[[], tuple[bool, str]]]] = [
        ("Python", _python),
        (say("程序库", "libraries"), _libraries),
        (say("服务（可选）", "service (optional)"), _service),
        (say("求解器试算", "solver trial"), _solver),
        (say("文字编码", "encoding"), _encoding),
        (say("写入权限", "write permission"), _writing),
        (say("内存", "memory"), _memory),
    ]
    fit = True
    for name, run in checks:
        try:
            ok, found = run()
        except Exception as error:  # whatever is wrong with the machine is the answer
            ok, found = False, f"{type(error).__name__}: {error}"
        fit &= ok
        streams.result(f"[{say('正常', ' ok ') if ok else say('有误', 'FAIL')}] {name}: {found}")
    streams.result(
        say("本机可以使用。", "Fit for use.") if fit else say("请先处理上面标“有误”的项。", "See FAIL above.")
    )
    return DONE if fit else INTERNAL


def _python() -> tuple[bool, str]:
    return sys.version_info >= (3, 11), f"{platform.python_version()}, {platform.platform()}"


def _libraries() -> tuple[bool, str]:
    found, missing = _versions(LIBRARIES)
    lacking = say(f"；缺少 {'、'.join(missing)}", f"; missing: {', '.join(missing)}") if missing else ""
    return not missing, ", ".join([f"matcher {matcher.__version__}", *found]) + lacking


def _service() -> tuple[bool, str]:
    """Never a fault: who does not serve needs none of it."""
    found, missing = _versions(SERVICE)
    if missing:
        install = "pip install 'volunteer-matcher[service]'"
        return True, say(
            f"未安装（缺少 {'、'.join(missing)}）；需要 matcher serve 时：{install}",
            f"not installed (missing: {', '.join(missing)}); for matcher serve: {install}",
        )
    from matcher.service.store.engine import sqlite_library

    sqlite = sqlite_library()
    return True, ", ".join([*found, f"SQLite {sqlite.sqlite_version} ({sqlite.__name__.partition('.')[0]})"])


def _versions(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """The libraries that are there, with their versions, and those that are not."""
    found, missing = list[str](), list[str]()
    for name in names:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    return found, missing


def _solver() -> tuple[bool, str]:
    """Plans small batches, by which every kernel of the solver is compiled, if it is not yet: in two processes."""
    streams.tell(
        say(
            "首次运行需编译求解内核，约需一到三分钟，请稍候；以后只需几秒。",
            "The first run compiles the solver's kernels, which takes one to three minutes; later ones take seconds.",
        )
    )
    from matcher.cli import trials

    started = time.monotonic()
    with Popen([sys.executable, "-c", "from matcher.cli import trials; trials.by_order()"]) as beside:
        states = trials.by_routes()
    if beside.returncode:
        raise RuntimeError(say("按顺序编排的试算未完成", "the trial by order did not end well"))
    trials.by_order()
    seconds = time.monotonic() - started
    return set(states) == {"optimal"}, say(
        f"小例子的状态 {'、'.join(states)}，{seconds:.1f} 秒（含首次加载）",
        f"small examples {', '.join(states)} in {seconds:.1f} s, first loading included",
    )


def _encoding() -> tuple[bool, str]:
    encoding = sys.stdout.encoding or "ascii"
    try:
        SAMPLE.encode(encoding)
        return True, encoding
    except (UnicodeEncodeError, LookupError):
        return False, say(
            f"{encoding} 不能显示中文；请设置环境变量 PYTHONUTF8=1",
            f"{encoding} cannot show Chinese; set PYTHONUTF8=1",
        )


def _writing() -> tuple[bool, str]:
    folders = [Path.cwd(), Path(tempfile.gettempdir())]
    for folder in folders:
        with tempfile.TemporaryFile(dir=folder):
            pass
    return True, say("、", ", ").join(map(str, folders))


def _memory() -> tuple[bool, str]:
    total = total_memory() / 2**30
    return total >= LEAST_MEMORY_GB, f"{total:.1f} GB"


def total_memory() -> int:
    """Bytes of memory of this machine."""
    import psutil

    return int(psutil.virtual_memory().total)
