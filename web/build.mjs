// Bundles the pages into static/app/: `node web/build.mjs [--watch]`.
//
// Entries: src/pages/<page>/main.ts(x) becomes <page>.js, src/pages/<page>/page.css <page>.css,
// src/pages/<page>/worker.ts <page>-worker.js, src/styles/*.entry.css a style sheet for all. manifest.json tells their hashed names.

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const web = fileURLToPath(new URL(".", import.meta.url));
const pages = join(web, "src/pages");
const styles = join(web, "src/styles");
const out = join(web, "static/app");

const entries = {};
for (const page of readdirSync(pages).sort())
  for (const [file, name] of [
    ["main.tsx", page],
    ["main.ts", page],
    ["worker.ts", `${page}-worker`],
    ["page.css", page],
  ])
    if (existsSync(join(pages, page, file)))
      entries[`${name}${file.endsWith(".css") ? ".css" : ".js"}`] = join(pages, page, file);
for (const file of readdirSync(styles))
  if (file.endsWith(".entry.css")) entries[file.replace(".entry.css", ".css")] = join(styles, file);

/** After each build: drop what no output names any more, write the manifest, tell the sizes. */
const finish = {
  name: "finish",
  setup(build) {
    build.onEnd(({ errors, metafile }) => {
      if (errors.length > 0 || metafile === undefined) return;
      const outputs = Object.entries(metafile.outputs).map(([path, made]) => [
        basename(path),
        made,
      ]);
      const kept = new Set(["manifest.json", ...outputs.map(([name]) => name)]);
      for (const name of readdirSync(out))
        if (!kept.has(name)) rmSync(join(out, name), { recursive: true });
      const bytes = new Map(outputs.map(([name, made]) => [name, made.bytes]));
      const manifest = {};
      for (const [name, made] of outputs) {
        if (made.entryPoint === undefined) continue;
        const key = name.replace(/-[A-Z0-9]{8}(?=\.(js|css)$)/, "");
        manifest[key] = name;
        const shared = made.imports.filter((one) => one.kind === "import-statement");
        const total = shared.reduce(
          (sum, one) => sum + (bytes.get(basename(one.path)) ?? 0),
          made.bytes,
        );
        console.log(`${key.padEnd(18)} ${String(total).padStart(7)} bytes`);
      }
      writeFileSync(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    });
  },
};

mkdirSync(out, { recursive: true });
const options = {
  absWorkingDir: web,
  entryPoints: Object.entries(entries).map(([name, path]) => ({
    in: path,
    out: name.replace(/\.(js|css)$/, ""),
  })),
  outdir: out,
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file" },
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  metafile: true,
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
  plugins: [finish],
};

if (process.argv.includes("--watch")) {
  const context = await esbuild.context(options);
  await context.watch();
} else {
  await esbuild.build(options);
}
