import { defineConfig } from 'vitest/config';

/** Browser tests: `npm run e2e`, with the binaries of OPENSTRAT_BUILD_DIR (default build/dev). */
export default defineConfig({
  test: { environment: 'node', include: ['e2e/**/*.e2e.ts'], testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false },
});
