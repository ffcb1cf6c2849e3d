"""The frame of a seed: what stands around the HTML of the article.

A header (time stamp, `[title](url)`, rule, perhaps a line `日期：`), or Jekyll
front matter, or a whole HTML page, which is its own frame. `docs/seed-format.md`
describes each form.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace

from index.errors import SeedError

__all__ = ["Header", "parse_header"]


@dataclass(frozen=True, slots=True)
class Header:
    """What a seed says around its body, as it is written there.

    `millis` is the header's time stamp, None where it has none or no number;
    `date_line` and `front_date` are texts. `body` is markup.
    """

    title: str
    url: str
    body: str
    millis: int | None = None
    date_line: str = ""
    front_date: str = ""


def parse_header(text: str, *, path: str) -> Header:
    """Take a seed apart. Raises SeedError, with the line, where no title is to be found."""
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    if (front := _FRONT.match(text)) is not None:
        return _front_matter(front, text, path)
    return _header(text, 0, path)


def _header(text: str, begin: int, path: str) -> Header:
    stamp = _STAMP.match(text, begin)
    after = stamp.end() if stamp else begin
    header = _HEADER.match(text, after)
    if header is not None and (link := _link(header["link"])) is not None:
        body, date_line = _after_header(text, header.end())
        title, url = link
        if not title and not body.strip():
            raise SeedError(path, "neither a title nor a body", line=_line(text, header.start("link")))
        return Header(title, url, body, millis=_millis(stamp), date_line=date_line)
    if _PAGE.match(text, after) is not None and (page := _page(text[after:])) is not None:
        return replace(page, millis=_millis(stamp))
    if not text[begin:].strip():
        raise SeedError(path, "there is nothing in the file")
    where = "after the time stamp" if stamp else "where the file begins"
    raise SeedError(path, f"no title line, [title](url), {where}", line=_line(text, after))


def _line(text: str, position: int) -> int:
    """The number of the first line from `position` on that is not empty."""
    space = len(text[position:]) - len(text[position:].lstrip())
    return text.count("\n", 0, position + space) + 1


# ── header ──────────────────────────────────────────────────────────────────

_STAMP = re.compile(r"\s*<!--[ \t]*(?P<millis>-?\d{1,20}|NaN|null|undefined)?[ \t]*-->")
# The title may run over lines; the link ends with its line. A rule follows,
# which old archives leave out.
_HEADER = re.compile(r"\s*(?P<link>\[[^\n]*(?:\n[^\n]+){0,3}?\))[ \t]*(?:\n|\Z)(?:\s*-{3,}[ \t]*(?:\n|\Z))?")
_AGAIN = re.compile(
    r"\s*<!--[ \t]*(?:-?\d{1,20}|NaN|null|undefined)?[ \t]*-->\s*\[[^\n]*\)[ \t]*\n\s*-{3,}[ \t]*(?:\n|\Z)"
)
_DATE_LINE = re.compile(
    r"\s*(?:日期|[Dd]ate)[ \t]*[:：][ \t]*(?P<date>[^\n<]{4,60}?)[ \t]*(?:<br\s*/?>)?[ \t]*(?:\n|\Z)"
)
_SCHEME = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//|/|www\.)")


def _millis(stamp: re.Match[str] | None) -> int | None:
    if stamp is None or stamp["millis"] is None or stamp["millis"][-1].isalpha():
        return None
    return int(stamp["millis"])


def _after_header(text: str, begin: int) -> tuple[str, str]:
    """The body, without a header that stands there again, and the text of a date line."""
    while (again := _AGAIN.match(text, begin)) is not None:
        begin = again.end()
    found = _DATE_LINE.match(text, begin)
    return (text[begin:], "") if found is None else (text[found.end() :], found["date"])


def _link(link: str) -> tuple[str, str] | None:
    """Title and url of `[title](url)`, where both may hold any brackets.

    Of the places where the title may end, one counts after which something
    like a url begins, better one that leaves the brackets on both sides in
    pairs, and the last of those.
    """
    inner = link[1:-1]
    ends = [found.start() for found in re.finditer(r"\]\(", inner)]
    if not ends:
        return None

    def fitness(end: int) -> tuple[bool, bool, int]:
        title, url = inner[:end], inner[end + 2 :].strip()
        paired = title.count("[") == title.count("]") and url.count("(") == url.count(")")
        return (not url or _SCHEME.match(url) is not None, paired, end)

    end = max(ends, key=fitness)
    return " ".join(inner[:end].split()), inner[end + 2 :].strip()


# ── front matter ────────────────────────────────────────────────────────────

_FRONT = re.compile(r"\s*---[ \t]*\n(?P<lines>(?:[^\n]*\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_KEY = re.compile(r"(?P<key>[A-Za-z_][\w-]*)[ \t]*:(?:[ \t]+(?P<value>.*))?$")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))")
_ESCAPES = {"n": " ", "t": " ", "r": " ", "0": ""}
_URLS = ("url", "link", "original_url", "source_url", "original", "from", "source")


def _front_matter(front: re.Match[str], text: str, path: str) -> Header:
    values = _keys(front["lines"])
    urls = [
        value for key in _URLS if (value := values.get(key, "")).startswith(("http://", "https://", "//"))
    ]
    url = urls[0] if urls else ""
    date = values.get("date", "")
    if title := values.get("title", ""):
        body, date_line = _after_header(text, front.end())
        return Header(title, url, body, front_date=date, date_line=date_line)
    try:
        inner = _header(text, front.end(), path)
    except SeedError:
        raise SeedError(path, "no title in the front matter", line=_line(text, front.start())) from None
    return replace(inner, url=inner.url or url, front_date=date)


def _keys(block: str) -> dict[str, str]:
    """The plain `key: value` lines of YAML; nested values and lists are passed over.

    A value folded over lines that are set in (`>`, `|`, or nothing after the
    colon but text below) is joined with spaces.
    """
    values: dict[str, str] = {}
    key = ""
    for line in block.split("\n"):
        found = _KEY.match(line)
        if found is not None:
            key = found["key"].lower()
            value = (found["value"] or "").strip()
            values.setdefault(key, "" if value in (">", ">-", "|", "|-") else value)
        elif key and line[:1] in (" ", "\t") and not line.lstrip().startswith(("- ", "#")):
            values[key] = f"{values[key]} {line.strip()}".strip()
    return {key: _scalar(value) for key, value in values.items()}


def _scalar(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'").strip()
    if value.startswith('"') and (end := re.match(r'"((?:[^"\\]|\\.)*)"', value)) is not None:
        return _ESCAPE.sub(_unescaped, end[1]).strip()
    return re.sub(r"(?:^|\s)#.*$", "", value).strip()


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)).strip("\0") if code else _ESCAPES.get(found[3], found[3])


# ── whole pages ─────────────────────────────────────────────────────────────

#: A page's title and address stand in so many characters.
HEAD = 100_000
_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).){0,2000}-->\s*)*<(?:!doctype\s+html|html|head)\b",
    re.IGNORECASE | re.DOTALL,
)
_TITLE = re.compile(r"<title\b[^<>]*>(?P<title>[^<]{0,5000})</title\s*>", re.IGNORECASE)
_CANONICAL = re.compile(
    r"""<link\b[^<>]{0,500}?\brel\s*=\s*["']?canonical["']?[^<>]{0,500}?\bhref\s*=\s*["']?(?P<after>[^"'\s<>]+)"""
    r"""|<link\b[^<>]{0,500}?\bhref\s*=\s*["']?(?P<before>[^"'\s<>]+)["']?[^<>]{0,500}?\brel\s*=\s*["']?canonical"""
    r"""|<meta\b[^<>]{0,500}?\bproperty\s*=\s*["']?og:url["']?[^<>]{0,500}?\bcontent\s*=\s*["']?(?P<graph>[^"'\s<>]+)""",
    re.IGNORECASE,
)


def _page(text: str) -> Header | None:
    head = text[:HEAD]
    title = _TITLE.search(head)
    if title is None:
        return None
    found = _CANONICAL.search(head)
    url = "" if found is None else found["after"] or found["before"] or found["graph"]
    return Header(" ".join(html.unescape(title["title"]).split()), html.unescape(url), text)
