import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { TextItem } from '../../../../live/session-items.ts';
import { FullOutputLink } from '../calls/full-output.tsx';
import { Markdown } from '../../../../text/markdown.tsx';
import { MessageActions } from './message-actions.tsx';

export function AgentText({ item, isNested }: { item: TextItem; isNested: boolean }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="group/message relative min-w-0">
      <span className="sr-only">{t('conversation.agentSays')}: </span>
      <div className={item.isAbandoned ? 'line-through opacity-60' : undefined}>
        <Markdown text={item.text} />
      </div>
      {item.fullOutput && <FullOutputLink output={item.fullOutput} />}
      <MessageActions
        item={item}
        text={item.text}
        from={isNested || item.isAbandoned ? undefined : 'agent'}
      />
    </div>
  );
}
