"""What on a page is furniture, by the names it bears and by what it says.

Share bars, navigation, readers' comments, self-promotion, lists of related
articles, the feed's footer. A rule drops at once only what cannot be the
article's text; where a name merely hints at furniture, the text under it
decides. `docs/seed-format.md` has the figures behind the rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from index.reading.plain_html import names

__all__ = ["DROP", "KEEP", "Paragraph", "is_furniture", "judge", "without_trailers"]


class Paragraph(NamedTuple):
    """A paragraph, and how many of its characters are in links."""

    text: str
    linked: int


# ── furniture by name ───────────────────────────────────────────────────────

_DROPPED = names(
    """
    nav button dialog object applet audio video canvas map menu rt rp datalist head title
    """
)
# Classes and ids that name furniture and nothing else.
_FURNITURE = names(
    """
    sharedaddy sd-sharing sd-block sd-like sd-social addtoany addtoany_share_save_container a2a_kit
    jiathis jiathis_style bdsharebuttonbox bshare bshare-custom service-links share-bar sharebar
    share-buttons share-button share-tools sharing social-share social-links social-icons sns-share
    post-share share-post jp-relatedposts yarpp-related related-posts related-articles related-news
    related-links related-stories recommended-articles recommendations outbrain taboola
    screen-reader-text sharing-screen-reader-text sr-only visually-hidden visuallyhidden
    element-hidden element-invisible rdf-meta entry-meta entry-footer post-meta post-tags tags-links
    cat-links submitted byline-meta entry-author-wrapper post-navigation nav-links navigation
    breadcrumb breadcrumbs pagination pager comments comment-wrapper comment-list commentlist
    comment-respond comment-form comment-add comment-reply respond disqus_thread newsletter
    newsletter-signup subscribe-form adsbygoogle advertisement
    """
)
# Words that hint at furniture; the text under them decides.
_HINTS = names(
    """
    share sharing social sns selfpromo promo newsletter subscribe related relateds recommend
    recommended recommendation recommendations comments breadcrumb toolbar advert ads sponsor
    sponsored sidebar
    """
)
# WordPress and Drupal write an article's subjects into its class.
_SUBJECT = re.compile(r"(?:tag|category|cat|type|format|status|postid|page|lang|author)-")
_WORD = re.compile(r"[a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
# Furniture that is only hinted at has no paragraph with this many characters outside links,
PROSE = 120
# and not this many in all.
MUCH_PROSE = 400

KEEP, WEIGH_LINKS, WEIGH, DROP = range(4)
_BY_ELEMENT = {"aside": WEIGH_LINKS, "footer": WEIGH_LINKS, "form": WEIGH}


@lru_cache(maxsize=4096)
def _verdict(classes: str, identity: str) -> int:
    """What an element's class and id say of it."""
    verdict = KEEP
    for token in f"{classes} {identity}".split():
        lower = token.lower()
        if lower in _FURNITURE:
            return DROP
        if not _SUBJECT.match(lower) and not _HINTS.isdisjoint(_WORD.findall(_CAMEL.sub("-", token).lower())):
            verdict = WEIGH
    return verdict


def judge(name: str, attributes: Mapping[str, str | None]) -> int:
    """What is to be done with an element: KEEP or DROP, or else ask `is_furniture` when it ends."""
    if name in _DROPPED:
        return DROP
    verdict = _BY_ELEMENT.get(name, KEEP)
    if not attributes:
        return verdict
    if "hidden" in attributes or ("style" in attributes and _HIDDEN.search(attributes["style"] or "")):
        return DROP
    if name not in ("article", "main"):
        classes, identity = (attributes.get(key) or "" for key in ("class", "id"))
        verdict = max(verdict, _verdict(classes[:300], identity[:300]))
    if "data-selfpromo" in " ".join(attributes):
        verdict = max(verdict, WEIGH)
    # Sloppy pages leave these open, and all that follows is then inside.
    return WEIGH if verdict == DROP and name in ("p", "li") else verdict


def is_furniture(region: list[Paragraph], verdict: int) -> bool:
    """Whether the paragraphs of an element that `judge` would have weighed are none of the article's."""
    if verdict == WEIGH_LINKS:
        return 2 * sum(linked for _, linked in region) > sum(len(text) for text, _ in region)
    prose = [len(text) - linked for text, linked in region]
    return max(prose, default=0) < PROSE and sum(prose) < MUCH_PROSE


# ── furniture by what it says ───────────────────────────────────────────────

_LABEL_START = r"^[\s【\[（(<《■●◆▲▼※☆★*#>＞»|｜—-]*"
_LABEL_END = r"[\s】\])）>》:：…»↓]*"
_RELATED = re.compile(
    _LABEL_START + "(?:"
    "(?:相[关關]|延伸|推[荐薦]|更多|[热熱][门門]|最新|其[他它]|往期)"
    "(?:[阅閱][读讀]|文章|新[闻聞]|[报報][道导導]|[链鏈][接結]|連結|推[荐薦]|[内內]容|[资資][讯訊]|[热熱][点點]|[专專][题題])"
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
#: An entry in a list of related articles has at most this many characters.
_ENTRY = 200
# ... and most of them are in a link.
_LINKED = 0.75


def without_trailers(found: list[Paragraph]) -> list[str]:
    """The texts, without share labels and without lists of links that a label announces."""
    kept = []
    at = 0
    while at < len(found):
        text, linked = found[at]
        at += 1
        label = _RELATED.match(text) if len(text) <= 2 * _ENTRY else None
        if label is None:
            if len(text) > _ENTRY or _SHARE.match(text) is None:
                kept.append(text)
        elif label.end() == len(text):
            entries = at
            while entries < len(found) and _is_entry(*found[entries]):
                entries += 1
            if entries == at:
                kept.append(text)
            at = entries
        elif not (text[label.end() - 1] in ":：" and _is_entry(text[label.end() :], linked)):
            kept.append(text)
    return kept


def _is_entry(text: str, linked: int) -> bool:
    return len(text) <= _ENTRY and linked >= _LINKED * len(text)
