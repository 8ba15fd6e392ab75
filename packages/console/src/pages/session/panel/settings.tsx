import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgentStart } from '../../../api/agent-start.ts';
import { isOfSimpleApi } from '../../../api/sessions.ts';
import type { Session, SessionSnapshot } from '../../../live/session-items.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { PathText } from '../../../ui/path-text.tsx';
import { Ago } from '../../../ui/values.tsx';
import { Pair, Pairs, Section } from './section.tsx';

/** What the session works with. */
export function Settings({ snapshot, session }: { snapshot: SessionSnapshot; session: Session }): ReactNode {
  const { t } = useTranslation();
  const { spans, items } = snapshot;
  // The first calls of a turn come after its agent has started.
  const turn = spans.length === 0 ? -1 : (items.at(-1)?.turn ?? 0);
  const start = useAgentStart(snapshot.sessionId, turn);
  const model = spans.findLast((span) => span.model !== undefined)?.model ?? start?.model;
  const { agent, forked_from: source } = session;
  const isSimple = isOfSimpleApi(session);
  return (
    <Section name="settings" title={t('session.panel.settings.title')}>
      <Pairs>
        <Pair name={t('session.panel.settings.agent')}>
          {isSimple ? (
            t('session.facts.noAgent')
          ) : (
            <Link
              to="/agents/$agentId"
              params={{ agentId: agent.id }}
              className="inline-flex min-h-7 items-center text-accent hover:underline"
            >
              {agent.name} · {t('session.panel.settings.version', { version: agent.version })}
            </Link>
          )}
        </Pair>
        <Pair name={t('session.panel.settings.model')}>{model ?? agent.model.id}</Pair>
        {start?.permissionMode !== undefined && (
          <Pair name={t('session.panel.settings.permissionMode')}>
            <code>{start.permissionMode}</code>
          </Pair>
        )}
        {start?.cwd !== undefined && (
          <Pair name={t('session.panel.settings.cwd')}>
            <span className="flex items-center justify-end gap-1">
              <PathText path={start.cwd} />
              <CopyButton text={start.cwd} label={t('conversation.copyPath')} className="!size-6 shrink-0" />
            </span>
          </Pair>
        )}
        {start && start.tools.length > 0 && (
          <Pair name={t('session.panel.settings.tools')}>{start.tools.join(', ')}</Pair>
        )}
        {start && start.servers.length > 0 && (
          <Pair name={t('session.panel.settings.servers')}>
            {start.servers.map(({ name, status }) => `${name} (${status})`).join(', ')}
          </Pair>
        )}
        {source && (
          <Pair name={t('session.panel.settings.forkedFrom')}>
            <Link
              to="/sessions/$sessionId"
              params={{ sessionId: source.session_id }}
              className="inline-flex min-h-7 items-center text-accent hover:underline"
            >
              {t('session.fork.another')}
            </Link>
          </Pair>
        )}
        <Pair name={t('session.panel.settings.created')}>
          <Ago at={session.created_at} />
        </Pair>
        <Pair name={t('session.panel.settings.updated')}>
          <Ago at={session.updated_at} />
        </Pair>
        {session.archived_at != null && (
          <Pair name={t('session.panel.settings.archivedAt')}>
            <Ago at={session.archived_at} />
          </Pair>
        )}
      </Pairs>
    </Section>
  );
}
