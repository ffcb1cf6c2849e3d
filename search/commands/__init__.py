"""The commands of `search`, a module for each kind; search/commands/cli.py puts them together.

Each command parses, calls one method of the API that bears its name, and
prints what `search.output` makes of the result.

The rule for imports inside functions, which holds for all of `search`: help
and completion load only click and this package (64 ms of processor time), so
a command imports what it runs inside its function (a Searcher is another 116
ms). A Searcher imports `search.corpus`, which a plain search does not need (11
ms), in the methods that use it, as each reader its engine. Anything that saves
less than 5 ms is imported at the top of its module.
"""
