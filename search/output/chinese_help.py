"""The help of the command line in Chinese: of each command, and of each option by its English help."""

from __future__ import annotations

__all__ = ["COMMANDS", "OPTIONS"]

COMMANDS: dict[str, tuple[str, str]] = {
    "search": (
        "",
        """中文文章档案的全文检索。

    \b
    search demo                           示例文章、索引和网页
    search rebuild seeds                  为文章文件夹建立索引
    search 乌克兰 弹药                     查找文章，与 search query 相同
    search query '"和平宪法"'              一字不差地查找
    search show 晨报/1042199.md            阅读一篇
    search quote 渡轮停航一晚              查明这句话有没有写过，最早在哪里
    search help COMMAND                   某个命令的完整说明

    不是命令的第一个词就是查询。退出码：0 找到或完成；1 没有找到，或有文件未收入；2 用法错误或失败；
    130 被中断（Ctrl+C），143 被终止，141 输出的读者已关闭。
    """,
    ),
    "check": (
        "检查索引，并可修补。",
        """检查索引：校验和、数目，以及抽样查找文章。

    一切如初时退出码为 0，有问题时为 2。加上 --repair 会按原来的选项从档案重建；来自 Python 的文章
    只要还读得出来就会保留。这时退出码是重建的退出码，丢失文章时为 2。

    \b
    search check
    search check --repair --index ~/idx
    """,
    ),
    "cite": (
        "打印文章的参考文献格式。",
        """打印每篇文章的参考文献，每篇一行。

    包括已知的作者、题名、媒体、日期和网址；引用日期是文章收入索引的那一天。ID 与 show 所用的相同。
    其他格式可以用 --csl-json 交给文献管理软件。

    \b
    search cite 晨报/1042199.md
    search cite 3 4 5 --style apa
    search cite 晨报/1042199.md --bibtex >> thesis.bib
    """,
    ),
    "collocations": (
        "列出常与查询一起出现的词。",
        """列出在 QUERY 附近出现得比偶然更多的词。

    与符合查询的文章的其余部分比较。左、右是它们出现在哪一边；公式见 docs/occurrences.md。
    一个也没有时退出码为 1。

    \b
    search collocations 乌克兰
    search collocations '"和平宪法"' --window sentence --sort log-dice
    search collocations 占中 --bigrams --csv
    """,
    ),
    "completion": (
        "打印 shell 自动补全的脚本。",
        """打印让 shell 自动补全的脚本。

    不写 SHELL 时，用 $SHELL 所指的那一种。

    \b
    bash:  search completion bash > ~/.search-completion
           echo '. ~/.search-completion' >> ~/.bashrc
    zsh:   search completion zsh > ~/.search-completion
           echo '. ~/.search-completion' >> ~/.zshrc
    fish:  search completion fish > ~/.config/fish/completions/search.fish
    """,
    ),
    "concordance": (
        "逐处列出，带上下文。",
        """逐处列出 QUERY 出现的地方，每处一行，上下对齐（KWIC）。

    带有文章的日期、来源和编号。按左侧或右侧文字排序，可以看出规律。一处也没有时退出码为 1。

    \b
    search concordance 占中
    search concordance '"和平宪法"' --sort right --limit all
    search concordance 乌克兰 --source 晨报 --sample 50 --seed 1
    search concordance 乌克兰 --width 40 --limit all --csv > lines.csv
    """,
    ),
    "count": (
        "数文章和出现次数。",
        """数符合每个 QUERY 的文章，以及它在标题和正文里出现多少处。

    每个参数是一个查询：由几个词组成的请加引号。没有文章符合时退出码为 1。

    \b
    search count 占中 雨伞运动
    search count '"和平宪法"' '乌克兰 弹药' --after 2022
    search count 占中 雨伞运动 --csv
    """,
    ),
    "demo": (
        "建立示例档案及其索引，并打开网页。",
        """建立示例档案及其索引，并在浏览器里打开网页。

    FOLDER 是新文件夹，或者由这个命令建过；默认是当前文件夹下的 jiansuo-demo，随时可以删除。
    网页需要附加组件 `web`。

    \b
    search demo
    search demo /tmp/demo --no-page
    """,
    ),
    "delete": (
        "删除文章。",
        """按编号或按查询从索引中删除文章。

    先列出将要删除的文章并询问；无法询问时，例如在脚本里，必须加 --yes。不动文件：来自文件的文章在更新
    它的文件夹时会再次加入。查询找不到文章时退出码为 1。

    \b
    search delete memo/1 memo/2
    search delete --query 'source:memos before:2020'
    search delete --query 'tag:测试' --yes
    """,
    ),
    "facets": (
        "按来源、作者、标签、自定义字段、年或月计数。",
        """按来源、作者、标签、自定义字段、年或月给找到的文章计数；不写 QUERY 时给所有文章计数。

    没有文章包含全部词语时，给包含部分词语的文章计数。一篇也没有时退出码为 1。

    \b
    search facets 乌克兰
    search facets 乌克兰 --by month --after 2023
    search facets --by year --json
    """,
    ),
    "inspect": (
        "显示文件是怎样读取的。",
        """显示文件是怎样读取的。

    格式和编码；标题、日期、网址、作者和标签，各从哪里取得；各段正文及其种类；去掉了什么，按哪条规则。
    FILE 可以是文件夹。什么也不写入。

    \b
    search inspect page.html
    search inspect --jsonl articles.jsonl
    """,
    ),
    "optimize": (
        "多次更新之后整理索引的文件。",
        """多次更新之后整理索引的文件。

    找到的文章不变，稍快一些，得分与重建后相同。

    \b
    search optimize --index ~/idx
    """,
    ),
    "query": (
        "查找文章。",
        """查找文章；不写 QUERY 时，列出通过筛选的所有文章。

    QUERY 的各个词用空格连接。shell 会去掉引号：要一字不差地查找，请在双引号外再加单引号，
    或者用中文引号，shell 不会动它。

    \b
    search query 乌克兰 弹药                     两个词都有
    search query '"和平宪法"'                    一字不差；“和平宪法”也可以
    search query 乌克兰 -日本                    没有 日本
    search query 'title:岸田 OR title:拜登'      在标题里
    search query '"日本" ~10 "乌克兰"'           相隔不远
    search query --variants 特朗普               也找 川普
    search query added:7d --sort newest          最近七天收入的文章
    search query --source 晨报 --after 2023 --before 2024
    search query 弹药 --sort newest --limit all --csv > hits.csv
    search query --batch queries.txt --limit 100 > answers.jsonl

    包含全部词语的文章不足一页时，后面接着列出包含部分词语的文章；按 newest、oldest 排序时没有，
    --count 也不计入。有内容显示时退出码为 0，没有找到为 1，出错为 2；用 --batch 时，只要有一个查询
    出错就是 2。批量文件里的空行会跳过；每个答案里的 line 是它的行号。
    """,
    ),
    "quote": (
        "查明引文在不在档案里。",
        """查明引文在不在档案里，谁最早写过。

    可能一字不差；只有简繁、全角半角、大小写或标点不同；有改动，逐处列出；分散，引文里有省略号，
    或各句来自不同的地方；或者没有找到。文章按时间排列，有改动的按相近度。写 - 时从标准输入读取引文。
    引文外面的引号不算。

    \b
    search quote 渡轮停航一晚
    search quote '“碼頭上等船的人說……渡轮停航”'
    search quote - --json < quotation.txt

    只有一字不差，或只有简繁、全角半角、大小写或标点不同时，退出码为 0；否则为 1；出错为 2。
    """,
    ),
    "rebuild": (
        "为档案建立索引，取代原有的。",
        """为档案建立索引，取代原有的。

    ARCHIVE 是一个文件夹、一个含有一篇或多篇文章的文件，或其中的几个（见 docs/reading.md）。新索引完成之前，
    查找的仍是旧文章；如果失败，旧索引保留。读不了或超出限制的文件不收入，并会列出。

    \b
    search rebuild seeds
    search rebuild news mirror --index ~/idx --workers 4
    search rebuild news --include '*.md' --exclude drafts --exclude '2019/*'
    search rebuild articles.jsonl feed.xml crawl.warc.gz --map title=headline
    search rebuild news --index opensearch://host:9200/news --part 3/8
    """,
    ),
    "mcp": (
        "供助手程序使用的检索服务（MCP）。",
        """让助手程序使用索引：检索、阅读、计数、核对引文的工具。

    支持 Model Context Protocol 的助手程序会启动这个命令，通过标准输入输出与它对话；加上 --http 则是
    一直运行的服务器。什么也不能被它改动。索引重建或更新之后，从下一次调用起就会使用。需要安装附加包
    `mcp`；常用助手程序的设置见 docs/assistants.md。

    \b
    search mcp --index ~/idx
    search mcp --index ~/idx --http --port 8001
    """,
    ),
    "serve": (
        "提供搜索网页和 JSON API。",
        """提供搜索网页和 JSON API，直到被中断。

    只回应本机，除非 --host 另有指定。索引重建或更新之后，从下一个请求起就会使用。需要安装附加包 `web`；
    API、限制和反向代理的设置见 docs/web.md。

    \b
    search serve --open
    search serve --host 0.0.0.0 --port 8080 --workers 4
    search serve --allow-host archive.example.org      在反向代理之后
    """,
    ),
    "show": (
        "显示一篇文章。",
        """显示一篇文章。

    先是已知的各项：标题和日期取自何处、文件、同一网址的其他版本、有多少篇文章与它文字相同；然后是各段正文：
    ## 是小标题，• 是列表项，│ 是引用，| 是表格行，还有图注和代码。ID 可以是编号或编号中独一无二的一段、
    网址，或者上一次查询结果的序号。写上 QUERY 会标出它找到的地方。

    \b
    search show rfi/1042199.md
    search show 3
    search show 1042199 乌克兰
    search show 1042199 --numbers
    search show rfi/1042199.md --html > article.html
    """,
    ),
    "reprints": (
        "列出与一篇文章有相同文字的文章。",
        """列出与一篇文章有相同文字的文章，按时间排列，并说明谁最早。

    每篇有两个数：它含有这篇文章的多少，这篇文章又含有它的多少。繁简、标点和段落的次序都不影响结果。
    ID 的写法与 show 相同。没有时退出码为 1；用 --diff 时，没有保留任何句子则为 1。

    \b
    search reprints 晨报/1042199.md
    search reprints 晨报/1042199.md --least 0.5 --json
    search reprints 晨报/1042199.md --diff 山海台/1140932_雙子座.md
    """,
    ),
    "similar": (
        "列出相似的文章。",
        """列出与某篇文章共有最多特征词的文章。

    ID 与 `show` 相同。一篇也没有时退出码为 1。

    \b
    search similar 晨报/1042199.md
    search similar 晨报/1042199.md --limit 3 --json
    """,
    ),
    "stats": (
        "显示索引的内容：文章、日期、来源、引擎。",
        """显示索引的内容：文章、日期、来源、引擎。

    \b
    search stats
    search stats --index ~/idx --json
    """,
    ),
    "timeline": (
        "按时间计数。",
        """按时间给找到的文章计数，用条形显示；不写 QUERY 时给所有文章计数。

    从第一个时段到最后一个都会显示，空的也在内。一篇也没有时退出码为 1。

    \b
    search timeline 乌克兰
    search timeline 乌克兰 --unit month --after 2022
    search timeline --source 晨报 --json
    """,
    ),
    "trend": (
        "查看查询随时间的变化。",
        """查看每个 QUERY 随时间的变化：文章数、比例，或每百万字次数。

    每个参数是一个查询：由几个词组成的请加引号。从第一个时段到最后一个都会显示，空的也在内。
    什么也没有找到时退出码为 1。

    \b
    search trend 占中 雨伞运动
    search trend 乌克兰 加沙 --measure share --unit month --after 2022
    search trend 乌克兰 加沙 --measure per-million --svg chart.svg
    """,
    ),
    "update": (
        "按档案更新索引。",
        """按档案更新索引。

    加入新文章，替换有变化的，删除所列文件夹里已经不在的；文件夹可以只是档案的一部分。结果与重建相同。
    一个文件也没有找到时，什么也不删除。没有另外指定时，通配符、限制和用户词典与重建时相同。

    用 --watch 时不结束：每次有变化的更新印一行，出错也继续。需要附加组件 watch。

    \b
    search update seeds
    search update news --index ~/idx
    search update news --watch
    """,
    ),
}

COMMANDS |= {
    "save": (
        "以一个名称保存查询。",
        """以第一个词为名称，保存查询及其筛选。

    此后 search new 告诉您档案里新来了什么；已有的不算新。已存查询与索引放在一起，网页上也能看到。

    \b
    search save 弹药 '乌克兰 弹药'
    search save 晨报 --source 晨报
    search save 桥 title:桥 --after 2024
    """,
    ),
    "saved": (
        "列出或删去已存查询。",
        """列出已存查询，或删去一些。一个也没有时退出码为 1。

    \b
    search saved
    search saved --remove 弹药
    """,
    ),
    "new": (
        "告诉您已存查询有什么新内容。",
        """告诉您上次查看以来档案里新来了什么，可以只看一些已存查询。

    新收入索引的，以及内容有变化的文章都算。没有新内容时退出码为 1，脚本可以据此判断。

    \b
    search new
    search new 弹药 --json
    out=$(search new) && echo "$out" | mail -s '新文章' me@example.org
    """,
    ),
}

OPTIONS: dict[str, str] = {
    "The index: a directory, or opensearch://host:9200/NAME.": (
        "索引：一个文件夹，或 opensearch://host:9200/NAME。"
    ),
    "How many articles to look for in the engine.": "抽查多少篇文章。",
    "Rebuild the index if anything is wrong.": "有问题时重建索引。",
    "Processes for --repair.": "--repair 使用的进程数。",
    "Print one JSON object.": "输出一个 JSON 对象。",
    "The least share of either text that the other has too, from 0.01 to 1.": (
        "两篇中任何一篇的文字至少有多少也在另一篇里，从 0.01 到 1。"
    ),
    "Show what differs in this article, by sentences.": "逐句显示这篇文章的不同之处。",
    "Show one hit for all with the same text, the others below.": "文字相同的只显示一篇，其余列在下面。",
    "As --group; the earliest stands for all, not the best.": (
        "同 --group，但显示最早的一篇，而不是最相关的。"
    ),
    "What is counted.": "按什么计数。",
    "What is counted; NAME is an own keyword.": "按什么计数；NAME 是自定的关键词字段。",
    "Delete the articles that match this query fully.": "删除完全符合这个查询的文章。",
    "Do not ask.": "不询问。",
    "The key or column that holds a property (title, body, date, authors, url, tags, source, id, summary) or"
    " an own field. May be repeated.": (
        "哪个键或列是某个属性（title、body、date、authors、url、tags、source、id、summary）或自定义字段。可以重复。"
    ),
    "An own field, taken from keys and columns of its name: text, keyword, number or date, as page:keyword."
    " May be repeated.": (
        "自定义字段，取自同名的键和列：text、keyword、number 或 date，例如 page:keyword。可以重复。"
    ),
    "Only from this day, week, month or year on.": "只要这一天、周、月或年起的文章。",
    "Only before this day, week, month or year.": "只要这一天、周、月或年之前的文章。",
    "Only from this source, a folder or a host. May be repeated: from any of them.": (
        "只要这个来源（文件夹或网站）的文章。可以重复：其中任何一个。"
    ),
    "Look for other names too: 川普 for 特朗普. Your own are in variants.txt in the index's folder, and in"
    " the file that SEARCH_VARIANTS names.": (
        "也找别的名称：特朗普 也找 川普。"
        "自己的名称写在索引文件夹里的 variants.txt，或写在 SEARCH_VARIANTS 指定的文件里。"
    ),
    "Words that hold together in QUERY, in jieba's format.": "在 QUERY 里不拆开的词，jieba 词典格式。",
    "Time zone in which dates are read and shown, such as Asia/Shanghai or +08:00.": (
        "读取和显示日期所用的时区，例如 Asia/Shanghai 或 +08:00。"
    ),
    "The order of the hits.": "结果的排序。",
    "Hits on a page.": "每页多少篇。",
    "Which page.": "第几页。",
    "Print only how many articles there are.": "只输出文章数。",
    "Print a header and one line a row, for spreadsheets.": "输出表头和各行的表格（CSV），供电子表格使用。",
    "Print an entry for BibTeX a hit.": "每篇输出一个 BibTeX 条目。",
    "Print a record a hit for reference managers, in RIS.": "每篇输出一条 RIS 记录，供文献管理软件使用。",
    "Print the hits for reference managers, as CSL-JSON.": "输出 CSL-JSON，供文献管理软件使用。",
    "Print the hits as a list in Markdown.": "输出 Markdown 列表。",
    "Begin --csv with a byte-order mark, which Excel needs.": "在 --csv 开头加字节顺序标记，Excel 需要它。",
    "GB/T 7714-2015, APA 7, Chicago 17 (bibliography) or MLA 9.": (
        "GB/T 7714-2015、APA 7、Chicago 17（参考书目）或 MLA 9。"
    ),
    "Print how the query was understood and what scores are made of.": (
        "输出查询是怎样理解的，得分由什么构成。"
    ),
    "Read one query a line; print one JSON object for each, a line each.": (
        "每行读一个查询；各输出一个 JSON 对象，各占一行。"
    ),
    "When to print colours; auto: on a terminal, unless NO_COLOR is set, or where FORCE_COLOR is.": (
        "何时用颜色；auto：在终端上，除非设了 NO_COLOR，或者设了 FORCE_COLOR。"
    ),
    "Print at once, not page by page, what does not fit on the terminal.": "终端放不下时也直接输出，不分页。",
    "Do only the K-th of N parts of an index on a cluster. Other processes, here or on other machines, do the"
    " other parts of the same archive; the last one brings the whole into force.": (
        "只做集群上索引的 N 部分中的第 K 部分。同一档案的其他部分由本机或别的机器上的进程来做；"
        "最后完成的一个使整个索引生效。"
    ),
    "Processes that read and analyse.": "读取和分析的进程数。",
    "Words for the segmenter, in jieba's format.": "分词用的词，jieba 词典格式。",
    "Only files whose name, or path if GLOB has a /, matches. May be repeated.": (
        "只收名称（GLOB 含 / 时为路径）相符的文件。可以重复。"
    ),
    "No files or folders whose name, or path, matches. May be repeated.": (
        "不收名称或路径相符的文件和文件夹。可以重复。"
    ),
    "Leave out larger files.": "不收更大的文件。",
    "Leave out seeds with longer texts.": "不收正文更长的文章。",
    "Leave out seeds that take longer to read and analyse.": "不收读取和分析用时更长的文件。",
    "Go on: update whenever files have come, changed or gone, until Ctrl+C.": (
        "不结束：每当文件新来、改动或消失就更新，直到按 Ctrl+C。"
    ),
    "With --watch, update when nothing has changed for so long.": "用 --watch 时，这么久没有变化才更新。",
    "Let all who reach the page save queries beside the index, and remove them.": (
        "让能打开网页的人都可以保存和删去与索引放在一起的查询。"
    ),
    "Write the rows of --csv to an Excel workbook.": "把 --csv 的各行写进 Excel 工作簿。",
    "List what was added (+), replaced (~) and deleted (-), an id a line.": (
        "列出新收入（+）、替换（~）和删去（-）的文章，每行一个编号。"
    ),
    "The engine that the index must have.": "索引必须使用的引擎。",
    "The address to listen on; 0.0.0.0 for all networks of this machine.": (
        "监听的地址；0.0.0.0 为本机所有网络。"
    ),
    "Make the archive and the index only.": "只建立档案和索引。",
    "The port; 0 for any free one.": "端口；0 为任何空闲端口。",
    "Answer under this name too, as behind a reverse proxy. May be repeated.": (
        "也回应这个主机名，例如在反向代理之后。可以重复。"
    ),
    "Processes that answer.": "回应请求的进程数。",
    "The longest that a request may take.": "一个请求最长用时。",
    "The longest that a call may take.": "一次调用最长用时。",
    "Answer over HTTP, not on standard input and output.": "通过 HTTP 回应，而不用标准输入输出。",
    "With --http, the address to listen on.": "用 --http 时监听的地址。",
    "With --http, the port; 0 for any free one.": "用 --http 时的端口；0 为任何空闲端口。",
    "Show the first page in a browser.": "在浏览器里打开首页。",
    "Begin each paragraph with its number.": "每段之前写出段号。",
    "Print the cleaned text as HTML.": "把清理过的正文输出为 HTML。",
    "Print the seed as it is now: its bytes, or on a terminal its text.": (
        "输出文件现在的样子：原始字节，在终端上则为文字。"
    ),
    "Remove this one.": "删去这一个。",
    "Do not count as a look: the same is new the next time.": "不算查看过：下次仍然是新的。",
    "How many.": "多少篇。",
    "The length of a period.": "时段的长度。",
    "The zone of times that are written without one.": "没有写时区的时间属于哪个时区。",
    "The key or column that holds a property (title, body, date, authors, url, tags, source, id,"
    " summary). May be repeated.": (
        "哪个键或列是某个属性（title 标题、body 正文、date 日期、authors 作者、url 网址、tags 标签、"
        "source 来源、id 编号、summary 摘要）。可以重复。"
    ),
    "Begin an article at every line of Markdown and plain text that begins with MARK, as '## '.": (
        "在 Markdown 和纯文本里，每个以 MARK（例如 '## '）开头的行都开始一篇文章。"
    ),
    "How long to wait if another process writes to the index; without this, not at all.": (
        "另一个进程正在写入索引时等多久；不写则不等。"
    ),
    "Do not cut long paragraphs.": "不截短长段落。",
    "Show every occurrence, not only the two best pieces.": "显示每一处，不只是最好的两段。",
    "Most articles to list.": "最多列出多少篇文章。",
    "Print one JSON object a row, a line each.": "每行数据输出一个 JSON 对象，各占一行。",
    "Characters of context on each side.": "两侧各显示多少字。",
    "The order; left: by what stands before, read outwards.": "排序；left：按左侧文字，由近及远。",
    "Most lines to print.": "最多输出多少行。",
    "Most words to print.": "最多输出多少个词。",
    "Choose N of all lines at random.": "从所有行里随机抽取 N 行。",
    "Another number gives another sample, the same number the same.": (
        "换一个数就换一次抽样，同一个数结果相同。"
    ),
    "Words on each side that count as near.": "两侧各多少个词算作附近。",
    "Count pairs of characters instead of words.": "不数词，数相邻的两个字。",
    "Leave out what is near less often.": "不列出附近次数更少的。",
    "The order, the greatest first.": "排序，大的在前。",
    "Share: of all articles; per-million: occurrences in a million characters.": (
        "share：占全部文章的比例；per-million：每百万字出现的次数。"
    ),
    "Write a chart to FILE.": "把图表写入 FILE。",
}
