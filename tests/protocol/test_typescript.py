"""The TypeScript types: current, and right in their shapes."""

import sys
from pathlib import Path

import pytest

from streamhub.protocol import typescript
from streamhub.protocol.typescript import TARGET, generate, main


def test_typescript_types_are_current() -> None:
    assert TARGET.read_text() == generate()


def test_typescript_types_say_what_the_models_say() -> None:
    text = generate()
    assert 'export type View = "stage" | "audience" | "speaker" | "desk" | "control";' in text
    for expected in (
        'export interface UpvoteQuestion {\n  question: string;\n  type: "question.upvote";\n}\n',
        "  to: string;\n  at: number;\n  patch: Record<string, unknown>;\n}\n",
        "  live: string | null;\n",
        "  languages: Array<string>;\n",
        "  votes: Record<string, boolean>;\n",
        "export type Ack = Accepted | Refused;\n",
        "  ok: false;\n  error: ErrorBody;\n",
        "  affiliation?: string;\n",
    ):
        assert expected in text


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"$ref": "#/$defs/View"}, "View"),
        ({"const": "a"}, '"a"'),
        ({"enum": ["a", 1]}, '"a" | 1'),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string | null"),
        ({"oneOf": [{"type": "integer"}, {"type": "number"}]}, "number"),
        ({"type": "array"}, "Array<unknown>"),
        ({"type": "object"}, "Record<string, unknown>"),
        (
            {"type": "object", "additionalProperties": {"type": "boolean"}},
            "Record<string, boolean>",
        ),
        ({}, "unknown"),
    ],
)
def test_typescript_of_a_schema(schema: dict[str, object], text: str) -> None:
    assert typescript._typescript(schema) == text


def test_typescript_names_the_views_even_where_no_model_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(typescript, "_NAMED", {})
    assert 'export type View = "stage" | "audience" | "speaker" | "desk" | "control";' in generate()


def test_typescript_is_written_and_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "net" / "protocol.gen.ts"
    monkeypatch.setattr(typescript, "TARGET", target)
    monkeypatch.setattr(sys, "argv", ["typescript", "--check"])
    with pytest.raises(SystemExit, match="is not current"):
        main()
    monkeypatch.setattr(sys, "argv", ["typescript"])
    main()
    assert target.read_text() == generate()
    monkeypatch.setattr(sys, "argv", ["typescript", "--check"])
    main()
    target.write_text("stale")
    with pytest.raises(SystemExit, match="is not current"):
        main()
