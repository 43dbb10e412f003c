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

// What names the service's own address: there the page is told this server's instead, so
// that sign-in comes back to it.
const named = ['/console/config.json', '/.well-known/openid-configuration'];

function signInHere(): Plugin {
  return {
    name: 'sign-in-here',
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        if (!named.includes(request.url ?? '')) return next();
        fetch(service + request.url)
          .then((answer) => answer.text())
          .then((text) => {
            response.setHeader('Content-Type', 'application/json');
            response.end(text.replaceAll(service, `http://${request.headers.host}`));
          })
          .catch(next);
      });
    },
  };
}

// CONSOLE_SERVICE is where "npm run dev" finds the service, with its sign-in.
const service = process.env.CONSOLE_SERVICE ?? 'http://127.0.0.1:8080';

export default defineConfig({
  base: '/console/',
  plugins: [withoutFonts(), signInHere(), react()],
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
    host: '127.0.0.1',
    // The sign-in goes by the address that the browser has asked for.
    proxy: { '/v1': service, '/local': { target: service, changeOrigin: false } },
  },
  test: { include: ['src/**/*.test.ts'] },
});
