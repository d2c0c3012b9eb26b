import { createFileRoute } from '@tanstack/react-router';
import { BackupContent } from '@/features/backups/BackupContent';

export const Route = createFileRoute('/sites/$site/backups/$file')({
  component: function File() {
    const { site, file } = Route.useParams();
    return <BackupContent siteId={site} file={file} />;
  },
});
