"""What only a process of its own shows: start-up, streams, encodings, Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from matcher import check, load_plan, read_batch, to_json
from tests.cli.conftest import BATCH, environment, process

COMMANDS = (
    "day", "template", "import", "dispatch", "check", "export", "explain", "recommend", "standby", "fairness",
    "redispatch", "compare", "schema", "demo", "serve", "doctor", "keys create", "purge", "backup", "restore",
)  # fmt: skip

HEAVY = [
    "ortools", "highspy", "numba", "numpy", "scipy", "pandas", "networkx", "xlsxwriter",
    "fastapi", "uvicorn", "sqlalchemy", "httpx", "cryptography", "matcher.base",
]  # fmt: skip
"""`matcher.base` stands for all data models."""

HELP = """
import sys
from matcher.cli import main
for command in sys.argv[2:]:
    print("##", command)
    main([*command.split(), "--help", "--lang", sys.argv[1]])
print("##", *sys.modules)
"""

SLOW = """
import sys, time
import matcher.dispatching as dispatching
from matcher.cli import main
from matcher.dispatching import dispatch

def slow(batch, cancel, **limits):
    print("solving", file=sys.stderr, flush=True)
    cancel.wait(300)
    return dispatch(batch, cancel=cancel, **limits)

def deaf(batch, **limits):
    print("solving", file=sys.stderr, flush=True)
    time.sleep(300)

dispatching.dispatch = slow if sys.argv[1] == "slow" else deaf
sys.exit(main(sys.argv[2:]))
"""


LOUD = """
import os, sys
import matcher.dispatching as dispatching
from matcher.cli import main
from matcher.dispatching import dispatch

def loud(batch, **limits):
    os.write(1, b"WARNING: a native library\\n")
    return dispatch(batch, **limits)

dispatching.dispatch = loud
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(("lang", "usage", "examples"), [("zh", "用法：", "例子："), ("en", "Usage: ", "Examples:")])
def test_help_of_each_command_in_both_languages_loads_nothing_heavy(lang: str, usage: str, examples: str) -> None:
    ran = process(lang, "", *COMMANDS, program=HELP)
    assert (ran.returncode, ran.stderr) == (0, b"")
    *parts, modules = ran.stdout.decode().split("## ")[1:]
    assert not set(HEAVY) & set(modules.split())
    assert [part.split("\n", 1)[0] for part in parts] == ["", *COMMANDS]
    for part in parts:
        name = part.split("\n", 1)[0]
        assert part.split("\n")[1].startswith(f"{usage}matcher {name}".rstrip())
        assert f"{examples}\n  matcher {name}".rstrip() in part
        assert "--lang" in part


def test_without_a_command_there_is_help() -> None:
    ran = process(env={"LC_ALL": "zh_CN.UTF-8"})
    assert ran.returncode == 0
    assert ran.stdout.decode().startswith("用法：matcher")


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"LC_ALL": "zh_CN.UTF-8"}, "没有命令"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh_CN"}, "没有命令"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN"}, "No such command"),
        ({"LC_ALL": "zh_CN.UTF-8", "MATCHER_LANG": "en"}, "No such command"),
    ],
)
def test_language_comes_from_the_locale(env: dict[str, str], words: str) -> None:
    assert words in process("nothing", env={"PYTHONUTF8": "1"} | env).stderr.decode()


def test_pipes(day: Path) -> None:
    batch = (day / "batch.json").read_bytes()
    solved = process("dispatch", "-", "-o", "-", stdin=batch)
    assert (solved.returncode, solved.stderr) == (0, b"")
    assert solved.stdout == (day / "plan.json").read_bytes()
    checked = process("check", day / "batch.json", "-", "--json", stdin=solved.stdout)
    assert json.loads(checked.stdout)["valid"] is True


def test_cp936_pipe(day: Path) -> None:
    titled = BATCH.model_copy(
        update={"requests": tuple(request.model_copy(update={"title": "义诊 😀"}) for request in BATCH.requests)}
    )
    Path("batch.json").write_text(to_json(titled), encoding="utf-8")
    chinese = {"LC_ALL": "zh_CN.GBK", "PYTHONIOENCODING": "gbk"}
    ran = process("dispatch", "batch.json", "-o", "plan.json", env=chinese)
    assert ran.returncode == 0
    assert "派出志愿者" in ran.stdout.decode("gbk")
    assert "义诊 ?" in ran.stdout.decode("gbk")
    assert ran.stderr.decode("gbk") == f"已写入 plan.json{os.linesep}"
    assert b"\x1b" not in ran.stdout
    refused = process("check", "batch.json", "none.json", "--json", env=chinese)
    assert "找不到这个文件" in refused.stderr.decode("gbk")
    assert json.loads(refused.stdout.decode("utf-8"))["error"]["problems"][0]["zh"] == "找不到这个文件"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pty")
def test_progress_is_shown_on_a_terminal_only(day: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "matcher", "dispatch", str(day / "batch.json"), "-o", "p", "--lang", "zh"]
    env = environment(TERM="xterm", NO_COLOR="1", COLUMNS="100")
    with subprocess.Popen(command, stderr=theirs, stdout=subprocess.DEVNULL, env=env) as started:
        os.close(theirs)
        shown = b""
        while True:
            try:
                more = os.read(ours, 4096)
            except OSError:
                break
            if not more:
                break
            shown += more
    os.close(ours)
    assert started.returncode == 0
    assert "整理数据" in shown.decode()
    assert "按 Ctrl-C 提前结束" in shown.decode()
    assert b"\x1b[3" not in shown


def interrupted(kind: str, times: int, *args: str | Path) -> tuple[int, str]:
    """Exit code and standard error of a command that gets Ctrl-C so many times while it solves."""
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, kind, *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        encoding="utf-8",
    ) as started:
        assert started.stderr
        assert started.stderr.readline() == "solving\n"
        heard = ""
        for number in range(times):
            started.send_signal(signal.SIGINT)
            if number == 0:
                heard = started.stderr.readline()
        heard += started.communicate(timeout=300)[1]
    return started.returncode, heard


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT cannot be sent to one process")
def test_ctrl_c_once_keeps_the_best_plan(day: Path) -> None:
    code, heard = interrupted("slow", 1, "dispatch", day / "batch.json", "-o", "plan.json")
    assert code == 130
    assert heard == (
        "Stopping, the best plan so far is kept; Ctrl-C once more leaves at once and keeps nothing.\n"
        "Written: plan.json\n"
    )
    plan = load_plan("plan.json")
    assert plan.stop in ("cancelled", "proved")
    assert check(read_batch((day / "batch.json").read_bytes()), plan).valid


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT cannot be sent to one process")
def test_ctrl_c_twice_leaves_at_once(day: Path) -> None:
    code, heard = interrupted("deaf", 2, "dispatch", day / "batch.json", "-o", "plan.json")
    assert code == 130
    assert heard.endswith("Interrupted; no result was kept.\n")
    assert list(Path().iterdir()) == []


def test_reader_of_a_pipe_that_has_enough() -> None:
    program = "from matcher.cli import main; import os, sys; os.close(1); sys.exit(main(['schema']))"
    ran = process(program=program)
    assert b"Traceback" not in ran.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_full_disk_behind_stdout() -> None:
    with open("/dev/full", "wb") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "matcher", "schema"],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(),
            check=False,
        )
    assert ran.returncode != 0
    assert b"Traceback" not in ran.stderr


def test_completion_is_there() -> None:
    ran = process(env={"_MATCHER_COMPLETE": "complete_bash", "COMP_WORDS": "matcher di", "COMP_CWORD": "1"})
    assert ran.stdout.decode().split() == ["dispatch"]


def test_what_native_libraries_print_does_not_get_into_the_plan() -> None:
    ran = process("dispatch", "-", "--out", "-", program=LOUD, stdin=to_json(BATCH).encode())
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["schema"] == "matcher.plan/1"
    assert ran.stderr.startswith(b"WARNING: a native library\n")
