import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Span } from '../../api/usage.ts';
import { TextInput } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { isPossible, PRESETS, type SpanSearch } from './span.ts';

/** So many days, or from one day to another. */
export function SpanControl({
  search,
  span,
  onChange,
}: {
  search: SpanSearch;
  span: Required<Span>;
  onChange: (search: SpanSearch) => void;
}): ReactNode {
  const { t } = useTranslation();
  const isCustom = search.from !== undefined;
  const [typed, setTyped] = useState<Required<Span>>();
  const { from, to } = (isCustom ? typed : undefined) ?? span;
  const isWrong = !isPossible(from, to);
  const change = (part: Partial<Required<Span>>): void => {
    const next = { from, to, ...part };
    setTyped(next);
    if (isPossible(next.from, next.to)) onChange(next);
  };
  const day = (name: 'from' | 'to'): ReactNode => (
    <TextInput
      type="date"
      aria-label={t(`usage.range.${name}`)}
      aria-invalid={isWrong || undefined}
      title={isWrong ? t('usage.range.wrong') : undefined}
      value={name === 'from' ? from : to}
      onChange={(event) => change({ [name]: event.target.value })}
      className="!w-36"
    />
  );
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Segmented
        label={t('usage.range.label')}
        value={isCustom ? 'custom' : String(search.days ?? 30)}
        onChange={(chosen) => {
          setTyped(undefined);
          const days = PRESETS.find((preset) => String(preset) === chosen);
          onChange(days === undefined ? span : { days });
        }}
        options={[
          ...PRESETS.map((count) => ({ value: String(count), label: t('usage.range.days', { count }) })),
          { value: 'custom', label: t('usage.range.custom') },
        ]}
      />
      {isCustom && (
        <>
          {day('from')}
          <span aria-hidden>–</span>
          {day('to')}
          {isWrong && (
            <span role="alert" className="text-xs text-bad">
              {t('usage.range.wrong')}
            </span>
          )}
        </>
      )}
    </div>
  );
}
