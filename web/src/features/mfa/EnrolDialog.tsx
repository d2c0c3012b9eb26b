import { Box, Image, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { CopyField } from '@/components/CopyField';
import { FormDialog } from '@/components/FormDialog';
import { client, type Schemas } from '@/lib/api';
import { useSubmit } from '@/lib/useSubmit';

/** Scan, then type what the app shows: only then does it count. */
export function EnrolDialog({ enrolment, onCodes, onClose }: { enrolment: Schemas['TwoFactorEnrolment']; onCodes: (codes: string[]) => void; onClose: () => void }) {
  const form = useForm({ initialValues: { code: '' }, validate: { code: (code) => (/^\d{6}$/.test(code.replaceAll(' ', '')) ? null : 'Six digits.') } });
  const sending = useSubmit(form, async ({ code }) => {
    const { data } = await client.POST('/oauth/2fa/confirm', { body: { code: code.replaceAll(' ', '') } });
    onCodes(data!.recovery_codes);
  });
  return (
    <FormDialog title="Set up an authenticator app" action="Switch it on" sending={sending} onClose={onClose}>
      <Text size="sm">Scan the picture with an authenticator app such as Aegis, Google Authenticator or your password manager.</Text>
      <Box bg="white" p="sm" w="fit-content" mx="auto" style={{ borderRadius: 8 }}>
        <Image src={`data:image/svg+xml;utf8,${encodeURIComponent(enrolment.qr_svg)}`} alt="QR code with the secret of the new authenticator app" w={190} h={190} fit="contain" />
      </Box>
      <div>
        <Text size="sm" mb={4}>Or type this secret there:</Text>
        <CopyField value={enrolment.secret.replace(/(.{4})(?=.)/g, '$1 ')} label="secret" />
      </div>
      <TextInput label="Code that the app shows now" inputMode="numeric" autoComplete="one-time-code" maxLength={7} required data-autofocus {...form.getInputProps('code')} />
    </FormDialog>
  );
}
