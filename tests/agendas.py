"""Any agenda that core accepts, for Hypothesis."""

from hypothesis import strategies as st

from streamhub.core.agenda import Agenda, Kind, Room, Session, Speaker, Track, Zone, in_order
from streamhub.core.ids import RoomId, SessionId, SpeakerId, TrackId
from streamhub.core.table import Map
from streamhub.core.text import clean


def cleaned(text: str, most: int, *, lines: bool) -> str:
    return clean(text, field="", least=0, most=most, lines=lines, max_bytes=most * 8)


CHARACTERS = st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]) | st.sampled_from(
    "aeiou \n'\":#-&*!|>%@`{}[],?~0123456789"
)
LINE = (
    st.text(CHARACTERS, min_size=1, max_size=40)
    .map(lambda text: cleaned(text, 300, lines=False))
    .filter(bool)
) | st.sampled_from(
    ["null", "true", "no", "08:30", "2022-06-21", "- a", "a: b", "#x", "1e3", "=", "<<"]
)
PROSE = (
    st.text(CHARACTERS, min_size=1, max_size=200)
    .map(lambda text: cleaned(text, 5000, lines=True))
    .filter(bool)
)
ID = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
ZONE = st.sampled_from(
    ["UTC", "Europe/Brussels", "America/Mexico_City", "Asia/Kathmandu", "Australia/Lord_Howe"]
)


@st.composite
def agendas(draw: st.DrawFn) -> Agenda:
    rooms = [
        Room(
            id=RoomId(name),
            name=draw(LINE),
            order=draw(st.integers(-3, 3)),
            place=draw(st.none() | LINE),
            stream=draw(st.none() | st.just("https://example.org/a?b=c#d")),
            timezone=draw(st.none() | st.sampled_from(["America/Lima", "UTC"])),
        )
        for name in draw(st.lists(ID, min_size=1, max_size=3, unique=True))
    ]
    tracks = [
        Track(id=TrackId(name), name=draw(LINE))
        for name in draw(st.lists(ID, max_size=2, unique=True))
    ]
    speakers = [
        Speaker(
            id=SpeakerId(name),
            name=draw(LINE),
            role=draw(st.none() | LINE),
            affiliations=tuple(draw(st.lists(LINE, max_size=2))),
            biography=draw(st.none() | PROSE),
        )
        for name in draw(st.lists(ID, max_size=3, unique=True))
    ]
    at = draw(st.integers(1, 4_000)) * 86_400_000 * 10
    sessions = []
    for name in draw(st.lists(ID, min_size=1, max_size=4, unique=True)):
        at += draw(st.integers(0, 10_000_000))
        lasts = draw(st.integers(1, 48 * 3600))
        sessions.append(
            Session(
                id=SessionId(name),
                room=draw(st.sampled_from(rooms)).id,
                title=draw(LINE),
                start_at=at,
                duration_s=lasts,
                kind=draw(st.sampled_from(Kind)),
                track=draw(st.sampled_from([None, *(track.id for track in tracks)])),
                speakers=tuple(
                    draw(st.lists(st.sampled_from([s.id for s in speakers]), unique=True))
                    if speakers
                    else ()
                ),
                abstract=draw(st.none() | PROSE),
                fixed_end=draw(st.booleans()),
                min_duration_s=draw(st.integers(0, lasts)),
                may_start_early=draw(st.booleans()),
                printed=draw(st.none() | LINE),
                uid=draw(st.none() | st.just(f"{name}@example.org")),
                subtitle=draw(st.none() | LINE),
                language=draw(st.none() | st.sampled_from(["en", "pt-BR"])),
                url=draw(st.none() | st.just("https://example.org/talks/1")),
                recorded=draw(st.booleans()),
                streamed=draw(st.booleans()),
            )
        )
        at += lasts * 1000
    table = Map({session.id: session for session in sessions})
    return Agenda(
        title=draw(LINE),
        timezone=draw(ZONE),
        tagline=draw(st.none() | LINE),
        summary=draw(st.none() | PROSE),
        venue=draw(st.none() | LINE),
        languages=tuple(
            draw(st.lists(st.sampled_from(["en", "es", "pt-BR", "no"]), min_size=1, unique=True))
        ),
        zones=tuple(Zone(name=name, label=draw(LINE)) for name in draw(st.lists(ZONE, max_size=3))),
        accent=draw(st.none() | st.just("#00ff7f")),
        rooms=Map({room.id: room for room in rooms}),
        tracks=Map({track.id: track for track in tracks}),
        speakers=Map({speaker.id: speaker for speaker in speakers}),
        sessions=table,
        order=in_order(table),
    )
