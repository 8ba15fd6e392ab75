import { useQuery } from '@tanstack/react-query';
import { Download, RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { downloadFile, listOutputs, type OutputFile } from '../../../api/sessions.ts';
import type { Activity, Session } from '../../../live/session-items.ts';
import { saveBlob } from '../../../lib/save-blob.ts';
import { toProblem } from '../../../lib/problem.ts';
import { IconButton } from '../../../ui/button.tsx';
import { toastError } from '../../../ui/toast.tsx';
import { Bytes } from '../../../ui/values.tsx';
import { Section } from './section.tsx';

/** What the agent has left for people. Looked for again whenever it comes to rest. */
export function Outputs({ session, activity }: { session: Session; activity: Activity }): ReactNode {
  const { t } = useTranslation();
  const { id: sessionId, resources } = session;
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['outputs', sessionId, activity.state],
    queryFn: () => listOutputs(sessionId),
    placeholderData: (before) => before,
    enabled: activity.state !== 'deleted',
  });
  // The copies of what it was given are its own, too.
  const given = new Set(resources.map((resource) => ('file_id' in resource ? resource.file_id : '')));
  const files = (data ?? []).filter(({ id }) => !given.has(id));
  const download = async ({ id, filename }: OutputFile): Promise<void> => {
    try {
      saveBlob(await downloadFile(id), filename);
    } catch (thrown) {
      toastError(thrown, t('common.unreachable'));
    }
  };
  return (
    <Section name="outputs" title={t('session.panel.outputs.title')} note={data && files.length}>
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          {error ? (
            <p role="alert" className="text-xs text-bad">
              {toProblem(error).message || t('common.unreachable')}
            </p>
          ) : files.length === 0 ? (
            <p className="text-xs text-muted">{t('session.panel.outputs.empty')}</p>
          ) : (
            <ul className="flex flex-col">
              {files.map((file) => (
                <li key={file.id} className="flex items-center gap-2 text-xs">
                  <span className="min-w-0 flex-1 truncate font-mono" title={file.filename}>
                    {file.filename}
                  </span>
                  <span className="text-muted">
                    <Bytes value={file.size_bytes} />
                  </span>
                  <IconButton
                    label={t('session.panel.outputs.download', { name: file.filename })}
                    onClick={() => void download(file)}
                  >
                    <Download />
                  </IconButton>
                </li>
              ))}
            </ul>
          )}
        </div>
        <IconButton
          label={t('session.panel.outputs.refresh')}
          busy={isFetching}
          onClick={() => void refetch()}
        >
          <RefreshCw />
        </IconButton>
      </div>
    </Section>
  );
}
