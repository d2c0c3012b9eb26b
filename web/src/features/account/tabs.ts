export const accountTabs = ['profile', 'security', 'sessions', 'identities', 'applications', 'teams'] as const;
export type AccountTab = (typeof accountTabs)[number];
