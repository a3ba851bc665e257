"""The short form of `python -m hostile.fuzz`: some ten thousand frames, the same each time."""

from pathlib import Path

from hostile.fuzz import SETTINGS, Fuzz
from hostile.server import Server


async def test_frames_of_all_kinds_harm_nobody(tmp_path: Path) -> None:
    server = await Server(tmp_path, **SETTINGS).open()
    try:
        report = await Fuzz(server, 1, at_once=24, say=print).run(30_000, warm=False)
    finally:
        server.close()
    assert report.wrong == []
    assert report.frames >= 30_000
    assert report.cuts["nonsense"] > 0
    assert report.cuts["flood"] > 0
    assert report.cuts["bug"] == 0
