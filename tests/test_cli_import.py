"""`streamhub agenda import` as organisers use it: shown first, taken only when they say so."""

import subprocess
from pathlib import Path

from reading import FIXTURES
from test_cli import run

from streamhub.formats import FORMATS

MAIL = str(FIXTURES / "mail.txt")


def said(done: subprocess.CompletedProcess[str]) -> str:
    return done.stdout + done.stderr


def test_import_shows_what_it_understood_and_changes_nothing(tmp_path: Path) -> None:
    done = run("agenda", "import", MAIL, cwd=tmp_path)
    assert done.returncode == 2
    assert "Quay Summit 2027, read as text with times:" in done.stdout
    assert "5 sessions in 2 room(s), 4 speakers, Europe/Lisbon." in done.stdout
    assert "2027-05-12  09:00-11:30  4 sessions, 1 of them breaks" in done.stdout
    assert "assumed: timezone: The times are read as in Europe/Lisbon" in done.stderr
    assert "Repeat it with --yes" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_import_makes_an_event(tmp_path: Path) -> None:
    done = run("agenda", "import", MAIL, "--yes", "--slug", "quay", cwd=tmp_path)
    assert done.returncode == 0, said(done)
    assert "Created quay" in done.stdout
    assert "/k/" in done.stdout
    assert "Quay Summit 2027" in run("links", cwd=tmp_path).stdout


def test_import_asks_for_what_the_file_does_not_say(tmp_path: Path) -> None:
    file = str(FIXTURES / "wochentage.tsv")
    done = run("agenda", "import", file, "--yes", cwd=tmp_path)
    assert done.returncode == 2
    assert "needed: --date." in done.stderr
    words = ("--date", "2027-05-14", "--timezone", "Europe/Berlin", "--title", "Tage")
    done = run("agenda", "import", file, *words, "--save", "tage.yaml", cwd=tmp_path)
    assert done.returncode == 0, said(done)
    saved = FORMATS["yaml"].read((tmp_path / "tage.yaml").read_bytes())
    assert (saved.slug, len(saved.agenda.sessions)) == ("tage", 4)
    done = run("agenda", "import", file, *words, "--save", "tage.yaml", cwd=tmp_path)
    assert "is there already" in done.stderr


def test_import_takes_columns(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("Was;Los um\nEins;2027-05-12 09:00\nZwei;2027-05-12 10:00\n")
    words = ("agenda", "import", "x.csv", "--timezone", "UTC", "--title", "T", "--save", "o.yaml")
    done = run(*words, cwd=tmp_path)
    assert "needed: --columns." in done.stderr
    assert "Likely: Was, Los um." in done.stderr
    done = run(*words, "--columns", "title=Was", "--columns", "start=B", cwd=tmp_path)
    assert done.returncode == 0, said(done)
    assert "does not say which" in run(*words, "--columns", "title", cwd=tmp_path).stderr


def test_import_reads_a_directory(tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    words = ("agenda", "import", "export", "--save", "o.yaml")
    assert "without sessions.json" in run(*words, cwd=tmp_path).stderr
    (export / "sessions.json").write_bytes((FIXTURES / "open-event-sessions.json").read_bytes())
    (export / "event.json").write_text('{"name": "Dir Con", "timezone": "Asia/Singapore"}')
    done = run(*words, cwd=tmp_path)
    assert "Dir Con, read as Open Event:" in done.stdout


def test_import_refuses_in_words(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"schedule": [\n')
    done = run("agenda", "import", "x.json", cwd=tmp_path)
    assert done.returncode == 2
    assert "problem(s) in the agenda file; nothing was changed." in done.stderr
    assert "Traceback" not in said(done)
    done = run("agenda", "import", "http://127.0.0.1/agenda.ics", cwd=tmp_path)
    assert "127.0.0.1 is not an address of the public internet" in done.stderr
    done = run("agenda", "import", "missing.ics", cwd=tmp_path)
    assert done.returncode == 2
    assert "missing.ics" in done.stderr


def made(tmp_path: Path) -> Path:
    """A data directory with the event `quay`, made of the mail."""
    done = run("agenda", "import", MAIL, "--yes", "--slug", "quay", cwd=tmp_path)
    assert done.returncode == 0, said(done)
    return tmp_path


def agenda_of(folder: Path) -> str:
    """What the event has now, as its export says it."""
    done = run("export", "quay", "-", cwd=folder)
    assert done.returncode == 0, said(done)
    return done.stdout


def test_import_replaces_the_agenda_of_an_event(tmp_path: Path) -> None:
    made(tmp_path)
    words = ("agenda", "import", "next.txt", "--event", "quay")
    text = Path(MAIL).read_text(encoding="utf-8")
    (tmp_path / "next.txt").write_text(text.replace("Welcome", "A warm welcome"))
    before = agenda_of(tmp_path)
    assert "warm" not in before

    done = run(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert "~ A warm welcome: title" in done.stdout, said(done)
    assert "Repeat it with --yes" in done.stderr
    assert "warm" not in agenda_of(tmp_path)

    done = run(*words, "--yes", cwd=tmp_path)
    assert done.returncode == 0, said(done)
    assert "Replaced the agenda of quay." in done.stdout
    assert "A warm welcome" in agenda_of(tmp_path)
    assert len(run("links", cwd=tmp_path).stdout.split("/k/")) == 4  # the same event, and one

    done = run(*words, "--yes", cwd=tmp_path)
    assert done.returncode == 0
    assert "says all of this already" in done.stdout


def test_import_takes_zone_and_title_of_the_event(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "x.csv").write_text("Title;Start;End\nOne;2027-05-12 19:00;2027-05-12 19:30\n")
    done = run("agenda", "import", "x.csv", "--event", "quay", "--yes", cwd=tmp_path)
    assert done.returncode == 0, said(done)
    assert "Quay Summit 2027, read as" in done.stdout
    assert "1 sessions in 1 room(s), 0 speakers, Europe/Lisbon." in done.stdout
    assert "+ One" in done.stdout
    assert done.stdout.count(": cancelled") == 5


def test_import_into_no_event_changes_nothing(tmp_path: Path) -> None:
    made(tmp_path)
    done = run("agenda", "import", MAIL, "--event", "key", "--yes", cwd=tmp_path)
    assert done.returncode == 2
    assert "There is no event 'key' here." in done.stderr
    assert "There is: quay." in done.stderr
