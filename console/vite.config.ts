import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The manager serves `dist` at `/` and its API at `/service`; in development both come through Vite. */
export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2023',
    // The content security policy allows no data: scripts or fonts, and inlined assets would not be cached apart.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    modulePreload: { polyfill: false },
    // `schema-mode.ts` must run before any schema is made, whichever chunk that ends up in.
    rolldownOptions: { output: { strictExecutionOrder: true } },
  },
  server: { proxy: { '/service': process.env['SAKIMORI_MANAGER'] ?? 'http://127.0.0.1:7300' } },
});
