import { MantineProvider, localStorageColorSchemeManager } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { config, styleNonce } from '@/app/config';
import { queryClient } from '@/app/queryClient';
import { router } from '@/app/router';
import { theme } from '@/app/theme';

document.title = config.brand.name;
// Where react-remove-scroll (dialogs, drawers) looks for the nonce of the <style> that it adds.
(globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = styleNonce();
const colorScheme = localStorageColorSchemeManager({ key: 'openstrat.color-scheme' });

export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={colorScheme} getStyleNonce={styleNonce}>
      <QueryClientProvider client={queryClient}>
        <ModalsProvider>
          <Notifications position="bottom-right" limit={4} />
          <RouterProvider router={router} />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
