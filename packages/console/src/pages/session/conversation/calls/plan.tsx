import { ClipboardList } from 'lucide-react';
import type { ReactNode } from 'react';
import { shorten } from '../../../../lib/format.ts';
import { toOptionalText } from '../../../../live/session-events.ts';
import type { CallItem } from '../../../../live/session-items.ts';
import { Markdown } from '../../../../text/markdown.tsx';
import type { Describe } from './face.ts';
import { ResultContent } from './result-content.tsx';
import { Section } from './section.tsx';

export const describePlan: Describe = (call, t) => ({
  icon: ClipboardList,
  title: t('conversation.tool.plan'),
  summary: shorten((planOf(call) ?? '').replace(/^#+\s+/, ''), 100),
  isOpen: true,
  Body: PlanBody,
});

function planOf({ input, approval }: CallItem): string | undefined {
  return toOptionalText(approval?.input?.['plan'] ?? input['plan']);
}

function PlanBody({ call }: { call: CallItem }): ReactNode {
  // While a person is asked, it stands where they answer.
  if (call.approval?.state === 'pending') return null;
  const plan = planOf(call);
  return (
    <>
      {plan !== undefined && (
        <Section copy={plan}>
          <div className="px-3 py-2 text-sm">
            <Markdown text={plan} />
          </div>
        </Section>
      )}
      {(plan === undefined || call.result?.isError) && <ResultContent call={call} />}
    </>
  );
}
