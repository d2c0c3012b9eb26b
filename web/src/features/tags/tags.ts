import type { Schemas } from '@/lib/api';

export type Tag = Schemas['Tag'];
export type Kind = Tag['mandatory_on'][number];

/** Kinds of things that a tag can sit on today. */
export const kinds: { value: Kind; label: string }[] = [
  { value: 'site', label: 'Sites' },
  { value: 'user', label: 'Users' },
];
const kindWords: Record<Kind, string> = { site: 'sites', user: 'users', wan: 'WAN lines', account: 'accounts' };
export const kindsInWords = (mandatory: readonly Kind[]) => mandatory.map((kind) => kindWords[kind]).join(', ');

export const swatches = ['#3f4fd0', '#0b7285', '#1a7f45', '#8a5a00', '#c2410c', '#c02f2a', '#a21caf', '#6b21a8', '#475569', '#64748b'];
