import { MantineProvider, localStorageColorSchemeManager } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { config, styleNonce } from '@/app/config';
import { queryClient } from '@/app/queryClient';
import { router } from '@/app/router';
import { theme } from '@/app/theme';
import { Dialogs } from '@/components/dialogs';
import { Notices } from '@/components/notify';

document.title = config.brand.name;
// Where react-remove-scroll (dialogs, drawers) looks for the nonce of the <style> that it adds.
(globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = styleNonce();
const colorScheme = localStorageColorSchemeManager({ key: 'openstrat.color-scheme' });

export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={colorScheme} getStyleNonce={styleNonce}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Dialogs />
        <Notices />
      </QueryClientProvider>
    </MantineProvider>
  );
}
