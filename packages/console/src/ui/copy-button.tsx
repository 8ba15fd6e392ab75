import { Check, Copy } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './button.tsx';

const SHOWN_MS = 1500;

/** Copies the text; also where the page is not served over HTTPS and the browser has no clipboard for it. */
export function CopyButton({
  text,
  label,
  className,
}: {
  text: string | (() => string);
  label?: string;
  className?: string;
}): ReactNode {
  const { t } = useTranslation();
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return undefined;
    const timer = setTimeout(() => setDone(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isDone]);
  const copy = async (): Promise<void> => {
    await copyText(typeof text === 'string' ? text : text());
    setDone(true);
  };
  return (
    <IconButton
      label={isDone ? t('common.copied') : (label ?? t('common.copy'))}
      className={className}
      onClick={() => void copy()}
    >
      {isDone ? <Check className="text-ok" /> : <Copy />}
    </IconButton>
  );
}

async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  // The only way on a page without HTTPS.
  document.execCommand('copy');
  area.remove();
}
