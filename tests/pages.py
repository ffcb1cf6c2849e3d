# ruff: noqa: E501
"""Pages as publishing systems of all kinds make them, and what their articles are. All text is invented."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["PAGES", "Page"]


class Page(NamedTuple):
    """A page, its article's title and day, what its text holds, and what it does not."""

    name: str
    html: str
    title: str
    day: str | None
    text: Sequence[str]
    boilerplate: Sequence[str]


P1 = "城东的旧渡口今天重新开放，附近居民清早就在岸边排队，等候第一班渡轮。"
P2 = "渡轮公司说，新船可以载客八十人，每二十分钟一班，票价仍是两元。"
P3 = "七十岁的林伯说，他年轻的时候每天都坐船过江上班，如今船又开了，他第一个来。"
PS = (P1, P2, P3)
D = "2024-03-10"
NAV = "<div class=top><a href=/>首页</a> <a href=/n>新闻</a> <a href=/s>体育</a> <a href=/e>娱乐</a></div>"
FOOT = "<div class=foot>晨报网版权所有 证第0001号</div>"
ps = "".join(f"<p>{p}</p>" for p in PS)
PAGES: list[Page] = []


def add(
    name: str,
    html: str,
    title: str = "渡口重开记",
    d: str | None = D,
    must: Sequence[str] = PS,
    no: Sequence[str] = (),
) -> None:
    PAGES.append(Page(name, html, title, d, must, no))


add(
    "wordpress",
    f"<html><head><title>渡口重开记 &#8211; 江边札记</title></head><body class='post-template has-sidebar'><header><h1 class=site-title><a href=/>江边札记</a></h1><nav><ul><li><a href=/a>关于</a></li></ul></nav></header><div id=content class='site-content'><main><article class='post hentry category-share'><header><h2 class=entry-title>渡口重开记</h2><div class=entry-meta><time class='entry-date published' datetime='2024-03-10T09:00:00+08:00'>2024年3月10日</time> <a href=/author/l>林一帆</a></div></header><div class=entry-content>{ps}</div><footer class=entry-footer><a href=/t>水运</a></footer></article><div id=comments><h3>2条评论</h3><ol class=commentlist><li><article><p>写得真好，我也去坐过，明天还要再去。</p></article></li></ol></div></main><aside class=sidebar><h3>近期文章</h3><ul><li><a href=1>慢车停运</a></li></ul></aside></div><footer>江边札记 由 WordPress 驱动</footer></body></html>",
    no=["写得真好", "近期文章", "由 WordPress"],
)
add(
    "sidebar-first",
    f"<html><head><title>渡口重开记 - 小林的博客</title></head><body><div id=sidebar><h3>关于我</h3><p>我住在江边，喜欢船和桥，也喜欢记下每天看到的小事，欢迎来信交流。</p><h3>归档</h3><ul><li><a href=1>2024年2月(3)</a></li><li><a href=2>2024年1月(5)</a></li></ul></div><div id=posts><h2><a href=/p/1>渡口重开记</a></h2><p class=date>2024-03-10 08:30</p>{ps}</div></body></html>",
    no=["归档", "欢迎来信"],
)
add(
    "br-divs",
    f"<html><head><title>渡口重开记</title></head><body><div>首页 | 新闻 | 关于</div><div><b>渡口重开记</b><br>2024年3月10日 19:25<br><br>{'<br><br>'.join(PS)}<br></div><div>版权所有 晨报</div></body></html>",
    no=["版权所有"],
)
add(
    "table-layout",
    f"<html><head><title>渡口重开记</title></head><body><table width=760><tr><td colspan=2><img src=logo.gif><a href=/>首页</a> <a href=/b>国内</a></td></tr><tr><td width=150><a href=1>热点一</a><br><a href=2>热点二</a><br><a href=3>热点三</a></td><td><table><tr><td align=center><font size=5>渡口重开记</font></td></tr><tr><td align=center>2024年03月10日 08:15 晨报</td></tr><tr><td>{'<br>　　'.join(PS)}</td></tr></table></td></tr><tr><td colspan=2>联系我们 广告服务 版权所有</td></tr></table></body></html>",
    no=["热点一", "广告服务"],
)
big5 = "城東的舊渡口今天重新開放，附近居民清早就在岸邊排隊，等候第一班渡輪。"
add(
    "big5-1990s",
    f"<HTML><HEAD><TITLE>渡口重開記</TITLE></HEAD><BODY BGCOLOR=#FFFFFF><CENTER><H2>渡口重開記</H2></CENTER><HR><P>民國八十六年<P>{big5}<P>{big5[:20]}每二十分鐘一班。<HR><A HREF=index.html>回首頁</A></BODY></HTML>",
    title="渡口重開記",
    d=None,
    must=[big5],
    no=["回首頁"],
)
add(
    "forum",
    f"<html><head><title>渡口重开记 - 江边论坛 - Powered by Discuz!</title></head><body><div id=hd><a href=/>论坛首页</a></div><div id=pt><a href=/>首页</a> › <a href=/f>闲聊</a> › 渡口重开记</div><div id=postlist><h1>渡口重开记</h1><div class=post><div class=authi><a href=/u/1>江上客</a> 发表于 2024-3-10 08:20:11</div><div class=t_f>{'<br>'.join(PS)}</div></div><div class=post><div class=authi><a href=/u/2>岸上人</a> 发表于 2024-3-11 10:00:00</div><div class=t_f>顶一个，写得好。</div></div></div><div>Powered by Discuz! X3.4</div></body></html>",
    no=["Powered"],
)
add(
    "gov",
    f"<html><head><title>关于旧渡口重新开放的通告_某某区人民政府</title><meta name=ArticleTitle content='关于旧渡口重新开放的通告'><meta name=PubDate content='2024-03-10 09:30'><meta name=ContentSource content='区交通局'></head><body><div class=header><a href=/>网站首页</a><a href=/zw>政务公开</a></div><div class=location>您当前的位置：<a href=/>首页</a> > 通知公告</div><div class=xxgk><h2>关于旧渡口重新开放的通告</h2><div class=info>发布时间：2024-03-10 09:30　来源：区交通局　浏览次数：123　字体：[大 中 小]</div><div id=zoom class=TRS_Editor>{ps}<p style='text-align:right'>某某区交通局</p><p style='text-align:right'>2024年3月9日</p></div><div>【打印本页】【关闭窗口】</div></div><div class=foot>主办：某某区人民政府 备案号</div></body></html>",
    title="关于旧渡口重新开放的通告",
    must=[*PS, "某某区交通局"],
    no=["打印本页", "备案号", "浏览次数"],
)
add(
    "amp",
    f'<!doctype html><html amp><head><title>渡口重开记 | 晨报</title><script type=\'application/ld+json\'>{{"@type":"NewsArticle","headline":"渡口重开记","datePublished":"2024-03-10T01:00:00Z","author":{{"name":"林一帆"}}}}</script><style amp-boilerplate>body{{}}</style></head><body><amp-sidebar id=s><ul><li><a href=/>首页</a></li></ul></amp-sidebar><article><h1>渡口重开记</h1><amp-img src=1 alt=x></amp-img>{ps}</article><amp-ad>广告</amp-ad></body></html>',
    no=["广告"],
)
add(
    "print",
    f"<html><head><title>打印：渡口重开记</title></head><body onload='print()'><h1>渡口重开记</h1><p>2024-03-10</p>{ps}<p>原文网址：https://www.example.org/a</p></body></html>",
)
com = "".join(
    f"<div class=cm><b>读者{i}</b> <span>2024-03-1{i % 9} 10:0{i % 9}</span><p>我觉得第{i}条意见也很要紧，应该让渡轮公司听一听，票价不能再涨，班次也要再密一点，晚上也要开。</p></div>"
    for i in range(20)
)
add(
    "long-comments",
    f"<html><head><title>渡口重开记_晨报网</title></head><body>{NAV}<div class=main><h1>渡口重开记</h1><div class=info>2024-03-10 07:00 晨报</div><div class=text>{ps}</div></div><div class=pl><h3>网友评论</h3>{com}</div></body></html>",
    no=["读者3", "我觉得第3条"],
)
add(
    "long-comments-same-box",
    f"<html><head><title>渡口重开记_晨报网</title></head><body>{NAV}<div><h1>渡口重开记</h1><div class=info>2024-03-10 07:00 晨报</div>{ps}<h3>网友评论</h3>{com}</div></body></html>",
    no=["读者3", "我觉得第3条"],
)
add(
    "comments-id",
    f"<html><head><title>渡口重开记_晨报网</title></head><body>{NAV}<div><h1>渡口重开记</h1><div class=info>2024-03-10 07:00 晨报</div>{ps}<div id=comments>{com}</div></div></body></html>",
    no=["读者3"],
)
live = "".join(
    f"<div class=live-item><time datetime='2024-03-10T{8 + i:02d}:00:00+08:00'>{8 + i:02d}:00</time><p>第{i + 1}班渡轮靠岸，又有几十位乘客下船，江风很大，大家都很高兴。</p></div>"
    for i in range(8)
)
add(
    "live-blog",
    f"<html><head><title>直播：渡口重开 - 晨报</title><meta property='article:published_time' content='2024-03-10T08:00:00+08:00'></head><body>{NAV}<h1>直播：渡口重开</h1><div class=live>{live}</div>{FOOT}</body></html>",
    title="直播：渡口重开",
    must=["第1班渡轮靠岸", "第8班渡轮靠岸"],
    no=["版权所有"],
)
gal = "".join(
    f"<figure><img src={i}.jpg><figcaption>图{i}：渡口的早晨，人们在岸边等船。</figcaption></figure>"
    for i in range(1, 6)
)
add(
    "gallery",
    f"<html><head><title>组图：渡口重开_图片频道_晨报网</title></head><body>{NAV}<h1>组图：渡口重开</h1><div>2024年03月10日 06:00</div><div class=gallery>{gal}</div><div class=more><a href=1>更多图片</a></div>{FOOT}</body></html>",
    title="组图：渡口重开",
    must=["图1：渡口", "图5：渡口"],
    no=["更多图片", "版权"],
)
add(
    "short",
    f"<html><head><title>渡口重开记</title></head><body>{NAV}<h1>渡口重开记</h1><p>2024-03-10 10:00</p><p>船又开了。</p>{FOOT}</body></html>",
    must=["船又开了。"],
    no=["版权所有"],
)
add(
    "poem",
    f"<html><head><title>渡口</title></head><body>{NAV}<h1>渡口</h1><p>2024-03-10</p><div class=content><p>旧船靠岸</p><p>渡口</p><p>有人上岸</p><p>有人还在等</p></div>{FOOT}</body></html>",
    title="渡口",
    must=["旧船靠岸\n渡口\n有人上岸\n有人还在等"],
    no=["版权所有"],
)
add(
    "hexo",
    f"<html><head><title>渡口重开记 | 江边</title><meta name=generator content=Hexo></head><body><header id=header><h1><a href=/>江边</a></h1></header><div id=wrap><section id=main><article class='article article-type-post' itemscope><div class=article-meta><a href=/2024/03/10/ferry/ class=article-date><time datetime='2024-03-10T01:30:00.000Z' itemprop=datePublished>2024-03-10</time></a></div><div class=article-inner><header><h1 class=article-title itemprop=name>渡口重开记</h1></header><div class=article-entry itemprop=articleBody>{ps}<h2>票价</h2><ul><li>成人两元</li><li>儿童一元</li></ul><pre><code>if (a &lt; b) stop();</code></pre></div></div></article><nav id=article-nav><a href=2>上一篇 慢车</a></nav></section><aside id=sidebar><h3>最新文章</h3></aside></div></body></html>",
    must=[*PS, "票价", "成人两元", "if (a < b) stop();"],
    no=["上一篇", "最新文章"],
)
add(
    "spa-hidden",
    f"<html><head><title>渡口重开记</title></head><body><div id=app style='display:none'><h1>渡口重开记</h1><p>2024-03-10 10:00</p>{ps}</div><div>正在载入，请稍候</div></body></html>",
    no=[],
)
add(
    "aspnet",
    f"<html><head><title>渡口重开记</title></head><body><form id=aspnetForm method=post><div id=header><a href=/>首页</a></div><h1>渡口重开记</h1><span>发布时间：2024/3/10 9:05:00</span><div id=ctl00_content>{ps}</div><input type=submit value=搜索></form></body></html>",
)
add(
    "related-inside",
    f"<html><head><title>渡口重开记-晨报</title></head><body>{NAV}<div class=art><h1>渡口重开记</h1><p>2024-03-10 10:00</p><p>{P1}</p><div class=related><h4>相关新闻</h4><ul><li><a href=1>慢车停运</a></li><li><a href=2>果园丰收</a></li></ul></div><p>{P2}</p><p>{P3}</p></div></body></html>",
    no=["慢车停运"],
)
add(
    "footer-date",
    f"<html><head><title>渡口重开记</title></head><body><div class=date>今天是2026年11月26日 星期四</div>{NAV}<h1>渡口重开记</h1><p>作者：林一帆　　发布：2024年3月10日 下午3点20分</p>{ps}<div>最后更新：2025-01-01 10:00</div></body></html>",
    no=[],
)
add(
    "story-date",
    f"<html><head><title>渡口重开记</title><link rel=canonical href='https://www.example.org/2024/03/10/ferry.html'></head><body>{NAV}<h1>渡口重开记</h1><p>一九四五年八月，渡口毁于战火；1958年7月1日，渡口重建，直到2010年5月6日停航，一晃已经十多年，老人们还记得当年的汽笛声，也记得那些在船上卖烧饼的小贩，他们的叫卖声隔着江也听得见，江水涨落之间几代人就这样过去了，如今新的渡轮又要开了，人们奔走相告，孩子们更是高兴得睡不着觉，天没亮就起来等着看新船下水，有人还带来了相机，要把这一天好好记下来，留给后人看。</p>{ps}</body></html>",
)
add(
    "dl-list",
    "<html><head><title>渡口问答</title></head><body><h1>渡口问答</h1><p>2024-03-10</p><dl><dt>几点开船？<dd>早上六点，风大的时候会推迟半个小时。<dt>票价多少？<dd>成人两元，儿童一元，老人不用买票。</dl></body></html>",
    title="渡口问答",
    must=["几点开船？", "早上六点", "成人两元"],
)
add(
    "wayback",
    f"<html><head><title>渡口重开记_晨报</title><link rel=canonical href='http://web.archive.org/web/20240311000000/http://www.example.org/a/20240310.html'></head><body><!-- BEGIN WAYBACK TOOLBAR INSERT --><div id=wm-ipp-base style='display:block'><div id=wm-ipp><a href=x>12 captures</a> 11 Mar 2024</div></div><!-- END WAYBACK -->{NAV}<h1>渡口重开记</h1>{ps}</body></html>",
    no=["captures"],
)
add(
    "all-links-newsletter",
    f"<html><head><title>一周阅读推荐</title></head><body>{NAV}<article><h1>一周阅读推荐</h1><time datetime=2024-03-10 pubdate>3月10日</time><p>本周编辑部读了不少文章，下面几篇值得一看，欢迎把你读到的好文章也告诉我们。</p>"
    + "".join(
        f"<h3><a href=/{i}>第{i}篇：江边的人与船</a></h3><p>这一篇写江边的船工，第{i}个故事讲他怎样学会看风向。</p>"
        for i in range(1, 6)
    )
    + f"</article>{FOOT}</body></html>",
    title="一周阅读推荐",
    must=["第3篇：江边的人与船", "第5个故事"],
    no=["版权所有"],
)
add(
    "nested-inline",
    "<html><head><title>渡口重开记</title></head><body><font face=宋体><span><h1>渡口重开记</h1><center>2024-03-10 11:11</center>"
    + "".join(f"<span style='font-size:14px'><p><font>{p}</font></p></span>" for p in PS)
    + "</span></font></body></html>",
)
add(
    "mobile",
    "<html><head><title>渡口重开记</title><meta property=og:title content='渡口重开记'><meta property='og:site_name' content='晨报'></head><body><section class=top-bar><a href=/>晨报</a><button>打开APP</button></section><section class=detail><div class=tit>渡口重开记</div><div class=sub>晨报 <i>2024-03-10 12:00</i></div><section class=rich>"
    + "".join(f"<section><section><span>{p}</span></section></section>" for p in PS)
    + "</section><div class=open>打开晨报APP，阅读全文</div></section><section class=hot><div>热门推荐</div><a href=1>慢车停运</a><a href=2>果园丰收</a></section></body></html>",
    no=["慢车停运"],
)
add(
    "no-title-in-body",
    f"<html><head><title>渡口重开记 - 晨报网</title></head><body>{NAV}<img src=t.gif alt=渡口重开记><div>2024-03-10 12:00 来源：晨报 作者：林一帆</div><div>{ps}</div></body></html>",
)
add(
    "title-hyphen",
    f"<html><head><title>COVID-19 与 F-35A：渡口-重开</title></head><body><h1>COVID-19 与 F-35A：渡口-重开</h1><p>2024-03-10</p>{ps}</body></html>",
    title="COVID-19 与 F-35A：渡口-重开",
)
add(
    "two-articles-aside",
    f"<html><head><title>渡口重开记 - 晨报</title></head><body><main><article class=main-article><h1>渡口重开记</h1><p class=time>2024-03-10 12:00</p>{ps}</article><section class=list>"
    + "".join(
        f"<article><h3><a href={i}>旧闻{i}</a></h3><p>这是旧闻的摘要，写得比较短。</p></article>"
        for i in range(4)
    )
    + "</section></main></body></html>",
    no=["旧闻2"],
)
add(
    "english-date",
    f"<html><head><title>渡口重开记</title></head><body><h1>渡口重开记</h1><div class=byline>By Lin Yifan</div><div>March 10, 2024 3:20 pm</div>{ps}</body></html>",
)
add(
    "taiwan",
    f"<html><head><title>渡口重開 | 社會 | 晨報</title></head><body><h1>渡口重開</h1><div>中華民國113年3月10日 下午03:20 記者林一帆／台北報導</div><p>{big5}</p><p>{big5[:20]}每二十分鐘一班。</p></body></html>",
    title="渡口重開",
    must=[big5],
)
add(
    "quote-sentence-h1-logo",
    f"<html><head><title>渡口重开记-晨报网</title></head><body><h1 class=logo><a href=/>晨报网</a></h1>{NAV}<div class=bt>渡口重开记</div><div class=sj>时间：2024-03-10　点击：88</div><div class=nr>{ps}</div><div class=fy>上一篇：<a href=1>慢车停运</a> 下一篇：<a href=2>果园丰收</a></div></body></html>",
    no=["慢车停运", "点击：88"],
)
add(
    "sina",
    f"<html><head><title>渡口重开记|渡轮|渡口_新浪新闻</title><meta property='og:title' content='渡口重开记'></head><body><div class=path><a href=/>新闻中心</a> > 国内</div><h1 class=main-title>渡口重开记</h1><div class=top-bar-wrap><div class=date-source><span class=date>2024年03月10日 08:11</span> <a href=x>晨报</a></div></div><div class=article id=article>{ps}<p class=article-editor>责任编辑：王某</p></div><div class=keywords>关键字 : <a href=1>渡轮</a></div><div class=article-footer><a href=c>我要反馈</a></div></body></html>",
    no=["责任编辑", "我要反馈"],
)
add(
    "people",
    f"<html><head><title>渡口重开记--社会--人民网</title><meta name=publishdate content='2024-03-10'></head><body><div class=path>人民网>>社会</div><h1>渡口重开记</h1><div>2024年03月10日08:11 | 来源：<a href=x>晨报</a></div><div class=rm_txt_con>{ps}<p>(责编：王某、李某)</p></div><div>分享让更多人看到</div><div class=rank><h3>热门排行</h3><ul><li><a href=1>慢车停运</a></li></ul></div></body></html>",
    no=["责编", "分享让更多", "慢车停运"],
)
add(
    "zhihu",
    f"<html><head><title>渡口重开记 - 知乎</title></head><body><header><a href=/>首页</a><button>登录</button></header><main><article><header><h1 class=Post-Title>渡口重开记</h1><div class=Post-Author><a href=/p/l>林一帆</a><div>江边的人</div></div></header><div class='RichText ztext Post-RichText'>{ps}</div><div class=ContentItem-time>发布于 2024-03-10 08:11</div><div>赞同 12 条评论 分享 收藏</div></article></main></body></html>",
    no=["登录"],
)
add(
    "blogger",
    f"<html><head><title>江边札记: 渡口重开记</title></head><body><div class=header><h1>江边札记</h1></div><div class=date-header>2024年3月10日星期日</div><div class='post hentry'><h3 class='post-title entry-title'><a href=x>渡口重开记</a></h3><div class='post-body entry-content'>{'<br />'.join(PS)}<div style='clear:both'></div></div><div class=post-footer>張貼者： 林一帆 於 上午8:11</div></div><div id=comments><h4>2 則留言:</h4><div class=comment-body>写得真好，我明天也去坐船。</div></div></body></html>",
    no=["写得真好"],
)
add(
    "multi-column-table",
    "<html><head><title>渡口重开记</title></head><body><table><tr><td>"
    + "".join(f"<p><a href={i}>链接{i}</a></p>" for i in range(6))
    + "</td><td><h3>渡口重开记</h3><p>2024-03-10</p>"
    + "".join(f"<p>　　{x}</p>" for x in PS)
    + "</td><td><p>公告：本站开通投稿信箱，欢迎各位网友踊跃来稿。</p></td></tr></table></body></html>",
    no=["投稿信箱", "链接3"],
)
add(
    "pre-text",
    "<html><head><title>渡口重开记</title></head><body><h1>渡口重开记</h1><pre>\n2024-03-10\n\n"
    + "\n".join(PS)
    + "\n</pre></body></html>",
)
add(
    "gov-notice-table",
    f"<html><head><title>关于渡口的公告</title></head><body><table class=xx><tr><td>索 引 号：</td><td>001-2024</td><td>发布日期：</td><td>2024-03-10</td></tr><tr><td>标题：</td><td colspan=3>关于渡口的公告</td></tr></table><div class=con>{ps}<table><tr><td>班次</td><td>时间</td></tr><tr><td>一</td><td>6:00</td></tr></table></div></body></html>",
    title="关于渡口的公告",
    must=[*PS, "一 6:00"],
)
add(
    "interview",
    f"<html><head><title>专访渡口船工</title></head><body>{NAV}<h1>专访渡口船工</h1><div class=meta>2024-03-10</div><div><p>问：你好。</p><p>答：你好。</p><p>问：几点开船？</p><p>答：六点。</p><p>问：累吗？</p><p>答：不累，船是自己的，江是大家的，每天看着人来人往也就不觉得时间过得慢了。</p></div>{FOOT}</body></html>",
    title="专访渡口船工",
    must=["问：你好。", "答：六点。", "江是大家的"],
    no=["版权所有"],
)
add(
    "list-article",
    f"<html><head><title>渡口五件事</title></head><body>{NAV}<h1>渡口五件事</h1><p>2024-03-10</p><ul>"
    + "".join(f"<li>第{i}件事：船票{i}元</li>" for i in range(1, 6))
    + f"</ul>{FOOT}</body></html>",
    title="渡口五件事",
    must=["第1件事", "第5件事"],
    no=["版权所有"],
)
add(
    "links-in-text",
    f"<html><head><title>渡口书单</title></head><body>{NAV}<article><h1>渡口书单</h1><p>2024-03-10</p><p>这个月读了几本写江和船的书，都值得一看，按读的次序列在下面。</p><ul><li><a href=1>《江上的人》</a></li><li><a href=2>《慢船》</a></li></ul><p>下个月再见，欢迎来信告诉我你读了什么。</p><p><a href=3>《渡口的灯》</a></p></article>{FOOT}</body></html>",
    title="渡口书单",
    must=["《江上的人》", "《慢船》", "下个月再见"],
    no=["版权所有"],
)
add(
    "english",
    "<html><head><title>Ferry reopens | Morning Post</title></head><body><nav><a href=/>Home</a></nav><h1>Ferry reopens</h1><p class=byline>By Lin Yifan, March 10, 2024</p><p>The old ferry east of town reopened today, and residents queued at dawn. It takes eighty passengers.</p><p>Tickets are two yuan.</p><footer>Copyright Morning Post</footer></body></html>",
    title="Ferry reopens",
    must=["The old ferry", "Tickets are two yuan."],
    no=["Copyright"],
)
add(
    "two-pages",
    f"<html><head><title>渡口重开记(2)_晨报</title></head><body>{NAV}<h1>渡口重开记(2)</h1><div>2024-03-10 10:00</div><div id=content>{ps}<div class=pages><a href=1>上一页</a> <a href=1>1</a> 2 <a href=3>3</a> <a href=3>下一页</a></div></div></body></html>",
    title="渡口重开记(2)",
    no=["下一页"],
)
add(
    "section-headings",
    f"<html><head><title>渡口志</title></head><body><h1>渡口志</h1><p>2024-03-10</p><div class=sec><h2>历史</h2><p>{P1}</p></div><div class=sec><h2>船</h2><p>{P2}</p></div><div class=sec><h2>人</h2><p>{P3}</p></div><div class=ft><a href=/>返回首页</a></div></body></html>",
    title="渡口志",
    must=[*PS, "历史", "船", "人"],
    no=["返回首页"],
)
add(
    "long-first-short-rest",
    f"<html><head><title>渡口志</title></head><body><div id=a><h1>渡口志</h1><span>2024-03-10</span></div><div id=b><p>{P1 * 8}</p></div><div id=c><p>{P2}</p><p>{P3}</p></div></body></html>",
    title="渡口志",
)
add(
    "body-plain",
    "<html><head><title>渡口志</title></head><body>\n2024-03-10\n\n" + "\n\n".join(PS) + "\n</body></html>",
    title="渡口志",
)
add(
    "answer-site",
    f"<html><head><title>渡口什么时候重开？ - 问答</title></head><body><h1>渡口什么时候重开？</h1><div class=q>2024-03-10 10:00</div><div class=answer><p>{P1}</p></div><div class=answer><p>{P2}</p></div></body></html>",
    title="渡口什么时候重开？",
    must=[P1, P2],
)
add(
    "disclaimer",
    f"<html><head><title>渡口重开记</title></head><body><h1>渡口重开记</h1><div>2024-03-10 10:00</div><div class=txt>{ps}<p>版权声明：渡口志所载文章，版权归作者。</p><p>{P1[:-1]}，一直排到了桥头，连卖豆浆的也搬来了摊子。</p></div></body></html>",
    must=[*PS, "连卖豆浆的"],
)
add(
    "responsibility-mid",
    f"<html><head><title>渡口重开记</title></head><body><h1>渡口重开记</h1><div>2024-03-10 10:00 责任编辑：王某</div><div class=txt>{ps}</div></body></html>",
)
