import { Box, Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  description?: ReactNode;
  /** Buttons beside the heading. */
  actions?: ReactNode;
  children?: ReactNode;
}

/** One matter on a page of several. */
export function Section({ title, description, actions, children }: Props) {
  return (
    <Paper p={{ base: 'sm', sm: 'lg' }} component="section">
      <Stack gap="md">
        <Group justify="space-between" align="flex-start" gap="sm">
          <Box miw={0} flex="1 1 16rem">
            <Title order={2}>{title}</Title>
            {description && <Text className="quiet" size="sm" component="div">{description}</Text>}
          </Box>
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
        {children}
      </Stack>
    </Paper>
  );
}
