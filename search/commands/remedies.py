"""Write an error's remedy as a command line. Only this module puts `search …` commands into messages."""

from __future__ import annotations

from shlex import quote

from index.errors import Action, ArchiveError, Remedy
from search.output.language import say
from search.output.text import error_line

__all__ = ["command", "explain", "installation"]

_COMMANDS = {
    Action.BUILD: "search rebuild ARCHIVE",
    Action.REBUILD: "search rebuild ARCHIVE",
    Action.UPDATE: "search update ARCHIVE",
    Action.CHECK: "search check",
    Action.REPAIR: "search check --repair",
    Action.OPTIMIZE: "search optimize",
}
# What is said before the command.
_LEADS = {
    Action.BUILD: "make one with",
    Action.CHECK: "see what is wrong with",
    Action.INSTALL: "install it with",
}
_LEAD = "mend it with"


def command(remedy: Remedy) -> str | None:
    """Return the shell command that carries out a remedy; None if there is none, as for waiting."""
    if remedy.extra is not None:
        return installation(remedy.extra)
    if remedy.action not in _COMMANDS:
        return None
    options = {"--index": remedy.index, "--engine": remedy.engine, "--user-dict": remedy.user_dict}
    given = (
        f" {option} {quote(value) if value else 'FILE'}"
        for option, value in options.items()
        if value is not None
    )
    return _COMMANDS[remedy.action] + "".join(given)


def explain(error: ArchiveError) -> str:
    """Return an error's message in the reader's language, and the command that mends it on its own line."""
    if error.remedy is None or (line := command(error.remedy)) is None:
        return error_line(error)
    lead = _LEADS.get(error.remedy.action, _LEAD)
    return f"{say(error.message)}\n{say(f'{lead}: {line}')}"


def installation(extra: str) -> str:
    """Return the command that installs an extra, from a package index and in a clone."""
    return f"pip install 'jiansuo[{extra}]', or in a clone pip install '.[{extra}]'"
