import { browserSupportsWebAuthn, startRegistration, type PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser';
import { client, type Schemas } from '@/lib/api';

export const hasPasskeys = () => browserSupportsWebAuthn();

const words: Record<string, string> = {
  NotAllowedError: 'The browser did not make a passkey: it was cancelled, or it took too long. Try again.',
  InvalidStateError: 'This device has a passkey of yours already.',
  SecurityError: 'Passkeys do not work under this address. They need HTTPS and the host name of the sign-in page.',
};

/** Options from the server, the browser's dialog, and the answer back. */
export async function createPasskey(proof: Schemas['IdentityProof']): Promise<Schemas['AddedPasskey']> {
  const { data: options } = await client.POST('/me/passkeys/options', { body: proof });
  let credential: unknown;
  try {
    credential = await startRegistration({ optionsJSON: options as unknown as PublicKeyCredentialCreationOptionsJSON });
  } catch (error) {
    const known = error instanceof Error ? words[error.name] : undefined;
    throw known ? new Error(known, { cause: error }) : error;
  }
  const { data } = await client.POST('/me/passkeys', { body: { credential: credential as never } });
  return data!;
}
