import { memo, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallItem } from '../../../../live/session-items.ts';
import { describeAgent } from './agent.tsx';
import { describeBash } from './bash.tsx';
import { CallCard } from './call-card.tsx';
import { describeEdit } from './edit.tsx';
import type { Describe } from './face.ts';
import { describeGeneric } from './generic.tsx';
import { describePlan } from './plan.tsx';
import { describeQuestion } from './question.tsx';
import { describeRead } from './read.tsx';
import { describeGlob, describeGrep } from './search.tsx';
import { describeTask, describeTodos } from './todos.tsx';
import { describeWebFetch, describeWebSearch } from './web.tsx';

/** The tools of the agent, by the names that `/v1` and the agent itself have for them. */
const BUILT_IN: Record<string, Describe> = {
  bash: describeBash,
  read: describeRead,
  write: describeEdit,
  edit: describeEdit,
  MultiEdit: describeEdit,
  NotebookEdit: describeEdit,
  glob: describeGlob,
  grep: describeGrep,
  web_fetch: describeWebFetch,
  web_search: describeWebSearch,
  Agent: describeAgent,
  Task: describeAgent,
  TodoWrite: describeTodos,
  TaskCreate: describeTask,
  TaskUpdate: describeTask,
  TaskGet: describeTask,
  TaskList: describeTask,
  AskUserQuestion: describeQuestion,
  ExitPlanMode: describePlan,
};

/** A call, as its kind is shown. */
export const CallView = memo(function CallView({ call }: { call: CallItem }): ReactNode {
  const { t, i18n } = useTranslation();
  const face = useMemo(() => {
    const describe = call.tool.kind === 'built_in' ? BUILT_IN[call.tool.name] : undefined;
    return (describe ?? describeGeneric)(call, t, i18n.language);
  }, [call, t, i18n.language]);
  return <CallCard call={call} face={face} />;
});
