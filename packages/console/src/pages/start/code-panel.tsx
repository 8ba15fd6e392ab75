import { useState, type ReactNode } from 'react';
import { useFormContext, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { ChevronRight, CodeXml } from 'lucide-react';
import { useKey } from '../../api/credential.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import type { FormField } from './form/fields.ts';
import { readForm } from './form/request.ts';
import type { Way } from './form/schemas.ts';
import type { Values } from './form/values.ts';
import { toCurl } from './snippets/curl.ts';
import { toPython } from './snippets/python.ts';
import { toTypeScript } from './snippets/typescript.ts';

const LANGUAGES = { curl: toCurl, TypeScript: toTypeScript, Python: toPython };
type Language = keyof typeof LANGUAGES;
const TOKEN = 'YOUR_TOKEN';

/** What is about to be sent, as a program would send it. */
export function CodePanel({ way, fields }: { way: Way; fields: readonly FormField[] }): ReactNode {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="group rounded-lg border bg-surface"
    >
      <summary className="flex min-h-11 cursor-pointer list-none items-center gap-2 px-3 hover:bg-hover [&::-webkit-details-marker]:hidden">
        <ChevronRight className="size-4 text-faint transition-transform group-open:rotate-90" aria-hidden />
        <CodeXml className="size-4 text-muted" aria-hidden />
        <span className="font-medium">{t('start.code.title')}</span>
      </summary>
      {isOpen && <Code way={way} fields={fields} />}
    </details>
  );
}

function Code({ way, fields }: { way: Way; fields: readonly FormField[] }): ReactNode {
  const { t } = useTranslation();
  const [language, setLanguage] = useState<Language>('curl');
  const { control } = useFormContext<Values>();
  const given = useWatch({ control }) as Values;
  const hasToken = given.resources.some(({ token }) => token !== '');
  const values = {
    ...given,
    // A secret of somebody, which is not to be seen on a screen.
    resources: given.resources.map((row) => ({ ...row, token: row.token === '' ? '' : TOKEN })),
  };
  const { body, faults } = readForm(fields, values);
  const code = LANGUAGES[language]({ way, origin: location.origin, body });
  const notes = [
    Object.keys(faults).length > 0 && t('start.code.incomplete'),
    useKey() === undefined ? t('start.code.noKey') : t('start.code.key'),
    hasToken && t('start.code.token'),
  ].filter((note) => note !== false);
  return (
    <div className="flex flex-col gap-2 px-3 pb-3">
      <div className="flex items-center justify-between gap-2">
        <Segmented
          label={t('start.code.language')}
          value={language}
          onChange={setLanguage}
          options={Object.keys(LANGUAGES).map((name) => ({ value: name as Language, label: name }))}
        />
        <CopyButton text={code} />
      </div>
      <pre
        // It scrolls, so the keyboard has to get there.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={language}
        role="region"
        className="max-h-96 overflow-auto rounded-md bg-code p-3 text-xs"
      >
        {code}
      </pre>
      <p className="text-xs text-muted">{notes.join(t('common.gap'))}</p>
    </div>
  );
}
