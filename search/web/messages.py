"""The messages of the pages, in English and in both Chinese scripts."""

from __future__ import annotations

from search.output.language import translated
from search.web.preferences import Preferences

__all__ = ["LANGUAGES", "Messages", "language_of"]

LANGUAGES = ("en", "zh-Hans", "zh-Hant")

_MESSAGES: dict[str, tuple[str, str, str]] = {
    "name": ("Search the archive", "检索", "檢索"),
    "colon": (": ", "：", "："),
    "semicolon": ("; ", "；", "；"),
    "brand": ("检索", "检索", "檢索"),
    "entries": ("Other pages", "其他页面", "其他頁面"),
    "help_link": ("Help", "帮助", "說明"),
    "settings": ("Settings", "设置", "設定"),
    "language": ("Language", "语言", "語言"),
    "language_auto": ("As the browser", "跟随浏览器", "跟隨瀏覽器"),
    "theme": ("Colours", "颜色", "顏色"),
    "theme_auto": ("As the system", "跟随系统", "跟隨系統"),
    "theme_light": ("Light", "浅色", "淺色"),
    "theme_dark": ("Dark", "深色", "深色"),
    "live": ("Results while typing", "边输入边显示结果", "邊輸入邊顯示結果"),
    "live_auto": ("On, where fast enough", "开（速度够快时）", "開（速度夠快時）"),
    "live_off": ("Off", "关", "關"),
    "close": ("Close", "关闭", "關閉"),
    "seconds": ("{n} s", "{n} 秒", "{n} 秒"),
    "places": ("{n} places", "{n} 处", "{n} 處"),
    "cite_hit": ("Cite", "引用", "引用"),
    "copy": ("Copy", "复制", "複製"),
    "copied": ("Copied", "已复制", "已複製"),
    "copy_link": ("Copy the link to this page", "复制本页链接", "複製本頁連結"),
    "names": ("Names", "名称", "名稱"),
    "last_week": ("Last week", "最近一周", "最近一週"),
    "last_month": ("Last month", "最近一月", "最近一個月"),
    "last_year": ("Last year", "最近一年", "最近一年"),
    "last_all": ("All", "全部", "全部"),
    "last_until": (
        "Counted back from the newest article, of {date}.",
        "从最新一篇（{date}）往前算。",
        "從最新一篇（{date}）往前算。",
    ),
    "wrong_date": (
        "The results are not limited by this date.",
        "结果未按此日期筛选。",
        "結果未按此日期篩選。",
    ),
    "fault_at": ("at character {n}", "第 {n} 个字符", "第 {n} 個字元"),
    "draw_range": (
        "Draw over several bars to choose a range.",
        "在图上拖动可选一段时间。",
        "在圖上拖曳可選一段時間。",
    ),
    "skip": ("Skip to the content", "跳到正文", "跳到正文"),
    "search": ("Search", "搜索", "搜尋"),
    "query": ("Query", "查询", "查詢"),
    "placeholder": ("A name, a phrase, a sentence …", "人名、词语、整句……", "人名、詞語、整句……"),
    "holdings": (
        "{articles} articles from {sources} sources, {first} to {last}",
        "{sources} 个来源的 {articles} 篇文章，{first} 至 {last}",
        "{sources} 個來源的 {articles} 篇文章，{first} 至 {last}",
    ),
    "holdings_undated": ("{articles} articles", "{articles} 篇文章", "{articles} 篇文章"),
    "articles": ("{n} articles", "{n} 篇文章", "{n} 篇文章"),
    "article_1": ("1 article", "1 篇文章", "1 篇文章"),
    "results": ("Results", "搜索结果", "搜尋結果"),
    "page_of": ("page {page} of {pages}", "第 {page} 页，共 {pages} 页", "第 {page} 頁，共 {pages} 頁"),
    "pages": ("Pages", "翻页", "翻頁"),
    "previous_page": ("Previous", "上一页", "上一頁"),
    "next_page": ("Next", "下一页", "下一頁"),
    "sort": ("Order", "排序", "排序"),
    "relevance": ("Relevance", "相关", "相關"),
    "newest": ("Newest", "最新", "最新"),
    "oldest": ("Oldest", "最早", "最早"),
    "views": ("Ways to look at it", "查看方式", "檢視方式"),
    "tab_articles": ("Articles", "文章", "文章"),
    "tab_lines": ("Concordance", "语境索引", "語境索引"),
    "tab_trend": ("Trend", "走势", "走勢"),
    "tab_quote": ("Quotation", "引文核对", "引文核對"),
    "tab_collocations": ("Collocations", "搭配词", "搭配詞"),
    "collocates_of": (
        "{n} collocates of {occurrences} in {articles}",
        "{articles}、{occurrences}，列出搭配词 {n} 个",
        "{articles}、{occurrences}，列出搭配詞 {n} 個",
    ),
    "collocates_window": ("Within", "范围", "範圍"),
    "window_5": ("5 words", "前后 5 词", "前後 5 詞"),
    "window_10": ("10 words", "前后 10 词", "前後 10 詞"),
    "window_sentence": ("Sentence", "同一句", "同一句"),
    "window_paragraph": ("Paragraph", "同一段", "同一段"),
    "collocates_unit": ("Of", "单位", "單位"),
    "of_words": ("Words", "词", "詞"),
    "of_bigrams": ("Two characters", "两字", "兩字"),
    "collocates_sort": ("Order", "排序", "排序"),
    "sort_log_likelihood": ("Log-likelihood", "对数似然", "對數似然"),
    "sort_log_dice": ("logDice", "logDice", "logDice"),
    "sort_mutual_information": ("Mutual information", "互信息", "互資訊"),
    "sort_observed": ("Frequency", "次数", "次數"),
    "column_observed": ("Near", "次数", "次數"),
    "column_left": ("Left", "左", "左"),
    "column_right": ("Right", "右", "右"),
    "column_expected": ("Expected", "期望", "期望"),
    "column_log_likelihood": ("LL", "对数似然", "對數似然"),
    "column_log_dice": ("logDice", "logDice", "logDice"),
    "column_mutual_information": ("MI", "互信息", "互資訊"),
    "collocates_note": (
        "Compared with the rest of the same articles. A log-likelihood above 10.83 is no chance (p < 0.001);"
        " logDice is 14 at most.",
        "与同一些文章的其余部分比较。对数似然大于 10.83 即非偶然（p < 0.001）；logDice 最大为 14。",
        "與同一些文章的其餘部分比較。對數似然大於 10.83 即非偶然（p < 0.001）；logDice 最大為 14。",
    ),
    "nothing_near": (
        "No word stands near it often enough.",
        "附近没有足够常见的词。",
        "附近沒有足夠常見的詞。",
    ),
    "quote_about": (
        "Is this quotation in the archive, word for word, and who had it first?",
        "这段引文在档案里吗？是否逐字相同？谁最先刊出？",
        "這段引文在檔案裡嗎？是否逐字相同？誰最先刊出？",
    ),
    "quote_check": ("Check", "核对", "核對"),
    "quote_first": ("First", "最早", "最早"),
    "quote_part": ("Part {n}", "第 {n} 部分", "第 {n} 部分"),
    "quote_quoted": ("quoted", "引作", "引作"),
    "quote_written": ("written", "原作", "原作"),
    "quote_at_least": ("at least {articles}", "至少 {articles}", "至少 {articles}"),
    "quote_closeness": ("closeness {closeness}", "相近度 {closeness}", "相近度 {closeness}"),
    "quote_unlike": ("other {what}", "{what}不同", "{what}不同"),
    "quote_and": (", ", "、", "、"),
    "quote_in_order": ("in order", "次序相同", "次序相同"),
    "quote_in_another_order": ("in another order", "次序不同", "次序不同"),
    "quote_in_different_articles": ("in different articles", "出自不同文章", "出自不同文章"),
    "unlike_script": ("script", "字形", "字形"),
    "unlike_width": ("width", "全角半角", "全形半形"),
    "unlike_case": ("case", "大小写", "大小寫"),
    "unlike_punctuation": ("punctuation", "标点", "標點"),
    "verdict_word_for_word": ("Word for word", "逐字相同", "逐字相同"),
    "verdict_but_for_script": ("The same but for {what}", "除{what}外相同", "除{what}外相同"),
    "verdict_altered": (
        "Altered: closeness {closeness}",
        "有改动：相近度 {closeness}",
        "有改動：相近度 {closeness}",
    ),
    "verdict_in_parts": ("In parts, {how}", "分成几部分：{how}", "分成幾部分：{how}"),
    "verdict_not_found": ("Not found", "没有找到", "沒有找到"),
    "occurrences_in": ("{n} occurrences in {articles}", "{articles}，共 {n} 处", "{articles}，共 {n} 處"),
    "by_date": ("Date", "日期", "日期"),
    "by_source": ("Source", "来源", "來源"),
    "by_left": ("Left context", "左侧文字", "左側文字"),
    "by_right": ("Right context", "右侧文字", "右側文字"),
    "compare": ("compare with …", "与……比较", "與……比較"),
    "measure": ("What is counted", "计量", "計量"),
    "measure_articles": ("Articles", "文章数", "文章數"),
    "measure_occurrences": ("Occurrences", "出现次数", "出現次數"),
    "measure_share": ("Share of all articles", "占全部文章比例", "佔全部文章比例"),
    "measure_per_million": ("Per million characters", "每百万字次数", "每百萬字次數"),
    "values": ("Values", "数值", "數值"),
    "unit": ("Period", "周期", "週期"),
    "year": ("Year", "年", "年"),
    "month": ("Month", "月", "月"),
    "week": ("Week", "周", "週"),
    "day": ("Day", "日", "日"),
    "filters": ("Filters", "筛选", "篩選"),
    "active": ("Filters in use", "正在使用的筛选", "正在使用的篩選"),
    "remove": ("Remove filter: {what}", "去掉筛选：{what}", "去掉篩選：{what}"),
    "from": ("from {date}", "{date} 起", "{date} 起"),
    "until": ("before {date}", "{date} 以前", "{date} 以前"),
    "sources": ("Sources", "来源", "來源"),
    "years": ("Years", "年份", "年份"),
    "months": ("Months", "月份", "月份"),
    "more": ("More", "更多", "更多"),
    "dates": ("Dates", "日期", "日期"),
    "after_label": ("From", "从", "從"),
    "before_label": ("Before", "早于", "早於"),
    "day_form": ("YYYY-MM-DD", "年-月-日", "年-月-日"),
    "apply": ("Apply", "应用", "套用"),
    "over_time": ("Articles over time", "时间分布", "時間分布"),
    "bar": ("{period}: {n}", "{period}：{n}", "{period}：{n}"),
    "original": ("Original page", "原文网页", "原文網頁"),
    "no_date": ("no date", "日期不详", "日期不詳"),
    "partial_only": (
        "No article holds all of it. These hold some of the words:",
        "没有文章包含全部词语。以下文章包含其中一部分：",
        "沒有文章包含全部詞語。以下文章包含其中一部分：",
    ),
    "partial_rest": (
        "These hold only some of the words:",
        "以下文章只包含其中一部分词语：",
        "以下文章只包含其中一部分詞語：",
    ),
    "partial_more": (
        "{n} with some of the words",
        "{n} 篇包含部分词语",
        "{n} 篇包含部分詞語",
    ),
    "partial_hidden": (
        "No article holds all of it. With only some of the words: {articles}.",
        "没有文章包含全部词语。只包含其中一部分的：{articles}。",
        "沒有文章包含全部詞語。只包含其中一部分的：{articles}。",
    ),
    "partial_by_relevance": (
        "The order by relevance lists them",
        "按相关排序即可列出",
        "按相關排序即可列出",
    ),
    "nothing": ("Nothing was found", "没有找到文章", "沒有找到文章"),
    "nothing_more": ("There are no more pages.", "没有更多页了。", "沒有更多頁了。"),
    "nothing_hint": (
        "Fewer words, or words in another order, may find more. Simplified and traditional characters"
        " find each other.",
        "可以少写几个词，或换一种说法。简体与繁体可以互相找到。",
        "可以少寫幾個詞，或換一種說法。簡體與繁體可以互相找到。",
    ),
    "did_you_mean": ("Did you mean:", "您是不是要找：", "您是不是要找："),
    "variants": ("Look for other names too", "同时查找别的名称", "同時查找別的名稱"),
    "variants_off": ("Only the names as written", "只查所写的名称", "只查所寫的名稱"),
    "also": ("Also: {names}", "同时查找：{names}", "同時查找：{names}"),
    "note_unknown-field": (
        "{about}: is no field, so it was looked for as text. The fields are {names}.",
        "{about}: 不是字段，已当作文字查找。字段有 {names}。",
        "{about}: 不是欄位，已當作文字查找。欄位有 {names}。",
    ),
    "note_unknown-source": (
        "There is no source {about}; there is {names}.",
        "没有 {about} 这个来源；有 {names}。",
        "沒有 {about} 這個來源；有 {names}。",
    ),
    "note_unknown-source_alone": (
        "There is no source {about}.",
        "没有 {about} 这个来源。",
        "沒有 {about} 這個來源。",
    ),
    "note_no-such-time": (
        "No article is from that time; the articles here are dated {first} to {last}.",
        "没有这段时间的文章；这里的文章日期为 {first} 至 {last}。",
        "沒有這段時間的文章；這裡的文章日期為 {first} 至 {last}。",
    ),
    "note_no-such-arrival": (
        "No article came in at that time; the articles here came in from {first} to {last}.",
        "那段时间没有收入文章；这里的文章是 {first} 至 {last} 收入的。",
        "那段時間沒有收入文章；這裡的文章是 {first} 至 {last} 收入的。",
    ),
    "try_again": ("", "请检查输入的内容，再试一次。", "請檢查輸入的內容，再試一次。"),
    "instead": ("This would find something:", "这样可以找到：", "這樣可以找到："),
    "change_dates": ("without the dates", "不限日期", "不限日期"),
    "change_sources": ("without the source", "不限来源", "不限來源"),
    "change_quotes": ("without quotation marks", "不加引号", "不加引號"),
    "change_fields": ("anywhere in the article", "不限标题或正文", "不限標題或內文"),
    "change_clauses": ("only a part of it", "只用其中一部分", "只用其中一部分"),
    "some_words": ("some of the words", "部分词语", "部分詞語"),
    "export": ("Export {articles}", "导出 {articles}", "匯出 {articles}"),
    "cite": ("Cite this article", "引用本文", "引用本文"),
    "feed": ("Feed of this search", "订阅此搜索（Atom）", "訂閱此搜尋（Atom）"),
    "neighbours": ("Before and after", "前后文章", "前後文章"),
    "previous_article": ("Earlier", "前一篇", "前一篇"),
    "next_article": ("Later", "后一篇", "後一篇"),
    "reprints": ("Reprints", "转载", "轉載"),
    "reprint_one": ("and 1 reprint", "另有 1 篇转载", "另有 1 篇轉載"),
    "reprint_many": ("and {n} reprints", "另有 {n} 篇转载", "另有 {n} 篇轉載"),
    "is_first": ("This article is the earliest.", "这一篇最早。", "這一篇最早。"),
    "first": ("Earliest", "最早", "最早"),
    "same_text": ("the same text", "文字相同", "文字相同"),
    "shares": (
        "has {share} of this article, which has {own} of it",
        "含有本文的 {share}，本文含有它的 {own}",
        "含有本文的 {share}，本文含有它的 {own}",
    ),
    "more_reprints": ("{n} more", "还有 {n} 篇", "還有 {n} 篇"),
    "groups": (
        "{n} entries, with reprints grouped",
        "合并转载后 {n} 条",
        "合併轉載後 {n} 條",
    ),
    "group_off": ("List each article", "逐篇列出", "逐篇列出"),
    "group_on": ("Group reprints", "合并转载", "合併轉載"),
    "similar": ("Similar articles", "相似文章", "相似文章"),
    "hits": ("Places found", "找到之处", "找到之處"),
    "hits_count": ("{n} places found", "找到 {n} 处", "找到 {n} 處"),
    "hits_one": ("1 place found", "找到 1 处", "找到 1 處"),
    "whole_text": ("Whole text (JSON)", "全文（JSON）", "全文（JSON）"),
    "hit": ("Place {n}", "第 {n} 处", "第 {n} 處"),
    "previous_hit": ("Previous place", "上一处", "上一處"),
    "next_hit": ("Next place", "下一处", "下一處"),
    "back": ("Back to the results", "回到搜索结果", "回到搜尋結果"),
    "about": ("About this article", "文章信息", "文章資訊"),
    "tags": ("Tags", "标签", "標籤"),
    "paragraph": ("Paragraph {n}", "第 {n} 段", "第 {n} 段"),
    "versions": ("Versions of this page", "同一网页的版本", "同一網頁的版本"),
    "earlier_versions": ("Earlier", "较早", "較早"),
    "later_versions": ("Later", "较晚", "較晚"),
    "title_from": ("Title taken from", "标题取自", "標題取自"),
    "date_from": ("Date taken from", "日期取自", "日期取自"),
    "file": ("File", "文件", "檔案"),
    "source": ("Source", "来源", "來源"),
    "date": ("Date", "日期", "日期"),
    "address": ("Address", "网址", "網址"),
    "id": ("Id", "编号", "編號"),
    "no_text": (
        "The archive holds no text of this article.",
        "档案中没有这篇文章的正文。",
        "檔案中沒有這篇文章的內文。",
    ),
    "help": ("How to write a query", "怎样写查询", "怎樣寫查詢"),
    "help_and": ("both, anywhere in the article", "两个词都出现", "兩個詞都出現"),
    "help_phrase": ("exactly these words", "原文照抄的词句", "原文照抄的詞句"),
    "help_or": ("one or the other", "任何一个", "任何一個"),
    "help_not": ("the first without the second", "排除第二个", "排除第二個"),
    "help_title": ("in the title", "只在标题里找", "只在標題裡找"),
    "help_date": ("from this month", "这个月的文章", "這個月的文章"),
    "help_added": (
        "came into the archive in the last seven days",
        "最近七天收入的文章",
        "最近七天收入的文章",
    ),
    "help_source": ("from this source", "这个来源的文章", "這個來源的文章"),
    "help_prefix": ("words that begin so", "以此开头的词", "以此開頭的詞"),
    "help_near": ("at most ten characters apart", "相隔不超过十个字", "相隔不超過十個字"),
    "help_intro": (
        "Examples from this archive; each leads to what it finds.",
        "例子取自本档案，点开即是结果。",
        "例子取自本檔案，點開即是結果。",
    ),
    "help_written": ("Written", "写法", "寫法"),
    "help_means": ("Means", "意思", "意思"),
    "help_finds": ("Finds", "找到", "找到"),
    "help_rest": (
        "Simplified and traditional characters, full and half width, upper and lower case find each other."
        " Full-width brackets, quotation marks and bars do what half-width ones do. A pasted sentence is a"
        " query too.",
        "简体与繁体、全角与半角、大写与小写可以互相找到。全角的括号、引号和｜与半角的作用相同。整句贴进来也可以查。",
        "簡體與繁體、全形與半形、大寫與小寫可以互相找到。全形的括號、引號和｜與半形的作用相同。整句貼進來也可以查。",
    ),
    "keys": ("Keys", "按键", "按鍵"),
    "key_0": ("to the box", "到搜索框", "到搜尋框"),
    "key_1": (
        "from one result to the next; Enter opens it",
        "在结果之间移动，Enter 打开",
        "在結果之間移動，Enter 打開",
    ),
    "key_2": (
        "in an article, the next and the previous place; in results, the next and the previous page",
        "在文章里：下一处、上一处；在结果里：下一页、上一页",
        "在文章裡：下一處、上一處；在結果裡：下一頁、上一頁",
    ),
    "key_3": ("closes suggestions and filters", "收起提示和筛选", "收起提示和篩選"),
    "key_4": ("this page", "打开本页", "打開本頁"),
    "problem": ("This did not work", "出了点问题", "出了點問題"),
    "problem_query": ("The query cannot be understood", "查询看不懂", "查詢看不懂"),
    "problem_not-found": ("There is nothing here", "这里没有内容", "這裡沒有內容"),
    "problem_no-article": ("There is no such article", "没有这篇文章", "沒有這篇文章"),
    "problem_forbidden": ("This is not allowed here", "这里不允许这样做", "這裡不允許這樣做"),
    "saved": ("Saved queries", "已存查询", "已存查詢"),
    "save": ("Save", "保存", "儲存"),
    "save_query": ("Save this query", "保存此查询", "儲存此查詢"),
    "save_as": ("Save under the name", "保存名称", "儲存名稱"),
    "save_not_here": (
        "Queries are saved on the command line: search save NAME QUERY. The page may do so"
        " where the server is started with --allow-saving.",
        "请在命令行保存查询：search save 名称 查询。用 --allow-saving 启动服务，网页上也能保存。",
        "請在命令列儲存查詢：search save 名稱 查詢。用 --allow-saving 啟動服務，網頁上也能儲存。",
    ),
    "saved_name": ("Query", "查询", "查詢"),
    "saved_new": ("New", "新文章", "新文章"),
    "saved_seen": ("Mark as seen", "标为已看", "標為已看"),
    "saved_last": ("Last look", "上次查看", "上次查看"),
    "saved_feed": ("Feed", "订阅", "訂閱"),
    "saved_remove": ("Remove", "删去", "刪去"),
    "saved_none": ("No query is saved yet.", "还没有保存查询。", "還沒有儲存查詢。"),
    "saved_uncounted": ("This could not be counted", "无法计数", "無法計數"),
    "saved_opml": ("All feeds for a feed reader (OPML)", "全部订阅源（OPML）", "全部訂閱源（OPML）"),
    "problem_parameter": ("The address is not right", "网址有误", "網址有誤"),
    "problem_time": ("This took too long", "花的时间太长", "花的時間太長"),
    "problem_busy": ("Too many readers at once", "同时使用的人太多", "同時使用的人太多"),
    "problem_index": ("The archive cannot be read", "档案暂时读不了", "檔案暫時讀不了"),
    "problem_method": ("This cannot be done here", "这里不能这样做", "這裡不能這樣做"),
    "problem_host": ("This host name is not served", "这里不提供这个域名", "這裡不提供這個網域"),
    "problem_internal": ("Something went wrong here", "服务器出了差错", "伺服器出了差錯"),
    "detail_method": (
        "Pages can only be read.",
        "网页只供阅读。",
        "網頁只供閱讀。",
    ),
    "detail_internal": (
        "The error was written down; try again later.",
        "差错已经记录，请稍后再试。",
        "差錯已經記錄，請稍後再試。",
    ),
    "detail_not-found": (
        "There is no page at this address.",
        "这个网址没有对应的页面。",
        "這個網址沒有對應的頁面。",
    ),
    "detail_no-article": (
        "The archive holds no article with this id.",
        "档案中没有编号与此相符的文章。",
        "檔案中沒有編號與此相符的文章。",
    ),
    "detail_time": (
        "Ask for less, or try again later.",
        "请缩小搜索范围，或稍后再试。",
        "請縮小搜尋範圍，或稍後再試。",
    ),
    "detail_busy": (
        "Try again in a moment.",
        "请稍后再试。",
        "請稍後再試。",
    ),
    "detail_index": (
        "The index is being repaired or is missing; try again later.",
        "索引正在修复，或者不在了，请稍后再试。",
        "索引正在修復，或者不在了，請稍後再試。",
    ),
    "in_field": ("In the field “{field}”:", "“{field}”一栏：", "「{field}」一欄："),
    "home": ("To the start page", "回到首页", "回到首頁"),
}

_NONE = Preferences()


class Messages:
    """The messages of one language: `messages("articles", n="3")`, and what else a page knows of its reader.

    Attributes:
        language: The language, one of LANGUAGES.
        preferences: What the reader has chosen.
        here: The address of the page.
    """

    def __init__(self, language: str, *, preferences: Preferences = _NONE, here: str = "/") -> None:
        self.language = language
        self.preferences = preferences
        self.here = here
        self._at = LANGUAGES.index(language)

    def __call__(self, key: str, **values: object) -> str:
        """Return a message with its values; numbers are grouped in thousands."""
        text = _MESSAGES[key][self._at]
        if not values:
            return text
        return text.format(**{k: f"{v:,}" if isinstance(v, int) else v for k, v in values.items()})

    def translated(self, text: str) -> str:
        """Return an English message of the program in this language.

        Without a translation it is advice that is always right: no English stands in a Chinese page.
        """
        found = translated(text, self.language)
        if found == text and self.language != "en":
            return self("try_again")
        return found.rstrip(",，")  # which leads to the query that an error shows

    def has(self, key: str) -> bool:
        """Return whether there is such a message."""
        return key in _MESSAGES

    def articles(self, number: int) -> str:
        """Return a number of articles in words."""
        return self("article_1") if number == 1 else self("articles", n=number)

    def reprints(self, number: int) -> str:
        """Return in words how many reprints a hit has."""
        return self("reprint_one") if number == 1 else self("reprint_many", n=number)


def language_of(accepted: str) -> str:
    """Return the language that an Accept-Language header prefers, or English."""
    best, best_weight = "en", 0.0
    for part in accepted[:500].split(","):
        tag, _, weight = part.partition(";q=")
        language = _ours(tag.strip().lower())
        try:
            value = float(weight) if weight else 1.0
        except ValueError:
            value = 0.0
        if language is not None and value > best_weight:
            best, best_weight = language, value
    return best


def _ours(tag: str) -> str | None:
    if tag.split("-")[0] == "zh":
        return "zh-Hant" if any(part in ("tw", "hk", "mo", "hant") for part in tag.split("-")) else "zh-Hans"
    return "en" if tag.split("-")[0] == "en" else None
