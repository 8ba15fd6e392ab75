import { Bot } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toOptionalText, toText } from '../../../../live/session-events.ts';
import type { CallItem, ConversationItem } from '../../../../live/session-items.ts';
import { formatCount, formatDuration } from '../../../../lib/format.ts';
import { useConversation } from '../context.ts';
import { useFold } from '../folds.ts';
import { Markdown } from '../../../../text/markdown.tsx';
import { ResultContent } from './result-content.tsx';
import type { Describe } from './face.ts';
import { reportOf, resultText } from './result-text.ts';
import { Section } from './section.tsx';

export const describeAgent: Describe = (call, t, locale) => {
  const { thread, input } = call;
  const meta = [
    thread && thread.calls > 0 && t('conversation.agent.calls', { count: thread.calls }),
    thread?.tokens !== undefined &&
      t('conversation.agent.tokens', { tokens: formatCount(thread.tokens, locale) }),
    thread?.durationMs !== undefined && formatDuration(thread.durationMs, locale),
  ].filter(Boolean);
  const title = toOptionalText(input['subagent_type']);
  const doing =
    thread?.state === 'running' ? lastAction(thread.items, t('conversation.agent.starting')) : undefined;
  return {
    icon: Bot,
    title: title ?? t('conversation.tool.agent'),
    summary: (
      <>
        {toText(input['description'])}
        {doing !== undefined && <span className="text-busy"> · {doing}</span>}
      </>
    ),
    meta: meta.length > 0 ? <span className="max-sm:hidden">{meta.join(' · ')}</span> : undefined,
    Body: AgentBody,
  };
};

function lastAction(items: readonly ConversationItem[], fallback: string): string {
  const last = items.findLast((item) => item.kind === 'call' || item.kind === 'text');
  if (!last) return fallback;
  if (last.kind === 'text') return last.text.split('\n', 1)[0] ?? '';
  if (last.kind !== 'call') return fallback;
  const { input, tool, description } = last;
  const about = description ?? input['command'] ?? input['file_path'] ?? input['pattern'] ?? input['url'];
  return typeof about === 'string' ? `${tool.name} ${about.split('\n', 1)[0] ?? ''}` : tool.name;
}

/** A thread is not virtual: of a long one the end is shown. */
const SHOWN = 40;

function AgentBody({ call }: { call: CallItem }): ReactNode {
  const { t } = useTranslation();
  const { Item } = useConversation();
  const { thread } = call;
  const [isAll, setAll] = useFold(`${call.id}.thread`, false);
  const items = thread?.items ?? [];
  const shown = isAll ? items : items.slice(-SHOWN);
  const prompt = toText(call.input['prompt']);
  const isReported = thread?.isBackground !== true && call.result !== undefined;
  return (
    <>
      <Section label={t('conversation.agent.prompt')} copy={prompt}>
        <p className="line-clamp-6 px-3 pb-2 text-xs break-words whitespace-pre-wrap text-muted">{prompt}</p>
      </Section>
      {items.length > 0 && (
        <div className="border-t bg-canvas px-3 py-3">
          {shown.length < items.length && (
            <button
              type="button"
              onClick={() => setAll(true)}
              className="mb-2 min-h-7 text-xs text-muted hover:text-ink"
            >
              {t('conversation.agent.earlier', { count: items.length - shown.length })}
            </button>
          )}
          <ol className="flex flex-col gap-2 border-l-2 pl-3">
            {shown.map((item) => (
              <li key={item.id} id={item.id} className="min-w-0">
                <Item item={item} isNested />
              </li>
            ))}
          </ol>
        </div>
      )}
      {isReported && !call.result?.isError && thread?.items.at(-1)?.kind !== 'text' && (
        <Report text={reportOf(resultText(call))} />
      )}
      {call.result?.isError === true && <ResultContent call={call} />}
      {thread?.isBackground === true && thread.summary !== undefined && <Report text={thread.summary} />}
    </>
  );
}

function Report({ text }: { text: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <Section label={t('conversation.agent.report')} copy={text}>
      <div className="px-3 pb-2 text-xs">
        <Markdown text={text} />
      </div>
    </Section>
  );
}
