"""Real HLS for tests: films made by ffmpeg, and an origin that puts them on the air by the clock.

A film shows when each of its pictures was made, for people and for programs (`testcard/strip.py`),
so a test can ask what a viewer sees instead of what a player says.
"""

from feeds.film import Film, Track, shoot, sound, words
from feeds.origin import Broadcast, Origin

__all__ = ["Broadcast", "Film", "Origin", "Track", "shoot", "sound", "words"]
