import { Center, Code, Group, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  /** What to do next: buttons or links. */
  actions?: ReactNode;
  tone?: 'neutral' | 'bad';
  /** Small print for support: request ids, codes. */
  detail?: string;
  headingOrder?: 1 | 2 | 3;
}

/** The designed state of a place with nothing to show: empty, failed, forbidden, offline. */
export function StatePanel({ icon, title, children, actions, tone = 'neutral', detail, headingOrder = 2 }: Props) {
  return (
    <Center py="xl" px="md" mih={240}>
      <Stack align="center" gap="sm" maw={480} ta="center" role={tone === 'bad' ? 'alert' : undefined}>
        <ThemeIcon size={48} radius="xl" variant="light" color={tone === 'bad' ? 'red' : 'gray'} aria-hidden>
          {icon}
        </ThemeIcon>
        <Title order={headingOrder} size="h2">{title}</Title>
        {children && <Text component="div" className="quiet">{children}</Text>}
        {actions && <Group justify="center" mt="xs">{actions}</Group>}
        {detail && <Code fz="xs">{detail}</Code>}
      </Stack>
    </Center>
  );
}
