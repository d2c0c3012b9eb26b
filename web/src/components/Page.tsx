import { Box, Breadcrumbs, Group, Stack, Text, Title } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';
import { config } from '@/app/config';
import { useMay, useMe } from '@/lib/me';
import { Denied } from './ErrorState';
import { ContentSkeleton } from './PageSkeleton';

interface Props {
  title: string;
  /** Stands in for the title on the screen (a status dot beside a name); the title stays the document's. */
  heading?: ReactNode;
  description?: ReactNode;
  /** Buttons on the right. */
  actions?: ReactNode;
  crumbs?: { label: string; to: LinkProps['to']; params?: Record<string, string> }[];
  /** `site:view`: without it the page says what is missing instead of its content. */
  scope?: string;
  children: ReactNode;
}

/** The frame of every page: document title, one h1, actions, permission. */
export function Page({ title, heading, description, actions, crumbs, scope = '-', children }: Props) {
  const me = useMe();
  const allowed = useMay(scope);
  useEffect(() => {
    document.title = `${title} – ${config.brand.name}`;
  }, [title]);
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Box miw={0} flex="1 1 16rem">
          {crumbs && (
            <Breadcrumbs fz="sm" mb={2}>
              {crumbs.map((crumb) => <Link key={crumb.label} to={crumb.to} params={crumb.params as never}>{crumb.label}</Link>)}
            </Breadcrumbs>
          )}
          <Title order={1} style={{ overflowWrap: 'anywhere' }}>{heading ?? title}</Title>
          {description && <Text className="quiet" size="sm" component="div">{description}</Text>}
        </Box>
        {allowed && actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {scope !== '-' && !me ? <ContentSkeleton /> : allowed ? children : <Denied scope={scope} />}
    </Stack>
  );
}
