import { Download } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { send } from '../../../../api/http.ts';
import type { FullOutput } from '../../../../live/session-items.ts';
import { formatBytes } from '../../../../lib/format.ts';
import { saveBlob } from '../../../../lib/save-blob.ts';
import { toastError } from '../../../../ui/toast.tsx';
import { useConversation } from '../context.ts';

/** What was too large for the log, as a file. */
export function FullOutputLink({ output }: { output: FullOutput }): ReactNode {
  const { t, i18n } = useTranslation();
  const { sessionId } = useConversation();
  const [isBusy, setBusy] = useState(false);
  const download = async (): Promise<void> => {
    setBusy(true);
    try {
      const path = `/sessions/${encodeURIComponent(sessionId)}/outputs/${encodeURIComponent(output.name)}`;
      saveBlob(await (await send(path)).blob(), output.name);
    } catch (error) {
      toastError(error, t('common.unreachable'));
    }
    setBusy(false);
  };
  return (
    <button
      type="button"
      disabled={isBusy}
      onClick={() => void download()}
      className="inline-flex min-h-7 items-center gap-1.5 text-accent hover:underline disabled:opacity-50"
    >
      <Download aria-hidden className="size-3.5" />
      {t('conversation.fullOutput', { size: formatBytes(output.bytes, i18n.language) })}
    </button>
  );
}
