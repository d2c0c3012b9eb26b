// Pages that people arrive at from outside. What such a page always says stands in the document's frame before any of our script runs (public/preload.js), and
// its code is fetched together with the common one (vite.config.ts). The frame's looks are in tokens.css (.starting).
interface Arrival {
  /** Of the address. */
  path: string;
  /** Where it belongs to, above the title. */
  crumb?: string;
  title: string;
  description: string;
  /** Below title and description, as HTML. */
  rest?: string;
  /** Files in src/routes. */
  routes: string[];
}

export const availabilityNote = 'Each bar is an hour. Only time in which this platform listened counts; of a grey hour nothing is known.';

export const arrivals = {
  dashboard: { path: '^/app/$', title: 'Dashboard', description: 'How the fleet is right now, and what needs a hand first. Numbers change as it happens.', routes: ['index.tsx'] },
  sites: { path: '^/app/sites$', title: 'Sites', description: 'Every router with what it was last known to do. Filters are in the address: a view can be sent to a colleague.', routes: ['sites.index.tsx'] },
  site: {
    path: '^/app/sites/(?!add$)[^/]+$', title: '\u00a0', description: '\u00a0', crumb: 'Sites', routes: ['sites/$site.tsx', 'sites/$site/index.tsx'],
    rest: `<div class="tabs"></div><section><h2>Availability</h2><p>${availabilityNote}</p></section>`,
  },
} satisfies Record<string, Arrival>;
