import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Session } from '../../../live/session-items.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { toUuid } from '../../../lib/ids.ts';
import { Section } from './section.tsx';

/** For programs. */
export function Ids({ session }: { session: Session }): ReactNode {
  const { t } = useTranslation();
  const ids = [
    [t('session.panel.ids.session'), session.id],
    [t('session.panel.ids.uuid'), toUuid(session.id)],
    [t('session.panel.ids.agent'), session.agent.id],
    [t('session.panel.ids.environment'), session.environment_id],
  ] as const;
  return (
    <Section name="ids" title={t('session.panel.ids.title')}>
      <dl className="flex flex-col text-xs">
        {ids.map(([name, id]) =>
          id === undefined ? null : (
            <div key={name} className="flex items-center gap-2">
              <dt className="shrink-0 text-muted">{name}</dt>
              <dd className="flex min-w-0 flex-1 items-center justify-end gap-1">
                <code className="truncate text-2xs" title={id}>
                  {id}
                </code>
                <CopyButton text={id} label={`${t('common.copy')}: ${name}`} />
              </dd>
            </div>
          ),
        )}
      </dl>
    </Section>
  );
}
