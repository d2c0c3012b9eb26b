// The page behind the redirect of the OpenID provider: alone, in a hidden frame (renewal), or in a window beside the application.
import { completeSignIn, currentToken, signIn, type CallbackMessage } from '@/lib/auth';

const withoutWindows = window.opener === null && window.parent === window;

function tell(message: CallbackMessage) {
  (window.opener ?? window.parent).postMessage(message, location.origin);
}

/** Only paths of the application: nobody chooses another place for us. */
const ownPath = (path: string) => (path.startsWith('/app/') && !path.startsWith('//') ? path : '/app/');

try {
  const returnTo = await completeSignIn(new URL(location.href));
  if (withoutWindows) location.replace(ownPath(returnTo));
  else tell({ kind: 'openstrat.callback', ok: true, token: currentToken() ?? undefined });
} catch (error) {
  if (!withoutWindows) tell({ kind: 'openstrat.callback', ok: false, error: String(error) });
  else {
    const state = document.getElementById('state')!;
    const reason = new URL(location.href).searchParams.get('error_description') ?? (error instanceof Error ? error.message : String(error));
    state.textContent = `Signing in did not work: ${reason} `;
    const again = document.createElement('button');
    again.textContent = 'Try again';
    again.onclick = () => void signIn('/app/');
    state.append(again);
  }
}
