"""What operators do with journals: make an event, print links, back up, restore, move, examine.

An `Errand` says what is wanted, `carry_out` does it. It does the same in a node that serves (where
errands come in by `http/office.py`) and in a command that opened the journal itself, where no event
is open: then nothing ticks, nobody is told who is connected, and no snapshot is kept at the end.

What goes in and out as a file passes the `Window`; the answer is JSON that the command line shows.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final, assert_never

from streamhub.core.errors import Rejected
from streamhub.core.event import SYSTEM, Decision, EventState, Fact
from streamhub.core.ids import LinkId
from streamhub.core.links import LinkCreated, LinkRevoked, LinkRole
from streamhub.core.replacing import ReplaceAgenda
from streamhub.core.roles import Role
from streamhub.formats import registry
from streamhub.formats.problems import AgendaFile, AgendaFileError
from streamhub.hub import archive
from streamhub.hub.archive import ArchiveError, ArchiveWriter
from streamhub.hub.errands import (
    About,
    Backup,
    Check,
    Declined,
    Errand,
    Export,
    Import,
    Init,
    Links,
    Progress,
    Replace,
    Restore,
    Window,
)
from streamhub.hub.examine import Examiner, Finding
from streamhub.hub.hubs import Hubs
from streamhub.hub.secrets import Keyring, fresh_id, fresh_tag, hash_of
from streamhub.hub.swap import loaded, swapped
from streamhub.hub.vault import Vault
from streamhub.journal import PAGE, Entry, Exists, Forked, JournalError, Lost, Snapshot
from streamhub.protocol.entries import encode_decisions

CREW: Final[tuple[LinkRole, ...]] = (Role.ORGANISER, Role.MODERATOR, Role.PRODUCER)
AGENDA_MOST: Final = 16 << 20
TURN_S: Final = 0.005
"""How long the loop is held at a time."""


@dataclass(slots=True)
class Office:
    """Where errands are carried out.

    Args:
        hubs: the events; open ones where a node serves them, none where a command looks at them.
        vault: where the key is kept.
        flaws: what is wrong with the journal's engine as a whole.
        by: the version that writes.
        url: under which address people reach the node, where one serves.
    """

    hubs: Hubs
    vault: Vault
    flaws: Callable[[], Awaitable[list[Finding]]]
    by: str
    url: str | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def carry_out(self, errand: Errand, window: Window) -> dict[str, Any]:
        """Do what is wanted, and return what came of it.

        Raises:
            Declined, Rejected, AgendaFileError, ArchiveError, JournalError, OSError: words.
        """
        match errand:
            case About():
                return await self._about(errand.event)
            case Links():
                return await self._tell_links()
            case Backup():
                return await self._backup(window)
            case Export():
                return await self._export(errand, window)
            case Check():
                return await self._check(errand, window)
            case Init() | Replace() | Restore() | Import():
                async with self._lock:
                    return await self._change(errand, window)
            case _:
                assert_never(errand)

    async def _change(
        self, errand: Init | Replace | Restore | Import, window: Window
    ) -> dict[str, Any]:
        match errand:
            case Init():
                return await self._init(errand, window)
            case Replace():
                return await self._replace(errand, window)
            case Restore():
                return await self._restore(errand, window)
            case Import():
                return await self._import(errand, window)
            case _:
                assert_never(errand)

    # --- events and links -----------------------------------------------------------------------

    async def _keyring(self) -> Keyring:
        """Return what makes tokens; where no node serves, it may not have been needed yet."""
        if not self.hubs.is_open:
            self.hubs.keyring = Keyring(await self.vault.make())
        return self.hubs.keyring

    async def _state(self, slug: str) -> EventState:
        for hub in self.hubs:
            if hub.slug == slug:
                return hub.state
        return (await loaded(self.hubs, slug)).state

    async def _about(self, slug: str) -> dict[str, Any]:
        slugs = await self.hubs.journal.events()
        if slug not in slugs:
            raise _unknown(slug, slugs)
        agenda = (await self._state(slug)).agenda
        return {"event": slug, "title": agenda.title, "timezone": agenda.timezone}

    async def _replace(self, errand: Replace, window: Window) -> dict[str, Any]:
        file = read_agenda("agenda.json", await _agenda_in(window, "This"))
        await self._about(errand.event)
        command = ReplaceAgenda(agenda=file.agenda, touch_live=errand.touch_live)
        return await swapped(self.hubs, errand.event, command, only_look=errand.only_look)

    async def _init(self, errand: Init, window: Window) -> dict[str, Any]:
        file = read_agenda(errand.name, await _agenda_in(window, errand.name))
        await self._keyring()
        slug = errand.slug or file.slug
        if self.hubs.is_open:
            await self.hubs.create(slug, file.agenda, CREW)
        else:
            await self.hubs.begin(slug, file.agenda, CREW)
        return {
            "made": slug,
            "notes": [str(note) for note in file.notes],
            **await self._tell_links(),
        }

    async def _tell_links(self) -> dict[str, Any]:
        slugs = await self.hubs.journal.events()
        return {"url": self.url, "events": [await self._links_of(slug) for slug in slugs]}

    async def _links_of(self, slug: str) -> dict[str, Any]:
        state, keyring = await self._state(slug), await self._keyring()
        told = []
        for link in sorted(state.links.values(), key=lambda one: (one.role, one.id)):
            if not link.revoked:
                token = keyring.link_token(slug, link.id)
                ours = hash_of(token) == link.token_hash
                told.append(
                    {
                        "role": link.role.value,
                        "name": link.name,
                        "token": token if ours else None,
                        "expires_at": link.expires_at,
                    }
                )
        return {"event": slug, "title": state.agenda.title, "links": told}

    # --- backup and export ----------------------------------------------------------------------

    async def _backup(self, window: Window) -> dict[str, Any]:
        writer = ArchiveWriter(window.write)
        await writer.open("backup", self.hubs.clock.now(), self.by)
        key = await self.vault.read()
        await writer.key(key)
        left_out: dict[str, str] = {}
        for slug in await self.hubs.journal.events():
            try:
                await self._write(writer, slug, window, "backup")
            except Lost as error:  # what is sound must be saved all the same
                await writer.void(slug, str(error))
                left_out[slug] = str(error)
        return {**await _closed(writer), "left_out": left_out, "key": key is not None}

    async def _export(self, errand: Export, window: Window) -> dict[str, Any]:
        if errand.event not in await self.hubs.journal.events():
            raise _unknown(errand.event, await self.hubs.journal.events())
        writer = ArchiveWriter(window.write)
        await writer.open("export", self.hubs.clock.now(), self.by)
        await self._write(writer, errand.event, window, "export")
        return await _closed(writer)

    async def _write(self, writer: ArchiveWriter, slug: str, window: Window, doing: str) -> None:
        async def tell(done: int) -> None:
            await window.tell(Progress(doing, slug, done))

        await archive.write_event(writer, self.hubs.journal, slug, tell)

    # --- restore and import ---------------------------------------------------------------------

    async def _restore(self, errand: Restore, window: Window) -> dict[str, Any]:
        survey = await _survey(window, errand.event)
        if survey.title.kind != "backup":
            raise Declined(
                "This is an export of one event, without the key that its links were made with.\n"
                "Use `streamhub import FILE`, which gives it new links."
            )
        await self._refuse_existing(survey, replace=errand.replace)
        await self._take_key(survey.key, replace=errand.replace_key)
        told = []
        async for found in _gathered(window, survey):
            await self._put(found.slug, found.snapshot, found.entries, replace=errand.replace)
            told.append(survey.events[found.slug].told)
            await window.tell(Progress("restore", found.slug, len(found.entries)))
        return {"restored": told, "left_out": survey.left_out, "made_at": survey.title.made_at}

    async def _import(self, errand: Import, window: Window) -> dict[str, Any]:
        survey = await _survey(window, errand.event)
        if len(survey.events) != 1:
            raise Declined(
                f"This file holds {len(survey.events)} events: {', '.join(survey.events)}.\n"
                "Say which one with --event."
            )
        await self._refuse_existing(survey, replace=errand.replace)
        async for found in _gathered(window, survey):
            examiner = await _replayed(found)
            if examiner.passed_over or examiner.state is None:
                raise Declined(
                    f"A newer streamhub wrote {found.slug!r}: which links it has cannot be told.\n"
                    "Import it with that version."
                )
            keyring = await self._keyring()
            entry = self._with_links(found.slug, found.entries[-1], examiner.state, keyring)
            entries = [*found.entries, entry]
            await self._put(found.slug, found.snapshot, entries, replace=errand.replace)
            return {
                "imported": examiner.told(),
                "url": self.url,
                "events": [await self._links_of(found.slug)],
            }
        raise ArchiveError(0, "the file was changed while it was read.")

    def _with_links(self, slug: str, last: Entry, state: EventState, keyring: Keyring) -> Entry:
        """Return the entry that gives the crew new links and takes all old ones back."""
        facts: list[Fact] = [
            LinkRevoked(link=link.id) for link in state.links.values() if not link.revoked
        ]
        for role in CREW:
            link = LinkId(fresh_id())
            token_hash = hash_of(keyring.link_token(slug, link))
            facts.append(LinkCreated(link=link, role=role, token_hash=token_hash))
        at = max(self.hubs.clock.now(), state.at)
        body = encode_decisions([Decision(by=SYSTEM, at=at, facts=tuple(facts))])
        return Entry(last.seq + 1, fresh_tag(), last.tag, body)

    async def _refuse_existing(self, survey: "_Survey", *, replace: bool) -> None:
        there = sorted(set(await self.hubs.journal.events()) & set(survey.events))
        if there and not replace:
            raise Declined(
                f"There already: {', '.join(there)}. Nothing was changed.\n"
                "Add --replace to put the file's in place of what is there, which is then gone;"
                " or take one event only with --event."
            )

    async def _take_key(self, key: bytes | None, *, replace: bool) -> None:
        """Put a backup's key here, unless it is another than the one that is here already."""
        here = await self.vault.read()
        if key is None or key == here:
            return
        journal = self.hubs.journal
        in_use = await journal.events() or journal.shared  # other nodes have it in their memory
        if here is not None and in_use:
            if not replace:
                raise Declined(
                    "The backup has another key than the one here. Nothing was changed.\n"
                    "With the key here, links of the backup still open but cannot be printed, and"
                    " its participants come back as new people.\n"
                    "Add --replace-key to take the backup's: the same then holds for the other"
                    " events here. Or use `streamhub import`, which makes new links."
                )
            if len(self.hubs):
                raise Declined(
                    "A node that serves events cannot change its key. Nothing was changed.\n"
                    "Stop it, restore with --replace-key, and start it again."
                )
        await self.vault.replace(key)
        self.hubs.keyring = Keyring(key)

    async def _put(
        self, slug: str, snapshot: Snapshot | None, entries: list[Entry], *, replace: bool
    ) -> None:
        try:
            await self.hubs.restore(slug, snapshot, entries, replace=replace)
        except Exists as error:
            raise Declined(
                f"Somebody else made {slug!r} meanwhile; it was left as it is."
            ) from error

    # --- check ----------------------------------------------------------------------------------

    async def _check(self, errand: Check, window: Window) -> dict[str, Any]:
        findings: list[Finding] = []
        events: list[dict[str, Any]] = []
        try:
            findings += await self.flaws()
            slugs = await self.hubs.journal.events()
        except Lost as error:
            findings.append(Finding(str(error), DAMAGED))
        else:
            if errand.event is not None and errand.event not in slugs:
                raise _unknown(errand.event, slugs)
            wanted = slugs if errand.event is None else [errand.event]
            findings += await self._look_at_key(slugs)
            events = [(await self._examined(slug, window)).told() for slug in wanted]
        wrong = sum(finding.wrong for finding in findings) + sum(
            finding["wrong"] for event in events for finding in event["findings"]
        )
        return {
            "ok": not wrong,
            "wrong": wrong,
            "findings": [finding.told() for finding in findings],
            "events": events,
            "unseen": UNSEEN,
        }

    async def _look_at_key(self, slugs: list[str]) -> list[Finding]:
        try:
            key = await self.vault.read()
        except (OSError, JournalError) as error:
            return [Finding(str(error))]
        return [NO_KEY] if key is None and slugs else []

    async def _examined(self, slug: str, window: Window) -> Examiner:
        examiner = Examiner(slug, None)
        again = False
        for _ in range(archive.TRIES):
            examiner = Examiner(slug, None)
            try:
                snapshot = await self.hubs.journal.load_snapshot(slug)
                examiner = Examiner(slug, snapshot)
                turn = _Turn()
                async for page in archive.pages(self.hubs.journal, slug, snapshot):
                    for entry in page:
                        examiner.take(entry)
                        await turn.over()
                    await window.tell(Progress("check", slug, examiner.entries))
            except Forked as error:  # trimmed meanwhile, or put back
                examiner.findings = [Finding(str(error), DAMAGED)]
                continue
            except Lost as error:
                examiner.findings.append(Finding(str(error), DAMAGED))
            else:
                examiner.finish()
            if again or not examiner.is_wrong:
                break
            again = True  # another history may have come while this one was read
        return examiner


async def _agenda_in(window: Window, name: str) -> bytes:
    """Take in an agenda file, whole."""
    held = b""
    async for chunk in window.read():
        held += chunk
        if len(held) > AGENDA_MOST:
            raise Declined(f"{name} is too large for an agenda file.")
    return held


class _Turn:
    """Lets others have the loop now and then while much is computed."""

    def __init__(self) -> None:
        self._since = time.perf_counter()

    async def over(self) -> None:
        if time.perf_counter() - self._since > TURN_S:
            await asyncio.sleep(0)
            self._since = time.perf_counter()


@dataclass(slots=True)
class _Surveyed:
    """An event of an archive, examined but not kept."""

    told: dict[str, Any]
    digest: bytes
    """Of its lines, so that it can be told whether they were changed since."""


@dataclass(slots=True)
class _Survey:
    """What an archive holds, all of it found to be sound."""

    title: archive.Title = field(default=archive.NO_TITLE)
    key: bytes | None = None
    events: dict[str, _Surveyed] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    now: Examiner = field(default_factory=lambda: Examiner("", None))
    _sum: Any = field(default_factory=hashlib.sha256)

    def take(self, line: int, what: archive.What, raw: bytes) -> None:
        """Look at the next line; raises `ArchiveError` where what it says is wrong."""
        match what:
            case archive.Title():
                self.title = what
            case archive.Key():
                self.key = what.key
            case archive.Begin():
                self.now, self._sum = Examiner(what.slug, None), hashlib.sha256()
                self.left_out.pop(what.slug, None)
            case Snapshot():
                self.now = Examiner(self.now.slug, what)
            case Entry():
                self.now.take(what)
            case archive.Void():
                self.left_out[what.slug] = what.why
                self.now = Examiner("", None)
            case archive.End():
                self.now.finish()
            case archive.Sum():
                pass
        self._sum.update(raw)
        for finding in self.now.findings:
            if finding.wrong and not finding.is_served:
                raise ArchiveError(line, f"{finding.what} Nothing was changed.")
        if isinstance(what, archive.End):
            self.events[what.slug] = _Surveyed(self.now.told(), self._sum.digest())
            self.now = Examiner("", None)


@dataclass(slots=True)
class _Gathered:
    """An event of an archive, whole."""

    slug: str
    snapshot: Snapshot | None = None
    entries: list[Entry] = field(default_factory=list)


async def _survey(window: Window, wanted: str | None) -> _Survey:
    """Read an archive from its first to its last line; raises where anything in it is wrong."""
    survey, turn = _Survey(), _Turn()
    async for part in archive.read(window.read()):
        survey.take(*part)
        if isinstance(part.what, Entry) and survey.now.entries % PAGE == 0:
            await window.tell(Progress("read", survey.now.slug, survey.now.entries))
        await turn.over()
    if wanted is not None:
        if wanted not in survey.events:
            raise _unknown(wanted, list(survey.events), "in this file")
        survey.events = {wanted: survey.events[wanted]}
    return survey


async def _gathered(window: Window, survey: _Survey) -> AsyncIterator[_Gathered]:
    """Read an archive again, and yield its events whole, one at a time."""
    now = _Gathered("")
    digest = hashlib.sha256()
    turn = _Turn()
    async for _, what, raw in archive.read(window.read()):
        match what:
            case archive.Begin():
                now = _Gathered(what.slug)
                digest = hashlib.sha256()
            case Snapshot():
                now.snapshot = what
            case Entry() if now.slug in survey.events:
                now.entries.append(what)
        digest.update(raw)
        if isinstance(what, archive.End) and what.slug in survey.events:
            if digest.digest() != survey.events[what.slug].digest:
                raise ArchiveError(0, f"{what.slug!r} was changed while it was read.")
            yield now
        await turn.over()


async def _replayed(found: _Gathered) -> Examiner:
    examiner, turn = Examiner(found.slug, found.snapshot), _Turn()
    for entry in found.entries:
        examiner.take(entry)
        await turn.over()
    examiner.finish()
    return examiner


async def _closed(writer: ArchiveWriter) -> dict[str, Any]:
    found = await writer.close()
    return {"events": writer.events, "entries": writer.entries, "sha256": found}


def _unknown(slug: str, there: list[str], where: str = "here") -> Declined:
    known = ", ".join(there) or "none"
    return Declined(f"There is no event {slug[:64]!r} {where}.\nThere is: {known}.")


def read_agenda(name: str, held: bytes) -> AgendaFile:
    """Read an agenda file; raises `Rejected` where its ending is not known, `AgendaFileError`."""
    found = registry.by_ending(name)
    if found is None:
        endings = ", ".join(e for f in registry.FORMATS.values() for e in f.endings)
        raise Rejected(
            "agenda.invalid",
            f"{name} is in no format that is known here.",
            f"Use a file that ends in one of: {endings}.",
        )
    return found.read(held)


def words_of(error: Exception) -> list[str]:
    """Say a failure in words, the first line by itself."""
    if isinstance(error, Rejected):
        return [error.message, *([error.hint] if error.hint else [])]
    if isinstance(error, AgendaFileError):
        first = f"{len(error.problems)} problem(s) in the agenda file; nothing was changed."
        return [first, *map(str, error.problems)]
    return str(error).splitlines() or [type(error).__name__]


KNOWN: Final = (Declined, Rejected, AgendaFileError, ArchiveError, JournalError, OSError)
"""What `carry_out` raises in words."""

DAMAGED: Final = (
    "Stop the node and keep a copy of everything as it is, then restore a backup with"
    " `streamhub restore --replace`."
)
NO_KEY: Final = Finding(
    "There is no key: the next start makes another one, with which links cannot be printed and"
    " participants come back as new people.",
    "Put the key of a backup back.",
)
UNSEEN: Final = (
    "Whether entries are missing at the very end cannot be told from inside: a journal without its"
    " last entries looks like one that ended there. Compare the cursor above with what a client or"
    " a backup has seen."
)
