"""Make a draft of a mapping: front matter, a JSON object, a row of a table.

One table maps keys to properties, in English and Chinese. Of several keys for one property the first
in the table wins. Keys are compared without case, `_`, `-` and spaces.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from index.own_fields import OWN, name_of
from index.reading.draft import Draft, Value
from index.reading.html import squeeze

__all__ = ["KEYS", "as_text", "fill", "first", "lookup", "names_of", "replies"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


KEYS: dict[str, tuple[str, ...]] = {
    "title": _words(
        "title headline subject posttitle articletitle 标题 標題 题目 題目 文章标题 篇名 题名 question "
        "name 名称"
    ),
    "body": _words(
        "contenthtml contenttext content contentencoded articlebody body bodyhtml fulltext text "
        "textraw html markdown md article post message selftext 正文 内容 內容 全文 文章 文章内容 "
        "正文内容 文本"
    ),
    "date": _words(
        "date published publisheddate publishdate pubdate datepublished publishedat publishedtime "
        "publishtime posttime postdate postedat releasedate issued dcdate addtime createdat "
        "createdtime createtime created creationdate datecreated ctime time timestamp datetime "
        "createdutc 日期 发布时间 發布時間 发布日期 發布日期 发表时间 发表日期 發表時間 刊发日期 "
        "出版日期 发稿时间 时间 時間 创建时间"
    ),
    # A last resort: dates of what came later.
    "updated": _words(
        "updated lastmod lastmodified modified datemodified updatedat updatedtime updatetime "
        "mtime lastupdated 更新时间 更新日期 修改时间 dateadded"
    ),
    "authors": _words(
        "authors author byline creator creators dccreator writer writers by user screenname nickname "
        "username sendername 作者 记者 記者 署名 撰文 编辑作者 公众号 发信人"
    ),
    "url": _words(
        "originalurl sourceurl canonicalurl canonical url link permalink href original from "
        "source weburl articleurl externalurl guid 链接 連結 网址 網址 原文链接 原文网址 原文 "
        "地址 来源链接"
    ),
    "tags": _words(
        "tags tag keywords keyword categories category topics topic labels section column subject "
        "subjects manualtags 标签 標籤 关键词 關鍵詞 分类 分類 栏目 欄目 主题 版块"
    ),
    "source": _words(
        "outlet publisher publication publicationtitle media site sitename website newspaper "
        "journal source from 来源 來源 媒体 媒體 出处 出處 报纸 刊名 网站"
    ),
    "id": _words("id articleid postid newsid docid aid key uuid guid 编号 編號"),
    "summary": _words(
        "description summary abstract abstractnote excerpt subtitle lead dek deck desc 摘要 导语 導語 简介"
    ),
}
"""The keys of each property of an article."""

_REPLIES = frozenset(_words("replies reply comments comment answers responses 回复 回覆 评论 評論 留言 跟帖"))
_REPLY_TEXT = (
    "content",
    "text",
    "body",
    "message",
    "comment",
    "reply",
    "内容",
    "正文",
    "评论",
    "回复",
    "留言",
)
_NOT_IN_KEYS = re.compile(r"[\s_:-]+")
_TEXT_KEYS = (
    "rendered",
    "raw",
    "html",
    "text",
    "value",
    "content",
    "name",
    "nickname",
    "username",
    "screen_name",
    "title",
    "label",
    "#text",
    "_",
    "姓名",
)
_LINK = re.compile(r"(?:https?:)?//\S+$", re.IGNORECASE)
_SEMICOLONS = re.compile(r"\s*[;；]\s*")
_BETWEEN_NAMES = re.compile(r"\s*[,，、|｜]\s*|\s+(?:and|&)\s+")
_TAGS = re.compile(r"</?[A-Za-z][^<>]{0,300}>")
# More values than any property has; a hostile file may nest a billion.
_MOST = 1000
_DEPTH = 8


def lookup(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values by their keys as they are compared, the first of each."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        found.setdefault(_NOT_IN_KEYS.sub("", str(key)).lower(), value)
    return found


def first(values: Mapping[str, Any], name: str, keys: Iterable[tuple[str, str]] = ()) -> Any:
    """Return the first value that is not empty among those of a property; `values` come from `lookup`."""
    for key in _keys(name, keys):
        if (value := values.get(key)) not in (None, "", [], {}):
            return value
    return None


def _keys(name: str, keys: Iterable[tuple[str, str]]) -> list[str]:
    chosen = [_NOT_IN_KEYS.sub("", key).lower() for mapped, key in keys if mapped == name]
    taken = {_NOT_IN_KEYS.sub("", key).lower() for mapped, key in keys if mapped != name}
    return chosen + [key for key in KEYS.get(name, ()) if key not in taken]


def fill(
    draft: Draft, values: Mapping[str, Any], *, origin: str, keys: Iterable[tuple[str, str]] = ()
) -> None:
    """Add what a mapping says of an article, except its body, to a draft.

    Args:
        draft: Gets the values, after those that it has.
        values: What `lookup` returned.
        origin: Where they stand, as `"front matter"`.
        keys: Pairs of a property and the key that the user says holds it.
    """
    keys = tuple(keys)
    for name, key in keys:
        if name.startswith(OWN):
            draft.values.setdefault(name_of(name), values.get(_NOT_IN_KEYS.sub("", key).lower()))
    for name in _keys("title", keys):
        if title := plain(as_text(values.get(name))):
            draft.titles.append(Value(title, f"{origin}: {name}"))
    for name in (*_keys("date", keys), *_keys("updated", keys)):
        if date := as_text(values.get(name)):
            draft.dates.append(Value(date, f"{origin}: {name}"))
    for name in _keys("url", keys):
        value = values.get(name)
        for text in [as_text(value)] if not isinstance(value, list) else map(as_text, value[:3]):
            if _LINK.match(text.strip()):
                draft.urls.append(Value(text.strip(), f"{origin}: {name}"))
    for name in _keys("source", keys):
        text = plain(as_text(values.get(name)))
        if text and len(text) <= 40 and not _LINK.match(text) and "/" not in text:
            draft.sources.append(Value(text, f"{origin}: {name}"))
    for name in _keys("authors", keys):
        draft.authors += [Value(author, f"{origin}: {name}") for author in names_of(values.get(name))]
    for name in _keys("tags", keys):
        if not (name == "subject" and len(draft.titles) == 1 and draft.titles[0].origin.endswith(name)):
            draft.tags += [Value(tag.strip("#"), f"{origin}: {name}") for tag in names_of(values.get(name))]


def plain(text: str) -> str:
    """Return a short text on one line, without tags, references decoded."""
    if "<" in text:
        text = _TAGS.sub("", text)
    return squeeze(html.unescape(text) if "&" in text else text).replace("\0", "")


def as_text(value: Any, depth: int = _DEPTH) -> str:
    """Return the text of a value: of a string or number itself, of an object the part that names it."""
    if value is None or isinstance(value, bool) or depth == 0:
        return ""
    if isinstance(value, Mapping):
        return next((text for key in _TEXT_KEYS if (text := as_text(value.get(key), depth - 1))), "")
    if isinstance(value, (list, tuple)):
        texts = [as_text(item, depth - 1) for item in value[:_MOST]]
        mixed = any(isinstance(item, str) for item in value) and any(
            isinstance(item, Mapping) for item in value
        )
        return ("" if mixed else "\n").join(filter(None, texts))
    return str(value)


def names_of(value: Any) -> list[str]:
    """Return the names that a value lists: of authors, or tags, in a list, or parted by signs in a string."""
    names: list[str] = []
    for text in _leaves(value, _DEPTH):
        text = plain(text)
        between = _SEMICOLONS if _SEMICOLONS.search(text) else _BETWEEN_NAMES  # in `Lin, Yifan; Chen, Er`
        names += [name for piece in between.split(text) if (name := piece.strip(" []\"'"))]
    return [name for name in dict.fromkeys(names[:_MOST]) if len(name) <= 100 and not _LINK.match(name)]


def _leaves(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, (list, tuple)) and depth:
        for item in value[:_MOST]:
            yield from _leaves(item, depth - 1)
    else:
        yield as_text(value, depth)


def replies(values: Mapping[str, Any]) -> list[str]:
    """Return the texts of replies that are nested in a mapping, in their order."""
    found: list[str] = []
    for key, value in values.items():
        if str(key).lower() in _REPLIES and isinstance(value, (list, Mapping)):
            _collect(value, found, _DEPTH)
    return found[:_MOST]


def _collect(value: Any, found: list[str], depth: int) -> None:
    if depth == 0 or len(found) >= _MOST:
        return
    if isinstance(value, str):
        found.append(value)
    elif isinstance(value, list):
        for item in value:
            _collect(item, found, depth - 1)
    elif isinstance(value, Mapping):
        if text := next(
            (text for key in _REPLY_TEXT if (text := value.get(key)) and isinstance(text, str)), ""
        ):
            found.append(text)
        for inner in value.values():
            if isinstance(inner, (list, Mapping)):
                _collect(inner, found, depth - 1)
