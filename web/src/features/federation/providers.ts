// Sign-in providers of a team: what the form holds, and what the server takes.
import type { Schemas } from '@/lib/api';

export type Provider = Schemas['IdentityProvider'];
export type ProviderType = 'google' | 'azure' | 'github' | 'oidc';

export const providerTypes: { value: ProviderType; label: string }[] = [
  { value: 'google', label: 'Google' },
  { value: 'azure', label: 'Microsoft Entra' },
  { value: 'github', label: 'GitHub' },
  { value: 'oidc', label: 'OpenID Connect' },
];
export const typeLabel = (type: string | null) => providerTypes.find((one) => one.value === type)?.label ?? type ?? 'removed provider';

const texts = ['tenant', 'issuer', 'authorize_url', 'token_url', 'userinfo_url', 'jwks_url'] as const;
type TextField = (typeof texts)[number];

/** Which of the optional fields a type has. */
export const fieldsOfType: Record<ProviderType, readonly TextField[]> = {
  google: [], azure: ['tenant'], github: ['issuer'], oidc: ['issuer', 'authorize_url', 'token_url', 'userinfo_url', 'jwks_url'],
};

export type ProviderFields = Record<TextField, string> & {
  type: ProviderType; name: string; client_id: string; client_secret: string; allowed_domains: string[]; jit_provisioning: boolean; enabled: boolean;
};

export const fieldsOf = (provider?: Provider): ProviderFields => ({
  type: (provider?.type as ProviderType | undefined) ?? 'google', name: provider?.name ?? '', client_id: provider?.client_id ?? '', client_secret: '',
  tenant: provider?.tenant ?? '', issuer: provider?.issuer ?? '', authorize_url: provider?.authorize_url ?? '', token_url: provider?.token_url ?? '',
  userinfo_url: provider?.userinfo_url ?? '', jwks_url: provider?.jwks_url ?? '', allowed_domains: provider?.allowed_domains ?? [],
  jit_provisioning: provider?.jit_provisioning ?? false, enabled: provider?.enabled ?? true,
});

/** Without fields that the type does not have; an empty secret keeps the one that is stored. */
export function requestOf(fields: ProviderFields): Schemas['IdentityProviderInput'] {
  const own = fieldsOfType[fields.type];
  return {
    type: fields.type, name: fields.name.trim(), client_id: fields.client_id.trim(), allowed_domains: fields.allowed_domains, jit_provisioning: fields.jit_provisioning, enabled: fields.enabled,
    ...Object.fromEntries(texts.map((name) => [name, own.includes(name) ? fields[name].trim() || null : null])),
    ...(fields.client_secret.trim() ? { client_secret: fields.client_secret.trim() } : {}),
  };
}
