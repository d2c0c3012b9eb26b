import { tanstackRouter } from '@tanstack/router-plugin/vite';
import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.OPENSTRAT_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  base: '/app/',
  resolve: { alias: { '@': here('./src') } },
  plugins: [
    tanstackRouter({ target: 'react', autoCodeSplitting: true, quoteStyle: 'single' }),
    react(),
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
      injectManifest: { globPatterns: ['assets/**/*.{js,css,woff2}', 'icon*.{svg,png}'], maximumFileSizeToCacheInBytes: 2_000_000 },
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
            { name: 'vendor', tags: ['$initial'], test: /node_modules\/(?!@tabler)/ },
            { name: 'app', tags: ['$initial'], test: /\/src\/(?!callback)|node_modules\/@tabler/ },
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
