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
  },
  server: {
    proxy: Object.fromEntries([...API, '/directories', '/openapi.json'].map((path) => [path, SERVER])),
  },
});
