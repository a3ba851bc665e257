from streamhub.formats import FORMATS, by_ending, by_media_type


def test_format_is_found_by_ending() -> None:
    assert by_ending("Agenda.YML") is FORMATS["yaml"]
    assert by_ending("agenda.json") is FORMATS["json"]
    assert by_ending("agenda.docx") is None


def test_format_is_found_by_media_type() -> None:
    assert by_media_type("Application/JSON; charset=utf-8") is FORMATS["json"]
    assert by_media_type("text/yaml") is FORMATS["yaml"]
    assert by_media_type("text/plain") is None


def test_formats_share_no_ending_and_no_media_type() -> None:
    for names in (
        [ending for f in FORMATS.values() for ending in f.endings],
        [media_type for f in FORMATS.values() for media_type in f.media_types],
    ):
        assert len(names) == len(set(names))
