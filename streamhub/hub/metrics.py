"""What the hub counts. Labels never hold an id, a name or an address."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

COMMANDS: Final = Counter(
    "streamhub_commands_total", "Commands by type and outcome.", ["type", "outcome"]
)
APPEND_SECONDS: Final = Histogram(
    "streamhub_append_seconds",
    "Time until an entry was durable.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5, 30),
)
ENTRIES: Final = Counter("streamhub_entries_total", "Journal entries that became durable.")
PATCHES: Final = Counter("streamhub_patches_total", "Patches made, by view.", ["view"])
REACTIONS: Final = Counter(
    "streamhub_reactions_total", "Reactions that counted, by kind.", ["kind"]
)
CONNECTIONS: Final = Gauge("streamhub_connections", "Live connections, by view.", ["view"])
NEWCOMERS: Final = Counter(
    "streamhub_newcomers_total", "New participants, by whether they owe work.", ["cost"]
)
STREAM_ROOMS: Final = Gauge(
    "streamhub_stream_rooms", "Streams that are watched here, by how they do.", ["health"]
)
STREAM_LOOKS: Final = Counter(
    "streamhub_stream_looks_total", "Looks at playlists, by outcome.", ["outcome"]
)
STREAM_LATENESS: Final = Histogram(
    "streamhub_stream_lateness_seconds",
    "How late the pictures of viewers are, as their pages tell.",
    buckets=(1, 2, 4, 6, 8, 10, 15, 20, 30, 45, 60, 120, 300),
)
STREAM_STALLS: Final = Counter(
    "streamhub_stream_stalls_total", "How often pictures of viewers stood still."
)
CUTS: Final = Counter("streamhub_cuts_total", "Connections that were cut, by reason.", ["reason"])
WATCHES: Final = Counter(
    "streamhub_watch_checks_total", "Looks at watched agendas, by outcome.", ["outcome"]
)
BUGS: Final = Counter("streamhub_bugs_total", "Exceptions that nobody expected.")
SNAPSHOT_SECONDS: Final = Histogram(
    "streamhub_snapshot_seconds",
    "Time to write a state down for a snapshot, a slice at a time.",
    buckets=(0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5),
)
AHEAD: Final = Counter(
    "streamhub_clients_ahead_total",
    "Clients that had seen more than the journal holds, by who they are: it may have lost its end.",
    ["who"],
)
