"""Who wrote an article, by a line that says so: `作者：林一帆`, `文/林一帆`, `本报记者 林一帆`, `By Lin`."""

from __future__ import annotations

import re

__all__ = ["authors_in"]

#: A byline is in the first so many characters of a line.
LINE = 120
_HAN = r"[\u4e00-\u9fff]{2,4}"
_LATIN = r"[A-Z][\w.'’-]*(?:\s[A-Z][\w.'’-]*){0,3}"
_NAMES = rf"(?:{_HAN}|{_LATIN})(?:(?:\s?[、，,&]\s?|\s){_HAN})*"
_END = r"(?=$|[\s/／|｜()（）。,，；;])"
# After a label and a sign, any word is a name; after a word alone, only what looks like one.
_LABELLED = re.compile(
    r"(?:^|[\s|｜(（])(?:作\s*者|撰\s*文|撰\s*稿|[採采]\s*[写寫]|文字?|[记記]\s*者)\s*[:：/／|｜]\s*"
    r"(?P<names>[^\s|｜,，、:：()（）/／]{2,20}(?:\s?、\s?[^\s|｜,，、:：()（）/／]{2,20})*)"
)
_REPORTER = re.compile(
    r"(?:^|[\s|｜(（:：])(?:本[报報刊网網台]|[^\s|｜:：]{2,6}[报報社网網])?(?:特[约約派]|[实實][习習]|[见見][习習]|通[讯訊])?"
    rf"(?:[记記]者|通[讯訊][员員])(?:\s(?P<names>{_NAMES}){_END}|(?P<reporter>{_HAN})\s?[/／])"
)
_BY = re.compile(rf"(?:^|[\s|｜·])[Bb][Yy]\s(?P<names>{_LATIN}|{_HAN}){_END}")
_BETWEEN = re.compile(r"\s?[、，,&]\s?|(?<=[\u4e00-\u9fff])\s(?=[\u4e00-\u9fff])")


def authors_in(line: str) -> list[str]:
    """Return the authors whom a line near the title names, in their order."""
    found: list[str] = []
    for form in (_LABELLED, _REPORTER, _BY):
        for match in form.finditer(line[:LINE]):
            parts = match.groupdict()
            names = parts["names"] or parts.get("reporter") or ""
            found += [name for name in _BETWEEN.split(names) if len(name) > 1]
        if found:
            break
    return list(dict.fromkeys(found))
