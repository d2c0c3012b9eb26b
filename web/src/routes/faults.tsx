import { createFileRoute } from '@tanstack/react-router';
import { FaultsPage } from '@/features/monitoring/FaultsPage';
import { parseFaultSearch } from '@/features/monitoring/faultSearch';

export const Route = createFileRoute('/faults')({ validateSearch: parseFaultSearch, component: FaultsPage });
