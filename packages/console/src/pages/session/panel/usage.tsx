import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Session, SessionSnapshot } from '../../../live/session-items.ts';
import { formatDuration } from '../../../lib/format.ts';
import { Count, Usd } from '../../../ui/values.tsx';
import { costOf, tokensOf } from '../header/costs.ts';
import { Pair, Pairs, Section } from './section.tsx';

/** What the session has taken so far. */
export function Usage({ snapshot, session }: { snapshot: SessionSnapshot; session: Session }): ReactNode {
  const { t, i18n } = useTranslation();
  const { usage, stats, budget } = session;
  const cost = costOf(session, snapshot.spans);
  const creation = usage.cache_creation;
  const { input, output } = tokensOf(session);
  const turns = new Set(snapshot.items.filter(({ kind }) => kind === 'user').map(({ turn }) => turn)).size;
  const seconds = (value = 0): string => (value === 0 ? '–' : formatDuration(value * 1000, i18n.language));
  return (
    <Section name="usage" title={t('session.panel.usage.title')} note={<Usd value={cost} />}>
      <Pairs>
        {input + output > 0 && (
          <>
            <Pair name={t('session.panel.usage.input')}>
              <Count value={usage.input_tokens ?? 0} />
            </Pair>
            <Pair name={t('session.panel.usage.cacheRead')}>
              <Count value={usage.cache_read_input_tokens ?? 0} />
            </Pair>
            <Pair name={t('session.panel.usage.cacheWrite')}>
              <Count
                value={
                  (creation?.ephemeral_5m_input_tokens ?? 0) + (creation?.ephemeral_1h_input_tokens ?? 0)
                }
              />
            </Pair>
            <Pair name={t('session.panel.usage.output')}>
              <Count value={usage.output_tokens ?? 0} />
            </Pair>
          </>
        )}
        <Pair name={t('session.panel.usage.cost')}>
          <Usd value={cost} />
        </Pair>
        {budget && (
          <Pair name={t('session.panel.usage.budget')}>
            <Usd value={Number(budget.max_list_cost.amount) / 100} />
          </Pair>
        )}
        <Pair name={t('session.panel.usage.turns')}>
          <Count value={turns} />
        </Pair>
        <Pair name={t('session.panel.usage.active')}>{seconds(stats.active_seconds)}</Pair>
        <Pair name={t('session.panel.usage.duration')}>{seconds(stats.duration_seconds)}</Pair>
      </Pairs>
    </Section>
  );
}
