import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFold } from '../folds.ts';

/** Lines of which one is not worth folding. */
const SPARED = 4;

/**
 * The beginning and the end of what is long, and all of it when asked. `children` draws lines `from` to `to` (not
 * included).
 */
export function Clip({
  id,
  count,
  head,
  tail,
  children,
}: {
  id: string;
  count: number;
  head: number;
  tail: number;
  children: (from: number, to: number) => ReactNode;
}): ReactNode {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useFold(`${id}.all`, false);
  const partId = useId();
  if (count <= head + tail + SPARED) return children(0, count);
  return (
    <div id={partId}>
      {isOpen ? (
        children(0, count)
      ) : (
        <>
          {children(0, head)}
          {tail > 0 && <Hidden count={count - head - tail} onOpen={() => setOpen(true)} />}
          {tail > 0 && children(count - tail, count)}
        </>
      )}
      {(isOpen || tail === 0) && (
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={partId}
          onClick={() => setOpen(!isOpen)}
          className="w-full border-t px-3 py-1 text-left text-xs text-muted hover:bg-hover hover:text-ink"
        >
          {isOpen ? t('conversation.showLess') : t('conversation.showAll', { count })}
        </button>
      )}
    </div>
  );
}

function Hidden({ count, onOpen }: { count: number; onOpen: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      onClick={onOpen}
      className="block w-full bg-sunken px-3 py-1 text-left font-sans text-xs text-muted hover:bg-hover hover:text-ink"
    >
      {t('conversation.hiddenLines', { count })}
    </button>
  );
}
