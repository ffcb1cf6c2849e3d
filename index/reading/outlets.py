"""Derive an article's sources, the outlets that published it, from its url's host and its folder.

The first source is the name that facets and statistics count by; searches find all. A folder names the outlet
unless its name is a date, a number or that of a tool's folder; then the folder above is used. So all
articles of one outlet have the same first source, with or without a url.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

__all__ = ["host_of", "original_url", "outlet_of"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_NUMBERS = re.compile(r"[\d年月日号期卷第\W_]*|(?:19|20)\d\d\D{0,3}.{0,12}|.{0,2}\d+[\W_]+\d+.{0,2}")
_MONTHS = _words("january february march april may june july august september october november december")
_GENERIC = (
    frozenset(
        _words(
            "_posts _drafts post posts draft drafts content contents article articles archive "
            "archives archived doc docs document documents data raw html htm md markdown txt text "
            "texts json jsonl csv xml source sources src page pages blog blogs news file files output "
            "out export exports import imports dist public build download downloads clean cleaned "
            "corpus dataset input sample samples seed seeds item items issue issues notes vault inbox "
            "misc new old temp tmp test tests backup cn en zh zh-cn zh-tw zh-hk zh-hans zh-hant sc tc "
            "gb big5 utf8 gbk www site sites web wiki pages-articles arch assets static media "
            "attachments clippings 文章 正文 归档 存档 備份 备份 资料 新建文件夹 文件 下载 原文 全部 "
            "未分类"
        )
    )
    | frozenset(_MONTHS)
    | frozenset(month[:3] for month in _MONTHS)
)
_ARCHIVES = re.compile(
    r"(?:.+\.)?(?:archive\.(?:org|is|ph|today|md|vn|li|fo)|webcache\.googleusercontent\.com|perma\.cc"
    r"|ghostarchive\.org|webcitation\.org|archive-it\.org)$"
)
_COPY = re.compile(r"https?://web\.archive\.org/(?:web/)?\d{1,14}[a-z_*]{0,5}/(?P<url>.+)$", re.IGNORECASE)
_WITH_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def original_url(url: str) -> str:
    """Return the url of the original, for a copy in the Wayback Machine; else the url itself."""
    if (copy := _COPY.match(url)) is None:
        return url
    inner = copy["url"]
    return inner if _WITH_SCHEME.match(inner) else f"http://{inner}"


def host_of(url: str) -> str:
    """Return the host of a url, which needs no scheme after `www.`; nothing for an archive service."""
    url = url.strip()
    try:
        host = urlsplit(f"//{url}" if url.lower().startswith("www.") else url).hostname or ""
    except ValueError:
        return ""
    return "" if _ARCHIVES.match(host) else host.removeprefix("www.")


def outlet_of(folders: Sequence[str]) -> str:
    """Return the innermost of some nested folders that names an outlet, or nothing."""
    for folder in reversed(folders):
        name = unquote(folder).strip().lower()
        if name and name not in _GENERIC and not _NUMBERS.fullmatch(name):
            return folder
    return ""
