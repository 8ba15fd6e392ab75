import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { archiveSession, cancelRun, deleteSession, downloadTranscript } from '../../../api/sessions.ts';
import { refreshSession } from '../../../live/session.ts';
import type { SessionSnapshot } from '../../../live/session-items.ts';
import { saveBlob } from '../../../lib/save-blob.ts';
import { toast, toastError } from '../../../ui/toast.tsx';
import { isAtWork } from '../composer/consequence.ts';

export interface SessionActions {
  /** Which of them is under way. */
  busy: 'cancel' | 'archive' | 'delete' | undefined;
  cancel(): void;
  archive(): void;
  delete(): void;
  transcript(): void;
}

/** What can be done with a session as a whole; each says what came of it. */
export function useActions({ sessionId, activity }: SessionSnapshot): SessionActions {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [busy, setBusy] = useState<SessionActions['busy']>();
  const act = async (name: SessionActions['busy'], work: () => Promise<unknown>): Promise<void> => {
    setBusy(name);
    try {
      await work();
    } catch (error) {
      toastError(error, t('common.unreachable'));
    } finally {
      setBusy(undefined);
    }
  };
  /** What is at work can be neither archived nor deleted. */
  const stop = async (): Promise<void> => {
    if (isAtWork(activity)) await cancelRun(sessionId);
  };
  return {
    busy,
    cancel: () =>
      void act('cancel', async () => {
        await cancelRun(sessionId);
        toast(t('session.actions.cancelled'));
      }),
    archive: () =>
      void act('archive', async () => {
        await stop();
        await archiveSession(sessionId);
        refreshSession(sessionId);
        toast(t('session.actions.archived'));
      }),
    delete: () =>
      void act('delete', async () => {
        await stop();
        await deleteSession(sessionId);
        toast(t('session.actions.deleted'));
        await navigate({ to: '/' });
      }),
    transcript: () =>
      void act(undefined, async () => saveBlob(await downloadTranscript(sessionId), `${sessionId}.jsonl`)),
  };
}
