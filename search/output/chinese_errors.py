"""The catalogue of errors in Chinese: those that the command line can meet, and Click's own.

As in chinese.py; `{:t}` in a translation takes a part that is translated itself. The errors that only
a Python program can cause, as by an argument of the wrong type, stay English.
"""

from __future__ import annotations

__all__ = ["ERRORS"]

ERRORS: dict[str, str] = {
    # Remedies
    "build it first": "请先建立索引",
    "rebuild the index": "请重建索引",
    "update the index": "请更新索引",
    "check the index": "请检查索引",
    "repair the index": "请修补索引",
    "optimize the index": "请整理索引",
    "install it": "请安装它",
    "wait until it is done": "请等它完成",
    "pip install '{}', or in a clone pip install '{}'": "pip install '{}'，在源码目录里则是 pip install '{}'",
    # Saved queries
    "{} cannot be read: {}": "{} 读不了：{:t}",
    "{} cannot be written: {}": "{} 写不了：{:t}",
    # Addresses of pages
    "{} must be a number from {} to {}": "{} 必须是 {} 到 {} 的数",
    "{} must be given": "请填写 {}",
    "{} must have {} characters at most": "{} 最多 {} 个字符",
    "{} must not be empty": "{} 不能是空的",
    "{} must be one of {}": "{} 必须是 {:l} 之一",
    "{} may be given only once": "{} 只能写一次",
    "{} may be given {} times at most": "{} 最多写 {} 次",
    "hits after the first {} cannot be paged to": "只能翻到第 {} 篇",
    # Click
    "Missing command.": "缺少命令。",
    "Missing argument '{}'.": "缺少参数 {}。",
    "Missing argument '{}'. {}": "缺少参数 {}。{:t}",
    "Missing option '{}'.": "缺少选项 {}。",
    "Invalid value: {}": "值不对：{:t}",
    "Invalid value for {}: {}": "{} 的值不对：{:t}",
    "Option '{}' requires an argument.": "选项 {} 需要一个值。",
    "Option '{}' requires {} arguments.": "选项 {} 需要 {} 个值。",
    "Option '{}' does not take a value.": "选项 {} 不带值。",
    "No such option '{}'.": "没有 {} 这个选项。",
    "No such option: {}": "没有 {} 这个选项",
    "No such command '{}'.": "没有 {} 这个命令。",
    "Got unexpected extra argument ({})": "多了一个参数：{}",
    "Got unexpected extra arguments ({})": "多了几个参数：{}",
    "'{}' is not a valid integer.": "{} 不是整数。",
    "'{}' is not a valid integer range.": "{} 不是整数。",
    "'{}' is not a valid float.": "{} 不是数字。",
    "'{}' is not a valid float range.": "{} 不是数字。",
    "{} is not in the range {}.": "{} 不在 {} 的范围内。",
    "'{}' is not one of {}.": "{} 不是 {} 之一。",
    "'{}' is not {}.": "{} 不是 {}。",
    "Choose from:\n\t{}": "可以是：{}",
    "'{}': {}": "{}：{:t}",
    "{} '{}' does not exist.": "{:t} {} 不存在。",
    "{} '{}' is a file.": "{:t} {} 是文件。",
    "{} '{}' is a directory.": "{:t} {} 是文件夹。",
    "{} '{}' is not readable.": "{:t} {} 读不了。",
    "{} '{}' is not writable.": "{:t} {} 不能写入。",
    "File": "文件",
    "Directory": "文件夹",
    "Path": "路径",
    "Could not open file '{}': {}": "打不开文件 {}：{:t}",
    # The system
    "No such file or directory": "没有这个文件或文件夹",
    "Permission denied": "没有权限",
    "Is a directory": "是文件夹",
    "Not a directory": "不是文件夹",
    "File exists": "文件已经存在",
    "File name too long": "文件名太长",
    "No space left on device": "磁盘已满",
    "Disk quota exceeded": "超出磁盘配额",
    "Read-only file system": "文件系统只读",
    "Input/output error": "读写出错",
    "Too many open files": "打开的文件太多",
    "Too many levels of symbolic links": "符号链接层数太多",
    "Cannot allocate memory": "内存不足",
    "Connection refused": "连接被拒绝",
    "Address already in use": "地址已被占用",
    "Cannot assign requested address": "本机没有这个地址",
    "Operation not permitted": "不允许这样操作",
    "Name or service not known": "没有这个主机名",
    "Temporary failure in name resolution": "暂时查不到主机名",
    "{}: {}": "{}：{:T}",
    "internal error: {}: {}": "内部错误：{}：{}",
    "a bug: please report it; SEARCH_DEBUG=1 shows where it happened": (
        "这是程序的错误，请报告；SEARCH_DEBUG=1 会显示出错的地方"
    ),
    # Arguments
    "{} is no part: a part is written 3/8, the third of eight": (
        "{} 不是一部分：请写成 3/8，即八部分中的第三部分"
    ),
    "there is no part {}: a part is written 3/8, the third of eight, and there may be {}": (
        "没有 {} 这个部分：请写成 3/8，即八部分中的第三部分，最多 {} 个部分"
    ),
    "--part is for an index on a cluster; {} is a directory, which one process fills: leave --part out, and"
    " use --workers": "--part 只用于集群上的索引；{} 是文件夹，由一个进程写入：请去掉 --part，改用 --workers",
    "write PROPERTY=KEY, as in title=headline": "请写成 属性=键，例如 title=headline",
    "this is no text, neither in this locale nor in UTF-8": "这不是文字，用本机的编码和 UTF-8 都读不出",
    "an article has no property {}; it has {}": "文章没有 {} 这个属性；有 {}",
    "no time zone is called {}; names look like Asia/Shanghai or UTC": (
        "没有叫 {} 的时区；名称像 Asia/Shanghai 或 UTC"
    ),
    "SEARCH_TZ: {}": "SEARCH_TZ：{:t}",
    "the time zone is {}; {}": "时区是 {}；{:t}",
    "there is no time zone {}; {}": "没有 {} 这个时区；{:t}",
    "no time zone has the offset {}; {}": "没有时差为 {} 的时区；{:t}",
    "write a name such as Asia/Shanghai, or an offset such as +08:00": (
        "请写名称，例如 Asia/Shanghai，或时差，例如 +08:00"
    ),
    "time zone {} cannot be looked up: this system has no time zone data; install the package tzdata, or"
    " write an offset such as +08:00": (
        "查不到时区 {}：系统没有时区数据；请安装 tzdata 包，或者写时差，例如 +08:00"
    ),
    "no engine is called {}; there are {}": "没有叫 {} 的引擎；现有 {:t}",
    "{} names no host: write opensearch://host:9200/name, several with commas between": (
        "{} 没有写主机：请写成 opensearch://host:9200/name，几个主机用逗号隔开"
    ),
    "{} names no index: write opensearch://host:9200/NAME, with a name of lower-case letters, digits, _, ."
    " and - that does not end in six digits, -state or -times": (
        "{} 没有写索引：请写成 opensearch://host:9200/NAME，名称由小写字母、数字、_、. 和 - 组成，"
        "不以六个数字、-state 或 -times 结尾"
    ),
    "an address holds no user and password, because addresses are printed: put them into OPENSEARCH_USER and"
    " OPENSEARCH_PASSWORD": (
        "地址里不能写用户名和密码，因为地址会显示出来：请写在 OPENSEARCH_USER 和 OPENSEARCH_PASSWORD 里"
    ),
    "{}: {}={} is no option; there are {}": "{}：没有 {}={} 这个选项；有 {}",
    "OPENSEARCH_CA: {} holds no certificate that can be read ({}); it must name a file in PEM format": (
        "OPENSEARCH_CA：{} 里没有可用的证书（{}）；它必须是 PEM 格式的文件"
    ),
    "no file has a name with a NUL in it: {}": "文件名里不能有 NUL：{}",
    "the engine {} keeps no files: its indexes have addresses such as {}localhost:9200/news": (
        "引擎 {} 不用文件：它的索引有地址，例如 {}localhost:9200/news"
    ),
    "{} is an index on a cluster; one of the engine {} is a directory": (
        "{} 是集群上的索引；引擎 {} 的索引是文件夹"
    ),
    "a cluster looks after its files itself; check is for index directories": (
        "集群自己照管文件；check 只用于索引文件夹"
    ),
    "a cluster looks after its files itself; repair is for index directories": (
        "集群自己照管文件；修补只用于索引文件夹"
    ),
    "limits are numbers above 0, at most {}, and sizes whole ones, not {}": (
        "限制是大于 0、不超过 {} 的数，大小是整数，不能是 {}"
    ),
    "there are no words to look for,": "没有可以查找的词",
    "there are no words to look for": "没有可以查找的词",
    "write a word or phrase that may occur, besides filters and what is excluded": (
        "除了筛选和排除的，请写至少一个词或短语"
    ),
    "{} {}s are more than the {} that can be counted one by one; count by {}, or set after and before": (
        "{} 个 {} 太多，最多逐个计 {} 个；请按 {} 计，或者写上 after 和 before"
    ),
    "the quotation has {} characters; {} can be looked for": "引文有 {} 个字符；最多可以查 {} 个",
    "the quotation has no letters or digits to look for": "引文里没有可以查找的文字",
    "there is no query; write at least one": "没有查询；请至少写一个",
    # Files of an archive
    "there is no folder or file {}": "没有 {} 这个文件夹或文件",
    "{} lies in {}; name one of them, or its seeds are found twice": (
        "{} 在 {} 里面；请只写其中一个，否则文件会找到两次"
    ),
    "{} holds {}, of which the index was made, and in which seeds have other ids; update {}, or rebuild"
    " with {}": "{} 里有建立索引时用的 {}，其中文件的编号不同；请更新 {}，或者用 {} 重建",
    "{} is of no index; move it away, or choose another folder for the index": (
        "{} 不属于任何索引；请把它移走，或者换一个文件夹放索引"
    ),
    "there are no articles to index, and {} has some: to empty it, pass allow_empty=True; nothing was"
    " changed": "没有可以收入的文章，而 {} 里有文章；什么也没有改变",
    "takes longer than {} s, which is the limit": "用时超过了限制 {} 秒",
    "cannot be read: {}": "读不了：{:t}",
    "neither a title nor a text": "既没有标题也没有正文",
    "its {} has more than {} characters, which is the limit": "{} 超过了限制 {} 个字符",
    "larger than {} bytes, which is the limit": "超过了限制 {} 字节",
    "{} is larger than {} bytes, which is the limit": "{} 超过了限制 {} 字节",
    "a page is larger than {} bytes, which is the limit": "有一页超过了限制 {} 字节",
    "an item is larger than {} bytes, the limit": "有一项超过了限制 {} 字节",
    "not a text file": "不是文本文件",
    "not a regular file": "不是普通文件",
    "another query is saved under this name; choose another name": "这个名称已有查询；请另选一个名称",
    "write what to look for": "请写要找的内容",
    "start the server with --allow-saving": "请用 --allow-saving 启动服务",
    "a change must come from a page of this site": "改动只能来自本站的网页",
    "a change is sent as {}": "改动须以 {} 提交",
    "a form has {} bytes at most": "表单最多 {} 个字节",
    "the form has too many fields": "表单的字段太多",
    "no query is saved under this name": "没有以这个名称保存的查询",
    "a sheet of Excel has {} rows at most; use --csv": "Excel 工作表最多 {} 行；请用 --csv",
    "changes are told of a whole, not of a part": "改动只能就整个索引列出，不能就一部分列出",
    "is being written to; update when that is done": "正在被写入；请在写完之后更新",
    "a link to something outside the archive": "指向档案之外的链接",
    "is no longer there": "已经不在了",
    "an export of Evernote without notes": "没有笔记的印象笔记导出文件",
    "is no sound EPUB: {}": "不是完好的 EPUB：{}",
    "is no sound XML: {}": "不是完好的 XML：{}",
    "is no sound JSON: {}": "不是完好的 JSON：{}",
    "is no sound WARC: {}": "不是完好的 WARC：{}",
    "is no sound WACZ: {}": "不是完好的 WACZ：{}",
    "a WACZ without a WARC in it": "里面没有 WARC 的 WACZ",
    "a feed without entries{}": "没有条目的订阅源{}",
    "there is nothing in the file": "文件是空的",
    "there is no article in the file": "文件里没有文章",
    "none of its keys ({}) names a title or a text; name them with --map title=KEY --map body=KEY": (
        "它的键（{}）里没有标题或正文；请用 --map title=键 --map body=键 指明"
    ),
    "its JSON holds no object": "JSON 里没有对象",
    "its list is empty": "列表是空的",
    "its JSON is nested too deeply": "JSON 嵌套太深",
    "its JSON ends too early or is no sound JSON: {}": "JSON 不完整或有错：{}",
    "a line is no sound JSON: {}": "有一行不是完好的 JSON：{}",
    "an item has neither a title nor a text": "有一项既没有标题也没有正文",
    "item {}: {}": "第 {} 项：{:t}",
    "a saved page without a page in it": "保存的网页里没有网页",
    "a page without a title or a text": "网页既没有标题也没有正文",
    "{} need the optional extra 'formats' (package {})": "{} 需要附加包 formats（{}）",
    'a SQLite database; export its articles to CSV or JSON Lines first, as with sqlite3 -json FILE "SELECT'
    ' title, date, url, content FROM articles" > articles.json': (
        'SQLite 数据库；请先把文章导出为 CSV 或 JSON Lines，例如 sqlite3 -json FILE "SELECT title, date, url,'
        ' content FROM articles" > articles.json'
    ),
    "row {} is no sound row of a table: {}": "第 {} 行不是完好的表格行：{}",
    "row {} has neither a title nor a text": "第 {} 行既没有标题也没有正文",
    "two articles have the id {}; rename one of them": "有两篇文章的编号都是 {}；请给其中一篇改名",
    "an article needs an id, a string that is not empty; this one has {}": "文章需要编号，不能是空的：{}",
    "{}: line {}: {} is no word of Han characters; letters and digits are found without a dictionary, so"
    " leave the line out": "{} 第 {} 行：{} 不是汉字词；字母和数字不用词典也能找到，请去掉这一行",
    "{}: line {}: a frequency must be at least 1": "{} 第 {} 行：词频至少为 1",
    "{} came from Python and has no file": "{} 来自 Python，没有文件",
    "{}; leave out --raw": "{:t}；请去掉 --raw",
    # Building
    "a worker process died, killed or out of memory; the index is as it was before; try again with fewer"
    " --workers": "有一个工作进程中止了，被结束或内存不足；索引与之前一样；请减少 --workers 再试",
    "{} was made with {}, and an update cannot change that": "{} 是用 {} 建立的，更新不能改变这一点",
    "{} was made with another user dictionary": "{} 是用另一个用户词典建立的",
    "no article has the id {}; nothing was deleted; to pass over such ids, give missing_ok=True": (
        "没有编号为 {} 的文章；什么也没有删除"
    ),
    "{} is being written by {}": "{} 正在由 {} 写入",
    "{} is held by another program ({})": "{} 正被另一个程序占用（{}）",
    "process {}, since {}": "进程 {}（从 {} 起）",
    "{} cannot be locked: {}; remove it": "{} 锁不住：{:t}；请把它删掉",
    "{} is in the way and was not made by a writer; move it away": (
        "{} 挡住了位置，又不是索引的一部分；请把它移走"
    ),
    "{} is no folder of its own and is left alone: remove it first": (
        "{} 不是独立的文件夹，没有动它：请先把它删掉"
    ),
    "{} is no regular file": "{} 不是普通文件",
    "{} is no regular file: remove it first": "{} 不是普通文件：请先把它删掉",
    # The state of an index
    "there is no index in {}": "{} 里没有索引",
    "there is no index {}": "没有 {} 这个索引",
    "{} is missing": "{} 不见了",
    "{} is missing or incomplete": "{} 不见了或不完整",
    "{} is damaged": "{} 已损坏",
    "{} is damaged ({})": "{} 已损坏（{:t}）",
    "its tables are not ours": "里面的表不是本程序的",
    "{} is damaged: {}": "{} 已损坏：{:t}",
    "{} cannot be read ({})": "{} 读不了（{}）",
    "{} cannot be read ({}: {})": "{} 读不了（{}：{}）",
    "{} has index format {}, and this version reads {}": "{} 的索引格式是 {}，这个版本读的是 {}",
    "the user dictionary of {} is gone; rebuild with --user-dict": (
        "{} 的用户词典不见了；请用 --user-dict 重建"
    ),
    "{} holds changes that cannot be read here ({}) without permission, or room, to write there": (
        "{} 里有尚未写完的改动（{}），要有写入的权限或空间才能读"
    ),
    "whoosh failed ({}: {}); the index is as it was before": "whoosh 出错（{}：{}）；索引与之前一样",
    "tantivy failed in {}: {}": "tantivy 在 {} 出错：{}",
    "tantivy cannot read {} ({})": "tantivy 读不了 {}（{}）",
    "{} needs the optional extra '{}'": "{:t}需要附加包 {}",
    "an index on OpenSearch": "OpenSearch 上的索引",
    "the tantivy engine": "tantivy 引擎",
    "watching an archive": "随时更新",
    "search serve": "search serve ",
    "a DataFrame": "DataFrame ",
    "the search takes longer than {} s, which is the limit; ask for less, or allow more time": (
        "查找用时超过了限制 {} 秒；请缩小范围，或给更多时间"
    ),
    "the search was given up": "查找已中止",
    # What a check finds
    "{}: {}; {}": "{}：{:T}；{:T}",
    "{} cannot be used: {}": "{} 不能使用：{:t}",
    "{} is no file of this index": "{} 不是这个索引的文件",
    "is missing": "不见了",
    "is damaged: {}": "已损坏：{:t}",
    "is no regular file": "不是普通文件",
    "is damaged: it has {} bytes and should have {}": "已损坏：有 {} 字节，应为 {} 字节",
    "it has {} bytes and should have {}": "有 {} 字节，应为 {} 字节",
    "{} was made with {} {}, and this is {}": "{} 是用 {} {} 建立的，而这里是 {}",
    "{} was analysed by {}, and this is {}": "{} 的分析方式是 {}，而这里是 {}",
    "{} refused: {}": "{} 拒绝了：{}",
    "{} holds {} articles, and the manifest says {}": "{} 有 {} 篇文章，而清单上是 {} 篇",
    "{} is damaged: {} articles are not what was written: {}": "{} 已损坏：{} 篇文章与写入时不同：{}",
    "{} lacks {} articles that the store holds": "{} 少了库里的 {} 篇文章",
    "{} holds {} articles that the store lacks": "{} 多了库里没有的 {} 篇文章",
    "{} does not find {} of {} articles by their own words: {} …": (
        "{0} 抽查的 {2} 篇中有 {1} 篇用自己的词找不到：{3} …"
    ),
    "its checksum does not match": "校验和不符",
    # A cluster
    "{} needs the right OPENSEARCH_USER and OPENSEARCH_PASSWORD: {}": (
        "{} 需要正确的 OPENSEARCH_USER 和 OPENSEARCH_PASSWORD：{}"
    ),
    "{} cannot be reached: {}": "{} 连不上：{}",
    "{} gave an answer that cannot be read: {}": "{} 的回应读不懂：{}",
    "{} cannot tell what it holds: {}": "{} 说不出里面有什么：{}",
    "{} was not made by this program; choose another name": "{} 不是本程序建立的；请换一个名称",
    "the manifest of {} on {} is damaged ({})": "{1} 上 {0} 的清单已损坏（{2}）",
    "{} cannot tell whether it has the article {}; the index is as it was before": (
        "{} 说不准有没有文章 {}；索引与之前一样"
    ),
    "{} has {} articles and should have {}: a node has lost some; try again; the index is as it was before": (
        "{} 有 {} 篇文章，应为 {} 篇：有节点丢失了一些；请再试一次；索引与之前一样"
    ),
    "{} cannot place {} shards; see what GET /_cluster/allocation/explain says, or rebuild with fewer"
    " ?replicas=; the index is as it was before": (
        "{} 有 {} 个分片放不下；请看 GET /_cluster/allocation/explain 的说明，或者减少 ?replicas= 重建；"
        "索引与之前一样"
    ),
    "another process has taken over {}, since this one was not heard of for {} s; the index is as that"
    " process leaves it": "{} 已由另一个进程接手，因为 {} 秒没有本进程的消息；索引以那个进程为准",
    "another process has discarded what was done of part {}": "第 {} 部分已完成的工作被另一个进程丢弃了",
    "{} did not find the {} seeds that part {} found: the archive is not the same on all machines; make it"
    " the same, and run again the parts that had another one; the index is as it was before": (
        "{0} 没有找到第 {2} 部分找到的 {1} 个文件：各台机器上的档案不一样；请使它们一致，"
        "再重做档案不同的部分；索引与之前一样"
    ),
    "{} has not all articles of {}: a node has lost some; run those again; the index is as it was before": (
        "{} 缺少 {} 的文章：有节点丢失了一些；请重做这些部分；索引与之前一样"
    ),
    "{} is being rebuilt in {} parts, of which {} are done: run the others, or give these up": (
        "{} 正在分 {} 部分重建，已完成 {}：请做其余的，或者放弃"
    ),
    "{} was being written a moment ago; try again": "{} 刚才还在被写入；请再试一次",
    "{} is being rebuilt in parts by {}, and this part differs in {}; give all parts the same arguments, or"
    " wait until they are done": (
        "{} 正由 {} 分部分重建，而这一部分的 {} 不同；请给各部分同样的参数，或等它们完成"
    ),
    "the query is too long for {}: it needs {} clauses; write a shorter one": (
        "查询对 {} 来说太长：需要 {} 个子句；请写短一些"
    ),
    "the query is too long for {}: {}; shorten it, or raise indices.query.bool.max_clause_count": (
        "查询对 {} 来说太长：{}；请写短一些，或者调大 indices.query.bool.max_clause_count"
    ),
    "the query may match {} articles, more than the {} that can be checked one by one: write it without *"
    " after a phrase, with a smaller ~, or with one more word in its quotation marks": (
        "查询可能符合 {} 篇文章，超过了能逐篇核对的 {} 篇：请去掉短语后的 *，缩小 ~，或在引号里多写一个词"
    ),
    "{} was rebuilt while it was read; ask again": "{} 在读取时被重建了；请再查一次",
    "{} needs more time than there is": "{} 来不及在限定时间内回应",
    "this process was forked while other threads ran, so the Searcher cannot be used here; start processes by"
    " spawn or forkserver, and open a Searcher in each": (
        "本进程在其他线程运行时被 fork，因此这里不能使用 Searcher；请用 spawn 或 forkserver 启动进程，"
        "并在每个进程里各打开一个 Searcher"
    ),
    "the Searcher is closed": "Searcher 已关闭",
    # Own fields, and what deletes
    "write NAME:KIND, as in page:keyword": "请写成 名称:类型，例如 page:keyword",
    "{} is {}, which is no number": "{} 是 {}，不是数",
    "{} is {}, which is too large, or no number": "{} 是 {}，太大，或者不是数",
    "{} is {}, no date that can be understood; write 2024-03-10, or 2024-03-10T08:00:00+08:00": (
        "{} 是 {}，不是看得懂的日期；请写成 2024-03-10 或 2024-03-10T08:00:00+08:00"
    ),
    "{} is {}, which cannot be told in UTC": "{} 是 {}，换算不成 UTC 时间",
    "{} must be a number, not True or False": "{} 应当是数，不能是真假值",
    "{} must be a number, not {}": "{} 应当是数，不能是 {}",
    "{} must be text, not {}": "{} 应当是文字，不能是 {}",
    "{} must be a datetime, a date or ISO text, not {}": "{} 应当是日期，不能是 {}",
    "{} has {} values; {} are the most": "{} 有 {} 个值；最多 {} 个",
    "{} is longer than {} characters: {}…; declare it as text": "{} 超过 {} 个字符：{}……；请声明为 text",
    # Addresses
    "the address is longer than {} KiB": "网址超过 {} KiB",
    "name this host with --allow-host when the server is started": (
        "请在启动服务时用 --allow-host 写上这个主机名"
    ),
    "the own field {} has the kind {}; there are {}": "自定义字段 {} 的类型是 {}；可用的有 {}",
    "own_fields declares {} fields; {} are the most": "自定义字段有 {} 个；最多 {} 个",
    "{} is no name of an own field: a letter, then letters, digits and _, 30 at most": (
        "{} 不能作自定义字段的名称：以字母开头，后接字母、数字和 _，最多 30 个字符"
    ),
    "an own field cannot be called {}, which means something else already": (
        "自定义字段不能叫 {}，它已有别的含义"
    ),
    "the own field {} is declared twice": "自定义字段 {} 声明了两次",
    "{}; write NAME:KIND, as in page:keyword": "{:t}；请写成 名称:类型，例如 page:keyword",
    "{} article without a field that could not be read; the first:": "{} 篇文章有字段读不了；例如：",
    "{} articles without a field that could not be read; the first:": "{} 篇文章有字段读不了；例如：",
}
