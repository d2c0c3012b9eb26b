import { Button, Paper, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { DemoFleet } from '@/features/platform/DemoFleet';
import { useMay } from '@/lib/me';
import classes from './dashboard.module.css';

/** A team without sites: what to do, instead of tiles full of zeros. */
export default function FirstRun() {
  const mayAdd = useMay('site:create');
  return (
    <Paper p="xl" maw={720}>
      <Stack gap="lg">
        <div>
          <Title order={2}>Bring your first router in</Title>
          <Text className="quiet">It takes one command on the router and about a minute. Nothing has to be opened towards it: the router calls out.</Text>
        </div>
        <ol className={classes.steps}>
          <li className={classes.step}><div><Text fw={600}>Add a site</Text><Text size="sm" className="quiet">Give it a name. You get a command that works for this one router.</Text>
            {mayAdd ? <Button component={Link} to={'/sites/add' as string} mt="xs">Add a site</Button> : <Text size="sm" mt={4}>Your roles lack the permission <code>site:create</code>: ask an administrator of the team.</Text>}</div></li>
          <li className={classes.step}><div><Text fw={600}>Paste the command into the router's terminal</Text><Text size="sm" className="quiet">RouterOS 6.49 or later, with a working connection to the internet and the right time.</Text></div></li>
          <li className={classes.step}><div><Text fw={600}>Watch it arrive</Text><Text size="sm" className="quiet">Each step shows as it happens: the script is fetched, the router is adopted, the first backup is stored.</Text></div></li>
        </ol>
        <DemoFleet />
      </Stack>
    </Paper>
  );
}
