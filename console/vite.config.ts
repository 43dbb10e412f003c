import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

// Cloudscape embeds eight fonts in its stylesheet, 140 KB after compression. The
// page takes the fonts of the machine instead.
function withoutFonts(): Plugin {
  return {
    name: 'without-fonts',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('/global-styles/index.css')) return undefined;
      const stripped = code.replace(/@font-face\s*\{[^}]*\}/g, '');
      if (stripped.includes('font/woff')) this.error('a font is left in ' + id);
      return { code: stripped, map: null };
    },
  };
}

// CONSOLE_SERVICE is where "npm run dev" finds the service, with its sign-in.
const service = process.env.CONSOLE_SERVICE ?? 'http://127.0.0.1:8080';

export default defineConfig({
  base: '/console/',
  plugins: [withoutFonts(), react()],
  build: {
    target: 'es2022',
    // The content security policy takes styles and scripts from files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What the licences of the packages in the bundle ask for.
    license: { fileName: 'licenses.txt' },
    chunkSizeWarningLimit: 1000,
  },
  server: {
    proxy: Object.fromEntries(
      ['/v1', '/local', '/.well-known', '/console/config.json'].map((path) => [path, service]),
    ),
  },
  test: { include: ['src/**/*.test.ts'] },
});
