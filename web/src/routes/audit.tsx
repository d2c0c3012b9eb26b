import { createFileRoute } from '@tanstack/react-router';
import { AuditPage } from '@/features/audit/AuditPage';
import { readSearch } from '@/features/audit/filters';

export const Route = createFileRoute('/audit')({ validateSearch: readSearch, component: AuditPage });
