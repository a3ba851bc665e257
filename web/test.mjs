// Runs every src/**/*.test.ts under Node's own test runner: `node web/test.mjs`.

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const web = fileURLToPath(new URL(".", import.meta.url));
const out = join(web, "node_modules/.tests");
const src = join(web, "src");
const tests = readdirSync(src, { recursive: true })
  .filter((path) => path.endsWith(".test.ts"))
  .map((path) => join(src, path));

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await esbuild.build({
  entryPoints: tests,
  outdir: out,
  outbase: src,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
});
const built = readdirSync(out, { recursive: true })
  .filter((path) => path.endsWith(".test.mjs"))
  .map((path) => join(out, path));
const { status } = spawnSync(process.execPath, ["--test", ...built], { stdio: "inherit" });
process.exit(status ?? 1);
