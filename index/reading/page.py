"""Read a whole HTML page into a draft: its metadata and the article's text.

The tables `_TITLES`, `_DATES` and so on list the sources of each property, the
most trusted first. docs/reading-html.md describes the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timezone

from index.reading import dates
from index.reading.article_text import comments_start, find_text, sentence_start, trim, weight
from index.reading.boilerplate import COMMENTS, DROP, HINT, Line
from index.reading.bylines import authors_in
from index.reading.draft import Draft, Kind, NoArticle, Paragraph, Removed, Value
from index.reading.html import Reader, is_same, squeeze
from index.reading.markup import attributes, tokens
from index.reading.page_head import Head, read_head
from index.reading.wechat import is_gone, is_wechat, read_wechat

__all__ = ["is_surrounded", "read_page"]

_AUTHORS = (
    "author",
    "article:author",
    "og:article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
)
_TAGS = ("article:tag", "keywords", "news_keywords", "parsely-tags", "sailthru.tags")
_URLS = ("og:url", "twitter:url")
_DATES = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article:published",
    "article:create_at",
    "og:release_date",
    "datepublished",
    "publishdate",
    "publish_date",
    "publish-date",
    "published_time",
    "pubdate",
    "publishtime",
    "publish_time",
    "published",
    "published-date",
    "firstpublishedtime",
    "article.published",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.issued",
    "dcterms.date",
    "dc.date",
    "release_date",
    "weibo:article:create_at",
    "date",
)


def read_page(text: str, *, url: str = "") -> Draft:
    """Return the article that a whole page holds, as a draft.

    Args:
        text: The page.
        url: Where it was found, if that is known, for a date in the address.

    Raises:
        NoArticle: The page says that its article was deleted.
    """
    head = read_head(text)
    draft = Draft("html page")
    draft.urls = _urls(head, url, text)
    if is_wechat(text):
        read_wechat(text, head, draft)
        return draft
    if is_gone(text, head):
        raise NoArticle("the page says that its article was deleted")
    reader = _read_outline(text)
    chosen = find_text(reader)
    draft.titles = _titles(head, reader, chosen)
    title = draft.titles[0].text if draft.titles else ""
    kept, rules = trim(reader, chosen, [value.text for value in draft.titles])
    draft.paragraphs = [
        Paragraph(line.text, line.kind, line.level) for line in map(reader.lines.__getitem__, kept)
    ]
    draft.removed = [
        Removed(reader.lines[at].text, rule) for at, rule in sorted(rules.items())
    ] + reader.removed
    draft.authors = _unique(
        [*head.structured("author"), *head.values(*_AUTHORS), *_bylines(reader, chosen)], is_name=True
    )
    draft.tags = _tags(head, title)
    draft.dates = _dates(head, reader, chosen, title, draft.urls)
    return draft


_PAGE_PARTS = re.compile(r"<(?:html|head|body|title)\b[^<>]*>", re.IGNORECASE)
# So many links before an article, and so many in all around it, are a site's.
_LINKS_BEFORE, _LINKS_AROUND = 2, 4


def is_surrounded(text: str) -> bool:
    """Return whether HTML holds more than an article: parts of a page, or a site's links around the text."""
    if _PAGE_PARTS.search(text):
        return True
    reader = _read_outline(text)
    chosen = find_text(reader)
    links = [at for at, line in enumerate(reader.lines) if 2 * line.linked > len(line.text)]
    start = sentence_start(reader, chosen)
    prose = (at for at in reversed(chosen) if weight(reader.lines[at]) == reader.lines[at].prose > 0)
    end = next(prose, start)
    before = sum(at < start for at in links)
    return before >= _LINKS_BEFORE and before + sum(at > end for at in links) >= _LINKS_AROUND


def _read_outline(text: str) -> Reader:
    reader = Reader(outline=True)
    reader.read(tokens(text))
    prose = sum(line.prose for at, line in enumerate(reader.lines) if at not in reader.marked)
    marked = sum(reader.lines[at].prose for at, rule in reader.marked.items() if rule[0] != COMMENTS)
    if marked > prose or reader.hidden_prose > 10 * (prose + marked):
        careful = Reader(
            outline=True, trust=COMMENTS if reader.hidden_prose <= 10 * (prose + marked) else None
        )
        careful.read(tokens(text))
        if careful.lines:
            return careful
    return reader


def _unique(values: Iterable[Value], *, is_name: bool = False) -> list[Value]:
    """Return the values without repetitions, and without addresses where names are asked for."""
    kept: dict[str, Value] = {}
    for value in values:
        if value.text and not (is_name and (_ADDRESS.match(value.text) or len(value.text) > 60)):
            kept.setdefault(value.text, value)
    return list(kept.values())


def _bylines(reader: Reader, chosen: range) -> list[Value]:
    """Return the authors that lines shortly before the text name, as in `作者：林一帆`."""
    start = sentence_start(reader, chosen)
    texts = (reader.lines[at].text for at in range(max(0, start - 8), min(start + 1, len(reader.lines))))
    return [Value(name, "byline") for text in texts if len(text) <= 120 for name in authors_in(text)]


_ADDRESS = re.compile(
    r"https?://|www\.|@|/|\w+\.(?:com|cn|net|org)\b|[A-Z]+_\d+$|admin$|.*[=<>]", re.IGNORECASE
)
_COMMAS = re.compile(r"\s*[,，;；、|]\s*")


def _tags(head: Head, title: str) -> list[Value]:
    found = [*head.values(*_TAGS), *head.structured("keywords")]
    tags: dict[str, Value] = {}
    for value in found:
        for text in _COMMAS.split(value.text)[:50]:
            if 0 < len(text) <= 20 and text not in title:
                tags.setdefault(text, Value(text, value.origin))
    return list(tags.values())


# ── address ─────────────────────────────────────────────────────────────────

# Archives of the web put the original's address behind their own.
_ARCHIVED = re.compile(
    r"(?:https?:)?//(?:web\.archive\.org/web|webarchive\.[a-z.]+/[a-z/]*|archive\.(?:today|ph|is|li|vn|md|fo))/"
    r"(?:\d{4,14}(?:[a-z]{2}_)?/)?(?P<url>https?:/{1,2}.+)",
    re.IGNORECASE,
)


def original(url: str) -> str:
    """Return the address of which `url` is an archived copy, or `url`."""
    found = _ARCHIVED.match(url)
    return url if found is None else re.sub(r"^(https?:)/(?!/)", r"\1//", found["url"])


# What browsers, SingleFile and HTTrack note in a page that they save.
_SAVED = re.compile(
    r"saved from url=\(\d+\)(?P<browser>\S+)|SingleFile\s+url:\s*(?P<single>\S+)"
    r"|Mirrored from (?P<mirror>\S+) by HTTrack",
    re.IGNORECASE,
)


def _saved_from(text: str) -> list[Value]:
    found = _SAVED.search(text, 0, 20_000)
    if found is None:
        return []
    address = found["browser"] or found["single"] or f"http://{found['mirror']}"
    return [Value(address, "note of the program that saved the page")]


def _urls(head: Head, url: str, text: str) -> list[Value]:
    found = [Value(head.canonical, "canonical")] if head.canonical else []
    found += head.values(*_URLS) + ([Value(url, "address")] if url else []) + _saved_from(text)
    urls = [Value(original(value.text), value.origin) for value in found]
    return [value for value in urls if re.match(r"(?:https?:)?//[^/]", value.text)]


# ── title ───────────────────────────────────────────────────────────────────

_SEPARATOR = re.compile(r"\s*[-_|–—·»«<>:：/\\~＿｜－―•†]+\s*|\s{2,}")
_BORDER = re.compile(r"\s*[-_|–—·»«<>/\\~＿｜－―•()（）【\[]|\s\s|\s[^\s]+$|$")
#: Least and most characters of a title.
TITLE = 150


def _titles(head: Head, reader: Reader, chosen: range) -> list[Value]:
    """Return what may be the article's title, best first."""
    sites = {
        name.text for name in head.values("og:site_name", "application-name", "apple-mobile-web-app-title")
    }
    headings = _headings(reader, chosen)
    graph = [value for value in head.values("og:title", "twitter:title") if value.text not in sites]
    begun = _begun(head.title, headings)
    sites |= {
        line.text
        for line in headings
        if line.text != begun and len(line.text) <= 8 and line.text in _ends(head.title)
    }
    found = [
        Value(begun if begun and begun in value.text else _without_site(value.text, sites), value.origin)
        for value in graph
    ]
    found = [value for value in found if value.text][:1]
    if begun:
        found.append(Value(begun, "heading in <title>"))
    found += [value for value in head.structured("headline") if value.text not in sites][:1]
    stripped = _without_site(head.title, sites)
    heading = Value(_nearest_heading(reader, chosen, sites), "heading")
    opening = Value(_opening(reader, chosen), "first line")
    is_known = any(
        stripped in line.text or line.text in head.title for line in headings if len(line.text) > 3
    )
    if not stripped or _NO_TITLE.search(stripped) or len(stripped) < 3:
        found += [heading, opening, Value(stripped, "<title>")]
    elif is_known:
        found += [Value(stripped, "<title>"), heading]
    else:
        found += [heading, Value(stripped, "<title>")]
    return [Value(value.text[:TITLE], value.origin) for value in found if value.text]


# Titles of sites and of pages that nobody gave one.
_NO_TITLE = re.compile(
    "^(?:untitled|document|index|home|首页|显示|无标题|無標題|新闻|正文|文章|详细)|欢迎|歡迎|谢谢您|访问|"
    "(?:[网網]|论坛|論壇|频道|博客|娱乐|新闻|社区|在线|首页|详情|内容|页)$",
    re.IGNORECASE,
)


def _ends(title: str) -> list[str]:
    """Return what stands after each separator in a page's title, if it is the shorter part."""
    cuts = _SEPARATOR.finditer(title)
    return [title[cut.end() :] for cut in cuts if len(title) - cut.end() <= cut.start()]


def _headings(reader: Reader, chosen: range) -> list[Line]:
    """Return the lines that may be the page's heading: to shortly after where the text begins."""
    end = sentence_start(reader, chosen) + 3
    return [
        line
        for at, line in enumerate(reader.lines[:end])
        if 2 <= len(line.text) <= TITLE and (at not in reader.marked or reader.marked[at][0] != COMMENTS)
    ]


def _begun(title: str, headings: list[Line]) -> str:
    """Return the line that a page's title begins with: a heading if there is one, and the longest."""
    bare = squeeze(title)
    fits = [
        line
        for line in headings
        if bare.startswith(line.text)
        and (len(line.text) >= 4 or line.kind is Kind.HEADING)
        and _BORDER.match(bare, len(line.text))
        and (line.kind is Kind.HEADING or not line.linked)
    ]
    fits = fits or [
        line for line in headings if _is_main(line) and line.text in bare and 2 * len(line.text) >= len(bare)
    ]
    fits = fits or [
        line for line in headings if line.kind is Kind.HEADING and _ends_with(bare, line, headings)
    ]
    best = max(fits, key=lambda line: (_is_main(line), len(line.text)), default=None)
    if best is None or (best.linked >= len(best.text) and best.text != bare):
        # Others begin with the site's name.
        own = [line for line in headings if not line.linked and _is_last_part(bare, line.text)]
        best = max(own, key=lambda line: (line.kind is Kind.HEADING, len(line.text)), default=best)
    return "" if best is None else best.text


def _is_last_part(title: str, text: str) -> bool:
    """Return whether a page's title is a short name, a separator, and then this text."""
    before = title[: len(title) - len(text)]
    cut = _SEPARATOR.search(before)
    return (
        len(text) >= 4
        and title.endswith(text)
        and cut is not None
        and 0 < cut.start() <= 12
        and cut.end() == len(before)
    )


def _ends_with(title: str, heading: Line, headings: list[Line]) -> bool:
    """Tell whether a page's title is the site's name, which is a heading too, and then this heading."""
    before = (
        _SEPARATOR.sub(" ", title[: len(title) - len(heading.text)]).strip()
        if title.endswith(heading.text)
        else ""
    )
    return before != "" and any(before == line.text for line in headings)


def _is_main(line: Line) -> bool:
    return line.kind is Kind.HEADING and line.level <= 2 and not line.linked


_SITE = re.compile(
    r"(?:.{0,12}(?:[网網站]|日[报報]|[晚早周週时時][报報刊]|新[闻聞]|[频頻]道|[论論][坛壇]|社[区區]|博客|客户端|官方网站|中心|在[线線]|[门門]户"
    r"|[财財][经經]|体育|娱乐|科技|百科.*|专栏|blog|news|\.(?:com|cn|net|org|tw|hk))|首[页頁])$",
    re.IGNORECASE,
)


def _without_site(title: str, sites: set[str]) -> str:
    """Return a page's title without the names of site and section that are put at its end."""
    title = squeeze(title)
    for place in range(4):
        cuts = list(_SEPARATOR.finditer(title))
        if not cuts or cuts[-1].start() < 2:
            break
        last = cuts[-1]
        tail, rest = title[last.end() :].strip(), title[: last.start()].strip()
        bar = last[0].strip()
        is_strong = bar in tuple("_|＿｜") or (place == 0 and last[0] != bar != "")
        if tail in sites or _SITE.match(tail) or (is_strong and len(tail) <= 12 and len(tail) < len(rest)):
            title = rest
        else:
            break
    return "" if title in sites else title


def _nearest_heading(reader: Reader, chosen: range, sites: set[str]) -> str:
    """Return the heading of the highest level that stands last before the text, or at its beginning."""
    end = sentence_start(reader, chosen) + 1
    best: Line | None = None
    for at in range(max(0, end - 12), min(end, len(reader.lines))):
        line = reader.lines[at]
        if line.kind is not Kind.HEADING or line.text in sites or not 2 <= len(line.text) <= TITLE:
            continue
        if dates.is_date_line(line.text):
            continue
        if line.linked >= len(line.text) and at not in chosen:
            continue
        if at in reader.marked and reader.marked[at][0] != DROP:
            continue
        if best is None or line.level <= best.level:
            best = line
    return "" if best is None else best.text


# A path of links to the page, and a line that says who wrote it.
_NO_OPENING = re.compile(
    "首\\s*[页頁]|当前位置|您的位置|你的位置|所在位置|[>＞»→]|->|^home\\b|(?:作者|来源|来自|发布|时间|日期)\\s*[:：]",
    re.IGNORECASE,
)


def _opening(reader: Reader, chosen: range) -> str:
    """Return the longest line shortly before the first sentence that may be a title."""
    start = sentence_start(reader, chosen)
    texts = [line.text for line in reader.lines[: start + 2]]
    found = []
    for at in range(max(0, min(chosen.start, start - 2), start - 6), min(start + 1, len(texts))):
        text = texts[at]
        if at == start and (at + 1 >= len(texts) or len(texts[at + 1]) < 2 * len(text)):
            continue
        is_title = (
            4 <= len(text) <= 60
            and re.search(r"[^\W\d_]{2}", text)
            and not text.endswith(tuple("。，；！"))
            and text[0] not in "—-"
        )
        if (
            is_title
            and at not in reader.marked
            and not _NO_OPENING.search(text)
            and not dates.find_date(text)
        ):
            found.append(text)
    return max(found, key=len, default="")


# ── date ────────────────────────────────────────────────────────────────────

#: Most characters of a line with a date and a time, and of one without a time.
DATE_LINE, DAY_LINE = 120, 40
#: Least characters of the paragraph at which the article begins.
PROSE = 200


def _dates(head: Head, reader: Reader, chosen: range, title: str, urls: list[Value]) -> list[Value]:
    """Return what may be the publication's date, in the order in which it is trusted."""
    found = head.structured("datePublished", "pubDate") + head.values(*_DATES)
    found += _time_elements(reader, chosen)
    found += _date_lines(reader, chosen, title)
    found += [value for url in urls if (value := dates.date_in_url(url.text)) is not None]
    return _with_time_first(found)


_SOME_DAY = date(2999, 1, 1)


def _with_time_first(found: list[Value]) -> list[Value]:
    """Put another date of the first one's day first, if only that has a time of day."""
    days = [dates.from_text(value.text, today=_SOME_DAY, zone=timezone.utc) for value in found]
    first = next((at for at, day in enumerate(days) if day is not None), None)
    if first is None or ":" in found[first].text:
        return found
    for at in range(first + 1, len(found)):
        day, firm = days[at], days[first]
        if day is not None and firm is not None and ":" in found[at].text and day.date() == firm.date():
            return [found[at], *found[:at], *found[at + 1 :]]
    return found


def _time_elements(reader: Reader, chosen: range) -> list[Value]:
    """Return the `<time>` elements of the publication, then those near the heading; none of comments."""
    said_so: list[Value] = []
    near: list[Value] = []
    start = sentence_start(reader, chosen)
    for at, _, written in reader.times:
        rule = reader.marked.get(at)
        said = attributes(written)
        names = " ".join((said.get("itemprop", ""), said.get("class", ""), *said)).lower()
        value = said.get("datetime") or said.get("content") or said.get("title") or ""
        if not value or (rule is not None and rule[0] in (COMMENTS, HINT)):
            continue
        if "publi" in names or "pubdate" in names:
            said_so.append(Value(value, "time element"))
        elif start - 8 <= at < start and not _is_late(reader, at, names):
            near.append(Value(value, "time element"))
    return said_so + near


def _is_late(reader: Reader, at: int, names: str) -> bool:
    """Return whether a time element is an update's, by its names or by the words in its line."""
    text = reader.lines[at].text if at < len(reader.lines) else ""
    return (
        re.search("updat|modif", names) is not None
        or re.search("更新|修改|修订|修訂|updated", text, re.IGNORECASE) is not None
    )


def _date_lines(reader: Reader, chosen: range, title: str) -> list[Value]:
    """Return the date near the title: with a time of day if there is one, else without."""
    lines = reader.lines
    end = next(
        (at for at, line in enumerate(lines) if len(line.text) >= PROSE and not _is_aside(reader, at)), None
    )
    start = sentence_start(reader, chosen)
    end = min(len(lines), max(start, chosen.start) + 3) if end is None else max(end, min(start, len(lines)))
    heading = next((at for at in range(end) if title and is_same(lines[at].text, title)), -1)
    after = [at for at in range(heading + 1, end) if not _is_aside(reader, at)]
    before = [at for at in range(max(0, heading - 8), max(heading, 0)) if not _is_aside(reader, at)]
    comments = comments_start(reader, start)
    after = [at for at in after if at < comments]
    behind = range(end, min(len(lines), chosen.stop + 6, comments))
    found = []
    for rows, origin in ((after, "date line"), (before, "date line")):
        for with_time, limit in ((True, DATE_LINE), (False, DAY_LINE)):
            texts = (lines[at].text for at in rows if len(lines[at].text) <= limit)
            found += [
                Value(text, origin) for line in texts if (text := dates.find_date(line, with_time=with_time))
            ][:1]
    for at in behind:
        if len(lines[at].text) <= DATE_LINE and _POSTED.search(lines[at].text) and not _is_aside(reader, at):
            found += [Value(text, "date line") for text in [dates.find_date(lines[at].text)] if text]
    return found


_POSTED = re.compile(r"[发發][布佈表]|posted|publi|刊[登载發]|[创創]建", re.IGNORECASE)


def _is_aside(reader: Reader, at: int) -> bool:
    """Tell whether a line is a reader's comment, or stands in a list of other articles."""
    rule = reader.marked.get(at)
    if rule is None:
        return False
    return rule[0] in (COMMENTS, HINT) or any(word in rule[1] for word in ("relat", "recommend", "wm-ipp"))
