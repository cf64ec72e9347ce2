"""Help in the language in force, in plain text that wraps Chinese right and needs no special characters."""

from io import StringIO
from typing import Any

from typer.core import TyperArgument, TyperCommand, TyperGroup

from matcher.cli.language import current, say

STANDARD = {
    "help": "显示本帮助",
    "install_completion": "为当前命令行环境安装自动补全",
    "show_completion": "显示自动补全脚本，可自行复制或修改",
}
"""Chinese for the help of options that typer adds by itself."""

INDENT = 2


class _Helpful:
    """Mixed into typer's commands: writes their help."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        command: Any = self
        arguments = [p for p in command.get_params(ctx) if isinstance(p, TyperArgument)]
        options = [p for p in command.get_params(ctx) if not isinstance(p, TyperArgument)]
        words = [ctx.command_path, *(p.display_name_raw for p in arguments), say("[选项]", "[OPTIONS]")]
        if isinstance(command, TyperGroup):
            words[1:] = [say("命令 [参数] [选项]", "COMMAND [ARGS] [OPTIONS]")]
        formatter.write(f"{say('用法：', 'Usage: ')}{' '.join(words)}\n\n{command.help}\n")
        if isinstance(command, TyperGroup):
            names = [(name, str(command.commands[name].help).split("\n")[0]) for name in command.list_commands(ctx)]
            formatter.write(_section(say("命令：", "Commands:"), names))
        formatter.write(_section(say("参数：", "Arguments:"), [(p.display_name_raw, _about(p)) for p in arguments]))
        formatter.write(_section(say("选项：", "Options:"), [(_names(p), _about(p)) for p in options]))


class Command(_Helpful, TyperCommand):
    """A command."""


class Group(_Helpful, TyperGroup):
    """The group of all commands."""


def examples(*lines: str) -> str:
    """The part of a help text that shows how a command is used."""
    return "\n".join([say("例子：", "Examples:"), *(f"  {line}" for line in lines)])


def _names(option: Any) -> str:
    names = ", ".join(sorted(option.opts, key=len))
    return names if option.is_flag else f"{names} {option.metavar or option.display_type(None)}"


def _about(param: Any) -> str:
    """What a parameter is for, whether it must be given, its default and its variable."""
    known = STANDARD.get(param.name) if current() == "zh" else None
    marks = []
    if param.required:
        marks.append(say("必填", "required"))
    elif param.default is not None and not getattr(param, "is_flag", False):
        default = f"{param.default:g}" if isinstance(param.default, float) else param.default
        marks.append(say(f"默认 {default}", f"default {default}"))
    if param.envvar:
        marks.append(say(f"环境变量 {param.envvar}", f"variable {param.envvar}"))
    separator = say("；", "; ")
    return (known or param.help) + (say(f"（{separator.join(marks)}）", f" ({separator.join(marks)})") if marks else "")


def _section(title: str, rows: list[tuple[str, str]]) -> str:
    """A title and two columns, the second wrapped by the width that characters have on a screen."""
    if not rows:
        return ""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, INDENT))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, about in rows:
        table.add_row(Text(" " * INDENT + name), Text(about))
    console = Console(file=StringIO(), color_system=None, legacy_windows=False)
    with console.capture() as captured:
        console.print(table)
    return f"\n{title}\n" + "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"
