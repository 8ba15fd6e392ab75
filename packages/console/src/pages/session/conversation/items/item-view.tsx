import { memo, type ReactNode } from 'react';
import type { ConversationItem } from '../../../../live/session-items.ts';
import { CallView } from '../calls/call-view.tsx';
import { AgentText } from './agent-text.tsx';
import { ErrorCard } from './error-card.tsx';
import { Notice } from './notice.tsx';
import { Outcome } from './outcome.tsx';
import { ResultLine } from './result-line.tsx';
import { Thinking } from './thinking.tsx';
import { UserMessage } from './user-message.tsx';

/** One item of a conversation. */
export const ItemView = memo(function ItemView({
  item,
  isNested = false,
}: {
  item: ConversationItem;
  /** It is a subagent's. */
  isNested?: boolean;
}): ReactNode {
  switch (item.kind) {
    case 'user':
      return <UserMessage item={item} />;
    case 'text':
      return <AgentText item={item} isNested={isNested} />;
    case 'thinking':
      return <Thinking id={item.id} text={item.text} durationMs={item.durationMs} />;
    case 'call':
      return <CallView call={item} />;
    case 'error':
      return <ErrorCard item={item} />;
    case 'notice':
      return <Notice item={item} />;
    case 'result':
      return <ResultLine item={item} />;
    case 'outcome':
      return <Outcome item={item} />;
  }
});
