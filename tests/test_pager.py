"""What does not fit goes through the real `less`, on a terminal of its own."""

from __future__ import annotations

import os
import re
import select
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from builders import article
from commandline import ENVIRONMENT, PROGRAM

from index import rebuild

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or shutil.which("less") is None, reason="there is no less here"
)

# A test that waits longer fails; none waits longer than it must.
_PATIENCE = 60


class Terminal:
    """A program on a terminal of 24 lines and 80 columns, whose foreground it is."""

    def __init__(self, *args: str | Path, **environment: str) -> None:
        import fcntl
        import pty
        import struct
        import termios

        names = ("LESS", "PAGER", "SEARCH_PAGER", "LESSOPEN", "LESSKEY", "LESSCHARSET")
        kept = {name: value for name, value in ENVIRONMENT.items() if name not in names}
        command = [*PROGRAM, *map(str, args)]
        here = {**kept, "TERM": "xterm", "LC_ALL": "C.UTF-8", "SEARCH_LANG": "en", **environment}
        size = struct.pack("HHHH", 24, 80, 0, 0)
        ready, go = os.pipe()
        self._pid, self._tty = pty.fork()
        if self._pid == 0:
            os.read(ready, 1)
            os.execve(command[0], command, here)
        fcntl.ioctl(self._tty, termios.TIOCSWINSZ, size)
        os.write(go, b"!")
        os.close(go)
        os.close(ready)
        self._bytes = b""
        self._seen = 0
        self.code: int | None = None

    @property
    def text(self) -> str:
        """All that was printed."""
        return self._bytes.decode(errors="replace")

    def until(self, reached: Callable[[str], object]) -> str:
        """Read until what was printed since the last time is as wanted, and return that."""
        deadline = time.monotonic() + _PATIENCE
        while not reached(new := self.text[self._seen :]):
            if not self._read(deadline):
                pytest.fail(f"the program ended; it printed {new!r}")
        self._seen = len(self.text)
        return new

    def type(self, keys: str) -> None:
        """Type keys; Ctrl+C goes to all programs of the terminal, as it does."""
        os.write(self._tty, keys.encode())

    def end(self) -> int:
        """Read until the program ends, and return its exit code."""
        deadline = time.monotonic() + _PATIENCE
        while self._read(deadline):
            pass
        _, status = os.waitpid(self._pid, 0)
        self.code = os.waitstatus_to_exitcode(status)
        return self.code

    def close(self) -> None:
        """End the program, whatever it does."""
        if self.code is None:
            os.kill(self._pid, 9)
            os.waitpid(self._pid, 0)
        os.close(self._tty)

    def _read(self, deadline: float) -> bool:
        if not select.select([self._tty], [], [], max(0.0, deadline - time.monotonic()))[0]:
            pytest.fail(f"nothing more came in {_PATIENCE} s after {self.text!r}")
        try:
            more = os.read(self._tty, 65536)
        except OSError:  # how Linux says that nobody has the terminal open
            return False
        self._bytes += more
        return bool(more)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("pager") / "idx"
    # More than a pipe holds, so that the command still writes while less shows its first screen.
    body = "渡轮停航，码头上有人等候。" * 9
    rebuild([article(body, id=f"{n}.md", title=f"第{n}班渡轮") for n in range(700)], directory)
    return directory


@pytest.fixture
def opened(index: Path) -> Iterator[Callable[..., Terminal]]:
    terminals: list[Terminal] = []

    def open_one(*args: str, **environment: str) -> Terminal:
        ask = ["query", "渡轮", "--limit", "all", "--index", index, *args]
        terminals.append(Terminal(*ask, **environment))
        return terminals[-1]

    yield open_one
    for terminal in terminals:
        terminal.close()


def at_prompt(text: str) -> bool:
    """Less waits for a key: a colon, and nothing but what clears the rest of the line."""
    return re.search(r"[\r\n]:(\x1b\[K)?$", text) is not None


def left(terminal: Terminal) -> str:
    """What was printed when less was left, which ended well."""
    terminal.type("q")
    assert terminal.end() == 0
    assert not re.search("Traceback|Error|Aborted|Broken pipe|Exception", terminal.text)
    return terminal.text


def test_a_full_screen_opens_with_text_and_colours_and_q_leaves(opened):
    terminal = opened()
    screen = terminal.until(at_prompt)
    assert "700 articles" in screen
    assert re.search("\x1b\\[[0-9;]*m渡轮\x1b\\[0?m", screen)  # highlighted
    assert "ESC[" not in screen
    assert "<E6>" not in screen
    assert 20 <= screen.count("\n") <= 24
    text = left(terminal)
    assert len(re.findall("码头", text)) < 200


def test_the_end_can_be_reached(opened):
    terminal = opened()
    terminal.until(at_prompt)
    terminal.type("G")
    assert re.search("700 ", terminal.until(lambda text: "(END)" in text))
    left(terminal)


def test_no_colours_where_none_are_wanted(opened):
    terminal = opened("--color", "never")
    screen = terminal.until(at_prompt)
    assert "渡轮" in screen
    assert not re.search("\x1b\\[[0-9;]*m渡轮", screen)
    left(terminal)


def test_what_fits_is_just_printed(opened):
    terminal = opened("--limit", "1")
    assert terminal.end() == 0
    assert "渡轮" in terminal.text
    assert "(END)" not in terminal.text
