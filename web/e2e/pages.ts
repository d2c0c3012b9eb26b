// Every page, for screenshots, axe and the tests that visit all of them. `{site}` stands for a site of the demo fleet.
export interface Visited {
  name: string;
  path: string;
}

export const pages: Visited[] = [
  { name: 'dashboard', path: '/app/' },
  { name: 'sites', path: '/app/sites' },
];
