/** Builds the window. The modes `mock` and `test` replace the door to the program by one that lives in the page. */
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ mode }) => {
  const standIn = mode === "mock" || mode === "test";
  return {
    plugins: [react()],
    clearScreen: false,
    resolve: {
      alias: { "#backend": file(standIn ? "./src/ipc/mock/backend.ts" : "./src/ipc/tauri.ts") },
    },
    server: { port: 1420, strictPort: true, host: "127.0.0.1" },
    build: {
      outDir: mode === "mock" ? "dist-mock" : "dist",
      // What WebKitGTK 2.40, WKWebView of macOS 13 and WebView2 read without help.
      target: ["es2022", "safari16"],
      // The content security policy allows fonts as files only, not as data: URLs.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 700,
    },
    test: {
      environment: "happy-dom",
      environmentOptions: { happyDOM: { width: 1440, height: 900 } },
      include: ["src/**/*.test.{ts,tsx}"],
      restoreMocks: true,
      setupFiles: ["./vitest.setup.ts"],
      // Whole pages are typed into at random; nothing else runs beside them in `npm test`.
      maxWorkers: "100%",
      testTimeout: 60_000,
      hookTimeout: 60_000,
      css: { modules: { classNameStrategy: "non-scoped" as const } },
    },
  };
});
