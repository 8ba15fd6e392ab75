import Anser from 'anser';
import { createElement, memo, useMemo, type CSSProperties, type ReactNode } from 'react';
import { classNames } from '../../../../lib/class-names.ts';
import { paletteColour } from './palette.ts';
import { cleanTerminal } from './terminal.ts';

/** What a program wrote to its terminal, with its colours. */
export const AnsiLines = memo(function AnsiLines({ text }: { text: string }): ReactNode {
  const parts = useMemo(
    () => Anser.ansiToJson(cleanTerminal(text), { use_classes: true, remove_empty: true, json: true }),
    [text],
  );
  // As arguments, since what stays where it is needs no keys.
  return createElement('pre', { className: PRE }, ...parts.map(toNode));
});

const PRE = 'px-3 py-2 font-mono text-xs leading-[1.55] break-words whitespace-pre-wrap';

function toNode(part: Anser.AnserJsonEntry): ReactNode {
  const style = styleOf(part);
  const names = classesOf(part);
  if (names === '' && style === undefined) return part.content;
  return (
    <span className={names} style={style}>
      {part.content}
    </span>
  );
}

function classesOf({ fg, bg, decorations }: Anser.AnserJsonEntry): string {
  return classNames(
    fg && /^ansi-(bright-)?[a-z]+$/.test(fg) && !fg.endsWith('truecolor') && `${fg}-fg`,
    bg && /^ansi-(bright-)?[a-z]+$/.test(bg) && !bg.endsWith('truecolor') && `${bg}-bg`,
    decorations.includes('bold') && 'font-bold',
    decorations.includes('dim') && 'text-muted',
    decorations.includes('italic') && 'italic',
    decorations.includes('underline') && 'underline',
    decorations.includes('strikethrough') && 'line-through',
    decorations.includes('reverse') && 'bg-ink text-surface',
  );
}

function styleOf({ fg, bg, fg_truecolor, bg_truecolor }: Anser.AnserJsonEntry): CSSProperties | undefined {
  const color = exactColour(fg, fg_truecolor);
  const backgroundColor = exactColour(bg, bg_truecolor);
  return color || backgroundColor ? { color, backgroundColor } : undefined;
}

function exactColour(name: string | null, rgb: string | null): string | undefined {
  if (name === 'ansi-truecolor' && rgb) return `rgb(${rgb})`;
  const [, index] = /^ansi-palette-(\d+)$/.exec(name ?? '') ?? [];
  return index === undefined ? undefined : paletteColour(Number(index));
}
