// The notices at the edge of the screen; loaded with the first of them (see notify.tsx).
import '@mantine/notifications/styles.layer.css';
import { Notifications, notifications } from '@mantine/notifications';

export const { show, hide } = notifications;
export default () => <Notifications position="bottom-right" limit={4} />;
