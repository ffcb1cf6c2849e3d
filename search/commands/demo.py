"""The command that shows everything at once: sample articles, an index of them, and the page."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path
from shlex import quote

import click

from search.commands.listening import port_option
from search.commands.program import FOUND, print_lines, warn
from search.commands.serve import serve
from search.output.language import say

__all__ = ["demo"]

_PACKAGE = Path(__file__).parents[1]
# The wheel holds the sample articles inside the package; a checkout has them beside it.
_SAMPLES = (_PACKAGE / "samples", _PACKAGE.parent / "seeds")

_TRY = (
    ("國際論壇", "both scripts"),
    ("'\"渡轮停航\"'", "exactly these characters"),
    ("'渡轮 after:2024 -台风'", "dates, and words to leave out"),
)


@click.command(short_help="Make a sample archive and its index, and show the page.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default="jiansuo-demo")
@port_option(8000)
@click.option("--no-page", is_flag=True, help="Make the archive and the index only.")
@click.pass_context
def demo(ctx: click.Context, folder: Path, port: int, no_page: bool) -> int:
    """Make a sample archive and its index, and show the page in a browser.

    FOLDER is new, or was made by this command; by default jiansuo-demo in the
    current folder. It can be removed at any time. The page needs the extra
    `web`.

    \b
    search demo
    search demo /tmp/demo --no-page
    """
    from index.building.rebuild import rebuild

    articles, index = folder / "articles", folder / "index"
    _copy_samples(articles)
    report = rebuild([articles], index)
    lines = [say(f"{report.articles} sample articles in {articles}, their index in {index}"), say("Try:")]
    lines += [f"  search query {query} --index {quote(str(index))}    # {say(what)}" for query, what in _TRY]
    print_lines(lines)
    if no_page:
        return FOUND
    if find_spec("starlette") is None or find_spec("uvicorn") is None or find_spec("jinja2") is None:
        from search.commands.remedies import installation

        warn([say(f"to see the page, {installation('web')}, then: search serve --index {index} --open")])
        return FOUND
    code: int = ctx.invoke(
        serve, index=str(index), tz=None, host="127.0.0.1", port=port, allow_host=(), workers=1,
        timeout=10.0, open_browser=True,
    )  # fmt: skip
    return code


def _copy_samples(articles: Path) -> None:
    """Copy the sample articles to a folder that is new, empty, or has been filled by this function."""
    samples = next((folder for folder in _SAMPLES if folder.is_dir()), None)
    if samples is None:
        raise click.ClickException("this installation has no sample articles")
    known = {path.relative_to(samples) for path in samples.rglob("*")}
    if articles.exists():
        for path in articles.rglob("*"):
            if path.relative_to(articles) not in known:
                raise click.ClickException(f"{articles} holds other files; name a new folder")
    shutil.copytree(samples, articles, dirs_exist_ok=True)
