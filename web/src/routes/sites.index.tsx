import { createFileRoute } from '@tanstack/react-router';
import { parseSiteSearch } from '@/features/fleet/sites/siteSearch';
import { SitesPage } from '@/features/fleet/sites/SitesPage';

export const Route = createFileRoute('/sites/')({ validateSearch: parseSiteSearch, component: SitesPage });
