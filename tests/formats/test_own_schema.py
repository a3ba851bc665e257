import subprocess
import sys
from pathlib import Path

import pytest

import streamhub.formats.sample
from streamhub.formats import FORMATS
from streamhub.formats.own_schema import TARGET, generate
from streamhub.formats.sample import SLUG, sample

SAMPLE = Path(streamhub.formats.sample.__file__).with_name(f"{SLUG}.yaml")


def accepted(*files: Path) -> bool:
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(TARGET)]
    return not subprocess.run([*command, *map(str, files)], check=False).returncode


def test_schema_in_the_docs_is_current() -> None:
    assert TARGET.read_text() == generate(), "run python -m streamhub.formats.own_schema"


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_schema_accepts_the_sample_as_it_is_and_as_it_is_written(form: str, tmp_path: Path) -> None:
    written = tmp_path / f"agenda.{form}"
    written.write_bytes(FORMATS[form].write(sample(), SLUG))
    assert accepted(SAMPLE, written)


def test_schema_refuses_what_the_reader_refuses(tmp_path: Path) -> None:
    broken = tmp_path / "agenda.yaml"
    broken.write_text(SAMPLE.read_text().replace("  title:", "  titel:", 1))
    assert not accepted(broken)
