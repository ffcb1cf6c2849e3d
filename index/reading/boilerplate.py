"""Decide which parts of a page are boilerplate, by name and by content.

Boilerplate is share bars, navigation, readers' comments, self-promotion, lists
of related articles, a feed's footer. A rule may remove more the surer it is:

- DROP: an element that holds no text of an article, such as `nav`, or is hidden;
- COMMENTS: the comments of readers, whose prose is not the article's;
- NAMED: a class or id that names boilerplate and nothing else, such as
  `related-posts`; removed unless it holds a heading of the first level, `main`
  or the article itself;
- HINT: a word in a class or id, such as `share` in `article-share`; removed only
  if each paragraph in it is a link or a label, so no prose, however short;
- LINKS: `aside`, `footer`, `menu`; removed if most of the text is in links.

docs/reading-html.md lists the rules, by the names under which they are reported.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from index.reading.draft import Kind, Removed
from index.reading.markup import attributes, names

__all__ = [
    "COMMENTS",
    "DROP",
    "HINT",
    "LINKS",
    "NAMED",
    "RULED",
    "Line",
    "Verdict",
    "is_boilerplate",
    "judge",
    "split_trailers",
]


class Line(NamedTuple):
    """A paragraph as it is read, with how many of its characters are in links."""

    text: str
    linked: int
    kind: Kind = Kind.TEXT
    level: int = 0

    @property
    def prose(self) -> int:
        """The number of characters outside links."""
        return len(self.text) - self.linked


# ── by name ─────────────────────────────────────────────────────────────────

DROP, COMMENTS, NAMED, HINT, LINKS = range(5)
Verdict: TypeAlias = "tuple[int, str] | None"
"""A rule's certainty that an element is boilerplate, and its name; None if no rule applies."""

_ELEMENTS = {
    **dict.fromkeys(
        (
            "nav",
            "button",
            "dialog",
            "object",
            "applet",
            "audio",
            "video",
            "canvas",
            "map",
            "rt",
            "rp",
            "datalist",
        ),
        DROP,
    ),
    "aside": LINKS,
    "footer": LINKS,
    "menu": LINKS,
    "form": HINT,
}
#: Elements that have a rule without an attribute.
RULED = frozenset(_ELEMENTS)
_COMMENTS = names("comments comment-wrapper comment-list commentlist comment-respond disqus_thread")
# Classes and ids that name boilerplate and nothing else.
_NAMED = names(
    """
    sharedaddy sd-sharing sd-block sd-like sd-social addtoany addtoany_share_save_container a2a_kit
    jiathis jiathis_style bdsharebuttonbox bshare bshare-custom service-links share-bar sharebar
    share-buttons share-button share-tools sharing social-share social-links social-icons sns-share
    post-share share-post jp-relatedposts yarpp-related related-posts related-articles related-news
    related-links related-stories recommended-articles recommendations outbrain taboola
    screen-reader-text sharing-screen-reader-text sr-only visually-hidden visuallyhidden
    element-hidden element-invisible rdf-meta entry-meta entry-footer post-meta post-tags tags-links
    cat-links submitted byline-meta entry-author-wrapper post-navigation nav-links navigation
    breadcrumb breadcrumbs pagination pager comment-form comment-add comment-reply respond newsletter
    newsletter-signup subscribe-form adsbygoogle advertisement wm-ipp-base wm-ipp
    """
)
_HINTS = names(
    """
    share sharing social sns selfpromo promo newsletter subscribe related relateds recommend
    recommended recommendation recommendations comments breadcrumb toolbar advert ads sponsor
    sponsored sidebar
    """
)
# WordPress and Drupal write an article's subjects into its class; themes, what a page has or has not.
_SUBJECT = re.compile(r"(?:tag|category|cat|type|format|status|postid|page|lang|author|has|no|with|without)-")
_WORD = re.compile(r"[a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ADDRESS = re.compile(r"""\s(?:href|src|title|data-(?!selfpromo)[\w-]+)=(?:"[^"]*"|'[^']*')(?=\s|$)""")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def judge(name: str, written: str) -> Verdict:
    """Return the rule for an element with these attributes, as written in its tag."""
    # A page has few tags that differ, but for links: each has an address of its own, which fills a cache.
    return _look(name, written) if name == "a" or len(written) > _CACHED else _look_once(name, written)


def _look(name: str, written: str) -> Verdict:
    if written:
        lower = written.lower()
        if (
            "class=" in lower
            or "none" in lower
            or "hidden" in lower
            or " id=" in lower
            or "\nid=" in lower
            or "\tid=" in lower
            or "selfpromo" in lower
        ):
            return _judge(name, _ADDRESS.sub("", written)) if len(written) < 1000 else _judged(name, written)
    return _by_element(name) if name in _ELEMENTS else None


_CACHED = 200
_look_once = lru_cache(maxsize=4096)(_look)


def _by_element(name: str) -> Verdict:
    return (_ELEMENTS[name], f"element {name}") if name in _ELEMENTS else None


def _judged(name: str, written: str) -> Verdict:
    found = attributes(written)
    verdict = _by_element(name)
    if "hidden" in found or _HIDDEN.search(found.get("style", "")):
        return DROP, "hidden"
    if (verdict is not None and verdict[0] == DROP) or name in ("article", "main", "body", "html"):
        return verdict
    for token in f"{found.get('class', '')[:300]} {found.get('id', '')[:300]}".split():
        ours = _by_token(token)
        if ours is not None and (verdict is None or ours[0] < verdict[0]):
            verdict = ours
    if verdict is not None and name in ("p", "li"):
        # Sloppy pages leave these open, and what follows is then inside.
        verdict = max(verdict[0], HINT), verdict[1]
    if any("data-selfpromo" in key for key in found):
        verdict = verdict if verdict is not None and verdict[0] <= NAMED else (NAMED, "data-selfpromo")
    return verdict


_judge = lru_cache(maxsize=4096)(_judged)


@lru_cache(maxsize=4096)
def _by_token(token: str) -> Verdict:
    lower = token.lower()
    if lower in _COMMENTS:
        return COMMENTS, f"comments: {lower}"
    if lower in _NAMED:
        return NAMED, f"class or id: {lower}"
    if not _SUBJECT.match(lower):
        words = _HINTS.intersection(_WORD.findall(_CAMEL.sub("-", token).lower()))
        if words:
            return HINT, f"hint: {min(words)}"
    return None


# ── by what stands in it ────────────────────────────────────────────────────

#: Most characters of a label.
LABEL = 40
_SENTENCE = re.compile("[，。！？；,!?;]|[.]\\s|[.]$")
# What labels of share bars, forms and lists say.
_LABEL_WORDS = re.compile(
    "感[兴興]趣|喜[欢歡]|分享|转[发發]|轉[发發]|[订訂][阅閱]|[关關]注|收藏|打印|"
    "列印|[评評][论論]|留言|推[荐薦]|相[关關]|延伸|[热熱][门門]|更多|最新|微博|"
    "微信|朋友圈|空[间間]"
    "|登[录錄入]|注[册冊]|搜[索尋寻]|查[询詢]|提交|[广廣]告|[赞贊]助|推[广廣]|"
    "[邮郵][箱件]|[电電][邮郵]|新[闻聞]信|下[载載]|[扫掃]|返回|[举舉][报報]|"
    "字[体體号號]|首[页頁]"
    "|目[录錄]|[点點][赞贊击擊]|qq|app|share|tweet|facebook|twitter|telegram|"
    "whatsapp|e-?mail|print|subscri|newsletter|sign|log ?in|follow"
    "|\\bads?\\b|advert|sponsor|comment|search|menu|related|recommend|promo|more",
    re.IGNORECASE,
)


def is_boilerplate(region: Sequence[Line], verdict: int, *, holds_article: bool) -> bool:
    """Tell whether an element that `judge` returned a rule for is boilerplate, by its paragraphs."""
    if verdict in (DROP, COMMENTS):
        return True
    if holds_article:
        return False
    if verdict == NAMED:
        return True
    if verdict == LINKS:
        return 2 * sum(line.linked for line in region) > sum(len(line.text) for line in region)
    return all(map(_is_label, region))


def _is_label(line: Line) -> bool:
    if 2 * line.linked >= len(line.text) or not any(map(str.isalpha, line.text)):
        return True
    return (
        len(line.text) <= LABEL
        and _SENTENCE.search(line.text) is None
        and _LABEL_WORDS.search(line.text) is not None
    )


# ── by what it says ─────────────────────────────────────────────────────────

_LABEL_START = r"^[\s【\[（(<《■●◆▲▼※☆★*#>＞»|｜—-]*"
_LABEL_END = r"[\s】\])）>》:：…»↓]*"
_RELATED = re.compile(
    _LABEL_START + "(?:"
    "(?:相[关關]|延伸|推[荐薦]|更多|[热熱][门門]|最新|其[他它]|往期)"
    "(?:[阅閱][读讀]|文章|新[闻聞]|[报報][道导導]|[链鏈][接結]|連結|推[荐薦]|"
    "[内內]容|[资資][讯訊]|[热熱][点點]|[专專][题題])"
    "|[您你](?:可能|也[许許])?[还還也]?[会會]?(?:感[兴興]趣|喜[欢歡])(?:的(?:文章|[内內]容))?"
    "|猜你喜[欢歡]|相[关關]|推[荐薦]"
    "|related(?: (?:posts?|articles?|stories|news|links))?|read more|more stories|you may also like"
    "|获取更多RSS)" + _LABEL_END,
    re.IGNORECASE,
)
_SHARE = re.compile(
    _LABEL_START + "(?:(?:分享|共享|[转轉][发發])(?:到|至|[给給]|本文|此文章?|文章|[这這]篇文章)?"
    "|share(?: (?:this|on|to))?)"
    r"\s*[:：]\s*$",
    re.IGNORECASE,
)
# What a label of either begins with.
_LABEL_BEGINS = re.compile(_LABEL_START + "[相延推更热熱最其往您你猜分共转轉获rmys]", re.IGNORECASE)
#: An entry in a list of related articles has at most this many characters.
_ENTRY = 200
# ... and most of them are in a link.
_LINKED = 0.75


def split_trailers(lines: Sequence[Line]) -> tuple[list[Line], list[Removed]]:
    """Return the lines without share labels and lists of related articles, and what was removed."""
    if not any(_LABEL_BEGINS.match(line[0]) for line in lines):
        return list(lines), []
    kept: list[Line] = []
    removed: list[Removed] = []
    position = 0
    while position < len(lines):
        line = lines[position]
        position += 1
        label = _RELATED.match(line.text) if len(line.text) <= 2 * _ENTRY else None
        if label is None:
            if len(line.text) > _ENTRY or _SHARE.match(line.text) is None:
                kept.append(line)
            else:
                removed.append(Removed(line.text, "share label"))
        elif label.end() == len(line.text):
            end = position
            while end < len(lines) and _is_entry(lines[end].text, lines[end].linked):
                end += 1
            if end == position:
                kept.append(line)
            else:
                removed += [Removed(entry.text, "related articles") for entry in lines[position - 1 : end]]
            position = end
        elif line.text[label.end() - 1] in ":：" and _is_entry(line.text[label.end() :], line.linked):
            removed.append(Removed(line.text, "related articles"))
        else:
            kept.append(line)
    return kept, removed


def _is_entry(text: str, linked: int) -> bool:
    return len(text) <= _ENTRY and linked >= _LINKED * len(text)
