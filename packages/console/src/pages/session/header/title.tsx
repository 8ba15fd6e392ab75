import { Check, Pencil, X } from 'lucide-react';
import { useRef, useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { updateSession } from '../../../api/sessions.ts';
import { useShortcuts } from '../../../lib/keyboard.ts';
import { IconButton } from '../../../ui/button.tsx';
import { TextInput } from '../../../ui/field.tsx';
import { usePageTitle } from '../../../ui/page.tsx';
import { toastError } from '../../../ui/toast.tsx';

/** The name of the session, changed where it stands. */
export function Title({
  sessionId,
  title,
  fallback,
  canRename,
  isEditing,
  onEdit,
}: {
  sessionId: string;
  title: string | null;
  /** What it is called without a title. */
  fallback: string;
  canRename: boolean;
  isEditing: boolean;
  onEdit: (isEditing: boolean) => void;
}): ReactNode {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<string>();
  // Until the event tells it.
  const [saving, setSaving] = useState<string>();
  const button = useRef<HTMLButtonElement>(null);
  const name = saving ?? title ?? '';
  const shown = name === '' ? fallback : name;
  usePageTitle(shown);
  const edit = (): void => onEdit(true);
  useShortcuts(
    canRename && !isEditing
      ? [{ keys: 'r', label: t('session.shortcuts.rename'), group: 'here', run: edit }]
      : [],
  );
  const close = (): void => {
    setDraft(undefined);
    onEdit(false);
    requestAnimationFrame(() => button.current?.focus());
  };
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const next = (draft ?? name).trim();
    if (next === name) return close();
    setSaving(next);
    close();
    try {
      await updateSession(sessionId, { title: next === '' ? null : next });
    } catch (error) {
      setDraft(next);
      onEdit(true);
      toastError(error, t('common.unreachable'));
    } finally {
      setSaving(undefined);
    }
  };
  if (isEditing && canRename) {
    return (
      <form onSubmit={(event) => void save(event)} className="flex min-w-0 flex-1 items-center gap-1">
        <h1 className="sr-only">{shown}</h1>
        <TextInput
          aria-label={t('session.rename.label')}
          value={draft ?? name}
          maxLength={256}
          placeholder={fallback}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.preventDefault();
            close();
          }}
          onFocus={(event) => event.target.select()}
          // It was opened to write in it.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          className="max-w-xl font-semibold"
        />
        <IconButton type="submit" label={t('session.rename.save')} className="shrink-0">
          <Check />
        </IconButton>
        <IconButton label={t('common.cancel')} onClick={close} className="shrink-0">
          <X />
        </IconButton>
      </form>
    );
  }
  return (
    <div className="flex min-w-0 items-center gap-1">
      <h1 className="truncate text-lg font-semibold" title={shown}>
        {shown}
      </h1>
      {canRename && (
        <IconButton
          ref={button}
          label={t('session.rename.action')}
          onClick={edit}
          className="shrink-0 max-sm:hidden"
        >
          <Pencil />
        </IconButton>
      )}
    </div>
  );
}
