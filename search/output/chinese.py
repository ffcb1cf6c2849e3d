"""The catalogue: each English message that people read on the command line or a page, in Chinese.

Written in simplified characters; `traditional` returns the other script. The help of commands is in
chinese_help.py, that of errors in chinese_errors.py. A message with `{}` is a pattern; the translation may
take its parts in another order.
"""

from __future__ import annotations

from search.output.chinese_errors import ERRORS

__all__ = ["MESSAGES", "TEMPLATES", "in_script", "traditional"]

_ANSWERS: dict[str, str] = {
    # Queries
    "the query is empty": "查询是空的",
    "write what to find: 乌克兰 弹药": "请写要找的内容，例如：乌克兰 弹药",
    "the query goes on after {} characters": "查询超过了 {} 个字符",
    "search for a part of it": "请只查其中一部分",
    "search for a part of it, or quote it": "请只查其中一部分，或者加上引号",
    "the query has more than {} clauses": "查询多于 {} 个部分",
    "the query has more than {} distances": "查询里的 ~ 距离多于 {} 个",
    "the query nests deeper than {} levels": "查询的括号超过 {} 层",
    "leave out brackets and NOTs that change nothing": "请去掉不起作用的括号和 NOT",
    "the query has an unclosed bracket": "查询里有一个括号没有闭合",
    "close it, or leave it out": "请补上另一半，或者去掉它",
    "nothing stands in the brackets": "括号里没有内容",
    "fill them, or leave them out": "请填上内容，或者去掉",
    "the query has an unclosed quotation mark": "查询里有一个引号没有闭合",
    "close it with {} or leave it out": "请用 {} 闭合，或者去掉它",
    "nothing stands in the quotation marks": "引号里没有内容",
    "nothing stands after {}:": "{}: 后面没有内容",
    "write {}, or quote it to search for the word": "请写成 {}；要找这个词本身，请加引号",
    "a source with *": "来源名称不能用 *",
    "write the whole name: source:rfi.fr": "请写出完整名称：source:rfi.fr",
    "a distance above {}": "距离大于 {}",
    "a distance with nothing after it": "距离后面没有内容",
    "a distance beside something that is no word or phrase": "距离的一侧不是词语或短语",
    "a distance between two fields": "距离两侧属于不同的字段",
    "write title:(日本 ~10 乌克兰)": "请写成 title:(日本 ~10 乌克兰)",
    'write "日本" ~10 "乌克兰"; for three of them, two such pairs': (
        '请写成 "日本" ~10 "乌克兰"；三个词请写成两对'
    ),
    "nothing to look for, only punctuation,": "只有标点，没有可找的内容",
    "write at least one letter, digit or Chinese character": "请至少写一个字母、数字或汉字",
    "not UTF-8": "不是 UTF-8 编码",
    "convert the file": "请转换文件的编码",
    "--list is for a whole index, not for a part": "--list 只用于整个索引，不用于一部分",
    "--bom begins a file of --csv": "--bom 用于 --csv 文件的开头",
    "add --csv, or leave it out": "请加上 --csv，或者去掉它",
    # Reprints
    "1 article with text of {}": "有 1 篇文章与 {} 有相同的文字",
    "{} articles with text of {}": "有 {} 篇文章与 {} 有相同的文字",
    "first": "最早",
    "this article": "这篇文章",
    "the same text": "文字相同",
    "has {} of this article, which has {} of it": "含有这篇文章的 {}，这篇文章含有它的 {}",
    "1 more article: raise --limit": "还有 1 篇，请加大 --limit",
    "{} more articles: raise --limit": "还有 {} 篇，请加大 --limit",
    "1 sentence kept, {} of them in another order": "保留 1 句，其中 {} 句次序不同",
    "{} sentences kept, {} of them in another order": "保留 {} 句，其中 {} 句次序不同",
    "and 1 reprint:": "另有 1 篇转载：",
    "and {} reprints:": "另有 {} 篇转载：",
    "1 group of reprints on this page": "本页有 1 组转载",
    "{} groups of reprints on this page": "本页有 {} 组转载",
    "--group cannot be shown with {}; leave out one of them": "--group 不能与 {} 同时使用；请去掉一个",
    "--group shows one page; write how many hits: --limit 100": "--group 只显示一页；请写明篇数：--limit 100",
    "least must be a share above 0, up to 1, not {}": "least 必须大于 0、不超过 1，而不是 {}",
    # Saved queries
    "nothing is new": "没有新内容",
    "{} new article": "{} 篇新文章",
    "{} new articles": "{} 篇新文章",
    "no query is saved as {}": "没有名为 {} 的已存查询",
    "no query is saved as {}; there are {}": "没有名为 {} 的已存查询；有 {}",
    "no query is saved; first: search save NAME QUERY": "还没有已存查询；请先：search save 名称 查询",
    "write a name, then the query: search save NAME QUERY": "请先写名称，再写查询：search save 名称 查询",
    "write what to look for: search save NAME QUERY": "请写要找的内容：search save 名称 查询",
    "--words cannot be saved": "--words 不能保存",
    "use a user dictionary instead": "请改用用户词典",
    "{} holds no saved queries": "{} 里不是已存查询",
    "mend it, or remove it and save them again": "请修好它，或删去后重新保存",
    "a name has 1 to {} printable characters": "名称须有 1 到 {} 个可显示的字符",
    "a saved query has {} characters at most": "已存查询最多 {} 个字符",
    "there are {} saved queries already; remove some": "已有 {} 个已存查询；请删去一些",
    # Dates
    "this is no date: {}": "这不是日期：{}",
    "this is no date": "这不是日期",
    "there is no such date as {}": "没有 {} 这个日期",
    "write 2024, 2024-03, 2024-03-10, 2024-03-01..2024-03-31 or 7d (d, w, m, y)": (
        "请写成 2024、2024-03、2024-03-10、2024-03-01..2024-03-31 或 7d（d 日、w 周、m 月、y 年）"
    ),
    "write 2024, 2024-03, 2024-03-10 or 7d (d, w, m, y)": (
        "请写成 2024、2024-03、2024-03-10 或 7d（d 日、w 周、m 月、y 年）"
    ),
    "{}: with a range of dates": "{}: 不能用日期范围",
    "write {}:2024-03-10, or date: with the range": "请写成 {}:2024-03-10，范围请用 date:",
    "a range of dates without an end": "日期范围两端都是空的",
    "write at least one end: 2024.. or ..2023": "请至少写一端：2024.. 或 ..2023",
    "the range ends before it begins": "范围的结束早于开始",
    "write the earlier date first: 2024-03-01..2024-03-31": "请先写较早的日期：2024-03-01..2024-03-31",
    "{} and {} leave no time between them": "{} 与 {} 之间没有时间",
    "before must be later than after, because it excludes its own date": (
        "before 必须晚于 after，因为它不含自己那一天"
    ),
    "{} is a range of dates; give its ends to after and before": (
        "{} 是日期范围；请把两端分别写给 after 和 before"
    ),
    "the date is empty; write 2024, 2024-03 or 2024-03-10, or leave it out": (
        "日期是空的；请写成 2024、2024-03 或 2024-03-10，或者去掉"
    ),
    # Own fields
    "{} holds numbers": "{} 字段里是数",
    "write {}:10, {}:10..20, {}:>10 or {}:<=20": "请写成 {}:10、{}:10..20、{}:>10 或 {}:<=20",
    "write {}:2024-03, {}:2024-03..2024-05 or {}:>2024": (
        "请写成 {}:2024-03、{}:2024-03..2024-05 或 {}:>2024"
    ),
    "{} before a range": "{} 后面不能用范围",
    "a range without an end": "范围两端都是空的",
    "write the smaller number first: {}": "请先写较小的数：{}",
    "{} with *": "{} 不能用 *",
    "write the whole value, as `search facets --by {}` lists it": (
        "请写出完整的值，search facets --by {} 会列出所有值"
    ),
    "there are no facets by {}; there are {}": "不能按 {} 计数；可以按 {}",
    # Deleting
    "write the ids of articles, or --query QUERY": "请写文章的编号，或者 --query 查询",
    "the query is empty, which would mean every article; write one": "查询是空的，那就是全部文章；请写一个",
    "no article matches fully; nothing was deleted": "没有文章完全符合；什么都没有删除",
    "nothing was deleted": "什么都没有删除",
    "{} article would be deleted and nobody can be asked; to delete, give --yes": (
        "将删除 {} 篇文章，但无法询问；要删除请加 --yes"
    ),
    "{} articles would be deleted and nobody can be asked; to delete, give --yes": (
        "将删除 {} 篇文章，但无法询问；要删除请加 --yes"
    ),
    "delete {} article?": "删除 {} 篇文章吗？",
    "delete {} articles?": "删除 {} 篇文章吗？",
    "and {} more": "还有 {} 篇",
    "{} article deleted; {} are left in {}": "已删除 {} 篇文章；{} 篇还在 {}",
    "{} articles deleted; {} are left in {}": "已删除 {} 篇文章；{} 篇还在 {}",
    "{} came from files, and come back with an update: delete the files too": (
        "其中 {} 篇来自文件，更新时会再次加入；请把文件也删除"
    ),
    # Arguments
    "there is no option {}": "没有 {} 这个选项",
    "there is no option {}; did you mean {}?": "没有 {} 这个选项；您是不是要写 {}？",
    "there is no command {}": "没有 {} 这个命令",
    "there is no command {}; did you mean {}? To search for the word: {}": (
        "没有 {} 这个命令；您是不是要写 {}？要查这个词：{}"
    ),
    "write what to find, or what to list: --after 2024, --source NAME, --sort newest": (
        "请写要找的内容，或者要列出什么：--after 2024、--source 名称、--sort newest"
    ),
    "{} exclude one another": "{} 不能同时使用",
    "--numbers is for text; leave it out": "--numbers 只用于文字，请去掉",
    "with --limit all there is only one page": "用 --limit all 时只有一页",
    "--explain is for people; leave out {}": "--explain 是给人看的；请去掉 {}",
    "with --batch the queries come from the file; leave out QUERY": "用 --batch 时查询来自文件；请去掉 QUERY",
    "--batch prints JSON; leave out {}": "--batch 输出 JSON；请去掉 {}",
    "--index is empty; write a directory, or leave it out": "--index 是空的；请写一个文件夹，或者去掉",
    "the name is empty; write one, or leave the option out": "名称是空的；请写一个，或者去掉这个选项",
    "there is no time zone {}; did you mean {}?": "没有 {} 这个时区；您是不是要写 {}？",
    "this waits for an assistant, which starts it itself; Ctrl+C ends it": (
        "正在等待助手程序，一般由它自己启动；按 Ctrl+C 结束"
    ),
    "port {} is in use; choose another with --port": "端口 {} 已被占用；请用 --port 换一个",
    "source is empty; name one, or leave it out": "来源是空的；请写一个，或者去掉",
    "write which shell: {}": "请写明是哪种 shell：{}",
    "the option is {}, not {}; to exclude the word write NOT {}, or put -- before the query": (
        "选项是 {}，不是 {}；要排除这个词，请写 NOT {}，或在查询前加 --"
    ),
    "there is no option {}; to exclude the word write NOT {}, or put -- before the query": (
        "没有 {} 这个选项；要排除这个词，请写 NOT {}，或在查询前加 --"
    ),
    "{}: line {}: {} has fewer than two names; write those that stand for each other on one line, with commas"
    " between": "{} 第 {} 行：{} 不足两个名称；请把可以互换的名称写在同一行，用逗号隔开",
    "cannot read the variants {}: {}": "读不了名称表 {}：{:t}",
    "cannot read the user dictionary {}: {}": "读不了用户词典 {}：{:t}",
    # The index and its articles
    "no article has the id {}": "没有编号为 {} 的文章",
    "no article has the url {}": "没有网址为 {} 的文章",
    "the last query here showed the hits {} to {}": "这里的上一次查询显示了第 {} 至 {} 篇",
    "{} is part of several ids: {}": "{} 是多个编号的一部分：{}",
    "search query prints the id of every hit": "search query 会列出每篇文章的编号",
    " or ": " 或 ",
    "is it {}?": "您是不是要找 {}？",
    "there is no index at {}": "{} 没有索引",
    "make one with: {}": "请先建立：{}",
    "mend it with: {}": "修补方法：{}",
    "see what is wrong with: {}": "检查方法：{}",
    "install it with: {}": "安装方法：{:t}",
    "interrupted": "已中断",
    "interrupted; the index is as it was before": "已中断；索引与之前一样",
    "interrupted; no update was under way": "已中断；当时没有在更新",
    "no update was under way": "当时没有在更新",
    "nothing has changed": "没有变化",
    "waiting until that is done": "等它完成",
    "see: {}": "用法见：{}",
    # Answers
    "{} article": "{} 篇文章",
    "{} articles": "{} 篇文章",
    "1 row": "1 行",
    "{} rows": "{} 行",
    "{} more with only some of the words": "另有 {} 篇只含部分词语",
    "{} pages": "共 {} 页",
    "page {} of {}": "第 {} 页，共 {} 页",
    "{} s": "{} 秒",
    "the last page is {}": "最后一页是第 {} 页",
    "also: {}": "同时查找：{}",
    "no date": "日期不详",
    "── no article holds all the words; these hold some of them ──": (
        "── 没有文章包含全部词语；以下文章包含其中一部分 ──"
    ),
    "── {} article holds all the words; these hold only some of them ──": (
        "── {} 篇文章包含全部词语；以下文章只包含其中一部分 ──"
    ),
    "── {} articles hold all the words; these hold only some of them ──": (
        "── {} 篇文章包含全部词语；以下文章只包含其中一部分 ──"
    ),
    "no article holds all the words; {} article holds only some of them, and the order by relevance lists"
    " these: leave out {}": "没有文章包含全部词语；有 {} 篇包含其中一部分，按相关排序会列出：请去掉 {}",
    "no article holds all the words; {} articles hold only some of them, and the order by relevance lists"
    " these: leave out {}": "没有文章包含全部词语；有 {} 篇包含其中一部分，按相关排序会列出：请去掉 {}",
    "try: {}": "可以试试：{}",
    "did you mean: {}": "您是不是要找：{}",
    "{}: is no field, so it was looked for as text; the fields are {}": (
        "{}: 不是字段，已当作文字查找；字段有 {}"
    ),
    "there is no source {}": "没有 {} 这个来源",
    "there is no source {}; there is {}": "没有 {} 这个来源；有 {}",
    "no article came in at that time ({}); the articles here came in from {} to {}": (
        "那段时间（{}）没有收入文章；这里的文章是 {} 至 {} 收入的"
    ),
    "no article is from that time ({}); the articles here are dated {} to {}": (
        "没有这段时间（{}）的文章；这里的文章日期为 {} 至 {}"
    ),
    "{} was read as words anywhere in the article; exactly so it stands in {}: {}": (
        "{} 按词查找，位置不限；原样出现的有 {}：{}"
    ),
    "authors": "作者",
    "sources": "来源",
    "date": "日期",
    "tags": "标签",
    "url": "网址",
    "id": "编号",
    "file": "文件",
    "earlier": "较早版本",
    "later": "较晚版本",
    "reprints": "转载",
    "{} is no address of an index": "{} 不是索引的地址",
    "one on a cluster begins with {}": "集群上的索引地址以 {} 开头",
    # Tables and reports
    "{} occurrence": "{} 处",
    "{} occurrences": "{} 处",
    "{} without a date": "{} 篇没有日期",
    "{} without a source": "{} 篇没有来源",
    "{} without an author": "{} 篇没有作者",
    "{} without a tag": "{} 篇没有标签",
    "{} articles with some of the words": "{} 篇文章包含部分词语",
    "{} article with some of the words": "{} 篇文章包含部分词语",
    " ({} without a date)": "（{} 篇没有日期）",
    " with some of the words": "，只含部分词语",
    " to ": " 至 ",
    "{}, generation {}": "{}，第 {} 代",
    "index": "索引",
    "articles": "文章",
    "dates": "日期",
    "size": "大小",
    "engine": "引擎",
    "built": "建立",
    "archive": "档案",
    "user words": "用户词",
    "yes": "有",
    "none": "无",
    "source": "来源",
    "{} bytes": "{} 字节",
    "… and {} more; all with --json": "……另有 {} 个；用 --json 列出全部",
    "  and {} more; all with --json": "  另有 {} 个；用 --json 列出全部",
    "part {} of {} is done in {}, generation {}, {} s": "第 {} 部分（共 {}）已在 {} 完成，第 {} 代，{} 秒",
    "the old articles are found until these parts are done: {}": "以下部分完成之前，查找的仍是旧文章：{}",
    "{} article in {}, generation {}, {} s": "{} 篇文章，在 {}，第 {} 代，{} 秒",
    "{} articles in {}, generation {}, {} s": "{} 篇文章，在 {}，第 {} 代，{} 秒",
    "read": "读取",
    "added": "新收入",
    "replaced": "替换",
    "deleted": "删除",
    "unchanged": "未变",
    "left out": "未收入",
    "passed over": "跳过",
    "  {} was moved to {}: its articles keep their ids": "  {} 移到了 {}：其中的文章编号不变",
    "{} of {} seed left out; the first:": "{1} 个文件中有 {0} 个未收入；例如：",
    "{} of {} seeds left out; the first:": "{1} 个文件中有 {0} 个未收入；例如：",
    " (line {})": "（第 {} 行）",
    "{} article lost more text as boilerplate than was kept: {}; see search inspect FILE": (
        "{} 篇文章作为网页杂项去掉的文字比留下的多：{}；请看 search inspect FILE"
    ),
    "{} articles lost more text as boilerplate than was kept: {}; see search inspect FILE": (
        "{} 篇文章作为网页杂项去掉的文字比留下的多：{}；请看 search inspect FILE"
    ),
    "{} articles lost more text as boilerplate than was kept: {}, …; all with --json; see search inspect"
    " FILE": "{} 篇文章作为网页杂项去掉的文字比留下的多：{}……；用 --json 列出全部；请看 search inspect FILE",
    "no seed was found in {}; nothing was changed": "{} 里没有找到文章；什么也没有改变",
    "no seed was found in {} ({}); nothing was changed": "{} 里没有找到文章（{:t}）；什么也没有改变",
    "{} could not be read; the first: {}": "{} 个读不了；例如 {:t}",
    "nothing is wrong": "一切正常",
    "{} wrong": "{} 处有错",
    "nothing further could be looked at": "无法继续检查",
    "{} of them looked for": "抽查其中 {} 篇",
    "{} file": "{} 个文件",
    "{} files": "{} 个文件",
    "mended: {}, {} s": "已修补：{:t}，{} 秒",
    "--repair cannot know what the index was made of; make it anew with: {}": (
        "--repair 无法知道索引是由什么建立的；请重新建立：{}"
    ),
    "some articles that came from Python were lost with the store; add them again with update": (
        "有些来自 Python 的文章随库一起丢失了；请用 update 重新加入"
    ),
    "tantivy is faster for {} articles: rebuild with --engine tantivy": (
        "文章有 {} 篇，用 tantivy 更快：请用 --engine tantivy 重建"
    ),
    "tantivy is faster for {} articles: {}; then rebuild with --engine tantivy": (
        "文章有 {} 篇，用 tantivy 更快：{:t}；然后用 --engine tantivy 重建"
    ),
    "{} a second": "每秒 {}",
    "(Ctrl+C stops)": "（按 Ctrl+C 停止）",
    "occurrences": "处",
    "query": "查询",
    "{} occurrence in {}": "{} 处，在 {:t}中",
    "{} occurrences in {}": "{} 处，在 {:t}中",
    "observed": "实有",
    "expected": "预期",
    "left": "左",
    "right": "右",
    "log-likelihood": "对数似然",
    "{} to {}, from 0 to {}": "{} 至 {}，刻度 0 至 {}",
    # Quotations
    "not found": "没有找到",
    "word for word": "一字不差",
    "but for {}": "只有{}不同",
    "altered: closeness {}": "有改动：相近度 {}",
    "{} with something like it": "{:t}有相近的文字",
    "at least {}": "至少 {:t}",
    "in parts: {} parts": "分散：分为 {} 段",
    "{} in {}": "{}，在 {}中",
    "in this order": "次序相同",
    "in order": "次序相同",
    "in another order": "次序不同",
    "in different articles": "在不同的文章里",
    " and ": "和",
    ", ": "、",
    ": ": "：",
    "script": "简繁",
    "width": "全角半角",
    "case": "大小写",
    "punctuation": "标点",
    "{} more article: raise --limit": "另有 {} 篇文章：请调大 --limit",
    "title": "标题",
    "body": "正文",
    "part {}": "第 {} 段",
    "other {}": "{}不同",
    "closeness {}": "相近度 {}",
    "quoted {}, written {}": "引作 {}，原文 {}",
    "duplicates": "重复",
    "{} with the same text as an earlier article": "{} 篇与较早的文章正文相同",
    "own field": "自定义字段",
    # How a query was understood
    "read as: {}": "理解为：{}",
    "looks for": "查找",
    "words": "词",
    "tokens": "字符",
    "words ": "词语",
    "phrase": "短语",
    "not {}": "排除{}",
    "(in title or body)": "（在标题或正文里）",
    "(in {})": "（在{:t}里）",
    "author": "作者",
    "tag": "标签",
    "score {}": "得分 {}",
    "closeness: 1 + window {} + pairs {} + lead {} / 2": "接近程度：1 + 窗口 {} + 词对 {} + 开头 {} / 2",
    ", times 1 + quotations {} / 2": "，再乘 1 + 引文 {} / 2",
    "words of {}": "{:t}的词",
    "bigrams of {}": "{:t}的字对",
    "tokens of {}": "{:t}的字符",
    "{} time, in {}": "{} 次，见于 {:t}",
    "{} times, in {}": "{} 次，见于 {:t}",
    "{} more term": "另有 {} 项",
    "{} more terms": "另有 {} 项",
    "  {} stands there only as a phrase: the sentence is cut into other words": (
        "  {} 在那里只是连写：句子切成了别的词"
    ),
    # How a file is read
    "(from: {})": "（取自：{:t}）",
    "format": "格式",
    "encoding": "编码",
    "warning": "警告",
    "text": "正文",
    "removed": "去掉",
    "paragraphs: {}, characters: {}": "段落 {}，字符 {}",
    "pieces: {}, characters: {}": "片段 {}，字符 {}",
    "heading": "标题",
    "item": "列表项",
    "quotation": "引用",
    "caption": "图注",
    "code": "代码",
    "row": "表格行",
    "date line": "日期行",
    "repeats the title": "与标题重复",
    "heading repeats the title": "小标题与标题重复",
    "share label": "分享按钮",
    "related articles": "相关文章",
    "header": "文件头",
    "stamp": "时间戳",
    "link": "链接",
    "byline": "署名行",
    "first line": "第一行",
    "heading in <title>": "<title> 里的标题",
    "front matter": "前置元数据",
    "application": "程序",
    "field": "字段",
    "key": "键",
    "column": "列",
    "time element": "time 元素",
    "title of the feed": "订阅源的标题",
    "title of the file": "文件的标题",
    "file name or date line": "文件名或日期行",
    "file name": "文件名",
    "folder": "文件夹",
    "{}: passed over as {}": "{}：已跳过，因为是{:t}",
    "{} hidden": "{} 个隐藏文件",
    "{} not text": "{} 个非文本文件",
    "{} template": "{} 个模板",
    "{} data": "{} 个数据文件",
    "{} index": "{} 个索引",
    "{} linked folder": "{} 个链接的文件夹",
    "hidden": "隐藏文件",
    "not text": "非文本文件",
    "template": "模板",
    "data": "数据文件",
    "linked folder": "链接的文件夹",
    "index page": "目录页",
    "empty": "空文件",
    "search (jiansuo), not installed": "search（检索），未安装",
    # search demo
    "{} sample articles in {}, their index in {}": "{} 篇示例文章在 {}，索引在 {}",
    "Try:": "试一试：",
    "both scripts": "简繁都找",
    "exactly these characters": "一字不差",
    "dates, and words to leave out": "日期，以及要排除的词",
    "to see the page, {}, then: {}": "要看网页，请先 {}，然后：{}",
    "this installation has no sample articles": "这个安装里没有示例文章",
    "{} holds other files; name a new folder": "{} 里有别的文件；请另写一个新文件夹",
    # Click's own words
    "Usage": "用法",
    "[default: {}]": "[默认：{}]",
    "Options": "选项",
    "Commands": "命令",
    "$SEARCH_INDEX, else ./.search-index": "$SEARCH_INDEX，否则 ./.search-index",
    "$SEARCH_TZ, else the machine's": "$SEARCH_TZ，否则本机时区",
    "all cores": "所有核心",
    "one that fits": "自动选择",
    "as the terminal has room, else 20": "终端能放多少就多少，否则 20",
    "What stores and matches": "储存和查找所用的引擎",
    "{}: {} or {}.": "{}：{} 或 {}。",
    "faster; extra fast": "更快；附加包 fast",
    "a cluster; extra opensearch": "集群；附加包 opensearch",
    "for tests": "测试用",
    "{} (not installed: {})": "{}（未安装：{:t}）",
    "Show this message and exit.": "显示这段说明。",
    "Show the version and exit.": "显示版本。",
}

TEMPLATES = frozenset(
    {"not {}", "other {}", "but for {}", "quoted {}, written {}", "{} in {}", "{}: {} or {}.", "read as: {}"}
)
"""Messages that are filled in after they were translated, as with coloured text."""

MESSAGES = {**_ANSWERS, **ERRORS}
"""Every message."""

# The characters of both catalogues that differ, each with one form; texts avoid those that have two.
_SIMPLE = (
    "万与丢两个为么乌书于从们会伞余侧储兰关内写准减几则刚删别动区单占参双变台号后听围图坏处复"
    "头夹实宪对导层属带并库应开弃弹当录征径户报择挡损换据数断无旧时显暂机杂权条来构标样档检汉"
    "没测浏满点独现监盘码确离种称笔筛签简类纯组终经结给络绝统继续编缩网群脚节范药补装见规览计"
    "订认让记许设证词试话询详语误说请读谁调败转轮较输边过运还这进远连选邻里钮链锁错键长闭问闲"
    "间阅随隐页项须预频题颜额验齐"
    "启载务响将吗声义电体献软顺桥诉线"
)
_TRADITIONAL = (
    "萬與丟兩個為麼烏書於從們會傘餘側儲蘭關內寫準減幾則剛刪別動區單佔參雙變臺號後聽圍圖壞處複"
    "頭夾實憲對導層屬帶並庫應開棄彈當錄徵徑戶報擇擋損換據數斷無舊時顯暫機雜權條來構標樣檔檢漢"
    "沒測瀏滿點獨現監盤碼確離種稱筆篩籤簡類純組終經結給絡絕統繼續編縮網群腳節範藥補裝見規覽計"
    "訂認讓記許設證詞試話詢詳語誤說請讀誰調敗轉輪較輸邊過運還這進遠連選鄰裡鈕鏈鎖錯鍵長閉問閒"
    "間閱隨隱頁項須預頻題顏額驗齊"
    "啟載務響將嗎聲義電體獻軟順橋訴線"
)


def in_script(text: str, language: str) -> str:
    """Return a message of the catalogue in the script of a language: "zh-Hans" or "zh-Hant"."""
    return traditional(text) if language == "zh-Hant" else text


def traditional(text: str) -> str:
    """Return a message of the catalogue in traditional characters."""
    return text.translate(_TO_TRADITIONAL)


_TO_TRADITIONAL = str.maketrans(_SIMPLE, _TRADITIONAL)
