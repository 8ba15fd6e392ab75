import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isOfSimpleApi } from '../../../api/sessions.ts';
import type { SessionSnapshot } from '../../../live/session-items.ts';
import { formatDuration, formatUsd } from '../../../lib/format.ts';
import { useNow } from '../../../lib/use-now.ts';
import { Count, Elapsed } from '../../../ui/values.tsx';
import { ContextMeter } from './context-meter.tsx';
import { costOf, tokensOf } from './costs.ts';
import { waitOf, type Wait } from './words.ts';

/** What the session is made of and takes, in one line. */
export function Facts({ snapshot }: { snapshot: SessionSnapshot }): ReactNode {
  const { t, i18n } = useTranslation();
  const { session, spans, activity, contextTokens } = snapshot;
  const used = spans.findLast((span) => span.model !== undefined)?.model;
  const hasAgent = session !== undefined && !isOfSimpleApi(session);
  const model = used ?? (hasAgent ? session.agent.model.id : undefined);
  const { input, output } = tokensOf(session);
  const budget = session?.budget?.max_list_cost.amount;
  const known = costOf(session, spans);
  const cost = known === undefined ? '–' : formatUsd(known, i18n.language);
  const isTurn = activity.state === 'running' || activity.state === 'rescheduling';
  return (
    <dl
      aria-label={t('session.facts.label')}
      className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-0.5 text-xs text-muted empty:hidden"
    >
      {hasAgent && (
        <Fact name={t('session.facts.agent')} isHidden>
          <Link
            to="/agents/$agentId"
            params={{ agentId: session.agent.id }}
            className="inline-flex min-h-7 items-center hover:text-ink hover:underline"
          >
            {session.agent.name}
          </Link>
        </Fact>
      )}
      {model !== undefined && (
        <Fact name={t('session.facts.model')} isHidden>
          {model}
        </Fact>
      )}
      {(known !== undefined || budget !== undefined) && (
        <Fact name={t('session.facts.cost')}>
          <span className="tabular-nums">
            {budget === undefined
              ? cost
              : t('session.facts.costOf', { cost, budget: formatUsd(Number(budget) / 100, i18n.language) })}
          </span>
        </Fact>
      )}
      {input + output > 0 && (
        <Fact name={t('session.facts.tokens')} isHidden>
          <Count value={input} /> {t('session.facts.tokensIn')} · <Count value={output} />{' '}
          {t('session.facts.tokensOut')}
        </Fact>
      )}
      {contextTokens !== undefined && (
        <Fact name={t('session.facts.context')}>
          <ContextMeter used={contextTokens} model={used} />
        </Fact>
      )}
      {isTurn && activity.since > 0 && (
        <Fact name={t('session.facts.elapsed')}>
          <Elapsed since={activity.since} />
        </Fact>
      )}
    </dl>
  );
}

/** `isHidden`: what it is called is plain from what it says. */
function Fact({
  name,
  isHidden = false,
  children,
}: {
  name: string;
  isHidden?: boolean;
  children: ReactNode;
}): ReactNode {
  return (
    <div className="flex min-w-0 items-center gap-1.5">
      <dt className={isHidden ? 'sr-only' : 'text-faint'}>{name}</dt>
      <dd className="truncate">{children}</dd>
    </div>
  );
}

/** What the session waits for, in words. */
export function WaitLine({ snapshot }: { snapshot: SessionSnapshot }): ReactNode {
  const wait = waitOf(snapshot);
  return (
    <p role="status" className="min-w-0 truncate text-xs text-muted">
      {wait && <Words wait={wait} />}
    </p>
  );
}

function Words({ wait }: { wait: Wait }): ReactNode {
  const { t, i18n } = useTranslation();
  const now = useNow();
  switch (wait.for) {
    case 'approval':
      return t('session.waits.approval', { tools: wait.tools });
    case 'node':
      return t('session.waits.node', { node: wait.node });
    case 'tool':
      return t('session.waits.tool', { tool: wait.tool });
    case 'providerAt':
      return t('session.waits.providerAt', {
        time: formatDuration(Math.max(0, Math.ceil((wait.at - now) / 1000)) * 1000, i18n.language),
      });
    default:
      return t(`session.waits.${wait.for}`);
  }
}
