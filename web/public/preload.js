// Fetches the code of the page that the address names while the application itself is still on its way; vite.config.ts writes the list into the document.
for (const [path, files] of JSON.parse(document.querySelector('meta[name="openstrat-pages"]').content)) {
  if (!new RegExp(path).test(location.pathname)) continue;
  for (const file of files) {
    const link = document.createElement('link');
    link.rel = 'modulepreload';
    link.href = file;
    document.head.append(link);
  }
}
