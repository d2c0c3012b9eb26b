import { IconAlertTriangle } from '@tabler/icons-react';
import type { Column } from '@/components/DataTable';
import { siteHref } from '@/components/SiteLink';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { count } from '@/lib/format';
import type { Site } from './patchSites';
import type { ColumnId } from './siteTableSetting';
import { TagMark } from './TagMark';
import classes from './sites.module.css';

const none = <span className="quiet">–</span>;

function Tags({ site }: { site: Site }) {
  const tags = site.tags ?? [];
  if (tags.length === 0) return none;
  return (
    <span className={classes.tags}>
      {tags.slice(0, 1).map((tag) => <TagMark key={`${tag.tag_id} ${tag.value}`} name={tag.name} value={tag.value} colour={tag.colour} />)}
      {tags.length > 1 && <span className="quiet" title={tags.slice(1).map((tag) => `${tag.name}: ${tag.value}`).join(', ')}>+{tags.length - 1}</span>}
    </span>
  );
}

function Faults({ site }: { site: Site }) {
  if (!site.open_faults) return none;
  return (
    <span className={classes.faults}>
      <IconAlertTriangle size={15} aria-hidden /> {count(site.open_faults)}
    </span>
  );
}

const Name = ({ site }: { site: Site }) => <a href={siteHref(site.id)} data-open className={classes.name} title={site.name}>{site.name}</a>;
const LastSeen = ({ site }: { site: Site }) => <TimeText style="narrow" at={site.last_seen_at} none={site.state === 'pending' ? 'Not adopted' : 'Never'} />;

export const allColumns: Record<ColumnId, Column<Site>> = {
  state: { id: 'state', header: 'State', width: '7rem', sort: 'state', cell: (site) => <StatusBadge state={site.state} /> },
  name: { id: 'name', header: 'Name', width: 'minmax(9rem, 2.4fr)', sort: 'name', cell: (site) => <Name site={site} /> },
  model: { id: 'model', header: 'Model', width: 'minmax(5.5rem, 1.2fr)', sort: 'model', cell: (site) => site.model ?? none },
  version: { id: 'version', header: 'Version', width: 'minmax(6.25rem, 0.7fr)', sort: 'version', cell: (site) => site.software_version ?? none },
  address: { id: 'address', header: 'Address', width: 'minmax(7.75rem, 1fr)', cell: (site) => (site.last_seen_from ? <span className="mono">{site.last_seen_from}</span> : none) },
  last_seen: { id: 'last_seen', header: 'Last seen', width: 'minmax(6.75rem, 0.8fr)', sort: 'last_seen_at', cell: (site) => <LastSeen site={site} /> },
  tags: { id: 'tags', header: 'Tags', width: 'minmax(6.5rem, 1.6fr)', cell: (site) => <Tags site={site} /> },
  open_faults: { id: 'open_faults', header: 'Faults', width: '4.5rem', cell: (site) => <Faults site={site} /> },
  last_backup: { id: 'last_backup', header: 'Last backup', width: 'minmax(6.5rem, 0.8fr)', cell: (site) => <TimeText style="narrow" at={site.last_backup_at} none={site.last_backup_at === undefined ? '–' : 'None yet'} /> },
  serial_number: { id: 'serial_number', header: 'Serial number', width: 'minmax(7rem, 1fr)', cell: (site) => (site.serial_number ? <span className="mono">{site.serial_number}</span> : none) },
  created_at: { id: 'created_at', header: 'Added', width: 'minmax(7rem, 1fr)', sort: 'created_at', cell: (site) => <TimeText style="narrow" at={site.created_at} /> },
};

export const phoneRow = {
  height: 64,
  cell: (site: Site) => (
    <div className={classes.phone}>
      <div className={classes.phoneLine}>
        <StatusBadge state={site.state} iconOnly />
        <span className="grow"><Name site={site} /></span>
        {site.open_faults ? <Faults site={site} /> : null}
      </div>
      <div className={`${classes.phoneLine} quiet`}>
        <span className="grow">{[site.model, site.software_version].filter(Boolean).join(' · ') || 'No router yet'}</span>
        <LastSeen site={site} />
      </div>
    </div>
  ),
};
