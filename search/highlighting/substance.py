"""How much a paragraph says, so that a snippet is not an author's line or the caption of a picture.

A paragraph is prose, a short line such as a heading, or a credit: who wrote, drew or sent it, and what
stands below pictures. The marks below are those with which articles in both scripts begin and end such lines.
"""

from __future__ import annotations

import re
from typing import Final

from index.article import Kind

__all__ = ["CREDIT", "PROSE", "SHORT", "lead", "substance"]

PROSE: Final = 10
SHORT: Final = 9
"""So little less than prose that it decides only between places that show as much of the query."""
CREDIT: Final = 1

# Of a longer paragraph even the beginning of a credit is not all.
_LONGEST_CREDIT = 60
_SHORTEST_PROSE = 12
# A lead that says less is passed over for a longer one, if one of the next lines is.
_SHORTEST_LEAD, _NEXT_LINES = 20, 12
_ROLE = (
    "文|文字|图|圖|图文|圖文|图片|圖片|图源|圖源|题图|題圖|封面|摄影|攝影|供图|供圖|绘图|繪圖|作者|原作者|撰文|撰稿|"
    "采写|採寫|采访|採訪|记者|記者|编辑|編輯|责编|責編|责任编辑|責任編輯|校对|校對|审校|審校|排版|翻译|翻譯|编译|"
    "編譯|译者|譯者|译|譯|来源|來源|出处|出處|图片来源|圖片來源|图片说明|圖片說明|图说|圖說|资料图片|資料圖片|原文|"
    "原标题|原標題|photo|image|picture|source|credit|by|photo by|image by|image credit|photo credit"
)
_CREDIT_BEGINS = re.compile(rf"[（(【\[▲△■◎*\s]*(?:{_ROLE})\s*(?:[:：/／|｜丨︱·•]|$)", re.I)
_CREDIT_ENDS = re.compile(
    r"(?:(?:^|[\s，。；“”])[图圖摄攝文][/／:：|｜丨︱]|[（(][图圖](?:源|片)?[:：/／]?)[^。！？!?]{1,16}[）)]?$"
)
_PLACEHOLDER = re.compile(
    r"[（(【\[]?(?:网络图片|網絡圖片|網路圖片|资料图片?|資料圖片?|示意图|示意圖|[a-z]+_[a-z_]+)[）)】\]]?$",
    re.I,
)
_SENTENCE_END = re.compile(r"[。！？!?…]")


def substance(line: str, kind: str = "") -> int:
    """Return how much a paragraph says: PROSE, SHORT or CREDIT.

    Args:
        line: The paragraph.
        kind: The letter of its `Kind`, if that is known.
    """
    line = line.strip()
    if kind == Kind.CAPTION.value or not line:
        return CREDIT
    if len(line) <= _LONGEST_CREDIT and (
        _CREDIT_BEGINS.match(line) or _CREDIT_ENDS.search(line) or _PLACEHOLDER.match(line)
    ):
        return CREDIT
    return PROSE if len(line) >= _SHORTEST_PROSE or _SENTENCE_END.search(line) else SHORT


def lead(body: str, kinds: str = "") -> int:
    """Return where the paragraph begins that introduces an article best: the first that says most."""
    best, best_score, at = 0, 0.0, 0
    seen = 0
    for number, line in enumerate(body.split("\n")):
        start, at = at, at + len(line) + 1
        if not line.strip():
            continue
        seen += 1
        score = substance(line, kinds[number : number + 1]) + (len(line.strip()) >= _SHORTEST_LEAD)
        if score > best_score:
            best, best_score = start + len(line) - len(line.lstrip()), score
        if score > PROSE or seen == _NEXT_LINES:
            break
    return best
