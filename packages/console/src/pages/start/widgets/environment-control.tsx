import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { useFormContext, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { v1 } from '../../../api/client.ts';
import { Button } from '../../../ui/button.tsx';
import { Select, type Described } from '../../../ui/field.tsx';
import { toastError } from '../../../ui/toast.tsx';
import type { Values } from '../form/values.ts';
import { useEnvironments } from '../queries.ts';

/** The environment of the session: the first one, unless another is chosen. */
export function EnvironmentControl({ described }: { described: Described }): ReactNode {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { control, register, setValue } = useFormContext<Values>();
  const { data } = useEnvironments();
  const chosen = useWatch({ control, name: 'text.environment_id' });
  const first = data?.[0]?.id;
  const make = useMutation({
    mutationFn: () => v1().beta.environments.create({ name: t('start.agent.environmentName') }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['start', 'environments'] }),
    onError: (error) => toastError(error, t('common.unreachable')),
  });
  useEffect(() => {
    if (!chosen && first !== undefined) setValue('text.environment_id', first);
  }, [chosen, first, setValue]);
  if (data?.length === 0) {
    return (
      <p className="flex flex-wrap items-center gap-2 text-sm">
        {t('start.agent.noEnvironments')}
        <Button id={described.id} size="sm" busy={make.isPending} onClick={() => make.mutate()}>
          {t('start.agent.makeEnvironment')}
        </Button>
      </p>
    );
  }
  return (
    <Select
      {...described}
      aria-required
      key={data ? 'known' : 'unknown'}
      {...register('text.environment_id')}
      className="max-w-md"
    >
      {!data && <option value="">{t('common.loading')}</option>}
      {data?.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Select>
  );
}
