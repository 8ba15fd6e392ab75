import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../../../live/session-events.ts';
import type { UserItem } from '../../../../live/session-items.ts';
import { ContentBlocks } from '../content-blocks.tsx';
import { useFold } from '../folds.ts';
import { MessageActions } from './message-actions.tsx';

/** Longer messages are folded: a prompt can be a book. */
const MOST_LINES = 14;
const MOST_CHARACTERS = 1600;

export function UserMessage({ item }: { item: UserItem }): ReactNode {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useFold(item.id, false);
  const text = textOf(item.content);
  const others = item.content.filter(({ type }) => type !== 'text');
  const isLong = text.length > MOST_CHARACTERS || text.split('\n').length > MOST_LINES;
  return (
    <div className="group/message relative flex flex-col items-end pt-2">
      <Bubble>
        {text !== '' && (
          <p className={`break-words whitespace-pre-wrap ${isLong && !isOpen ? 'line-clamp-[12]' : ''}`}>
            {text}
          </p>
        )}
        {isLong && (
          <button
            type="button"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
            className="mt-1 min-h-7 text-xs text-muted hover:text-ink"
          >
            {isOpen ? t('conversation.showLess') : t('conversation.showAllText')}
          </button>
        )}
        {others.length > 0 && (
          <div className="mt-2 first:mt-0">
            <ContentBlocks content={others} id={item.id} />
          </div>
        )}
      </Bubble>
      <MessageActions item={item} text={text} from="user" />
    </div>
  );
}

function Bubble({ children }: { children: ReactNode }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="max-w-[85%] min-w-0 rounded-2xl rounded-br-md bg-bubble px-3.5 py-2 max-sm:max-w-[94%]">
      <span className="sr-only">{t('conversation.you')}: </span>
      {children}
    </div>
  );
}

/** What was asked for, before an agent has taken it up: by then it is an item of the conversation. */
export function WaitingPrompt({ text }: { text: string }): ReactNode {
  return (
    <div className="flex flex-col items-end pt-2 opacity-75">
      <Bubble>
        <p className="line-clamp-[12] break-words whitespace-pre-wrap">{text}</p>
      </Bubble>
    </div>
  );
}
