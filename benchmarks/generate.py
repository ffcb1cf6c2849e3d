"""Make a large archive out of a small one by recombining its sentences; the same every time.

    python -m benchmarks.generate ARCHIVE NUMBER FOLDER [--longest 600]

Words keep their natural frequencies, phrases of one sentence too. Titles,
sources and dates are those of articles drawn at random; a body has as many
characters as some article's, but not many more than `--longest`, the size of
a short news item.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from benchmarks.correctness import read_archive
from index import Article

_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")
_A_FOLDER = 1000
_SOME_TIME = 1_600_000_000_000
_FIVE_YEARS = 157_680_000_000


def generate(articles: Sequence[Article], number: int, *, longest: int, seed: int = 1) -> Iterator[str]:
    """The seeds, as texts, of so many articles."""
    rng = random.Random(seed)
    sentences = [text for article in articles for text in _SENTENCE.findall(article.body)]
    titles = [re.sub(r"\s+", " ", article.title) for article in articles]
    lengths = [min(longest, len(article.body)) for article in articles if article.body]
    for _ in range(number):
        milliseconds = _SOME_TIME + rng.randrange(_FIVE_YEARS)
        yield (
            f"<!--{milliseconds}-->\n[{rng.choice(titles)}](https://example.org/{rng.getrandbits(48)})\n------\n\n"
            + "\n".join(_paragraphs(sentences, rng.choice(lengths), rng))
        )


def _paragraphs(sentences: Sequence[str], length: int, rng: random.Random) -> Iterator[str]:
    while length > 0:
        text = "".join(rng.choices(sentences, k=rng.randint(1, 4)))
        length -= len(text)
        yield f"<p>{escape(text)}</p>"


def write(articles: Sequence[Article], number: int, folder: Path, *, longest: int) -> None:
    """Write the seeds into folders of a thousand."""
    for at, text in enumerate(generate(articles, number, longest=longest)):
        if at % _A_FOLDER == 0:
            place = folder / f"{at // _A_FOLDER:04}"
            place.mkdir(parents=True)
        (place / f"{at:07}.md").write_text(text, "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive")
    parser.add_argument("number", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--longest", type=int, default=600, help="characters of a body")
    options = parser.parse_args(arguments)
    write(read_archive(options.archive), options.number, options.folder, longest=options.longest)
    return 0


if __name__ == "__main__":
    sys.exit(main())
