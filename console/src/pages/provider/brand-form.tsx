import { Button, Checkbox, ColorInput, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type Brand, contrastOf, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { brandsQuery } from '../../queries.ts';
import { queryClient } from '../../session.tsx';
import { BrandPreview } from './brand-preview.tsx';
import { type BrandValues, faultsOf, toProfile, toValues } from './brand-values.ts';

const isColour = (text: string) => /^#[0-9a-f]{6}$/.test(text);

/** The identity of a brand, with what it will look like. @param brand undefined for a new one */
export function BrandForm({ brand, onDone }: { brand?: Brand; onDone: () => void }) {
  const say = usePhrase();
  const form = useForm<BrandValues>({ initialValues: toValues(brand), validate: faultsOf });
  const save = useMutation({
    mutationFn: (values: BrandValues) => {
      const profile = toProfile(values)!;
      const label = values.label.trim();
      return brand
        ? call(routes.updateBrand, {
            params: { brandId: brand.id },
            body: { label, profile, isDefault: values.isDefault, version: brand.version },
          })
        : call(routes.createBrand, { body: { label, profile } });
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: brandsQuery.queryKey.slice(0, 1) });
      onDone();
    },
  });
  const { colour } = form.values;
  const field = (name: Exclude<keyof BrandValues, 'isDefault'>, more: object = {}) => (
    <TextInput label={say.or('console.provider', name)} maxLength={200} {...more} {...form.getInputProps(name)} />
  );
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="sm">
        {field('label', { required: true, maxLength: 60, description: say('console.provider.labelHint') })}
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          {field('nameJa', { required: true })}
          {field('nameEn', { required: true })}
          {field('addressJa')}
          {field('addressEn')}
          {field('postalCode', { placeholder: '100-0001' })}
          {field('url', { placeholder: 'https://' })}
          {field('tel', { placeholder: '03-1234-5678' })}
          {field('fax')}
          {field('mail')}
          <ColorInput
            label={say('console.provider.colour')}
            description={say('console.provider.colourHint', {
              ratio: isColour(colour) ? contrastOf(colour, '#ffffff') : 0,
            })}
            format="hex"
            {...form.getInputProps('colour')}
          />
          <Textarea
            label={say('console.provider.signatureJa')}
            description={say('console.provider.signatureHint')}
            autosize
            minRows={2}
            maxLength={1000}
            {...form.getInputProps('signatureJa')}
          />
          <Textarea
            label={say('console.provider.signatureEn')}
            description={say('console.provider.signatureHint')}
            autosize
            minRows={2}
            maxLength={1000}
            {...form.getInputProps('signatureEn')}
          />
        </SimpleGrid>
        {brand && !brand.isDefault && (
          <Checkbox
            label={say('console.provider.makeStandard')}
            {...form.getInputProps('isDefault', { type: 'checkbox' })}
          />
        )}
        <BrandPreview profile={toProfile(form.values)} logo={brand?.logo} />
        <ErrorNotice error={save.error} />
        <Button type="submit" loading={save.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('console.save')}
        </Button>
      </Stack>
    </form>
  );
}
