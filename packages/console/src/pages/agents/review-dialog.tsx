import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentBody, AgentField } from '../../lib/agent-body.ts';
import { toReadable } from '../../lib/readable.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SideBySide } from '../../ui/side-by-side.tsx';

/** Somebody else has saved since this change was begun. */
export interface Conflict {
  version: number;
  /** What both have changed; undefined: not looked at yet. */
  both: AgentField[] | undefined;
}

/** The change against the latest version, before it is saved. */
export function ReviewDialog({
  open,
  onClose,
  base,
  version,
  body,
  busy,
  conflict,
  onSave,
  onKeepMine,
}: {
  open: boolean;
  onClose: () => void;
  base: AgentBody;
  version: number;
  body: AgentBody;
  busy: boolean;
  conflict: Conflict | undefined;
  onSave: () => void;
  /** Takes the version that is there now as the base, and puts my changes on top. */
  onKeepMine: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const isStale = conflict !== undefined && conflict.both === undefined;
  return (
    <Dialog
      open={open}
      onClose={onClose}
      wide
      title={t('agents.review.title', { version: version + 1 })}
      description={t('agents.review.text')}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          {isStale ? (
            <Button kind="primary" busy={busy} onClick={onKeepMine}>
              {t('agents.review.keepMine')}
            </Button>
          ) : (
            <Button kind="primary" busy={busy} onClick={onSave}>
              {t('agents.review.save', { version: version + 1 })}
            </Button>
          )}
        </>
      }
    >
      {conflict && (
        <div
          role="alert"
          className="mb-3 flex items-start gap-2 rounded-md bg-wait-soft px-3 py-2 text-sm text-wait"
        >
          <TriangleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
          <span>
            {conflict.both === undefined && t('agents.review.conflict', { version: conflict.version })}
            {conflict.both?.length === 0 && t('agents.review.rebased', { version: conflict.version })}
            {conflict.both !== undefined &&
              conflict.both.length > 0 &&
              t('agents.review.both', {
                version: conflict.version,
                fields: conflict.both.map((field) => t(`agents.field.${field}`)).join(', '),
              })}
          </span>
        </div>
      )}
      <SideBySide
        before={toReadable(base)}
        after={toReadable(body)}
        names={[t('agents.version', { version }), t('agents.version', { version: version + 1 })]}
      />
    </Dialog>
  );
}
