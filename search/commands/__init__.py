"""The commands of `search`, a module for each kind; `search.commands.cli` puts them together.

Each parses, calls one method of the API that bears its name, and prints what
`search.output` makes of the result. Imports that cost time stand where they
are used, so that help and completion come at once.
"""
