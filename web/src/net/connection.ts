// One live connection: Socket.IO's official client carries the messages, `Replica` judges them.

import { io, type Socket } from "socket.io-client";
import { keepTime } from "./clock.ts";
import { merge } from "./merge.ts";
import { newId, Outbox, type SendCommand } from "./outbox.ts";
import type {
  Ack,
  BeatMessage,
  ByeMessage,
  ErrorBody,
  MeView,
  PatchMessage,
  PresenceMessage,
  ReactionsMessage,
  SendReaction,
  SnapshotMessage,
  StreamsMessage,
  TimeAnswer,
  View,
  ViewState,
  Watching,
} from "./protocol.gen.ts";
import { Replica } from "./replica.ts";
import { Silence } from "./silence.ts";

export type Status =
  | { is: "connecting" }
  | { is: "live" }
  | { is: "offline"; since: number }
  | { is: "refused"; error: ErrorBody };

export interface ConnectOptions {
  event: string;
  view: View;
  room?: string | undefined;
  token?: string | undefined;
  locale?: string | undefined;
  /** Which of the browser's roles counts, where it has several: "organiser". */
  as?: string | undefined;
  /** Knocks at the door each second while the server is away: screens have to be back at once. */
  insistent?: boolean;
  /** What the page held before, to show at once and to resume from. */
  held?: { cursor: string; state: ViewState } | null | undefined;
}

/** What a connection tells. Every change of the view comes with its cursor. */
export interface Listener {
  view(state: ViewState, cursor: string): void;
  me(me: MeView): void;
  presence(presence: PresenceMessage): void;
  /** How often people in a room reacted since it was last told. */
  reactions(reactions: ReactionsMessage): void;
  /** How the streams do, of all rooms. */
  streams(streams: StreamsMessage): void;
  status(status: Status): void;
  /** The server has just said that the view is current. */
  heard(): void;
}

export interface Connection {
  command: SendCommand;
  outbox: Outbox;
  /** Sends a reaction, or not: one that comes late means nothing any more. */
  react(room: string, kind: SendReaction["kind"]): void;
  /** Participants of a busy network: shows the work that they owed; false where it was not taken. */
  prove(nonce: number): Promise<boolean>;
  /** Tells how the picture of a stream comes, or not: the next time will tell more. */
  watching(figures: Watching): void;
  /** Displays only: what is on the glass. */
  rendered(cursor: string, width: number, height: number): void;
  close(): void;
}

const STRAY_MS = 3000; // holding another cursor than the server's for longer means: missed something
const ACK_MS = 10_000;
const SILENCE_MS = 12_000; // the server speaks every five seconds
const BACK_OFF_MS: [number, number] = [500, 5000];
const KNOCK_MS = 700;
const ONLINE_MS = 300;

function randomly(ms: number): number {
  return ms * (0.5 + Math.random());
}

/**
 * Whether a server is there to connect to. Asked before, because browsers slow down websockets that
 * fail: after minutes without a server, each try would take seconds.
 */
async function isThere(): Promise<boolean> {
  try {
    const options = { cache: "no-store", signal: AbortSignal.timeout(3000) } as const;
    return (await fetch("/readyz", options)).status < 500;
  } catch {
    return false;
  }
}

/** Connects, and stays connected until `close`. */
export function open(options: ConnectOptions, listener: Listener): Connection {
  const replica = new Replica(options.held);
  let me: MeView | null = null;
  let resyncing = false;
  let closed = false;
  const { insistent = false } = options;
  let stray: ReturnType<typeof setTimeout> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let stopTime: (() => void) | undefined;
  let offlineSince: number | null = null;

  const socket: Socket = io({
    path: "/socket.io/",
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    ...(options.as !== undefined && { query: { as: options.as } }),
    reconnection: !insistent,
    timeout: insistent ? 5000 : 20_000,
    reconnectionDelay: BACK_OFF_MS[0],
    reconnectionDelayMax: BACK_OFF_MS[1],
    randomizationFactor: 0.5,
    auth: (give) =>
      give({
        event: options.event,
        view: options.view,
        ...(options.room !== undefined && { room: options.room }),
        ...(options.token !== undefined && { token: options.token }),
        ...(options.locale !== undefined && { locale: options.locale }),
        ...(replica.cursor !== null && { resume: replica.cursor }),
      }),
  });

  const outbox = new Outbox({
    send: (body) => socket.timeout(ACK_MS).emitWithAck("command", body) as Promise<Ack>,
    online: () => socket.connected,
    storage: sessionStorage,
    key: ["streamhub.outbox", options.event, options.view, options.as].filter(Boolean).join("."),
  });

  function offline(): void {
    offlineSince ??= Date.now();
    listener.status({ is: "offline", since: offlineSince });
  }

  // spread out, so that a server that stalls does not meet everybody at its door at once
  const silence = new Silence(
    () => {
      offline();
      socket.disconnect();
      reconnect(randomly(BACK_OFF_MS[0]));
    },
    { limitMs: SILENCE_MS + Math.random() * 4000 },
  );

  function settled(): void {
    clearTimeout(stray);
    stray = undefined;
    offlineSince = null;
    listener.status({ is: "live" });
    listener.heard();
  }

  function show(): void {
    if (replica.state !== null && replica.cursor !== null)
      listener.view(replica.state, replica.cursor);
  }

  async function resync(): Promise<void> {
    clearTimeout(stray);
    stray = undefined;
    if (resyncing || !socket.connected) return;
    resyncing = true;
    try {
      await socket.timeout(ACK_MS).emitWithAck("resync", { cursor: replica.cursor });
    } catch {
      // unanswered: the next beat that disagrees asks again
    }
    resyncing = false;
  }

  function reconnect(ms: number): void {
    clearTimeout(again);
    again = setTimeout(() => void (insistent ? knock() : socket.connect()), ms);
  }

  // the device has a network again: who waits for that does not wait for the next try as well
  const online = (): void => {
    if (closed || socket.connected) return;
    socket.disconnect();
    reconnect(randomly(ONLINE_MS));
  };
  globalThis.addEventListener?.("online", online);

  async function knock(): Promise<void> {
    const there = await isThere();
    if (closed || socket.connected) return;
    if (there) socket.connect();
    else reconnect(KNOCK_MS * (0.75 + Math.random() / 2));
  }

  socket.onAny(() => silence.heard());
  socket.io.on("ping", () => silence.heard());
  socket.on("connect", () => {
    silence.heard();
    stopTime?.();
    stopTime = keepTime(
      (t0) => socket.timeout(ACK_MS).emitWithAck("time", { t0 }) as Promise<TimeAnswer>,
    );
    outbox.flush();
  });
  socket.on("snapshot", (message: SnapshotMessage) => {
    replica.snapshot(message);
    show();
    settled();
  });
  socket.on("patch", (message: PatchMessage) => {
    if (!replica.patch(message)) return void resync();
    show();
    settled();
  });
  socket.on("beat", (message: BeatMessage) => {
    if (replica.agrees(message)) return settled();
    stray ??= setTimeout(() => void resync(), STRAY_MS);
  });
  socket.on("me", (message: Partial<MeView>) => {
    const whole = "id" in message; // the first after a connect; the others are merge patches
    if (!whole && me === null) return; // a change of what is not here yet
    me = whole ? (message as MeView) : merge(me, message);
    if (me !== null) listener.me(me);
  });
  socket.on("presence", (message: PresenceMessage) => listener.presence(message));
  socket.on("reactions", (message: ReactionsMessage) => listener.reactions(message));
  socket.on("streams", (message: StreamsMessage) => listener.streams(message));
  socket.on("bye", (message: ByeMessage) => {
    offline();
    socket.disconnect();
    reconnect(insistent ? randomly(KNOCK_MS) : message.retry_after * 1000);
  });
  socket.on("disconnect", (reason) => {
    silence.stop();
    stopTime?.();
    clearTimeout(stray);
    stray = undefined;
    if (closed) return;
    offline();
    if (insistent || reason === "io server disconnect") reconnect(randomly(BACK_OFF_MS[0]));
  });
  socket.on("connect_error", (problem: Error & { data?: ErrorBody }) => {
    const error = problem.data;
    if (error === undefined) {
      if (replica.state === null && offlineSince === null) offlineSince = Date.now();
      offline();
      if (insistent) reconnect(randomly(KNOCK_MS));
    } else if (error.retryable) {
      offline();
      // never all at once: many are told the same time
      const told = error.retry_after === undefined ? BACK_OFF_MS[1] / 2 : error.retry_after * 1000;
      reconnect(randomly(insistent ? Math.min(told, KNOCK_MS) : told));
    } else {
      listener.status({ is: "refused", error });
    }
  });

  listener.status({ is: "connecting" });
  show();

  return {
    command: outbox.command,
    outbox,
    react(room, kind) {
      if (!socket.connected) return;
      socket.volatile.emit("command", { id: newId(), type: "reaction.send", room, kind });
    },
    async prove(nonce) {
      try {
        const ack = (await socket.timeout(ACK_MS).emitWithAck("prove", { nonce })) as Ack;
        if (ack.ok) outbox.flush();
        return ack.ok;
      } catch {
        return false; // no answer: the next `me` says what is still owed
      }
    },
    watching(figures) {
      if (socket.connected) socket.volatile.emit("watching", figures);
    },
    rendered(cursor, width, height) {
      if (socket.connected) socket.emit("rendered", { cursor, width, height });
    },
    close() {
      closed = true;
      globalThis.removeEventListener?.("online", online);
      clearTimeout(again);
      clearTimeout(stray);
      silence.stop();
      stopTime?.();
      socket.disconnect();
    },
  };
}
