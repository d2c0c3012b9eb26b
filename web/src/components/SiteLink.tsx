import { Anchor, type AnchorProps } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** The page of a site. */
export const sitePath = (site: string) => `/sites/${site}` as string;
/** For plain anchors in long tables, where a router's link would cost more than the row. */
export const siteHref = (site: string) => `/app${sitePath(site)}`;

export function SiteLink({ site, children, ...rest }: { site: string; children: ReactNode } & AnchorProps) {
  return <Anchor component={Link} to={sitePath(site)} underline="hover" fz="inherit" {...rest}>{children}</Anchor>;
}
