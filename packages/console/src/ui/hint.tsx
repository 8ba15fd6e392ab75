import type { ReactNode } from 'react';

/** A sentence of the API's description: what stands between backticks is code. */
export function Hint({ text }: { text: string }): ReactNode {
  return text.split('`').map((part, index) =>
    index % 2 === 1 ? (
      // oxlint-disable-next-line react/no-array-index-key
      <code key={index} className="rounded bg-code px-1 text-2xs text-ink">
        {part}
      </code>
    ) : (
      part
    ),
  );
}
