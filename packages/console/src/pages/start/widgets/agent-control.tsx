import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useFormContext, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Select, type Described } from '../../../ui/field.tsx';
import type { Values } from '../form/values.ts';
import { useAgents } from '../queries.ts';

/** An agent, and the version of it that the session begins with. */
export function AgentControl({ described }: { described: Described }): ReactNode {
  const { t } = useTranslation();
  const { control, register, setValue } = useFormContext<Values>();
  const { data } = useAgents();
  const chosen = useWatch({ control, name: 'text.agent' });
  const agent = data?.find(({ id }) => id === chosen);
  const versions = Array.from({ length: agent?.version ?? 0 }, (_, index) => index + 1).toReversed();
  if (data?.length === 0) {
    return (
      <p className="text-sm">
        {t('start.agent.none')}
        {t('common.gap')}
        <Link id={described.id} to="/agents" className="text-accent underline">
          {t('start.agent.make')}
        </Link>
      </p>
    );
  }
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex flex-wrap gap-1.5">
        <Select
          {...described}
          aria-required
          // The list comes after the field.
          key={data ? 'known' : 'unknown'}
          {...register('text.agent', { onChange: () => setValue('text.agent_version', '') })}
          className="min-w-48 flex-1"
        >
          <option value="">{data ? t('start.agent.choose') : t('common.loading')}</option>
          {!agent && chosen ? <option value={chosen}>{chosen}</option> : null}
          {data?.map(({ id, name, model }) => (
            <option key={id} value={id}>
              {name} · {model}
            </option>
          ))}
        </Select>
        {agent && (
          <Select
            key={agent.id}
            aria-label={t('start.agent.version')}
            {...register('text.agent_version')}
            className="!w-48"
          >
            <option value="">{t('start.agent.latest', { version: agent.version })}</option>
            {versions.map((version) => (
              <option key={version} value={version}>
                {t('start.agent.numbered', { version })}
              </option>
            ))}
          </Select>
        )}
      </div>
      {agent?.description ? <p className="text-xs text-muted">{agent.description}</p> : null}
    </div>
  );
}
