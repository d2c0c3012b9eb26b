// Runs before the first paint: what the page that the address names always says gets into the frame, and its code is fetched while the application itself is on its way.
// vite.config.ts writes the list into the document.
for (const { path, title, description, rest = '', files } of JSON.parse(document.querySelector('meta[name="openstrat-pages"]').content)) {
  if (!new RegExp(path).test(location.pathname)) continue;
  for (const file of files) {
    const link = document.createElement('link');
    link.rel = 'modulepreload';
    link.fetchPriority = 'low';
    link.href = file;
    document.head.append(link);
  }
  // Who is not signed in is on the way to the sign-in page.
  if (!sessionStorage.getItem('openstrat.token')) continue;
  document.querySelector('.starting main').innerHTML = `<h1>${title}</h1><p>${description}</p>${rest}`;
}
