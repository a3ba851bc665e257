// The socket.io server for Node, used as its documentation says.
//
// node node.mjs PORT CONTROL SNAPSHOT [REDIS_URL]: with an address, through @socket.io/redis-adapter.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createDoor } from "node:net";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { createAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const [port, control, file, redisUrl] = process.argv.slice(2);
const snapshot = JSON.parse(readFileSync(file, "utf8"));
const require = createRequire(import.meta.url);
const versions = { node: process.version };

const httpServer = createServer();
const io = new Server(httpServer);
versions["socket.io"] = require("socket.io/package.json").version;

if (redisUrl) {
  const pubClient = createClient({ url: redisUrl });
  const subClient = pubClient.duplicate();
  await Promise.all([pubClient.connect(), subClient.connect()]);
  io.adapter(createAdapter(pubClient, subClient));
  versions["@socket.io/redis-adapter"] = require("@socket.io/redis-adapter/package.json").version;
}

io.on("connection", (socket) => socket.emit("snapshot", snapshot));

function patch(number) {
  const question = {
    session: "s3",
    text: `bench-${number}. How do regions of this size take part in it?`,
    name: "Ana",
    upvotes: 17,
    status: "approved",
    asked_at: 1764045800000,
  };
  return {
    from: "120.3fa9c1d27b6e8041",
    to: "121.9be1c4a7d05f2e36",
    at: 1764045804123,
    patch: { questions: { ykgkapnhsqoja2ix: question } },
  };
}

createDoor((link) =>
  createInterface({ input: link }).on("line", (line) => io.emit("patch", patch(line.slice(2)))),
).listen(control, () =>
  httpServer.listen({ port: Number(port), host: "127.0.0.1", backlog: 4096 }, () =>
    console.log(JSON.stringify({ ready: true, versions })),
  ),
);
