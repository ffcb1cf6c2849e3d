"""The server of `search mcp`: an archive as read-only tools for language models (Model Context Protocol).

`tools.py` is the table of tools, as models see them; `calls.py` asks a Searcher; `arguments.py`
checks what a model sends, by the same table of parameters as the web API;
`answers.py` cleans and bounds what it gets; `server.py` speaks the protocol,
which is the SDK's.

Articles are written by strangers, and a model reads its answers as text. So
every answer says which of its members are quotations, text stands in JSON
strings only, and characters that no reader sees are replaced.
"""
