import { createFileRoute } from '@tanstack/react-router';
import { TagsPage } from '@/features/tags/TagsPage';
import { text } from '@/lib/search';

export const Route = createFileRoute('/settings/tags')({
  validateSearch: (search): { tag?: string; edit?: boolean } => ({ tag: text(search.tag), edit: search.edit === true || undefined }),
  component: TagsPage,
});
