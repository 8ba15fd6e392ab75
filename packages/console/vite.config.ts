import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `npm run dev` shows the console of a server that runs beside it. */
const SERVER = 'http://127.0.0.1:8000';
const API = [
  '/v1',
  '/execute',
  '/status',
  '/cancel',
  '/sessions',
  '/approvals',
  '/fleet',
  '/usage',
  '/server',
];

const VENDOR =
  /node_modules\/(react|react-dom|scheduler|use-sync-external-store|@tanstack|i18next|react-i18next|radix-ui|@radix-ui|@floating-ui|aria-hidden|react-remove-scroll|react-style-singleton|use-callback-ref|use-sidecar|get-nonce|tslib|lucide-react)\//;
const BASE = /src\/(ui|lib|live|shell|api\/(credential|http|server|load-v1)|i18n\/(en|i18n))/;

export default defineConfig({
  base: '/console/',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: '../server/dist/console',
    emptyOutDir: true,
    target: 'es2023',
    // The server's content security policy knows no data: fonts and no inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      output: {
        // Every chunk is a request, of which a browser makes six at a time: what all pages stand on is two chunks, not forty.
        codeSplitting: {
          groups: [
            { name: 'vendor', test: VENDOR },
            { name: 'base', test: BASE },
          ],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries([...API, '/directories', '/openapi.json'].map((path) => [path, SERVER])),
  },
});
