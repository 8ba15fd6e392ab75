import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Usage } from '../../api/usage.ts';
import { isKnownFailure } from '../../lib/failures.ts';
import { Table } from '../../ui/table.tsx';
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
        <Table
          inCard
          label={t('usage.sections.failures')}
          items={kinds}
          keyOf={({ kind }) => kind}
          columns={[
            {
              name: 'kind',
              label: t('usage.failures.kind'),
              render: ({ kind }) => <Kind kind={kind} />,
            },
            {
              name: 'share',
              label: t('usage.table.share'),
              render: ({ count }) => <Share part={count / all} />,
            },
            {
              name: 'last',
              label: t('usage.failures.last'),
              isNumber: true,
              render: ({ last }) => formatDay(last, i18n.language),
            },
            {
              name: 'count',
              label: t('usage.failures.count'),
              isNumber: true,
              render: ({ count }) => count.toLocaleString(i18n.language),
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
