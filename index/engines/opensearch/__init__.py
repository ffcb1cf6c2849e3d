"""The OpenSearch engine, writing: an index on a cluster.

A generation is an index `news-000001`. The name that users search, `news`, is an
alias; the switch from one generation to the next is one request that moves it.
The manifest is in the index's `_meta`, the articles are in `_source`.

From the bottom up: `address`; `client` (requests, retries, errors); `fields` (the
documents); `lock` and `gathering` (what is kept beside the generations); `times`;
`indexes` (the generations of one name); `bulk` and `generation` (filling one);
`parts` (filling one with several processes); `location`.
"""
