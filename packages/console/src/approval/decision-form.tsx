import type { FormEvent, KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.tsx';

/** What is written before a decision. Escape goes back; Enter sends, where a field has many lines with Ctrl or Cmd. */
export function DecisionForm({
  action,
  kind,
  busy,
  hasLines = false,
  onSubmit,
  onBack,
  children,
}: {
  /** The name of the button. */
  action: string;
  kind: 'primary' | 'danger';
  busy: boolean;
  hasLines?: boolean;
  onSubmit: () => void;
  onBack: () => void;
  children: ReactNode;
}): ReactNode {
  const { t } = useTranslation();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || !(event.target instanceof HTMLTextAreaElement)) return;
    const sends = event.key === 'Enter' && (hasLines ? event.ctrlKey || event.metaKey : !event.shiftKey);
    if (!sends && event.key !== 'Escape') return;
    event.preventDefault();
    if (!sends) onBack();
    else if (!busy) onSubmit();
  };
  return (
    // The keys are those of the fields in it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form onSubmit={submit} onKeyDown={onKeyDown} className="flex flex-col gap-2">
      {children}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" kind={kind} busy={busy}>
          {action}
        </Button>
        <Button kind="ghost" onClick={onBack}>
          {t('approval.back')}
        </Button>
      </div>
    </form>
  );
}
