"""Read pages of WeChat's publishing system, whose elements are known.

The text is the content of `#js_content`, even where a style hides it. The time of
publication is in `#publish_time` or in a script. If no author is named, the
account is the author.
"""

from __future__ import annotations

import re

from index.reading.draft import Draft, Paragraph, Removed, Value
from index.reading.html import Reader, read_fragment
from index.reading.markup import tokens
from index.reading.page_head import Head

__all__ = ["is_gone", "is_wechat", "read_wechat"]

_CONTENT = re.compile(r"""<[a-z]+\b[^<>]{0,500}\bid\s*=\s*["']?js_content\b""", re.IGNORECASE)
_PLATFORM = re.compile("Weixin Official Accounts Platform|微信公众平台|微信公眾平台", re.IGNORECASE)
_GONE = re.compile(
    "(?:[内內]容|文章|账号|帳號|[链鏈][接結]|公众号)[^<。]{0,24}(?:[删刪]除|屏蔽|[违違][规規]|[无無]法[查访訪]|停止|不存在|[过過]期)"
    "|(?:content|account|link|page)[^<.]{0,40}(?:deleted|blocked|removed|violat|unavailable|suspended|expired)",
    re.IGNORECASE,
)
#: Most characters of a page without an article.
NOTICE = 600
_STAMPS = (
    re.compile(r"""\b(?:ct|oriCreateTime|createTimestamp)\b\s*[:=]\s*["'](\d{10})["']"""),
    re.compile(r"""\bcreateTime\b\s*[:=]\s*["'](\d{4}-\d{2}-\d{2} \d{2}:\d{2}|\d{10})"""),
    re.compile(r"""\bpublish_time\b\s*[:=]\s*["'](\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?|\d{10})"""),
)


def is_wechat(page: str) -> bool:
    """Tell whether a page holds an article of WeChat's."""
    return "js_content" in page and _CONTENT.search(page) is not None


def is_gone(page: str, head: Head) -> bool:
    """Tell whether a page without an article is WeChat's notice that it was deleted."""
    named = " ".join((head.title, *(value.text for value in head.values("og:site_name")), head.canonical))
    if not (_PLATFORM.search(named) or "weui-msg" in page or "mp.weixin.qq.com" in named):
        return False
    text = " ".join(paragraph.text for paragraph in read_fragment(page)[0])
    return len(text) <= NOTICE and _GONE.search(text) is not None


def read_wechat(page: str, head: Head, draft: Draft) -> None:
    """Note in `draft` what an article of WeChat's says."""
    reader = Reader(outline=True, trust=None)
    reader.read(tokens(page))
    content = next((element for element in reader.elements if _CONTENT.match(f"<x {element.written}")), None)
    rows = range(0) if content is None else range(content.first, content.last)
    for at, line in enumerate(reader.lines):
        if at in rows:
            draft.paragraphs.append(Paragraph(line.text, line.kind, line.level))
        else:
            draft.removed.append(Removed(line.text, "outside of #js_content"))
    draft.titles = [
        *head.values("og:title", "twitter:title"),
        *_by_id(page, "activity-name"),
        *([Value(head.title, "<title>")] if head.title and not _PLATFORM.fullmatch(head.title) else []),
    ]
    stamps = [Value(found[1], "script") for stamp in _STAMPS if (found := stamp.search(head.scripts))]
    draft.dates = [*_by_id(page, "publish_time"), *stamps, *head.values("article:published_time")]
    authors = [*head.values("author", "og:article:author"), *_by_id(page, "js_author_name")]
    draft.authors = authors[:1] or _by_id(page, "js_name")


def _by_id(page: str, identity: str) -> list[Value]:
    """Return the text of the element with this id."""
    pattern = rf"""\bid\s*=\s*["']?{identity}\b["']?[^<>]{{0,500}}>(?P<text>(?:[^<]|<(?!/)){{0,500}})"""
    found = re.search(pattern, page, re.IGNORECASE)
    text = "" if found is None else " ".join(part.text for part in read_fragment(found["text"])[0])
    return [Value(text, f"#{identity}")] if text else []
