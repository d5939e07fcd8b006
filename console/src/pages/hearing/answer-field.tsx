import { Select, Textarea, TextInput } from '@mantine/core';
import type { HearingDefinition, HearingFault, HearingQuestion } from '@sakimori/contract';
import { type PhraseKey, phrase } from '@sakimori/contract';
import { useLanguage } from '../../language.tsx';

export type AnswerFieldProps = {
  readonly question: HearingQuestion;
  readonly definition: HearingDefinition;
  readonly value: string;
  readonly fault: HearingFault | undefined;
  readonly onChange: ((value: string) => void) | undefined;
};

const long = ['lines', 'paths', 'addresses', 'sources'];

/** One question. What is missing is no fault of a field yet: the section counts it. */
export function AnswerField({ question, value, fault, onChange }: AnswerFieldProps) {
  const { language } = useLanguage();
  const { label, hint, type, required, choices, lengthMax } = question;
  const common = {
    ...{ label: label[language], description: hint?.[language], withAsterisk: required === true },
    ...{ readOnly: onChange === undefined, value },
    error:
      fault && fault.level === 'error'
        ? phrase(language, `hearingFault.${fault.code}` as PhraseKey, fault.facts)
        : undefined,
  };
  if (choices)
    return (
      <Select
        {...common}
        value={value || null}
        data={choices.map((choice) => ({ value: choice.value, label: choice.label[language] }))}
        clearable={!required}
        searchable={choices.length > 12}
        onChange={(next) => onChange?.(next ?? '')}
      />
    );
  if (long.includes(type))
    return (
      <Textarea
        {...common}
        autosize
        minRows={2}
        maxRows={10}
        maxLength={lengthMax ?? 2000}
        onChange={(event) => onChange?.(event.currentTarget.value)}
      />
    );
  return (
    <TextInput
      {...common}
      type={type === 'date' || type === 'time' ? type : 'text'}
      inputMode={type === 'number' ? 'decimal' : type === 'mail' ? 'email' : type === 'phone' ? 'tel' : 'text'}
      maxLength={lengthMax ?? 2000}
      onChange={(event) => onChange?.(event.currentTarget.value)}
    />
  );
}
