import { X } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { shorten } from '../../lib/format.ts';
import { useFleet } from '../../live/fleet.ts';
import { IconButton } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';

/** So many sessions are offered. */
const OFFERED = 100;
const ID = /^sesn_\w{10,}$/;

/** Only the files of one session: by its id, of which the newest are offered with their names. */
export function SessionFilter({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (id: string | undefined) => void;
}): ReactNode {
  const { t } = useTranslation();
  const list = useId();
  const [text, setText] = useState(value ?? '');
  const sessions = useFleet().slice(0, OFFERED);
  return (
    <span className="flex w-full items-center gap-1 sm:w-80">
      <TextInput
        aria-label={t('files.ofSession')}
        placeholder={t('files.ofSession')}
        list={list}
        value={text}
        className="font-mono"
        onChange={({ target: { value: typed } }) => {
          setText(typed);
          if (typed === '') onChange(undefined);
          else if (ID.test(typed.trim())) onChange(typed.trim());
        }}
      />
      <datalist id={list}>
        {sessions.map(({ id, title, prompt }) => (
          <option key={id} value={id}>
            {shorten(title ?? prompt ?? id, 60)}
          </option>
        ))}
      </datalist>
      {value !== undefined && (
        <IconButton
          label={t('files.allSessions')}
          onClick={() => {
            setText('');
            onChange(undefined);
          }}
        >
          <X />
        </IconButton>
      )}
    </span>
  );
}
