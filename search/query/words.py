"""Group the words of a bare clause that must stand together, so that unknown names are found.

Takes the words of a clause as jieba cut them, and returns groups of them; the
words of a group must occur one after the other. A character that jieba leaves
alone is often part of a word that its dictionary lacks: it cuts 占中 into 占 and
中, and half of all articles hold both somewhere. But most single characters are
words, as 的, 说 or 三, and are not joined, since that would lose wanted articles.
docs/query-language.md has the rule in full, benchmarks/names.py its figures.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

from index.text.segment import read_user_dict
from index.text.tokens import can_be_cut
from search.query.ranking import FUNCTION_WORDS

__all__ = ["ALONE", "Grouping", "group_words", "is_lone", "read_words", "split_at_words"]

Grouping: TypeAlias = Callable[[Sequence[str]], list[list[str]]]
"""A function that groups the words of one run of Han characters, in order and without loss."""

_ALONE = (
    "的地得了着过吗呢吧啊呀嘛么之所者们等般啦哦欸亦样便"  # particles
    "我你他她它您咱俺谁某各每这那哪此其该本另"  # pronouns
    "和与及或跟同而且但则若如虽因故即乃兼并又"  # conjunctions
    "在从向往对于为以由被把将给让使叫替比按据沿至到自离关经遭受靠帮"  # prepositions
    "不没未无莫很太最更极挺真好再还也都只仅才就却已曾正刚常总共均皆约近仍尚忽竟"
    "可能会要应须愿敢肯需稍便"  # adverbs
    "是有说做去来想看见听问讲谈写读用吃喝走坐买卖拿找请爱怕死活住开打成变当称指像似懂教学"
    "求搞站派获抓藏换抢骂干令供进登跨除禁删改选犯躲扔掉扫跑飞装搜翻附连笑哭"  # verbs
    "零一二两三四五六七八九十百千万亿半几数第双"  # numerals
    "个名位条件张次年月日天号岁元块分秒时点种些回场届项座架辆艘台部份篇段句层家所群批股人版"  # measure words
    "上下里内外中前后间旁边东西南北"  # places
    "大小多少高低长短新旧老快慢早晚远近难易坏热冷强弱贵穷富"  # adjectives
)
ALONE = frozenset(_ALONE) | {word for word in FUNCTION_WORDS if len(word) == 1}
"""Characters that are usually words by themselves."""

_SHORT = 4
"""The most single characters that are read as one word; names are no longer."""

_PREFIXES = frozenset("反非伪超阿亲抗副准")


def is_lone(word: str) -> bool:
    """Return whether jieba left a character alone that is seldom a word by itself."""
    return len(word) == 1 and can_be_cut(word) and word not in ALONE


def group_words(words: Sequence[str]) -> list[list[str]]:
    """Group the words of a run of Han characters that must stand one after the other.

    - A run of up to four single characters is one group: 占中, 我爱你, 他是谁.
    - In a longer run a lone character is grouped with a single character beside it (占中运动), with
      the word before it (网信办), or, where it is a prefix or nothing stands before it that it could
      belong to, with the word behind it (反封锁).

    In longer runs function words are in no group with others.
    """
    if len(words) <= _SHORT and all(len(word) == 1 for word in words):
        return [list(words)] if words else []
    groups: list[list[str]] = []
    joins_next = False
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        if not before or before in FUNCTION_WORDS or word in FUNCTION_WORDS:
            together = False
        elif len(word) == len(before) == 1:
            together = is_lone(word) or is_lone(before)
        else:
            together = joins_next or (is_lone(word) and word not in _PREFIXES and before not in ALONE)
        if together:
            groups[-1].append(word)
        else:
            groups.append([word])
        joins_next = word in _PREFIXES or (is_lone(word) and not together)
    return groups


def read_words(path: str | os.PathLike[str]) -> frozenset[str]:
    """Read a list of words that hold together in queries, in the format of a user dictionary.

    Raises:
        UsageError: The file cannot be read, or a line is no word of Han characters.
    """
    return frozenset(line.split(" ")[0] for line in read_user_dict(path).splitlines())


def split_at_words(run: str, words: Collection[str]) -> Iterator[tuple[str, bool]]:
    """Split a run of Han characters at the words that hold together; each piece says whether it is one."""
    at = 0
    if words:
        for found in _pattern(frozenset(words)).finditer(run):
            if at < found.start():
                yield run[at : found.start()], False
            yield found[0], True
            at = found.end()
    if at < len(run):
        yield run[at:], False


@lru_cache(maxsize=8)
def _pattern(words: frozenset[str]) -> re.Pattern[str]:
    # The longest first, since an alternative that matches ends the search.
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
