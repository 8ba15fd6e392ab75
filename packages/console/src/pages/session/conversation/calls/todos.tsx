import { Circle, CircleCheck, CircleDot, ListTodo } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallItem, Todo } from '../../../../live/session-items.ts';
import { toStatus, toTodos } from '../../../../live/session-todos.ts';
import { toText } from '../../../../live/session-events.ts';
import { classNames } from '../../../../lib/class-names.ts';
import type { Describe } from './face.ts';
import { ResultContent } from './result-content.tsx';

export const describeTodos: Describe = (call, t) => {
  const todos = toTodos(call.input) ?? [];
  const done = todos.filter(({ status }) => status === 'completed').length;
  const current = todos.find(({ status }) => status === 'in_progress');
  return {
    icon: ListTodo,
    title: t('conversation.tool.todos'),
    summary: current?.activeForm ?? current?.content ?? '',
    meta: t('conversation.todosDone', { done, count: todos.length }),
    isOpen: true,
    Body: TodosBody,
  };
};

/** An entry is added, or changed. */
export const describeTask: Describe = (call, t) => {
  const { input } = call;
  const about = call.description ?? toText(input['subject'] ?? input['taskId']);
  const status = input['status'];
  return {
    icon: ListTodo,
    title: t('conversation.tool.todos'),
    summary: about,
    meta:
      call.tool.name === 'TaskCreate'
        ? t('conversation.todo.added')
        : status === 'deleted'
          ? t('conversation.todo.removed')
          : status === undefined
            ? undefined
            : t(`conversation.todo.${toStatus(status)}`),
    Body: TaskBody,
  };
};

function TaskBody({ call }: { call: CallItem }): ReactNode {
  const text = toText(call.input['description']);
  return (
    <>
      {text !== '' && (
        <p className="px-3 py-1.5 text-xs break-words whitespace-pre-wrap text-muted">{text}</p>
      )}
      <ResultContent call={call} />
    </>
  );
}

const ICONS = { pending: Circle, in_progress: CircleDot, completed: CircleCheck } as const;
const COLOURS = { pending: 'text-faint', in_progress: 'text-busy', completed: 'text-ok' } as const;

function TodosBody({ call }: { call: CallItem }): ReactNode {
  return <TodoList todos={toTodos(call.input) ?? []} />;
}

function TodoList({ todos }: { todos: readonly Todo[] }): ReactNode {
  const { t } = useTranslation();
  return (
    <ul className="px-3 py-1.5 text-xs">
      {todos.map(({ content, status, activeForm }, index) => {
        const Icon = ICONS[status];
        return (
          // oxlint-disable-next-line react/no-array-index-key -- the same words may be there twice
          <li key={index} className="flex items-start gap-2 py-0.5">
            <Icon aria-hidden className={classNames('mt-0.5 size-3.5 shrink-0', COLOURS[status])} />
            <span
              className={classNames(
                'min-w-0 break-words',
                status === 'completed' && 'text-muted line-through',
                status === 'in_progress' && 'font-medium',
              )}
            >
              <span className="sr-only">{t(`conversation.todo.${status}`)}: </span>
              {status === 'in_progress' ? (activeForm ?? content) : content}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
