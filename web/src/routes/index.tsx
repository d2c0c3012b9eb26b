import { createFileRoute } from '@tanstack/react-router';
import { Page } from '@/components/Page';

export const Route = createFileRoute('/')({ component: () => <Page title="Dashboard">…</Page> });
