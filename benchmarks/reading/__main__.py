"""Is the article of a page found, and is nothing lost? Beside other readers of pages.

    python -m benchmarks.reading --gold DIR
    python -m benchmarks.reading ARCHIVE [--every N]

DIR holds `html/NAME.html`, `cleaned/NAME.txt` with the article's text as a
person marked it, and perhaps `date/NAME.txt` and `title/NAME.txt`. Precision
and recall are of a page's tokens as a multiset, a Han character or a run of
other letters and digits each, and the mean over pages. A date is right if its
day is; one that no person found does not count.

For an archive: of the characters that its files show, the share that is neither
in the text nor in the title; with what was removed by a rule, the share that is in
neither; and how many articles have markup left in their text.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from importlib.util import find_spec
from pathlib import Path

from index.reading.dates import ARCHIVE_ZONE, first_date, from_text
from index.reading.draft import NoArticle
from index.reading.encoding import decode
from index.reading.html import read_fragment
from index.reading.page import read_page

__all__ = ["main", "score"]

Reading = tuple[str, str, str]
"""Text, title and day, as `2024-03-10`, of a page."""
_TOKEN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3400-\u9fff\uf900-\ufaff]+")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:nbsp|amp|lt|gt|quot|#\d+);|\]\(https?:|!\[")


def score(marked: str, found: str) -> tuple[float, float]:
    """Return precision and recall of a text's tokens."""
    ours, theirs = Counter(_TOKEN.findall(found)), Counter(_TOKEN.findall(marked))
    common = sum((ours & theirs).values())
    return common / max(1, sum(ours.values())), common / max(1, sum(theirs.values()))


# What stands before the HTML of a seed.
_HEADER = re.compile(r"\A\s*(?:<!--[^>]*-->\s*)?\[[^\n]*(?:\n[^\n]+){0,3}?\)\s*\n-{3,}[ \t]*\n")


# ── readers ─────────────────────────────────────────────────────────────────


def read_ours(page: str) -> Reading:
    """Read a page as an archive's pages are read."""
    try:
        draft = read_page(page)
    except NoArticle:
        return "", "", ""
    text = "\n".join(paragraph.text for paragraph in draft.paragraphs)
    day = first_date(draft.dates, today=datetime.now(timezone.utc).date())
    title = draft.titles[0].text if draft.titles else ""
    return text, title, "" if day is None else _day(day[0])


def read_trafilatura(page: str) -> Reading:
    """Read a page by trafilatura, as it is set up by default."""
    import trafilatura

    text = trafilatura.extract(page, include_comments=False) or ""
    about = trafilatura.extract_metadata(page)
    return text, (about.title or "") if about else "", (about.date or "") if about else ""


def read_readability(page: str) -> Reading:
    """Read a page by readability-lxml, which gives no date."""
    from readability import Document  # type: ignore[import-untyped,unused-ignore]

    document = Document(page)
    text = "\n".join(paragraph.text for paragraph in read_fragment(document.summary())[0])
    return text, document.short_title() or "", ""


READERS: dict[str, Callable[[str], Reading]] = {
    "jiansuo": read_ours,
    "trafilatura": read_trafilatura,
    "readability": read_readability,
}


def _day(moment: datetime) -> str:
    return moment.astimezone(ARCHIVE_ZONE).date().isoformat()


# ── marked pages ────────────────────────────────────────────────────────────


def measure_gold(folder: Path) -> Iterator[str]:
    """Yield a line for each reader that is installed."""
    pages = sorted((folder / "html").glob("*.html"))
    yield f"{len(pages)} pages        read  precision  recall  titles  dates  wrong dates  ms a page"
    for name, read in READERS.items():
        if name != "jiansuo" and find_spec(name) is None:
            yield f"{name:14} not installed"
            continue
        yield f"{name:14} " + _measure_reader(pages, folder, read)


def _measure_reader(pages: list[Path], folder: Path, read: Callable[[str], Reading]) -> str:
    counts: Counter[str] = Counter()
    precision = recall = 0.0
    began = time.process_time()
    for page in pages:
        try:
            text, title, day = read(decode(page.read_bytes()))
        except Exception:  # what another reader cannot read counts as nothing
            text = title = day = ""
        ours = score(_marked(folder, "cleaned", page), text)
        precision, recall = precision + ours[0], recall + ours[1]
        counts["read"] += bool(text)
        known = _marked(folder, "title", page)
        counts["titles"] += bool(known)
        counts["right titles"] += bool(known) and _letters(known) == _letters(title)
        marked = from_text(_marked(folder, "date", page), today=datetime.now(timezone.utc).date())
        if marked is not None:
            counts["dates"] += 1
            counts["right dates"] += day == marked.date().isoformat()
            counts["wrong dates"] += day not in ("", marked.date().isoformat())
    spent = 1000 * (time.process_time() - began) / max(1, len(pages))
    return (
        f"{counts['read']:11}  {precision / max(1, len(pages)):9.3f}  {recall / max(1, len(pages)):6.3f}"
        f"  {_of(counts['right titles'], counts['titles'])}  {_of(counts['right dates'], counts['dates'])}"
        f"  {counts['wrong dates']:11}  {spent:9.1f}"
    )


def _marked(folder: Path, kind: str, page: Path) -> str:
    path = folder / kind / f"{page.stem}.txt"
    return path.read_text("utf-8").strip() if path.exists() else ""


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _of(right: int, known: int) -> str:
    return f"{right}/{known}" if known else "-"


# ── archives ────────────────────────────────────────────────────────────────


def measure_archive(root: Path, every: int) -> Iterator[str]:
    """Yield what is lost of the HTML files and seeds below a folder."""
    counts: Counter[str] = Counter()
    lost: list[tuple[int, str]] = []
    for path in sorted(path for path in root.rglob("*") if path.is_file())[::every]:
        markup = _HEADER.sub("", decode(path.read_bytes()))
        paragraphs, removed = read_fragment(markup)
        text = "\n".join(paragraph.text for paragraph in paragraphs)
        shown = Counter(_TOKEN.findall(_shown(markup)))
        kept = Counter(_TOKEN.findall(text))
        told = kept + Counter(_TOKEN.findall("\n".join(part.text for part in removed)))
        missing = sum((shown - told).values())
        counts["files"] += 1
        counts["shown"] += sum(shown.values())
        counts["removed"] += sum((shown - kept).values())
        counts["lost"] += missing
        counts["with markup"] += _MARKUP.search(text) is not None
        lost.append((missing, str(path.relative_to(root))))
    yield f"{counts['files']:,} files, {counts['shown']:,} tokens shown"
    yield f"removed by rules: {counts['removed'] / max(1, counts['shown']):.2%}"
    yield f"lost in silence: {counts['lost'] / max(1, counts['shown']):.3%}"
    yield f"files with markup left in their text: {counts['with markup']}"
    for missing, name in sorted(lost, reverse=True)[:3]:
        if missing:
            yield f"  {missing:,} tokens of {name}"


def _shown(markup: str) -> str:
    """Return what a file shows, by BeautifulSoup and without a rule."""
    from bs4 import BeautifulSoup, Comment, Declaration, Doctype

    soup = BeautifulSoup(markup, "html.parser")
    for element in soup(
        ["script", "style", "noscript", "template", "iframe", "textarea", "select", "head", "svg"]
    ):
        element.decompose()
    strings = (
        part for part in soup.find_all(string=True) if not isinstance(part, (Comment, Declaration, Doctype))
    )
    return " ".join(strings)


def main(arguments: list[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("archive", nargs="?", type=Path)
    parser.add_argument("--gold", type=Path, metavar="DIR")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth file")
    options = parser.parse_args(arguments)
    if options.gold is None and options.archive is None:
        parser.error("give --gold DIR or an archive")
    for lines in (
        () if options.gold is None else measure_gold(options.gold),
        () if options.archive is None else measure_archive(options.archive, options.every),
    ):
        for line in lines:
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
