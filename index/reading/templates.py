"""Recognise files of site generators that are no articles: templates, indexes, settings, assets.

The walk counts such files by kind instead of reading them.
"""

from __future__ import annotations

import re

__all__ = ["FOLDERS", "NAMES", "SUFFIXES", "is_template", "kind_by_name"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FOLDERS = {
    **dict.fromkeys(
        _words("_includes _layouts _sass _plugins _templates layouts archetypes scaffolds themes"), "template"
    ),
    **dict.fromkeys(_words("node_modules vendor bower_components __pycache__ __macosx .obsidian"), "code"),
}
"""Folders that are passed over whole, by name in lower case, with the kind that is counted."""

NAMES = {
    **dict.fromkeys(_words("404.html 404.md 404.htm 500.html error.html"), "error page"),
    **dict.fromkeys(
        _words(
            "robots.txt humans.txt ads.txt security.txt cname sitemap.xml sitemap.txt sitemap.html "
            "sitemap_index.xml package.json package-lock.json composer.json tsconfig.json "
            "jsconfig.json bower.json vercel.json now.json firebase.json manifest.json "
            "site.webmanifest book.json requirements.txt cmakelists.txt makefile dockerfile gemfile "
            "gemfile.lock rakefile procfile jenkinsfile"
        ),
        "settings",
    ),
    **dict.fromkeys(
        _words(
            "_index.md _index.html _index.zh.md _sidebar.md _navbar.md _coverpage.md _footer.md "
            "summary.md search.json index.json contributing.md changelog.md code_of_conduct.md "
            "security.md pull_request_template.md issue_template.md"
        ),
        "index page",
    ),
}
"""Files that are passed over, by name in lower case."""

SUFFIXES = {
    **dict.fromkeys(
        _words(
            ".css .scss .sass .less .styl .js .mjs .cjs .ts .tsx .jsx .vue .svelte .map .py .pyi .rb "
            ".go .rs .java .kt .c .h .cc .cpp .hpp .cs .php .pl .lua .r .rmd~ .sh .bash .zsh .fish "
            ".bat .cmd .ps1 .sql .swift .el .vim .tex~ .bib .sty .cls .dockerfile .gradle .cmake .wat "
            ".glsl"
        ),
        "code",
    ),
    **dict.fromkeys(
        _words(
            ".yml .yaml .toml .ini .cfg .conf .config .lock .properties .env .editorconfig .plist "
            ".opml .xsl .xslt .dtd .xsd .webmanifest .iml .sln .csproj .ics .vcf .key .pem .crt .asc "
            ".sig .md5 .sha1 .sha256 .canvas .base .excalidraw .bookmark .url .desktop .webloc "
            ".torrent .srt .vtt .lrc .ass"
        ),
        "settings",
    ),
    **dict.fromkeys(
        _words(
            ".liquid .njk .ejs .hbs .mustache .pug .jade .haml .erb .slim .tmpl .tpl .j2 .jinja .jinja2 .twig"
        ),
        "template",
    ),
    **dict.fromkeys(_words(".svg .ps .eps .mid .fnt .cur .csl"), "not text"),
    **dict.fromkeys(_words(".eml .mbox .msg .nfo .diz"), "mail"),
    **dict.fromkeys(_words(".log .bak .swp .tmp .orig .rej .diff .patch .part .crdownload"), "leftover"),
}
"""Files that are passed over, by the ending of their name."""

_CODE_SPANS = re.compile(
    r"```.*?```|~~~.*?~~~|`[^`\n]*`|\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\}", re.DOTALL
)
# What makes pages of other texts. A post may include a figure, or name its site's address.
_TEMPLATE = re.compile(
    r"\{%-?\s*(?:for|if|extends|block|capture|unless|case)\b[^%]{0,500}%\}"
    r"|\{\{-?\s*(?:content\s*\}|paginator\b|(?:layout|partial|template|range|define|block|if|with|end)\b|\.)[^{}]{0,500}\}"
    r"|<%[-=]?[^%]{0,500}%>"
)
_MARKUP = re.compile(
    r"\{%[^%]{0,1000}%\}|\{\{[^{}]{0,1000}\}\}|<%.{0,1000}?%>|<[^<>]{0,1000}>|<!--.{0,5000}?-->", re.DOTALL
)
# A page that uses its generator in passing has more text than this.
_LITTLE = 300
_LARGEST = 200_000


def kind_by_name(name: str, *, is_folder: bool) -> str | None:
    """Return what a file or folder is that is passed over for its name; None for what may be an article."""
    lower = name.lower()
    if is_folder:
        return FOLDERS.get(lower)
    if kind := NAMES.get(lower):
        return kind
    dot = lower.rfind(".")
    return SUFFIXES.get(lower[dot:]) if dot > 0 else None


def is_template(text: str, id: str) -> bool:
    """Return whether a text is mostly instructions to a site generator, and `id` names no post."""
    if len(text) > _LARGEST or "/_posts/" in f"/{id}" or not ("{%" in text or "{{" in text or "<%" in text):
        return False
    outside = _CODE_SPANS.sub("", text)
    if _TEMPLATE.search(outside) is None:
        return False
    rest = _MARKUP.sub("", outside)
    return len("".join(rest.split())) < _LITTLE
