import { Plug, Puzzle, Wrench } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallItem } from '../../../../live/session-items.ts';
import { shorten } from '../../../../lib/format.ts';
import { JsonTree } from '../text/json-tree.tsx';
import type { Describe } from './face.ts';
import { ResultContent } from './result-content.tsx';
import { Section } from './section.tsx';

/** Tools of MCP servers, of clients, and those that nobody here has heard of. */
export const describeGeneric: Describe = (call) => {
  const { tool } = call;
  return {
    icon: tool.kind === 'mcp' ? Plug : tool.kind === 'custom' ? Puzzle : Wrench,
    title: tool.kind === 'mcp' ? `${tool.server} · ${tool.name}` : tool.name,
    summary: summarise(call.input),
    isCode: true,
    Body: GenericBody,
  };
};

function summarise(input: Record<string, unknown>): string {
  return Object.entries(input)
    .map(
      ([name, value]) => `${name}: ${shorten(typeof value === 'string' ? value : JSON.stringify(value), 60)}`,
    )
    .join(' · ');
}

function GenericBody({ call }: { call: CallItem }): ReactNode {
  const { t } = useTranslation();
  const input = call.approval?.input ?? call.input;
  return (
    <>
      {Object.keys(input).length > 0 && (
        <Section label={t('conversation.input')} copy={() => JSON.stringify(input, null, 2)}>
          <JsonTree value={input} id={`${call.id}.in`} />
        </Section>
      )}
      <ResultContent call={call} />
    </>
  );
}
