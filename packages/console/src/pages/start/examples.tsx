import type { ReactNode } from 'react';
import { useFormContext, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useExamples } from '../../api/examples.ts';
import { Button } from '../../ui/button.tsx';
import { EMPTY, type Values } from './form/values.ts';

/** Something to begin with, as long as nothing is typed. */
export function Examples({ onPick }: { onPick: (values: Values) => void }): ReactNode {
  const { t } = useTranslation();
  const examples = useExamples();
  const { control } = useFormContext<Values>();
  const prompt = useWatch({ control, name: 'text.prompt' });
  if (!examples || prompt) return null;
  return (
    <div role="group" aria-label={t('start.examples')} className="flex flex-wrap items-center gap-1.5">
      <span className="text-xs text-muted">{t('start.examples')}</span>
      {examples.map(({ name, title, text, body: { allowed_tools: tools, ...body } }) => (
        <Button
          key={name}
          size="sm"
          title={text}
          onClick={() =>
            onPick({
              ...EMPTY,
              text: { ...EMPTY.text, ...body },
              list: tools ? { allowed_tools: tools } : {},
            })
          }
        >
          {title}
        </Button>
      ))}
    </div>
  );
}
