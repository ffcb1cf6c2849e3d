"""Find Java, and fetch and compile what one OpenSearch node needs.

The jars come from Maven Central by `pom.xml`, the launcher is `Node.java`; both
are kept in the user's cache, so only the first start of a version is slow.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).resolve().parent

# OpenSearch and the oldest Java that it runs on; the first that finds its Java is taken.
VERSIONS = {"3.8.0": 21, "2.19.5": 11}

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jiansuo" / "opensearch"


class ClusterError(Exception):
    """An error, with what to do about it."""


@dataclass(frozen=True, slots=True)
class Jdk:
    """A Java development kit: its folder and its feature release (17, 21, ...)."""

    home: Path
    release: int

    def tool(self, name: str) -> str:
        return str(self.home / "bin" / name)


def find_jdks() -> list[Jdk]:
    """Return the JDKs in the usual places, oldest first."""
    homes = [Path(p) for p in (os.environ.get("JAVA_HOME"),) if p]
    if javac := shutil.which("javac"):
        homes.append(Path(javac).resolve().parent.parent)
    homes += Path("/usr/lib/jvm").glob("*")
    homes += Path("/Library/Java/JavaVirtualMachines").glob("*/Contents/Home")
    found = {}
    for home in homes:
        if (home / "bin" / "javac").is_file() and (release := _java_release(home)):
            found[home.resolve()] = Jdk(home.resolve(), release)
    return sorted(found.values(), key=lambda jdk: jdk.release)


def _java_release(home: Path) -> int | None:
    try:
        said = subprocess.run(
            [str(home / "bin" / "java"), "-version"], capture_output=True, text=True, timeout=30, check=True
        ).stderr
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r'version "(\d+)', said)
    return int(version[1]) if version else None


def choose(version: str | None) -> tuple[str, Jdk]:
    """Return the version of OpenSearch to run, and the oldest JDK that is new enough for it.

    A server is tested with the Java of its time, not with later ones.
    """
    wanted = [version] if version else list(VERSIONS)
    jdks = find_jdks()
    if not jdks:
        install("default-jdk-headless")
        jdks = find_jdks()
    for candidate in wanted:
        needed = VERSIONS.get(candidate, 21 if not candidate.startswith("2.") else 11)
        for jdk in jdks:
            if jdk.release >= needed:
                return candidate, jdk
    has = ", ".join(f"Java {jdk.release} in {jdk.home}" for jdk in jdks) or "no JDK"
    raise ClusterError(f"OpenSearch {wanted[-1]} needs a JDK {needed} or newer; found {has}; set JAVA_HOME")


def install(package: str) -> None:
    """Install a Debian package, or say what is missing."""
    if not (os.geteuid() == 0 and shutil.which("apt-get")):
        raise ClusterError(
            f"Java (a JDK) and Maven are needed: apt-get install {package}, or set JAVA_HOME and PATH"
        )
    note(f"installing {package}")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", package]):
        quiet = ["apt-get", "-qq", *command]
        done = subprocess.run(quiet, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise ClusterError(f"apt-get {' '.join(command)} failed:\n{tail(done.stdout)}")


def prepare(version: str, jdk: Jdk) -> str:
    """Return the class path of a node; fetch and compile what is not cached."""
    cache = CACHE / version
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _stale(cache / "pom.xml"):
            fetch_jars(version, cache / "lib")
            shutil.copyfile(SOURCES / "pom.xml", cache / "pom.xml")
        if _stale(cache / "Node.java"):
            compile_node(version, jdk, cache)
            shutil.copyfile(SOURCES / "Node.java", cache / "Node.java")
    return f"{cache / 'lib' / '*'}:{cache / 'classes'}"


def _stale(copy: Path) -> bool:
    # The copy is written last, so a part of the cache that is incomplete is stale too.
    return not copy.is_file() or copy.read_bytes() != (SOURCES / copy.name).read_bytes()


def fetch_jars(version: str, lib: Path) -> None:
    if not shutil.which("mvn"):
        install("maven")
    note(f"fetching OpenSearch {version} from Maven Central")
    shutil.rmtree(lib, ignore_errors=True)
    command = ["mvn", "-B", "-q", "-f", str(SOURCES / "pom.xml"), f"-Dopensearch.version={version}"]
    command += ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={lib}"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise ClusterError(f"Maven could not fetch OpenSearch {version}:\n{tail(done.stdout)}")


def compile_node(version: str, jdk: Jdk, cache: Path) -> None:
    release = "11" if version.startswith("2.") else "21"
    command = [jdk.tool("javac"), "--release", release, "-cp", str(cache / "lib" / "*")]
    command += ["-d", str(cache / "classes"), str(SOURCES / "Node.java")]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise ClusterError(f"javac failed:\n{tail(done.stderr)}")


def tail(text: str, lines: int = 25) -> str:
    return "\n".join("    " + line[:300] for line in text.strip().splitlines()[-lines:])


def note(text: str) -> None:
    print(f"opensearch-cluster: {text}", file=sys.stderr, flush=True)
