import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Usage } from '../../api/usage.ts';
import { isKnownFailure } from '../../lib/failures.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { Card } from '../../ui/page.tsx';
import { Share } from './count-tables.tsx';
import { formatDay } from './span.ts';
import { sumFailures } from './stack.ts';

/** Runs that ended in error, by what docs/reference/errors.md calls it. */
export function Failures({ failures }: { failures: Usage['failures'] }): ReactNode {
  const { t, i18n } = useTranslation();
  const kinds = sumFailures(failures);
  const all = kinds.reduce((sum, { count }) => sum + count, 0);
  return (
    <Card title={t('usage.sections.failures')}>
      {kinds.length === 0 ? (
        <p className="px-4 py-6 text-center text-sm text-muted">{t('usage.failures.none')}</p>
      ) : (
        <DataTable
          label={t('usage.sections.failures')}
          rows={kinds}
          rowKey={({ kind }) => kind}
          columns={[
            {
              key: 'kind',
              label: t('usage.failures.kind'),
              renderCell: ({ kind }) => <Kind kind={kind} />,
            },
            {
              key: 'share',
              label: t('usage.table.share'),
              renderCell: ({ count }) => <Share part={count / all} />,
            },
            {
              key: 'last',
              label: t('usage.failures.last'),
              isNumber: true,
              renderCell: ({ last }) => formatDay(last, i18n.language),
            },
            {
              key: 'count',
              label: t('usage.failures.count'),
              isNumber: true,
              renderCell: ({ count }) => count.toLocaleString(i18n.language),
            },
          ]}
        />
      )}
    </Card>
  );
}

function Kind({ kind }: { kind: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      {isKnownFailure(kind) && <span className="block">{t(`failures.what.${kind}`)}</span>}
      <code className="text-xs text-muted">{kind}</code>
    </>
  );
}
