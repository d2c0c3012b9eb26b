import { tanstackRouter } from '@tanstack/router-plugin/vite';
import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { VitePWA } from 'vite-plugin-pwa';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { arrivals } from './src/app/arrivals';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.OPENSTRAT_SERVER ?? 'http://127.0.0.1:8080';

const preloadPages: Plugin = {
  name: 'preload-pages',
  apply: 'build',
  generateBundle(_options, bundle) {
    // Nearly all functions of these run as the page opens: a browser that knows the hint compiles them beside the main thread while they arrive.
    for (const output of Object.values(bundle))
      if (output.type === 'chunk' && ['react', 'mantine', 'libraries', 'app', 'ui'].includes(output.name)) output.code = `//# allFunctionsCalledOnLoad\n${output.code}`;
  },
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {}, filename }) {
      if (!filename.endsWith('index.html')) return;
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
      /** A file after all that it imports. */
      const needed = (name: string, seen = new Set<string>(), order: string[] = []): string[] => {
        const chunk = chunks.find((one) => one.fileName === name);
        if (!chunk || seen.has(name)) return order;
        seen.add(name);
        chunk.imports.forEach((one) => needed(one, seen, order));
        order.push(`/app/${name}`);
        return order;
      };
      // Evaluated in this order by src/start.ts. What can be seen comes before what runs: scripts are of low priority.
      const main = chunks.find((one) => one.name === 'main');
      if (!main) throw new Error('no code of the application');
      const common = needed(main.fileName);
      const stylesOf = (files: string[]) => files.flatMap((file) => [...(chunks.find((one) => `/app/${one.fileName}` === file)?.viteMetadata?.importedCss ?? [])]).map((file) => `/app/${file}`);
      const pages = Object.values(arrivals).map(({ routes, ...arrival }) => {
        const files = routes.flatMap((route) => {
          const chunk = chunks.find((one) => one.facadeModuleId?.endsWith(`/src/routes/${route}?tsr-split=component`));
          if (!chunk) throw new Error(`no code of the page ${route}`);
          return needed(chunk.fileName);
        });
        const own = [...new Set(files)].filter((file) => !common.includes(file));
        return { ...arrival, files: own, styles: stylesOf(own) };
      });
      return {
        html: html.replaceAll(/<script type="module"|<link rel="modulepreload"/g, '$& fetchpriority="low"'),
        tags: [
          ...stylesOf(common).map((href) => ({ tag: 'link', attrs: { rel: 'stylesheet', crossorigin: true, href }, injectTo: 'head' as const })),
          ...common.filter((file) => !html.includes(file)).map((href) => ({ tag: 'link', attrs: { rel: 'modulepreload', fetchpriority: 'low', crossorigin: true, href }, injectTo: 'head' as const })),
          { tag: 'meta', attrs: { name: 'openstrat-parts', content: JSON.stringify(common) }, injectTo: 'head' },
          { tag: 'meta', attrs: { name: 'openstrat-pages', content: JSON.stringify(pages) }, injectTo: 'head' },
          { tag: 'script', attrs: { src: '/app/preload.js' }, injectTo: 'body' },
        ],
      };
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
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { index: here('./index.html'), callback: here('./callback.html'), main: here('./src/main.tsx') },
      output: {
        // What every page needs is one file: sixty small ones compress a tenth worse and arrive one after the other.
        codeSplitting: {
          groups: [
            // What the page that ends a sign-in needs as well; nothing of the application may run there.
            { name: 'session', test: /\/src\/(lib\/auth|app\/config)\./ },
            // The parts that src/start.ts has evaluated one by one.
            { name: 'react', tags: ['$initial'], test: /node_modules\/(react|react-dom|scheduler)\// },
            { name: 'mantine', tags: ['$initial'], test: /node_modules\/(@mantine|clsx)\// },
            { name: 'libraries', tags: ['$initial'], test: /node_modules\/(?!@tabler)/ },
            { name: 'app', tags: ['$initial'], test: /\/src\/(?!callback|main|start|app\/(App|router)\.)|node_modules\/@tabler/ },
            // What nearly every page is made of. Each small thing in a file of its own would be a round trip for a few hundred bytes.
            { name: 'ui', test: /\/src\/(lib\/format|components\/(Choice|ListNotice|Page|PageSkeleton|QueryState|SiteLink|StatePanel|StatusBadge|TimeText))\.|node_modules\/@tabler\/.*Icon(Check|Circle\w*|Copy|Filter|MoodEmpty|Plus|Refresh|Trash|X)\.|node_modules\/@mantine\/(hooks|core\/esm\/(core|components\/(ActionIcon|Anchor|Avatar|Box|Breadcrumbs|Burger|Button|Center|CloseButton|Code|Collapse|Divider|FloatingIndicator|Group|Image|Input|InputBase|Kbd|Loader|NavLink|Paper|Pill|PillsInput|SegmentedControl|Skeleton|Stack|Text|TextInput|ThemeIcon|Title|UnstyledButton|VisuallyHidden|SimpleGrid|ColorSwatch))\/)/ },
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
