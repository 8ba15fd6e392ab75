import { Check, Copy } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../lib/copy-text.ts';
import { IconButton } from './button.tsx';

const SHOWN_MS = 1500;

/** Copies the text, and says so. */
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
