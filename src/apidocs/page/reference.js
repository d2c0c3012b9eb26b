// Shows /openapi.json. `/docs#token=…` fills in a token and removes it from the address bar and the history.
(function () {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
  dark.addEventListener('change', follow);
  follow();

  const fragment = new URLSearchParams(window.location.hash.slice(1));
  const token = fragment.get('token');
  if (token) window.history.replaceState(null, '', window.location.pathname);

  const reference = window.SwaggerUIBundle({
    url: '/openapi.json',
    dom_id: '#reference',
    validatorUrl: null, // nothing leaves this server
    deepLinking: true,
    docExpansion: 'none',
    defaultModelsExpandDepth: 0,
    filter: true,
    tagsSorter: 'alpha',
    tryItOutEnabled: true,
    onComplete: () => {
      // An access token is a JWT; everything else is an API key.
      if (token) reference.preauthorizeApiKey(token.startsWith('eyJ') ? 'bearer' : 'apiKey', token);
    },
  });
})();
