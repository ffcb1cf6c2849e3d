"""How Sphinx makes the documentation's site: `sphinx-build -W -b dirhtml docs site`.

The pages are plain Markdown that reads well in a repository, too. The site adds a menu and a search that cuts
Chinese with jieba. The pages beside `docs/` (README and others) are copied to `docs/project/` for it.
"""

from __future__ import annotations

from importlib.metadata import version as installed
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).parent
COPIES = HERE / "project"
BESIDE = ("README.md", "README.zh.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "NOTICE")

project = "jiansuo 检索"
author = copyright = "the authors of jiansuo"
version = release = installed("jiansuo")
extensions = ["myst_parser"]
root_doc = "index"
exclude_patterns = ["examples/*"]
html_theme = "furo"
html_title = "jiansuo 检索"
html_search_language = "zh"
myst_heading_anchors = 4


def copy_pages_beside(app: Sphinx) -> None:
    """Copy the pages beside `docs/` into it, with their links."""
    COPIES.mkdir(exist_ok=True)
    for name in BESIDE:
        text = (HERE.parent / name).read_text("utf-8")
        (COPIES / name).write_text(text.replace("](docs/", "](../").replace('"docs/', '"../'), "utf-8")


def lead_to_copies(app: Sphinx, page: str, source: list[str]) -> None:
    """Lead the links out of `docs/` to the copies."""
    for name in BESIDE:
        source[0] = source[0].replace(f"](../{name}", f"](project/{name}")


def setup(app: Sphinx) -> None:
    """Connect both with Sphinx."""
    app.connect("builder-inited", copy_pages_beside)
    app.connect("source-read", lead_to_copies)
