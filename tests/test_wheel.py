"""What `./run build` makes runs anywhere: the wheel carries the pages and the sample event."""

import json
import os
import signal
import subprocess
import sys
import sysconfig
import zipfile
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parent.parent
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [*PIP, "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True)
    (made,) = folder.glob("streamhub-*.whl")
    return made


def get(url: str, path: str) -> tuple[int, bytes]:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.slow
def test_wheel_carries_pages_words_and_sample_but_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {
        "streamhub/py.typed",
        "streamhub/formats/sample/s3-latam-2022.yaml",
        "streamhub/_web/static/app/manifest.json",
        "streamhub/_web/templates/base.html",
        "streamhub/_web/locales/es/LC_MESSAGES/streamhub.po",
    } <= names
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"streamhub"}


@pytest.mark.slow
def test_wheel_serves_the_demonstration_from_any_directory(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    python = place / "bin/python"
    subprocess.run(
        [*PIP, "--python", str(python), "install", "-q", "--no-deps", str(wheel)], check=True
    )
    # The dependencies are those of this environment; its own streamhub is not among them, for a
    # path in a .pth file is no place whose .pth files are read.
    (site,) = place.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = [str(place / "bin/streamhub"), "demo", "--json", "--no-browser", "--audience", "1"]
    with subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", "0"],
        cwd=elsewhere,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        try:
            told = json.loads(running.stdout.readline())
            status, page = get(told["url"], "/e/s3-latam-2022")
            styles = json.loads((ROOT / "web/static/app/manifest.json").read_bytes())["styles.css"]
            static, _ = get(told["url"], f"/static/app/{styles}")
        finally:
            running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0
    assert (status, static) == (200, 200)
    assert "Smart Specialisation Conference in Latin America" in page.decode()
    assert list(elsewhere.iterdir()) == []
