// Runs before the first paint: what the page that the address names always says gets into the frame, and its code is fetched while the application itself is on its way.
// vite.config.ts writes the list into the document.
for (const { path, crumb, title, description, rest = '', files, styles } of JSON.parse(document.querySelector('meta[name="openstrat-pages"]').content)) {
  if (!new RegExp(path).test(location.pathname)) continue;
  const hint = (href, kind) => document.head.append(Object.assign(document.createElement('link'), { href, fetchPriority: 'low', ...kind }));
  for (const file of files) hint(file, { rel: 'modulepreload' });
  for (const file of styles) hint(file, { rel: 'preload', as: 'style', crossOrigin: '' });
  // Who is not signed in is on the way to the sign-in page.
  if (!sessionStorage.getItem('openstrat.token')) continue;
  document.querySelector('.starting main').innerHTML = `${crumb ? `<p>${crumb}</p>` : ''}<h1>${title}</h1><p>${description}</p>${rest}`;
}
