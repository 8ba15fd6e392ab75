import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useEnvironmentActions, type Environment } from '../../api/environments.ts';
import { toProblem, type Problem } from '../../lib/problem.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, TextArea, TextInput } from '../../ui/field.tsx';
import { KeyValues } from '../../ui/key-values.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { toast } from '../../ui/toast.tsx';

const FORM = 'environment';

/** Makes an environment, or changes `base`. */
export function EnvironmentDialog({
  base,
  onClose,
}: {
  base: Environment | undefined;
  onClose: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const { save } = useEnvironmentActions();
  const [name, setName] = useState(base?.name ?? '');
  const [description, setDescription] = useState(base?.description ?? '');
  const [metadata, setMetadata] = useState<Record<string, string>>(base?.metadata ?? {});
  const [problem, setProblem] = useState<Problem>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setProblem(undefined);
    save.mutate(
      { base, body: { name, description, metadata } },
      {
        onSuccess: () => {
          toast(t('environments.saved', { name }));
          onClose();
        },
        onError: (error) => setProblem(toProblem(error)),
      },
    );
  };
  const errors = problem?.fields ?? {};
  return (
    <Dialog
      open
      onClose={onClose}
      title={base ? t('environments.edit', { name: base.name }) : t('environments.new')}
      description={t('environments.about')}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" form={FORM} kind="primary" busy={save.isPending}>
            {t('common.save')}
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} className="flex flex-col gap-4 pt-1">
        <ProblemNote problem={problem} />
        <Field label={t('environments.name')} error={errors['name']}>
          {(described) => (
            <TextInput {...described} value={name} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <Field label={t('environments.description')} error={errors['description']}>
          {(described) => (
            <TextArea
              {...described}
              value={description}
              onChange={(event) => setDescription(event.target.value)}
            />
          )}
        </Field>
        <div className="flex flex-col gap-1">
          <span className="text-sm font-medium">{t('environments.metadata')}</span>
          <KeyValues label={t('environments.metadata')} value={metadata} onChange={setMetadata} />
          {errors['metadata'] !== undefined && <p className="text-xs text-bad">{errors['metadata']}</p>}
        </div>
      </form>
    </Dialog>
  );
}
