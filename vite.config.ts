// Builds the browser's part: hashed files and a manifest, which the pages' `assets("main.ts")` reads.
// Nothing is put inline (no data: addresses, no preload script): the content security policy
// forbids it.
import { defineConfig } from "vite";

export default defineConfig({
  root: "weiguang/web/assets",
  // Styles name their fonts and pictures relative to themselves, wherever the files are served.
  base: "./",
  publicDir: false,
  build: {
    outDir: "../static/build",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: {
      input: "weiguang/web/assets/main.ts",
      // htmx holds one eval for `hx-on`-like attributes; main.ts turns it off and the policy refuses it.
      checks: { eval: false },
    },
  },
});
