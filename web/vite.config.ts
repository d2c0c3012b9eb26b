import { tanstackRouter } from '@tanstack/router-plugin/vite';
import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { VitePWA } from 'vite-plugin-pwa';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.OPENSTRAT_SERVER ?? 'http://127.0.0.1:8080';

/** Pages that people arrive at: what each needs besides the common files is fetched together with them (public/preload.js). */
const arrivals: [path: string, routes: string[]][] = [
  ['^/app/$', ['index.tsx']],
  ['^/app/sites$', ['sites.index.tsx']],
  ['^/app/sites/[^/]+$', ['sites/$site.tsx', 'sites/$site/index.tsx']],
];
const preloadPages: Plugin = {
  name: 'preload-pages',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {}, filename }) {
      if (!filename.endsWith('index.html')) return;
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
      const needed = (name: string, seen = new Set<string>()): Set<string> => {
        const chunk = chunks.find((one) => one.fileName === name);
        if (!chunk || seen.has(name)) return seen;
        seen.add(name);
        chunk.imports.forEach((one) => needed(one, seen));
        return seen;
      };
      const pages = arrivals.map(([path, routes]) => {
        const files = routes.flatMap((route) => {
          const chunk = chunks.find((one) => one.facadeModuleId?.endsWith(`/src/routes/${route}?tsr-split=component`));
          if (!chunk) throw new Error(`no code of the page ${route}`);
          return [...needed(chunk.fileName)];
        });
        return [path, [...new Set(files)].map((file) => `/app/${file}`).filter((file) => !html.includes(file))];
      });
      return [
        { tag: 'meta', attrs: { name: 'openstrat-pages', content: JSON.stringify(pages) }, injectTo: 'head' },
        { tag: 'script', attrs: { src: '/app/preload.js', async: true }, injectTo: 'head' },
      ];
    },
  },
};

export default defineConfig({
  base: '/app/',
  resolve: { alias: { '@': here('./src') } },
  plugins: [
    tanstackRouter({ target: 'react', autoCodeSplitting: true, quoteStyle: 'single' }),
    react(),
    preloadPages,
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.ts',
      injectRegister: false,
      manifest: {
        name: 'OpenStrat', short_name: 'OpenStrat', description: 'Control plane for fleets of MikroTik routers',
        id: '/app/', start_url: '/app/', scope: '/app/', display: 'standalone', background_color: '#15181d', theme_color: '#15181d',
        icons: [
          { src: 'icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: 'icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: 'icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
          { src: 'icon.svg', sizes: 'any', type: 'image/svg+xml' },
        ],
      },
      // index.html carries a nonce of its own in every answer, so the worker keeps the one that it was given last (see sw.ts).
      injectManifest: { globPatterns: ['preload.js', 'assets/**/*.{js,css,woff2}', 'icon*.{svg,png}'], maximumFileSizeToCacheInBytes: 2_000_000 },
    }),
  ],
  build: {
    target: 'es2022',
    sourcemap: false,
    rollupOptions: {
      input: { index: here('./index.html'), callback: here('./callback.html') },
      output: {
        // What every page needs is one file: sixty small ones compress a tenth worse and arrive one after the other.
        codeSplitting: {
          groups: [
            // What the page that ends a sign-in needs as well; nothing of the application may run there.
            { name: 'session', test: /\/src\/(lib\/auth|app\/config)\./ },
            { name: 'vendor', tags: ['$initial'], test: /node_modules\/(?!@tabler)/ },
            { name: 'app', tags: ['$initial'], test: /\/src\/(?!callback|main)|node_modules\/@tabler/ },
            { name: 'ui', test: /node_modules\/@mantine\/(hooks|core\/esm\/(core|components\/(AppShell|ActionIcon|Anchor|Avatar|Box|Breadcrumbs|Burger|Button|Center|CloseButton|Code|Collapse|Divider|FloatingIndicator|Group|Image|Input|InputBase|Kbd|Loader|NavLink|Paper|Pill|PillsInput|SegmentedControl|Skeleton|Stack|Text|TextInput|ThemeIcon|Title|UnstyledButton|VisuallyHidden))\/)/ },
            // Whatever opens over the page: fetched with the first of it.
            { name: 'overlay', test: /node_modules\/(@floating-ui|react-remove-scroll|react-remove-scroll-bar|react-style-singleton|use-sidecar|use-callback-ref|react-transition-group|@mantine\/core\/esm\/(utils|components\/(Combobox|Drawer|FocusTrap|Menu|Modal|ModalBase|Overlay|Popover|Portal|ScrollArea|Tooltip|Transition))\/)/ },
          ],
        },
      },
    },
  },
  // A front-end developer's server: pages from here, everything else from a running OpenStrat (OPENSTRAT_SERVER).
  server: { proxy: { '^/(?!app/)': { target: server, changeOrigin: false, secure: false } } },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'], setupFiles: ['src/test/setup.ts'], css: false },
});
