import { Group, Select, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { $api } from '@/lib/api';

export interface MobileFields {
  mobile: { local: string; country: string };
}

/** Every zone that this browser knows, and the one that is set. */
export function zones(current: string): string[] {
  const all = Intl.supportedValuesOf('timeZone');
  return [...new Set(['UTC', current, ...all])].filter(Boolean);
}

export const useCountries = () => $api.useQuery('get', '/users/country-codes', {}, { staleTime: Infinity, meta: { poll: false } });

export function CountrySelect(props: Omit<React.ComponentProps<typeof Select>, 'data'>) {
  const countries = useCountries();
  return <Select searchable clearable data={countries.data?.countries.map((one) => ({ value: one.code, label: `${one.flag} ${one.name}` })) ?? []} {...props} />;
}

/** A number as written in its country; the server makes the international form. */
export function MobileInputs<T extends MobileFields>({ form, disabled }: { form: UseFormReturnType<T>; disabled?: boolean }) {
  const countries = useCountries();
  const country = (form.getValues() as MobileFields).mobile.country;
  const code = countries.data?.countries.find((one) => one.code === country)?.calling_code;
  return (
    <Group grow align="flex-start" preventGrowOverflow={false}>
      <CountrySelect label="Country of the mobile" placeholder="Country" flex="1 1 12rem" disabled={disabled} {...form.getInputProps('mobile.country')} value={country || null} onChange={(code) => form.setFieldValue('mobile.country', (code ?? '') as never)} error={undefined} />
      <TextInput label="Mobile" type="tel" autoComplete="tel-national" flex="1 1 12rem" leftSection={code ? <span className="quiet" style={{ fontSize: 12 }}>+{code}</span> : undefined} leftSectionWidth={code ? 48 : undefined}
        disabled={disabled} {...form.getInputProps('mobile.local')} error={form.errors.mobile ?? form.errors['mobile.local']} />
    </Group>
  );
}

/** Null when there is no number. */
export const mobileOf = ({ mobile }: MobileFields) => (mobile.local.trim() ? { local: mobile.local.trim(), country: mobile.country } : null);
