import { Plus, Trash2 } from 'lucide-react'
import { useFieldArray, type UseFormReturn } from 'react-hook-form'
import { Button } from '../ui/Button.tsx'
import { FieldLine } from '../ui/Field.tsx'
import { t } from '../words/form.ts'
import type { FormValues } from './form_values.ts'

/** Custom headers: a name and a value each. Values that are saved cannot be read, only replaced. */
export function HeaderRows({ form, titled = true }: { form: UseFormReturn<FormValues>; titled?: boolean }) {
  const { fields, append, remove } = useFieldArray({ control: form.control, name: 'headers' })
  const errors = form.formState.errors.headers
  return (
    <fieldset>
      <legend className={titled ? 'mb-0.5 font-medium' : 'sr-only'}>{t('form.headers')}</legend>
      <p className="mb-2 text-[0.8125rem] text-muted-foreground">{t('form.headers_help')}</p>
      <ul>
        {fields.map(({ id, kept }, index) => {
          const problem = errors?.[index]?.name?.message ?? errors?.[index]?.value?.message
          const line = `header-${index}-line`
          return (
            <li key={id}>
              <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)_auto] gap-2">
                <input
                  {...form.register(`headers.${index}.name`)}
                  className="field font-mono text-[0.8125rem]"
                  aria-label={t('form.header_name', { n: index + 1 })}
                  aria-invalid={errors?.[index]?.name !== undefined}
                  aria-describedby={line}
                  placeholder={t('form.header_name_placeholder')}
                  readOnly={kept}
                  autoComplete="off"
                />
                <input
                  {...form.register(`headers.${index}.value`)}
                  className="field font-mono text-[0.8125rem]"
                  type="password"
                  aria-label={t('form.header_value', { n: index + 1 })}
                  aria-invalid={errors?.[index]?.value !== undefined}
                  aria-describedby={line}
                  placeholder={kept ? t('form.header_kept') : t('form.header_value_placeholder')}
                  autoComplete="off"
                />
                <Button variant="quiet" size="icon" className="mt-0.5" aria-label={t('form.remove_header', { n: index + 1 })} icon={<Trash2 aria-hidden />} onClick={() => remove(index)} />
              </div>
              <FieldLine id={line} error={problem} />
            </li>
          )
        })}
      </ul>
      <Button size="small" icon={<Plus aria-hidden />} onClick={() => append({ name: '', value: '', kept: false })}>{t('form.add_header')}</Button>
    </fieldset>
  )
}
