import { Plus, X } from 'lucide-react';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { updateSession } from '../../../api/sessions.ts';
import { refreshSession } from '../../../live/session.ts';
import type { Session } from '../../../live/session-items.ts';
import { toProblem } from '../../../lib/problem.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { TextInput } from '../../../ui/field.tsx';
import { patchOf, type Entry } from './metadata-patch.ts';
import { Pair, Pairs, Section } from './section.tsx';

/** What programs and people have noted of the session. */
export function Metadata({ session }: { session: Session }): ReactNode {
  const { t } = useTranslation();
  const [isEditing, setEditing] = useState(false);
  const entries = Object.entries(session.metadata);
  const isArchived = session.archived_at != null;
  return (
    <Section name="metadata" title={t('session.panel.metadata.title')} note={entries.length}>
      {isEditing ? (
        <Editor session={session} onClose={() => setEditing(false)} />
      ) : (
        <div className="flex flex-col items-start gap-2">
          {entries.length === 0 ? (
            <p className="text-xs text-muted">{t('session.panel.metadata.empty')}</p>
          ) : (
            <div className="w-full">
              <Pairs>
                {entries.map(([name, value]) => (
                  <Pair key={name} name={name}>
                    {value}
                  </Pair>
                ))}
              </Pairs>
            </div>
          )}
          {!isArchived && (
            <Button size="sm" onClick={() => setEditing(true)}>
              {t('session.panel.metadata.edit')}
            </Button>
          )}
        </div>
      )}
    </Section>
  );
}

function Editor({ session, onClose }: { session: Session; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const [entries, setEntries] = useState<Entry[]>(() => [
    ...Object.entries(session.metadata).map(([name, value], id) => ({ id, name, value })),
    { id: -1, name: '', value: '' },
  ]);
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const change = (id: number, part: Partial<Entry>): void =>
    setEntries((before) => before.map((entry) => (entry.id === id ? { ...entry, ...part } : entry)));
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await updateSession(session.id, { metadata: patchOf(session.metadata, entries) });
      refreshSession(session.id);
      onClose();
    } catch (thrown) {
      setError(toProblem(thrown).message || t('common.unreachable'));
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void save(event)} className="flex flex-col gap-1.5">
      {entries.map(({ id, name, value }, index) => (
        <div key={id} className="flex items-center gap-1">
          <TextInput
            aria-label={`${t('session.panel.metadata.key')} ${index + 1}`}
            placeholder={t('session.panel.metadata.key')}
            value={name}
            onChange={(event) => change(id, { name: event.target.value })}
            className="!text-xs"
          />
          <TextInput
            aria-label={`${t('session.panel.metadata.value')} ${index + 1}`}
            placeholder={t('session.panel.metadata.value')}
            value={value}
            onChange={(event) => change(id, { value: event.target.value })}
            className="!text-xs"
          />
          <IconButton
            label={t('session.panel.metadata.remove', { name: name || String(index + 1) })}
            onClick={() => setEntries((before) => before.filter((entry) => entry.id !== id))}
          >
            <X />
          </IconButton>
        </div>
      ))}
      {error !== undefined && (
        <p role="alert" className="text-xs text-bad">
          {error}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" size="sm" kind="primary" busy={isBusy}>
          {t('session.panel.metadata.save')}
        </Button>
        <Button
          size="sm"
          icon={<Plus />}
          onClick={() =>
            setEntries((before) => [
              ...before,
              { id: Math.min(0, ...before.map(({ id }) => id)) - 1, name: '', value: '' },
            ])
          }
        >
          {t('session.panel.metadata.add')}
        </Button>
        <Button size="sm" kind="ghost" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  );
}
