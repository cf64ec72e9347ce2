"""`matcher demo`: a county day, dispatched end to end."""

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli import streams
from matcher.cli.language import current, say
from matcher.cli.options import Gap, Lang, Seconds, Work
from matcher.errors import MatcherError

DEMO_WORK = 40_000_000


def demo(
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help=say("写到哪个文件夹", "Folder to write to"))
    ] = Path("matcher-demo"),
    volunteers: Annotated[
        int,
        typer.Option(
            min=1, max=200_000, metavar=say("<人数>", "<int>"), help=say("志愿者人数", "Number of volunteers")
        ),
    ] = 3000,
    requests: Annotated[
        int, typer.Option(min=1, max=20_000, metavar=say("<件数>", "<int>"), help=say("需求件数", "Number of requests"))
    ] = 300,
    seed: Annotated[
        int,
        typer.Option(min=0, metavar=say("<整数>", "<int>"), help=say("生成数据的随机种子", "Seed of the made-up data")),
    ] = 1,
    seconds: Seconds = None,
    work: Work = None,
    gap: Gap = 0.0,
    lang: Lang = None,
) -> int:
    """`matcher demo`."""
    from matcher.cli.solving import solve
    from matcher.demo import county_day
    from matcher.exports.geojson import write_geojson
    from matcher.exports.map import write_map
    from matcher.exports.xlsx import write_xlsx
    from matcher.reading import to_json
    from matcher.summary import render, summarise

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MatcherError(f"无法建立文件夹 {out}", f"Cannot make the folder {out}") from error
    streams.check_target(out / "plan.xlsx")
    batch = county_day(volunteers, requests, seed)
    streams.save(out / "batch.json", to_json(batch))
    if seconds is None and work is None:
        work = DEMO_WORK
    plan, code = solve(batch, seconds=seconds, work=work, gap=gap, seed=0)
    streams.save(out / "plan.json", to_json(plan))
    write_xlsx(batch, plan, out / "plan.xlsx", lang=current())
    write_geojson(batch, plan, out / "plan.geojson")
    write_map(batch, plan, out / "map.html", lang=current())
    for name in ("plan.xlsx", "plan.geojson", "map.html"):
        streams.written(out / name)
    streams.result(render(summarise(batch, plan), current()))
    streams.tell(
        say(f"用浏览器打开 {out / 'map.html'} 看地图。", f"Open {out / 'map.html'} in a browser to see the map.")
    )
    return code
